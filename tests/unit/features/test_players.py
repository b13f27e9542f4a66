"""What plays a recording: the state of a moment is that of the events until then, whichever way it was reached."""

from dataclasses import replace
from math import inf

import pytest

from asyncdemo.events import events as e
from asyncdemo.events.recording import Recording
from asyncdemo.features.players import ComparisonPlayer, Player, player_of, recorded_row, reference_of, window_s
from asyncdemo.features.replay import controls_for, frame_of
from asyncdemo.known.lanes import Lanes
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
    assert isinstance(player_of(race), ComparisonPlayer)
    alone = player_of(Recording(list(events_of("step3"))))
    assert isinstance(alone, Player)
    assert (alone.compares, player_of(race).compares) == (False, True)


@pytest.mark.parametrize("way", [(4.0,), (1.0, 4.0), (9.0, 4.0), (99.0, 0.0, 4.0), (4.0, 4.0)])
def test_a_moment_of_a_race_is_the_same_however_it_was_reached(race: Recording, way: tuple[float, ...]) -> None:
    """Forward, back and over its ends; each lane has the events until then, and that very moment's."""
    player = ComparisonPlayer(race)
    for t in way:
        player.seek(t)
    assert figures(player.lanes) == figures(Race("step1", "step2", "reserved").lanes(4.0))
    assert [lane.label for lane in player.lanes_now] == ["step1", "step2", "bonus, 2+1 reserved"]


def test_what_happens_on_the_way_is_told_once(race: Recording) -> None:
    """Going back tells nothing of what is to come."""
    player = ComparisonPlayer(race)
    before = player.seek(3.0)
    assert before[:3] == [
        "x10: all seconds are those of the lesson",
        "3 setups side by side: step1; step2; bonus, 2+1 reserved",
        "    0 s  the same visitors come to all of them",
    ]
    assert player.seek(3.0) == []
    after = player.seek(99.0)
    assert [line for line in after if "answered" in line]
    assert player.seek(0.0) + player.seek(99.0) == before + after


@pytest.mark.parametrize("t", [0.0, 4.0, 99.0])
def test_the_picture_has_every_lane(race: Recording, t: float) -> None:
    """At every moment of it."""
    player = ComparisonPlayer(race)
    player.seek(t)
    lines = player.picture(player.state, t, View(88, 24)).lines
    text = "\n".join("".join(part for part, _ in line) for line in lines)
    assert [label in text for label in ("step1", "step2", "bonus")] == [True] * 3


def test_the_summary_has_every_row(race: Recording) -> None:
    """With what was seen beside them."""
    player = ComparisonPlayer(race)
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
    player = ComparisonPlayer(Recording(first + second))
    shown = []
    for t in (0.0, 4.0, later - 0.5, later + 0.1, later + 4.0, later + 99.0, 4.0):
        player.seek(t)
        shown.append(list(player.lanes_now.by_number))
    assert shown == [[1, 2]] * 3 + [[3, 4]] * 3 + [[1, 2]]


def in_turn(speed: float = 10.0) -> Recording:
    """Two setups one after the other, the first of them late in the recording."""
    told, begin = [], 30.0
    for number, name in enumerate(("step1", "step2"), 1):
        events = [event for event in Race(name).events() if event.lane]
        scaled = [replace(event, t=begin + event.t, lane=number) for event in events]
        told += [replace(event, speed=speed) if isinstance(event, e.RunStarted) else event for event in scaled]
        begin = told[-1].t + 1.0
    return Recording(told)


def test_setups_one_after_the_other_are_told_as_a_race_is() -> None:
    """Each by its name, with figures from when its own visitors began to come, and its end."""
    recording = in_turn()
    player = player_of(recording)
    lines = player.seek(recording.length_s)
    assert lines[0] == "x10: all seconds are those of the lesson"
    assert [line for line in lines if line[1:3] == "/2"] == [
        "1/2 step1: Django alone, a slow call in the view",
        "2/2 step2: Channels installed, the view unchanged",
    ]
    second = next(number for number, line in enumerate(lines) if line.startswith("2/2"))
    for part in (lines[1:second], lines[second:]):
        assert part[1] == "    0 s  visitors come"
        assert [line.split()[0] for line in part[2:5]] == ["20", "40", "60"]
        assert "over: " in part[-1]


def test_a_recording_that_is_older_than_lanes_is_told_so_too() -> None:
    """Its runs are lanes, one after the other."""
    recording = in_turn()
    events = [replace(event, lane=0) for event in recording.events if not isinstance(event, e.LaneEnded)]
    old = player_of(Recording(events))
    assert old.seek(99.0) == player_of(recording).seek(99.0)
    assert [lane.phase.value for lane in old.lanes] == ["over", "over"]  # type: ignore[union-attr]


KEYS = ["down", "down", "enter", "up", "escape", "escape"]


def test_the_keys_of_a_race_work_in_its_replay(race: Recording) -> None:
    """Arrows choose a lane, Enter shows its panels, Esc goes back; time goes on, unless it is held."""
    player = player_of(race)
    controls = controls_for(player, 1.0)
    player.seek(4.7)
    seen = []
    for key in KEYS:
        controls.press(key)
        view = View(110, 33, selected=controls.selected, opened=controls.opened)
        head = "".join(part for part, _ in player.picture(player.state, 4.7, view).lines[0])
        seen.append((controls.selected, controls.opened, " race " in head, "lane 2" in head, "lane 1" in head))
    assert seen == [
        ("1", False, True, False, False),
        ("2", False, True, False, False),
        ("2", True, False, True, False),
        ("1", True, False, False, True),
        ("1", False, True, False, False),
        ("", False, True, False, False),
    ]
    assert not controls.paused
    controls.press(" ")
    assert controls.paused
    controls.press("down")
    assert (controls.paused, controls.selected) == (True, "1")


def test_the_foot_of_a_replay_names_the_keys_that_do_something(race: Recording) -> None:
    """Those of lanes where there are lanes."""
    of_a_race = controls_for(player_of(race), 1.0)
    assert "up down a lane  Enter its panels" in of_a_race.keys_in_short
    assert ("enter", "its panels; back to all lanes") in of_a_race.keys
    of_a_race.press("enter")
    assert "Enter all lanes  up down another" in of_a_race.keys_in_short
    for recording in (in_turn(), Recording(list(events_of("step3")))):
        alone = controls_for(player_of(recording), 1.0)
        assert alone.keys_in_short == alone.foot
        alone.press("down")
        alone.press("enter")
        assert (alone.selected, alone.opened) == ("", False)


def test_the_log_of_a_lane_is_in_the_seconds_of_its_panels(race: Recording) -> None:
    """Those of the lesson: a call of 5 s takes 5 s."""
    player = player_of(race)
    player.seek(4.7)
    view = View(110, 50, selected="1", opened=True)
    text = ["".join(part for part, _ in line) for line in player.picture(player.state, 4.7, view).lines]
    notified = [line for line in text if "by thread" in line and "after it was sent" in line]
    assert notified
    assert {line.split(", ")[-1].split()[0] for line in notified} <= {"5.0", "5.1", "30.0", "30.1"}


def test_a_run_is_reached_from_both_sides() -> None:
    """Its state is that of the events until then."""
    recording = Recording(list(events_of("step2")))
    player = Player(recording)
    seen = []
    for t in (4.0, 9.0, 4.0):
        player.seek(t)
        seen.append((player.state.load.scheduled, player.state.load.answered))
    assert seen[0] == seen[2] != seen[1]


@pytest.mark.parametrize("last", [(), ("worker.1", "worker.2")], ids=["that it ends", "its workers"])
def test_the_last_picture_of_a_run_is_of_before_it_was_ended(last: tuple[str, ...]) -> None:
    """Its workers are there; the summary counts what came after it as well."""
    begins = [event for event in events_of("bonus") if not isinstance(event, e.Stopping | e.ProcessEnded)]
    end = begins[-1].t
    ends = [e.ProcessEnded(t=end + 0.5, process=name, code=0) for name in last]
    recording = Recording([*begins, e.Stopping(t=end, process="asyncdemo"), *ends])
    assert controls_for(player_of(recording), 1.0).end_s == recording.end_s == end
    player = Player(recording)
    player.seek(inf)
    drawn = frame_of(player, None, 110, 33)
    before = frame_of(Player(Recording(begins)), None, 110, 33)
    assert drawn == before
    assert player.seek(inf)[-1].endswith("everything that was started")


def test_how_long_a_run_lasted_at_the_most() -> None:
    """Of the lesson, with the time in which what is queued goes; without a load that alone."""
    events = events_of("step2")
    assert window_s(events) == pytest.approx(130.0)
    assert window_s([]) == 70.0


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


def test_what_was_before_all_lanes(race: Recording) -> None:
    """A recording that is damaged, or of a machine whose clock went back: the lanes that began first are there."""
    early = e.Stopping(t=0.0, process="asyncdemo")
    player = ComparisonPlayer(Recording([early, *(replace(event, t=event.t + 1) for event in race.events)]))
    player.seek(0.5)
    assert len(player.lanes_now.by_number) == 3
