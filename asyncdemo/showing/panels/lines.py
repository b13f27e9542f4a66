"""Lines made of styled parts, boxes around them, and boxes side by side.

Rich's tables and panels measure and wrap all they are given: a tenth of a core at four frames a second.
Here every width is known, so that a screen is put together from its parts, and Rich only writes them out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from .style import NONE, STRONG

LEAST = 24
"""Columns that panels are drawn for at the least; on a narrower screen they are cut."""
ANY_CONSOLE = Console(color_system=None)
"""Rich asks for one to wrap a text, and does not look at it."""
SAID_LAST = re.compile(r"[,:;] [^,:;]*$")
"""Of a title: what is left out first."""
Part = tuple[str, Style]
Line = list[Part]


def plain(text: str, style: Style = NONE) -> Line:
    """A line of one style."""
    return [(text, style)]


def length(line: Line) -> int:
    """Terminal cells that a line takes."""
    return sum([len(text) if text.isascii() else cell_len(text) for text, _ in line])


def fit(line: Line, width: int) -> Line:
    """A line of exactly `width` cells: filled up with blanks, or cut and marked as such."""
    spare = width - length(line)
    if spare >= 0:
        return [*line, (" " * spare, NONE)] if spare else line
    fitted: Line = []
    room = width - 1
    for text, style in line:
        taken = set_cell_size(text, min(room, cell_len(text)))
        fitted.append((taken, style))
        room -= cell_len(taken)
        if room <= 0:
            break
    return [*fitted, ("…", NONE)]


def right(text: str, width: int, style: Style = NONE) -> Part:
    """Text at the right end of a column."""
    return (set_cell_size(text, width) if cell_len(text) > width else " " * (width - cell_len(text)) + text, style)


def left(text: str, width: int, style: Style = NONE) -> Part:
    """Text at the left end of a column, marked where it is cut."""
    return (set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, width - 1) + "…", style)


def in_room(title: Line, room: int) -> Line:
    """`pages: all of them, lesson time, who waits`, `pages: all of them, lesson time`, …, `pages`: no word is cut, as
    long as something can be left out."""
    while length(title) > room and (found := SAID_LAST.search(title[-1][0])):
        text, style = title[-1]
        title = [*title[:-1], (text[: found.start()], style)] if found.start() else title[:-1]
    return title


def box(title: Line, lines: list[Line], width: int, height: int, style: Style = NONE) -> list[Line]:
    """Lines in a frame of exactly `width` x `height` cells, a title in its upper edge, without what it says last where
    there is no room for all of it."""
    inner = width - 4
    title = in_room(title, inner - 2)
    head = fit([(" ", NONE), *title, (" ", NONE)], min(inner, length(title) + 2))
    top: Line = [("╭─", style), *head, ("─" * (inner + 1 - length(head)) + "╮", style)]
    body = [*lines, *([[]] * height)][: height - 2]
    rows: list[Line] = [[("│ ", style), *fit(line, inner), (" │", style)] for line in body]
    return [top, *rows, [("╰" + "─" * (width - 2) + "╯", style)]]


def beside(*blocks: list[Line]) -> list[Line]:
    """Blocks of the same height side by side."""
    return [[part for line in row for part in line] for row in zip(*blocks, strict=True)]


def below(upper: list[Line], lower: list[Line]) -> list[Line]:
    """Two boxes of the same width, the lower one's title on the edge that they share."""
    head = [(text.replace("╭", "├").replace("╮", "┤"), style) for text, style in lower[0]]
    return [*upper[:-1], head, *lower[1:]]


@dataclass(frozen=True)
class Drawing:
    """Lines as something that Rich can print."""

    lines: list[Line]
    size: tuple[int, int] = (0, 0)
    """The terminal's, that it was made for."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for number, line in enumerate(self.lines):
            if number:  # none after the last line: the screen would scroll
                yield Segment.line()
            for text, style in line:
                yield Segment(text, style)


def screen(lines: list[Line], foot: Line, width: int, height: int) -> Drawing:
    """Lines from the top, and one at the foot, cut and filled up to the size of the terminal."""
    shown = [*lines, *([[]] * height)][: height - 1]
    return Drawing([fit(line, width) for line in [*shown, foot]], (width, height))


def wrapped_rows(text: str, width: int, rows: int | None = None) -> list[str]:
    """Words in lines of at most `width` cells; where there are more than `rows`, the last one says how many more."""
    lines = [line.plain for line in Text(text).wrap(ANY_CONSOLE, width)]
    if rows is None or len(lines) <= rows:
        return lines
    return [*lines[: rows - 1], f"▼ {len(lines) - rows + 1} more"]


def too_small(width: int, height: int, needs: str, least: tuple[int, int]) -> Drawing:
    """What is said instead of something that nobody could read."""
    words = f"{width}x{height}: {needs} {least[0]}x{least[1]}"
    return Drawing([fit(plain(words, STRONG), width), *[fit([], width)] * (height - 1)], (width, height))
