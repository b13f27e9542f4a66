"""Connections to Redis: what nobody waits for makes no noise."""

import asyncio
import gc
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

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
    del connections, answer
    gc.collect()
    assert complaints == []


class Pool:
    """A pool that has as many as are wanted."""

    def __init__(self, kind: type[Slow] = Slow) -> None:
        self.kind, self.made = kind, list[Slow]()

    async def get_connection(self) -> Slow:
        self.made.append(self.kind())
        return self.made[-1]


async def test_who_is_kept_waiting_too_long_has_redis_told_to_answer() -> None:
    """By its own number of that connection, on another one; the next time it is known."""
    pool = Pool()
    connections = Connections(pool)  # type: ignore[arg-type]
    answer = asyncio.create_task(connections.block(-PATIENCE_S, "BLPOP", "a", 0))
    await soon(lambda: len(pool.made) == 2 and pool.made[1].sent, "the second connection")
    assert pool.made[1].sent == [("CLIENT", "UNBLOCK", 7)]
    for connection in pool.made:
        connection.let.set()
    assert await answer is None
    await soon(lambda: asyncio.all_tasks() == {asyncio.current_task()}, "the end of the other command")
    await connections.block(60.0, "BLPOP", "b", 0)
    sent = [command for connection in pool.made for command in connection.sent]
    assert sent.count(("BLPOP", "b", 0)) == 1
    assert len(pool.made) == 2, "one that is idle is taken"


async def test_who_is_answered_in_time_has_nobody_told() -> None:
    """Half a second after the time for which Redis was to keep it waiting, it would have."""
    loop, timers = asyncio.get_running_loop(), list[tuple[float, asyncio.TimerHandle]]()
    call_later = loop.call_later

    def keep(delay: float, *call: Any) -> asyncio.TimerHandle:
        timers.append((delay, call_later(delay, *call)))
        return timers[-1][1]

    loop.call_later = keep  # type: ignore[method-assign, assignment]
    pool = Pool()
    connections = Connections(pool)  # type: ignore[arg-type]
    answer = asyncio.create_task(connections.block(60.0, "BLPOP", "a", 0))
    while not (pool.made and len(pool.made[0].sent) == 2):
        await asyncio.sleep(0)
    pool.made[0].let.set()
    await answer
    assert [(delay, timer.cancelled()) for delay, timer in timers] == [(60.5, True)]
    assert pool.made[0].sent == [("CLIENT", "ID"), ("BLPOP", "a", 0)]


async def test_sixteen_commands_go_at_once() -> None:
    """The others wait for a connection, and take those that are free then; who waits in Redis is none of them."""
    pool = Pool()
    connections = Connections(pool)  # type: ignore[arg-type]
    commands = [asyncio.create_task(connections.call("GET", number)) for number in range(20)]
    waits = asyncio.create_task(connections.wait("XREAD"))
    await soon(lambda: len(pool.made) == 17, "the first of them")
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(pool.made) == 17
    for connection in pool.made:
        connection.let.set()
    await asyncio.gather(*commands, waits)
    assert len(pool.made) == 17
    assert {command[1] for each in pool.made for command in each.sent if command[0] == "GET"} == set(range(20))


class Forbidden(Slow):
    """Nobody may ask who it is; and what it is asked is never answered but with an error."""

    async def read_response(self) -> int | None:
        if self.sent[-1] == ("CLIENT", "ID"):
            raise ResponseError("NOPERM")
        return None


async def test_a_redis_that_tells_no_numbers_is_waited_for() -> None:
    """It can be asked for nothing, and is not asked again."""
    pool = Pool(Forbidden)
    connections = Connections(pool)  # type: ignore[arg-type]
    for key in "ab":
        assert await connections.block(60.0, "BLPOP", key, 0) is None
    (connection,) = pool.made
    assert connection.sent == [("CLIENT", "ID"), ("BLPOP", "a", 0), ("BLPOP", "b", 0)]


class Gone(Slow):
    """It is there until its first command is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.disconnected = 0

    async def disconnect(self, nowait: bool) -> None:
        self.disconnected += nowait

    async def read_response(self) -> int | None:
        await self.let.wait()
        if self.sent[-1][0] == "FAIL":
            raise RedisConnectionError("gone")
        return None


async def test_where_one_finds_redis_gone_the_idle_ones_are_closed() -> None:
    """They would fail a command each; whoever has asked hears of it."""
    pool = Pool(Gone)
    connections = Connections(pool)  # type: ignore[arg-type]
    both = [asyncio.create_task(connections.call("GET", number)) for number in range(2)]
    await soon(lambda: len(pool.made) == 2, "two connections")
    for connection in pool.made:
        connection.let.set()
    await asyncio.gather(*both)
    with pytest.raises(RedisConnectionError, match="gone"):
        await connections.call("FAIL")
    assert sorted(connection.disconnected for connection in pool.made) == [0, 1]  # type: ignore[attr-defined]


class Reopened(Slow):
    """One that has been closed meanwhile, by us or by Redis, and opens again with the next command."""

    def __init__(self) -> None:
        super().__init__()
        self.let.set()
        self.has_ended = False

    async def can_read(self) -> bool:
        assert self.is_connected
        return self.has_ended

    async def disconnect(self, nowait: bool) -> None:
        assert nowait
        self.has_ended, self.is_connected = False, False


@pytest.mark.parametrize(
    ("connected", "has_ended", "asked"),
    [(True, False, []), (False, False, [("CLIENT", "ID")]), (True, True, [("CLIENT", "ID")])],
)
async def test_a_connection_that_was_closed_is_asked_anew_who_it_is(
    connected: bool, has_ended: bool, asked: list[tuple[str, str]]
) -> None:
    """Redis gives it another number; of one that is still open, it is known."""
    pool = Pool(Reopened)
    connections = Connections(pool)  # type: ignore[arg-type]
    await connections.block(60.0, "BLPOP", "a", 0)
    (connection,) = pool.made
    connection.is_connected, connection.has_ended = connected, has_ended  # type: ignore[attr-defined]
    await connections.block(60.0, "BLPOP", "b", 0)
    assert connection.sent == [("CLIENT", "ID"), ("BLPOP", "a", 0), *asked, ("BLPOP", "b", 0)]
    assert len(pool.made) == 1
