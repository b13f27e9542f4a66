"""The fold: the same state for any order of the events; what is missing is unknown, never invented."""

import random
from array import array
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asyncdemo.events import events as e
from asyncdemo.known.books import Books
from asyncdemo.known.kept.ids import RecentIds
from asyncdemo.known.notifications import Notifications
from asyncdemo.known.state import State
from asyncdemo.known.visitors import Visitors
from tests.histories import RUN, fold, hello, histories, measured, notification, short


def seen(state: State) -> object:
    """All that a screen could show of a state at one moment."""
    workers = state.workers
    rows = [
        (row.name, row.taken_id, workers.at_work(row), workers.death(row), round(workers.share(row, 300.0), 6))
        for row in workers.rows()
    ]
    return (state.books, state.waiting, state.statuses, state.visitors.recent(60.0), rows)


@settings(max_examples=150, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(history: list[e.Event], shuffled: random.Random) -> None:
    """Any order gives the same books, latencies and workers; only the run's own first event comes first."""
    others = history[1:]
    shuffled.shuffle(others)
    assert seen(fold([RUN, *others])) == seen(fold(history))


@settings(max_examples=150, deadline=None)
@given(histories(), st.data())
def test_what_is_missing_is_never_invented(history: list[e.Event], data: st.DataObject) -> None:
    """Whatever events are lost, nothing is counted that did not happen, and what lacks its end is not lost."""
    history = without(history, e.Queues)  # made up as they are, these may tell of what is long delivered
    kept = [RUN, *data.draw(st.lists(st.sampled_from(history), unique_by=id))] if history[1:] else [RUN]
    whole, partial = fold(history).books, fold(kept).books
    assert partial.delivered <= whole.delivered
    assert partial.sent <= whole.sent
    for reason in ("refused", "expired", "failed"):
        assert getattr(partial, reason) <= getattr(whole, reason)


def without(events: list[e.Event], kind: type[e.Event]) -> list[e.Event]:
    return [event for event in events if not isinstance(event, kind)]


@pytest.mark.parametrize("missing", [e.Sent, e.Taken, e.CallStarted, e.Done])
def test_a_delivery_is_counted_with_any_other_event_missing(missing: type[e.Event]) -> None:
    """That a notification was delivered is all there is to know."""
    events = [RUN, *without(notification(1, 1.0, "worker.1", "delivered"), missing)]
    assert fold(events).books == Books(delivered=1)


def test_what_is_over_soon_is_told_by_three_events() -> None:
    """A hello and its notification: who was busy and for how long, who waited, what was sent and delivered."""
    state = fold([RUN, *short(1, 1.0, "worker.1")])
    assert state.books == Books(delivered=1)
    assert (state.statuses, state.waiting) == ({"200": 1}, {})
    busy = {row.name: dict(seconds) for row in state.workers.rows() for seconds in row.busy.last(2.0)}
    assert busy == {
        "slot 1": {"http.request": pytest.approx(0.008)},
        "worker.1": {"notify": pytest.approx(0.01)},
    }
    assert not any(state.workers.at_work(row) for row in state.workers.rows())


def test_of_a_short_story_each_part_is_enough() -> None:
    """Whoever was killed before he told: a worker's word that it was delivered, a view's word that it was sent."""
    _, view, worker = short(1, 1.0, "worker.1")
    assert fold([RUN, worker]).books == Books(delivered=1)
    assert fold([RUN, view]).books == Books(queued=1)
    assert fold([RUN, worker, view]).books == Books(delivered=1)


def test_a_call_within_the_view_is_a_notification_too() -> None:
    """step1 and step2: no message, the view calls the outside service itself."""
    delivered = e.CallDelivered(t=1.0, process="web.1", id="c", text="Hello, Ada!", direct=True)
    state = fold([RUN, delivered])
    assert state.books == Books(delivered=1)
    assert state.notifications.open == {}


def test_a_delivery_that_nobody_tells_of_is_unknown() -> None:
    """The worker is done with it, and whether it was printed cannot be told."""
    events = [RUN, *without(notification(1, 1.0, "worker.1", "delivered"), e.CallDelivered)]
    assert fold(events).books == Books(unknown=1)


def test_how_long_a_notification_took_is_from_its_sending_until_it_was_done() -> None:
    """On a channel or in the view, lasting or soon over; of one whose sending nobody told, nothing is known."""
    direct = {"process": "web.1", "id": "c", "text": "Hello, Ada!", "direct": True}
    called = [e.CallStarted(t=1.0, seconds=3.0, worker="thread 1", **direct), e.CallDelivered(t=4.0, **direct)]
    for events, took_s in (
        (notification(1, 1.0, "worker.1", "delivered"), 6.0),
        (without(notification(1, 1.0, "worker.1", "delivered"), e.Sent), 6.0),
        (short(1, 1.0, "worker.1"), 0.025),
        (called, 3.0),
    ):
        took = fold([RUN, *events]).notifications.took
        assert (took.count, took.max_s) == (1, pytest.approx(took_s))
    unheard = e.CallDelivered(t=4.0, process="worker.1", id="c", text="Hello, Ada!")
    for events in (called[1:], [unheard], notification(1, 1.0, "worker.1", "failed")):
        assert fold([RUN, *events]).notifications.took.count == 0


def test_what_is_measured_is_queued_though_nobody_said_that_it_was_sent() -> None:
    """The layer knows better than the events."""
    measured = e.Queues(t=2.0, process="web.1", ids={"notify": ["n1", "n2"]}, ages={"notify": 0.5})
    assert fold([RUN, measured]).books == Books(queued=2)


def test_a_worker_that_takes_another_message_no_longer_has_the_first() -> None:
    """What it did with the first one was not told."""
    first, second = (notification(n, float(n), "worker.1", "running") for n in (1, 2))
    assert fold([RUN, *first, *second]).books == Books(running=1, unknown=1)


def test_news_of_one_process_may_be_seconds_behind_that_of_another() -> None:
    """A run that was stopped for a while and goes on: thousands of ends are told before the beginnings."""
    stories = [short(number, 1.0 + number / 1000, "worker.1") for number in range(3000)]
    ends = [worker for _, _, worker in stories]
    beginnings = [event for answered, view, _ in stories for event in (view, answered)]
    arrivals = [e.Arrived(t=1.0, process="web.1", id=f"h{n}", method="GET", path="/", name="Ada") for n in range(3000)]
    state = fold([RUN, *ends, *beginnings, *arrivals, measured(1.5, "n1")])
    assert state.books == Books(delivered=3000)
    assert not state.waiting


def test_ten_thousand_hellos_do_not_make_the_state_grow() -> None:
    """What is kept after 10,000 visitors is as much as after 5,000."""
    state, kept = State(notifications=Notifications(over=RecentIds(500)), visitors=Visitors(over=RecentIds(500))), []
    state.fold(RUN)
    for number in range(10_000):
        t = number * 0.1
        for event in [*hello(number, t, 0.05), *notification(number, t, "worker.1", "delivered")]:
            state.fold(event)
        if number % 5_000 == 4_999:
            kept.append(things(state))
    assert kept[1] <= kept[0]


def things(value: object) -> int:
    """How many values hang from this one."""
    if isinstance(value, dict):
        return sum(things(part) for part in value.values()) + len(value)
    if isinstance(value, list | tuple | set | frozenset | array | deque):
        return sum(things(part) for part in value) + 1
    return things(value.__dict__) if hasattr(value, "__dict__") and not callable(value) else 1
