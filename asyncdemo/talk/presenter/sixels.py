"""A picture as sixels, a row of the screen each, so that it can be scrolled, cut, and written again line by line.

By textual-image, whose own renderable writes all of a picture behind its last row. Where the letters of the rows are
written over, a terminal removes the picture below them (DEC STD 070, "Sixel graphics").
"""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import ControlType, Segment

from ...deck.theme import Colour

BEGIN, SAVE, RESTORE = "\x1bP", "\x1b7", "\x1b8"
NO_LETTERS = [(ControlType.CURSOR_FORWARD, 0)]
"""What tells Rich that something takes no room."""


class Sixels:
    """A picture of so many columns and rows on a ground."""

    def __init__(self, path: str, width: int, height: int, *, cell: Sequence[int], ground: Colour) -> None:
        self._columns = width
        self._rows = rows_of(Path(path), (width, height), cell, ground)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for row in self._rows:
            yield Segment(" " * self._columns)
            yield Segment(f"{SAVE}\x1b[{self._columns}D{row}{RESTORE}", None, NO_LETTERS)
            yield Segment.line()


def rows_of(path: Path, size: tuple[int, int], cell: Sequence[int], ground: Colour) -> list[str]:
    """The sixels of each row. Raises OSError and ValueError for a picture that cannot be read."""
    from PIL import Image

    columns, rows = size
    wide, high = cell
    with Image.open(path) as image:
        drawn = image.convert("RGBA").resize((columns * wide, rows * high))
    whole = Image.alpha_composite(Image.new("RGBA", drawn.size, (*ground, 255)), drawn).convert("RGB")
    return [sixels(whole.crop((0, high * row, whole.width, high * (row + 1))), columns) for row in range(rows)]


def sixels(row: object, columns: int) -> str:
    """Those of an image that is a row high."""
    from textual_image.renderable import SixelImage

    console = Console(width=columns, force_terminal=True)
    parts = console.render(SixelImage(row, columns, 1), console.options)  # type: ignore[arg-type]
    return next(part.text for part in parts if part.text.startswith(BEGIN))
