"""Pictures of all kinds: what a terminal draws, what a page shows, and what is told of them."""

import os
import select
import subprocess
import sys
import termios
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from rich.console import Console
from rich.text import Text

from asyncdemo.deck.deck import Part, Picture, Prose, Slide
from asyncdemo.deck.picture_files import Pixels, picture_problem, pixels_of
from asyncdemo.deck.render import Look, slide_renderable
from asyncdemo.talk.export.slides import picture_element
from asyncdemo.talk.presenter.pictures import drawer
from asyncdemo.talk.presenter.sixels import rows_of
from tests.waiting import DEADLINE_S

SVG = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


def drawn(path: Path) -> Path:
    """A picture of 20 by 10 pixels."""
    Image.new("RGB", (20, 10), "red").save(path)
    return path


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.gif", "a.webp", "a.bmp", "a.tiff", "a.ppm"])
def test_what_is_drawn_is_in_the_page_in_a_format_that_browsers_know(name: str, tmp_path: Path) -> None:
    """Of the others, as PNG."""
    path = drawn(tmp_path / name)
    pixels = pixels_of(path)
    assert pixels is not None
    assert (pixels.size, pixels.moves) == ((20, 10), False)
    assert picture_problem(path) == ("", False)
    written = str(picture_element(Picture(path, "", 1)))
    kind, _, content = written.partition("data:image/")[2].partition(";base64,")
    assert kind in ("png", "jpeg", "gif", "webp", "bmp")
    with Image.open(BytesIO(b64decode(content.partition('"')[0]))) as image:
        assert image.format == kind.upper()
        assert image.size == (20, 10)


def test_a_drawing_is_shown_in_the_page_and_named_in_a_terminal(tmp_path: Path) -> None:
    """And that is told."""
    path = tmp_path / "plan.svg"
    path.write_text(SVG)
    picture = Picture(path, "", 1)
    assert "data:image/svg+xml;base64," in str(picture_element(picture))
    assert str(drawer(True)(picture, 5)) == "[picture: plan.svg]"
    assert picture_problem(path) == ("is an SVG: a terminal shows its name instead", False)


@pytest.mark.parametrize("content", [b"", b"words", "cut", "changed", "half"])
def test_what_is_damaged_is_named_everywhere_and_to_be_mended(content: bytes | str, tmp_path: Path) -> None:
    """No picture at all, one that ends in its middle, and one with other bytes in it."""
    path = drawn(tmp_path / "hill.png")
    whole = path.read_bytes()
    cases = {"cut": whole[:40], "changed": whole[:20] + b"\xff" * 20 + whole[40:]}
    cases["half"] = whole[: whole.index(b"IDAT") + 8]
    path.write_bytes(content if isinstance(content, bytes) else cases[content])
    picture = Picture(path, "a hill", 1)
    assert str(picture_element(picture)) == "<p><em>[picture: a hill]</em></p>"
    assert str(drawer(True)(picture, 5)) == "[picture: a hill]"
    assert picture_problem(path) == ("cannot be read: its name is shown instead", True)


def test_what_moves_is_told(tmp_path: Path) -> None:
    """A terminal shows its beginning."""
    path = tmp_path / "a.gif"
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    assert picture_problem(path) == ("moves: a terminal shows its beginning", False)


def test_a_picture_that_is_mended_is_seen(tmp_path: Path) -> None:
    """While the talk is on, too."""
    path = tmp_path / "a.png"
    path.write_bytes(b"half")
    assert pixels_of(path) is None
    assert pixels_of(drawn(path)) == Pixels((20, 10), "PNG", False)


def test_a_picture_that_is_gone_is_one_that_cannot_be_read(tmp_path: Path) -> None:
    """Somebody has moved it while the talk is on."""
    assert pixels_of(tmp_path / "a.png") is None
    assert picture_problem(tmp_path / "a.png") == ("cannot be read: its name is shown instead", True)


def test_sixels_are_a_row_each_on_the_ground_of_the_room(tmp_path: Path) -> None:
    """What cannot be seen through is red, all else is the ground: in percent, as sixels have colours."""
    path = tmp_path / "a.png"
    image = Image.new("RGBA", (20, 40), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 20, 20))
    image.save(path)
    above, below = rows_of(path, (2, 2), (10, 20), (255, 255, 255))
    assert ";2;100;0;0" in above
    assert ";2;100;100;100" not in above
    assert ";2;100;100;100" in below
    assert '"1;1;20;20' in above


def test_a_picture_has_the_room_that_the_text_leaves_also_where_the_screen_has_a_height() -> None:
    """A screen that is measured first, and then drawn as high as it is, shows the same twice."""
    slide = Slide("Title", (Part((Prose("above", 1), Picture(Path("a.png"), "", 1), Prose("below", 1))),), 1)

    def high(picture: Picture, rows: int) -> Text:
        return Text("\n".join("x" * rows))

    console = Console(width=40, height=30)
    options = [console.options.update(height=height) for height in (None, 20, 30)]
    look = Look(20, picture=high)
    counts = [
        sum("x" in segment.text for segment in console.render(slide_renderable(slide, 0, look), each))
        for each in options
    ]
    assert counts == [13, 13, 13]


def test_a_terminal_that_answers_nothing_is_told_nothing() -> None:
    """Of what it is asked about pictures: a traceback would stand there when the talk is over."""
    code = "from asyncdemo.talk.presenter.pictures import drawer; drawer(in_colours=True)"
    controller, terminal = os.openpty()
    termios.tcsetwinsize(terminal, (24, 80))
    try:
        command = [sys.executable, "-c", code]
        asking = subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True)
        assert asking.wait(DEADLINE_S) == 0
        asked = b""
        while select.select([controller], [], [], 0)[0]:
            asked += os.read(controller, 2**16)
    finally:
        os.close(terminal)
        os.close(controller)
    assert b"Traceback" not in asked
    assert b"\x1b[16t" in asked
