"""The pages of a report in a browser: they open from a file, without a network, in light, in dark and on paper."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from asyncdemo.measuring.rows import failed_row
from asyncdemo.report.about import About, installed_versions
from asyncdemo.report.lessons import lesson
from asyncdemo.report.pages.compare_page import compare_page
from asyncdemo.report.pages.load_page import load_page
from tests.e2e.browser import QUIET, Browser
from tests.png import colours
from tests.simulation import six_rows
from tests.tools import needs
from tests.waiting import until

ABOUT = About(datetime(2026, 11, 22, 15, 30, tzinfo=UTC), "asyncdemo compare", versions=installed_versions())
STRANGE = [
    failed_row("step1", "asyncdemo run step1", "port 8000 is taken: choose another with --port. " * 4),
    replace(six_rows()[1], label="a-label-without-any-blank-" * 4, cut=True),
    *six_rows()[2:],
    *six_rows()[:2],
]
"""Eight, with one that did not start, and one with a long name that was cut."""
PAGES = {
    "comparison": compare_page(six_rows(), ABOUT),
    "load": load_page(six_rows()[3], ABOUT),
    "strange": compare_page(STRANGE, ABOUT),
}
SCREENS = [(390, 780), (620, 800), (1000, 800), (1280, 800), (1920, 1080)]
BOXES = Path(__file__).with_name("boxes.js")
"""Of a page: what stands beyond the screen or its picture, would scroll sideways, or cannot be read."""
FLAGS = [*QUIET, "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND"]
"""No name can be looked up: a page that wants anything from the network does not get it."""
DARK = "--blink-settings=preferredColorScheme=0"
SIZE = (1000, 1200)


def browse(page: str, folder: Path, *arguments: str) -> str:
    """What the browser prints about a page that it opens from a file."""
    needs("chromium")
    file = folder / "report.html"
    file.write_text(page)
    command = ["chromium", *FLAGS, f"--user-data-dir={folder / 'profile'}", *arguments, file.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def test_a_comparison_opens_without_a_network(tmp_path: Path) -> None:
    """All of it is there as a browser understands it: every row, its lesson, its pictures."""
    dom = browse(PAGES["comparison"], tmp_path, "--dump-dom")
    assert dom.count("<section") == 4 + 6
    assert dom.count('role="img"') == 2 + sum(len(row.strips) for row in six_rows())
    for row in six_rows():
        assert lesson(row).replace(">", "&gt;") in dom
    assert dom.rstrip().endswith("</html>")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("how", "paper"), [((), (255, 255, 255)), ((DARK,), (20, 24, 29))], ids=["light", "dark"])
def test_a_page_is_drawn(name: str, how: tuple[str, ...], paper: tuple[int, int, int], tmp_path: Path) -> None:
    """Mostly paper, light or dark as the reader has it, and on it far more than one colour."""
    shot = tmp_path / "page.png"
    browse(PAGES[name], tmp_path, *how, f"--window-size={SIZE[0]},{SIZE[1]}", f"--screenshot={shot}")
    seen = colours(shot)
    share = seen[paper] / sum(seen.values())
    assert max(seen, key=lambda colour: seen[colour]) == paper
    assert 0.5 < share < 0.97
    assert len(seen) > 100


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_and_everything_can_be_read(name: str, tmp_path: Path) -> None:
    """On a phone held upright, on a projector, and between: no sideways scrolling, no text below 11 px."""
    needs("chromium")
    file, title = tmp_path / "report.html", "A load on" if name == "load" else "One load"
    file.write_text(PAGES[name])
    with Browser(tmp_path) as browser:
        browser.open(file.as_uri())
        there = "document.readyState + document.title"
        until(lambda: browser.value(there).startswith(f"complete{title}"), "the page")
        for width, height in SCREENS:
            size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
            browser.ask("Emulation.setDeviceMetricsOverride", **size)
            seen = browser.value(BOXES.read_text())
            assert seen.pop("words") > 50
            assert seen == {"screen": width, "beyond": [], "cut": [], "scrolls": [], "small": []}


def test_a_comparison_fits_on_paper(tmp_path: Path) -> None:
    """A teacher prints it: a page for the picture and the table, and about one for each row."""
    printed = tmp_path / "page.pdf"
    browse(PAGES["comparison"], tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={printed}")
    sheets = printed.read_bytes().count(b"/Type /Page\n")
    assert 4 <= sheets <= 10
