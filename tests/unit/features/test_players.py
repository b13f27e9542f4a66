"""What plays a recording: the state of a moment is that of the events until then, whichever way it was reached."""

from dataclasses import replace

import pytest

from asyncdemo.events import events as e
from asyncdemo.events.recording import Recording
from asyncdemo.features.players import Player, RacePlayer, player_of, recorded_row, reference_of, window_s
from asyncdemo.known.lanes import AFTER_S, Lanes
from asyncdemo.showing.panels import View
from tests.simulated_race import Race
from tests.simulation import events_of


def figures(lanes: Lanes) -> list[tuple[int, int, int, str]]:
    """What stands in each lane."""
    return [(lane.visitors, lane.answered, lane.without, lane.phase.value) for lane in lanes]


@pytest.fixture(scope="module")
def race() -> Recording:
    return Recording(list(Race("step1", "step2", "reserved").events()))


def test_what_plays_what(race: Recording) -> None:
    """Lanes that go on at one time are a race; one run is no comparison."""
    assert isinstance(player_of(race), RacePlayer)
    alone = player_of(Recording(list(events_of("step3"))))
    assert isinstance(alone, Player)
    assert (alone.compares, player_of(race).compares) == (False, True)


@pytest.mark.parametrize("way", [(4.0,), (1.0, 4.0), (9.0, 4.0), (99.0, 0.0, 4.0), (4.0, 4.0)])
def test_a_moment_of_a_race_is_the_same_however_it_was_reached(race: Recording, way: tuple[float, ...]) -> None:
    """Forward, back and over its ends; each lane has the events until then, and that very moment's."""
    player = RacePlayer(race)
    for t in way:
        player.seek(t)
    assert figures(player.lanes) == figures(Race("step1", "step2", "reserved").lanes(4.0))
    assert [lane.label for lane in player.lanes_now] == ["step1", "step2", "bonus, 2+1 reserved"]


def test_what_happens_on_the_way_is_told_once(race: Recording) -> None:
    """Going back tells nothing of what is to come."""
    player = RacePlayer(race)
    before = player.seek(3.0)
    assert before[0].endswith("the same visitors come to all of them")
    assert player.seek(3.0) == []
    after = player.seek(99.0)
    assert [line for line in after if "answered" in line]
    assert player.seek(0.0) == []
    assert player.seek(99.0) == before + after


@pytest.mark.parametrize("t", [0.0, 4.0, 99.0])
def test_the_picture_has_every_lane(race: Recording, t: float) -> None:
    """At every moment of it."""
    player = RacePlayer(race)
    player.seek(t)
    lines = player.picture(player.state, t, View(88, 24)).lines
    text = "\n".join("".join(part for part, _ in line) for line in lines)
    assert [label in text for label in ("step1", "step2", "bonus")] == [True] * 3


def test_the_summary_has_every_row(race: Recording) -> None:
    """With what was seen beside them."""
    player = RacePlayer(race)
    assert [row.visitors for row in player.rows] == [60, 60, 60]
    assert all(row.reference is not None and row.reference.count == 39 for row in player.rows)
    assert "step1" in "\n".join(player.summary())


def test_heats_one_after_the_other() -> None:
    """Those that go on are shown with all that go on beside them, also when one of them is over."""
    first = list(Race("step1", "step2").events())
    later = max(event.t for event in first) + 1.0
    second = [
        replace(event, t=event.t + later, lane=event.lane + 2)
        for event in Race("step3", "bonus").events()
        if event.lane
    ]
    player = RacePlayer(Recording(first + second))
    shown = []
    for t in (0.0, 4.0, later - 0.5, later + 0.1, later + 4.0, later + 99.0, 4.0):
        player.seek(t)
        shown.append(list(player.lanes_now.by_number))
    assert shown == [[1, 2]] * 3 + [[3, 4]] * 3 + [[1, 2]]


def test_a_run_is_reached_from_both_sides() -> None:
    """Its state is that of the events until then."""
    recording = Recording(list(events_of("step2")))
    player = Player(recording)
    seen = []
    for t in (4.0, 9.0, 4.0):
        player.seek(t)
        seen.append((player.state.load.scheduled, player.state.load.answered))
    assert seen[0] == seen[2] != seen[1]


def test_how_long_a_run_lasted_at_the_most() -> None:
    """Of the lesson, with the time in which what is queued goes; without a load that alone."""
    events = events_of("step2")
    assert window_s(events) == pytest.approx(60.0 + AFTER_S)
    assert window_s([]) == AFTER_S


def test_what_was_seen_beside_it() -> None:
    """Nothing, where nobody asked."""
    assert reference_of(events_of("step2")) is None
    seen = reference_of([e.Reference(t=1.0, process="asyncdemo", seconds=0.25)])
    assert seen is not None
    assert (seen.count, seen.max_s) == (1, 0.25)


def test_a_row_of_what_never_started() -> None:
    """It has the number of its lane, and says why."""
    ended = e.LaneEnded(t=1.0, process="asyncdemo", lane=3, problem="port 8000 is taken.")
    row = recorded_row([ended])
    assert (row.label, row.command, row.problem, row.visitors) == ("lane 3", "", "port 8000 is taken.", 0)
