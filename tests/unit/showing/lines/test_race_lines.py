"""A race as lines: now and then one for each that goes on, one for each that is over, and no more."""

from dataclasses import replace

import pytest

from asyncdemo.base.histogram import bucket
from asyncdemo.events import events as e
from asyncdemo.known.lanes import Lane
from asyncdemo.showing.lines.race_lines import ComparisonLines, RaceLines, clock_line, end_text
from tests.histories import LOAD, RUN
from tests.simulated_race import Race, lanes_of

BEGIN_S = 0.5
"""When the visitors of a simulated race begin to come, on its clock."""
STEP_S = 0.25
"""From one look to the next: 2.5 s of the lesson."""


def told(race: Race) -> list[list[str]]:
    """What is new at one look after the other."""
    lanes, events = race.lanes(-1.0), list(race.events())
    lines, said = RaceLines(lanes, 10.0), []
    for moment in (number * STEP_S for number in range(4 * 16)):
        while events and events[0].t <= moment:
            lanes.fold(events.pop(0))
        said.append(lines.lines(moment))
    return said


def test_every_twenty_seconds_each_that_goes_on() -> None:
    """Seconds of the lesson, since the first visitor; before, nothing. The names stand in one column."""
    race = Race("step1", "step2")
    said = told(race)
    begun = race.lanes().begun_at
    assert 0 < begun < 1
    first = next(number for number, lines in enumerate(said) if lines)
    assert first * STEP_S >= begun > (first - 1) * STEP_S
    assert said[first] == ["    0 s  the same visitors come to all of them"]
    looks = [line for lines in said[first + 1 :] for line in lines if "place" not in line and "over:" not in line]
    assert [line.split()[0] for line in looks] == ["20", "20", "40", "40", "60", "60", "80", "80", "100"]
    assert looks[0].startswith("   20 s  step1  ")
    assert looks[1].startswith("   20 s  step2  ")


def test_what_is_said_of_one_that_goes_on() -> None:
    """Who has the page, who got an error, who waits and for how long: parts that are nothing are not said."""
    race = Race("step2")
    lanes = race.lanes(4.6)
    lines = RaceLines(lanes, 10.0)
    assert lines.lines(4.6) == ["    0 s  visitors come"]
    lane = lanes[1]
    longest = lane.state.visitors.longest_wait(4.6) * 10
    (line,) = lines.lines(4.6 + 2.0)
    assert f"{lane.answered} of {lane.visitors} answered" in line
    assert f", {lane.waiting} wait, the longest for " in line
    assert float(line.split("longest for ")[1].split()[0]) >= longest
    assert "error" not in line
    idle = RaceLines(Race("reserved").lanes(4.6), 10.0)
    assert "longest" not in "".join(idle.lines(4.6) + idle.lines(6.6)).partition("wait")[0]


def test_who_waits_outside_of_a_server_waits_in_a_line_too() -> None:
    """As the load tells; whose wait nobody has felt has no length."""
    for waits_s, words in ((3.0, "2 wait, the longest for 3.0 s"), (0.04, "2 wait")):
        told = e.LoadTold(t=6.0, process="load.1", scheduled=2, sent=2, waiting=[[0, bucket(waits_s), 2]], number=1)
        lanes = lanes_of([("step1", "")], 60.0)
        for event in (RUN, LOAD, told):
            lanes.fold(replace(event, lane=1))
        lines = RaceLines(lanes, 1.0)
        lines.lines(6.0)
        assert lines.lines(30.0) == [clock_line(30.0 - LOAD.t, f"step1  0 of 2 answered, {words}")]


def test_each_end_is_told_once() -> None:
    """With its place, in the order in which they ended."""
    said = [
        line for lines in told(Race("step1", "reserved", failed={2: "port 8000 is taken.\nMore."})) for line in lines
    ]
    ends = [line for line in said if "place" in line or "failed" in line]
    assert len(ends) == 2
    assert ends[0].startswith("    0 s  ")
    assert ends[0].endswith("failed: port 8000 is taken.")
    assert "place 1: 60 of 60 answered" in ends[1]


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        ({}, 2, "place 2: 0 of 0 answered"),
        ({}, 0, "over: 0 of 0 answered"),
        ({"cut": True}, 0, "ended before its time: 0 of 0 answered"),
        ({"problem": "no Redis\nat all"}, 0, "failed: no Redis"),
    ],
)
def test_how_a_lane_has_ended(changes: dict[str, object], place: int, text: str) -> None:
    """What it failed at comes first."""
    lane = Lane(1, "step1", **changes)  # type: ignore[arg-type]
    assert end_text(lane, place) == text


def test_what_was_lost_is_told_in_the_end() -> None:
    """By its number, and not before it is over: more may be lost until then."""
    lane = Lane(1, "step3")
    lane.fold(RUN)
    lane.fold(e.Refused(t=1.0, process="web.1", id="a", channel="notify"))
    assert end_text(lane, 1) == "place 1: 0 of 0 answered"
    lane.fold(e.LaneEnded(t=2.0, process="asyncdemo"))
    assert end_text(lane, 0) == "over: 0 of 0 answered; 1 notification lost"


def test_the_clock() -> None:
    """Whole seconds, never below 0."""
    assert [clock_line(seconds, "x") for seconds in (-3.0, 20.4, 12345.0)] == [
        "    0 s  x",
        "   20 s  x",
        "12345 s  x",
    ]


def test_a_worker_that_is_killed_from_outside_is_told_when_it_was() -> None:
    """Once, with its signal, before the looks of that moment; and what ended as the lane was stopped is not."""
    race = Race("bonus", "reserved")
    lanes = race.lanes(3.0)
    lines = RaceLines(lanes, 10.0)
    lines.lines(3.0)
    for t, process, code in ((3.25, "worker.2", -9), (3.5, "worker.1", -15)):
        lanes.fold(e.ProcessEnded(t=t, process=process, code=code, lane=1))
    since = [round((t - lanes.begun_at) * 10) for t in (3.25, 3.5)]
    label = f"{lanes[1].label:{len(lanes[2].label)}}"
    assert lines.lines(3.6) == [
        f"{since[0]:>5} s  {label}  worker.2 ended: killed by signal 9",
        f"{since[1]:>5} s  {label}  worker.1 ended: killed by signal 15",
    ]
    lanes.fold(e.Stopping(t=4.0, process="asyncdemo", lane=1))
    lanes.fold(e.ProcessEnded(t=4.1, process="web.1", code=-15, lane=1))
    assert lines.lines(4.1) == []


def test_what_migrates_ends_by_itself() -> None:
    """Of that, only a failure is told."""
    lanes = Race("step1", "step2").lanes(3.0)
    lines = RaceLines(lanes, 10.0)
    lines.lines(3.0)
    lanes.fold(e.ProcessEnded(t=3.1, process="migrate", code=0, lane=1))
    assert lines.lines(3.1) == []
    lanes.fold(e.ProcessEnded(t=3.2, process="migrate", code=1, lane=2))
    (line,) = lines.lines(3.2)
    assert line.endswith("step2  migrate ended: exit code 1")


def test_one_alone_has_figures_and_no_place() -> None:
    """As those side by side have, from when its visitors begin to come."""
    said = [line for lines in told(Race("step1")) for line in lines]
    assert said[0] == "    0 s  visitors come"
    assert [line.split()[0] for line in said[1:4]] == ["20", "40", "60"]
    assert said[-1].split("  ", 2)[2].endswith("over: 60 of 60 answered")
    assert not any("place" in line for line in said)


def test_heats_are_announced_and_counted_by_themselves() -> None:
    """The seconds of each are since its own visitors began to come; how one ended is told before the next begins."""
    race, titles = Race("step1", "step2"), {1: "Django alone", 2: "Channels installed"}
    lanes, lines = race.lanes(5.0), ComparisonLines(titles, 10.0)
    first, second = lanes.only([1]), lanes.only([2])
    assert lines.lines(first, 5.0) == [
        "x10: all seconds are those of the lesson",
        "1/2 step1: Django alone",
        "    0 s  visitors come",
    ]
    for event in race.events():
        if event.t > 5.0:
            lanes.fold(event)
    ended, begins, *_ = lines.lines(second, 99.0)
    assert ended.endswith("step1  over: 60 of 60 answered")
    assert begins == "2/2 step2: Channels installed"
    assert ComparisonLines(titles, 1.0).lines(first, 0.0)[0] == "1/2 step1: Django alone"


def test_the_end_is_not_told_twice() -> None:
    """All have the page, and the load has not said so yet: that is told once, at its own moment."""
    race = Race("reserved")
    lanes = race.lanes(-1.0)
    for event in race.events():
        if event.t <= 6.59 and not isinstance(event, e.LoadEnded | e.LaneEnded | e.Stopping):
            lanes.fold(event)
    (lane,) = lanes
    assert (lane.visitors, lane.waiting, lane.state.load.ended_at) == (60, 0, float("inf"))
    lines = RaceLines(lanes, 10.0)
    lines.lines(5.0)
    assert lines.lines(6.59) == []


def test_no_line_before_anybody_came() -> None:
    assert RaceLines(lanes_of([("step1", "")], 60.0), 1.0).lines(1e9) == []
