"""The panels of a load: what was sent, how it ended, how long it took."""

from math import inf

from ...base.durations import number_text, seconds_text
from ...base.histogram import PERCENTS, Histogram
from ...known.load import Load
from ...known.state import State
from ..lines.load_lines import (
    REAL,
    TOGETHER,
    counts_text,
    end_text,
    failures_text,
    how_much,
    turned_now,
    waiting_text,
)
from .hello import figure
from .lines import Drawing, Line, Part, beside, box, left, length, plain, right, screen
from .load_chart import chart_title, latency_chart, wait_lines
from .load_line import again_line, clauses, meaning_line, rate_text, warning_lines
from .style import ALARM, DIM, NONE, NOTIFY, REVERSE, STRONG, TITLE, WEB
from .view import View, footer

FIGURE = 9
"""Cells of a figure."""
NAME = 10
"""Cells of its row's name."""
RIGHT = 28
FIGURES = 9
"""Height of the panels of figures."""
NOTES = 2
"""Rows for what the load means, and for what is wrong: when there is something to say, the chart keeps its height."""
LEAST_CHART = 5
"""Rows of a chart without a frame, its words and its axis included."""
SMALL = (80, 22)
"""On a lower screen, frames would leave the chart fewer than four rows."""
EDGES_S = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, inf)
"""Of the bars: half a decade each."""


def render_load(state: State, now: float, view: View) -> Drawing:
    """The screen of a load by itself, at the moment `now`."""
    small = view.width < SMALL[0] or view.height < SMALL[1]
    lines = small_screen(state, now, view) if small else whole_screen(state, now, view)
    return screen(lines, footer(view), view.width, view.height)


def whole_screen(state: State, now: float, view: View) -> list[Line]:
    """All there is, at 88x24 and larger."""
    load, width = state.load, view.width
    lines = [load_header(load, view), progress(load, now, width)]
    lines += beside(latency_panel(state, now, width - RIGHT), requests_panel(load, RIGHT))
    notes = [meaning_line(state, width), again_line(load, width), *warning_lines(load, width)]
    notes = [line for line in notes if length(line)]
    room = view.height - 1 - len(lines) - max(len(notes), NOTES)
    bars = max(RIGHT, width // 3)
    lines += beside(latency_chart(state, width - bars, room), bars_panel(load, state.slow_s, bars, room))
    return [*lines, *notes]


def small_screen(state: State, now: float, view: View) -> list[Line]:
    """What matters most, a line each."""
    load = state.load
    ends = ", ".join(f"{count} x {end}" for end, count in load.ended.most_common())
    notes = [again_line(load, view.width), *warning_lines(load, view.width), meaning_line(state, view.width)]
    notes = [line for line in notes if length(line)]
    lines = [
        load_header(load, view),
        progress(load, now, view.width),
        plain(f"latency {short_figures(load.page.whole)}" if load.tells_apart else TOGETHER, STRONG),
        plain(clauses(counts_text(load), view.width)),
        errors_line(load, view.width) if load.errors else plain(ends or "no answer yet"),
        *notes,
        *([[]] * (NOTES - len(notes))),
    ]
    room = view.height - 1 - len(lines)
    if room < LEAST_CHART:
        return lines
    return [*lines, chart_title(state, view.width), *wait_lines(state, view.width, room - 1)]


def errors_line(load: Load, width: int) -> Line:
    """How long those took who got no page, and how they ended, as far as there is room for it."""
    took = f"{short_figures(load.failed.whole)}, " if load.tells_apart else ""
    return plain(clauses(f"errors  {took}{failures_text(load)}", width), ALARM)


def short_figures(seen: Histogram) -> str:
    """`p50 0.003 s  p95 0.010 s  max 0.012 s`."""
    seconds = {"p50": seen.percentile(50), "p95": seen.percentile(95), "max": seen.max_s}
    return "  ".join(f"{name} {seconds_text(value) if seen.count else '-'}" for name, value in seconds.items())


def load_header(load: Load, view: View) -> Line:
    """` load ` http://127.0.0.1:8000/  10/s even"""
    line: Line = [(" load ", REVERSE), (" ", NONE)]
    if view.paused:
        line += [(" paused ", REVERSE), (" ", NONE)]
    if load.started is None:
        return [*line, ("starting", NONE)]
    facts = [load.started.url, how_much(load.started), *([turned_now(load)] if load.turns else [])]
    while len(facts) > 1 and length(line) + len("   ".join(facts)) > view.width:
        del facts[0]
    return [*line, ("   ".join(facts), NONE)]


def progress(load: Load, now: float, width: int) -> Line:
    """How far it is, or how far it came; and when all has left, who is still waited for."""
    if load.started is None:
        return []
    share = min(1.0, max(0.0, (min(now, load.ended_at) - load.started.t) / load.started.seconds))
    words = f" {share:4.0%}" if share < 1 else f" {'time is up' if load.unsent else 'all sent'}, {waiting_text(load)}"
    if load.ended_at < inf:
        words = clauses(f" ended {end_text(load)}", width // 2) if load.stopped else " over"
    room = width - len(words)
    return [("█" * int(share * room), WEB), ("░" * (room - int(share * room)), DIM), (words, STRONG)]


def latency_panel(state: State, now: float, width: int) -> list[Line]:
    """Percentiles: of the page, lately and in all, those who wait counted; of those who got none; what it needed."""
    load, slow_s = state.load, state.slow_s
    recent, page = load.lately(now), load.page.whole
    span = f"{number_text(round(load.lately_s, 2))} s"
    percents = PERCENTS[: (width - 4 - NAME) // FIGURE - 1]
    names = [right(f"p{number_text(percent)}", FIGURE, DIM) for percent in percents]
    lines: list[Line] = [[left("", NAME), *names, right("max", FIGURE, DIM)]]
    lines += [
        percentiles_line(f"last {span}", recent, percents, slow_s),
        percentiles_line("whole load", page, percents, slow_s),
        percentiles_line("errors", load.failed.whole, percents),
        percentiles_line("service", load.service, percents),
        percentiles_line("send lag", load.lag, percents),
        plain(clauses(whose(load, recent.count, span), width - 4), DIM),
    ]
    title = f" of {'the page' if load.tells_apart else 'all'}, from when each was meant to leave"
    return box([("latency", TITLE), (title, NONE)], lines, width, FIGURES, WEB)


def whose(load: Load, lately: int, span: str) -> str:
    """Who is in the figures of the page, by which clock they are, and what else there is."""
    if not load.tells_apart:
        return TOGETHER
    clock = f"; {REAL}" if load.started is not None and load.started.speed != 1 else ""
    return f"{lately} got it in the last {span} or wait; {load.page.whole.count} in all{clock}; service: since sent"


def percentiles_line(name: str, seen: Histogram, percents: tuple[float, ...], slow_s: float | None = None) -> Line:
    """A row of figures, loud from `slow_s` on; without one, quiet."""
    parts: Line = [left(name, NAME, DIM)]
    for percent in percents:
        parts.append(duration_cell(seen.percentile(percent) if seen.knows(percent) else 0.0, slow_s))
    return [*parts, duration_cell(seen.max_s, slow_s)]


def duration_cell(seconds: float, slow_s: float | None) -> Part:
    """A duration at the right end of its column."""
    text, loud = figure(seconds, slow_s or inf)
    return right(text, FIGURE, NONE if slow_s is None else loud)


def requests_panel(load: Load, width: int) -> list[Line]:
    """What was to be sent, what was, what came back."""
    goes_on = load.latest is not None and load.ended_at == inf
    sent, answered = load.rates() if goes_on else (0.0, 0.0)
    offered = load.latest.rate if load.latest is not None and goes_on else 0.0
    lines: list[Line] = [
        count_line("offered", rate_text(offered), str(load.scheduled)),
        count_line("sent", rate_text(sent), str(load.sent)),
        count_line("answered", rate_text(answered), str(load.answered)),
        [left("errors", 9, DIM), right(str(load.errors), width - 13, ALARM if load.errors else STRONG)],
        waiting_line(load, offered, width),
        plain(", ".join(f"{count} x {end}" for end, count in load.failures.most_common()) or "no failures", DIM),
    ]
    return box([("requests", TITLE), (": now, in all", NONE)], lines, width, FIGURES)


def waiting_line(load: Load, offered: float, width: int) -> Line:
    """Who has no end yet, and who of them has not left; of a load that was ended, who was on the way then."""
    if load.ended_at < inf:
        return [left("on the way at the end", 21, DIM), right(str(load.unfinished), width - 25, STRONG)]
    words = f"{load.waiting}, {load.unsent} unsent" if load.unsent else str(load.waiting)
    return [left("waiting", 9, DIM), right(words, width - 13, ALARM if load.waiting > offered else STRONG)]


def count_line(name: str, rate: str, count: str) -> Line:
    """A name, a rate and a count."""
    return [left(name, 9, DIM), right(rate, 7, STRONG), right(count, 8, STRONG)]


def bars_panel(load: Load, slow_s: float, width: int, height: int) -> list[Line]:
    """How many got the page how soon: a bar for each half of a decade that anybody is in."""
    counts = [0] * len(EDGES_S)
    for edge_s, count in load.page.whole.buckets():
        counts[next(number for number, edge in enumerate(EDGES_S) if edge_s <= edge * 1.02)] += count
    used = [number for number, count in enumerate(counts) if count]
    shown = range(max(0, used[-1] - height + 3), used[-1] + 1) if used else range(0)
    shown = range(max(shown.start, used[0]), shown.stop) if used else shown
    most = max(counts)
    lines: list[Line] = []
    for number in shown:
        edge = EDGES_S[number]
        name = f"<{seconds_name(edge)}" if edge < inf else f">{seconds_name(EDGES_S[-2])}"
        digits = str(counts[number])
        room = max(1, width - 4 - 9 - len(digits))
        style = NOTIFY if edge > slow_s else WEB
        lines.append([left(name, 8, DIM), (across(counts[number] / most, room), style), (f" {digits}", STRONG)])
    title: Line = [("how many", TITLE), (" took how long", NONE)]
    lines = lines or [plain("nobody got it" if load.ended else "nobody yet", DIM)]
    if load.errors:
        lines = [*lines[-(height - 3) :], [left("no page", 8, DIM), (str(load.errors), ALARM)]]
    return box(title, lines, width, height)


def seconds_name(seconds: float) -> str:
    """`3 ms`, `10 s`."""
    return f"{number_text(seconds)} s" if seconds >= 1 else f"{number_text(round(seconds * 1000))} ms"


def across(share: float, width: int) -> str:
    """A horizontal bar; anything above 0 leaves a tick."""
    if share <= 0:
        return ""
    return "█" * int(share * width) or "▏"
