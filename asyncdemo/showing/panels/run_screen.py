"""The whole screen, put together from its panels."""

from dataclasses import replace
from math import inf

from ...base.durations import minutes_text, number_text
from ...known.books import Books
from ...known.state import State
from ..lines.load_lines import LESSON, clock_name
from ..lines.own_lines import slow_words
from ..lines.run_words import workers_text
from .books import KINDS, books_panel, channel_lines, channels_panel, kinds_panel, reasons
from .hello import chart_title, hello_panel, latency_words, wait_lines
from .lines import LEAST, Drawing, Line, below, beside, box, fit, left, length, plain, screen
from .load_line import load_lines
from .pages import PAGES, pages_above_slow, pages_panel, slow_panel
from .style import ALARM, DIM, NONE, REVERSE, STRONG
from .view import View, footer
from .workers import worker_lines, workers_panel

FIGURES = 9
"""Height of the books: six terms, the reasons of a loss, and a frame."""
WORKERS = 3
"""Rows of the workers' panel that are no worker."""
LOAD = 1
"""Rows that are kept for what the load means, on screens that have rows to spare."""
SMALL = (80, 24)
LOG_FROM = 30
"""Screens of this height have room for the log."""
WIDE = (150, 36)
"""On screens of this size, the log stands beside the chart."""
LOG_WIDTH = 80
"""Of the figures and the log, there: the longest of its lines are as long."""
THREADS = 12
"""Rows that are kept, there, for threads that nobody has counted beforehand."""
LONG = 20
"""Small screens of this height have room for the load, and for the channels."""
LEAST_CHART = 4
"""Rows of a chart without a frame, its words and its axis included."""


def render(state: State, now: float, view: View) -> Drawing:
    """The screen at the moment `now` of the run."""
    roomy = replace(view, width=max(LEAST, view.width))
    lines = small(state, now, roomy) if view.width < SMALL[0] or view.height < SMALL[1] else whole(state, now, view)
    return screen(lines, footer(view), view.width, view.height)


def with_foot(drawing: Drawing, view: View) -> Drawing:
    """A picture of before, over the foot of now."""
    return Drawing([*drawing.lines[:-1], fit(footer(view), view.width)], drawing.size)


def whole(state: State, now: float, view: View) -> list[Line]:
    """All panels. The chart's height is that of the screen's: neither workers who come nor a load take rows from it."""
    load = load_lines(state, view.width)
    head = [run_header(state, now, view), *load]
    free = view.height - 1 - len(head) - WORKERS  # for the rows of the workers, the figures with the chart, and the log
    workers = len(state.workers.rows())
    if view.width >= WIDE[0] and view.height >= WIDE[1]:
        rows = min(max(workers, expected_workers(state)), free // 2) + LOAD - len(load)
        return [*head, *workers_panel(state, now, view, rows), *wide_panels(state, now, view.width, free - rows)]
    chart = chart_height(view.height)
    rows = min(max(1, workers), free - chart) if view.height >= LOG_FROM else free - chart
    log = free - chart - rows
    rows, log = (rows, log) if log >= 3 else (rows + log, 0)
    lines = [*head, *workers_panel(state, now, view, rows), *figure_panels(state, now, view.width, chart)]
    return [*lines, *(log_panel(state, view.width, log) if log else [])]


def chart_height(height: int) -> int:
    """Of the figures with the chart below them, on a screen of this height."""
    return height - 10 if height < LOG_FROM else 16 + (height - LOG_FROM) // 3


def expected_workers(state: State) -> int:
    """How many rows are kept for workers: those that a run begins with, and one more where a key brings one."""
    run = state.run
    if run is None or not run.general + run.reserved:
        return THREADS
    return run.general + run.reserved + bool(run.stage.reserved)


def run_header(state: State, now: float, view: View) -> Line:
    """`bonus  2 general + 1 reserved  127.0.0.1:8000  5 5 5 30 s  x1  up 1:02`, as much as fits; where all is told in
    the lesson's seconds, that it is."""
    run = state.run_now
    if run is None:
        return plain("asyncdemo", STRONG)
    delays = " ".join(number_text(delay) for delay in run.delays)
    reserved = f"{run.general} general + {run.reserved} reserved"
    count = reserved if run.reserved else workers_text(run).split(",")[0].split(":")[0]
    host, _, path = run.url.removeprefix("http://").partition("/")
    where = f"{host}/{path}" if path else host
    up = "starting"
    if state.ready_at <= now:
        clock = f", {LESSON}" if clock_name(state) == LESSON else ""
        up = f"up {minutes_text((now - state.ready_at) * state.clock)}{clock}"
    if state.serves_nothing:
        up = "cannot come up" if state.ready_at == inf else "serves nothing"
    lesson = "" if run.speed == 1 else "lesson "
    facts = [count, where, f"{lesson}{delays} s", f"x{number_text(run.speed)}", up]
    if run.stage.own:
        turned = [f"{lesson}{delays} s", f"x{number_text(run.speed)}"] if run.delays else []
        facts = [run.stage.title, where, *turned, up]
    line: Line = [(f" {run.stage.name} ", REVERSE), (" ", NONE)]
    for mark in (view.mark, "paused" if view.paused else ""):
        if mark:
            line += [(f" {mark} ", REVERSE), (" ", NONE)]
    while len(facts) > 1 and length(line) + len("   ".join(facts)) > view.width:
        del facts[0]  # the panels tell how many workers there are; how long it runs, nothing else tells
    return [*line, ("   ".join(facts), NONE)]


def figure_panels(state: State, now: float, width: int, height: int) -> list[Line]:
    """The visitors with their chart, and beside them the notifications, and the channels that these wait on."""
    right = 36 if width >= 100 else max(26, min(32, width - 56))
    if has_pages_alone(state):
        return beside(hello_panel(state, now, width - right, height), pages_above_slow(state, right, height))
    books = notifications_panel(state, right)
    others = others_panel(state, now, right, height - len(books) + 1)
    return beside(hello_panel(state, now, width - right, height), below(books, others))


def has_pages_alone(state: State) -> bool:
    """Whether it is a project of the user's in which nothing is done in the background, as far as anything tells."""
    return state.stage.own and not state.books.sent


def others_panel(state: State, now: float, width: int, height: int) -> list[Line]:
    """The channels; of a project of the user's in which nobody measures any, its pages."""
    if state.stage.own and not state.channels.depths:
        return pages_panel(state, width, height)
    return channels_panel(state, now, width, height)


def notifications_panel(state: State, width: int) -> list[Line]:
    """The books: of each kind, where there are several."""
    if state.stage.tasks:
        return kinds_panel(state, width, KINDS)
    return books_panel(state, width, FIGURES)


def wide_panels(state: State, now: float, width: int, height: int) -> list[Line]:
    """The visitors with their chart, and beside them the other figures above the log."""
    half = LOG_WIDTH // 2
    if has_pages_alone(state):
        books = pages_panel(state, half, PAGES)
        figures = beside(books, slow_panel(state, half, PAGES))
    else:
        books = notifications_panel(state, half)
        figures = beside(books, others_panel(state, now, half, len(books)))
    others = [*figures, *log_panel(state, LOG_WIDTH, height - len(books))]
    return beside(hello_panel(state, now, width - LOG_WIDTH, height), others)


def log_panel(state: State, width: int, height: int) -> list[Line]:
    """What happened last, the newest at the bottom."""
    newest = state.log.lines[-(height - 2) :]
    zero = state.ready_at if state.ready_at < inf else 0.0  # as the header counts
    lines: list[Line] = [
        [(f"{(t - zero) * state.clock:8.1f} s  ", DIM), left(who, 12, STRONG), (what, NONE)] for t, who, what in newest
    ]
    return box(plain("log", STRONG), lines, width, height)


def small(state: State, now: float, view: View) -> list[Line]:
    """At 60x15: the workers, a line each for the visitors of both windows and for the notifications, and the chart."""
    long = view.height >= LONG
    load = load_lines(state, view.width) if long or view.width >= SMALL[0] else []
    head = [run_header(state, now, view), *load]
    nobody = [plain(f"nobody takes {channel.short}", ALARM) for channel in state.left_alone]
    channels = channel_rows(state, now) if long else []
    figures = [*latency_words(state, now), *notifications_lines(state), *channels, *nobody]
    free = view.height - 1 - len(head) - len(figures) - (WORKERS if long else 1)
    rows = max(1, min(4 + (LOAD - len(load) + (view.height - LONG) // 4 if long else 0), free))
    workers = workers_panel(state, now, view, rows) if long else worker_lines(state, now, view, rows, view.width)
    blank: list[Line] = [[]] * (rows + 1 - len(workers))
    return [*head, *workers, *blank, *figures, *open_chart(state, now, view.width, free - rows)]


def channel_rows(state: State, now: float) -> list[Line]:
    """A line for each channel, before they are measured as well."""
    lines = [line for name in state.channels.depths for line in channel_lines(state, now, name, 0, 1)]
    return [*lines, *([plain("")] * (len(state.stage.queues) - len(lines)))]


def open_chart(state: State, now: float, width: int, height: int) -> list[Line]:
    """The chart without a frame; where there is no room for it, its words."""
    bars = wait_lines(state, now, width, height - 1) if height >= LEAST_CHART else []
    return [chart_title(state, now, width), *bars][: max(0, height)]


def notifications_lines(state: State) -> list[Line]:
    """Where they are, in a line for each kind of them, the losses whole."""
    if has_pages_alone(state):
        return [plain(slow_words(state))]
    if not state.stage.tasks:
        return [notifications_line(state.books, f"{state.stage.job}s")]
    return [kind_line(task.short, state.notifications.books_of(task.name)) for task in state.stage.tasks]


def kind_line(short: str, books: Books) -> Line:
    """`notify 60: 16 done 3 running 41 queued 0 lost`; and what a dead worker holds."""
    told = f"{books.delivered} done {books.running} running {books.queued} queued"
    alarm = f" {books.held} held" if books.held else ""
    return [
        (f"{short} {books.sent}: {told}", NONE),
        (alarm, ALARM),
        (f" {books.lost} lost", ALARM if books.lost else NONE),
    ]


def notifications_line(books: Books, what: str) -> Line:
    """Where they are, in a line, the losses whole."""
    lost = f"{books.lost} lost {reasons(books)}"
    return plain(f"{what} {books.sent} sent, {books.delivered} delivered, {lost}")
