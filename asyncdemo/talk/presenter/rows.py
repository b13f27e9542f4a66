"""Rows of the screen, written past Textual's compositor, which would ask every widget before it writes one of them.

A demo's panels change four times a second while its load needs the processor. For this, `App._display` and the class of
what it takes, `_compositor.CompositorUpdate`, are Textual's own and not documented: pyproject.toml allows one minor
version of it. Were they to change, panels would stand still; without them, `Widget.refresh` does the same for more CPU.
"""

from collections.abc import Iterator
from typing import Any

from rich.console import Console, ConsoleOptions
from rich.segment import Segment
from textual._compositor import CompositorUpdate
from textual.screen import Screen
from textual.strip import Strip


class Rows(CompositorUpdate):
    """Some rows of the screen, from a column on, for the terminal."""

    def __init__(self, x: int, strips: dict[int, Strip]) -> None:
        self._x, self._strips = x, strips

    def render_segments(self, console: Console) -> str:
        """What is written."""
        return "".join(f"\x1b[{y + 1};{self._x + 1}H{strip.render(console)}" for y, strip in self._strips.items())

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        """As `render_segments`, for whoever prints it; Textual's class asks for this too."""
        yield Segment(self.render_segments(console), None, [])


def write_rows(screen: Screen[Any], rows: Rows) -> None:
    """Put them on the terminal at once, between two pictures of the screen."""
    screen.app._display(screen, rows)
