"""The columns of a race: each as wide as it is told, and every figure below its name."""

import re
from math import inf
from typing import Any

import pytest

from asyncdemo.events import events as e
from asyncdemo.known.lanes import Lanes
from asyncdemo.showing.lines.lane_words import News
from asyncdemo.showing.panels import View
from asyncdemo.showing.panels.chart import LABEL
from asyncdemo.showing.panels.lines import Line, length
from asyncdemo.showing.panels.race import (
    COMING,
    CURVE,
    LONGEST,
    PLACE,
    Layout,
    axis_line,
    clock_text,
    lane_lines,
    names_line,
    race,
    race_header,
    sentence,
    words_lines,
)
from asyncdemo.showing.panels.race_lane import Course, longest_part, name_lines, strip_lines
from tests.simulated_race import MORE, Race
from tests.simulation import READY_S, SIX

SIZES = [
    (40, 10),
    (60, 15),
    (60, 40),
    (79, 24),
    (80, 24),
    (88, 15),
    (88, 24),
    (110, 33),
    (149, 40),
    (160, 50),
    (220, 60),
]
RACES = {"six": Race(*SIX, linger_s=60), "two": Race("bonus", "reserved"), "eight": Race(*SIX, *MORE)}
LANES = {name: each.lanes(4.7) for name, each in RACES.items()}
ONE = Race("step1")


def text(line: Line) -> str:
    """Without its colours."""
    return "".join(text for text, _ in line)


def ends(line: str) -> list[int]:
    """Behind the last letter of each word."""
    return [found.end() for found in re.finditer(r"\S+", line)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", RACES)
def test_a_lane_fills_the_screen(name: str, size: tuple[int, int]) -> None:
    """Before anything is cut or filled up: with all its columns, which leave the curve what they do not need."""
    lanes, view = LANES[name], View(*size)
    course, layout = Course.of(lanes, 4.7), Layout.of(view, len(lanes.by_number))
    for lane in lanes:
        rows = lane_lines(lanes, lane, course, view, layout)
        assert len(rows) == layout.rows
        widths = [length(row) for row in rows]
        if layout.is_lines:
            assert set(widths[layout.rows > 1 :]) == {view.width} or layout.curve < CURVE
        else:
            assert max(widths) == view.width == length(next(row for row in rows if "page" in text(row)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", RACES)
def test_each_figure_stands_below_its_name(name: str, size: tuple[int, int]) -> None:
    """At its right end; the workers' strips begin where they are called so, and the curve where its title does."""
    lanes, view = LANES[name], View(*size)
    course, layout = Course.of(lanes, 4.7), Layout.of(view, len(lanes.by_number))
    head = text(names_line(layout, course))
    rows = [text(row) for row in lane_lines(lanes, lanes[1], course, view, layout)]
    assert head.startswith(" setup")
    if layout.is_lines:
        names = ["setup", "longest", "page", "wait", "lost", *["notify", "wait", "lost"][: 3 * layout.notify]]
        assert head.split()[: len(names)] == names
        row = rows[0][: layout.before_curve - 1 if layout.beside else view.width]
        assert ends(row)[-len(names) + 2 :] == ends(head)[2 : len(names)]
        longest = 1 + layout.name + PLACE + LONGEST
        assert (ends(head)[1], row[longest - 1]) == (longest, "s")
        assert not layout.beside or "longest wait" not in head or head.index("longest wait") == layout.before_curve
    else:
        counts = [found.end() for found in re.finditer("done|wait(?= )|lost", head)][-3:]
        page = next(row for row in rows if re.search(r" page +\d+ +\d+ +\d+$", row))
        assert ends(page)[-3:] == counts == [view.width - 12, view.width - 6, view.width]
        assert head.index("workers") == layout.before_curve + layout.curve + 1
        assert head.index("longest wait") == layout.before_curve
        assert layout.before_curve == 1 + layout.name + LABEL


@pytest.mark.parametrize("size", [(80, 24), (88, 24), (110, 33), (160, 50)])
def test_the_axis_is_that_of_the_curves(size: tuple[int, int]) -> None:
    """The first visitor below their first cell, and the last one at their end, until all have come."""
    view = View(*size)
    layout = Layout.of(view, 6)
    for now in (4.7, 9.8):
        line = text(axis_line(Course.of(LANES["six"] if now == 4.7 else RACES["six"].lanes(now), now), layout))
        assert len(line) == layout.before_curve + layout.curve
        assert line.index("0 s") == layout.before_curve
        assert line.endswith("60 s") == (now == 4.7)
        assert ("┊ 60 s" in line) == (now == 9.8)
        assert (COMING in line) == (now == 4.7 and view.width == 80)
    if view.width == 80:  # there are no labels in its way
        middle = text(axis_line(Course.of(LANES["six"], 4.7), layout)).index(COMING) - layout.before_curve
        assert abs(2 * middle + len(COMING) - layout.curve) <= 1, "as much on its left as on its right"


@pytest.mark.parametrize(
    ("width", "height", "many", "rows", "name", "figures", "strips"),
    [
        (80, 22, 6, 2, 18, 25, 12),
        (80, 23, 6, 3, 15, 28, 0),
        (99, 23, 6, 3, 15, 28, 0),
        (100, 23, 6, 3, 22, 34, 0),
        (149, 23, 6, 3, 22, 34, 0),
        (150, 23, 6, 3, 28, 50, 0),
        (150, 22, 6, 2, 28, 25, 34),
    ],
)
def test_how_much_room_each_column_has(
    width: int, height: int, many: int, rows: int, name: int, figures: int, strips: int
) -> None:
    """More on larger screens; where a lane has two rows, the strips stand beside the figures."""
    layout = Layout.of(View(width, height), many)
    assert (layout.rows, layout.name, layout.figures, layout.strips) == (rows, name, figures, strips)
    assert not layout.is_lines
    assert 1 + name + LABEL + layout.curve + 1 + strips + figures == width


@pytest.mark.parametrize(
    ("width", "rows", "name", "curve", "beside", "notify"),
    [
        (40, 1, 11, 0, True, False),
        (46, 1, 11, 6, True, False),
        (47, 1, 12, 6, True, False),
        (60, 1, 19, 12, True, False),
        (60, 3, 19, 52, False, False),
        (79, 3, 19, 71, False, False),
        (80, 1, 22, 7, True, True),
        (88, 1, 22, 15, True, True),
    ],
)
def test_a_lane_in_a_line_has_its_name_before_its_curve(
    width: int, rows: int, name: int, curve: int, beside: bool, notify: bool
) -> None:
    """The name is cut before a figure is, and the curve has what is left, or the rows below."""
    layout = Layout.in_lines(width, rows)
    assert layout.is_lines
    assert (layout.name, layout.curve, layout.beside, layout.notify) == (name, curve, beside, notify)


@pytest.mark.parametrize("width", range(40, 130, 3))
@pytest.mark.parametrize("name", RACES)
def test_the_head_loses_what_says_least(name: str, width: int) -> None:
    """The clock is at the right end, with a blank behind it; what is before it is whole, or not there."""
    lanes, view = LANES[name], View(width, 24)
    line = text(race_header(lanes, Course.of(lanes, 4.7), view))
    many = {"six": "six setups", "two": "two setups", "eight": "eight setups"}[name]
    assert line.startswith(" race  ")
    assert line.endswith("lesson 0:42 of 1:00")
    assert len(line) == width - 1
    told = line[7:].removesuffix("lesson 0:42 of 1:00").rstrip()
    facts = [f"{many}, the same visitors", "1/s", "5 5 5 30 s", "x10"]
    shorter = ["   ".join(left) for left in (facts, [many, *facts[1:]], facts[1:], facts[2:], facts[3:], [])]
    room = width - 1 - 7 - len("   lesson 0:42 of 1:00")
    assert told == next(each for each in shorter if len(each) <= room or not each)


def test_one_alone_has_no_same_visitors() -> None:
    """There is nobody whose they would be."""
    lanes = ONE.lanes(4.7)
    line = text(race_header(lanes, Course.of(lanes, 4.7), View(110, 33)))
    assert line.startswith(" race  one setup   1/s   ")
    marked = text(race_header(lanes, Course.of(lanes, 4.7), View(110, 33, paused=True, mark="recorded")))
    assert marked.startswith(" race   recorded   paused  one setup   1/s   ")
    assert len(marked) == 109


def test_the_clock_says_where_a_race_is() -> None:
    """Who is ready, before; how long it goes on, and when all have come that they have; how long it took."""

    def told(now: float, lanes: Lanes) -> str:
        return clock_text(lanes, Course.of(lanes, now))

    race_of_six = RACES["six"]
    begun = race_of_six.lanes(4.7).begun_at
    assert told(READY_S + 0.03, race_of_six.lanes(READY_S + 0.03)) == "3 of 6 ready"
    assert told(begun, race_of_six.lanes(begun)) == "lesson 0:00 of 1:00"
    assert told(begun - 0.5, race_of_six.lanes(begun)) == "lesson 0:00 of 1:00", "they are about to begin"
    assert told(begun + 6.0, race_of_six.lanes(begun + 6.0)) == "lesson 1:00 of 1:00"
    assert told(begun + 6.1, race_of_six.lanes(begun + 6.1)) == "lesson 1:01, all came"
    never = Race("step3", failed={1: "no"}).lanes()
    assert told(9.0, never) == "ended before it began"


def test_a_figure_beside_a_name_says_what_it_is_of_where_there_is_room() -> None:
    """With a blank between the two, and one behind it; the name is not cut for that."""
    lanes = Race("reserved", "today").lanes(5.2)
    course, name = Course.of(lanes, 5.2), "today"
    longest, _ = longest_part(lanes[2], 5.2)
    assert longest.startswith("mail ")
    width = len(name) + 1 + len(longest) + 1
    assert text(name_lines(lanes, lanes[2], course, width, 2)[0]) == f"{name} {longest} "
    seconds = longest.removeprefix("mail ")
    narrow = text(name_lines(lanes, lanes[2], course, width - 1, 2)[0])
    assert narrow == f"{name}{seconds:>{width - 2 - len(name)}} "


@pytest.mark.parametrize(("many", "cells"), [(1, 7), (13, 7), (14, 6)])
def test_the_strips_of_threads_stay_as_wide_as_they_are(many: int, cells: int) -> None:
    """Until there are more than thirteen, who come one after the other."""
    lane = Race("step1").lanes(0.6)[1]
    begun = lane.begun_at
    for number in range(1, many + 1):
        taken: Any = {"id": f"t{number}", "worker": f"thread {number}", "channel": "request", "age_s": 0.0}
        lane.fold(e.Taken(t=begun + 0.05, process="web.1", **taken))
    there = len(lane.state.workers.rows())
    course = Course.of(Lanes({1: lane}), begun + 0.1)
    (line,) = strip_lines(lane, course, View(110, 33), 107, 1)
    assert (there, length(line)) == (many, many * (cells + 1) - 1)


@pytest.mark.parametrize(
    ("size", "curve", "axis"),
    [((45, 10), False, False), ((46, 10), True, False), ((92, 15), True, False), ((93, 15), True, True)],
)
def test_a_curve_that_nobody_could_read_is_left_out(size: tuple[int, int], curve: bool, axis: bool) -> None:
    """Of fewer than six cells; and an axis of fewer than twenty."""
    lines = [text(line) for line in race(LANES["six"], 4.7, View(*size)).lines]
    assert any(letter in "▁▂▃▄▅▆▇█" for line in lines for letter in line) == curve
    assert any(re.match(r" +0 s +.* 60 s *$", line) for line in lines) == axis


NEWS = News(0.0, 1, "step3", ": one two; three four, five")


@pytest.mark.parametrize(
    ("width", "rows", "lines"),
    [
        (40, 1, ["step3: one two; three four, five"]),
        (31, 1, ["step3: one two; three four"]),
        (25, 1, ["step3: one two"]),
        (25, 2, ["step3: one two; three", "four, five"]),
        (13, 1, []),
        (40, 0, []),
    ],
)
def test_a_sentence_is_said_as_far_as_there_is_room(width: int, rows: int, lines: list[str]) -> None:
    """Without its last clauses; what cannot be said so is not said."""
    assert sentence(NEWS, width, rows) == lines


def test_the_rows_of_words_are_filled() -> None:
    """The newest first, and loud; blank where there is no more to say, and none where there is no row."""
    lanes = LANES["two"]
    rows = words_lines(lanes, 4.7, View(88, 24), "", 6)
    assert len(rows) == 6
    first = [part for part in rows[0] if part[0].strip()]
    assert first[0][1].bold
    assert text(rows[-1]) == ""
    assert all(line == [] or text(line).startswith(" ") for line in rows)
    assert words_lines(lanes, 4.7, View(88, 24), "", 0) == []
    assert text(words_lines(lanes, 4.7, View(88, 24), "too small", 1)[0]) == " too small"
    assert News(inf, 0, "", "").words == ""
    assert race(lanes, 4.7, View(88, 24)).size == (88, 24)
