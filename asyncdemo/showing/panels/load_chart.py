"""The chart of a load: the longest wait by when the visitor came, those who still wait marked; beside it, now."""

from math import inf

from ...base.durations import seconds_text
from ...known.curve import NOBODY, Came, curve, told_cells
from ...known.load import Load
from ...known.state import State
from .chart import LABEL, STILL, Axis, chart_lines
from .lines import Line, box, length, right
from .style import ALARM, DIM, NONE, TITLE, WEB

BY_WHEN = " by when each came"
APART = 2
"""Cells from the newest bar to that of now, which is apart from it by a blank."""


def latency_chart(state: State, width: int, height: int) -> list[Line]:
    """The longest latency of the page, by when the visitor came; below it, when visitors came who got none."""
    inner = width - 4
    chart = box(chart_title(state, inner - 2), wait_lines(state, inner, height - 3), width, height - 1, WEB)
    return [*chart, failures_line(state.load, inner)]


def chart_title(state: State, room: int) -> Line:
    """What the chart shows, and the longest wait of those who wait now."""
    waits_s = longest_now(state.load)
    now = [(seconds_text(waits_s), ALARM if waits_s > state.slow_s else TITLE)]
    marks = [f"; {STILL} still waits, now ", f"; {STILL} waits, now "] if waits_s else [""]
    middles = [BY_WHEN + mark for mark in marks] + marks[-1:]
    lines: list[Line] = [[("longest wait", TITLE), (middle, NONE), *(now if waits_s else [])] for middle in middles]
    lines.insert(0, [*lines[0], (", log scale", NONE)])
    return next((line for line in lines if length(line) <= room), lines[-1])


def wait_lines(state: State, width: int, height: int) -> list[Line]:
    """The longest latency of the page for those who came at each moment of the load, and what was turned then; apart
    from these, at the right, how long whoever waits longest has waited by now."""
    load, cells = state.load, bars_in(width)
    begin_s, seconds = (load.started.t, load.started.seconds) if load.started is not None else (0.0, 1.0)
    bars, now, cell_s = [*curve(load, cells), *[NOBODY] * APART], inf, seconds / cells
    if waits_s := longest_now(load):
        place = told_cells(load, cells) + APART - 1
        bars[place], now = Came(waits_s, still=True), begin_s + (place + 0.5) * cell_s
    axis = Axis(begin_s, begin_s + len(bars) * cell_s, begin_s, now_s=now)
    still = {number for number, bar in enumerate(bars) if bar.still and load.ended_at == inf}
    marks = state.marks.since(begin_s, load, real=True)
    return chart_lines([bar.wait_s for bar in bars], state.slow_s, axis, marks, height, still=still)


def longest_now(load: Load) -> float:
    """How long whoever waits longest has waited; 0.0 when nobody does, or the load is over."""
    return load.unanswered.whole.max_s if load.ended_at == inf else 0.0


def bars_in(width: int) -> int:
    """Of a chart of that width, with its scale."""
    return max(1, width - LABEL - APART)


def failures_line(load: Load, width: int) -> Line:
    """A mark under each moment at which somebody came who got no page; blank where everybody did, to keep the row."""
    marks = "".join("x" if wait else " " for wait in load.failed.longest(bars_in(width)))
    room = " " * (APART + 2)
    return [right("no page" if load.errors else "", LABEL + 1, DIM), (" ", NONE), (marks, ALARM), (room, NONE)]
