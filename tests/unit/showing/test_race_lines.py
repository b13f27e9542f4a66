"""A race as lines: now and then one for each that goes on, one for each that is over, and no more."""

import pytest

from asyncdemo.events import events as e
from asyncdemo.known.lanes import Lane, Lanes
from asyncdemo.showing.race_lines import RaceLines, clock_line, end_text
from tests.histories import RUN
from tests.simulated_race import Race

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
    assert lines.lines(4.6) == ["    0 s  the same visitors come to all of them"]
    lane = lanes[1]
    longest = lane.state.visitors.longest_wait(4.6) * 10
    (line,) = lines.lines(4.6 + 2.0)
    assert f"{lane.answered} of {lane.visitors} answered" in line
    assert f", {lane.waiting} wait, the longest for " in line
    assert float(line.split("longest for ")[1].split()[0]) >= longest
    assert "error" not in line
    idle = RaceLines(Race("reserved").lanes(4.6), 10.0)
    assert "longest" not in "".join(idle.lines(4.6) + idle.lines(6.6)).partition("wait")[0]


def test_each_end_is_told_once() -> None:
    """With its place, in the order in which they ended."""
    said = [
        line for lines in told(Race("step1", "reserved", failed={2: "port 8000 is taken.\nMore."})) for line in lines
    ]
    ends = [line for line in said if "place" in line or "failed" in line]
    assert len(ends) == 2
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


def test_no_line_before_anybody_came() -> None:
    assert RaceLines(Lanes.of([("step1", "")], 60.0), 1.0).lines(1e9) == []
