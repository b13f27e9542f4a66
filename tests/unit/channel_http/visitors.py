"""Visitors as a server brings them to the interface, and a worker who answers them, by hand."""

import asyncio
from typing import Any

from asyncdemo.channel_http import HTTP_CHANNEL
from asyncdemo.channel_http.interface import HttpInterface
from asyncdemo.channel_http.layers import QueueLayer
from asyncdemo.channel_http.messages import Delivery, Message
from tests.waiting import DEADLINE_S

SCOPE = {"type": "http", "method": "GET", "path": "/", "headers": [], "client": ["127.0.0.1", 1], "extensions": {}}
DONE = {"type": "http.request", "body": b"", "more_body": False}
HEAD = {"status": 201, "headers": [(b"X-One", b"1")], "slot": "slot 1", "queued_s": 0.25, "view_s": 0.5}


class Visitor:
    """One request to an interface, as daphne makes it."""

    def __init__(
        self, interface: HttpInterface, *body: bytes, whole: bool = True, scope: Message | None = None
    ) -> None:
        self.received: asyncio.Queue[Message] = asyncio.Queue()
        self.sent: list[Message] = []
        for chunk in body:
            self.received.put_nowait({"type": "http.request", "body": chunk, "more_body": True})
        if whole:
            self.received.put_nowait(DONE)
        self.request = asyncio.create_task(interface(SCOPE | (scope or {}), self.received.get, self._send))  # type: ignore[arg-type]

    async def _send(self, event: Message) -> None:
        self.sent.append(event)

    def leave(self) -> None:
        self.received.put_nowait({"type": "http.disconnect"})

    async def answer(self) -> tuple[int, bytes]:
        """Status and body, when the interface is done."""
        async with asyncio.timeout(DEADLINE_S):
            await self.request
        return self.sent[0]["status"], b"".join(event["body"] for event in self.sent[1:])


async def take(layer: QueueLayer) -> Delivery:
    delivery = await layer.take([HTTP_CHANNEL], DEADLINE_S)
    assert delivery is not None
    return delivery


async def reply(layer: QueueLayer, delivery: Delivery, **part: Any) -> bool:
    return await layer.reply(delivery.message["reply_to"], delivery.id, part)
