"""The host of the target: of its addresses any may be where the server listens now, and that may change."""

import asyncio
import errno
import socket
from typing import cast

from ..base.addresses import is_address
from ..base.errors import StartError
from .target import EXAMPLE, Target

PATIENCE_S = 0.5
"""Another address is tried when one has been silent for so long."""


def check_known(target: Target) -> None:
    """Raises StartError when there is no such host."""
    try:
        socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError:
        raise StartError(f"There is no host {target.host!r}. Check the spelling, or try: {EXAMPLE}") from None


class Host:
    """Where connections go to: the address that was good for the last one, and all there are when it no longer is."""

    def __init__(self, target: Target, *, patience_s: float = PATIENCE_S) -> None:
        self._target, self._patience_s = target, patience_s
        self._loop = asyncio.get_running_loop()
        self._good = target.host if is_address(target.host) else ""

    async def connect(self, connection: asyncio.Protocol) -> None:
        """Make a connection. Raises OSError, a refusal if there was one."""
        if self._good:
            try:
                await self._connect(connection, self._good)
                return
            except OSError:
                if is_address(self._target.host):
                    raise
        await self._try_all(connection, await self._addresses())

    async def _connect(self, connection: asyncio.Protocol, address: str, limit_s: float | None = None) -> None:
        async with asyncio.timeout(limit_s) as limit:
            door = Door(connection, limit)
            try:
                await self._loop.create_connection(lambda: door, address, self._target.port)
            finally:
                door.shut = True
        self._good = address

    async def _addresses(self) -> list[str]:
        """Those of now: a name service may have learned another. Raises OSError when there is none."""
        found = await self._loop.getaddrinfo(self._target.host, self._target.port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(numeric(address) for *_, address in found))

    async def _try_all(self, connection: asyncio.Protocol, addresses: list[str]) -> None:
        """`localhost` is often ::1 and 127.0.0.1, and a server listens on one of them."""
        silent: list[str] = []
        failures: list[OSError] = []
        for address in addresses:
            try:
                await self._connect(connection, address, self._patience_s if len(addresses) > 1 else None)
                return
            except TimeoutError:
                silent.append(address)
            except OSError as error:
                failures.append(error)
        if silent:  # a server that is too busy to accept is none that refuses
            await self._connect(connection, silent[0])
        else:
            raise min(failures, key=lambda error: error.errno != errno.ECONNREFUSED)


class Door(asyncio.Protocol):
    """Where a connection comes in, within its time: what it says then has been said, and no other address is tried."""

    def __init__(self, connection: asyncio.Protocol, limit: asyncio.Timeout) -> None:
        self._connection, self._limit = connection, limit
        self.shut = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        opened = cast(asyncio.Transport, transport)
        if self.shut or self._limit.expired():
            opened.abort()
            return
        self._limit.reschedule(None)
        opened.set_protocol(self._connection)
        self._connection.connection_made(opened)


def numeric(address: tuple[object, ...]) -> str:
    """`127.0.0.1`, `::1`, `fe80::1%eth0`: of a socket's address."""
    return socket.getnameinfo(address, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)[0]  # type: ignore[arg-type]
