"""A terminal for a program in a slide, by pyte: what it prints is what a terminal of that size shows, and no more."""

import codecs
import re
import threading
from collections.abc import Mapping
from itertools import groupby
from typing import Any

import pyte
from rich.style import Style

from ...base.text import printable, without_passwords
from ...showing.panels.lines import Line, plain
from ...showing.panels.style import NONE

TYPE = "linux"
"""What pyte is, in terminfo's words."""
NAMES = {"brown": "yellow", "brightbrown": "bright_yellow"}
"""Colours that Rich calls otherwise."""
HEXADECIMAL = re.compile("[0-9a-f]{6}")
USUAL = "default"


class Emulator:
    """Columns and rows with what has been printed on them."""

    def __init__(self, columns: int, rows: int) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._lock = threading.Lock()
        """One thread prints, another looks."""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, output: bytes) -> None:
        """What a program has printed, in whatever pieces it comes."""
        with self._lock:
            self._stream.feed(self._decoder.decode(output))

    def resize(self, columns: int, rows: int) -> None:
        """Columns and rows from now on. What is printed stays as long as there is room for it, the row of the cursor
        always: pyte cuts off as many rows at the top as it has fewer, and leaves the cursor where it was."""
        screen = self._screen
        with self._lock:
            gone = max(0, screen.cursor.y + 1 - rows)
            screen.resize(columns=columns)
            kept = {row - gone: cells for row, cells in screen.buffer.items() if gone <= row < gone + rows}
            screen.resize(lines=rows)
            screen.buffer.clear()
            screen.buffer.update(kept)
            screen.cursor.y -= gone
            screen.cursor.x = min(screen.cursor.x, columns)

    @property
    def lines(self) -> list[Line]:
        """Its rows, as far as there is something on them."""
        screen = self._screen
        with self._lock:
            lines = [row_line(screen.buffer[row], screen.columns) for row in range(screen.lines)]
        while lines and not "".join(text for text, _ in lines[-1]).strip():
            lines.pop()
        return lines


def row_line(row: Mapping[int, Any], columns: int) -> Line:
    """A row of cells; one that tells a password, without it."""
    cells = [row[column] for column in range(columns)]
    while cells and cells[-1].data == " " and cell_style(cells[-1]) == NONE:
        cells.pop()
    text = "".join(cell.data for cell in cells)
    if without_passwords(text) != text:
        return plain(printable(without_passwords(text).rstrip(), columns))
    styled = groupby(((cell.data, cell_style(cell)) for cell in cells), lambda cell: cell[1])
    return [(printable("".join(data for data, _ in same), columns), style) for style, same in styled]


def cell_style(cell: Any) -> Style:
    """Colours and type of a cell; of one that is as usual, none."""
    usual = (cell.fg, cell.bg) == (USUAL, USUAL)
    if usual and not (cell.bold or cell.reverse or cell.italics or cell.underscore):
        return NONE
    return Style(
        color=colour_name(cell.fg),
        bgcolor=colour_name(cell.bg),
        bold=cell.bold or None,
        italic=cell.italics or None,
        underline=cell.underscore or None,
        reverse=cell.reverse or None,
    )


def colour_name(name: str) -> str | None:
    """Rich's name of a colour of pyte's; None for the usual one."""
    if name == USUAL:
        return None
    if name in NAMES:
        return NAMES[name]
    if name.startswith("bright"):
        return f"bright_{name.removeprefix('bright')}"
    return f"#{name}" if HEXADECIMAL.fullmatch(name) else name
