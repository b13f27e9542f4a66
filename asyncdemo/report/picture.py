"""How long visitors waited, by when they came, in blocks: a strip for each row, all on the same axes.

1 s stands between the lower and the upper half of a strip. What reaches the upper half is a visitor who noticed: that
can be read without colour and from the last seat.
"""

from collections.abc import Sequence
from itertools import groupby
from math import ceil

from ..base.durations import SLOW_S, number_text, seconds_text
from ..known.kept.bins import COUNT
from ..known.load import Load
from ..measuring.rows import Row
from ..showing.panels.lines import Drawing, Line, fit, plain, right
from ..showing.panels.style import ALARM, BLOCKS, DIM, NONE, STRONG, TITLE, WEB
from .axes import Curve, Scale, around_a_second, curves, failures, failures_of, tick_text, time_ticks
from .table import label_of, wrapped

LABEL = 22
SCALE = 7
"""Cells for the labels of the axis of durations."""
LEAST = 40
"""Narrower pictures say nothing."""


def picture(rows: Sequence[Row], width: int, height: int = 2) -> Drawing:
    """A strip of `height` lines, an even number, for each row, and a blank line after it."""
    drawn = curves(rows)
    scale, seconds = around_a_second([*drawn, *failures(rows)]), max((each.seconds for each in drawn), default=0.0)
    names = LABEL if width >= LEAST + LABEL else 10
    cells = max(8, width - names - SCALE - 1)
    lines: list[Line] = [
        [("how long visitors waited", TITLE)],
        plain("by when they came; log scale, above the middle is more than 1 s; x: got no page", DIM),
        *(plain(line, DIM) for line in wrapped(instead(rows), width) if line),
    ]
    for row, waits in zip(rows, drawn, strict=True):
        lines += strip_lines(row, waits, scale, seconds, (names, cells, height))
    lines += axis_lines(seconds, names + SCALE + 1, cells)
    return Drawing([fit(line, width) for line in lines])


def instead(rows: Sequence[Row]) -> str:
    """What is drawn of rows whose page waits for nothing; empty where there is none."""
    names = dict.fromkeys(kind.task.short for row in rows if (kind := row.quick) is not None)
    told = f"{' and '.join(names)} in place of the page, where that waits for nothing: until done, by when it was sent"
    return told if names else ""


def slow_from(row: Row) -> float:
    """From where on what is drawn of a row has waited for long: a task takes some time by itself."""
    return row.slow_s + (row.quick.task.soon_s if row.quick is not None else 0.0)


def strip_lines(row: Row, curve: Curve, scale: Scale, seconds: float, size: tuple[int, int, int]) -> list[Line]:
    """The lines of one row."""
    names, cells, height = size
    waits = columns(curve, spacing_of(row.load), seconds, cells)
    failed = columns(failures_of(row.load, row.speed), spacing_of(row.load), seconds, cells)
    levels, tops = levels_of(waits, scale, height), levels_of(failed, scale, height)
    texts = named(row, names - 1)
    lines: list[Line] = []
    for number in range(height):
        floor = height - 1 - number
        text = fit(texts[number] if number < len(texts) else [], names - 1)
        tick = {0: scale.top_s, height // 2: SLOW_S}.get(number)
        label = right(tick_text(tick) if tick else "", SCALE, DIM)
        strip = with_marks(blocks(levels, waits, floor, slow_from(row)), waits, tops, floor)
        lines.append([*text, (" ", NONE), label, ("┤" if tick else "│", DIM), *strip])
    return [*lines, []]


def named(row: Row, width: int) -> list[Line]:
    """The label, and below or after it a figure."""
    first, *more = wrapped(label_of(row), width)
    rest = f"{' '.join(more)}  " if more else ""
    words = p95_text(row)
    if len(rest) + len(words) > width and row.quick is not None:  # which is named above the picture
        words = words.removeprefix(f"{row.quick.task.short} ")
    return [plain(first, STRONG), [(rest, STRONG), (words, DIM)]]


def p95_text(row: Row) -> str:
    """What all but a few did not wait longer than."""
    if row.did_not_start:
        return "did not start"
    if (kind := row.quick) is not None and kind.latency.count:
        return f"{kind.task.short} p95 {seconds_text(kind.latency.percentile(95) * row.speed)}"
    if not row.page.count:
        return "no visitor yet" if not row.visitors else "nobody got the page"
    return f"p95 {seconds_text(row.percentile_s(95))}"


def columns(curve: Curve, spacing: int, seconds: float, cells: int) -> list[float]:
    """The longest wait for each column of the strip; a visitor's bar is as wide as the time to the next one."""
    waits = [0.0] * cells
    if not curve.seconds:  # before its load
        return waits
    by_slice = {int(point.came_s / curve.seconds * COUNT): point.longest_s for point in curve.points}
    for column in range(cells):
        first, last = (int(edge * seconds / cells / curve.seconds * COUNT) for edge in (column, column + 0.999))
        here = [by_slice[number] for number in range(first, last + 1) if number in by_slice]
        before = (by_slice[number] for number in range(first - 1, first - spacing - 1, -1) if number in by_slice)
        waits[column] = max(here) if here else next(before, 0.0)
    return waits


def levels_of(waits: Sequence[float], scale: Scale, height: int) -> list[float]:
    """How many lines high each bar is."""
    return [0.0 if wait <= 0 else max(scale.level(wait) * height, 1 / 8) for wait in waits]


def with_marks(line: Line, waits: Sequence[float], tops: Sequence[float], floor: int) -> Line:
    """A line of a strip, with bars of x where only such came who got no page, as high as they waited."""
    cells = [(glyph, style) for text, style in line for glyph in text]
    marked = [top > floor and not wait for wait, top in zip(waits, tops, strict=True)]
    return [("x", ALARM) if mark else cell for cell, mark in zip(cells, marked, strict=True)]


def spacing_of(load: Load) -> int:
    """Slices from one visitor to the next, at the most; those who come in a crowd share one."""
    asked = load.started
    visitors = asked.seconds * min(asked.rate, asked.rate_end) if asked is not None else 0.0
    return ceil(min(COUNT, COUNT / visitors)) if visitors else 1


def blocks(levels: list[float], waits: list[float], floor: int, slow_s: float) -> Line:
    """One line of a strip, `floor` lines above its foot; loud is what is slow."""
    glyphs = [
        (BLOCKS[round(min(1.0, max(0.0, level - floor)) * 8)], wait > slow_s)
        for level, wait in zip(levels, waits, strict=True)
    ]
    return [
        ("".join(glyph for glyph, _ in run), ALARM if loud else WEB)
        for loud, run in groupby(glyphs, key=lambda cell: cell[1])
    ]


def axis_lines(seconds: float, indent: int, cells: int) -> list[Line]:
    """The axis of time, below the last strip."""
    if not seconds:
        return []
    marks, labels = ["─"] * cells, [" "] * (cells + 12)
    for tick in time_ticks(seconds, max(2, cells // 9)):
        place = min(cells - 1, round(tick / seconds * cells))
        text = f"{number_text(tick)} s"
        start = place if place + len(text) <= cells else cells - len(text)
        marks[place] = "┬"
        labels[start : start + len(text)] = text
    return [
        [(" " * (indent - 1), NONE), ("└" + "".join(marks), DIM)],
        [(" " * indent, NONE), ("".join(labels)[:cells].rstrip(), DIM)],
    ]
