"""Connections to Redis: what nobody waits for makes no noise."""

import asyncio
import gc
from typing import Any

from redis.asyncio import Connection, ConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError

from asyncdemo.channel_http.layers.connections import Connections


class Gone(ConnectionPool):
    """To a Redis that is not there any more."""

    async def get_connection(self, *names: Any, **options: Any) -> Any:
        raise RedisConnectionError("Redis is gone")


async def test_who_cannot_be_told_to_answer_is_left_alone() -> None:
    """Whoever waits hears of it; the event loop has nothing to complain of, and nothing is kept."""
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, complaint: complaints.append(complaint))
    connections = Connections(Gone())
    connections._unblock(Connection())
    (task,) = connections._unblocking
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert connections._unblocking == set()
    del task
    gc.collect()
    assert complaints == []


async def test_who_ends_is_not_asked_why() -> None:
    """A task that was cancelled has no error to be looked at."""
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, complaint: complaints.append(complaint))
    connections = Connections(Gone())
    connections._unblock(Connection())
    (task,) = connections._unblocking
    task.cancel()
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert (connections._unblocking, complaints) == (set(), [])
