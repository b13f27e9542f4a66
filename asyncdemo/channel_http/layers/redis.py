"""The layer over Redis: what the bonus uses.

A channel is a sorted set. A member is the message's id followed by its bytes, its score the moment of the send in
milliseconds, by a clock that stands in Redis beside the channels: all who share them share it, on whatever machine they
are. It goes on with Redis's own, but where that jumps: no message is older because somebody has set a clock, or because
a laptop has slept. Hosts, prefixes and pools are channels_redis's; send, take and replies are ours:

- one `BZPOPMIN` over all the channels of a slot takes one message, atomically, and is never cancelled;
- one script sends: it removes and counts what has expired, checks the capacity and pushes, atomically;
- one reply address per process, over pub/sub, which outlives a connection that is cut (`replies.py`).

Of channels_redis's layer, which documents its settings only, this one uses `hosts`, `prefix`, `ring_size` and
`connection`, and gives it pools of its own by `create_pool`. Nobody else here knows of them.
"""

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import inf
from typing import Any
from weakref import WeakKeyDictionary

from channels_redis.core import RedisChannelLayer
from django.core.exceptions import ImproperlyConfigured
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.commands.core import AsyncScript
from redis.exceptions import NoPermissionError, RedisError

from ..messages import ID_LENGTH, Message, new_id
from .address import connection_options, shown
from .base import LayerUnavailable, OnPart, Popped, Pushed, QueueLayer
from .connections import Argument, Connections
from .replies import Replies

CONNECT_TIMEOUT_S = 2.0
MAX_CONNECTIONS = 10_000
"""One for each request that is being sent at the same moment; redis-py's own limit of 100 would refuse visitors."""
ABANDONED_FOR_S = 300
"""How long a worker can learn that a visitor has left: longer than any stream of the demo."""
KEPT_FOR_S = 24 * 3600
"""The keys' own expiry, a net for a Redis that everybody has left. By its own clock: longer than that may be wrong."""
LEAST_STEP_S, STEPS = 0.25, 60
"""Of an expiry, a jump of Redis's clock is worth so much at the most: a sixtieth, or a quarter of a second."""
CLOCK_EVERY_S = 1.0
"""How often a worker reads the clock; between, it counts by its own."""

CLOCK = """
local time = redis.call('TIME')
local wall = time[1] * 1000 + time[2] / 1000
local seen = redis.call('HMGET', KEYS[1], 'wall', 'now')
local step = wall - (seen[1] or wall)
local now = (seen[2] or wall) + math.min(math.max(step, 0), ARGV[1])
redis.call('HSET', KEYS[1], 'wall', string.format('%.3f', wall), 'now', string.format('%.3f', now))
redis.call('EXPIRE', KEYS[1], KEPT_S)
""".replace("KEPT_S", str(KEPT_FOR_S))
"""First key: the clock's. First argument: how much time can have passed since it was last read, in milliseconds.

Leaves in `now` what this prefix's clock shows. It goes on with Redis's, but when that jumps, and never back.
"""

PURGE = f"""{CLOCK}
local expired = redis.call('ZRANGE', KEYS[2], '-inf', string.format('(%.3f', now - ARGV[2]), 'BYSCORE')
for i, member in ipairs(expired) do
    redis.call('ZREM', KEYS[2], member)
    expired[i] = string.sub(member, 1, {ID_LENGTH})
end
"""
"""Second key: the channel's. Second argument: expiry in milliseconds. Leaves the ids of the removed in `expired`."""

PUSH = f"""{PURGE}
local accepted = redis.call('ZCARD', KEYS[2]) < tonumber(ARGV[3])
if accepted then
    redis.call('ZADD', KEYS[2], string.format('%.3f', now), ARGV[4])
    redis.call('EXPIRE', KEYS[2], {KEPT_FOR_S})
end
return {{accepted and 1 or 0, expired}}
"""
"""Further arguments: capacity; the member."""

HOLDINGS = f"""{CLOCK}
local held = {{}}
for i = 2, #KEYS do
    local members = redis.call('ZRANGE', KEYS[i], 0, -1, 'WITHSCORES')
    local ids = {{string.format('%.3f', now - (members[2] or now))}}
    for m = 1, #members, 2 do
        ids[#ids + 1] = string.sub(members[m], 1, {ID_LENGTH})
    end
    held[#held + 1] = ids
end
return held
"""
"""For each further key, a channel's: the age of its oldest message in milliseconds, and the ids of all."""


class RedisLayer(QueueLayer, RedisChannelLayer):  # type: ignore[misc]  # channels_redis has no types
    """Queues in one Redis or Valkey, version 6.2 or later: `CONFIG = {"hosts": [url], "prefix": "asyncdemo:"}`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, **config: Any) -> None:
        super().__init__(**config)
        if self.ring_size != 1:
            raise ImproperlyConfigured("RedisLayer takes one host: a message is taken over all channels at once.")
        try:
            connection_options(self.hosts[0].get("address", "redis://"))
        except ValueError as error:
            raise ImproperlyConfigured(f"The address of RedisLayer's host: {error}.") from None
        self._monotonic = clock
        self._push_script = Redis().register_script(PUSH)
        self._purge_script = Redis().register_script(PURGE + "return expired")
        self._holdings_script = Redis().register_script(HOLDINGS)
        self._clock_script = Redis().register_script(CLOCK + "return string.format('%.3f', now)")
        self._connections: WeakKeyDictionary[Redis, Connections] = WeakKeyDictionary()
        self._called_at = self._read_at = -inf
        """When this process last ran a script, and when it read the clock."""
        self._ahead_s = 0.0
        """What the clock shows, less what this process's own does."""
        self._addresses: list[str] = []
        """Where this process has listened for replies."""
        self._listening: asyncio.Task[None] | None = None

    def create_pool(self, index: int) -> ConnectionPool:
        """Without the client's own time-out (it would end an idle take) and retries (a second take loses a message)."""
        host = self.hosts[index]
        options = {key: value for key, value in host.items() if key != "address"}
        options |= {"retry": Retry(NoBackoff(), 0), "socket_timeout": None}
        options |= {"socket_connect_timeout": CONNECT_TIMEOUT_S, "protocol": 2, "max_connections": MAX_CONNECTIONS}
        return ConnectionPool(**(connection_options(host["address"]) if "address" in host else {}) | options)

    async def close_pools(self) -> None:
        """Listen for no replies, and close all connections."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])
        await super().close_pools()

    @property
    def shown_address(self) -> str:
        """Where its Redis is, without the password: an audience reads it."""
        host = self.hosts[0]
        return shown(host["address"]) if "address" in host else f"{host.get('host')}:{host.get('port')}"

    @property
    def redis(self) -> Redis:
        """The client of the running event loop."""
        client: Redis = self.connection(0)
        return client

    @property
    def connections(self) -> Connections:
        """The connections of the running event loop; they end when its client does."""
        client = self.redis
        if client not in self._connections:
            self._connections[client] = Connections(client.connection_pool)
        return self._connections[client]

    def _key(self, channel: str) -> str:
        return f"{self.prefix}{channel}"

    async def _push(self, channel: str, message_id: str, packed: bytes) -> Pushed:
        arguments = [self.expiry_s * 1000, self.get_capacity(channel), message_id.encode() + packed]
        accepted, expired = await self._run(self._push_script, [channel], *arguments)
        return Pushed(bool(accepted), _ids(expired))

    async def _purge(self, channel: str) -> Sequence[str]:
        return _ids(await self._run(self._purge_script, [channel], self.expiry_s * 1000))

    async def _pop(self, channels: Sequence[str], wait_s: float) -> Popped | None:
        keys = [self._key(channel) for channel in random.sample(channels, len(channels))]
        if self._monotonic() - self._read_at > CLOCK_EVERY_S:
            await self._read_clock()
        with _answering():
            # Nobody cancels a take, and it is never tried again: either may lose a message that Redis has handed out.
            taken = await self.connections.block(wait_s, "BZPOPMIN", *keys, wait_s)
        if taken is None:
            return None
        key, member, sent_ms = taken
        channel = key.decode().removeprefix(self.prefix)
        age_s = self._age_s(sent_ms)
        if age_s > self.expiry_s:  # it will be dropped, if that is so
            await self._read_clock()
            age_s = self._age_s(sent_ms)
        return Popped(channel, member[:ID_LENGTH].decode("ascii", "replace"), member[ID_LENGTH:], age_s)

    def _age_s(self, sent_ms: bytes) -> float:
        return max(0.0, self._monotonic() + self._ahead_s - float(sent_ms) / 1000)

    async def _read_clock(self) -> None:
        shown_ms = await self._run(self._clock_script, [])
        self._read_at = self._monotonic()
        self._ahead_s = float(shown_ms) / 1000 - self._read_at

    async def _run(self, script: AsyncScript, channels: Sequence[str], *arguments: Argument) -> Any:
        """The answer of a script, which begins with the clock."""
        now_s = self._monotonic()
        passed_s = now_s - self._called_at if self._called_at > -inf else 0.0
        self._called_at = now_s
        most_s = max(passed_s, self.expiry_s / STEPS, LEAST_STEP_S)
        keys = [self._clock_key, *map(self._key, channels)]
        with _answering():
            return await self.connections.run(script, keys, most_s * 1000, *arguments)

    async def holdings(self, channels: Sequence[str]) -> dict[str, tuple[list[str], float]]:
        held = await self._run(self._holdings_script, channels)
        return {
            channel: (_ids(ids), max(0.0, float(age_ms)) / 1000)
            for channel, (age_ms, *ids) in zip(channels, held, strict=True)
        }

    async def open_replies(self, on_part: OnPart, on_lost: Callable[[], None]) -> str:
        address = new_id()
        replies = self._replies_to(address)
        self._addresses.append(address)
        with _answering():
            subscription = await replies.open()
        self._listening = asyncio.create_task(replies.listen(subscription, on_part, on_lost))
        return address

    def _replies_to(self, address: str) -> Replies:
        return Replies(self.connections, self.prefix, address)

    async def reply(self, address: str, request_id: str, part: Message) -> bool:
        with _answering():
            heard = await self._replies_to(address).reply(request_id, part)
            gone = part.get("more") and await self.connections.call("EXISTS", self._abandoned_key(request_id))
        return heard and not gone

    async def abandon(self, request_id: str) -> None:
        with _answering():
            await self.redis.set(self._abandoned_key(request_id), b"", ex=ABANDONED_FOR_S)

    # What is asked of a Redis before it is used

    async def server_facts(self) -> dict[str, Any]:
        """What it says of itself, by INFO's names; nothing where an ACL keeps that secret."""
        with _answering():
            try:
                facts: dict[str, Any] = await self.redis.info()
            except NoPermissionError:
                return {}
        return facts

    async def forget(self, channels: Sequence[str], request_id: str) -> None:
        """Remove what it keeps of them, its clock, and what this process has listened for."""
        keys = [self._clock_key, *map(self._key, channels), self._abandoned_key(request_id)]
        keys += [key for address in self._addresses for key in self._replies_to(address).keys]
        with _answering():
            await self.redis.delete(*keys)

    @property
    def _clock_key(self) -> str:
        return f"{self.prefix}clock:"

    def _abandoned_key(self, request_id: str) -> str:
        return f"{self.prefix}abandoned:{request_id}"


def _ids(members: Sequence[bytes]) -> list[str]:
    """As text, whatever a stranger has put into a Redis that others use too."""
    return [member.decode("ascii", "replace") for member in members]


@contextmanager
def _answering() -> Iterator[None]:
    """Whatever goes wrong with Redis is a LayerUnavailable to the rest of the path."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise LayerUnavailable(error) from error
