"""The interface server's side: an ASGI application that turns a request into a message and waits for the reply."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from channels.exceptions import ChannelFull
from channels.layers import get_channel_layer
from channels.routing import get_default_application

from . import HTTP_CHANNEL, pages, signals
from .clock import real_seconds
from .layers import LayerUnavailable, QueueLayer
from .messages import Message, new_id
from .routes import channels_of
from .sweeper import sweep

TIME_LIMIT_S = 120.0
"""How long a visitor waits for a worker, as daphne had it in 2016; its runserver had 60."""
BODY_LIMIT_BYTES = 10 * 2**20
SCOPE_KEYS = ("http_version", "method", "scheme", "path", "query_string", "root_path", "headers", "client", "server")

logger = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class VisitorLeft(Exception):
    """The visitor closed the connection."""


@dataclass
class Answer:
    """What a visitor got, and how long each part of it took."""

    status: int | None = None
    """None: the visitor left before there was an answer."""
    problem: str = ""
    """Why it answered by itself: `full`, `time limit`, `too large`, `no host`, `layer`, `view`; or nothing."""
    reason: str = ""
    """The same as its page says it."""
    total_s: float = 0.0
    """From the request's arrival to the end of the answer."""
    queued_s: float | None = None
    """On the channel, until a worker took it; None if none did."""
    view_s: float | None = None
    """In the worker: Django's handler and the view."""
    slot: str = ""
    """Who answered."""


class Refusal(Exception):
    """The interface answers by itself, with a page that says why."""

    def __init__(self, status: int, problem: str, explanation: str) -> None:
        super().__init__(explanation)
        self.status = status
        self.problem = problem


LAYER_LOST = "The connection to the channel layer broke while this request was under way."


@dataclass
class Exchange:
    """One request under way. What happens to it comes in through `events`, in order."""

    id: str = field(default_factory=new_id)
    reply_to: str | None = None
    """The address that its reply comes to; None before its message is on the way, while its body still comes in."""
    events: asyncio.Queue[Message | VisitorLeft | Refusal] = field(default_factory=asyncio.Queue)

    async def next_part(self, limit_s: float) -> Message:
        """The next part of the reply. Raises TimeoutError, VisitorLeft, Refusal."""
        async with asyncio.timeout(limit_s):
            event = await self.events.get()
        if isinstance(event, Exception):
            raise event
        if "error" in event:
            raise Refusal(500, "view", event["error"])
        return event


class HttpInterface:
    """ASGI application for `http` scopes: request -> message on `http.request` -> reply -> response.

    Answers 503 when the channel is full, when no worker replies within the time limit, and when the layer is gone; 413
    for a body over the limit; 400 where HTTP/1.1 asks for a Host, which daphne does not.
    """

    def __init__(self, time_limit_s: float = TIME_LIMIT_S, body_limit: int = BODY_LIMIT_BYTES) -> None:
        self.time_limit_s = real_seconds(time_limit_s)
        self.body_limit = body_limit
        self._under_way: dict[str, Exchange] = {}
        self._reply_address: str | None = None
        self._opening = asyncio.Lock()
        self._sweeper: asyncio.Task[None] | None = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        arrived = time.perf_counter()
        scope = in_origin_form(scope)
        exchange, answer = Exchange(), Answer()
        signals.request_arrived.send(self, id=exchange.id, scope=scope)
        self._under_way[exchange.id] = exchange
        try:
            await self._answer(exchange, answer, scope, receive, send)
        except Refusal as refusal:
            await self._refuse(answer, refusal, send)
            if refusal.problem == "time limit":
                await self._abandon(exchange)
        except VisitorLeft:
            await self._abandon(exchange)
        finally:
            del self._under_way[exchange.id]
            answer.total_s = time.perf_counter() - arrived
            signals.request_answered.send(self, id=exchange.id, scope=scope, answer=answer)

    async def _answer(
        self, exchange: Exchange, answer: Answer, scope: dict[str, Any], receive: Receive, send: Send
    ) -> None:
        check_host(scope)
        body = await read_body(receive, self.body_limit)
        layer = get_channel_layer()
        await self._send_message(layer, exchange, scope, body)
        watcher = asyncio.create_task(watch_for_leaving(receive, exchange))
        try:
            part = await exchange.next_part(self.time_limit_s)
            answer.status, answer.slot = part["status"], part["slot"]
            answer.queued_s, answer.view_s = part["queued_s"], part["view_s"]
            headers = [*part["headers"], server_timing(part)]
            await send({"type": "http.response.start", "status": part["status"], "headers": headers})
            while part["more"]:
                await send({"type": "http.response.body", "body": part["body"], "more_body": True})
                part = await exchange.next_part(self.time_limit_s)
            await send({"type": "http.response.body", "body": part["body"]})
        except TimeoutError:
            limit = f"{self.time_limit_s:g} s"
            raise Refusal(503, "time limit", f"No worker answered within the time limit of {limit}.") from None
        finally:
            watcher.cancel()

    async def _send_message(self, layer: QueueLayer, exchange: Exchange, scope: dict[str, Any], body: bytes) -> None:
        try:
            exchange.reply_to = self._reply_address or await self._open_replies(layer)
            message = {"scope": {key: scope[key] for key in SCOPE_KEYS if key in scope}, "body": body}
            await layer.put(HTTP_CHANNEL, message | {"reply_to": exchange.reply_to}, exchange.id)
        except ChannelFull:
            explanation = f"The request queue is full: {layer.get_capacity(HTTP_CHANNEL)} requests wait for a worker."
            raise Refusal(503, "full", explanation) from None
        except LayerUnavailable as error:
            raise Refusal(503, "layer", str(error)) from None

    async def _open_replies(self, layer: QueueLayer) -> str:
        async with self._opening:
            if self._reply_address is None:
                self._reply_address = await layer.open_replies(self._on_part, self._on_lost)
            if self._sweeper is None:
                self._sweeper = asyncio.create_task(sweep(layer, channels_of(get_default_application())))
            return self._reply_address

    def _on_part(self, request_id: str, part: Message) -> bool:
        exchange = self._under_way.get(request_id)
        if exchange is None:
            return False
        exchange.events.put_nowait(part)
        return True

    def _on_lost(self) -> None:
        """Nothing comes to this address any more; a request that has not left yet will have another one."""
        lost, self._reply_address = self._reply_address, None
        for exchange in self._under_way.values():
            if exchange.reply_to == lost:
                exchange.events.put_nowait(Refusal(503, "layer", LAYER_LOST))

    async def _refuse(self, answer: Answer, refusal: Refusal, send: Send) -> None:
        begun = answer.status is not None
        answer.status, answer.problem, answer.reason = refusal.status, refusal.problem, str(refusal)
        if begun:  # too late for a page; daphne has no way to cut a response off, so this ends it short
            logger.error("A response was cut short: %s", refusal)
            await send({"type": "http.response.body", "body": b""})
            return
        headers, body = pages.plain_page(refusal.status, str(refusal))
        await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _abandon(self, exchange: Exchange) -> None:
        """Tell a worker that may be streaming. The request itself stays on its channel, as it did in 2016."""
        try:
            await get_channel_layer().abandon(exchange.id)
        except LayerUnavailable as error:
            logger.warning("%s", error)


def server_timing(part: Message) -> tuple[bytes, bytes]:
    """What a browser's own developer tools show: how long the request was queued, and the view (W3C Server Timing)."""
    value = f"queued;dur={part['queued_s'] * 1000:.1f}, view;dur={part['view_s'] * 1000:.1f}"
    return b"Server-Timing", value.encode()


def in_origin_form(scope: dict[str, Any]) -> dict[str, Any]:
    """The scope of a request for a whole URL, `GET http://host/path`, as one for its path: daphne has not looked.

    Its host counts, whatever the Host header says (RFC 9112, section 3.2.2).
    """
    scheme, colon, rest = (scope.get("raw_path") or b"").partition(b"://")
    if not colon or scheme.lower() not in (b"http", b"https"):
        return scope
    host, _, path = rest.partition(b"/")
    raw_path = b"/" + path
    headers = [(name, host if name == b"host" else value) for name, value in scope["headers"]]
    return scope | {"raw_path": raw_path, "path": unquote(raw_path.decode("ascii")), "headers": headers}


def check_host(scope: dict[str, Any]) -> None:
    """Raises Refusal for a request of HTTP/1.1 that names no host (RFC 9112, section 3.2)."""
    if scope.get("http_version") == "1.1" and not any(name == b"host" for name, _ in scope["headers"]):
        raise Refusal(400, "no host", "A request of HTTP/1.1 has a Host header, and this one has none.")


async def read_body(receive: Receive, limit: int) -> bytes:
    """The whole body. Raises Refusal over the limit, VisitorLeft."""
    body = bytearray()
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise VisitorLeft
        body += event.get("body", b"")
        if len(body) > limit:
            raise Refusal(413, "too large", f"The request's body is over the limit of {limit:,} bytes.")
        if not event.get("more_body", False):
            return bytes(body)


async def watch_for_leaving(receive: Receive, exchange: Exchange) -> None:
    """daphne does not cancel an application whose visitor leaves: it must look for itself."""
    while (await receive())["type"] != "http.disconnect":
        pass
    exchange.events.put_nowait(VisitorLeft())
