"""The panels of the visitors: how long they wait, in figures and over time."""

import textwrap
from itertools import groupby
from math import log10

from ...base.durations import number_text, seconds_text
from ...base.histogram import ENOUGH
from ...known.state import State
from ...known.visitors import answers
from .lines import Line, Part, box, left, plain
from .style import ALARM, BLOCKS, DIM, NONE, STRONG, TITLE, WEB

NO_BREAK = "\N{NO-BREAK SPACE}"
FASTEST_S = 0.001
TICKS_S = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
LABEL = 7
"""Cells for the scale of the chart."""
AROUND = LABEL + 4
"""Cells of a chart that are no bars: the scale, and the frame."""


def hello_panel(state: State, now: float, width: int, height: int) -> list[Line]:
    """Of the last window: latency, those counted that have left or still wait, at their wait so far; the answers."""
    recent, ended = state.visitors.recent(now), state.visitors.endings(now)
    answered, errors = answers(ended)
    longest, slow_s = state.visitors.longest_wait(now), state.slow_s
    p99 = recent.p99 if recent.count >= ENOUGH else 0.0
    seconds = {"p50": recent.p50, "p95": recent.p95, "p99": p99, "max": recent.max}
    latencies = [(name, figure(value, slow_s)) for name, value in seconds.items()]
    counts: list[tuple[str, Part]] = [
        ("waiting", (str(len(state.waiting)), ALARM if longest > slow_s else STRONG)),
        ("longest", figure(longest, slow_s)),
        ("answered", (str(answered), STRONG)),
        ("errors", (str(errors), ALARM if errors else STRONG)),
    ]
    lines: list[Line] = [
        [left(name, 4, DIM), left(value[0], 8, value[1]), left(other, 9, DIM), other_value]
        for (name, value), (other, other_value) in zip(latencies, counts, strict=True)
    ]
    lines.append(plain(who_counts(recent.count, width - 4), DIM))
    none = "no answer lately" if state.statuses else "no answer yet"
    endings = [f"{count} x {status}" for status, count in ended.most_common()] or [none]
    lines += [plain(words, DIM) for words in listed(endings, width - 4, height - 2 - len(lines))]
    title: Line = [("hello", TITLE), (f", last {number_text(state.visitors.window_s)} s", NONE)]
    return box(title, lines, width, height, WEB)


def who_counts(count: int, room: int) -> str:
    """Who is among the figures, as far as there is room for it."""
    words = f"{count} visitors, those who wait or left too"
    return words if len(words) <= room else f"{count} visitors, waiting too"


def listed(items: list[str], width: int, rows: int) -> list[str]:
    """`35 x 503 time limit,` and `34 x 200`: in so many rows at the most, with no item parted."""
    whole = ", ".join(item.replace(" ", NO_BREAK) for item in items)
    wrapped = textwrap.wrap(whole, width, max_lines=rows, placeholder=" …", break_on_hyphens=False)
    return [row.replace(NO_BREAK, " ") for row in wrapped]


def figure(seconds: float, slow_s: float) -> Part:
    """A duration, loud when a visitor would leave."""
    return (seconds_text(seconds) if seconds else "-", ALARM if seconds > slow_s else STRONG)


def chart_panel(state: State, now: float, width: int, height: int) -> list[Line]:
    """At each moment, how long whoever waited longest had waited."""
    waits = state.visitors.longest_waits(now, width - AROUND)
    return wait_chart(waits, state.slow_s, "of a visitor at each moment", width, height)


def wait_chart(waits: list[float], slow_s: float, words: str, width: int, height: int) -> list[Line]:
    """A bar a cell for these waits, `width` less `AROUND` of them, on a log scale; those beyond `slow_s` loud."""
    rows = height - 2
    levels = [level(wait) * rows if wait > 0 else 0.0 for wait in waits]
    slow = [wait > slow_s for wait in waits]
    lines = [chart_line(levels, slow, row, rows) for row in range(rows - 1, -1, -1)]
    title: Line = [("longest wait", TITLE), (f" {words}, log scale", NONE)]
    return box(title, lines, width, height, WEB)


def chart_line(levels: list[float], slow: list[bool], row: int, rows: int) -> Line:
    """One row of the chart, counted from the bottom; neighbours of one colour are drawn as one."""
    line: Line = [(f"{scale_label(row, rows):>{LABEL - 1}} ", DIM)]
    cells = [(bar_glyph(top, row), loud) for top, loud in zip(levels, slow, strict=True)]
    for loud, run in groupby(cells, key=lambda cell: cell[1]):
        line.append(("".join(glyph for glyph, _ in run), ALARM if loud else WEB))
    return line


def bar_glyph(top: float, row: int) -> str:
    """The part in this row of a bar that ends at `top` rows; one that is there at all leaves a tick in the lowest."""
    filled = round(min(1.0, max(0.0, top - row)) * 8)
    return BLOCKS[max(filled, 1) if row == 0 and top > 0 else filled]


def level(seconds: float) -> float:
    """Where a duration stands between a millisecond (0) and 100 s (1)."""
    return min(1.0, max(0.02, log10(max(seconds, FASTEST_S) / FASTEST_S) / log10(TICKS_S[-1] / FASTEST_S)))


def scale_label(row: int, rows: int) -> str:
    """The duration whose bar ends in this row, if a round one does."""
    for tick in reversed(TICKS_S):
        if min(rows - 1, int(level(tick) * rows)) == row:
            return f"{number_text(tick)} s" if tick >= 1 else f"{number_text(tick * 1000)} ms"
    return ""
