"""The whole screen, put together from its panels."""

from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ..durations import number_text, seconds_text
from ..plain import PERCENTILES, workers_text
from ..state import State
from .books import books_panel, channels_panel, reasons
from .hello import chart_panel, hello_panel
from .style import ALARM, DIM, STRONG
from .workers import workers_panel

MIDDLE = 9
"""Height of the figures: six terms of the books, the reasons of a loss, and a frame."""
CHART = 5
"""The least height of the chart."""
SMALL = (80, 20)
LOG_FROM = 30
"""Screens of this height have room for the log."""


@dataclass(frozen=True)
class View:
    """How the user looks at a run just now."""

    width: int
    height: int
    colour: bool = True
    paused: bool = False
    selected: str = ""
    """Process of the selected worker."""
    message: str = ""
    """A line at the foot instead of the keys: a question, or what a key has done."""
    mark: str = ""
    """A word at the head: `recorded`."""
    keys: str = ""
    """The keys, in short."""


def render(state: State, now: float, view: View) -> RenderableType:
    """The screen at the moment `now` of the run."""
    if view.width < SMALL[0] or view.height < SMALL[1]:
        return small(state, now, view)
    workers = max(1, len(state.workers.rows()))
    room = view.height - 2 - MIDDLE - 3  # for the rows of the workers, the chart and the log
    rows = min(workers, max(1, room - CHART)) if room - CHART >= 3 else min(workers, room)
    room -= rows
    parts: list[RenderableType] = [header(state, now, view)]
    parts.append(workers_panel(state, now, view.width, rows, view.selected, view.colour))
    parts.append(figures(state, now, view.width))
    log_height = 0
    if view.height >= LOG_FROM and room >= 2 * CHART:
        log_height = room // 2
    if room - log_height >= 3:
        parts.append(chart_panel(state, now, view.width, room - log_height))
    if log_height:
        parts.append(log_panel(state, log_height))
    parts.append(footer(view))
    return Group(*parts)


def header(state: State, now: float, view: View) -> Text:
    """`bonus  3: 2 general + 1 reserved  http://127.0.0.1:8000/  5 5 5 30 s  x1  up 1:02`, as much as fits."""
    run = state.run
    if run is None:
        return Text("asyncdemo", STRONG)
    minutes, seconds = divmod(int(max(0.0, now - state.ready_at)) if state.ready_at <= now else 0, 60)
    delays = " ".join(number_text(delay) for delay in run.delays)
    count = (
        f"{run.general} general + {run.reserved} reserved"
        if run.reserved
        else workers_text(run).split(",")[0].split(":")[0]
    )
    facts = [
        run.url.removeprefix("http://").rstrip("/"),
        f"{delays} s",
        f"x{number_text(run.speed)}",
        f"up {minutes}:{seconds:02}",
    ]
    text = Text.assemble((f" {run.stage} ", "reverse bold"), " ", no_wrap=True, overflow="ellipsis")
    if view.mark:
        text.append(f" {view.mark} ", "reverse")
        text.append(" ")
    if view.paused:
        text.append(" paused ", "reverse")
        text.append(" ")
    text.append("   ".join([count, *facts]))
    return text


def figures(state: State, now: float, width: int) -> Table:
    """The three panels of figures, side by side."""
    grid = Table.grid(expand=True)
    right = 21 if width < 84 else 24
    middle = max(27, min(36, width - 32 - right))
    grid.add_column(width=width - middle - right)
    grid.add_column(width=middle)
    grid.add_column(width=right)
    grid.add_row(hello_panel(state, now, MIDDLE), books_panel(state.books, MIDDLE), channels_panel(state, now, MIDDLE))
    return grid


def log_panel(state: State, height: int) -> Panel:
    """What happened last, the newest at the bottom."""
    lines = state.log.lines[-(height - 2) :]
    text = Text("\n", no_wrap=True, overflow="ellipsis").join(
        Text.assemble((f"{t:8.1f} s  ", DIM), (f"{who:<11} ", STRONG), what) for t, who, what in lines
    )
    text.no_wrap, text.overflow = True, "ellipsis"
    return Panel(text, title=Text("log", STRONG), title_align="left", height=height, padding=(0, 1))


def footer(view: View) -> Text:
    """The keys, or what has to be said."""
    text = Text(view.message, ALARM) if view.message else Text(view.keys, DIM)
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def small(state: State, now: float, view: View) -> Group:
    """At 60x15: the workers, and a line each for the visitors and for the notifications."""
    workers = max(1, len(state.workers.rows()))
    rows = max(1, min(workers, view.height - 8))
    recent, books = state.visitors.recent(now), state.books
    shares = zip(PERCENTILES, (recent.p50, recent.p95), strict=True)
    latency = "  ".join(f"{name} {seconds_text(value)}" for (name, _), value in shares)
    waiting = f"{len(state.waiting)} wait, longest {seconds_text(state.visitors.longest_wait(now))}"
    lines = [
        f"hello {latency}  max {seconds_text(recent.max)}",
        f"      {waiting}",
        f"notifications {books.sent} sent, {books.delivered} delivered, {books.lost} lost {reasons(books)}",
    ]
    texts = [Text(line, no_wrap=True, overflow="ellipsis") for line in lines]
    panel = workers_panel(state, now, view.width, rows, view.selected, view.colour)
    return Group(header(state, now, view), panel, *texts, footer(view))
