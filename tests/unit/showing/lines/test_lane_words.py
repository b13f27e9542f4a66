"""What is said of a lane: each sentence from where on it is true, and with the right number of everything."""

from dataclasses import replace
from typing import Any

import pytest

from asyncdemo.base.histogram import bucket
from asyncdemo.events import events as e
from asyncdemo.known.lanes import Lane, Lanes
from asyncdemo.showing.lines.lane_words import (
    crew_within,
    fast_page,
    finish,
    happening,
    in_words,
    jam,
    longest_wait_s,
    tasks_text,
    trouble,
)
from asyncdemo.showing.panels.race_lane import longest_part, page_parts
from asyncdemo.showing.panels.style import ALARM
from asyncdemo.stages.catalogue import STAGES
from tests.histories import LOAD, RUN

WEB: Any = {"process": "web.1"}
HELLO: Any = {**WEB, "method": "GET", "path": "/", "name": "Ada"}


def run_of(stage: str, general: int = 2, reserved: int = 0) -> e.RunStarted:
    return replace(RUN, stage=STAGES[stage], general=general, reserved=reserved)


def lane_of(run: e.RunStarted, *events: e.Event) -> Lane:
    """One of it whose load began at 1.0, after these events."""
    lane = Lane(1, run.stage.name)
    for event in (run, LOAD, *events):
        lane.fold(event)
    return lane


def told(answered: int = 0, waits: int = 0, first_waited: int = 0) -> e.LoadTold:
    """What a load has seen: who was answered had the page at once."""
    page = {"200": answered} if answered else {}
    by_end = {end: [(0, bucket(0.01), count)] for end, count in page.items()}
    waiting = [(0, bucket(0.01), waits)] if waits else []
    count = answered + waits
    facts: Any = {"ended": page, "by_end": by_end, "waiting": waiting, "first_waited": first_waited}
    return e.LoadTold(t=2.0, process="load.1", number=1, scheduled=count, sent=count, **facts)


def slots(*in_hand: str) -> list[e.Event]:
    """Workers that are there, and what each has in hand; empty for nothing."""
    channels = ["http.request", "notify"]
    there: list[e.Event] = []
    for number, channel in enumerate(in_hand, 1):
        worker = f"slot {number}"
        there.append(e.WorkerReady(t=0.5, **WEB, worker=worker, channels=channels))
        if channel:
            there.append(e.Taken(t=2.0, **WEB, worker=worker, id=f"m{number}", channel=channel, age_s=0.0))
    return there


@pytest.mark.parametrize(("waited_s", "slow"), [(1.0, False), (1.0625, True)])
@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("step1", ": whoever comes waits for the slow call in the view"),
        ("step3", ": notifications hold all 2 slots, the page waits behind them"),
    ],
)
def test_a_wait_is_slow_when_it_is_longer_than_that(stage: str, words: str, waited_s: float, slow: bool) -> None:
    """A second of the lesson; in words, and in the figures beside them."""
    arrived = e.Arrived(t=2.0, id="v", **HELLO)
    lane = lane_of(run_of(stage), *slots("notify", "notify"), told(waits=1), arrived)
    now = 2.0 + waited_s
    said = [news.words for news in in_words(Lanes({1: lane}), now)]
    assert said == ([words] if slow else [])
    assert (longest_part(lane, now)[1] == ALARM) == slow
    assert (page_parts(lane, now)[1][1] == ALARM) == slow


@pytest.mark.parametrize(
    ("first", "words"),
    [
        (2, ": notifications hold all 2 slots, the page waits behind them"),
        (3, " fast until visitor 3: notifications hold all 2 slots, the page waits behind them"),
    ],
)
def test_the_page_was_fast_until_more_came_than_there_are_workers(first: int, words: str) -> None:
    """Who finds a worker free and waits all the same waits for something else."""
    run = run_of("step3")
    lane = lane_of(run, *slots("notify", "notify"), told(answered=1, waits=1, first_waited=first))
    assert jam(lane, run) == words


@pytest.mark.parametrize("in_hand", [("notify", ""), ("notify", "http.request"), ()])
def test_no_jam_is_told_where_a_worker_is_free_for_the_page(in_hand: tuple[str, ...]) -> None:
    """Or has a page in hand; nor where none is known."""
    run = run_of("step3")
    assert jam(lane_of(run, *slots(*in_hand), told(waits=1, first_waited=3)), run) == ""


@pytest.mark.parametrize(
    ("queued", "lost", "reserved", "words"),
    [
        (1, 0, 1, ": the page is fast, 1 worker is kept for it; 1 notification queues"),
        (2, 1, 1, ": the page is fast, 1 worker is kept for it; 2 notifications queue, 1 is lost"),
        (2, 2, 2, ": the page is fast, 2 workers are kept for it; 2 notifications queue, 2 are lost"),
        (0, 2, 2, ": the page is fast, the slow call is out of the request"),
        (2, 2, 0, ": the page is fast, the slow call is out of the request"),
    ],
)
def test_what_queues_and_what_is_lost_is_counted(queued: int, lost: int, reserved: int, words: str) -> None:
    """Where workers are kept for the page: else it is not fast for long."""
    run = run_of("bonus", 2, reserved)
    sent = [e.Sent(t=1.5, **WEB, id=f"n{number}", channel="notify") for number in range(queued)]
    refused = [e.Refused(t=1.5, **WEB, id=f"x{number}", channel="notify") for number in range(lost)]
    assert fast_page(lane_of(run, *sent, *refused, told(answered=1)), run) == words


def test_a_page_is_fast_when_somebody_has_it_and_nobody_has_waited() -> None:
    run = run_of("step3")
    assert fast_page(lane_of(run), run) == ""
    assert fast_page(lane_of(run, told(waits=1)), run) == ""
    assert fast_page(lane_of(run, told(answered=9, first_waited=1)), run) == ""
    assert fast_page(lane_of(run, told(answered=9)), run).startswith(": the page is fast")


def test_a_jam_has_been_there_since_its_first_visitor_came() -> None:
    """Visitors come one a second: the third of them at 3.0; who waits is told before what has been fast."""
    run = run_of("step3")
    lane = lane_of(run, *slots("notify", "notify"), told(waits=1, first_waited=3))
    assert happening(lane, run, 2.0)[0] == 3.0
    reserved = run_of("bonus", 2, 1)
    assert happening(lane_of(reserved, told(answered=9)), reserved, 2.0)[0] == 3.0, "the third has another worker"
    assert happening(lane_of(run, told(answered=9)), run, 2.0)[0] == 1.0
    closed = Lane(1, "step3")
    for event in (run, replace(LOAD, rate=0.0, rate_end=0.0, visitors=2), told(waits=1, first_waited=3)):
        closed.fold(event)
    assert happening(closed, run, 2.0)[0] == 1.0


@pytest.mark.parametrize(("waited", "words"), [(0, "nobody waited then"), (1, "1 visitor waited"), (2, "2 visitors")])
def test_who_waited_when_a_lane_was_cut_is_counted(waited: int, words: str) -> None:
    ended = [e.LoadEnded(t=3.0, **WEB, unfinished=waited), e.LaneEnded(t=3.0, process="asyncdemo", cut=True)]
    lane = lane_of(run_of("step3"), *ended)
    assert trouble(Lanes({1: lane}), lane).words.startswith(f" was ended before its time: {words}")


def test_a_lane_that_ended_says_what_its_visitors_got() -> None:
    """Nothing of none; how the others ended, and what of the notifications is lost."""
    run, over = run_of("step3"), e.LoadEnded(t=31.0, **WEB, unfinished=0)
    end = e.LaneEnded(t=40.0, process="asyncdemo")
    nobody, all_got, some = (lane_of(run, *events, over, end) for events in ([], [told(answered=3)], [told(3)]))
    assert finish(Lanes({1: nobody}), nobody) == ""
    assert finish(Lanes({1: all_got}), all_got) == ": all 3 got the page in 30.0 s, the longest wait was 0.010 s"
    some.state.fold(replace(told(), number=2, scheduled=1, ended={"503": 1}, by_end={"503": [(0, bucket(4.0), 1)]}))
    some.state.fold(e.Refused(t=1.5, **WEB, id="x", channel="notify"))
    said = finish(Lanes({1: some}), some)
    assert said.startswith(": 3 of 4 got the page (1 x 503) in 30.0 s, the longest wait was 0.010 s for the page, 4.")
    assert longest_part(some, 40.0)[0] == "max 4.1 s", "as long as somebody was seen to wait"
    assert said.endswith(", 1 notification lost")
    page, refused = (
        e.Answered(t=29.0 + i, **WEB, id=f"{i}", status=200 + 303 * i, total_s=1.0, name="Ada") for i in (0, 1)
    )
    seen = lane_of(run, told(answered=3), page, refused, over, end)
    assert ": all 3 got the page in 28.0 s," in finish(Lanes({1: seen}), seen), (
        "the load was over later, and so an error"
    )


@pytest.mark.parametrize(
    ("room", "words"), [(28, "2 + 1 for web"), (13, "2 + 1 for web"), (12, "2+1"), (3, "2+1"), (2, "2 + 1 for web")]
)
def test_workers_in_as_many_cells_as_there_are(room: int, words: str) -> None:
    """Shorter where there is no room for all; whatever is cut begins as it is called."""
    assert crew_within(lane_of(run_of("bonus", 2, 1)), room) == words


@pytest.mark.parametrize(("room", "words"), [(19, "3 workers, priority"), (18, "3, priority"), (10, "priority")])
def test_what_was_chosen_says_more_than_how_many(room: int, words: str) -> None:
    run = replace(run_of("today", 3), choices=["priority"])
    assert crew_within(lane_of(run), room) == words


def test_quick_tasks_are_fast_until_one_waits_too_long() -> None:
    """Each kind from its own moment on: two seconds, and what a page may take."""
    run = run_of("today", 1)
    (quick,) = [task for task in run.stage.tasks if not task.slow]
    slow_after_s = 1.0 + quick.soon_s
    sent = e.Sent(t=2.0, **WEB, id="q", channel="short", task=quick.name)
    lane = lane_of(run, told(answered=1), sent)
    assert tasks_text(lane, run, 2.0 + slow_after_s).endswith(f"the page is fast, {quick.short} too")
    assert f"{quick.short} waits" in tasks_text(lane, run, 2.0625 + slow_after_s)


def test_a_wait_that_is_over_is_told_for_two_seconds() -> None:
    """Of the lesson: who looks up in the next moment sees it still."""
    answered: Any = {**HELLO, "status": 200, "total_s": 5.0, "worker": "slot 1"}
    lane = lane_of(run_of("step3"), e.Answered(t=20.0, id="v", **answered))
    assert longest_wait_s(lane, 21.5) == 5.0
    assert longest_wait_s(lane, 22.5) == 0.0
