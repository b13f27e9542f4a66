"""The worker's side: a slot takes one message, works on it to the end, and only then takes the next."""

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress

from asgiref.sync import ThreadSensitiveContext, async_to_sync, sync_to_async
from channels.routing import ProtocolTypeRouter

from . import HTTP_CHANNEL, signals
from .handler import MessageHandler
from .layers import LayerUnavailable, QueueLayer
from .messages import Delivery, Message
from .thread import DaemonExecutor

POLL_S = 0.5
"""How long one take waits: also how long an idle slot may need to notice that it should stop."""
RETRY_S = 0.1
"""How long a slot waits before it asks a layer again that did not answer."""

logger = logging.getLogger(__name__)


class Slot:
    """One worker's hands: one message at a time, in one thread of its own."""

    def __init__(
        self,
        name: str,
        layer: QueueLayer,
        application: ProtocolTypeRouter,
        channels: Sequence[str],
        *,
        poll_s: float = POLL_S,
    ) -> None:
        self.name = name
        self.layer = layer
        self.channels = list(channels)
        self._application = application
        self._handler = MessageHandler()
        self._poll_s = poll_s
        self._reachable = True

    async def run(self, stopping: asyncio.Event) -> None:
        """Take and work until `stopping` is set; the message in hand is finished first.

        Raises RuntimeError where the system starts no thread for it.
        """
        executor = DaemonExecutor()
        signals.current_slot.set(self.name)
        signals.slot_started.send(self, slot=self.name, channels=self.channels)
        # Everything synchronous runs in one thread, the slot's own.
        async with ThreadSensitiveContext(executor=executor):
            while not stopping.is_set():
                delivery = await self._take()
                if delivery is not None:
                    await self._work(delivery)

    async def _take(self) -> Delivery | None:
        try:
            delivery = await self.layer.take(self.channels, self._poll_s)
        except LayerUnavailable as error:
            if self._reachable:
                logger.warning("%s: %s Trying again.", self.name, error)
            self._reachable = False
            await asyncio.sleep(RETRY_S)
            return None
        if not self._reachable:
            logger.warning("%s: the channel layer answers again.", self.name)
        self._reachable = True
        return delivery

    async def _work(self, delivery: Delivery) -> None:
        """Work on one message; whatever goes wrong with it is logged, and the slot goes on."""
        signals.message_taken.send(self, slot=self.name, delivery=delivery)
        signals.current_delivery.set(delivery)
        started, failed = time.perf_counter(), True
        try:
            if delivery.channel == HTTP_CHANNEL:
                await self._answer(delivery)
            else:
                await consume(self._application, delivery)
            failed = False
        except LayerUnavailable as error:
            logger.error("%s: lost a message from %s: %s", self.name, delivery.channel, error)
        except Exception:
            logger.exception("%s: error in a message from %s", self.name, delivery.channel)
        finally:
            signals.current_delivery.set(None)
            busy_s = time.perf_counter() - started
            signals.message_done.send(self, slot=self.name, delivery=delivery, failed=failed, busy_s=busy_s)

    async def _answer(self, delivery: Delivery) -> None:
        started = time.perf_counter()
        address = delivery.message["reply_to"]

        async def reply(part: Message) -> bool:
            if "status" in part:
                view_s = time.perf_counter() - started
                part = part | {"slot": self.name, "queued_s": delivery.age_s, "view_s": view_s}
            return await self.layer.reply(address, delivery.id, part)

        def emit(part: Message) -> bool:
            return async_to_sync(reply)(part)

        try:
            last_part = await sync_to_async(self._handler.respond)(delivery.message, emit)
        except Exception:
            with suppress(LayerUnavailable):  # whether or not anybody hears of it: what the view has raised is told
                await reply({"error": "The view failed while it was sending its response.", "more": False})
            raise
        await reply(last_part)


async def consume(application: ProtocolTypeRouter, delivery: Delivery) -> None:
    """Give one message to the consumer of its channel. It is done with it when it asks for the next, and ends then."""
    inbox = [delivery.message]
    asked_again = False

    async def receive() -> Message:
        nonlocal asked_again
        if inbox:
            return inbox.pop() | {}
        asked_again = True
        raise asyncio.CancelledError  # ends it, as a server does that stops, without a task of its own to cancel

    async def send(event: Message) -> None:
        raise TypeError(f"A consumer of a channel has nobody to send {event.get('type')!r} to.")

    try:
        await application({"type": "channel", "channel": delivery.channel}, receive, send)
    except asyncio.CancelledError:
        if not asked_again:
            raise
