"""A chart of waits over time: a bar a cell on a log scale, bright at its end, above an axis of time with its marks."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor, inf, log10

from rich.style import Style

from ...base.durations import number_text
from ...known.marks import Mark
from .lines import Line, Part
from .style import ALARM, ALARM_BODY, BLOCKS, DIM, NONE, STRONG, WEB, WEB_BODY

FASTEST_S = 0.001
SLOWEST_S = 100.0
TICKS_S = (10.0, 1.0, 0.01, 0.1, 100.0, 0.001)
"""What the scale is labelled with, the most telling first: a row in which two end has that one's label."""
LABEL = 7
"""Cells for the scale."""
STEPS_S = tuple(step * 10.0**power for power in range(-3, 10) for step in (1, 2, 5))
"""From one label of the axis to the next."""
APART = 11
"""Cells between them, at the least."""
ROUNDING = 1e-6
FREE: Part = (" ", NONE)
MARKED = "┊"
"""Above the bar of a moment at which something was turned."""
STILL, STILL_BODY = "↑", "░"
"""A bar of somebody who still waits: its end, which will be higher, and what is below."""


@dataclass(frozen=True)
class Axis:
    """The time under a chart: that of the left edge of its first cell and of the right edge of its last, in seconds."""

    begin_s: float
    end_s: float
    zero_s: float
    """What its labels count from."""
    last: str = ""
    """Its last label, where that is no number."""
    now_s: float = inf
    """A moment that is called so."""

    def place(self, t: float, cells: int) -> int:
        """The cell that a moment is in."""
        return min(cells - 1, floor((t - self.begin_s) / (self.end_s - self.begin_s) * cells + ROUNDING))

    def labels(self, cells: int) -> Iterator[tuple[int, str]]:
        """(cell, text) of each round moment, from the right to the left."""
        begin, end = self.begin_s - self.zero_s, self.end_s - self.zero_s
        least = (end - begin) * APART / cells
        step = next((step for step in STEPS_S if step >= least), end - begin)
        if self.last:
            yield cells - len(self.last), self.last
        if self.now_s < inf:
            yield min(self.place(self.now_s, cells), cells - len("now")), "now"
        for number in range(floor(end / step + ROUNDING), ceil(begin / step - ROUNDING) - 1, -1):
            text = f"{number_text(round(number * step, 3))} s"
            yield min(self.place(self.zero_s + number * step, cells), cells - len(text)), text


def chart_lines(
    waits: list[float], slow_s: float, axis: Axis, marks: list[Mark], height: int, still: Collection[int] = ()
) -> list[Line]:
    """A bar a cell for these waits, those beyond `slow_s` loud; the axis is the last of `height` rows. `still`: the
    cells of those who wait on."""
    rows = height - 1
    ends = [max(1, round(level(wait) * rows * 8)) if wait > 0 else 0 for wait in waits]
    cells = [Bar(end, wait > slow_s, cell in still) for cell, (end, wait) in enumerate(zip(ends, waits, strict=True))]
    marked = {axis.place(mark.t, len(waits)) for mark in marks}
    bars = [bar_line(cells, marked, row, rows) for row in range(rows - 1, -1, -1)]
    return [*bars, [(" " * LABEL, NONE), *axis_line(axis, marks, len(waits))]]


@dataclass(frozen=True)
class Bar:
    """How long somebody waited at one moment."""

    end: int
    """How high it is, in eighths of a row."""
    slow: bool
    still: bool = False
    """Whether somebody waits on."""

    def part(self, row: int) -> Part:
        """What of it is in a row, counted from the bottom: its bright end, its dark body, or nothing."""
        filled = self.end - 8 * row
        if filled <= 0:
            return " ", NONE
        bright, dark = (ALARM, ALARM_BODY) if self.slow else (WEB, WEB_BODY)
        if filled <= 8:
            return (STILL if self.still else BLOCKS[filled]), bright
        return (STILL_BODY if self.still else BLOCKS[8]), dark


def bar_line(cells: list[Bar], marked: set[int], row: int, rows: int) -> Line:
    """One row of the bars, counted from the bottom; neighbours of one style are drawn as one."""
    parts = [cell.part(row) for cell in cells]
    parts = [(MARKED, DIM) if number in marked and part[0] == " " else part for number, part in enumerate(parts)]
    return [(f"{scale_label(row, rows):>{LABEL - 1}} ", DIM), *joined_parts(parts)]


def joined_parts(parts: list[Part]) -> Line:
    """Neighbours of one style as one."""
    return [("".join(text for text, _ in run), style) for style, run in groupby(parts, key=lambda part: part[1])]


def level(seconds: float) -> float:
    """Where a duration stands between a millisecond (0) and 100 s (1)."""
    return min(1.0, max(0.0, log10(max(seconds, FASTEST_S) / FASTEST_S) / log10(SLOWEST_S / FASTEST_S)))


def scale_label(row: int, rows: int) -> str:
    """The duration whose bar ends in this row, if a round one does."""
    for tick in TICKS_S:
        if max(0, ceil(level(tick) * rows - ROUNDING) - 1) == row:
            return f"{number_text(tick)} s" if tick >= 1 else f"{number_text(tick * 1000)} ms"
    return ""


def axis_line(axis: Axis, marks: list[Mark], cells: int) -> Line:
    """The keys of the marks, each with what it was done to where there is room for that, and labels between them."""
    row = [FREE] * cells
    for mark in reversed(marks):
        place = axis.place(mark.t, cells)
        before = f"{mark.what} {mark.key}"
        ways = ((place, f"{mark.key} {mark.what}"), (place - len(before) + 1, before), (place, mark.key))
        any(put(row, start, text, STRONG) for start, text in ways)
    for place, text in axis.labels(cells):
        put(row, place, text, DIM)
    return joined_parts(row)


def put(row: list[Part], place: int, text: str, style: Style) -> bool:
    """Write a text into a row, if it is free there and beside it."""
    end = place + len(text)
    if place < 0 or end > len(row) or any(part is not FREE for part in row[max(0, place - 1) : end + 1]):
        return False
    row[place:end] = [(letter, style) for letter in text]
    return True
