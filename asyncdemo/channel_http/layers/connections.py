"""Connections to Redis, held by one event loop and used for one command at a time.

redis-py's client goes through its pool, its retries and its metrics with every command, which costs more CPU than the
command itself: 0.15 ms against 0.06. Here a connection leaves the pool once, and is kept until the pool is closed.

What is used of such a connection is public in redis-py, but meant for its own client: `is_connected`, `can_read`,
`disconnect`, `pack_command`, `send_packed_command`, `send_command` and `read_response`. Nobody else here touches one.
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from redis.asyncio import Connection, ConnectionPool
from redis.commands.core import AsyncScript
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, ResponseError

COMMANDS_AT_ONCE = 16
"""Further commands wait for a connection: 300 visitors in one moment are no reason to open 300."""

PATIENCE_S = 0.5
"""How much longer than it was told Redis may keep a command waiting."""

Argument = str | bytes | memoryview | int | float


class Connections:
    """What one event loop says to Redis. Raises RedisError and OSError as redis-py does."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._idle: list[Connection] = []
        self._turns = asyncio.Semaphore(COMMANDS_AT_ONCE)
        self._numbers: WeakKeyDictionary[Connection, int] = WeakKeyDictionary()
        """How Redis calls those that have blocked."""
        self._unblocking: set[asyncio.Task[Any]] = set()

    async def call(self, *command: Argument) -> Any:
        """The answer to a command that Redis answers at once."""
        async with self._turns:
            return await self.wait(*command)

    async def run(self, script: AsyncScript, keys: Sequence[str], *arguments: Argument) -> Any:
        """The answer of a script. A Redis that has been restarted does not know it and is sent the whole of it."""
        try:
            return await self.call("EVALSHA", script.sha, len(keys), *keys, *arguments)
        except NoScriptError:
            return await self.call("EVAL", script.script, len(keys), *keys, *arguments)

    async def block(self, wait_s: float, *command: Argument) -> Any:
        """The answer to a command that Redis keeps waiting for so many seconds, by its own clock, which may jump.

        It is told to answer when it takes longer: a message that it hands out in that moment is not lost.
        """
        connection = await self._ready()
        late = asyncio.get_running_loop().call_later(wait_s + PATIENCE_S, self._unblock, connection)
        try:
            return await self._ask(connection, *command)
        finally:
            late.cancel()

    def _unblock(self, connection: Connection) -> None:
        """Have Redis answer what it keeps waiting, as it does at the end of the time."""
        command = ("CLIENT", "UNBLOCK", self._numbers.get(connection, 0))
        task = asyncio.create_task(self.call(*command))
        self._unblocking.add(task)
        task.add_done_callback(self._unblocked)

    def _unblocked(self, task: "asyncio.Task[Any]") -> None:
        self._unblocking.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waits hears of a Redis that is gone; one that may not ask goes on waiting

    async def wait(self, *command: Argument) -> Any:
        """The answer to a command that may take its time. Never tried again: the first try may have taken a message."""
        return await self._ask(self._idle.pop() if self._idle else await self._open(), *command)

    async def _ready(self) -> Connection:
        """A connection that is open, and of which Redis's number is known."""
        connection = self._idle.pop() if self._idle else await self._open()
        known = connection in self._numbers and connection.is_connected and not await connection.can_read()
        if not known:
            try:
                self._numbers[connection] = int(await self._ask(connection, "CLIENT", "ID"))
            except ResponseError:
                self._numbers[connection] = 0  # an ACL of the user's: it can be asked for nothing
            self._idle.remove(connection)
        return connection

    async def _ask(self, connection: Connection, *command: Argument) -> Any:
        try:
            if connection.is_connected and await connection.can_read():
                await connection.disconnect(nowait=True)  # Redis has closed it as idle; nothing has been sent to it
            await connection.send_packed_command(connection.pack_command(*command))
            answer = await connection.read_response()
        except (RedisConnectionError, OSError):
            await self.drop()
            raise
        finally:
            # After an error or a cancellation redis-py has closed it; it opens again with the next command.
            self._idle.append(connection)
        return answer

    async def subscribe(self, key: str) -> "Subscription":
        """All that is published under a key from now on."""
        connection = await self._open()
        await connection.send_command("SUBSCRIBE", key)
        await connection.read_response()
        return Subscription(connection)

    async def _open(self) -> Connection:
        connection: Connection = await self._pool.get_connection()  # type: ignore[no-untyped-call]
        return connection

    async def drop(self) -> None:
        """Redis went away: what is idle now is dead too, and would fail one command each."""
        for connection in list(self._idle):
            await connection.disconnect(nowait=True)


class Subscription:
    """A connection to which Redis sends by itself."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def next(self) -> bytes:
        """What is published next, whenever that is."""
        _, _, data = await self._connection.read_response(timeout=None)
        return bytes(data)

    async def close(self) -> None:
        """Hear nothing any more."""
        await self._connection.disconnect(nowait=True)
