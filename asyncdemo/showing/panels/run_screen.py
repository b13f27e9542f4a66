"""The whole screen, put together from its panels."""

from dataclasses import replace
from math import inf

from ...base.durations import number_text, seconds_text
from ...known.state import State
from ..run_lines import workers_text
from .books import books_panel, channels_panel, reasons
from .hello import chart_panel, hello_panel
from .lines import LEAST, Drawing, Line, beside, box, fit, left, length, plain, screen
from .load_screen import load_lines
from .style import DIM, NONE, REVERSE, STRONG
from .view import View, footer
from .workers import workers_panel

MIDDLE = 9
"""Height of the figures: six terms of the books, the reasons of a loss, and a frame."""
CHART = 5
"""The least height of the chart."""
SMALL = (80, 20)
LOG_FROM = 30
"""Screens of this height have room for the log."""


def render(state: State, now: float, view: View) -> Drawing:
    """The screen at the moment `now` of the run."""
    roomy = replace(view, width=max(LEAST, view.width))
    lines = small(state, now, roomy) if view.width < SMALL[0] or view.height < SMALL[1] else whole(state, now, view)
    return screen(lines, footer(view), view.width, view.height)


def with_foot(drawing: Drawing, view: View) -> Drawing:
    """A picture of before, over the foot of now."""
    return Drawing([*drawing.lines[:-1], fit(footer(view), view.width)], drawing.size)


def whole(state: State, now: float, view: View) -> list[Line]:
    """All panels that there is room for, in order of importance: workers, figures, chart, log."""
    workers = max(1, len(state.workers.rows()))
    load = load_lines(state, view.width)
    room = view.height - 2 - MIDDLE - 3 - len(load)  # for the rows of the workers, the chart and the log
    rows = min(workers, max(1, room - CHART)) if room - CHART >= 3 else min(workers, room)
    room -= rows
    log_height = room // 2 if view.height >= LOG_FROM and room >= 2 * CHART else 0
    lines = [run_header(state, now, view), *load]
    lines += workers_panel(state, now, view.width, rows, view.selected, view.colour)
    lines += figure_panels(state, now, view.width)
    if room - log_height >= 3:
        lines += chart_panel(state, now, view.width, room - log_height)
    if log_height:
        lines += log_panel(state, view.width, log_height)
    return lines


def run_header(state: State, now: float, view: View) -> Line:
    """`bonus  2 general + 1 reserved  127.0.0.1:8000  5 5 5 30 s  x1  up 1:02`, as much as fits."""
    run = state.run_now
    if run is None:
        return plain("asyncdemo", STRONG)
    delays = " ".join(number_text(delay) for delay in run.delays)
    reserved = f"{run.general} general + {run.reserved} reserved"
    count = reserved if run.reserved else workers_text(run).split(",")[0].split(":")[0]
    where = run.url.removeprefix("http://").rstrip("/")
    up = "starting"
    if state.ready_at <= now:
        minutes, seconds = divmod(int(now - state.ready_at), 60)
        up = f"up {minutes}:{seconds:02}"
    facts = [count, where, f"{delays} s", f"x{number_text(run.speed)}", up]
    line: Line = [(f" {run.stage.name} ", REVERSE), (" ", NONE)]
    for mark in (view.mark, "paused" if view.paused else ""):
        if mark:
            line += [(f" {mark} ", REVERSE), (" ", NONE)]
    while len(facts) > 1 and length(line) + len("   ".join(facts)) > view.width:
        del facts[0]  # the panels tell how many workers there are; how long it runs, nothing else tells
    return [*line, ("   ".join(facts), NONE)]


def figure_panels(state: State, now: float, width: int) -> list[Line]:
    """The three panels of figures, side by side."""
    right = 21 if width < 84 else 24
    middle = max(27, min(36, width - 32 - right))
    return beside(
        hello_panel(state, now, width - middle - right, MIDDLE),
        books_panel(state.books, state.notifications.took, middle, MIDDLE),
        channels_panel(state, now, right, MIDDLE),
    )


def log_panel(state: State, width: int, height: int) -> list[Line]:
    """What happened last, the newest at the bottom."""
    newest = state.log.lines[-(height - 2) :]
    zero = state.ready_at if state.ready_at < inf else 0.0  # as the header counts
    lines: list[Line] = [
        [(f"{t - zero:8.1f} s  ", DIM), left(who, 12, STRONG), (what, NONE)] for t, who, what in newest
    ]
    return box(plain("log", STRONG), lines, width, height)


def small(state: State, now: float, view: View) -> list[Line]:
    """At 60x15: the workers, and a line each for the visitors and for the notifications."""
    rows = max(1, min(len(state.workers.rows()), view.height - 8))
    recent, books = state.visitors.recent(now), state.books
    seconds = {"p50": recent.p50, "p95": recent.p95, "max": recent.max}
    latency = "  ".join(f"{name} {seconds_text(value) if recent.count else '-'}" for name, value in seconds.items())
    longest = f", longest {seconds_text(state.visitors.longest_wait(now))}" if state.waiting else ""
    load = load_lines(state, view.width) if view.width >= SMALL[0] else []
    lines = [run_header(state, now, view), *load]
    lines += workers_panel(state, now, view.width, rows, view.selected, view.colour)
    lines.append(plain(f"hello {latency}"))
    lines.append(plain(f"{len(state.waiting)} wait{longest}"))
    lost = f"{books.lost} lost {reasons(books)}"
    lines.append(plain(f"notifications {books.sent} sent, {books.delivered} delivered, {lost}"))
    room = view.height - 1 - len(lines)
    return [*lines, *(chart_panel(state, now, view.width, room) if room >= CHART else [])]
