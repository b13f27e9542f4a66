"""The fold: the same state for any order of the events; what is missing is unknown, never invented."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asyncdemo.events import events as e
from asyncdemo.known.ids import RecentIds
from asyncdemo.known.notifications import Books, Notifications
from asyncdemo.known.state import State
from asyncdemo.known.visitors import Visitors
from asyncdemo.stages.catalogue import STAGES

RUN = e.RunStarted(
    t=0.0, process="asyncdemo", stage=STAGES["bonus"], general=2, reserved=1, speed=1.0, delays=[5.0], url="u"
)
WORKERS = ("worker.1", "worker.2", "worker.3")


def fold(events: list[e.Event]) -> State:
    state = State()
    for event in events:
        state.fold(event)
    return state


def hello(number: int, t: float, took: float, status: int | None = 200) -> list[e.Event]:
    """A visitor's events."""
    name = f"h{number}"
    answered = {"total_s": took, "status": status, "name": "Ada", "worker": "worker.1"}
    return [
        e.Arrived(t=t, process="web.1", id=name, method="GET", path="/", name="Ada"),
        e.Answered(t=t + took, process="web.1", id=name, **answered),
    ]


def short(number: int, t: float, worker: str) -> list[e.Event]:
    """The events of a hello and its notification that are both over soon: each is told at its end."""
    name, view = f"n{number}", {"process": "web.1", "channel": "http.request", "worker": "slot 1"}
    by = {"process": worker, "worker": worker, "channel": "notify"}
    return [
        e.Answered(t=t + 0.01, process="web.1", id=f"h{number}", status=200, total_s=0.01, name="Ada"),
        e.Done(t=t + 0.01, id=f"h{number}", busy_s=0.008, age_s=0.001, sent=[name], **view),
        e.Done(t=t + 0.03, id=name, busy_s=0.01, age_s=0.015, calls=["Hello, Ada!"], **by),
    ]


def notification(number: int, t: float, worker: str, end: str) -> list[e.Event]:
    """A notification's events: what has been told of it until its `end`."""
    name = f"n{number}"
    by = {"process": worker, "worker": worker}
    sent = e.Sent(t=t, process="web.1", id=name, channel="notify")
    taken = e.Taken(t=t + 1, id=name, channel="notify", age_s=1.0, **by)
    started = e.CallStarted(t=t + 1, id=name, text="Hello, Ada!", seconds=5.0, direct=False, **by)
    delivered = e.CallDelivered(t=t + 6, process=worker, id=name, text="Hello, Ada!")
    done = e.Done(t=t + 6, id=name, channel="notify", busy_s=5.0, **by)
    return {
        "refused": [e.Refused(t=t, process="web.1", id=name, channel="notify")],
        "queued": [sent],
        "expired": [sent, e.Expired(t=t + 60, process="web.1", ids=[name], channel="notify")],
        "running": [sent, taken, started],
        "delivered": [sent, taken, started, delivered, done],
        "failed": [sent, taken, e.Done(t=t + 2, id=name, channel="notify", busy_s=1.0, failed=True, **by)],
    }[end]


ENDS = ("refused", "queued", "expired", "delivered", "failed")


@st.composite
def histories(draw: Callable[..., object]) -> list[e.Event]:
    """Events of a run in the order of time: visitors, notifications of every fate, a death, measurements."""
    events: list[e.Event] = [RUN]
    clocks = dict.fromkeys(WORKERS, 10.0)
    for number, end in enumerate(draw(st.lists(st.sampled_from(ENDS), max_size=30))):
        worker = draw(st.sampled_from(WORKERS))
        events += notification(number, clocks[worker], worker, end)
        clocks[worker] += 7
        if draw(st.booleans()):
            events += short(500 + number, clocks[worker], worker)
            clocks[worker] += 1
    for worker in draw(st.lists(st.sampled_from(WORKERS), max_size=3, unique=True)):
        events += notification(100 + WORKERS.index(worker), clocks[worker] + 1, worker, "running")
        if draw(st.booleans()):
            events.append(e.ProcessEnded(t=clocks[worker] + 4, process=worker, code=-9))
            events.append(e.ProcessEnded(t=clocks[worker] - 4, process=worker, code=-9))
            events.append(e.WorkerReady(t=1.0, process=worker, worker=worker, channels=["notify"]))
    for t in draw(st.lists(st.integers(1, 400), max_size=6, unique=True)):
        on_channel = draw(st.lists(st.sampled_from([f"n{number}" for number in range(10)]), unique=True))
        events.append(e.Queues(t=t / 2, process="web.1", ids={"notify": on_channel}, ages={"notify": 1.0}))
    for number, took in enumerate(draw(st.lists(st.floats(0.001, 30), max_size=20))):
        events += hello(number, 10.0 + number, took)
    return sorted(events, key=lambda event: event.t)


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


def measured(t: float, *ids: str) -> e.Event:
    return e.Queues(t=t, process="web.1", ids={"notify": list(ids)}, ages={"notify": 0.0})


def ready(worker: str) -> e.Event:
    return e.WorkerReady(t=0.5, process=worker, worker=worker, channels=["notify"])


def test_what_left_its_channel_unseen_is_unknown_until_a_death_explains_it() -> None:
    """A worker that is killed between taking and telling takes one message along."""
    sent = e.Sent(t=1.0, process="web.1", id="n1", channel="notify")
    gone = [measured(2.0), measured(3.0)]
    assert fold([RUN, sent]).books == Books(queued=1)
    assert fold([RUN, sent, *gone]).books == Books(unknown=1)
    death = e.ProcessEnded(t=3.0, process="worker.1", code=-9)
    assert fold([RUN, ready("worker.1"), sent, *gone, death]).books == Books(died=1)
    assert fold([RUN, death, *reversed(gone), sent, ready("worker.1")]).books == Books(died=1)


def test_a_death_explains_only_what_a_worker_can_have_taken() -> None:
    """Nobody takes along what was sent after his death; and a server or a migration takes nothing."""
    gone = [measured(101.0), measured(102.0)]
    sent = e.Sent(t=100.0, process="web.1", id="n1", channel="notify")
    early = e.ProcessEnded(t=1.0, process="worker.1", code=-9)
    late = e.ProcessEnded(t=101.0, process="worker.1", code=-9)
    server = e.ProcessEnded(t=101.0, process="web.1", code=-15)
    others = [e.Sent(t=100.0, process="web.1", id=f"n{number}", channel="notify") for number in range(2, 6)]
    crew = [RUN, ready("worker.1"), ready("worker.2")]
    assert fold([*crew, early, sent, *gone]).books == Books(unknown=1)
    assert fold([*crew, sent, *others, *gone, server]).books == Books(unknown=5)
    assert fold([*crew, early, sent, *others, *gone, server, late]).books == Books(died=1, unknown=4)


def test_a_death_with_a_message_in_hand_does_not_hide_an_earlier_one() -> None:
    """A worker that died without a word, was started again, and died with one that it had told of."""
    sent = e.Sent(t=1.0, process="web.1", id="n9", channel="notify")
    first = e.ProcessEnded(t=1.5, process="worker.1", code=-9)
    second = e.ProcessEnded(t=12.0, process="worker.1", code=-9)
    told = notification(1, 10.0, "worker.1", "running")
    events = [ready("worker.1"), sent, first, measured(2.0), measured(3.0), *told, second]
    assert fold([RUN, *events]).books == Books(died=2)
    assert fold([RUN, *reversed(events)]).books == Books(died=2)


def test_what_has_just_left_its_channel_is_in_somebodys_hands() -> None:
    """Who takes a message tells so when it lasts: a moment later. Till then it is neither lost nor unknown."""
    sent = e.Sent(t=1.0, process="web.1", id="n1", channel="notify")
    death = e.ProcessEnded(t=2.0, process="web.1", code=-9)
    assert fold([RUN, death, sent, measured(1.5, "n1"), measured(2.5)]).books == Books(running=1)
    assert fold([RUN, death, sent, measured(1.5)]).books == Books(running=1)
    assert fold([RUN, death, sent, measured(1.5, "n1"), measured(2.5), measured(2.6)]).books == Books(running=1)
    assert fold([RUN, death, sent, measured(1.5, "n1"), measured(2.5), measured(3.5)]).books == Books(unknown=1)


def test_what_waits_in_a_redis_that_is_stopped_is_lost() -> None:
    """In whatever order it is told; not what was taken before, nor what was sent to the next Redis."""
    queued = [e.Sent(t=float(t), process="web.1", id=f"n{t}", channel="notify") for t in (1, 2)]
    before = [RUN, *queued, *notification(3, 1.0, "worker.1", "running"), measured(2.5, "n1", "n2")]
    stopped = e.ProcessEnded(t=3.0, process="redis", code=-9)
    after = [e.Sent(t=9.0, process="web.1", id="n9", channel="notify"), measured(10.0, "n9")]
    assert fold([*before, stopped]).books == Books(running=1, died=2)
    assert fold([*before, stopped]).channels.depths == {"notify": 0}
    assert fold([*before, stopped]).channels_unknown(3.1) == "Redis is stopped"
    assert fold([RUN, *reversed([*before[1:], stopped])]).channels_unknown(3.1) == "Redis is stopped"
    assert fold([*before, stopped, *after]).channels_unknown(10.1) == ""
    assert fold([*before, stopped, *after]).books == Books(running=1, died=2, queued=1)
    assert fold([RUN, *reversed([*before[1:], stopped, *after])]).books == Books(running=1, died=2, queued=1)


@pytest.mark.parametrize(("stage", "holder"), [("bonus", "redis"), ("step3", "web.1")])
def test_what_waits_when_the_run_ends_is_lost(stage: str, holder: str) -> None:
    """As the question before it had said: nobody will ever take it, once what holds the channels is gone."""
    run = replace(RUN, stage=STAGES[stage])
    waits = [run, *notification(1, 1.0, "worker.1", "queued"), measured(2.0, "n1"), e.Stopping(t=3.0, process="a")]
    other = e.ProcessEnded(t=3.5, process="worker.1", code=0)
    gone = e.ProcessEnded(t=4.0, process=holder, code=0)
    assert fold([*waits, other]).books == Books(queued=1)
    assert fold([*waits, other, gone]).books == fold([run, gone, *reversed(waits[1:])]).books == Books(died=1)


def test_what_waits_in_a_redis_of_the_users_is_queued_to_the_end() -> None:
    """It does not end with the run, and nothing of ours has looked at it since."""
    end = [e.Stopping(t=3.0, process="asyncdemo"), e.ProcessEnded(t=4.0, process="web.1", code=0)]
    assert fold([RUN, *notification(1, 1.0, "worker.1", "queued"), measured(2.0, "n1"), *end]).books == Books(queued=1)


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


def test_who_was_told_to_go_and_went_takes_nothing_along() -> None:
    """An exit code of 0: it had finished what it had in hand."""
    sent = e.Sent(t=1.0, process="web.1", id="n1", channel="notify")
    end = e.ProcessEnded(t=3.0, process="migrate", code=0)
    assert fold([RUN, sent, measured(2.0), measured(3.0), end]).books == Books(unknown=1)


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
    if isinstance(value, list | tuple | set | frozenset):
        return sum(things(part) for part in value) + 1
    return things(value.__dict__) if hasattr(value, "__dict__") and not callable(value) else 1
