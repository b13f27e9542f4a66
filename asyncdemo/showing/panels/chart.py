"""A chart of waits over time: a bar a cell on a log scale, bright at its end, above an axis of time with its marks."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, groupby, pairwise
from math import ceil, floor, inf, log10

from rich.style import Style

from ...base.durations import number_text
from ...known.marks import Mark
from .lines import Line, Part
from .style import ALARM, ALARM_BODY, BLOCKS, DIM, NONE, QUICK, QUICK_BODY, STRONG, WEB, WEB_BODY

FASTEST_S = 0.001
SLOWEST_S = 100.0
TICKS_S = (10.0, 1.0, 0.01, 0.1)
"""What the scale is labelled with, the most telling first: as many as there are rows for."""
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
    waits: list[float],
    slow_s: float,
    axis: Axis,
    marks: list[Mark],
    height: int,
    *,
    still: Collection[int] = (),
    quick: bool = False,
) -> list[Line]:
    """A bar a cell for these waits, those beyond `slow_s` loud; the axis is the last of `height` rows. `still`: the
    cells of those who wait on. `quick`: they are no visitors, but quick tasks."""
    rows = height - 1
    ends = [eighths(wait, rows) for wait in waits]
    seen = enumerate(zip(ends, waits, strict=True))
    cells = [Bar(end, wait > slow_s, cell in still, quick) for cell, (end, wait) in seen]
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
    quick: bool = False
    """Whether what waited was no visitor, but a quick task."""

    def part(self, row: int) -> Part:
        """What of it is in a row, counted from the bottom: its bright end, its dark body, or nothing."""
        filled = self.end - 8 * row
        if filled <= 0:
            return " ", NONE
        usual = (QUICK, QUICK_BODY) if self.quick else (WEB, WEB_BODY)
        bright, dark = (ALARM, ALARM_BODY) if self.slow else usual
        if filled <= 8:
            return (STILL if self.still else BLOCKS[filled]), bright
        return (STILL_BODY if self.still else BLOCKS[8]), dark


def bar_line(cells: list[Bar], marked: set[int], row: int, rows: int) -> Line:
    """One row of the bars, counted from the bottom; neighbours of one style are drawn as one."""
    label: Part = (f"{scale_label(row, rows):>{LABEL - 1}} ", DIM)
    if not marked and all(cell.end <= 8 * row for cell in cells):
        return [label, (" " * len(cells), NONE)]
    parts = [cell.part(row) for cell in cells]
    parts = [(MARKED, DIM) if number in marked and part[0] == " " else part for number, part in enumerate(parts)]
    return [label, *joined_parts(parts)]


def joined_parts(parts: list[Part]) -> Line:
    """Neighbours of one style as one."""
    return [("".join(text for text, _ in run), style) for style, run in groupby(parts, key=lambda part: part[1])]


@cache
def scale(rows: int) -> tuple[tuple[float, int], ...]:
    """(duration, row) from the bottom to the top: where on the scale those stand between which it is a log scale.

    They are borders of rows, so that a row is lit from its label on. Rows beyond one for each make the slow end longer.
    """
    edges = sorted((FASTEST_S, *TICKS_S[: rows - 1], SLOWEST_S))
    parts = len(edges) - 1
    heights = [rows // parts + (part >= parts - rows % parts) for part in range(parts)]
    return tuple(zip(edges, accumulate(heights, initial=0), strict=True))


def eighths(seconds: float, rows: int) -> int:
    """How high the bar of a duration is, in eighths of a row: 0 for nothing, one at the least, all from 100 s on."""
    if seconds <= 0:
        return 0
    for (low_s, begin), (high_s, end) in pairwise(scale(rows)):
        if seconds < high_s:
            part = max(0.0, log10(seconds / low_s) / log10(high_s / low_s))
            return 8 * begin + floor(part * 8 * (end - begin)) + 1
    return 8 * rows


def scale_label(row: int, rows: int) -> str:
    """The duration from which on a bar reaches into this row, counted from the bottom, if it is a round one."""
    seconds = next((seconds for seconds, border in scale(rows) if border == row), None)
    if seconds is None:
        return ""
    if not row:
        return "0 s"
    return f"{number_text(seconds)} s" if seconds >= 1 else f"{number_text(seconds * 1000)} ms"


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
