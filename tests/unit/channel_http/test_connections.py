"""Connections to Redis: what nobody waits for makes no noise."""

import asyncio
import gc
from typing import Any

from redis.exceptions import ConnectionError as RedisConnectionError

from asyncdemo.channel_http.layers.connections import PATIENCE_S, Connections
from tests.waiting import soon


class Slow:
    """A connection to a Redis that answers who it is, and then no more until it is let."""

    is_connected = True

    def __init__(self) -> None:
        self.sent: list[tuple[Any, ...]] = []
        self.let = asyncio.Event()

    async def can_read(self) -> bool:
        return False

    def pack_command(self, *command: Any) -> tuple[Any, ...]:
        return command

    async def send_packed_command(self, command: tuple[Any, ...]) -> None:
        self.sent.append(command)

    async def read_response(self) -> int | None:
        if self.sent[-1] == ("CLIENT", "ID"):
            return 7
        await self.let.wait()
        return None


class OneAlone:
    """A pool that has one connection: Redis takes no other any more."""

    def __init__(self, connection: Slow) -> None:
        self.asked, self.connection = 0, connection

    async def get_connection(self) -> Slow:
        self.asked += 1
        if self.asked > 1:
            raise RedisConnectionError("Redis is gone")
        return self.connection


async def test_who_cannot_be_told_to_answer_is_waited_for() -> None:
    """Whoever waits hears of a Redis that is gone; the event loop has nothing to complain of."""
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, complaint: complaints.append(complaint))
    pool = OneAlone(Slow())
    connections = Connections(pool)  # type: ignore[arg-type]
    answer = asyncio.create_task(connections.block(-PATIENCE_S, "BLPOP", "a", 0))
    await soon(lambda: pool.asked > 1, "the second connection")
    for _ in range(3):
        await asyncio.sleep(0)
    gc.collect()
    assert complaints == []
    pool.connection.let.set()
    assert await answer is None
    assert pool.connection.sent == [("CLIENT", "ID"), ("BLPOP", "a", 0)]
