"""Where connections go to when the target's host has several addresses, or none."""

import asyncio
import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from asyncdemo.base.errors import StartError
from asyncdemo.load.host import Host, check_known
from asyncdemo.load.target import Target

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


def free_port() -> int:
    with socket.create_server((ONE, 0)) as probe:
        return int(probe.getsockname()[1])


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


async def test_a_refusal_is_told_before_what_this_machine_lacks(names: list[str]) -> None:
    """No IPv6 here is no news, and not what keeps the visitors out."""
    names[:] = [SILENT, ONE]
    port = free_port()
    host = Host(Target("several.test", port, "/"))
    loop = asyncio.get_running_loop()
    connect = loop.create_connection

    async def without(factory: Any, address: str, *rest: Any) -> Any:
        if address == SILENT:
            raise OSError(errno.EADDRNOTAVAIL, "no such address here")
        return await connect(factory, address, *rest)

    loop.create_connection = without  # type: ignore[method-assign, assignment]
    with pytest.raises(ConnectionRefusedError):
        await reached(host)
    with listening(ONE, port):
        assert await reached(host) == ONE


@pytest.mark.parametrize("next_one", ["answers", "refuses"])
async def test_an_address_that_is_silent_is_left_for_the_next(next_one: str, names: list[str]) -> None:
    """If that refuses, the silent one is waited for: a server that is too busy to accept is none that refuses."""
    names[:] = [SILENT, ONE]
    port = free_port()
    host = Host(Target("several.test", port, "/"), patience_s=0.01)
    loop = asyncio.get_running_loop()
    connect = loop.create_connection
    tries: list[str] = []

    async def silent(factory: Any, address: str, *rest: Any) -> Any:
        tries.append(address)
        if tries == [SILENT]:
            await asyncio.Event().wait()
        if address == ONE and next_one == "refuses":
            raise ConnectionRefusedError(errno.ECONNREFUSED, "refused")
        return await connect(factory, ONE, *rest)

    loop.create_connection = silent  # type: ignore[method-assign, assignment]
    with listening(ONE, port):
        assert await reached(host) == ONE
    assert tries == ([SILENT, ONE] if next_one == "answers" else [SILENT, ONE, SILENT])


async def test_who_has_come_in_goes_nowhere_else(names: list[str]) -> None:
    """Its request may have been written: however late the loop is told of it, no other server gets it too."""
    names[:] = [SILENT, ONE]
    port = free_port()
    host = Host(Target("several.test", port, "/"), patience_s=0.01)
    loop = asyncio.get_running_loop()
    connect = loop.create_connection
    tries: list[str] = []

    async def late(factory: Any, address: str, *rest: Any) -> Any:
        tries.append(address)
        opened = await connect(factory, ONE, *rest)
        await asyncio.sleep(0.05)
        return opened

    loop.create_connection = late  # type: ignore[method-assign, assignment]
    with listening(ONE, port):
        assert await reached(host) == ONE
    assert tries == [SILENT]


async def test_who_comes_too_late_is_not_let_in(names: list[str]) -> None:
    """The next address has its connection already."""
    names[:] = [SILENT, ONE]
    port = free_port()
    host = Host(Target("several.test", port, "/"), patience_s=0.01)
    loop = asyncio.get_running_loop()
    connect = loop.create_connection
    seen: list[str] = []

    class Transport(asyncio.Transport):
        def get_extra_info(self, name: str, default: Any = None) -> Any:
            return ["a late one"]

        def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
            seen.append("let in")

        def abort(self) -> None:
            seen.append("aborted")

    async def late(factory: Any, address: str, *rest: Any) -> Any:
        if address == SILENT:
            try:
                await asyncio.Event().wait()
            finally:
                factory().connection_made(Transport())
        return await connect(factory, ONE, *rest)

    loop.create_connection = late  # type: ignore[method-assign, assignment]
    with listening(ONE, port):
        assert await reached(host) == ONE
    assert seen == ["aborted"]


def test_a_host_that_is_an_address() -> None:
    """Is always known."""
    check_known(Target("127.0.0.1", 1, "/"))


def test_a_host_that_nobody_knows() -> None:
    """The message names it. `.invalid` never is a host (RFC 6761)."""
    with pytest.raises(StartError, match=r"asyncdemo\.invalid"):
        check_known(Target("asyncdemo.invalid", 80, "/"))
