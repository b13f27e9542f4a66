"""Pictures of a deck, in terminals that say what they can show."""

import fcntl
import re
import struct
import termios
from pathlib import Path

import pytest
from PIL import Image

from tests.e2e.command import ASYNCDEMO
from tests.e2e.screen import OnScreen
from tests.e2e.talk import RIGHT
from tests.waiting import until

CELL = (10, 20)
SIXELS = re.compile(rb'\x1bP[0-9;]*q"1;1;(\d+);(\d+)([^\x1b]*)\x1b\\')
"""A sixel picture, with its size in pixels."""
DECK = """\
A hill
===

above

![a hill](hill.png)

below

<!-- end_slide -->

No hill
===

![a plan](plan.svg)
"""


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    """With a picture of 20 columns and 5 rows."""
    Image.new("RGB", (200, 100), "red").save(tmp_path / "hill.png")
    (tmp_path / "plan.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    path = tmp_path / "deck.md"
    path.write_text(DECK)
    return path


class Answering(OnScreen):
    """A terminal whose cells have a size, and that says which attributes it has when it is asked (DA1)."""

    attributes = b""

    def _set_size(self) -> None:
        size = struct.pack("HHHH", self.rows, self.columns, self.columns * CELL[0], self.rows * CELL[1])
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, size)

    def __enter__(self) -> "Answering":
        super().__enter__()
        self.type(self.attributes)  # it is there when it is asked for, however busy the machine is
        return self

    @property
    def written(self) -> bytes:
        """All that it has been sent."""
        return (self.tmp / "output").read_bytes()


def answering(folder: Path, deck: Path, attributes: bytes) -> Answering:
    """The talk, in such a terminal."""
    screen = Answering(str(ASYNCDEMO), "talk", str(deck), XDG_STATE_HOME=str(folder / "state"))
    screen.attributes = attributes
    return screen


def test_a_terminal_that_can_sixel_is_sent_sixels(deck: Path, tmp_path: Path) -> None:
    """A row of the screen each, where the picture's room is; none for a slide without."""
    with answering(tmp_path, deck, b"\x1b[?62;4;22c") as screen:
        screen.shows("above", "below", "1/2")
        until(lambda: len(SIXELS.findall(screen.written)) >= 5, "the picture's rows")
        assert {(int(wide), int(high)) for wide, high, _ in SIXELS.findall(screen.written)} == {(200, 20)}
        assert "▀" not in screen.shown
        lines = screen.shown.split("\n")
        above, below = (next(y for y, line in enumerate(lines) if word in line) for word in ("above", "below"))
        assert below - above == 5 + 2 + 1
        screen.presses(RIGHT, "No hill", "[picture: a plan]", "2/2")
        assert SIXELS.findall(screen.written.rpartition(b"No hill")[2]) == []
        screen.presses("q")
        assert screen.ends() == 0


def test_one_that_cannot_is_sent_half_blocks(deck: Path, tmp_path: Path) -> None:
    """As its attributes say, too."""
    with answering(tmp_path, deck, b"\x1b[?62;22c") as screen:
        screen.shows("above", "▀▀▀", "below")
        assert SIXELS.findall(screen.written) == []
        screen.presses("q")
        assert screen.ends() == 0
