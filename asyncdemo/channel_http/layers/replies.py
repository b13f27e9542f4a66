"""The replies to one process, over pub/sub in Redis, and what becomes of them when Redis cuts the connection.

Whoever listens comes back at once. Each part that was published is counted in Redis, and each that nobody heard is kept
there for a moment: who comes back gets these, and knows whether he has missed one.
"""

import logging
from collections.abc import Callable
from contextlib import suppress

from redis.asyncio import Redis
from redis.exceptions import RedisError

from ..messages import ID_LENGTH, Message, pack, unpack
from .base import OnPart
from .connections import Connections, Subscription

OPEN_FOR_S = 24 * 3600
"""How long an address is known after somebody has begun to listen, or has come back."""
KEPT_S = 10
"""How long an address is known after its first part that nobody heard, and such parts with it."""

logger = logging.getLogger(__name__)

REPLY = Redis().register_script(f"""
local heard = redis.call('PUBLISH', KEYS[1], ARGV[1])
if redis.call('EXISTS', KEYS[2]) == 0 then
    return heard
end
if heard > 0 then
    redis.call('INCR', KEYS[2])
elseif redis.call('RPUSH', KEYS[3], ARGV[1]) == 1 then
    redis.call('EXPIRE', KEYS[2], {KEPT_S})
    redis.call('EXPIRE', KEYS[3], {KEPT_S})
end
return 1
""")
"""Keys: an address's channel in pub/sub; how many parts were published there, while it is known; the parts kept for it.
Argument: a part. Nobody comes between its commands: a part is published, or kept for whoever comes next."""

COME_BACK = Redis().register_script(f"""
local kept = redis.call('LRANGE', KEYS[3], 0, -1)
redis.call('DEL', KEYS[3])
redis.call('EXPIRE', KEYS[2], {OPEN_FOR_S})
return kept
""")
"""The same keys: the parts that were kept, which it removes."""


class PartsLost(Exception):
    """Somebody may wait for a part that never comes."""


class Replies:
    """What is sent to one address, for the one that listens there; a part travels as the request's id and its bytes."""

    def __init__(self, connections: Connections, prefix: str, address: str) -> None:
        self.keys = [f"{prefix}{what}:{address}" for what in ("reply", "published", "kept")]
        self._connections = connections
        self._heard = 0

    async def reply(self, request_id: str, part: Message) -> bool:
        """Send a part; False: nobody listens, or is about to. Raises RedisError, OSError."""
        return bool(await self._connections.run(REPLY, self.keys, request_id.encode() + pack(part)))

    async def open(self) -> Subscription:
        """Begin to listen. Raises RedisError, OSError."""
        subscription = await self._connections.subscribe(self.keys[0])
        await self._connections.call("SET", self.keys[1], 0, "EX", OPEN_FOR_S)
        return subscription

    async def listen(self, subscription: Subscription, on_part: OnPart, on_lost: Callable[[], None]) -> None:
        """Pass on what comes, until Redis is gone, or something that was sent is: then `on_lost` is called."""
        try:
            while True:
                with suppress(RedisError, OSError):
                    await self._hear(subscription, on_part)
                await self._cut_off(subscription)
                await self._check()
                subscription = await self._connections.subscribe(self.keys[0])
                for data in await self._connections.run(COME_BACK, self.keys):
                    pass_on(data, on_part)
        except (RedisError, OSError, PartsLost) as error:
            logger.warning("Nothing comes to the address of this process any more: %s", error)
            on_lost()
        finally:
            await self._cut_off(subscription)

    async def _hear(self, subscription: Subscription, on_part: OnPart) -> None:
        while True:
            self._heard += pass_on(await subscription.next(), on_part)

    async def _check(self) -> None:
        """Raises PartsLost, while nobody listens, if one was sent that we have not heard, or nobody knows."""
        published = await self._connections.call("GET", self.keys[1])
        if published is None:
            raise PartsLost("Redis was emptied, or has begun anew")
        if lost := max(0, int(published) - self._heard):
            raise PartsLost(f"of the replies, {lost} were lost with the connection")

    async def _cut_off(self, subscription: Subscription) -> None:
        await subscription.close()
        await self._connections.drop()


def pass_on(data: bytes, on_part: OnPart) -> bool:
    """Whether it is a part of a reply; another thing is dropped, and logged."""
    try:
        request_id, part = data[:ID_LENGTH].decode(), unpack(data[ID_LENGTH:])
    except ValueError as error:
        logger.error("Dropped from the replies: %s", error)
        return False
    on_part(request_id, part)
    return True
