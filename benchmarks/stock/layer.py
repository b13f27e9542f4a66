"""What `RedisLayer` would be if it used the stock `receive` and `send` for requests, notifications and replies."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from channels_redis.core import RedisChannelLayer

from asyncdemo.channel_http.layers import RedisLayer
from asyncdemo.channel_http.layers.base import OnPart
from asyncdemo.channel_http.messages import Delivery, Message, new_id


class StockLayer(RedisLayer):
    """Pools as in `RedisLayer`, or redis-py 8 would end an idle receive; everything else is channels_redis's.

    It hands out messages twice and prefetches one per channel: fit for a comparison of costs only.
    """

    send = RedisChannelLayer.send
    new_channel = RedisChannelLayer.new_channel

    def __init__(self, **config: Any) -> None:
        super().__init__(**config)
        self._receiving: dict[str, asyncio.Task[Message]] = {}

    async def put(self, channel: str, message: Message, message_id: str) -> None:
        await self.send(channel, message | {"id": message_id})

    async def take(self, channels: Sequence[str], wait_s: float) -> Delivery | None:
        for channel in channels:
            if channel not in self._receiving:
                self._receiving[channel] = asyncio.create_task(RedisChannelLayer.receive(self, channel))
        await asyncio.wait(self._receiving.values(), timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
        for channel, task in self._receiving.items():
            if task.done():
                del self._receiving[channel]
                message = task.result()
                return Delivery(message.pop("id", None) or new_id(), channel, message, 0.0)
        return None

    async def open_replies(self, on_part: OnPart, on_lost: Callable[[], None]) -> str:
        address: str = await self.new_channel()
        self._replies = asyncio.create_task(self._hear(address, on_part))
        return address

    async def _hear(self, address: str, on_part: OnPart) -> None:
        while True:
            part = await RedisChannelLayer.receive(self, address)
            on_part(part.pop("request_id"), part)

    async def reply(self, address: str, request_id: str, part: Message) -> bool:
        await self.send(address, part | {"request_id": request_id})
        return True

    async def sweep(self, channels: Sequence[str]) -> None:
        """Expired messages vanish without a word."""
