"""Rows: every figure is what the events say."""

import random
from dataclasses import replace
from math import inf
from typing import Any

import pytest

from asyncdemo.base.durations import slow_from_s
from asyncdemo.events import events as e
from asyncdemo.known.state import State
from asyncdemo.measuring.places import places
from asyncdemo.measuring.rows import Kind, empty_row, failed_row, row_of, row_so_far
from asyncdemo.report.document import row_object
from asyncdemo.report.lessons import lesson
from asyncdemo.report.measured_2016 import measured
from tests.simulation import SIX, Simulation, events_of, row_named, six_rows

LOAD = (e.LoadReady, e.LoadStarted, e.LoadTold, e.LoadTurned, e.LoadEnded)


@pytest.mark.parametrize("name", SIX)
@pytest.mark.parametrize("rate", [1.0, 4.0])
def test_figures_are_those_of_the_visits(name: str, rate: float) -> None:
    """Counted a second time, from the simulated visits themselves."""
    simulation = Simulation(SIX[name], rate=rate)
    row = row_of("", "", simulation.run())
    pages = [visit for visit in simulation.visits if visit.outcome == "200"]
    waits = sorted((visit.end - visit.meant) * row.speed for visit in pages)
    assert (row.visitors, row.waiting) == (len(simulation.visits), 0)
    assert row.answered == len(pages) == row.page.count
    assert row.errors == row.visitors - row.answered == row.failed.count
    assert waits[-1] <= row.max_s <= waits[-1] * (1 + 1 / 64)
    middle = waits[(len(waits) + 1) // 2 - 1]
    assert middle <= row.percentile_s(50) <= middle * (1 + 1 / 64)
    assert row.least_s <= waits[0]
    slow = [visit.number + 1 for visit in simulation.visits if (visit.end - visit.meant) * row.speed > 1]
    assert row.first_waited == min(slow, default=0)
    assert row.books.sent == row.books.delivered + row.books.running + row.books.queued + row.books.lost


@pytest.mark.parametrize("speed", [1.0, 7.0, 60.0])
def test_a_jam_keeps_workers_busy_at_every_speed(speed: float) -> None:
    """The strips span the whole run, from the first request on."""
    row = row_named("step2", speed=speed)
    assert row.busy is not None
    assert row.busy > 0.9
    assert row.length_s > row.seconds
    assert all(any(cell.share > 0.9 for cell in strip.cells[:40]) for strip in row.strips)


def test_a_worker_that_comes_late_is_measured_from_then_on() -> None:
    """One that works from the middle of the load to its end was busy all the time, not half of it."""
    events = events_of("step3")
    load = next(event for event in events if isinstance(event, e.LoadStarted))
    half, end = load.t + load.seconds / 2, load.t + load.seconds
    work = {"process": "web.1", "worker": "slot 5"}
    job = {**work, "id": "late", "channel": "notify", "age_s": 0.0}
    late = [
        e.WorkerReady(t=half, channels=["notify"], **work),
        e.Taken(t=half, **job),
        e.Done(t=end, busy_s=end - half, **job),
    ]
    row = row_of("", "", sorted([*events, *late], key=lambda event: event.t))
    (strip,) = (strip for strip in row.strips if strip.worker == "slot 5")
    assert strip.busy > 0.9


def test_the_strips_of_a_short_run_span_it() -> None:
    """As those of a long one do: whoever was busy all the time was so in each cell."""
    begun = [event for event in events_of("step3") if isinstance(event, (e.RunStarted, e.LoadStarted))]
    by = {"process": "web.1", "worker": "slot 1", "channel": "notify"}
    done = e.Done(t=begun[-1].t + 0.1, id="n", busy_s=0.1, age_s=0.0, **by)
    (strip,) = row_of("", "", [*begun, done]).strips
    assert all(cell.share > 0.9 for cell in strip.cells)


def test_notifications_keep_workers_from_the_page_unless_one_is_reserved() -> None:
    """What the last row is about."""
    rows = dict(zip(SIX, six_rows(), strict=True))
    assert rows["step3"].notify_share > 0.9
    page_worker = next(strip for strip in rows["reserved"].strips if "notify" not in strip.channels)
    assert page_worker.busy < 0.1
    assert rows["reserved"].notify_share > 0.7


def test_what_a_stopped_run_took_along_is_not_held_against_it() -> None:
    """Workers die because they were told to: what they had in hand is running, not lost."""
    row = six_rows()[3]
    assert row.books.running == 4
    assert row.books.died == 0


def test_what_goes_on_after_the_load_is_seen() -> None:
    """Messages expire in a run that stays a minute longer."""
    soon, later = row_named("reserved"), row_named("reserved", linger_s=60.0)
    assert (soon.books.expired, soon.books.queued > 40) == (0, True)
    assert later.books.expired > 30


@pytest.mark.parametrize("name", SIX)
@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_telling_is_no_matter(name: str, seed: int) -> None:
    """Processes tell when they come to it: the row of a run is that of its recording, which is by time."""
    events = events_of(name)
    late = random.Random(seed)
    told = [event for _, event in sorted((event.t + late.random(), event) for event in events)]
    assert told != events
    assert row_object(row_of("", "", told)) == row_object(row_of("", "", events))


def test_a_row_so_far_is_that_of_the_state() -> None:
    """While its run goes on: fewer visitors, some of whom wait."""
    events = [event for event in events_of("step2") if event.t < 3.0]
    state = State()
    for event in events:
        state.fold(event)
    row = row_so_far("step2", "asyncdemo run step2", state, 3.0)
    assert (row.over, row.waiting > 10) == (False, True)
    assert row.answered + row.errors + row.waiting == row.visitors
    assert row.max_s > 15
    assert [strip.worker for strip in row.strips] == ["slot 1", "slot 2", "slot 3", "slot 4"]
    assert f"{row.waiting} still wait." in lesson(row)


def test_a_row_without_a_run_is_empty() -> None:
    """Before its turn, and when it never came to a load."""
    row = empty_row("step1", "asyncdemo run step1")
    assert (row.visitors, row.percentile_s(95), row.busy, row.over) == (0, 0.0, None, False)
    assert lesson(row) == "No visitor yet."
    stopped = row_of("step1", "", [e for e in events_of("step1") if not type(e).__name__.startswith("Load")])
    assert stopped.over
    assert lesson(stopped) == "No visitor came: there is nothing to learn from."


def test_2016_stands_beside_what_it_can_be_compared_with() -> None:
    """The same stage, workers, delays, rate and arrivals; no other."""
    rows = dict(zip(SIX, six_rows(), strict=True))
    then = measured(rows["step3"])
    assert then is not None
    assert (then.answered, then.first_waited, then.lost) == (49, 5, 0)
    assert measured(rows["step2"]) is None
    assert measured(row_named("step3", rate=2.0)) is None
    started = rows["step3"].load.started
    assert started is not None
    by_chance = replace(rows["step3"].load, started=replace(started, arrivals="poisson"))
    assert measured(replace(rows["step3"], load=by_chance)) is None
    assert measured(empty_row("step3", "")) is None


def test_kinds_are_known_by_the_workers() -> None:
    """What a row can teach depends on who makes the call."""
    kinds = [row.kind for row in six_rows()]
    assert kinds == [Kind.THREADS, Kind.QUEUE, Kind.QUEUE, Kind.SHARED, Kind.SHARED, Kind.RESERVED]
    alone = replace(six_rows()[5], run=replace(six_rows()[5].run, general=0, reserved=0))  # type: ignore[type-var]
    assert alone.kind is Kind.NOBODY
    assert lesson(alone).startswith("Nobody takes")
    assert replace(alone, run=None).kind is Kind.UNKNOWN


def test_no_more_notifications_than_visitors_at_any_moment() -> None:
    """The load tells four times a second, the stage at once: whoever it has seen has come."""
    for name in ("step1", "step3", "reserved"):
        state = State()
        for number, event in enumerate(events_of(name, seconds=20.0)):
            state.fold(event)
            if state.load.started is not None and number % 7 == 0:
                row = row_so_far(name, "", state, event.t)
                assert row.books.sent <= row.visitors
                assert row.answered + row.errors + row.waiting + row.load.unfinished == row.visitors


def test_a_row_that_is_ended_by_hand_has_the_last_words_of_its_load() -> None:
    """The load is told of the end after the run: who was on the way is known, and is no error."""
    events = [event for event in events_of("step3") if event.t < 4.1]
    last = max(event.number for event in events if isinstance(event, e.LoadTold))
    waiting = row_of("", "", events).waiting
    told = {"scheduled": 1, "sent": 1, "waiting": [(5, 10, waiting + 1)]}
    events += [e.Stopping(t=4.1, process="asyncdemo")]
    events += [e.LoadTold(t=4.2, process="load.1", number=last + 1, **told)]  # type: ignore[arg-type]
    events += [e.LoadEnded(t=4.2, process="load.1", unfinished=waiting + 1)]
    row = row_of("", "", events)
    assert (row.errors, row.waiting, row.load.unfinished) == (0, 0, waiting + 1)
    assert row.visitors == row.answered + waiting + 1
    assert "were on their way when the load was ended" in lesson(row)


def test_a_rate_that_was_turned_is_in_the_lesson() -> None:
    """Whoever doubles it has not loaded at what was asked for."""
    row = row_named("step3")
    row.load.fold(e.LoadTurned(t=2.0, process="load.1", factor=3.0))
    assert (row.rates, row.rate) == ((1.0, 3.0), 3.0)


def test_how_long_notifications_took() -> None:
    """From being sent to being done: the call alone where the view makes it, with the wait where it has a channel."""
    call_s, slowest_s = 5.0, 30.0
    threads, reserved = row_named("step1"), row_named("reserved", linger_s=60.0)
    assert threads.took.count == threads.books.delivered
    assert threads.took.percentile(50) * threads.speed == pytest.approx(call_s, rel=0.05)
    assert threads.took.max_s * threads.speed == pytest.approx(slowest_s, rel=0.05)
    assert reserved.took.percentile(50) * reserved.speed > slowest_s, "most of it is the wait for a worker"


@pytest.mark.parametrize(("speed", "slow_s", "late_s"), [(1.0, 1.0, 0.5), (10.0, 1.0, 0.1), (20.0, 2.0, 0.1)])
def test_what_is_slow(speed: float, slow_s: float, late_s: float) -> None:
    """A second of the lesson, and nothing that is not felt on the wall; of a recording that does not say, a second."""
    row = row_named("step1", speed=speed, seconds=5.0)
    assert row.load.started is not None
    told = replace(row.load, started=replace(row.load.started, slow_s=slow_from_s(speed)))
    assert replace(row, load=told).slow_s == pytest.approx(slow_s)
    assert row.late_from_s == pytest.approx(late_s)
    older = replace(row.load, started=replace(row.load.started, slow_s=0.0))
    assert replace(row, load=older).slow_s == 1.0
    assert empty_row("step1", "").slow_s == 1.0


def test_a_row_that_was_cut_adds_up() -> None:
    """Whoever was on the way is among them; so is a run whose load never came to say that it ended."""
    events = events_of("step1")
    begin = next(event.t for event in events if isinstance(event, e.LoadStarted))
    told = [event for event in events if event.t < begin + 2.0]
    waiting = row_of("step1", "", told).load.waiting
    ended = e.LoadEnded(t=begin + 2.0, process="load.1", unfinished=waiting)
    stopped = [*told, e.Stopping(t=begin + 2.0, process="run"), ended]
    whole, cut, alone = (row_of("step1", "", each) for each in (events, stopped, stopped[:-1]))
    assert (whole.cut, cut.cut, alone.cut) == (False, True, True)
    assert cut.load.unfinished == waiting > 0
    for row in (whole, cut, alone):
        assert 0 < row.visitors == row.answered + row.errors + row.waiting + row.load.unfinished


def test_a_row_whose_stage_did_not_start() -> None:
    """It says why, and has no figures."""
    row = failed_row("step1", "asyncdemo run step1", "port 8000 is taken.")
    assert (row.problem, row.over, row.visitors, row.page.count, row.cut) == ("port 8000 is taken.", True, 0, 0, False)


def placed(**changes: Any) -> list[int]:
    """Places of step1, the bonus with a reserved worker, and step1 again with something changed."""
    rows = [row_named("step1"), row_named("reserved"), replace(row_named("step1"), **changes)]
    return places(rows)


def test_the_first_is_whose_last_visitor_had_the_page_first() -> None:
    """Those who are done at one moment share a place."""
    assert places([]) == []
    assert placed() == [2, 1, 2]
    assert places([row_named("reserved")] * 2 + [row_named("step1")]) == [1, 1, 3]


@pytest.mark.parametrize("changes", [{"cut": True}, {"over": False}, {"unheard": 1}])
def test_who_is_not_done_has_no_place(changes: dict[str, Any]) -> None:
    """Nor takes one from another: cut, still running, or with somebody who waits."""
    assert placed(**changes) == [2, 1, 0]


def test_where_somebody_got_no_page_there_is_no_place() -> None:
    """However early the others were done; nor without visitors."""
    rows = [row_named("step2"), row_named("step1"), failed_row("step3", "", "no"), empty_row("bonus", "")]
    assert rows[0].errors
    assert places(rows) == [0, 1, 0, 0]


def test_a_row_before_its_run_has_no_figure() -> None:
    """Not a second of it has gone by, and nobody knows what was asked for."""
    row = empty_row("step1", "")
    assert (row.begin, row.end, row.length_s, row.seconds, row.speed) == (0.0, 0.0, 0.0, 0.0, 1.0)
    assert (row.rates, row.rate, row.mean_delay_s, row.notify_share, row.first_waited) == ((0.0, 0.0), 0.0, 0.0, 0.0, 0)
    assert (row.least_s, row.max_s, row.failed_p50_s) == (0.0, 0.0, 0.0)
    assert (row.answered, row.errors, row.waiting, row.visitors, row.unheard, row.workers) == (0,) * 6
    assert (row.capacity, row.finished_s, row.crews, row.reference, row.cut) == (inf, inf, (), None, False)


def test_a_row_of_a_run_that_nobody_has_visited_yet() -> None:
    """It began with the run, and looks back no further than its window; who came to the stage alone is no visitor."""
    events = [e for e in events_of("step3") if not isinstance(e, LOAD)]
    state = State(window_s=600.0)
    for event in events:
        state.fold(event)
    row = row_so_far("step3", "", state, 3.0)
    assert (row.begin, row.end, row.unheard, row.finished_s, row.visitors) == (0.0, 3.0, 0, inf, 0)
    assert row.length_s == 3.0 * row.speed
    assert row_so_far("step3", "", state, 100.0).begin == 100.0 - state.workers.window_s > 0
    assert row.capacity == 4 / row.mean_delay_s == 4 / 11.25
