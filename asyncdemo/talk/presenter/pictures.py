"""Pictures in a terminal: by the protocol of kitty or as sixels where it has one, else in half blocks, else by name.

By textual-image. It asks the terminal what it can do when its renderables are imported, which must be before Textual
reads what the terminal says. `_terminal.get_cell_size`, and the error that it raises, are its own and not documented:
it asks once, and remembers. Were they to change, pictures would not be drawn in a terminal.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement

from ...deck.deck import Deck, Picture
from ...deck.picture_files import UNREADABLE, pixels_of
from ...deck.render import picture_name
from ...deck.theme import BLACK, Colour
from .sixels import Sixels

CELL = (10, 20)
"""Width and height in pixels of a terminal's cell, where it does not tell."""


def has_pictures(deck: Deck) -> bool:
    """Whether the terminal need be asked."""
    return any(isinstance(block, Picture) for slide in deck.slides for block in slide.blocks)


def drawer(in_colours: bool, ground: Colour = BLACK) -> Callable[[Picture, int], RenderableType]:
    """How this terminal shows a picture that may take so many rows, on a ground.

    To be called before Textual has the terminal.
    """
    if not in_colours:
        return picture_name
    logging.getLogger("textual_image").addHandler(logging.NullHandler())  # a traceback for what is not answered
    from textual_image._terminal import TerminalError, get_cell_size
    from textual_image.renderable import HalfcellImage, Image, SixelImage, TGPImage

    try:
        told = tuple(get_cell_size())
    except (TerminalError, TimeoutError, ZeroDivisionError):
        told = CELL
    cell = told if all(told) else CELL
    sixels = partial(Sixels, cell=cell, ground=ground)
    made: Callable[..., Any] = TGPImage if Image is TGPImage else sixels if Image is SixelImage else HalfcellImage
    made = lru_cache(64)(made)

    def draw(picture: Picture, rows: int) -> RenderableType:
        pixels = pixels_of(picture.path)
        return Drawn(picture, rows, pixels.size, cell, made) if pixels is not None else picture_name(picture)

    return draw


@dataclass(frozen=True)
class Drawn:
    """A picture as large as there is room for, and as the deck says."""

    picture: Picture
    rows: int
    size: tuple[int, int]
    cell: Sequence[int]
    made: Callable[..., Any]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width, height = self._cells(options.max_width)
        try:
            yield from console.render(self.made(str(self.picture.path), width, height), options)
        except UNREADABLE:  # it has gone meanwhile, or is larger than the protocol has numbers for
            yield picture_name(self.picture)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        width, _ = self._cells(options.max_width)
        return Measurement(width, width)

    def _cells(self, columns: int) -> tuple[int, int]:
        """Columns and rows, in the picture's own proportions."""
        return cells(self.size, self.cell, (columns, self.rows), self.picture.width)


def cells(size: tuple[int, int], cell: Sequence[int], most: tuple[int, int], percent: int) -> tuple[int, int]:
    """Columns and rows of a picture of so many pixels: so much of the width, or its own size, where there is room."""
    across, down = size[0] / cell[0], size[1] / cell[1]
    wanted = most[0] * percent / 100 if percent else across
    scale = min(wanted, most[0], across * most[1] / down) / across
    return max(1, round(across * scale)), max(1, min(most[1], round(down * scale)))
