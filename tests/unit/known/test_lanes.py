"""What is known of lanes: figures that add up at every moment, and time between two moments."""

from dataclasses import replace
from math import inf

import pytest

from asyncdemo.events import events as e
from asyncdemo.known.lanes import AFTER_S, Lane, Lanes, Phase, places
from tests.histories import LOAD, RUN, fold, hello
from tests.simulated_race import Race, lanes_of
from tests.simulation import SIX, events_of

BEGIN = 0.5
"""When the load of a simulated run begins."""


def lane_of(events: list[e.Event]) -> Lanes:
    lanes = lanes_of([("step3", "")], 130.0)
    for event in events:
        lanes.fold(event)
    return lanes


@pytest.mark.parametrize("case", SIX)
@pytest.mark.parametrize("now", [0.45, 0.51, 0.6, 0.74, 0.75, 1.87, 4.6, 6.4, 7.1, 10.03, 99.0])
def test_visitors_add_up_between_what_a_load_tells(case: str, now: float) -> None:
    """The stage knows sooner: both together never make somebody come twice, nor fewer than none wait."""
    lane = Race(case).lanes(now)[1]
    assert lane.answered + lane.without + lane.waiting == lane.visitors
    assert lane.failures.total() == lane.without
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
    lanes = lanes_of([("step3", "")], 130.0)
    for event in events:
        lanes.by_number[1].fold(event)
    assert (lanes[1].answered, lanes[1].without, lanes[1].waiting, lanes[1].visitors) == (3, 2, 0, 5)


def test_how_they_failed_is_told_by_whoever_knows_of_more() -> None:
    """The stage of two that the load has not told of; the load again when it has, with one who came to no stage."""
    lane = lanes_of([("step3", "")], 130.0)[1]
    for event in [RUN, LOAD, *hello(1, 1.0, 0.1, status=503), *hello(2, 1.1, 0.1, status=None), *hello(3, 1.2, 0.1)]:
        lane.fold(event)
    assert (lane.failures, lane.without) == ({"503": 1, "left": 1}, 2)
    ended = {"503": 1, "timed out": 1, "refused": 1, "200": 1}
    lane.fold(e.LoadTold(t=2.0, process="asyncdemo", number=1, scheduled=4, sent=4, ended=ended))
    assert (lane.failures, lane.without) == ({"503": 1, "timed out": 1, "refused": 1}, 3)


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
    assert [cell.work for cell in cells] == ["", "notify", "", "notify"]


LOAD_X4 = replace(LOAD, t=2.0, rate=4.0, rate_end=4.0, seconds=1.0, speed=4.0)
TOLD = e.LoadTold(t=3.1, process="asyncdemo", number=1, scheduled=4, sent=4, ended={"200": 3})
ENDED = e.LoadEnded(t=5.0, process="asyncdemo", unfinished=0)


def taken(*events: e.Event) -> Lane:
    """A lane, and what happened in it."""
    lane = Lane(1, "step3")
    for event in events:
        lane.fold(event)
    return lane


def over(t: float = 9.0, cut: bool = False, problem: str = "") -> e.LaneEnded:
    return e.LaneEnded(t=t, process="asyncdemo", cut=cut, problem=problem)


@pytest.mark.parametrize(
    ("events", "phase"),
    [
        ((), Phase.STARTING),
        ((RUN,), Phase.STARTING),
        ((RUN, e.LoadReady(t=1.0, process="asyncdemo")), Phase.READY),
        ((RUN, LOAD_X4), Phase.COMING),
        ((RUN, LOAD_X4, TOLD), Phase.DRAINING),
        ((RUN, LOAD_X4, over()), Phase.OVER),
        ((RUN, LOAD_X4, over(cut=True)), Phase.CUT),
        ((over(problem="no Redis"),), Phase.FAILED),
        ((over(problem="no Redis", cut=True),), Phase.FAILED),
    ],
)
def test_where_a_lane_is(events: tuple[e.Event, ...], phase: Phase) -> None:
    """From its start to its end, one after the other."""
    assert taken(*events).phase is phase


def test_what_comes_after_its_end_was_told_to() -> None:
    """But for the last words of its load; of two who stop it, the first did. What happens at that moment counts."""
    stop = e.Stopping(t=4.0, process="asyncdemo")
    lane = taken(RUN, LOAD_X4, stop, e.Stopping(t=4.5, process="asyncdemo"))
    assert (lane.stopped_at, lane.now(3.0), lane.now(9.0)) == (4.0, 3.0, 4.0)
    for event in [*hello(1, 3.0, 1.0), *hello(2, 3.5, 0.6)]:
        lane.fold(event)
    assert lane.state.visitors.ended[0] == 1
    for event in (TOLD, ENDED):
        lane.fold(event)
    assert (lane.state.load.answered, lane.state.load.ended_at) == (3, 5.0)
    assert lane.ended_at == inf
    lane.fold(over(6.0))
    assert lane.ended_at == 6.0


def test_its_clock_is_what_was_told() -> None:
    """By its load first, then by its run; before anybody told, one second is one."""
    assert (taken().speed, taken(replace(RUN, speed=2.0)).speed) == (1.0, 2.0)
    assert taken(replace(RUN, speed=2.0), LOAD_X4).speed == 4.0
    assert (taken().begun_at, taken(LOAD_X4).begun_at) == (inf, 2.0)


def test_who_has_not_begun_has_no_visitors() -> None:
    """Who warms the workers up is none; what the stage saw of the load counts until the load has told all."""
    assert taken(RUN, *hello(1, 0.5, 0.1)).visitors == 0
    assert taken(RUN, LOAD_X4, *hello(1, 2.5, 0.1)).answered == 1
    five = [event for number in range(5) for event in hello(number, 2.5, 0.1)]
    told = taken(RUN, LOAD_X4, *five, TOLD, ENDED)
    assert (told.visitors, told.answered, told.without) == (4, 3, 0)


def test_what_takes_its_events() -> None:
    """If somebody else does, the state has them from there."""
    seen: list[e.Event] = []
    lane = Lane(1, "step3", take=seen.append)
    for event in (RUN, e.Stopping(t=1.0, process="asyncdemo"), over()):
        lane.fold(event)
    assert (seen, lane.state.run, lane.over) == ([RUN], None, True)


def test_lanes_take_what_is_theirs() -> None:
    """By number, from 1; of a lane that is none of them, and of none, nothing. References are everybody's."""
    lanes = lanes_of([("step1", "a"), ("step2", "b")], 7.0)
    assert [(lane.number, lane.label, lane.command, lane.state.window_s) for lane in lanes] == [
        (1, "step1", "a", 7.0),
        (2, "step2", "b", 7.0),
    ]
    for lane in (0, 2, 3):
        lanes.fold(replace(LOAD_X4, lane=lane))
    assert [lane.begun_at for lane in lanes] == [inf, 2.0]
    lanes.fold(e.Reference(t=1.0, process="asyncdemo", seconds=0.25))
    assert (lanes.begun_at, lanes.reference.count, lanes.only([1]).reference.count) == (2.0, 1, 1)
    assert (list(lanes.only([1]).by_number), lanes.only([1]).begun_at, lanes.only([]).begun_at) == ([1], inf, inf)


def test_places_of_those_who_are_done() -> None:
    """Who is done at one moment shares a place, and the next is left out; who is not has none."""
    assert places({1: 3.0, 2: inf, 3: 2.0, 4: 3.0, 5: 7.0}) == {3: 1, 1: 2, 4: 2, 5: 4}
    assert places({}) == {}


def test_how_long_a_lane_goes_on() -> None:
    """When nobody comes any more, long enough for all that is queued to expire."""
    assert RUN.stage.channel(RUN.stage.slow).expiry_s < AFTER_S


def own_lane() -> Lane:
    lane = lane_of([])[1]
    lane.fold(replace(RUN, stage=replace(RUN.stage, own=True)))
    return lane


def test_who_asked_whether_a_project_is_there_is_no_visitor() -> None:
    """They come with the load; to a stage they come when they like."""
    lane = own_lane()
    started = next(event for event in events_of("step3") if isinstance(event, e.LoadStarted))
    for event in hello(1, started.t - 0.2, 0.1):
        lane.fold(event)
    assert lane.state.statuses.total() == 0
    lane.fold(started)
    for event in hello(2, 1.0, 0.1):
        lane.fold(event)
    assert lane.state.statuses.total() == 1
    stage = lane_of([replace(RUN, lane=1), *(replace(event, lane=1) for event in hello(1, 1.0, 0.1))])
    assert stage[1].state.statuses.total() == 1


def test_a_visitor_is_one_whose_answer_is_told_before_the_load_says_that_it_begins() -> None:
    """They are told by two processes: who came when it had begun counts, whatever is heard first."""
    lane = own_lane()
    started = next(event for event in events_of("step3") if isinstance(event, e.LoadStarted))
    asked, first = hello(1, started.t - 0.2, 0.1), hello(2, started.t + 0.01, 0.1)
    for event in (*asked, *first, started, *hello(3, started.t + 0.2, 0.1)):
        lane.fold(event)
    assert lane.state.statuses == {"200": 2}
    assert lane.visitors >= lane.answered == 2


@pytest.mark.parametrize(
    ("own", "process", "code", "dies"),
    [
        (False, "migrate", 0, False),
        (False, "migrate", 1, True),
        (True, "migrate", 1, False),
        (False, "worker.1", 0, True),
        (True, "web.1", 0, True),
    ],
)
def test_who_may_end_in_the_middle_of_a_lane(own: bool, process: str, code: int, dies: bool) -> None:
    """Who makes the tables, when they are made; who asks whether a project has some to make, whatever the answer."""
    lane = own_lane() if own else lane_of([])[1]
    lane.fold(e.ProcessEnded(t=2.0, process=process, code=code))
    assert bool(lane.deaths) == dies
