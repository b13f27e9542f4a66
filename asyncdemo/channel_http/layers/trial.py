"""All that the layer asks of a Redis, asked once: whether it will do is known before somebody waits for it."""

import asyncio
from contextlib import suppress

from ..messages import Message, new_id
from .base import LayerUnavailable
from .redis import RedisLayer

CHANNELS = ("a", "b")
FORGET_S = 1.5
"""What the end of a trial that went wrong waits for an answer."""


class TrialFailed(Exception):
    """It has answered, and not done what it was asked to."""


async def try_out(layer: RedisLayer, forget_s: float = FORGET_S) -> None:
    """Send, take, look, sweep, reply, and leave nothing, also when it is cancelled.

    Raises LayerUnavailable, TrialFailed.
    """
    request_id = new_id()
    await layer.forget(CHANNELS, request_id)  # who may not remove anything shall not write it
    try:
        await try_channels(layer)
        await try_replies(layer, request_id)
    except (LayerUnavailable, TrialFailed, asyncio.CancelledError):
        with suppress(LayerUnavailable, TimeoutError):
            async with asyncio.timeout(forget_s):
                await layer.forget(CHANNELS, request_id)
        raise
    await layer.forget(CHANNELS, request_id)


async def try_channels(layer: RedisLayer) -> None:
    """A message on each channel, and one take over all of them for each."""
    ids = [new_id() for _ in CHANNELS]
    for channel, message_id in zip(CHANNELS, ids, strict=True):
        await layer.put(channel, {"n": 1}, message_id)
    held = await layer.holdings(CHANNELS)
    await layer.sweep(CHANNELS)
    taken = [await layer.take(CHANNELS, 1.0) for _ in CHANNELS]
    if [held[channel][0] for channel in CHANNELS] != [[each] for each in ids] or None in taken:
        raise TrialFailed("what was sent was not there")


async def try_replies(layer: RedisLayer, request_id: str) -> None:
    """A whole reply, and one in two parts."""
    parts: asyncio.Queue[str] = asyncio.Queue()

    def on_part(request_id: str, part: Message) -> bool:
        parts.put_nowait(request_id)
        return True

    address = await layer.open_replies(on_part, lambda: None)
    for more in (True, False):
        if not await layer.reply(address, request_id, {"more": more}):
            raise TrialFailed("nobody heard what was published")
        await parts.get()
    await layer.abandon(request_id)
