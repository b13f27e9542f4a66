"""Experiments side by side: real ones, of a small stage."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from asyncdemo.events import events as e
from asyncdemo.events.stage import StageEntry
from asyncdemo.known.lanes import Phase
from asyncdemo.measuring.experiment import Experiment, Together
from asyncdemo.measuring.race import Race
from asyncdemo.measuring.reference import ReferencePage
from asyncdemo.running.options import RunOptions
from tests.waiting import until


def asked(stage: StageEntry, duration: float = 2.0) -> Experiment:
    return Experiment(RunOptions(stage, port=0, speed=10.0), rate=4.0, duration=duration)


def of_kind(events: list[e.Event], kind: type[e.Event]) -> list[e.Event]:
    return [event for event in events if isinstance(event, kind)]


def test_the_same_visitors_at_the_same_moments(stage: StageEntry) -> None:
    """All loads begin at one instant, when every lane is ready and has answered; nothing came to any before."""
    events: list[e.Event] = []
    race = Race([asked(stage), asked(stage), asked(stage)], events.append)
    race.play()
    assert race.exit_code is None
    begins = {event.lane: event.t for event in of_kind(events, e.LoadStarted)}
    assert begins.keys() == {1, 2, 3}
    assert max(begins.values()) - min(begins.values()) < 1e-4, "one instant, of one clock"
    ready = [event.t for kind in (e.Ready, e.LoadReady) for event in of_kind(events, kind)]
    assert len(ready) == 6
    assert max(ready) < min(begins.values())
    assert [(lane.visitors, lane.answered, lane.waiting) for lane in race.lanes] == [(8, 8, 0)] * 3
    assert {lane.phase for lane in race.lanes} == {Phase.OVER}
    assert sorted(race.lanes.places.values()) == [1, 2, 3]
    assert {event.lane for event in events if not isinstance(event, e.Reference)} == {1, 2, 3}
    assert [outcome.row.visitors for outcome in race.outcomes.values()] == [8, 8, 8]


def test_one_after_the_other(stage: StageEntry) -> None:
    """So many at once; on the same clock."""
    events: list[e.Event] = []
    race = Race([asked(stage), asked(stage), asked(stage)], events.append, at_once=2)
    seen: list[list[int]] = []
    race.play(lambda: seen.append(list(race.lanes_now.by_number)))
    assert [numbers for numbers in seen if seen.index(numbers) >= 0] == seen
    assert [1, 2] in seen
    assert seen[-1] == [3]
    begins = {event.lane: event.t for event in of_kind(events, e.LoadStarted)}
    ends = {event.lane: event.t for event in of_kind(events, e.LaneEnded)}
    assert begins[3] > max(ends[1], ends[2]) > begins[1]


def test_a_lane_that_does_not_start(stage: StageEntry, tmp_path: Path) -> None:
    """The others do not wait for it, and its lane says why."""
    broken = replace(stage, name="broken", procfile=str(tmp_path / "Procfile.broken"))
    Path(broken.procfile).write_text("web: exit 3\n")
    race = Race([asked(stage), asked(broken), asked(stage)])
    race.play()
    assert [lane.phase for lane in race.lanes] == [Phase.OVER, Phase.FAILED, Phase.OVER]
    assert "web.1 ended while broken was starting" in race.lanes[2].problem
    assert [lane.answered for lane in race.lanes] == [8, 0, 8]
    assert 2 not in race.lanes.places


@pytest.mark.parametrize("when", ["starting", "loaded"])
def test_somebody_ends_it(stage: StageEntry, when: str) -> None:
    """At any time: what was measured is there, marked as cut, and adds up."""
    race = Race([asked(stage, 600.0), asked(stage, 600.0)])

    def tick() -> None:
        if when == "starting" or all(lane.answered > 2 for lane in race.lanes):
            race.stop(130)

    race.play(tick)
    assert race.exit_code == 130
    assert [lane.phase for lane in race.lanes] == [Phase.CUT] * 2
    for lane in race.lanes:
        load = lane.state.load
        assert lane.visitors == lane.answered + lane.waiting + load.errors
    assert race.lanes.places == {}


def test_the_last_of_those_that_share_a_start() -> None:
    """It is the one that is missing."""
    together = Together(2)
    together.one_less()
    assert together.starts_at is None
    together.one_less()
    assert together.starts_at is not None
    assert together.starts_at > time.monotonic() - 60
    after = Together(1, together)
    assert (after.began, after.lock, after.starts_at) == (together.began, together.lock, None)


def test_a_page_that_nothing_keeps_waiting() -> None:
    """It is there as long as somebody wants to know, and no longer."""
    with ReferencePage() as page:
        seconds = until(page.seconds, "an answer")
    assert 0 < seconds < 60
    assert page.seconds() is None
