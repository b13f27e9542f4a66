"""Work that no visitor waits for: consumers of Channels, tasks of Django's and Celery's, and the outside service."""

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any

import pytest
from django.dispatch import Signal

from asyncdemo.attach.asyncdemo_attached import consumers, http, outside, path_of_2016, tasks
from asyncdemo.channel_http import signals
from asyncdemo.channel_http.interface import Answer
from asyncdemo.channel_http.messages import Delivery
from asyncdemo.events import events as e
from tests.unit.attach.conftest import Heard

LONG = "/" + 99 * "x"
WHERE = {"t": 100.0, "process": "web.1"}


def copied() -> Any:
    """The signals of a project's copy of `channel_http`, which nobody hears yet, and what its slot works on."""
    names = [name for name, value in vars(signals).items() if isinstance(value, Signal)]
    slot, delivery = ContextVar("slot", default=""), ContextVar[Delivery | None]("delivery", default=None)
    return SimpleNamespace(current_slot=slot, current_delivery=delivery, **{name: Signal() for name in names})


@pytest.fixture
def copy(heard: Heard) -> Any:
    """They are heard."""
    copy = copied()
    path_of_2016.signals(copy)
    return copy


async def in_slot(copy: Any, channel: str | None, work: Callable[[], Any]) -> None:
    """Do this in a slot that works on a message of a channel, `m1`; None: on nothing."""

    async def slot() -> None:
        copy.current_slot.set("slot 1")
        copy.current_delivery.set(None if channel is None else Delivery("m1", channel, {}, 0.0))
        result = work()
        if result is not None:
            await result

    await asyncio.create_task(slot())


# Consumers of Channels


def watched_consumers() -> tuple[Any, Any]:
    """The two bases of Channels, as far as they are looked at: (asynchronous, synchronous)."""

    async def dispatch(self: Any, message: dict[str, Any]) -> None:
        self.got.append(message["type"])
        self.work()

    base = type("AsyncConsumer", (), {"dispatch": dispatch})
    module = SimpleNamespace(AsyncConsumer=base, SyncConsumer=type("SyncConsumer", (base,), {"dispatch": dispatch}))
    consumers.consumers(module)
    return module.AsyncConsumer, module.SyncConsumer


def consumer(kind: Any, work: Callable[[], object] = lambda: None, **scope: str) -> Any:
    """One of a project's, called Mailer, which does this with each message."""
    made = type("Mailer", (kind,), {})()
    made.got, made.work, made.scope = [], work, scope
    return made


@pytest.mark.parametrize("number", [0, 1])
async def test_a_message_of_a_consumer(number: int, heard: Heard) -> None:
    """From the call of its handler to its return, once: also where a consumer is synchronous."""
    mailer = consumer(watched_consumers()[number], lambda: setattr(heard, "now", 102.1234567), channel="mail")
    await mailer.dispatch({"type": "send.mail"})
    what = {"id": "a", "channel": "mail", "worker": "Mailer", "task": "send.mail", "process": "web.1"}
    assert heard == [e.Taken(t=100.0, age_s=0.0, **what), e.Done(t=heard.now, busy_s=2.123457, **what)]
    assert mailer.got == ["send.mail"]


async def test_a_message_whose_consumer_raises_has_failed(heard: Heard) -> None:
    """The error is the project's. Where no channel is named, the type of the message says what it is."""
    mailer = consumer(watched_consumers()[0], lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        await mailer.dispatch({"type": "send.mail"})
    taken, done = heard
    assert isinstance(taken, e.Taken)
    assert isinstance(done, e.Done)
    assert (taken.channel, done.channel, done.failed) == ("send.mail", "send.mail", True)


@pytest.mark.parametrize("kind", ["websocket.receive", "http.request"])
async def test_what_is_a_connections_own_is_no_work(kind: str, heard: Heard) -> None:
    """It gets there, and nothing is told of it."""
    mailer = consumer(watched_consumers()[0])
    await mailer.dispatch({"type": kind})
    assert (mailer.got, heard) == ([kind], [])


async def test_a_message_of_the_path_of_2016_is_told_by_that(copy: Any, heard: Heard) -> None:
    """And not once more by the consumer that gets it; what comes another way is."""
    mailer = consumer(watched_consumers()[0])
    await in_slot(copy, "notify", lambda: mailer.dispatch({"type": "notify"}))
    assert (mailer.got, heard) == (["notify"], [])
    await in_slot(copy, None, lambda: mailer.dispatch({"type": "notify"}))
    assert [type(event) for event in heard] == [e.Taken, e.Done]


# The path of 2016


def test_what_its_signals_say_of_messages(copy: Any, heard: Heard) -> None:
    """Each is an event."""
    delivery = Delivery("m1", "notify", {}, 1.23456789)
    copy.message_sent.send(None, id="m1", channel="notify")
    copy.message_refused.send(None, id="m2", channel="notify")
    copy.messages_expired.send(None, ids=["m3"], channel="notify")
    copy.slot_started.send(None, slot="slot 1", channels=["notify"])
    copy.message_taken.send(None, slot="slot 1", delivery=delivery)
    copy.message_done.send(None, slot="slot 1", delivery=delivery, failed=True, busy_s=2.3456789)
    copy.channels_measured.send(None, ids={"notify": ["m4"]}, ages={"notify": 0.12345}, took_s=0.1)
    work = {"id": "m1", "channel": "notify", "worker": "slot 1", **WHERE}
    assert heard == [
        e.Sent(id="m1", channel="notify", **WHERE),
        e.Refused(id="m2", channel="notify", **WHERE),
        e.Expired(ids=["m3"], channel="notify", **WHERE),
        e.WorkerReady(worker="slot 1", channels=["notify"], **WHERE),
        e.Taken(age_s=1.234568, **work),
        e.Done(busy_s=2.345679, age_s=1.234568, failed=True, **work),
        e.Queues(ids={"notify": ["m4"]}, ages={"notify": 0.123}, **WHERE | {"t": 99.9}),
    ]


@pytest.mark.parametrize(("status", "route"), [(200, LONG[:60]), (404, "")])
def test_what_its_signals_say_of_requests(status: int, route: str, copy: Any, heard: Heard) -> None:
    """A path is its own route, where anything was found there."""
    scope = {"method": "POST", "path": LONG}
    answer = Answer(status, "view", 99 * "word ", 3.0, 1.0, 2.0, "slot 1")
    copy.request_arrived.send(None, id="r1", scope=scope)
    copy.request_answered.send(None, id="r1", scope=scope, answer=answer)
    what = {"id": "r1", "method": "POST", "path": LONG[:60], "name": "", **WHERE}
    end = {"status": status, "worker": "slot 1", "problem": "view", "reason": (99 * "word ")[:300], "route": route}
    assert heard == [
        e.Arrived(**what),
        e.Answered(total_s=3.0, queued_s=1.0, view_s=2.0, **end, **what),
    ]


def test_an_answer_of_an_earlier_copy_gives_no_reason(copy: Any, heard: Heard) -> None:
    """Which did not know of one."""
    values = vars(Answer(503)).copy()
    del values["reason"]
    copy.request_answered.send(None, id="r1", scope={"method": "GET", "path": "/"}, answer=SimpleNamespace(**values))
    assert [event.reason for event in heard if isinstance(event, e.Answered)] == [""]


# Tasks


def test_a_task_of_djangos(heard: Heard) -> None:
    """From its queue to its end; that it has failed is said by its status."""
    module = SimpleNamespace(task_enqueued=Signal(), task_started=Signal(), task_finished=Signal())
    tasks.django_tasks(module)
    result = SimpleNamespace(id=7, task=SimpleNamespace(name="mail", queue_name="slow"))
    module.task_enqueued.send(None, task_result=result)
    module.task_started.send(None, task_result=result)
    assert tasks.task_now.get() == "7"
    heard.now = 102.1234567
    for status in ("FAILED", "SUCCESSFUL"):
        result.status = SimpleNamespace(name=status)
        module.task_finished.send(None, task_result=result)
    what = {"id": "7", "channel": "slow", "task": "mail", "process": "web.1"}
    assert heard == [
        e.Sent(t=100.0, **what),
        e.Taken(t=100.0, age_s=0.0, worker="web.1", **what),
        e.Done(t=heard.now, busy_s=2.123457, failed=True, worker="web.1", **what),
        e.Done(t=heard.now, busy_s=0.0, worker="web.1", **what),
    ]


def celery() -> Any:
    """Its signals, heard."""
    names = ("after_task_publish", "task_received", "task_prerun", "task_postrun")
    module = SimpleNamespace(**{name: Signal() for name in names})
    tasks.celery(module)
    return module


@pytest.mark.parametrize(("key", "queue"), [("slow", "slow"), ("", "celery"), (None, "celery")])
def test_a_task_of_celerys(key: str | None, queue: str, heard: Heard) -> None:
    """By way of a worker's pocket. Its queue is what its delivery says; without a word, Celery's own."""
    module = celery()
    request = SimpleNamespace(id="t1", name="mail", delivery_info={"routing_key": key})
    task = SimpleNamespace(name="mail", request=request)
    module.after_task_publish.send("mail", headers={"id": "t1"}, routing_key=key)
    module.task_received.send(None, request=request)
    module.task_prerun.send(None, task_id="t1", task=task)
    heard.now = 102.1234567
    module.task_postrun.send(None, task_id="t1", task=task, state="FAILURE")
    what = {"id": "t1", "channel": queue, "task": "mail", "process": "web.1"}
    work = {"worker": "web.1", **what}
    assert heard == [
        e.Sent(t=100.0, **what),
        e.Received(t=100.0, **work),
        e.Taken(t=100.0, age_s=0.0, **work),
        e.Done(t=heard.now, busy_s=2.123457, failed=True, **work),
    ]


@pytest.mark.parametrize("request_", [SimpleNamespace(), SimpleNamespace(delivery_info=None)])
def test_a_task_of_celerys_that_tells_no_delivery(request_: object, heard: Heard) -> None:
    """One that was called in place, say: it has not failed where nobody says so."""
    module = celery()
    task = SimpleNamespace(name="mail", request=request_)
    module.task_prerun.send(None, task_id="t1", task=task)
    module.task_postrun.send(None, task_id="t1", task=task)
    taken, done = heard
    assert isinstance(taken, e.Taken)
    assert isinstance(done, e.Done)
    assert (taken.channel, done.channel, done.failed) == ("celery", "celery", False)


@pytest.mark.parametrize(
    ("ends", "failed"),
    [
        (SystemExit(-(256 - 15)), []),
        (type("WorkerShutdown", (SystemExit,), {})(0), []),
        (type("WorkerTerminate", (SystemExit,), {})(1), []),
        (SystemExit(1), [True]),
        (SystemExit("no more"), [True]),
        (KeyboardInterrupt(), [True]),
    ],
)
def test_a_task_of_celerys_that_is_stopped_has_no_end(ends: BaseException, failed: list[bool], heard: Heard) -> None:
    """Its worker was told to go while it worked on it: it is neither done nor has it failed. One that ends its process
    by itself has."""
    module = celery()
    task = SimpleNamespace(name="mail", request=SimpleNamespace())
    module.task_prerun.send(None, task_id="t1", task=task)
    try:
        raise ends
    except BaseException:  # as the end of Celery's own `try` meets it
        module.task_postrun.send(None, task_id="t1", task=task, state=None)
    assert [event.failed for event in heard if isinstance(event, e.Done)] == failed


# The outside service


class Outside:
    """The pretend service, heard: it calls its logger as a copy of a stage does."""

    def __init__(self) -> None:
        self.logged: list[tuple[object, ...]] = []
        self.logger = SimpleNamespace(info=lambda *said, **more: self.logged.append((*said, more)))
        outside.service(self)

    def say(self, said: str, **extra: object) -> None:
        self.logger.info(said, extra=extra)


def calls(heard: Heard) -> list[tuple[str, bool, str, str]]:
    """(id, whether the view has called, who, what it says) of each."""
    of_calls = (event for event in heard if isinstance(event, e.CallStarted | e.CallDelivered))
    return [(event.id, event.direct, event.worker, event.text) for event in of_calls]


def test_a_call_in_a_view(heard: Heard) -> None:
    """It is a notification of its own, and its thread's; the project's log has what it had."""
    service = Outside()
    request = http.Request("GET", "/", static=False)
    token = http.current.set(request)
    service.say("started", notification=300 * "x", seconds=2.0)
    service.say("delivered", notification=300 * "x")
    http.current.reset(token)
    request.end()
    assert calls(heard) == 2 * [("b", True, "thread 1", 200 * "x")]
    assert [event.seconds for event in heard if isinstance(event, e.CallStarted)] == [2.0]
    assert service.logged == [
        ("started", {"extra": {"notification": 300 * "x", "seconds": 2.0}}),
        ("delivered", {"extra": {"notification": 300 * "x"}}),
    ]


def test_what_else_the_service_logs_is_no_call(heard: Heard) -> None:
    """A record may have anything with it, or nothing: what is missing is empty."""
    service = Outside()
    service.logger.info("a word of %s", "mine")
    assert not heard
    service.logger.info("started")
    assert calls(heard) == [("a", True, "web.1", "")]
    assert [event.seconds for event in heard if isinstance(event, e.CallStarted)] == [0.0]
    assert service.logged == [("a word of %s", "mine", {}), ("started", {})]


async def test_a_call_in_a_slot(copy: Any, heard: Heard) -> None:
    """It is that of the message in hand, which was sent before; a page is no notification."""
    service = Outside()
    for channel in ("notify", "http.request", None):
        await in_slot(copy, channel, lambda: service.say("started", notification="Ada"))
    assert calls(heard) == [("m1", False, "slot 1", "Ada"), ("a", True, "slot 1", "Ada"), ("b", True, "slot 1", "Ada")]


def test_a_call_in_a_task(heard: Heard) -> None:
    """It is that of the task."""
    service = Outside()
    token = tasks.task_now.set("t1")
    service.say("started", notification="Ada")
    service.say("delivered", notification="Ada")
    tasks.task_now.reset(token)
    assert calls(heard) == 2 * [("t1", False, "web.1", "Ada")]
