"""What is known of lanes: figures that add up at every moment, and time between two moments."""

import pytest

from asyncdemo.events import events as e
from asyncdemo.known.lanes import Lanes, Phase
from tests.histories import fold, hello
from tests.simulated_race import Race
from tests.simulation import SIX, events_of

BEGIN = 0.5
"""When the load of a simulated run begins."""


def lane_of(events: list[e.Event]) -> Lanes:
    lanes = Lanes.of([("step3", "")], 130.0)
    for event in events:
        lanes.fold(event)
    return lanes


@pytest.mark.parametrize("case", SIX)
@pytest.mark.parametrize("now", [0.45, 0.51, 0.6, 0.74, 0.75, 1.87, 4.6, 6.4, 7.1, 10.03, 99.0])
def test_visitors_add_up_between_what_a_load_tells(case: str, now: float) -> None:
    """The stage knows sooner: both together never make somebody come twice, nor fewer than none wait."""
    lane = Race(case).lanes(now)[1]
    assert lane.answered + lane.without + lane.waiting == lane.visitors
    assert lane.waiting >= 0
    assert lane.visitors <= 60


def test_who_is_refused_at_the_door_is_seen_by_the_load_alone() -> None:
    """The stage has seen others since: nobody waits, though each knows but a part."""
    started, *_ = [event for event in events_of("step3") if isinstance(event, e.LoadStarted)]
    told = {"number": 1, "scheduled": 4, "sent": 4, "ended": {"refused": 2, "200": 2}}
    lane = lane_of([started, e.LoadTold(t=1.0, process="asyncdemo", **told)])
    assert lane[1].begun_at == float("inf")
    events = [started, e.LoadTold(t=1.0, process="asyncdemo", **told), *hello(1, 1.0, 0.1), *hello(2, 1.1, 0.1)]
    events += [*hello(3, 1.2, 0.1), *hello(4, 1.4, 0.2, status=None)]
    lanes = Lanes.of([("step3", "")], 130.0)
    for event in events:
        lanes.by_number[1].fold(event)
    assert (lanes[1].answered, lanes[1].without, lanes[1].waiting, lanes[1].visitors) == (3, 2, 0, 5)


def test_who_waited_when_it_was_cut_is_counted() -> None:
    """Nobody knows how they would have ended: they are no errors."""
    for lane in Race(*SIX, cut_at=4.5).lanes():
        assert lane.phase is Phase.CUT
        assert lane.waiting == lane.state.load.unfinished
        assert lane.ended_at == 4.5


def test_the_longest_wait_between_two_moments() -> None:
    """Cells from one moment to another; those that have not begun are left out, who waits now is counted."""
    state = fold([*hello(1, 1.0, 2.0), e.Arrived(t=6.0, process="web.1", id="w", method="GET", path="/", name="Ada")])
    waits = state.visitors.longest_waits_between(0.0, 10.0, 8.0, 10)
    assert waits == pytest.approx([0, 1, 2, 0, 0, 0, 1, 2], abs=state.visitors.slice_s)
    assert state.visitors.longest_waits_between(0.0, 10.0, 0.0, 10) == []
    assert state.visitors.longest_lately(5.0, 1.0) == 0.0
    assert state.visitors.longest_lately(3.0, 1.0) == pytest.approx(2.0)
    assert state.visitors.longest_lately(8.0, 1.0) == pytest.approx(2.0)


def test_a_worker_between_two_moments() -> None:
    """What it did since a moment, with what it has in hand."""
    by = {"process": "worker.1", "worker": "worker.1", "channel": "notify"}
    state = fold([e.Done(t=4.0, id="a", busy_s=2.0, **by), e.Taken(t=6.0, id="b", age_s=0.0, **by)])
    row = state.workers.rows()[0]
    cells = state.workers.strip_between(row, 0.0, 8.0, 4)
    assert [cell.share for cell in cells] == pytest.approx([0, 1, 0, 1])
    assert [cell.channel for cell in cells] == ["", "notify", "", "notify"]


def test_who_waits_longest_as_the_load_told() -> None:
    """At least as long as the bucket says; nobody when the load has ended."""
    load = Race("step2").lanes(4.6)[1].state.load
    longest = Race("step2").lanes(4.5)[1].state.visitors.longest_wait(4.5)
    assert longest * 0.96 <= load.longest_waiting_s <= longest
    assert Race("step2").lanes()[1].state.load.longest_waiting_s == 0.0
