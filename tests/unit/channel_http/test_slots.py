"""The worker's side: one message at a time, to the end, whatever goes wrong."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest
from channels.consumer import AsyncConsumer, SyncConsumer
from channels.routing import ChannelNameRouter, ProtocolTypeRouter

from asyncdemo.channel_http import HTTP_CHANNEL, signals
from asyncdemo.channel_http.layers import InMemoryLayer, LayerUnavailable, QueueLayer
from asyncdemo.channel_http.messages import Delivery, Message
from asyncdemo.channel_http.routes import channels_of
from asyncdemo.channel_http.slots import Slot, consume
from tests.unit.channel_http.conftest import Recorder, UseLayer
from tests.unit.channel_http.site import http_request
from tests.waiting import DEADLINE_S, soon


class Job(SyncConsumer):
    """Runs what the test gives it, and remembers who ran what."""

    ran: list[tuple[object, int, Any]] = []
    gate = threading.Event()

    def note(self, message: Message) -> None:
        self.ran.append((self, threading.get_ident(), message.get("n")))

    def wait(self, message: Message) -> None:
        self.note(message)
        assert self.gate.wait(DEADLINE_S)

    def fail(self, message: Message) -> None:
        self.note(message)
        raise RuntimeError("the consumer's own fault")

    def answer(self, message: Message) -> None:
        self.send({"type": "to nobody"})


class AsyncJob(AsyncConsumer):
    """Goes on after an await: it is not done before."""

    async def note(self, message: Message) -> None:
        await asyncio.sleep(0.01)
        Job.ran.append((self, threading.get_ident(), message.get("n")))


APPLICATION = ProtocolTypeRouter(
    {
        "channel": ChannelNameRouter({"jobs": Job.as_asgi(), "async": AsyncJob.as_asgi()}),
    }
)
CHANNELS = [HTTP_CHANNEL, "jobs", "async"]


POLL_S = 0.02
"""An idle slot looks so often whether it should stop, and not only every half second."""


@pytest.fixture
def layer(use_layer: UseLayer) -> QueueLayer:
    """An empty layer; what ran before is forgotten."""
    Job.ran.clear()
    Job.gate.clear()
    return use_layer(InMemoryLayer())


Start = Callable[..., Slot]


@pytest.fixture
async def start(layer: QueueLayer) -> AsyncIterator[Start]:
    """Starts slots; all must have ended by themselves when the test is over."""
    stopping, tasks = asyncio.Event(), []

    def start(name: str = "slot 1") -> Slot:
        slot = Slot(name, layer, APPLICATION, CHANNELS, poll_s=POLL_S)
        tasks.append(asyncio.create_task(slot.run(stopping)))
        return slot

    yield start
    Job.gate.set()
    stopping.set()
    async with asyncio.timeout(DEADLINE_S):
        await asyncio.gather(*tasks)


async def done(recorder: Recorder, count: int) -> list[tuple[str, bool]]:
    """(channel, failed) of the first `count` messages that were done."""
    await soon(lambda: len(recorder.of("message_done")) >= count, f"{count} messages done")
    return [(d["delivery"].channel, d["failed"]) for d in recorder.of("message_done")]


async def test_messages_run_in_order_each_in_a_consumer_of_its_own(
    layer: QueueLayer, start: Start, recorder: Recorder
) -> None:
    """One instance a message, all in the slot's one thread, none before the one before is done."""
    began = time.perf_counter()
    for n in range(5):
        await layer.send("jobs", {"type": "note", "n": n})
    start()
    assert await done(recorder, 5) == [("jobs", False)] * 5
    passed = time.perf_counter() - began
    assert [n for _, _, n in Job.ran] == [0, 1, 2, 3, 4]
    assert len({id(consumer) for consumer, _, _ in Job.ran}) == 5
    assert len({thread for _, thread, _ in Job.ran} - {threading.get_ident()}) == 1
    kinds = [name for name, _ in recorder if name in ("slot_started", "message_taken", "message_done")]
    assert kinds == ["slot_started", *["message_taken", "message_done"] * 5]
    assert recorder.of("slot_started")[0]["channels"] == CHANNELS
    busy = [done["busy_s"] for done in recorder.of("message_done")]
    assert min(busy) > 0
    assert sum(busy) < passed


async def test_a_busy_slot_holds_nothing_back(layer: QueueLayer, start: Start, recorder: Recorder) -> None:
    """While one slot works, what comes next stays on the channel, and a free slot takes it."""
    start("busy")
    await layer.send("jobs", {"type": "wait", "n": 0})
    await soon(lambda: Job.ran, "the first message in work")
    for n in (1, 2):
        await layer.send("jobs", {"type": "note", "n": n})
    assert len((await layer.holdings(["jobs"]))["jobs"][0]) == 2
    start("free")
    await done(recorder, 2)
    assert [(d["slot"], d["failed"]) for d in recorder.of("message_done")] == [("free", False)] * 2
    Job.gate.set()
    await done(recorder, 3)
    assert recorder.of("message_done")[-1]["slot"] == "busy"


async def test_four_slots_work_at_once(layer: QueueLayer, start: Start) -> None:
    """Each slot has a thread of its own: four messages are in work at the same moment."""
    for number in range(4):
        start(f"slot {number}")
        await layer.send("jobs", {"type": "wait", "n": number})
    await soon(lambda: len(Job.ran) == 4, "four at work")
    assert len({thread for _, thread, _ in Job.ran}) == 4


@pytest.mark.parametrize("kind", ["fail", "answer", "no such method", "_private"])
async def test_a_slot_outlives_its_messages(
    layer: QueueLayer, start: Start, recorder: Recorder, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    """A consumer's exception, or a message that it has no method for, is logged with the slot; the next one runs."""
    start()
    await layer.send("jobs", {"type": kind})
    await layer.send("jobs", {"type": "note", "n": "next"})
    assert await done(recorder, 2) == [("jobs", True), ("jobs", False)]
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.getMessage() == "slot 1: error in a message from jobs"
    assert record.exc_info


@pytest.mark.parametrize("message", [{}, {"type": None}, {"reply_to": "here"}])
@pytest.mark.parametrize("channel", ["jobs", HTTP_CHANNEL])
async def test_messages_that_make_no_sense(
    layer: QueueLayer, start: Start, recorder: Recorder, message: Message, channel: str
) -> None:
    """A message without a type, a request without a scope: failed, and the slot goes on."""
    start()
    await layer.send(channel, message)
    await layer.send("jobs", {"type": "note"})
    results = await done(recorder, 2)
    assert sorted(results) == sorted([(channel, True), ("jobs", False)])


async def test_an_async_consumer_is_done_when_it_asks_again(
    layer: QueueLayer, start: Start, recorder: Recorder
) -> None:
    """A coroutine's message is in hand until the coroutine has ended, and leaves no task behind."""
    start()
    tasks = len(asyncio.all_tasks())
    for n in range(3):
        await layer.send("async", {"type": "note", "n": n})
    await done(recorder, 3)
    assert [n for _, _, n in Job.ran] == [0, 1, 2]
    await soon(lambda: len(asyncio.all_tasks()) <= tasks, "the consumers' tasks to end")


async def test_a_request_is_answered_with_its_times(layer: QueueLayer, start: Start, recorder: Recorder) -> None:
    """The first part of a reply says who answered, how long the request was queued and how long the view took."""
    parts: list[Message] = []
    await layer.open_replies(lambda _, part: not parts.append(part), lambda: None)  # type: ignore[func-returns-value]
    await layer.send(HTTP_CHANNEL, http_request("/stream"))
    start()
    assert await done(recorder, 1) == [(HTTP_CHANNEL, False)]
    assert b"".join(part["body"] for part in parts) == b"0,1,2,3,4,"
    assert parts[0]["slot"] == "slot 1"
    assert 0 <= parts[0]["queued_s"] < 60
    assert 0 < parts[0]["view_s"] < 60
    assert [part["more"] for part in parts] == [True] * 5 + [False]


async def test_a_stream_that_fails_says_so(
    layer: QueueLayer, start: Start, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    """An exception in the middle of a response is a last part with an error, and a failed message; it is logged."""
    parts: list[Message] = []
    await layer.open_replies(lambda _, part: not parts.append(part), lambda: None)  # type: ignore[func-returns-value]
    await layer.send(HTTP_CHANNEL, http_request("/stream", query=b"fail=1"))
    start()
    assert await done(recorder, 1) == [(HTTP_CHANNEL, True)]
    assert parts[-1] == {"error": "The view failed while it was sending its response.", "more": False}
    assert_logged(caplog)


async def test_a_stream_that_fails_when_the_layer_does_not_answer(
    use_layer: UseLayer, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    """What the view has raised is logged all the same: its visitor cannot be told."""

    class Layer(InMemoryLayer):
        async def reply(self, address: str, request_id: str, part: Message) -> bool:
            if "error" in part:
                raise LayerUnavailable("gone")
            return True

    layer, stopping = use_layer(Layer()), asyncio.Event()
    await layer.put(HTTP_CHANNEL, http_request("/stream", query=b"fail=1"), "a" * 16)
    slot = asyncio.create_task(Slot("slot 1", layer, APPLICATION, CHANNELS, poll_s=POLL_S).run(stopping))
    assert await done(recorder, 1) == [(HTTP_CHANNEL, True)]
    stopping.set()
    await slot
    assert_logged(caplog)


def assert_logged(caplog: pytest.LogCaptureFixture) -> None:
    """What a view has raised in the middle of its stream."""
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.getMessage() == f"slot 1: error in a message from {HTTP_CHANNEL}"
    assert record.exc_info is not None
    assert record.exc_info[0] is RuntimeError


async def test_the_running_code_can_see_its_message(use_layer: UseLayer, recorder: Recorder) -> None:
    """`current_delivery` is set in the slot's thread while it works, and unset when it takes the next."""
    seen: list[Delivery | None] = []
    slots: list[str] = []

    class Layer(InMemoryLayer):
        async def take(self, *arguments: Any) -> Delivery | None:
            seen.append(signals.current_delivery.get())
            return await super().take(*arguments)

    class Looking(SyncConsumer):
        def look(self, message: Message) -> None:
            seen.append(signals.current_delivery.get())
            slots.append(signals.current_slot.get())

    layer, stopping = use_layer(Layer()), asyncio.Event()
    application = ProtocolTypeRouter({"channel": ChannelNameRouter({"jobs": Looking.as_asgi()})})
    await layer.put("jobs", {"type": "look"}, "the id")
    running = asyncio.create_task(Slot("slot 1", layer, application, ["jobs"], poll_s=POLL_S).run(stopping))
    await soon(lambda: len(seen) > 2, "the take after the message")
    stopping.set()
    await running
    assert [delivery and delivery.id for delivery in seen[:3]] == [None, "the id", None]
    assert slots == ["slot 1"]


async def test_a_slot_that_should_stop_finishes_what_it_has(layer: QueueLayer, recorder: Recorder) -> None:
    """The message in hand runs to its end; the next one stays on the channel."""
    stopping = asyncio.Event()
    running = asyncio.create_task(Slot("slot 1", layer, APPLICATION, CHANNELS, poll_s=POLL_S).run(stopping))
    await layer.send("jobs", {"type": "wait"})
    await soon(lambda: Job.ran, "the message in work")
    await layer.send("jobs", {"type": "note"})
    stopping.set()
    Job.gate.set()
    async with asyncio.timeout(DEADLINE_S):
        await running
    assert await done(recorder, 1) == [("jobs", False)]
    assert len((await layer.holdings(["jobs"]))["jobs"][0]) == 1


async def test_a_layer_that_goes_away_and_comes_back(
    use_layer: UseLayer, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    """A slot says once that the layer is gone and once that it is back, and works again."""

    class Flaky(InMemoryLayer):
        failures = 3

        async def take(self, *arguments: Any) -> Delivery | None:
            if self.failures:
                self.failures -= 1
                raise LayerUnavailable("gone")
            return await super().take(*arguments)

    layer, stopping = use_layer(Flaky()), asyncio.Event()
    await layer.send("jobs", {"type": "note"})
    running = asyncio.create_task(Slot("slot 1", layer, APPLICATION, CHANNELS, poll_s=POLL_S).run(stopping))
    assert await done(recorder, 1) == [("jobs", False)]
    stopping.set()
    await running
    gone, back = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert "slot 1: The channel layer does not answer: gone" in gone
    assert "answers again" in back


async def test_how_long_a_slot_waits(
    use_layer: UseLayer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a second for a message, then it looks whether it should stop; a tenth for a layer that does not answer."""
    waits: list[float] = []
    stopping = asyncio.Event()

    class Layer(InMemoryLayer):
        async def take(self, channels: Sequence[str], wait_s: float) -> Delivery | None:
            waits.append(wait_s)
            if len(waits) == 1:
                raise LayerUnavailable("gone")
            stopping.set()
            return None

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    await Slot("slot 1", use_layer(Layer()), APPLICATION, CHANNELS).run(stopping)
    assert waits == [0.5, 0.1, 0.5]


def test_channels_of_an_application() -> None:
    """`http.request`, and the channels of the consumers in the order of the routing."""
    assert channels_of(APPLICATION) == CHANNELS
    assert channels_of(ProtocolTypeRouter({})) == [HTTP_CHANNEL]


async def test_a_reply_that_cannot_be_sent(
    use_layer: UseLayer, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    """The message is lost and said so in a line, without a traceback; the slot goes on."""

    class Layer(InMemoryLayer):
        async def reply(self, address: str, request_id: str, part: Message) -> bool:
            raise LayerUnavailable("nobody is there")

    layer = use_layer(Layer())
    await layer.put(HTTP_CHANNEL, http_request("/echo"), "a" * 16)
    await layer.send("jobs", {"type": "note", "n": 1})
    stopping = asyncio.Event()
    slot = asyncio.create_task(Slot("slot 1", layer, APPLICATION, CHANNELS, poll_s=POLL_S).run(stopping))
    with caplog.at_level(logging.ERROR):
        assert sorted(await done(recorder, 2)) == [(HTTP_CHANNEL, True), ("jobs", False)]
    stopping.set()
    await slot
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    words = record.getMessage()
    assert words.startswith(f"slot 1: lost a message from {HTTP_CHANNEL}: ")
    assert "nobody is there" in words
    assert record.exc_info is None


async def test_a_consumer_that_is_cancelled_has_not_asked_for_more() -> None:
    """It goes up to whoever has cancelled it, and is no end of its message."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await consume(application, Delivery("a" * 16, "jobs", {"n": 1}, 0.0))  # type: ignore[arg-type]
