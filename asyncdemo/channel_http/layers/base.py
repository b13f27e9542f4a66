"""What both layers share: the interface of a Channels layer, and what HTTP over a layer needs beyond it.

The stock layers cannot carry the lesson: their `receive` takes from one channel, prefetches into the process, and loses
or repeats messages when it is cancelled or shared. Here a slot *takes* one message from whichever of its channels has
one, and nothing is taken that is not about to be worked on.
"""

import asyncio
import logging
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from channels.exceptions import ChannelFull
from channels.layers import BaseChannelLayer

from .. import signals
from ..clock import real_seconds
from ..messages import Delivery, Message, new_id, pack, unpack

logger = logging.getLogger(__name__)

OnPart = Callable[[str, Message], bool]
"""Called with a request's id and a part of its reply; False when nobody waits for it any more."""


class LayerUnavailable(Exception):
    """The channel layer does not answer: {reason}."""

    def __init__(self, reason: object) -> None:
        super().__init__(f"The channel layer does not answer: {reason}")


@dataclass(frozen=True, slots=True)
class Popped:
    """A message as it comes off the store."""

    channel: str
    id: str
    packed: bytes
    age_s: float


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a push."""

    accepted: bool
    """False: the channel is full and nothing was stored."""
    expired: Sequence[str] = ()
    """Ids of older messages on that channel that had expired and were removed on the way."""


class QueueLayer(BaseChannelLayer):  # type: ignore[misc]  # channels has no types
    """A channel layer of plain queues: at most `capacity` messages a channel, each for `expiry` seconds at most; 100,
    and for 60 s, where the settings say nothing.

    At most once, as Channels promised in 2016 and does today. There are no groups.
    """

    extensions: Sequence[str] = ()

    def __init__(self, **config: Any) -> None:
        super().__init__(**config)
        self.expiry_s = real_seconds(self.expiry)

    # The interface of a Channels layer

    async def send(self, channel: str, message: Message) -> None:
        """Put a message on a channel. Raises ChannelFull, TypeError for a bad name, LayerUnavailable."""
        await self.put(channel, message, new_id())

    async def receive(self, channel: str) -> Message:
        """The next message of one channel, as Channels has it; a slot uses `take`."""
        if "!" in channel:  # a consumer listens on a channel of its own; nothing here sends to one
            await asyncio.get_running_loop().create_future()
        while (delivery := await self.take([channel], wait_s=1.0)) is None:
            pass
        return delivery.message

    async def new_channel(self, prefix: str = "specific.") -> str:
        """A name for one consumer's own channel."""
        return f"{prefix}!{new_id()}"

    # What HTTP over a layer needs beyond it

    async def put(self, channel: str, message: Message, message_id: str) -> None:
        """`send`, under an id that the sender knows."""
        self.require_valid_channel_name(channel)
        if "!" in channel:
            raise TypeError(f"{channel!r} is the channel of one consumer, and this layer has none of these")
        pushed = await self._push(channel, message_id, pack(message))
        self._report_expired(channel, pushed.expired)
        if not pushed.accepted:
            signals.message_refused.send(self, id=message_id, channel=channel)
            raise ChannelFull(f"{channel} holds {self.get_capacity(channel)} messages and takes no more")
        signals.message_sent.send(self, id=message_id, channel=channel)

    async def take(self, channels: Sequence[str], wait_s: float) -> Delivery | None:
        """Take one message from any of these channels, or None if none comes within `wait_s` seconds.

        What has expired is dropped and reported; what cannot be read is dropped and logged.
        """
        popped = await self._pop(channels, wait_s)
        if popped is None:
            return None
        if popped.age_s > self.expiry_s:
            self._report_expired(popped.channel, [popped.id])
            return None
        try:
            message = unpack(popped.packed)
        except ValueError as error:
            logger.error("Dropped from %s: %s", popped.channel, error)
            return None
        return Delivery(popped.id, popped.channel, message, popped.age_s)

    async def sweep(self, channels: Sequence[str]) -> None:
        """Remove what has expired on these channels, and report it."""
        for channel in channels:
            self._report_expired(channel, await self._purge(channel))

    def _report_expired(self, channel: str, ids: Sequence[str]) -> None:
        if ids:
            signals.messages_expired.send(self, ids=list(ids), channel=channel)

    # What a layer must bring. Each raises LayerUnavailable.

    @abstractmethod
    async def _push(self, channel: str, message_id: str, packed: bytes) -> Pushed: ...

    @abstractmethod
    async def _pop(self, channels: Sequence[str], wait_s: float) -> Popped | None: ...

    @abstractmethod
    async def _purge(self, channel: str) -> Sequence[str]: ...

    @abstractmethod
    async def holdings(self, channels: Sequence[str]) -> dict[str, tuple[list[str], float]]:
        """For each channel, the ids of the messages on it, and the age of the oldest in seconds (0.0 when empty)."""

    @abstractmethod
    async def open_replies(self, on_part: OnPart, on_lost: Callable[[], None]) -> str:
        """Listen for replies and return the address to reply to; one for a whole process.

        `on_lost` is called once if the connection drops; the address is dead from then on.
        """

    @abstractmethod
    async def reply(self, address: str, request_id: str, part: Message) -> bool:
        """Send a part of a reply. False: nobody waits for it any more."""

    @abstractmethod
    async def abandon(self, request_id: str) -> None:
        """Nobody waits for this request's reply any more: a worker that streams one may stop."""
