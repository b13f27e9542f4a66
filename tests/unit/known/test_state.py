"""The books and the rest of what is known of a run: histories as data, what they come to beside them."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncdemo.events import events as e
from asyncdemo.known.log import Log
from asyncdemo.known.state import Books, State
from asyncdemo.known.visitors import answers
from asyncdemo.stages.catalogue import STAGES

RUN = e.RunStarted(
    t=0.0, process="asyncdemo", stage=STAGES["bonus"], general=2, reserved=1, speed=1.0, delays=[5.0], url="u"
)


def at(t: float, kind: type[e.Event], process: str = "worker.1", **values: Any) -> e.Event:
    """An event, in short."""
    return kind(t=t, process=process, **values)


def sent(message: str = "a", channel: str = "notify", process: str = "web.1") -> e.Event:
    return at(1, e.Sent, process, id=message, channel=channel)


def taken(message: str = "a", process: str = "worker.1", channel: str = "notify", t: float = 2) -> e.Event:
    return at(t, e.Taken, process, id=message, channel=channel, worker=process, age_s=0.1)


def called(message: str = "a", direct: bool = False, process: str = "worker.1") -> e.Event:
    return at(3, e.CallStarted, process, id=message, text="Hello, Ada!", seconds=5, worker=process, direct=direct)


def delivered(message: str = "a", process: str = "worker.1") -> e.Event:
    return at(4, e.CallDelivered, process, id=message, text="Hello, Ada!")


def done(message: str = "a", failed: bool = False, process: str = "worker.1") -> e.Event:
    return at(5, e.Done, process, id=message, channel="notify", worker=process, busy_s=3.0, failed=failed)


def refused(message: str = "a", channel: str = "notify") -> e.Event:
    return at(1, e.Refused, "web.1", id=message, channel=channel)


def expired(*messages: str, channel: str = "notify") -> e.Event:
    return at(61, e.Expired, "web.1", ids=list(messages), channel=channel)


def ended(process: str = "worker.1", code: int = -9) -> e.Event:
    return at(6, e.ProcessEnded, process, code=code)


def started(process: str = "worker.1") -> e.Event:
    return at(0, e.ProcessStarted, process, pid=42)


def folded(history: list[e.Event]) -> State:
    """The state after these events of a run of the bonus."""
    state = State()
    state.fold(RUN)
    for event in history:
        state.fold(event)
    return state


HISTORIES: dict[str, tuple[list[e.Event], Books]] = {
    "nothing happens": ([], Books()),
    "it waits on its channel": ([sent()], Books(queued=1)),
    "a worker has it": ([sent(), taken(), called()], Books(running=1)),
    "it is delivered": ([sent(), taken(), called(), delivered(), done()], Books(delivered=1)),
    "taken is told before sent": ([taken(), called(), sent()], Books(running=1)),
    "all is told before sent": ([taken(), called(), delivered(), done(), sent()], Books(delivered=1)),
    "sent is never told": ([taken(), called(), delivered(), done()], Books(delivered=1)),
    "a running one whose sending is never told": ([taken(), called()], Books(running=1)),
    "nothing but its delivery is told": ([delivered()], Books(delivered=1)),
    "nothing but its delivery is told, and a death": ([delivered(), ended()], Books(delivered=1)),
    "nothing but its expiry is told": ([expired("a")], Books(expired=1)),
    "nothing but its failure is told": ([done(failed=True)], Books(failed=1)),
    "the channel was full": ([refused()], Books(refused=1)),
    "it expired": ([sent(), expired("a")], Books(expired=1)),
    "it expired before sent is told": ([expired("a"), sent()], Books(expired=1)),
    "two of three expired": ([sent("a"), sent("b"), sent("c"), expired("a", "b")], Books(queued=1, expired=2)),
    "its worker died": ([sent(), taken(), called(), ended()], Books(died=1)),
    "its worker died before sent is told": ([taken(), called(), ended(), sent()], Books(died=1)),
    "another worker died": ([sent(), taken(), called(), ended("worker.2")], Books(running=1)),
    "the death of an idle worker loses nothing": (
        [sent(), taken(), called(), delivered(), done(), ended()],
        Books(delivered=1),
    ),
    "the death is told before the delivery": (
        [sent(), taken(), called(), ended(), delivered(), done()],
        Books(delivered=1),
    ),
    "the death is told before the take": ([sent(), ended(), taken(), called()], Books(died=1)),
    "the death is told before the take and the delivery": (
        [ended(), taken(), called(), delivered(), sent()],
        Books(delivered=1),
    ),
    "a worker of the same name works on": (
        [started(), sent(), taken(), ended(), started(), sent("b"), taken("b", t=8)],
        Books(died=1, running=1),
    ),
    "what waits outlives the workers": ([sent("a"), sent("b"), taken("a"), ended()], Books(died=1, queued=1)),
    "the consumer failed": ([sent(), taken(), done(failed=True)], Books(failed=1)),
    "the consumer failed before sent is told": ([taken(), done(failed=True), sent()], Books(failed=1)),
    "the view calls by itself": ([called(direct=True)], Books(running=1)),
    "the view has called by itself": ([called(direct=True), delivered()], Books(delivered=1)),
    "a server dies with two calls": (
        [called("a", True, "web.1"), called("b", True, "web.1"), ended("web.1")],
        Books(died=2),
    ),
    "requests are no notifications": (
        [
            sent(channel="http.request"),
            taken(channel="http.request"),
            refused("b", "http.request"),
            expired("c", channel="http.request"),
        ],
        Books(),
    ),
}


@pytest.mark.parametrize(("history", "books"), HISTORIES.values(), ids=HISTORIES.keys())
def test_the_books(history: list[e.Event], books: Books) -> None:
    """Each history comes to these books."""
    assert folded(history).books == books


def in_order(events: Sequence[e.Event]) -> bool:
    """Whether the events of each process are in the order in which it sent them; deaths come by a way of their own."""
    streams: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for event in events:
        streams[event.process, isinstance(event, e.ProcessEnded)].append(event.t)
    return all(times == sorted(times) for times in streams.values())


STORIES = {
    "delivered": [sent(), taken(), called(), delivered(), done()],
    "died": [sent(), taken(), called(), ended()],
    "failed": [sent(), taken(), called(), done(failed=True)],
    "expired": [sent(process="worker.2"), expired("a")],
    "delivered and then killed": [sent(), taken(), called(), delivered(), ended()],
    "direct, and killed": [called(direct=True), ended()],
    "delivered by another": [sent(), taken(process="worker.2"), delivered(process="worker.2"), ended("worker.1")],
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_the_books_do_not_depend_on_the_order_of_the_news(story: list[e.Event]) -> None:
    """Each process sends in order, but nothing orders two processes: at the end all ways come to the same."""
    expected = folded(story).books
    orders = [list(order) for order in itertools.permutations(story) if in_order(order)]
    assert len(orders) > 1
    for order in orders:
        assert folded(order).books == expected, [type(event).__name__ for event in order]


@given(st.data())
def test_the_books_balance_at_every_moment(data: st.DataObject) -> None:
    """Whatever has been told of however many notifications, each is in exactly one place."""
    stories = data.draw(st.lists(st.sampled_from(["delivered", "failed", "expired", "refused", "queued"]), max_size=8))
    events: list[e.Event] = []
    for number, story in enumerate(stories):
        m = str(number)
        events += {
            "delivered": [sent(m), taken(m), called(m), delivered(m), done(m)],
            "failed": [sent(m), taken(m), done(m, failed=True)],
            "expired": [sent(m), expired(m)],
            "refused": [refused(m)],
            "queued": [sent(m)],
        }[story]
    shuffled = data.draw(st.permutations(events))
    ready = {
        process: iter([event for event in events if event.process == process]) for process in ("web.1", "worker.1")
    }
    state, seen = folded([]), set()
    for event in (next(ready[event.process]) for event in shuffled):
        state.fold(event)
        seen |= set(event.ids) if isinstance(event, e.Expired) else {event.id}  # type: ignore[attr-defined]
        books = state.books
        assert books.sent == len(seen)
        assert books.sent == books.delivered + books.running + books.queued + books.lost + books.unknown
    assert (state.books.delivered, state.books.failed) == (stories.count("delivered"), stories.count("failed"))
    assert (state.books.expired, state.books.refused) == (stories.count("expired"), stories.count("refused"))


def test_finished_notifications_are_counted_and_forgotten() -> None:
    """A long run does not fill the memory."""
    state = folded([event for number in range(100) for event in (sent(f"{number}"), delivered(f"{number}"))])
    assert state.books == Books(delivered=100)
    assert state.notifications.open == {}


def test_hellos_are_counted_by_how_they_ended() -> None:
    """Answered, refused with the reason, left, and still waiting; other pages do not count."""
    state = folded(
        [
            *(at(1, e.Arrived, "web.1", id=i, method="GET", path="/", name="Ada") for i in "abcde"),
            at(1, e.Arrived, "web.1", id="icon", method="GET", path="/favicon.ico"),
            at(2, e.Answered, "web.1", id="a", status=200, total_s=1.0, worker="slot 1", name="Ada"),
            at(2, e.Answered, "web.1", id="b", status=200, total_s=3.0, worker="slot 2", name="Ada"),
            at(3, e.Answered, "web.1", id="c", status=503, total_s=60.0, problem="time limit", name="Ada"),
            at(4, e.Answered, "web.1", id="d", status=None, total_s=5.0, name="Ada"),
            at(4, e.Answered, "web.1", id="icon", status=404, total_s=0.1),
        ]
    )
    assert state.statuses == {"200": 2, "503 time limit": 1, "left": 1}
    assert list(state.waiting) == ["e"]
    assert (state.latency.count, state.latency.max_s) == (2, 3.0)
    refusals = state.visitors.refusals
    assert (refusals.count, refusals.max_s) == (1, 60.0)


def test_answered_is_a_status_below_400() -> None:
    """As for a load; whoever left was not answered at all."""
    assert answers(Counter({"200": 464, "302": 3, "500": 231, "503 time limit": 2, "left": 5})) == (467, 233)
    assert answers(Counter()) == (0, 0)


def test_who_left_is_among_the_waits_of_lately() -> None:
    """Those who stayed would look fast; among the answers of the whole run there is no answer to count."""
    left = at(40, e.Answered, "web.1", id="a", status=None, total_s=30.0, name="Ada")
    served = at(41, e.Answered, "web.1", id="b", status=200, total_s=0.1, name="Ada")
    state = folded([left, served])
    recent = state.visitors.recent(45.0)
    assert (recent.count, recent.max) == (2, 30.0)
    assert (state.latency.count, state.latency.max_s) == (1, 0.1)


def test_how_hellos_ended_lately_is_of_the_window_that_their_latency_is_of() -> None:
    """What was long ago is in the summary of the whole run."""
    long_ago = [at(10, e.Answered, "web.1", id="a", status=500, total_s=1.0, name="Ada")]
    lately = [at(90, e.Answered, "web.1", id=id_, status=200, total_s=1.0, name="Ada") for id_ in "bc"]
    state = folded([*long_ago, *lately])
    assert state.visitors.endings(100.0) == {"200": 2}
    assert state.visitors.recent(100.0).count == 2
    assert state.statuses == {"200": 2, "500": 1}


def test_workers_that_come_and_go_are_counted() -> None:
    """Those there now, by what they take, once the page can be opened; where they stay, as many as were asked for."""
    facts = {"general": 3, "reserved": 0, "speed": 1.0, "delays": [5.0], "url": "http://x/"}

    def ready(worker: str, *channels: str) -> e.Event:
        return at(1, e.WorkerReady, worker, worker=worker, channels=["http.request", *channels])

    def now(stage: str, *events: e.Event) -> tuple[int, int]:
        run = folded([at(0, e.RunStarted, "asyncdemo", stage=STAGES[stage], **facts), *events]).run_now
        assert run is not None
        return run.general, run.reserved

    crew = [ready("worker.1", "notify"), ready("worker.2", "notify"), ready("webworker.1")]
    opened = at(2, e.Ready, "asyncdemo")
    assert now("bonus", opened) == now("bonus", *crew) == (3, 0)
    assert now("bonus", *crew, opened) == (2, 1)
    assert now("bonus", *crew, opened, ended("worker.1")) == (1, 1)
    assert now("bonus", *crew, opened, ended("worker.1"), at(7, e.ProcessStarted, "worker.1", pid=4)) == (2, 1)
    assert now("bonus", *crew, opened, *(ended(event.process, -15) for event in crew)) == (0, 0)
    assert now("step2", opened, at(1, e.WorkerReady, "web.1", worker="slot 1", channels=["http.request"])) == (3, 0)


def test_who_runs_and_who_listens_is_known() -> None:
    """The run's first event, and each worker's channels."""
    first = at(
        0,
        e.RunStarted,
        "asyncdemo",
        stage=STAGES["step3"],
        general=4,
        reserved=0,
        speed=1.0,
        delays=[5.0],
        url="http://x/",
    )
    state = folded([first, at(1, e.WorkerReady, "web.1", worker="slot 1", channels=["http.request", "notify"])])
    assert state.run == first
    assert [(row.name, row.channels) for row in state.workers.rows()] == [("slot 1", ["http.request", "notify"])]


def test_printed_notifications_are_counted_apart() -> None:
    """From the console alone, so that the books can be checked against it."""
    lines = ["Hello, Ada!", "Performing system checks...", "Hello, !", "hello", "  Hello, Ada!"]
    state = folded([at(1, e.Printed, line=line) for line in lines])
    assert state.printed == sum(state.stage.is_notification(line) for line in lines) == 2
    assert state.books.sent == 0


def test_no_notification_without_a_visitor() -> None:
    """A hello that is over soon is told by its worker first, and by the server a moment later: it counts at once."""
    state = State()
    state.fold(RUN)
    done = {"id": "h", "worker": "worker.1", "busy_s": 0.01, "age_s": 0.02}
    state.fold(at(2, e.Done, channel="http.request", sent=["n"], **done))
    assert (state.books.sent, state.visitors.seen, dict(state.waiting)) == (1, 1, {"h": pytest.approx(1.97)})
    state.fold(at(2, e.Done, channel="notify", sent=["m"], **done | {"id": "n"}))
    assert state.visitors.seen == 1, "a consumer that sends another notification is no visitor"
    state.fold(at(2.01, e.Answered, "web.1", id="h", status=200, total_s=0.03, name="Ada"))
    assert (state.visitors.seen, dict(state.waiting)) == (1, {})
    state.fold(at(2, e.Done, channel="http.request", sent=["n"], **done))
    assert state.visitors.seen == 1, "whatever comes first"


def test_the_page_of_lately_is_that_of_those_who_got_it() -> None:
    """Refusals are beside it, fast as they are; who waits or left counts."""
    state = State()
    state.fold(RUN)
    for number, (status, seconds) in enumerate([(200, 5.0), (302, 6.0), (503, 0.006), (None, 9.0), (500, 0.008)]):
        values = {"id": str(number), "status": status, "total_s": seconds, "name": "Ada"}
        state.fold(at(10, e.Answered, "web.1", **values))
    state.fold(at(8, e.Arrived, "web.1", id="w", method="GET", path="/", name="Ada"))
    page, errors = state.visitors.recent(12.0), state.visitors.recent_errors(12.0)
    assert (page.count, page.max) == (4, 9.0)
    assert page.p50 == pytest.approx(5.0, rel=0.02)
    assert (errors.count, errors.max) == (2, 0.008)


def test_workers_of_another_terminal_are_those_that_were_told_last() -> None:
    """A load by itself sees no worker, and hears how many there are."""
    state = State()
    state.fold(RUN)
    for t, general, reserved in ((5.0, 2, 2), (3.0, 1, 1)):
        state.fold(at(t, e.CrewChanged, "asyncdemo", general=general, reserved=reserved))
    run = state.run_now
    assert run is not None
    assert (run.general, run.reserved) == (2, 2)
    assert state.crews_since(4.0) == ((1.0, 2, 2),)
    assert (state.crews_since(5.0), state.crews_since(5.1)) == (((0.0, 2, 2),), ())


def test_what_was_measured_is_news_for_five_seconds() -> None:
    """On the wall: a stage measures every second, whatever the speed of the lesson."""
    state = folded([at(10.0, e.Queues, "web.1", depths={"notify": 3}, ages={})])
    assert (state.channels_unknown(15.0), state.channels_unknown(15.001)) == ("", "no news of it")


LOAD = {"url": "u", "rate": 1.0, "rate_end": 3.0, "seconds": 5.0, "arrivals": "even", "visitors": 0, "timeout_s": 9.0}


def test_the_log_keeps_the_newest_sixty_lines() -> None:
    """By their times; of one moment, as they came."""
    log = Log()
    for number in range(70):
        log.add(float(number // 2), "web.1", str(number))
    log.add(0.0, "web.1", "late")
    assert [what for _, _, what in log.lines] == [str(number) for number in range(10, 70)]
    log.add(20.0, "web.1", "in between")
    assert [line for line in log.lines if line[0] == 20.0] == [
        (20.0, "web.1", "40"),
        (20.0, "web.1", "41"),
        (20.0, "web.1", "in between"),
    ]


def test_when_the_last_visitor_had_the_page() -> None:
    """Or when the load ended, where nobody tells; never where one got none, it was cut, or there is something else."""

    def finished(*events: e.Event, stage: str = "bonus", ended: str = "200", ended_at: float = 9.0) -> float:
        state = folded([RUN, at(1.0, e.LoadStarted, "load.1", speed=1.0, **LOAD), *events])
        counts = {"number": 1, "scheduled": 1, "sent": 1, "ended": {ended: 1}}
        state.fold(at(8.0, e.LoadTold, "load.1", **counts))
        assert state.finished_at == float("inf")
        state.fold(at(ended_at, e.LoadEnded, "load.1", unfinished=0))
        if stage != "bonus":
            state.run = replace(RUN, stage=STAGES[stage])
        return state.finished_at

    page = at(7.0, e.Answered, "web.1", id="h", status=200, total_s=1.0, name="Ada")
    assert [finished(), finished(page)] == [9.0, 7.0]
    assert {finished(page, ended="503"), finished(page, ended_at=5.9), finished(page, stage="today")} == {float("inf")}
    assert finished(page, ended_at=6.0) == 7.0, "its time was over"


def test_from_where_on_something_is_slow() -> None:
    """By the clock of the run, or of its load; a task that is not slow by itself has its own time besides."""
    today = STAGES["today"]
    slow, mail = today.tasks
    state = State()
    assert (state.speed, state.slow_s, state.clock) == (1.0, 1.0, 1.0)
    state.fold(at(1.0, e.LoadStarted, "load.1", speed=4.0, **LOAD))
    assert (state.speed, state.slow_s, state.clock) == (4.0, 0.25, 1.0)
    state.fold(replace(RUN, stage=today, speed=2.0))
    state.in_lesson = True
    assert (state.speed, state.slow_s, state.clock) == (2.0, 0.5, 2.0)
    assert (state.slow_after_s(slow), state.slow_after_s(mail)) == (float("inf"), 1.25)


def test_how_far_it_looks_back() -> None:
    """Sixty seconds of the lesson."""
    state = State()
    state.fold(replace(RUN, speed=10.0))
    windows = (state.visitors.window_s, state.workers.window_s, state.notifications.window_s)
    assert windows == (6.0, 6.0, 6.0)


def test_what_a_load_asks_for_on_its_way() -> None:
    """Of a ramp: from one rate to the other, and no further."""
    ramp = e.LoadStarted(t=1.0, process="load.1", speed=1.0, **LOAD)  # type: ignore[arg-type]
    assert [ramp.rate_at(after_s) for after_s in (-1.0, 0.0, 2.5, 5.0, 9.0)] == [1.0, 1.0, 2.0, 3.0, 3.0]
    assert (ramp.most, replace(ramp, rate=4.0).most) == (3.0, 4.0)


def test_the_last_moment_that_is_known_of_it() -> None:
    """Before it was told to stop."""
    state = folded([at(3.0, e.Ready, "asyncdemo"), at(2.0, e.Printed, line="late")])
    assert (state.until, state.ready_at) == (3.0, 3.0)
    state.fold(at(5.0, e.Stopping, "asyncdemo"))
    state.fold(at(6.0, e.Printed, line="more"))
    assert (state.until, state.newest_at) == (5.0, 6.0)


def test_how_long_a_held_task_is_held_is_what_its_worker_says() -> None:
    """If it says so; and there is a run of which it is known."""
    ready = {"worker": "w", "channels": ["long"]}
    state = State()
    state.fold(at(1.0, e.WorkerReady, held_s=9.0, **ready))
    assert state.stage.held_s is None
    state.fold(replace(RUN, stage=STAGES["today_celery"]))
    state.fold(at(1.0, e.WorkerReady, **ready))
    assert state.stage.held_s == 3600.0
    state.fold(at(2.0, e.WorkerReady, held_s=9.0, **ready))
    assert state.stage.held_s == 9.0
