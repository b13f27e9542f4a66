"""Several kinds of work: each has its books and its waits, whoever died with it, in whatever order that is told."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asyncdemo.events import events as e
from asyncdemo.known.books import Books, total
from asyncdemo.known.state import State
from asyncdemo.known.waits import Waits
from tests.simulated_today import CELERY, ONE_QUEUE, TODAY, today_events

RUN = e.RunStarted(t=0.0, process="asyncdemo", stage=TODAY, general=2, reserved=0, speed=1.0, delays=[5.0], url="u")
KEPT_FOR_AN_HOUR = replace(RUN, stage=CELERY)
AS_IT_COMES = replace(KEPT_FOR_AN_HOUR, choices=["defaults"])
MAIL, NOTIFY = "password_mail", "notify"


def fold(*events: e.Event, window_s: float = 60.0) -> State:
    state = State(window_s=window_s)
    for event in events:
        state.fold(event)
    return state


def channel(task: str) -> str:
    return "short" if task == MAIL else "long"


def sent(name: str, t: float, task: str = NOTIFY) -> e.Event:
    return e.Sent(t=t, process="web.1", id=name, channel=channel(task), task=task)


def received(name: str, t: float, worker: str, task: str = NOTIFY) -> e.Event:
    return e.Received(t=t, process=worker, id=name, channel=channel(task), worker=worker, task=task)


def taken(name: str, t: float, worker: str, age_s: float = 1.0, task: str = NOTIFY) -> e.Event:
    return e.Taken(t=t, process=worker, id=name, channel=channel(task), worker=worker, age_s=age_s, task=task)


def done(name: str, t: float, worker: str, busy_s: float, task: str = NOTIFY, failed: bool = False) -> e.Event:
    by = {"process": worker, "worker": worker, "task": task, "channel": channel(task)}
    return e.Done(t=t, id=name, busy_s=busy_s, age_s=1.0, failed=failed, **by)  # type: ignore[arg-type]


def killed(worker: str, t: float, code: int = -9) -> e.Event:
    return e.ProcessEnded(t=t, process=worker, code=code)


def measured(t: float, *ids: str, **depths: int) -> e.Event:
    return e.Queues(t=t, process="web.1", ids={"long": list(ids), "short": []}, ages={"long": 1.0}, depths=depths)


def of(state: State, task: str) -> Books:
    return state.notifications.books_of(task)


def test_each_kind_has_books_of_its_own_and_they_add_up() -> None:
    events = [
        *(sent(f"n{number}", 1.0) for number in range(3)),
        *(sent(f"m{number}", 1.0, MAIL) for number in range(2)),
        taken("n0", 2.0, "worker.1"),
        done("n1", 7.0, "worker.2", 5.0),
        done("m0", 8.0, "worker.2", 0.5, MAIL),
        done("m1", 9.0, "worker.2", 0.1, MAIL, failed=True),
    ]
    state = fold(RUN, *events)
    assert of(state, NOTIFY) == Books(delivered=1, running=1, queued=1)
    assert of(state, MAIL) == Books(delivered=1, failed=1)
    assert state.books == total([of(state, NOTIFY), of(state, MAIL)])
    assert state.books.sent == 5


def test_a_task_is_done_when_its_worker_says_so_not_when_its_call_is_over() -> None:
    """It may fail after it; and killed between the two, the queue has it as begun."""
    called = e.CallDelivered(t=6.0, process="worker.1", id="n1", text="Hello, Ada!", worker="worker.1")
    before = [RUN, sent("n1", 1.0), taken("n1", 2.0, "worker.1"), called]
    assert of(fold(*before), NOTIFY) == Books(running=1)
    assert of(fold(*before, done("n1", 6.1, "worker.1", 4.1, failed=True)), NOTIFY) == Books(failed=1)
    assert of(fold(*before, killed("worker.1", 6.05)), NOTIFY) == Books(held=1)


def test_what_a_dead_worker_had_in_hand_is_held_not_lost() -> None:
    events = [sent("n1", 1.0), taken("n1", 2.0, "worker.1"), killed("worker.1", 3.0)]
    for run in (RUN, KEPT_FOR_AN_HOUR):
        for told in (events, events[::-1]):
            state = fold(run, *told)
            assert state.books == Books(held=1)
            assert (state.books.sent, state.books.lost) == (1, 0)
    assert fold(AS_IT_COMES, *events).books == Books(died=1)


def test_a_worker_under_the_same_name_has_nothing_of_the_dead_one() -> None:
    events = [sent("n1", 1.0), taken("n1", 2.0, "worker.1"), killed("worker.1", 3.0)]
    again = e.ProcessStarted(t=3.5, process="worker.1", pid=9)
    state = fold(RUN, *events, again, sent("n2", 3.0), taken("n2", 4.0, "worker.1"))
    assert of(state, NOTIFY) == Books(held=1, running=1)


def test_what_is_in_a_pocket_is_queued_and_held_when_its_worker_dies() -> None:
    """Acknowledged early or late, what a worker had not begun with is not lost."""
    pocket = [sent("n1", 1.0), received("n1", 1.5, "worker.1")]
    for run in (KEPT_FOR_AN_HOUR, AS_IT_COMES):
        assert fold(run, *pocket).books == Books(queued=1)
        assert fold(run, *pocket, killed("worker.1", 3.0)).books == Books(held=1)
        assert fold(run, killed("worker.1", 3.0), *pocket[::-1]).books == Books(held=1)


def test_what_was_in_a_pocket_and_begun_is_in_hand() -> None:
    begun = [sent("n1", 1.0), received("n1", 1.5, "worker.1"), taken("n1", 2.0, "worker.1")]
    assert fold(AS_IT_COMES, *begun).notifications.pockets() == {}
    assert fold(AS_IT_COMES, *begun, killed("worker.1", 3.0)).books == Books(died=1)
    assert fold(KEPT_FOR_AN_HOUR, *begun, killed("worker.1", 3.0)).books == Books(held=1)


def test_who_goes_as_he_is_told_gives_back_what_is_in_his_pocket() -> None:
    pocket = [sent("n1", 1.0), received("n1", 1.5, "worker.1"), killed("worker.1", 3.0, code=0)]
    assert fold(KEPT_FOR_AN_HOUR, *pocket).books == Books(queued=1)


def test_pockets_are_told_by_worker_and_kind() -> None:
    events = [received(f"n{number}", 1.5, "worker.1") for number in range(3)]
    events += [received("m1", 1.6, "worker.1", MAIL), received("m2", 1.6, "worker.2", MAIL)]
    state = fold(KEPT_FOR_AN_HOUR, *events)
    first, second = ("worker.1", "worker.1"), ("worker.2", "worker.2")
    assert state.notifications.pockets() == {first: {NOTIFY: 3, MAIL: 1}, second: {MAIL: 1}}


def test_what_is_given_out_again_is_held_no_more_and_begun_again() -> None:
    held = [sent("n1", 1.0), taken("n1", 2.0, "worker.1"), killed("worker.1", 3.0)]
    second = taken("n1", 100.0, "worker.2", age_s=99.0)
    over = done("n1", 105.0, "worker.2", 5.0)
    assert fold(KEPT_FOR_AN_HOUR, *held, measured(90.0, "n1")).books == Books(queued=1)
    assert fold(KEPT_FOR_AN_HOUR, *held, second).books == Books(running=1, again=1)
    for told in ([*held, second, over], [over, second, *held], [second, *held, over]):
        assert fold(KEPT_FOR_AN_HOUR, *told).books == Books(delivered=1, again=1)


def test_what_was_measured_on_its_queue_before_it_was_begun_is_there_no_more() -> None:
    """A look at the queue is of its moment: what a worker took along after it is not given back."""
    story = [sent("n1", 1.0), measured(1.5, "n1"), taken("n1", 2.0, "worker.1"), killed("worker.1", 3.0)]
    for told in (story, story[::-1]):
        assert fold(KEPT_FOR_AN_HOUR, *told).books == Books(held=1)


def test_what_two_events_tell_of_is_begun_once() -> None:
    """`Taken` and `Done` tell of one beginning, each with its own clock reading."""
    story = [sent("n1", 1.0), taken("n1", 2.0, "worker.1"), done("n1", 7.0, "worker.1", 4.999)]
    assert fold(RUN, *story).books == Books(delivered=1)


def test_what_is_begun_when_it_was_done_long_ago_is_begun_again() -> None:
    story = [sent("m1", 1.0, MAIL), done("m1", 3.0, "worker.1", 0.5, MAIL)]
    state = fold(KEPT_FOR_AN_HOUR, *story, done("m1", 9.0, "worker.2", 0.5, MAIL))
    assert of(state, MAIL) == Books(delivered=1, again=1)
    assert state.notifications.waits_of(MAIL).done.count == 1


def test_of_a_queue_of_which_not_all_are_named_none_is_missed() -> None:
    """What is not among those that are named waits behind them."""
    state = fold(RUN, sent("n1", 1.0), sent("n2", 1.0), measured(5.0, "n1", long=2), measured(6.0, "n1", long=2))
    assert of(state, NOTIFY) == Books(queued=2)
    assert state.channels.depths == {"long": 2, "short": 0}
    vanished = fold(RUN, sent("n1", 1.0), sent("n2", 1.0), measured(5.0, "n1"), measured(6.0, "n1"))
    assert of(vanished, NOTIFY) == Books(queued=1, unknown=1)


def test_a_task_that_a_worker_took_without_a_word_is_held_by_it() -> None:
    ready = e.WorkerReady(t=0.5, process="worker.1", worker="worker.1", channels=["long", "short"])
    events = [ready, sent("n1", 1.0), measured(2.0), measured(3.0), killed("worker.1", 2.5)]
    assert fold(RUN, *events).books == Books(held=1)


def test_what_is_measured_and_was_not_told_is_of_its_queues_kind() -> None:
    assert of(fold(RUN, measured(2.0, "n1")), NOTIFY) == Books(queued=1)
    one = fold(replace(RUN, stage=ONE_QUEUE), measured(2.0, "n1"))
    assert (of(one, NOTIFY), one.books) == (Books(), Books(queued=1))


OVER = e.Stopping(t=3.0, process="asyncdemo")
GONE = e.ProcessEnded(t=4.0, process="web.1", code=0)


def test_what_a_run_takes_along_when_it_ends_is_lost_and_not_held() -> None:
    """Its workers are told to stop, or killed when they do not: nobody would ever give anything back."""
    events = [sent("n1", 1.0), taken("n1", 2.0, "worker.1")]
    dead = killed("worker.1", 5.0)
    for told in ([*events, OVER, GONE, dead], [dead, GONE, *events, OVER]):
        assert fold(RUN, *told).books == Books(died=1)
    assert fold(RUN, *events, OVER, GONE).books == Books(running=1), "he may finish it"
    finished = done("n1", 4.5, "worker.1", 2.5)
    assert fold(RUN, *events, OVER, GONE, finished, dead).books == Books(delivered=1)


@pytest.mark.parametrize(("held_s", "books"), [(None, Books(held=1, died=2)), (3600.0, Books(died=3))])
def test_what_waits_when_the_run_ends_is_lost_with_its_queue(held_s: float | None, books: Books) -> None:
    """As the question before it had said, which counts what would be given out again; and their waits still count."""
    run = replace(RUN, stage=replace(RUN.stage, held_s=held_s))
    events = [sent("n1", 1.0), taken("n1", 2.0, "worker.1"), killed("worker.1", 2.5), sent("n2", 2.0), OVER]
    before = fold(run, *events, measured(2.9, "n2", "n3"))
    assert before.books == Books(queued=2, held=1)
    after = fold(run, *events, measured(2.9, "n2", "n3"), GONE)
    assert after.books == books
    waits = [state.notifications.waits_of(NOTIFY).latency(3.0) for state in (before, after)]
    assert [(wait.count, wait.max_s) for wait in waits] == [(2, 2.0), (2, 2.0)]


def test_what_waits_counts_as_long_as_it_has_waited_so_far() -> None:
    """From its sending until it is done; what is queued, in hand or held, too, but nothing that is lost."""
    events = [
        *(sent(f"m{number}", float(number), MAIL) for number in range(4)),
        done("m0", 3.0, "worker.1", 0.5, MAIL),
        taken("m1", 4.0, "worker.1", 3.0, MAIL),
        killed("worker.1", 5.0),
        done("m2", 6.0, "worker.2", 0.5, MAIL, failed=True),
    ]
    waits = fold(RUN, *events).notifications.waits_of(MAIL)
    took = waits.latency(10.0)
    assert (waits.done.count, took.count) == (1, 3)
    assert took.percentile(1) == pytest.approx(3.0, rel=0.02)
    assert took.percentile(50) == pytest.approx(7.0, rel=0.02)  # m3, queued since 3
    assert took.max_s == pytest.approx(9.0)  # m1, held
    assert waits.longest_wait(10.0) == pytest.approx(7.0)  # what is held waits for nobody
    assert waits.recent(10.0).count == 3
    assert waits.recent(10.0, 0.1).count == 1  # in so short a time nothing was done, and the held one is of the past


def test_waits_are_known_by_when_something_was_sent_and_at_each_moment() -> None:
    events = [sent("m1", 1.0, MAIL), done("m1", 9.0, "worker.1", 0.5, MAIL), sent("m2", 20.0, MAIL)]
    waits = fold(RUN, *events).notifications.waits_of(MAIL)
    by_sent = {round(came_s): took.max_s for came_s, took in waits.by_sent(0.0, 60.0, 30.0) if took.count}
    assert by_sent == {1: pytest.approx(8.0), 20: pytest.approx(10.0)}
    endless = {round(came_s): took.max_s for came_s, took in waits.by_sent(0.0, e.ENDLESS_S, 30.0) if took.count}
    assert endless == by_sent
    longest = waits.longest_waits_between(0.0, 30.0, 30.0, 30)
    assert longest[4] == pytest.approx(4.0, abs=0.3)
    assert longest[12] == 0.0
    assert longest[-1] == pytest.approx(10.0)


def test_waits_by_sending_are_told_in_slices_of_the_window() -> None:
    """As many as have gone by, at least one; each with those that were sent in it."""
    waits = Waits(60.0)
    waits.over(10.3, 12.3)
    waits.waiting, waits.held = (10.5, 12.5), (11.0,)
    told = [(came_s, took.count) for came_s, took in waits.by_sent(10.0, 60.0, 12.6)]
    assert [came_s for came_s, _ in told] == pytest.approx([0.125 + number / 4 for number in range(9)] + [2.425])
    assert [count for _, count in told] == [0, 1, 1, 0, 1, 0, 0, 0, 0, 1]
    for now in (10.0, 5.0):
        assert [came_s for came_s, _ in waits.by_sent(10.0, 60.0, now)] == [0.0]
    assert len(list(waits.by_sent(10.0, 2.0, 99.0))) == 8


@pytest.mark.parametrize(
    ("case", "p50", "p95", "delivered"),
    [("today", 18, 40, 19), ("one queue", 18, 40, 19), ("priority", 5, 28, 56), ("today reserved", 0.5, 0.5, 59)],
)
def test_the_lesson_of_today(case: str, p50: float, p95: float, delivered: int) -> None:
    """What was measured of the real one: a queue of its own changes nothing, priority waits for a free worker."""
    events = today_events(case)
    end = next(event.t for event in events if isinstance(event, e.LoadEnded))
    state = fold(*(event for event in events if event.t <= end))
    took = state.notifications.waits_of(MAIL).latency(end)
    assert took.count == 60
    assert took.percentile(50) * 10 == pytest.approx(p50, rel=0.1)
    assert took.percentile(95) * 10 == pytest.approx(p95, rel=0.1)
    assert of(state, MAIL).delivered == delivered
    assert state.books.sent == 120
    assert state.books.lost == 0
    assert state.visitors.latency.percentile(95) < 0.01  # the page waits for none of it


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["today", "celery", "celery defaults"]), st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(case: str, shuffled: random.Random) -> None:
    events = [event for event in today_events(case, {"worker.2": 3.0}, seconds=30.0) if event.t < 3.4]
    run, others = events[0], events[1:]
    shuffled.shuffle(others)
    assert everything(fold(run, *others)) == everything(fold(*events))


def everything(state: State) -> object:
    notifications = state.notifications
    waits = [notifications.waits_of(task).latency(3.4) for task in (NOTIFY, MAIL)]
    books = [of(state, task) for task in (NOTIFY, MAIL)]
    workers = [(row.name, row.work, state.workers.at_work(row)) for row in state.workers.rows()]
    rounded = [(took.count, round(took.max_s, 6), took.percentile(50)) for took in waits]
    return books, rounded, notifications.pockets(), workers, state.run_now, state.waiting


def test_threads_of_the_server_are_no_workers_of_tasks() -> None:
    """The crew is who takes tasks; the page has threads of its own, which are in no queue's way."""
    state = fold(*(event for event in today_events("today reserved") if event.t <= 2.0))
    assert [row.name for row in state.workers.rows()] == ["worker.1", "worker.2", "shortworker.1"]
    assert state.run_now is not None
    assert (state.run_now.general, state.run_now.reserved) == (2, 1)
    assert state.left_alone == []
    one = fold(*(event for event in today_events("one queue") if event.t <= 2.0))
    assert one.workers.crew() == (3, 0)


def test_a_queue_that_nobody_takes_is_known() -> None:
    nobody = fold(*(event for event in today_events("nobody") if event.t <= 2.0))
    assert [each.short for each in nobody.left_alone] == ["notify", "mail"]
    only_long = e.WorkerReady(t=0.5, process="worker.1", worker="worker.1", channels=["long"])
    state = fold(RUN, only_long, e.Ready(t=1.0, process="asyncdemo"))
    assert [each.short for each in state.left_alone] == ["mail"]
    assert state.workers.crew() == (1, 0)


def test_what_a_worker_does_is_told_by_kind_on_one_queue_as_well() -> None:
    events = [event for event in today_events("one queue") if event.t <= 3.0]
    strips = [fold(*events).workers.strip(row, 3.0, 30) for row in fold(*events).workers.rows()]
    assert {cell.work for strip in strips for cell in strip} == {"", NOTIFY, MAIL}


def test_what_the_outside_service_prints_is_known_of_each_kind() -> None:
    printed = ["Hello, Ada!", "A new password for Ada.", "Booting worker", "Hello there"]
    state = fold(RUN, *(e.Printed(t=1.0, process="worker.1", line=line) for line in printed))
    assert state.printed == 2
    assert [TODAY.greeted(text) for text in printed[:2]] == ["Ada", "Ada"]


def test_a_pocket_is_empty_when_the_broker_is_gone() -> None:
    """What was in it is nowhere any more; what a worker gets later is in it again."""
    begun = [
        sent("m1", 1.0, MAIL),
        received("m1", 1.1, "worker.1", MAIL),
    ]
    assert fold(AS_IT_COMES, *begun).books.queued == 1
    state = fold(AS_IT_COMES, *begun, killed("redis", 5.0))
    assert (state.books.died, state.books.queued) == (1, 0)
    assert state.notifications.pockets() == {}
    later = [
        sent("m2", 9.0, MAIL),
        received("m2", 9.1, "worker.1", MAIL),
    ]
    state = fold(AS_IT_COMES, *begun, killed("redis", 5.0), *later)
    assert (state.books.died, state.books.queued) == (1, 1)


@pytest.mark.parametrize(("sent_at", "books"), [(5.04, Books(died=1)), (5.06, Books(held=1))])
def test_what_was_sent_as_the_broker_went_is_gone_with_it(sent_at: float, books: Books) -> None:
    """A moment after it was told to be gone is not too late for that, whoever had it in hand."""
    in_hand = [sent("n1", sent_at), taken("n1", 6.0, "worker.1", age_s=6.0 - sent_at), killed("worker.1", 7.0)]
    assert fold(KEPT_FOR_AN_HOUR, killed("redis", 5.0), *in_hand).books == books
