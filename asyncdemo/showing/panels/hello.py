"""The panel of the visitors: how long they wait, in figures and over time."""

import textwrap
from collections import Counter
from dataclasses import replace

from ...base.durations import seconds_text, span_text
from ...base.histogram import ENOUGH
from ...base.text import counted, wait
from ...events.events import ERRORS_FROM
from ...events.stage import Task
from ...known.state import State
from ...known.visitors import LEFT, answers
from ...known.waits import Latency
from ..lines.load_lines import clock_name
from ..lines.run_words import endings_text
from .chart import LABEL, Axis, chart_lines
from .lines import Line, Part, below, box, left, length, plain, right
from .load_line import clauses
from .style import ALARM, DIM, NONE, STRONG, TITLE, WEB, work_style

NO_BREAK = "\N{NO-BREAK SPACE}"
LATELY_S = 5.0
"""What is told beside the whole window, in seconds of the lesson: a page that is fast again is so there at once."""
NAME, FIGURE, COUNT = 7, 8, 9
"""Cells of a window, of a duration, and of a count."""
FIGURES = 6
"""Height of the figures: four lines and a frame; a line more for each kind of work but the first."""
WORDS = "longest wait"
"""What the chart shows, of a visitor."""


def hello_panel(state: State, now: float, width: int, height: int) -> list[Line]:
    """How long visitors waited, of the last window and of the last few seconds, and how they ended; below, a chart."""
    what, who = ("until done", "unfinished too") if state.stage.tasks else ("the page", "unanswered too")
    words = ["all of them" if state.stage.own else what, clock_name(state), who]
    title: Line = [("pages" if state.stage.own else "hello", TITLE), (f": {', '.join(filter(None, words))}", NONE)]
    lines = hello_lines(state, now, width - 4)
    figures = box(title, lines, width, len(lines) + 2, WEB)
    rows = height - len(lines) - 1
    chart = box(chart_title(state, now, width - 6), wait_lines(state, now, width - 4, rows - 2), width, rows, WEB)
    return below(figures, chart)


def hello_lines(state: State, now: float, width: int) -> list[Line]:
    """The page's figures, a window a line, and how visitors ended in the longer one, the errors with theirs."""
    share = min(1.0, LATELY_S / state.window_s)
    names = [right(name, FIGURE, DIM) for name in ("p50", "p95", "p99", "max")]
    heads = [*names, right("counted", COUNT, DIM)]
    if state.stage.tasks:
        return [
            [left(window_text(state, 1.0), NAME, DIM), *heads],
            *kinds_lines(state, now),
            endings_line(state, now, width),
        ]
    return [
        [left("last", NAME, DIM), *heads],
        latency_line(state, now, 1.0),
        latency_line(state, now, share),
        endings_line(state, now, width),
    ]


def kinds_lines(state: State, now: float) -> list[Line]:
    """The page, and how long each kind of work takes until it is done, what waits so far: in the last window."""
    page = named_line(state, left("page", NAME, WEB), state.visitors.recent(now), state.slow_s)
    return [page, *(named_line(state, *task_figures(state, task, now)) for task in quick_first(state))]


def quick_first(state: State) -> list[Task]:
    """The kinds of work, that first which is worth watching."""
    return sorted(state.stage.tasks, key=lambda task: task.slow)


def task_figures(state: State, task: Task, now: float) -> tuple[Part, Latency, float]:
    """What a kind of work is called, how long it takes, and from where on that is slow."""
    name = left(task.short, NAME, work_style(state.stage, task.name))
    return name, state.notifications.waits_of(task.name).recent(now), state.slow_after_s(task)


def latency_line(state: State, now: float, share: float) -> Line:
    """`60 s   0.43 s   5.1 s   -   5.6 s   63`: of those seen in such a share of the window."""
    name = left(window_text(state, share), NAME, DIM)
    return named_line(state, name, state.visitors.recent(now, share), state.slow_s)


def named_line(state: State, name: Part, seen: Latency, slow_s: float) -> Line:
    """Four figures and a count, after a name."""
    seconds = (seen.p50, seen.p95, seen.p99 if seen.count >= ENOUGH else 0.0, seen.max)
    figures = [right(text, FIGURE, style) for text, style in (wait_figure(state, value, slow_s) for value in seconds)]
    return [name, *figures, right(str(seen.count), COUNT, STRONG)]


def window_text(state: State, share: float) -> str:
    """`60 s`: a share of the window."""
    return span_text(state.visitors.window_s * share * state.clock)


def latency_words(state: State, now: float) -> list[Line]:
    """`hello last 60 s: p50 0.43 s  p95 5.1 s  max 5.6 s  3 err`, and the same of the last few seconds."""
    _, errors = answers(state.visitors.endings(now))
    what = "pages" if state.stage.own else "hello"
    told = [
        ((f"{what} last {window_text(state, share)}:", DIM), state.visitors.recent(now, share), state.slow_s)
        for share in (1.0, min(1.0, LATELY_S / state.window_s))
    ]
    if state.stage.tasks:
        told = [told[0], *(task_figures(state, task, now) for task in quick_first(state) if not task.slow)]
    lines = [words_line(state, *each) for each in told]
    lines[0] += [(f"  {errors} err", ALARM)] if errors else []
    return lines


def words_line(state: State, name: Part, seen: Latency, slow_s: float) -> Line:
    """Three figures with their names, after that of what they are of."""
    figures = [wait_figure(state, value, slow_s) for value in (seen.p50, seen.p95, seen.max)]
    parts = [(f"  {what} ", value) for what, value in zip(("p50", "p95", "max"), figures, strict=True)]
    return [name, *(part for what, value in parts for part in ((what, DIM), value))]


def endings_line(state: State, now: float, width: int) -> Line:
    """`63 answered, 2 left, 3 errors, median 0.006 s: 3 x 503 time limit` in the window, as far as there is room."""
    ended = state.visitors.endings(now)
    answered, errors = answers(ended)
    if not ended:
        others = endings_text(state.visitors.others)
        words = f"no answer {'lately' if state.statuses else 'yet'}"
        return plain(clauses(f"{words}; other requests: {others}" if others else words, width), DIM)
    gone = f", {ended[LEFT]} left" if ended[LEFT] else ""
    words = f"{answered} answered{gone}"
    if not errors:
        return plain(words, DIM)
    took = seconds_text(state.visitors.recent_errors(now).p50 * state.clock)
    return [(f"{words}, ", DIM), (errors_words(errors_of(ended), errors, took, width - len(words) - 2), ALARM)]


def errors_words(kinds: list[str], errors: int, took: str, room: int) -> str:
    """How many got an error, their median wait and their kinds: the most frequent one at least."""
    many = counted(errors, "error")
    heads = (f"{many}, median {took}: ", f"{many}: ", "")
    told = [(head, "".join(listed(kinds, max(1, room - len(head)), 1))) for head in heads]
    head, named = next((each for each in told if not each[1].startswith("…")), ("", kinds[0]))
    return head + named


def errors_of(ended: Counter[str]) -> list[str]:
    """`35 x 503 time limit` of each kind, the most frequent first."""
    errors = [(end, count) for end, count in ended.most_common() if end != LEFT and int(end[:3]) >= ERRORS_FROM]
    return [f"{count} x {end}" for end, count in errors]


def listed(items: list[str], width: int, rows: int) -> list[str]:
    """`35 x 503 time limit,` and `34 x 200`: in so many rows at the most, with no item parted."""
    whole = ", ".join(item.replace(" ", NO_BREAK) for item in items)
    wrapped = textwrap.wrap(whole, width, max_lines=rows, placeholder=" …", break_on_hyphens=False)
    return [row.replace(NO_BREAK, " ") for row in wrapped]


def figure(seconds: float, slow_s: float) -> Part:
    """A duration, loud when a visitor would leave."""
    return (seconds_text(seconds) if seconds else "-", ALARM if seconds > slow_s else STRONG)


def wait_figure(state: State, seconds: float, slow_s: float) -> Part:
    """A duration on the wall, as it is told, loud from `slow_s` on."""
    return figure(seconds * state.clock, slow_s * state.clock)


def chart_title(state: State, now: float, room: int) -> Line:
    """What the chart shows, and who waits now."""
    words, slow_s = WORDS, state.slow_s
    waiting, longest = state.visitors.many_wait, state.visitors.longest_wait(now)
    if quick := state.stage.quick:
        waits_of = state.notifications.waits_of(quick.name)
        words, slow_s = f"longest wait of {quick.short}", state.slow_after_s(quick)
        waiting, longest = len(waits_of.waiting), waits_of.longest_wait(now)
    waits = f"{waiting} {wait(waiting)}"
    nobody = [(" at each moment; now nobody waits", NONE)]
    somebody = [(" at each moment; now ", NONE), wait_figure(state, longest, slow_s)]
    line: Line = [(words, TITLE), *(somebody if waiting else nobody), (f", {waits}" if waiting else "", NONE)]
    if length(line) > room:
        line[1] = (line[1][0].replace(" at each moment", ""), NONE)
    return [*line, (", log scale", NONE)] if length(line) + 11 <= room else line


def wait_lines(state: State, now: float, width: int, height: int) -> list[Line]:
    """At each moment of the last window, how long what waited longest had waited, a visitor or, where nothing keeps
    them, a quick task; and what was turned then."""
    begin_s = now - state.visitors.window_s
    clock, quick = state.clock, state.stage.quick
    watched = state.visitors if quick is None else state.notifications.waits_of(quick.name)
    slow_s = state.slow_s if quick is None else state.slow_after_s(quick)
    waits = [wait * clock for wait in watched.longest_waits(now, width - LABEL)]
    marks = [replace(mark, t=mark.t * clock) for mark in state.marks.since(begin_s, state.load)]
    axis = Axis(begin_s * clock, now * clock, now * clock, "now")
    return chart_lines(waits, slow_s * clock, axis, marks, height, quick=quick is not None)
