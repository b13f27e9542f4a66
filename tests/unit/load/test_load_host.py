"""Where connections go to when the target's host has several addresses, or none."""

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from asyncdemo.base.errors import StartError
from asyncdemo.load.host import PATIENCE_S, Host, check_known
from asyncdemo.load.target import Target
from tests.ports import free_port

ONE, OTHER = "127.0.0.1", "127.0.0.2"
"""Both are this machine, in Linux at least."""
SILENT = "192.0.2.1"
"""Is nobody's (RFC 5737)."""


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of every host, as the name service has them now."""
    known = [ONE, OTHER]
    ask = socket.getaddrinfo

    def getaddrinfo(host: str, *rest: Any, **options: Any) -> list[Any]:
        named = known if host == "several.test" else [host]
        return [found for name in named for found in ask(name, *rest, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


@contextmanager
def listening(address: str, port: int) -> Iterator[None]:
    """A server."""
    try:
        server = socket.create_server((address, port))
    except OSError as error:
        if error.errno != errno.EADDRNOTAVAIL:
            raise
        pytest.skip(f"this machine is not {address}")
    with server:
        yield


async def reached(host: Host) -> str:
    """The address of a new connection."""
    seen: list[str] = []

    class Seen(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            seen.append(transport.get_extra_info("peername")[0])
            transport.close()

    await host.connect(Seen())
    return seen[0]


async def test_wherever_the_server_listens_now() -> None:
    """It comes up later, on the second address; it moves to the first; it is gone."""
    port = free_port()
    host = Host(Target("several.test", port, "/"))
    with pytest.raises(ConnectionRefusedError):
        await reached(host)
    for address in (OTHER, ONE, OTHER):
        with listening(address, port):
            assert [await reached(host) for _ in range(2)] == [address] * 2
    with pytest.raises(ConnectionRefusedError):
        await reached(host)


async def test_the_name_is_asked_for_again(names: list[str]) -> None:
    """A host that got another address is found there."""
    port = free_port()
    host = Host(Target("several.test", port, "/"))
    names[:] = [ONE]
    with listening(ONE, port):
        assert await reached(host) == ONE
    names[:] = [OTHER]
    with listening(OTHER, port):
        assert await reached(host) == OTHER


class Refused(asyncio.Transport):
    """Of a connection that is not wanted any more: keeps what is done with it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.seen.append("let in")

    def abort(self) -> None:
        self.seen.append("aborted")


class Attempts:
    """A host that is SILENT and ONE, in this order. `how` decides what comes of each attempt, and when time passes.

    The clock of the loop stands still but for `patience_ends`: how long a machine takes makes no difference.
    """

    def __init__(self, how: "How", monkeypatch: pytest.MonkeyPatch) -> None:
        loop = asyncio.get_running_loop()
        self.port, self.tries = free_port(), list[str]()
        self.host = Host(Target("several.test", self.port, "/"))
        self._how, self._connect, self._now = how, loop.create_connection, loop.time()
        monkeypatch.setattr(loop, "time", lambda: self._now)
        monkeypatch.setattr(loop, "create_connection", self._attempt)

    async def _attempt(self, factory: Any, address: str, port: int) -> Any:
        self.tries.append(address)
        return await self._how(self, factory, address)

    async def open(self, factory: Any) -> Any:
        """A connection to whatever listens on ONE."""
        return await self._connect(factory, ONE, self.port)

    async def patience_ends(self) -> None:
        """Time for a timer that is still set to ring, and for what it does: who is given up comes no further."""
        await self.passes(2 * PATIENCE_S)

    async def passes(self, seconds: float) -> None:
        """So much time, and what is due then."""
        self._now += seconds
        for _ in range(5):
            await asyncio.sleep(0)

    async def silence(self) -> None:
        """No answer, ever."""
        await self.patience_ends()
        await asyncio.Event().wait()


How = Callable[[Attempts, Any, str], Awaitable[Any]]
Connecting = Callable[[How], Attempts]


@pytest.fixture
def connecting(names: list[str], monkeypatch: pytest.MonkeyPatch) -> Connecting:
    """Of `how(attempts, factory, address)`: attempts to connect to `several.test` that go so."""
    names[:] = [SILENT, ONE]
    return lambda how: Attempts(how, monkeypatch)


async def test_a_refusal_is_told_before_what_this_machine_lacks(connecting: Connecting) -> None:
    """No IPv6 here is no news, and not what keeps the visitors out. Whoever comes next goes to what was good."""

    async def without(attempts: Attempts, factory: Any, address: str) -> Any:
        if address == SILENT:
            raise OSError(errno.EADDRNOTAVAIL, "no such address here")
        return await attempts.open(factory)

    attempts = connecting(without)
    with pytest.raises(ConnectionRefusedError):
        await reached(attempts.host)
    attempts.tries.clear()
    with listening(ONE, attempts.port):
        assert [await reached(attempts.host) for _ in range(2)] == [ONE, ONE]
    assert attempts.tries == [SILENT, ONE, ONE]


async def test_an_address_that_refuses_is_asked_once(connecting: Connecting) -> None:
    """There is no other one to try."""

    async def refused(attempts: Attempts, factory: Any, address: str) -> Any:
        raise ConnectionRefusedError(errno.ECONNREFUSED, "refused")

    attempts = connecting(refused)
    with pytest.raises(ConnectionRefusedError):
        await reached(Host(Target(ONE, attempts.port, "/")))
    assert attempts.tries == [ONE]


@pytest.mark.parametrize("next_one", ["answers", "refuses"])
async def test_an_address_that_is_silent_is_left_for_the_next(next_one: str, connecting: Connecting) -> None:
    """If that refuses, the silent one is waited for: a server that is too busy to accept is none that refuses."""

    async def silent(attempts: Attempts, factory: Any, address: str) -> Any:
        if attempts.tries == [SILENT]:
            await attempts.silence()
        if address == SILENT:
            await attempts.patience_ends()  # by now it is waited for without a limit
        elif next_one == "refuses":
            raise ConnectionRefusedError(errno.ECONNREFUSED, "refused")
        return await attempts.open(factory)

    attempts = connecting(silent)
    with listening(ONE, attempts.port):
        assert await reached(attempts.host) == ONE
    assert attempts.tries == ([SILENT, ONE] if next_one == "answers" else [SILENT, ONE, SILENT])


@pytest.mark.parametrize(("silent_s", "tries"), [(0.49, [SILENT]), (0.51, [SILENT, ONE])])
async def test_an_address_may_be_silent_for_half_a_second(
    silent_s: float, tries: list[str], connecting: Connecting
) -> None:
    async def silent(attempts: Attempts, factory: Any, address: str) -> Any:
        if address == SILENT:
            await attempts.passes(silent_s)
        return await attempts.open(factory)

    attempts = connecting(silent)
    with listening(ONE, attempts.port):
        assert await reached(attempts.host) == ONE
    assert attempts.tries == tries


@pytest.mark.parametrize("known", [[SILENT], [SILENT, OTHER]])
async def test_where_all_are_silent_the_first_is_waited_for(
    known: list[str], connecting: Connecting, names: list[str]
) -> None:
    """One that is the only one from the beginning."""

    async def silent(attempts: Attempts, factory: Any, address: str) -> Any:
        if len(attempts.tries) <= len(known) > 1:
            await attempts.silence()
        await attempts.patience_ends()
        return await attempts.open(factory)

    attempts = connecting(silent)
    names[:] = known
    with listening(ONE, attempts.port):
        assert await reached(attempts.host) == ONE
    assert attempts.tries == ([SILENT] if known == [SILENT] else [SILENT, OTHER, SILENT])


async def test_who_has_come_in_goes_nowhere_else(connecting: Connecting) -> None:
    """Its request may have been written: however late the loop is told of it, no other server gets it too."""

    async def late(attempts: Attempts, factory: Any, address: str) -> Any:
        opened = await attempts.open(factory)
        await attempts.patience_ends()
        return opened

    attempts = connecting(late)
    with listening(ONE, attempts.port):
        assert await reached(attempts.host) == ONE
    assert attempts.tries == [SILENT]


async def test_who_comes_too_late_is_not_let_in(connecting: Connecting) -> None:
    """The next address has its connection already."""
    transport = Refused()

    async def late(attempts: Attempts, factory: Any, address: str) -> Any:
        if address == SILENT:
            try:
                await attempts.silence()
            finally:
                factory().connection_made(transport)
        return await attempts.open(factory)

    attempts = connecting(late)
    with listening(ONE, attempts.port):
        assert await reached(attempts.host) == ONE
    assert transport.seen == ["aborted"]


async def test_who_comes_when_nobody_waits_any_more_is_not_let_in(connecting: Connecting) -> None:
    """The attempt has ended otherwise."""
    doors: list[asyncio.Protocol] = []

    async def refused(attempts: Attempts, factory: Any, address: str) -> Any:
        doors.append(factory())
        raise ConnectionRefusedError(errno.ECONNREFUSED, "refused")

    with pytest.raises(ConnectionRefusedError):
        await reached(connecting(refused).host)
    for door in doors:
        transport = Refused()
        door.connection_made(transport)
        assert transport.seen == ["aborted"]


def test_a_host_that_is_an_address() -> None:
    """Is always known."""
    check_known(Target("127.0.0.1", 1, "/"))


def test_a_host_that_nobody_knows() -> None:
    """The message names it. `.invalid` never is a host (RFC 6761)."""
    with pytest.raises(StartError, match=r"asyncdemo\.invalid"):
        check_known(Target("asyncdemo.invalid", 80, "/"))
