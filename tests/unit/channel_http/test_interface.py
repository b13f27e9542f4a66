"""The interface server's side: what a visitor gets, and when."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest

from asyncdemo.channel_http import HTTP_CHANNEL, sweeper
from asyncdemo.channel_http.interface import HttpInterface, read_body
from asyncdemo.channel_http.layers import InMemoryLayer, LayerUnavailable, QueueLayer
from asyncdemo.channel_http.messages import Message
from tests.unit.channel_http.conftest import Recorder, UseLayer
from tests.unit.channel_http.visitors import DONE, HEAD, SCOPE, Visitor, reply, take
from tests.waiting import soon


async def test_a_request_becomes_a_message_and_its_reply_the_response(layer: QueueLayer, recorder: Recorder) -> None:
    """Scope and body go out, status, headers and body come back, and the answer is reported with its times."""
    visitor = Visitor(HttpInterface(), b"one ", b"two")
    delivery = await take(layer)
    assert delivery.message["body"] == b"one two"
    assert delivery.message["scope"] == {k: v for k, v in SCOPE.items() if k not in ("type", "extensions")}
    await reply(layer, delivery, **HEAD, body=b"hello", more=False)
    assert await visitor.answer() == (201, b"hello")
    timing = (b"Server-Timing", b"queued;dur=250.0, view;dur=500.0")
    assert visitor.sent[0]["headers"] == [*HEAD["headers"], timing]
    (arrived,), (answered,) = recorder.of("request_arrived"), recorder.of("request_answered")
    assert arrived["id"] == answered["id"] == delivery.id
    answer = answered["answer"]
    assert (answer.status, answer.problem, answer.queued_s, answer.view_s, answer.slot) == (
        201,
        "",
        0.25,
        0.5,
        "slot 1",
    )
    assert 0 < answer.total_s < 60


async def test_a_body_that_is_left_out_is_empty() -> None:
    """As ASGI has it, whose events may leave out what is the default."""
    events = [{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.request"}]

    async def receive() -> Message:
        return events.pop(0)

    assert await read_body(receive, 1) == b"a"


async def test_a_reply_in_parts(layer: QueueLayer) -> None:
    """Parts are passed on as they come; only the last one ends the response."""
    visitor = Visitor(HttpInterface())
    delivery = await take(layer)
    assert await reply(layer, delivery, **HEAD, body=b"a", more=True)
    await soon(lambda: len(visitor.sent) == 2, "the first part")
    assert await reply(layer, delivery, body=b"b", more=True)
    assert await reply(layer, delivery, body=b"", more=False)
    assert await visitor.answer() == (201, b"ab")
    assert [event.get("more_body", False) for event in visitor.sent[1:]] == [True, True, False]


async def test_replies_find_their_requests(layer: QueueLayer) -> None:
    """Two requests under way, answered in the other order, each with its own page."""
    interface = HttpInterface()
    visitors = [Visitor(interface, b"one"), Visitor(interface, b"two")]
    deliveries = [await take(layer), await take(layer)]
    for delivery in reversed(deliveries):
        await reply(layer, delivery, **HEAD, body=b"for " + delivery.message["body"], more=False)
    assert [await visitor.answer() for visitor in visitors] == [(201, b"for one"), (201, b"for two")]


async def test_a_body_over_the_limit(layer: QueueLayer, recorder: Recorder) -> None:
    """413 with a page that names the limit; no message is sent. The limit itself is allowed."""
    status, page = await Visitor(HttpInterface(body_limit=8), b"123456789").answer()
    assert status == 413
    assert b"over the limit of 8 bytes" in page
    assert recorder.of("message_sent") == []
    assert recorder.of("request_answered")[0]["answer"].problem == "too large"
    Visitor(HttpInterface(body_limit=8), b"12345678")
    assert (await take(layer)).message["body"] == b"12345678"


@pytest.mark.parametrize(("version", "headers", "refused"), [
    ("1.1", [], True),
    ("1.1", [(b"accept", b"*/*")], True),
    ("1.1", [(b"host", b"localhost")], False),
    ("1.0", [], False),
    ("2", [], False),
])  # fmt: skip
async def test_a_host_is_named(
    layer: QueueLayer, recorder: Recorder, version: str, headers: list[tuple[bytes, bytes]], refused: bool
) -> None:
    """HTTP/1.1 has it so; older and newer requests may do without that header."""
    visitor = Visitor(HttpInterface(), scope={"http_version": version, "headers": headers})
    if refused:
        status, page = await visitor.answer()
        assert (status, b"has a Host header" in page) == (400, True)
        assert recorder.of("request_answered")[0]["answer"].problem == "no host"
        assert recorder.of("message_sent") == []
    else:
        await reply(layer, await take(layer), **HEAD, body=b"", more=False)
        assert (await visitor.answer())[0] == 201


@pytest.mark.parametrize(
    ("target", "path", "host"),
    [
        (b"/a%20b", "/a b", b"one"),
        (b"http://two:80/a%20b", "/a b", b"two:80"),
        (b"HTTPS://two/a/", "/a/", b"two"),
        (b"http://two", "/", b"two"),
        (b"http://two/http://three/", "/http://three/", b"two"),
        (b"/http://two/", "/http://two/", b"one"),
        (b"//two/a", "//two/a", b"one"),
        (b"ftp://two/a", "ftp://two/a", b"one"),
        (b"*", "*", b"one"),
    ],
)
async def test_a_target_that_is_a_whole_url(
    layer: QueueLayer, recorder: Recorder, target: bytes, path: str, host: bytes
) -> None:
    """The worker gets its path, and its host in place of the header's; so does whoever watches. Others stay."""
    headers = [(b"host", b"one"), (b"accept", b"*/*")]
    as_daphne_has_it = {"http_version": "1.1", "raw_path": target, "path": unquote(target.decode()), "headers": headers}
    visitor = Visitor(HttpInterface(), scope=as_daphne_has_it)
    delivery = await take(layer)
    seen = delivery.message["scope"]
    assert (seen["path"], seen["headers"]) == (path, [[b"host", host], [b"accept", b"*/*"]])
    assert recorder.of("request_arrived")[0]["scope"]["path"] == path
    await reply(layer, delivery, **HEAD, body=b"", more=False)
    assert (await visitor.answer())[0] == 201


async def test_a_whole_url_is_no_host_header(layer: QueueLayer) -> None:
    """HTTP/1.1 has both."""
    visitor = Visitor(HttpInterface(), scope={"http_version": "1.1", "raw_path": b"http://two/", "path": "http://two/"})
    assert (await visitor.answer())[0] == 400


async def test_a_full_queue(layer: QueueLayer, recorder: Recorder) -> None:
    """With no worker and as many requests waiting as the channel holds, the next visitor gets 503 at once."""
    interface = HttpInterface()
    waiting = [Visitor(interface), Visitor(interface)]
    await soon(lambda: len(recorder.of("message_sent")) == 2, "two requests on the channel")
    status, page = await Visitor(interface).answer()
    assert status == 503
    assert b"The request queue is full: 2 requests wait for a worker." in page
    assert not any(visitor.sent for visitor in waiting)
    assert recorder.of("request_answered")[0]["answer"].problem == "full"


async def test_no_worker_in_time(layer: QueueLayer, recorder: Recorder) -> None:
    """503 with a page that names the limit; a reply that comes later reaches nobody and does no harm."""
    visitor = Visitor(HttpInterface(time_limit_s=0.05))
    delivery = await take(layer)
    status, page = await visitor.answer()
    assert status == 503
    assert b"No worker answered within the time limit of 0.05 s." in page
    assert recorder.of("request_answered")[0]["answer"].problem == "time limit"
    sent = list(visitor.sent)
    assert await reply(layer, delivery, **HEAD, body=b"late", more=False) is False
    assert visitor.sent == sent


async def test_a_stream_over_the_time_limit_is_cut_and_its_worker_told(
    use_layer: UseLayer, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    """A worker that pauses for too long in its stream ends the response short, and learns that nobody waits."""
    abandoned: list[str] = []

    class Layer(InMemoryLayer):
        async def abandon(self, request_id: str) -> None:
            abandoned.append(request_id)

    layer = use_layer(Layer())
    interface = HttpInterface()
    visitor = Visitor(interface)
    delivery = await take(layer)
    interface.time_limit_s = 0.05  # of the next part
    await reply(layer, delivery, **HEAD, body=b"begun", more=True)
    assert await visitor.answer() == (201, b"begun")
    assert visitor.sent[-1].get("more_body", False) is False
    assert recorder.of("request_answered")[0]["answer"].problem == "time limit"
    assert abandoned == [delivery.id]
    said = "A response was cut short: No worker answered within the time limit of 0.05 s."
    assert [record.getMessage() for record in caplog.records] == [said]


async def test_a_view_that_fails_in_its_stream(layer: QueueLayer, recorder: Recorder) -> None:
    """Before the first part it is a 500 page; after it the response ends short."""
    visitor = Visitor(HttpInterface())
    await reply(layer, await take(layer), error="The view failed.", more=False)
    status, page = await visitor.answer()
    assert (status, b"The view failed." in page) == (500, True)
    visitor = Visitor(HttpInterface())
    delivery = await take(layer)
    await reply(layer, delivery, **HEAD, body=b"begun", more=True)
    await reply(layer, delivery, error="The view failed.", more=False)
    assert await visitor.answer() == (201, b"begun")
    assert [s["answer"].problem for s in recorder.of("request_answered")] == ["view", "view"]


class LostLayer(InMemoryLayer):
    """Can be cut off, as a Redis can."""

    gone = False
    opened = 0

    async def open_replies(self, on_part: Any, on_lost: Callable[[], None]) -> str:
        self.on_lost, self.opened = on_lost, self.opened + 1
        return await super().open_replies(on_part, on_lost)

    async def put(self, channel: str, message: Message, message_id: str) -> None:
        if self.gone:
            raise LayerUnavailable("nobody is there")
        await super().put(channel, message, message_id)


async def test_the_layer_is_lost_and_comes_back(use_layer: UseLayer, recorder: Recorder) -> None:
    """Who waits then gets 503, who comes meanwhile too, and who comes later is answered over a new address."""
    layer = use_layer(LostLayer())
    assert isinstance(layer, LostLayer)
    interface = HttpInterface()
    waiting = [Visitor(interface), Visitor(interface)]
    await soon(lambda: len(recorder.of("message_sent")) == 2, "two requests on the channel")
    layer.gone = True
    layer.on_lost()
    for visitor in waiting:
        status, page = await visitor.answer()
        assert (status, b"The connection to the channel layer broke" in page) == (503, True)
    status, page = await Visitor(interface).answer()
    assert (status, b"The channel layer does not answer: nobody is there" in page) == (503, True)
    assert [s["answer"].problem for s in recorder.of("request_answered")] == ["layer"] * 3
    layer.gone = False
    visitor = Visitor(interface)
    for _ in range(3):
        await reply(layer, await take(layer), **HEAD, body=b"again", more=False)
    assert await visitor.answer() == (201, b"again")
    assert layer.opened == 2


@pytest.mark.parametrize("back", [True, False])
async def test_the_layer_is_lost_while_a_body_comes_in(use_layer: UseLayer, recorder: Recorder, back: bool) -> None:
    """Nothing has left yet: it is worked on and answered if the layer is back by then, else refused and worked on by
    nobody."""
    layer = use_layer(LostLayer())
    assert isinstance(layer, LostLayer)
    interface = HttpInterface()
    first = Visitor(interface)
    await reply(layer, await take(layer), **HEAD, body=b"first", more=False)
    assert await first.answer() == (201, b"first")
    visitor = Visitor(interface, b"begun", whole=False)
    await soon(visitor.received.empty, "the beginning of the body")
    layer.gone = True
    layer.on_lost()
    layer.gone = not back
    visitor.received.put_nowait(DONE)
    if back:
        delivery = await take(layer)
        assert delivery.message["body"] == b"begun"
        await reply(layer, delivery, **HEAD, body=b"answered", more=False)
        assert await visitor.answer() == (201, b"answered")
        assert layer.opened == 2
    else:
        status, page = await visitor.answer()
        assert (status, b"The channel layer does not answer: nobody is there" in page) == (503, True)
        assert len(recorder.of("message_sent")) == 1
        layer.gone = False
        assert (await layer.holdings([HTTP_CHANNEL]))[HTTP_CHANNEL] == ([], 0.0)


async def test_what_expires_is_reported_while_nobody_comes(use_layer: UseLayer, recorder: Recorder) -> None:
    """The interface sweeps: a backlog that nobody takes is reported without a take or a send."""
    use_layer(InMemoryLayer(expiry=0.05))
    visitor = Visitor(HttpInterface())
    await soon(lambda: recorder.of("messages_expired"), "the report")
    (expired,) = recorder.of("messages_expired")
    assert (expired["channel"], len(expired["ids"])) == (HTTP_CHANNEL, 1)
    visitor.leave()
    await visitor.request


def said(page: bytes) -> str:
    """What a page of the interface's own explains."""
    return page.decode().partition("<p>")[2].partition("</p>")[0]


async def test_a_refusal_is_explained_on_its_page(layer: QueueLayer) -> None:
    """In a sentence, whatever it is."""
    interface = HttpInterface()
    waiting = [Visitor(interface) for _ in range(2)]
    await soon(lambda: all(visitor.received.empty() for visitor in waiting), "both on the channel")
    full = said((await Visitor(interface).answer())[1])
    assert full == "The request queue is full: 2 requests wait for a worker."
    for _ in waiting:
        assert await reply(layer, await take(layer), **HEAD, body=b"", more=False)
    for visitor in waiting:
        await visitor.answer()
    status, page = await Visitor(HttpInterface(time_limit_s=0.01)).answer()
    assert (status, said(page)) == (503, "No worker answered within the time limit of 0.01 s.")
    limited = Visitor(HttpInterface(body_limit=1000), b"x" * 600, b"x" * 401)
    assert said((await limited.answer())[1]) == "The request&#x27;s body is over the limit of 1,000 bytes."


async def test_the_channels_are_swept_once_a_second(monkeypatch: pytest.MonkeyPatch, recorder: Recorder) -> None:
    """Also after a look at which nobody answered, of which nothing is told."""
    pauses: list[float] = []

    class Layer(InMemoryLayer):
        async def sweep(self, channels: Sequence[str]) -> None:
            if not pauses:
                raise LayerUnavailable("nobody is there")

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise asyncio.CancelledError

    monkeypatch.setattr(asyncio, "sleep", sleep)
    layer, now = Layer(), itertools.count()
    monkeypatch.setattr(sweeper, "time", SimpleNamespace(monotonic=lambda: next(now)))
    await layer.put("notify", {"n": 1}, "a" * 16)
    with pytest.raises(asyncio.CancelledError):
        await sweeper.sweep(layer, ["notify", "other"])
    assert pauses == [1.0] * 2
    (measured,) = recorder.of("channels_measured")
    assert measured["ids"] == {"notify": ["a" * 16], "other": []}
    assert measured["ages"]["other"] == 0.0
    assert measured["ages"]["notify"] >= 0.0
    assert measured["took_s"] == 1
