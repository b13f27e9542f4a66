"""The layer inside one process: what step2 and step3 use, and what the 2016 runserver had."""

import asyncio
import random
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from ..messages import Message
from .base import OnPart, Popped, Pushed, QueueLayer


class InMemoryLayer(QueueLayer):
    """Queues in this process's memory. Everything here runs in one event loop, the server's."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, **config: Any) -> None:
        super().__init__(**config)
        self._now = clock
        self.channel_capacity: Any = self.compile_capacities(self.channel_capacity)
        self._queues: dict[str, deque[tuple[float, str, bytes]]] = defaultdict(deque)
        self._waiters: list[tuple[Sequence[str], asyncio.Future[None]]] = []
        self._on_part: OnPart | None = None

    async def _push(self, channel: str, message_id: str, packed: bytes) -> Pushed:
        expired = await self._purge(channel)
        queue = self._queues[channel]
        if len(queue) >= self.get_capacity(channel):
            return Pushed(False, expired)
        queue.append((self._now(), message_id, packed))
        self._wake(channel)
        return Pushed(True, expired)

    async def _pop(self, channels: Sequence[str], wait_s: float) -> Popped | None:
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                while (popped := self._pop_now(channels)) is None:
                    await self._wait(channels)
        return popped

    def _pop_now(self, channels: Sequence[str]) -> Popped | None:
        # Shuffled, so that a busy channel does not starve another: as Channels 1 did.
        for channel in random.sample(channels, len(channels)):
            if queue := self._queues[channel]:
                sent, message_id, packed = queue.popleft()
                return Popped(channel, message_id, packed, self._now() - sent)
        return None

    async def _wait(self, channels: Sequence[str]) -> None:
        """Until there may be something on one of these channels."""
        waiter = (channels, asyncio.get_running_loop().create_future())
        self._waiters.append(waiter)
        try:
            await waiter[1]
        except asyncio.CancelledError:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
            else:  # woken and cancelled at once: somebody else must look instead
                for channel in channels:
                    if self._queues[channel]:
                        self._wake(channel)
            raise

    def _wake(self, channel: str) -> None:
        """Wake the one who has waited longest for this channel."""
        for waiter in list(self._waiters):
            if channel in waiter[0]:
                self._waiters.remove(waiter)
                if not waiter[1].done():
                    waiter[1].set_result(None)
                    return

    async def _purge(self, channel: str) -> Sequence[str]:
        queue = self._queues[channel]
        oldest_alive = self._now() - self.expiry_s
        expired = []
        while queue and queue[0][0] < oldest_alive:
            expired.append(queue.popleft()[1])
        return expired

    async def holdings(self, channels: Sequence[str]) -> dict[str, tuple[list[str], float]]:
        now = self._now()
        queues = {channel: self._queues[channel] for channel in channels}
        return {channel: ([item[1] for item in q], now - q[0][0] if q else 0.0) for channel, q in queues.items()}

    async def open_replies(self, on_part: OnPart, on_lost: Callable[[], None]) -> str:
        self._on_part = on_part
        return "here"

    async def reply(self, address: str, request_id: str, part: Message) -> bool:
        return self._on_part is not None and self._on_part(request_id, part)

    async def abandon(self, request_id: str) -> None:
        """Nothing to tell: `reply` asks the one who waits."""
