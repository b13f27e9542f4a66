"""What is known of a run beside its books: its visitors, workers and processes, and the log."""

from collections import Counter
from dataclasses import replace

import pytest

from asyncdemo.events import events as e
from asyncdemo.known.log import Log
from asyncdemo.known.state import State
from asyncdemo.known.visitors import answers
from asyncdemo.stages.catalogue import STAGES
from tests.histories import RUN
from tests.unit.known.conftest import at, ended, folded


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
