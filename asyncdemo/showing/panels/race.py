"""The screen of a race: the runs of a comparison side by side, each in a lane of its own, under one clock."""

import textwrap
from dataclasses import dataclass, replace
from math import inf

from ...base.durations import minutes_text, number_text
from ...base.text import counted
from ...events.events import LoadStarted
from ...known.lanes import Lane, Lanes, Phase
from ..lines.lane_words import NUMBERS, News, crew_within, in_words
from .chart import FREE, LABEL, Axis, joined_parts, put
from .lines import Drawing, Line, beside, fit, left, length, plain, right, screen, too_small
from .load_line import clauses, shortened
from .race_lane import (
    ALL_CAME,
    COUNT,
    SELECTED,
    Course,
    curve,
    figure_lines,
    in_short,
    last_came,
    longest_part,
    name_lines,
    notify_parts,
    page_parts,
    place_part,
    reason_lines,
    scale,
    strip_lines,
)
from .run_screen import render
from .style import ALARM, DIM, NONE, REVERSE, STRONG
from .view import View, footer

WIDE = 80
"""From so many cells on, a lane's figures stand beside its curve."""
LEAST_WIDTH = 40
EDGES = 2
"""Rows of the header and the foot."""
AROUND = 5
"""Those, and the names of the columns, the axis, and a row of words."""
FLAT = 2
"""Rows of a lane in which all stands side by side."""
LARGE, LARGER = 100, 150
"""From so many cells on, names and figures have more room."""
NAMES, FIGURES = (15, 22, 28), (28, 34, 50)
"""Cells of these, by that."""
FLAT_NAME, FLAT_FIGURES, FLAT_STRIPS_LESS = 18, 25, 16
"""Of a flat lane: its place stands beside its name, and its strips beside its figures."""
CURVE = 6
"""Cells of a curve at the least."""
PLACE = 4
LONGEST = 8
AXIS = 20
"""Of one with an axis."""
COMING = "visitors come"


def race(lanes: Lanes, now: float, view: View, notice: str = "") -> Drawing:
    """All lanes at the moment `now` of their clock, the one whose number is `view.selected` marked.

    `notice` is what has to be said before all else: that this machine is too small for them.
    """
    many = len(lanes.by_number)
    if view.width < LEAST_WIDTH or view.height < many + EDGES:
        return too_small(view.width, view.height, f"a race of {number_word(many)} needs", (LEAST_WIDTH, many + EDGES))
    course, layout = Course.of(lanes, now), Layout.of(view, many)
    blocks = [line for lane in lanes for line in lane_lines(lanes, lane, course, view, layout)]
    free = view.height - EDGES - len(blocks)
    names = [names_line(layout, course)] if free else []
    axis = [axis_line(course, layout)] if free > 1 and layout.curve >= AXIS else []
    words = words_lines(lanes, now, view, notice, free - len(names) - len(axis))
    return screen(
        [race_header(lanes, course, view), *names, *blocks, *axis, *words], footer(view), view.width, view.height
    )


def lanes_screen(lanes: Lanes, now: float, view: View, notice: str = "") -> Drawing:
    """All lanes, as `race` draws them; the panels of the selected one by itself, where that is opened and there."""
    opened = view.opened and view.selected.isdecimal() and int(view.selected) in lanes.by_number
    return lane_panels(lanes[int(view.selected)], now, view) if opened else race(lanes, now, view, notice)


def lane_panels(lane: Lane, now: float, view: View) -> Drawing:
    """All panels of a lane by itself, in seconds of the lesson as all of a race are, with its number at their head."""
    mark = " ".join(filter(None, (view.mark, f"lane {lane.number}")))
    return render(lane.state, lane.now(now), replace(view, selected="", mark=mark))


@dataclass(frozen=True)
class Layout:
    """Rows of a lane, and the widths of its columns in cells."""

    rows: int
    name: int
    curve: int
    figures: int
    strips: int = 0
    """Where the strips have a column of their own."""
    beside: bool = True
    """Whether the curve stands beside the figures."""
    notify: bool = True
    count: int = COUNT
    """A count."""

    @classmethod
    def of(cls, view: View, many: int) -> "Layout":
        """What fits, for so many lanes."""
        rows, width = max(1, (view.height - AROUND) // many), view.width
        if width < WIDE or rows == 1:
            return cls.in_lines(width, rows)
        size = 0 if width < LARGE else 1 if width < LARGER else 2
        flat = rows == FLAT
        name = max(NAMES[size], FLAT_NAME) if flat else NAMES[size]
        strips, figures = (FIGURES[size] - FLAT_STRIPS_LESS, FLAT_FIGURES) if flat else (0, FIGURES[size])
        return cls(rows, name, width - 1 - name - LABEL - 1 - strips - figures, figures, strips)

    @classmethod
    def in_lines(cls, width: int, rows: int) -> "Layout":
        """A line a lane, its curve beside that, or below it where there are more rows."""
        count = COUNT if width >= WIDE else COUNT - 1
        figures = 1 + 6 * count if width >= WIDE else 3 * count
        others = 1 + PLACE + LONGEST + figures
        name = max(11, min(22 if width >= WIDE else 19, width - others - 1 - CURVE))
        curve = width - others - name - 1 if rows == 1 else width - 1 - LABEL
        return cls(rows, name, max(0, curve), figures, beside=rows == 1, notify=width >= WIDE, count=count)

    @property
    def is_lines(self) -> bool:
        """Whether a lane begins with a line of all its figures."""
        return self.rows == 1 or not self.beside

    @property
    def before_curve(self) -> int:
        """Cells on the left of the curve."""
        if not self.is_lines:
            return 1 + self.name + LABEL
        return 2 + self.name + PLACE + LONGEST + self.figures if self.beside else 1 + LABEL


def number_word(many: int) -> str:
    """`six`."""
    return NUMBERS[many] if many < len(NUMBERS) else str(many)


def race_header(lanes: Lanes, course: Course, view: View) -> Line:
    """` race  six setups, the same visitors   1/s   5 5 5 30 s   x10   0:42 of 1:00`, as much as fits."""
    many = len(lanes.by_number)
    line: Line = [(" race ", REVERSE), (" ", NONE)]
    for mark in (view.mark, "paused" if view.paused else ""):
        line += [(f" {mark} ", REVERSE), (" ", NONE)] if mark else []
    facts = ["one setup" if many == 1 else f"{number_word(many)} setups, the same visitors", *asked_texts(lanes)]
    clock = clock_text(lanes, course)
    while facts and length(line) + len("   ".join([*facts, clock])) > view.width - 1:
        facts = [facts[0].partition(",")[0], *facts[1:]] if "," in facts[0] else facts[1:]
    told = "   ".join(facts)
    gap = view.width - 1 - length(line) - len(told) - len(clock)
    return [*line, (told, NONE), (" " * max(1 if told else 0, gap), NONE), (clock, STRONG)]


def asked_texts(lanes: Lanes) -> list[str]:
    """`1/s`, `lesson 5 5 5 30 s`, `x10`: what all lanes have in common, as far as any has told."""
    runs = [lane.state.run for lane in lanes if lane.state.run is not None]
    run = next((run for run in runs if run.delays), next(iter(runs), None))
    asked = next((lane.state.load.started for lane in lanes if lane.state.load.started is not None), None)
    texts = [rate_text(asked)] if asked is not None else []
    if run is not None:
        delays = " ".join(number_text(delay) for delay in run.delays)
        texts += [f"{delays} s"] if delays else []
        texts += [f"x{number_text(run.speed)}"]
    return texts


def rate_text(asked: LoadStarted) -> str:
    """`1/s`, `0.5 to 2/s`, `8 visitors at a time`: in seconds of the lesson."""
    if asked.visitors:
        return f"{counted(asked.visitors, 'visitor')} at a time"
    rates = [number_text(round(rate / asked.speed, 3)) for rate in (asked.rate, asked.rate_end)]
    return f"{rates[0]}/s" if rates[0] == rates[1] else f"{rates[0]} to {rates[1]}/s"


def clock_text(lanes: Lanes, course: Course) -> str:
    """`0:42 of 1:00`, by the lesson's clock; before, how many are ready; in the end, how long it took."""
    if course.begin == inf:
        here = sum(lane.phase is Phase.READY for lane in lanes)
        return (
            "ended before it began" if all(lane.over for lane in lanes) else f"{here} of {len(lanes.by_number)} ready"
        )
    clock = "lesson " if course.speed != 1 else ""
    if all(lane.over for lane in lanes):
        last = max(lane.ended_at for lane in lanes)
        return f"over, {clock}{lesson_minutes(last - course.begin, course)}"
    passed = course.now - course.begin
    if passed > course.coming_s:
        return f"{clock}{lesson_minutes(passed, course)}, all came"
    return f"{clock}{lesson_minutes(max(0.0, passed), course)} of {lesson_minutes(course.coming_s, course)}"


def lesson_minutes(seconds: float, course: Course) -> str:
    """`0:42`, of seconds on the wall."""
    return minutes_text(seconds * course.speed + 1e-6)


def names_line(layout: Layout, course: Course) -> Line:
    """The names of the columns."""
    clock = ", seconds of the lesson" if course.speed != 1 else ""
    title = clauses(f"longest wait{clock}, log scale", max(1, layout.curve))
    if layout.is_lines:
        return lines_names(layout, title)
    counts = [right(text, COUNT, DIM) for text in ("done", "wait", "lost")]
    name = left(" setup", 1 + layout.name + LABEL, DIM)
    workers = left("workers", layout.strips + layout.figures - 3 * COUNT, DIM)
    return [name, left(title, layout.curve + 1, DIM), workers, *counts]


def lines_names(layout: Layout, title: str) -> Line:
    """Those of a line a lane."""
    page, notify = ([right(head, layout.count, DIM) for head in (name, "wait", "lost")] for name in ("page", "notify"))
    parts = [left(" setup", 1 + layout.name + PLACE, DIM), right("longest", LONGEST, DIM), *page]
    parts += [(" ", NONE), *notify] if layout.notify else []
    return [*parts, (f" {title}", DIM)] if layout.beside and len(title) <= layout.curve else parts


def lane_lines(lanes: Lanes, lane: Lane, course: Course, view: View, layout: Layout) -> list[Line]:
    """A lane, its rows marked on the left when it is selected."""
    draw = lane_in_lines if layout.is_lines else lane_block
    mark = (SELECTED if view.selected == str(lane.number) else " ", STRONG)
    return [[mark, *line] for line in draw(lanes, lane, course, view, layout)]


def lane_block(lanes: Lanes, lane: Lane, course: Course, view: View, layout: Layout) -> list[Line]:
    """Name, curve, workers and figures of a lane side by side; what it failed at, in the place of its curve."""
    rows = layout.rows
    names = name_lines(lanes, lane, course, layout.name, rows)
    if lane.problem and lane.begun_at == inf:
        return beside(names, reason_lines(lane, view.width - 1 - layout.name, rows))
    gap: list[Line] = [[(" ", NONE)]] * rows
    bars = beside(scale(rows), curve(lane, course, layout.curve, rows), gap)
    if lane.problem:
        bars = reason_lines(lane, LABEL + layout.curve + 1, rows)
    strips = [fit(line, layout.strips) for line in strip_lines(lane, course, view, layout.strips - 1, rows)]
    figures = figure_lines(lane, course, view, layout.figures, rows)
    return beside(names, bars, strips, figures) if rows == FLAT else beside(names, bars, figures)


def lane_in_lines(lanes: Lanes, lane: Lane, course: Course, view: View, layout: Layout) -> list[Line]:
    """A lane in a line; its curve at the end of it, or below."""
    stage = lane.label.partition(", ")[0]
    name: Line = [left(f"{stage} {crew_within(lane, layout.name - len(stage) - 1)}", layout.name, STRONG)]
    if lane.problem:
        return beside(column(name, layout), reason_lines(lane, view.width - 1 - layout.name, layout.rows, " failed: "))
    line = [*name, *line_figures(lanes, lane, course, layout)]
    if layout.beside:
        return [[*line, (" ", NONE), *curve(lane, course, layout.curve, 1)[0]] if layout.curve >= CURVE else line]
    return [line, *beside(scale(layout.rows - 1), curve(lane, course, layout.curve, layout.rows - 1))]


def line_figures(lanes: Lanes, lane: Lane, course: Course, layout: Layout) -> Line:
    """Its place, its longest wait, and where its visitors are; the notifications too, where there is room for them."""
    text, style = longest_part(lane, course.now)
    place, place_style = place_part(lanes, lane)
    longest = right(in_short(lane, text, LONGEST - 1).removesuffix(" waits"), LONGEST, style)
    notify: Line = [(" ", NONE), *notify_parts(lane)] if layout.notify else []
    return [right(place, PLACE, place_style), longest, *page_parts(lane, course.now, layout.count), *notify]


def column(head: Line, layout: Layout) -> list[Line]:
    """A column of the width of names, with this at its head."""
    return [head, *([fit([], layout.name)] * (layout.rows - 1))]


def axis_line(course: Course, layout: Layout) -> Line:
    """The time under the curves, from the first visitor on, in seconds of the lesson; nothing before he comes."""
    if course.begin == inf:
        return []
    row, stop = [FREE] * layout.curve, last_came(course, layout.curve)
    if stop >= 0:
        end = f"{ALL_CAME} {number_text(round(course.coming_s * course.speed, 3))} s"
        any(put(row, stop, text, DIM) for text in (f"{end}: all came", end, ALL_CAME))
    for place, text in lesson_axis(course).labels(layout.curve):
        put(row, place, text, DIM)
    if stop < 0:
        put(row, (layout.curve - len(COMING)) // 2, COMING, DIM)
    return [(" " * layout.before_curve, NONE), *joined_parts(row)]


def lesson_axis(course: Course) -> Axis:
    """In seconds of the lesson; its end is labelled where it is when the last visitor is to come."""
    end_s = course.span_s * course.speed
    return Axis(0.0, end_s, 0.0, f"{number_text(round(end_s, 3))} s" if course.span_s == course.coming_s else "")


def words_lines(lanes: Lanes, now: float, view: View, notice: str, rows: int) -> list[Line]:
    """What happens, in so many rows: what has to be said first, then the selected lane, then what is newest."""
    told = (
        [News(inf, 0, "", notice), *in_words(lanes, now, view.selected)]
        if notice
        else in_words(lanes, now, view.selected)
    )
    lines: list[Line] = []
    for news in told:
        style = (ALARM if notice else STRONG) if news is told[0] else NONE
        lines += [plain(f" {line}", style) for line in sentence(news, view.width - 2, rows - len(lines))]
    return [*lines, *([[]] * (rows - len(lines)))]


def sentence(news: News, width: int, rows: int) -> list[str]:
    """A sentence in at most so many lines, without its last clauses where there are too few; none that fits in none."""
    for words in shortened(news.words):
        lines = textwrap.wrap(news.name + words, width)
        if len(lines) <= rows:
            return lines
    return []
