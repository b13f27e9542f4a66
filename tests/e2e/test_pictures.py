"""Pictures as files of their own: whoever draws them draws the same. librsvg reads less of SVG than a browser does."""

import base64
import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.style import Style

from asyncdemo.events.recording import read_recording
from asyncdemo.features.players import Player
from asyncdemo.features.replay import frame_of
from asyncdemo.report.paint import LIGHT
from asyncdemo.report.screens.glyphs import CELL_H, CELL_W
from asyncdemo.report.screens.screen_svg import HEAD, MARGIN, THEME, look_of
from asyncdemo.report.svg import NAMESPACE, NARROW, WIDE, Sheet, picture_svg, standalone
from asyncdemo.showing.panels.lines import Line
from tests.e2e.browser import QUIET, Browser
from tests.e2e.command import CHECKOUT, asyncdemo
from tests.png import colours_at, pixels
from tests.simulation import six_rows
from tests.tools import needs
from tests.waiting import until

RECORDING = CHECKOUT / "talk" / "pictures" / "step3.jsonl"
PAPER = tuple(THEME.background_color)
NEAR = 2
"""Of a channel, from 0 to 255: what two programs may round differently."""


def by_librsvg(picture: Path, size: tuple[int, int]) -> Path:
    """As PNG, a pixel for each unit."""
    needs("rsvg-convert")
    drawn = picture.with_suffix(".librsvg.png")
    subprocess.run(["rsvg-convert", str(picture), "-o", str(drawn)], check=True, timeout=60)
    return drawn


def by_chromium(picture: Path, size: tuple[int, int]) -> Path:
    """As PNG, a pixel for each unit."""
    needs("chromium")
    drawn = picture.with_suffix(".chromium.png")
    profile = f"--user-data-dir={picture.parent / 'profile'}"
    shot = [f"--window-size={size[0]},{size[1]}", "--hide-scrollbars", f"--screenshot={drawn}", picture.as_uri()]
    subprocess.run(["chromium", *QUIET, profile, *shot], check=True, timeout=120, capture_output=True)
    return drawn


def near(colour: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(one - two) <= NEAR for one, two in zip(colour, other, strict=True))


def cells(lines: list[Line]) -> Iterator[tuple[int, int, str, Style]]:
    """(column, row, character, style) of a screen without wide characters."""
    for row, line in enumerate(lines):
        characters = ((character, style) for text, style in line for character in text)
        for column, (character, style) in enumerate(characters):
            yield column, row, character, style


def corners(column: int, row: int) -> list[tuple[int, int]]:
    """Pixels of a cell, just inside of its corners, and its middle."""
    left, top = MARGIN + column * CELL_W, HEAD + row * CELL_H
    across, down = (1, CELL_W // 2, CELL_W - 2), (1, CELL_H // 2, CELL_H - 2)
    return [(left + x, top + y) for x in across for y in down]


@pytest.mark.skipif(not RECORDING.exists(), reason="needs the checkout's recordings")
@pytest.mark.parametrize("draw", [by_librsvg, by_chromium])
def test_a_frame_of_a_recording_is_drawn_cell_by_cell(
    draw: Callable[[Path, tuple[int, int]], Path], tmp_path: Path
) -> None:
    """A full block of the terminal fills its cell from corner to corner; a blank is paper."""
    picture = tmp_path / "frame.svg"
    made = asyncdemo("replay", str(RECORDING), "--svg", str(picture), "--at", "15s", "--size", "88x24")
    assert made.returncode == 0
    drawing = frame_of(Player(read_recording(str(RECORDING))), 15.0, 88, 24)
    expected: dict[tuple[int, int], tuple[int, ...]] = {}
    for column, row, character, style in cells(drawing.lines):
        if character == "█" or (character == " " and not style.reverse):
            ink = tuple(bytes.fromhex(look_of(style).ink[1:])) if character == "█" else PAPER
            expected |= dict.fromkeys(corners(column, row), ink)
    width, height = 88 * CELL_W + 2 * MARGIN, 24 * CELL_H + HEAD + MARGIN
    seen = colours_at(draw(picture, (width, height)), list(expected))
    wrong = [at for (at, ink), colour in zip(expected.items(), seen, strict=True) if not near(colour, ink)]
    assert len(set(expected.values())) >= 4
    assert not wrong, f"{len(wrong)} of {len(seen)} pixels: {wrong[:5]}"


@pytest.mark.parametrize("draw", [by_librsvg, by_chromium])
@pytest.mark.parametrize("sheet", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_comparison_by_itself_is_drawn_in_its_colours(
    draw: Callable[[Path, tuple[int, int]], Path], sheet: Sheet, tmp_path: Path
) -> None:
    """On light paper, what is slow shaded, each row's line in the row's colour: wherever its marks stand."""
    picture = tmp_path / "compare.svg"
    svg = standalone(picture_svg(six_rows(), sheet=sheet), times=1)
    picture.write_text(svg)
    root = ET.fromstring(svg)
    expected = {(2, 2): LIGHT["paper"]}
    for slow in root.iter(f"{{{NAMESPACE}}}rect"):
        if slow.get("class") == "slow":
            expected[sheet.left + 1, round(float(slow.get("y", "0"))) + 1] = LIGHT["slow"]
    for mark in root.iter(f"{{{NAMESPACE}}}path"):
        place = re.fullmatch(r"translate\(([\d.]+) ([\d.]+)\) scale\(1.4\)", mark.get("transform", ""))
        if place:
            expected[int(float(place[1])), int(float(place[2]))] = mark.get("fill", "")
    assert len(expected) == 1 + 6 + 6
    size = (int(root.get("width", "0")), int(root.get("height", "0")))
    seen = colours_at(draw(picture, size), list(expected))
    wanted = [tuple(bytes.fromhex(colour[1:])) for colour in expected.values()]
    wrong = [each for each in zip(expected, wanted, seen, strict=True) if not near(each[1], each[2])]
    assert not wrong


MOMENTS_S = (2, 7, 15)
LOADED = "document.readyState === 'complete' && document.documentElement.setCurrentTime !== undefined"
IMAGE = "document.images[0].complete && document.images[0].naturalWidth > 0"
SEEN = """(() => { const canvas = document.createElement('canvas'), image = document.images[0];
    canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
    canvas.getContext('2d').drawImage(image, 0, 0); return canvas.toDataURL(); })()"""
"""An image as it is at this moment."""


def replayed(picture: Path, *typed: str) -> Path:
    """The recording as a picture."""
    assert asyncdemo("replay", str(RECORDING), "--svg", str(picture), *typed).returncode == 0
    return picture


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recording as a picture that plays."""
    return replayed(tmp_path_factory.mktemp("film") / "film.svg", "--animate")


def test_a_film_is_small_and_stands_by_itself(film: Path) -> None:
    """20 seconds at 88x24 are less than a megabyte; no script, nothing fetched."""
    text = film.read_text()
    assert len(text.encode()) < 1_000_000
    assert not re.search(r"<script|href|url\(|@import|\bon\w+=", text)


def test_a_film_that_does_not_play_is_its_last_frame(film: Path, tmp_path: Path) -> None:
    """For librsvg, pixel by pixel; it knows nothing of animations."""
    last = replayed(tmp_path / "last.svg")
    assert by_librsvg(film, (0, 0)).read_bytes() == by_librsvg(last, (0, 0)).read_bytes()


def shot(browser: Browser, out: Path) -> Path:
    """What the browser shows."""
    browser.photograph(out)
    return out


def alike(one: Path, other: Path) -> bool:
    """But for what is rounded. Looks no further than the first line in which they are not."""
    if one.read_bytes() == other.read_bytes():
        return True
    lines = zip(pixels(one)[1], pixels(other)[1], strict=True)
    others = ((mine, yours) for mine, yours in lines if mine != yours)
    return all(abs(a - b) <= NEAR for mine, yours in others for a, b in zip(mine, yours, strict=True))


def opened(browser: Browser, picture: Path, at_s: float = 0.0) -> None:
    """A picture by itself, held at a moment."""
    browser.open(picture.as_uri())
    until(lambda: browser.value(f"document.URL === '{picture.as_uri()}' && {LOADED}"), "the picture")
    browser.value(f"document.documentElement.pauseAnimations(), document.documentElement.setCurrentTime({at_s})")


def test_a_film_shows_each_moment_in_a_browser(film: Path, tmp_path: Path) -> None:
    """Pixel by pixel its frame, and none of another; always the last one for a user who wants nothing to move."""
    needs("chromium")
    with Browser(tmp_path) as browser:
        frames = {}
        for at_s in MOMENTS_S:
            opened(browser, replayed(tmp_path / f"frame-{at_s}.svg", "--at", f"{at_s}s"))
            frames[at_s] = shot(browser, tmp_path / f"frame-{at_s}.png")
        for at_s in MOMENTS_S:
            opened(browser, film, at_s + 0.1)
            shown = shot(browser, tmp_path / f"film-{at_s}.png")
            assert [moment for moment, frame in frames.items() if alike(shown, frame)] == [at_s]
        reduced = {"name": "prefers-reduced-motion", "value": "reduce"}
        browser.ask("Emulation.setEmulatedMedia", features=[reduced])
        opened(browser, film, MOMENTS_S[0])
        still = shot(browser, tmp_path / "still.png")
        opened(browser, replayed(tmp_path / "last.svg"))
        assert alike(still, shot(browser, tmp_path / "last.png"))


def test_a_film_plays_as_an_image(film: Path, tmp_path: Path) -> None:
    """As it stands in a README: where no script runs in it."""
    needs("chromium")
    page = tmp_path / "page.html"
    page.write_text(f"<img src='data:image/svg+xml;base64,{base64.b64encode(film.read_bytes()).decode()}'>")
    with Browser(tmp_path) as browser:
        browser.open(page.as_uri())
        until(lambda: browser.value(IMAGE), "the image")
        first = browser.value(SEEN)
        assert first.startswith("data:image/png")
        second = until(lambda: another(browser, first), "a second picture")
        until(lambda: another(browser, first, second), "a third picture")


def another(browser: Browser, *known: str) -> str | None:
    """The image as it is, if it is none of these."""
    seen: str = browser.value(SEEN)
    return None if seen in known else seen
