"""An address that passes its visitors on to a server behind it: bytes, ends, and who is gone."""

import asyncio
import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from asyncdemo.base.addresses import LOOPBACK
from asyncdemo.base.errors import StartError
from asyncdemo.running.descriptors import MOST, most_descriptors
from asyncdemo.running.ports import bound, claim
from asyncdemo.running.proxy import Proxy, Relay
from tests.waiting import DEADLINE_S, until

WHOLE = b"x" * 5_000_000


@contextmanager
def listening() -> Iterator[socket.socket]:
    """A server that accepts when the test does."""
    with socket.create_server((LOOPBACK, 0)) as server:
        server.settimeout(DEADLINE_S)
        yield server


@contextmanager
def proxy_of(behind: int) -> Iterator[Proxy]:
    """Open, on a free port."""
    proxy = Proxy(LOOPBACK, 0, behind)
    proxy.open()
    try:
        yield proxy
    finally:
        proxy.close()


def visitor(proxy: Proxy) -> socket.socket:
    """Somebody who has come."""
    return socket.create_connection((LOOPBACK, proxy.port), timeout=DEADLINE_S)


def everything(connection: socket.socket) -> bytes:
    """Until the other side has said all."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def test_what_is_said_goes_there_and_back() -> None:
    """Also when one side has said all and the other has not; and much of it."""
    with listening() as server, proxy_of(server.getsockname()[1]) as proxy, visitor(proxy) as one:
        there, _ = server.accept()
        with there:
            there.settimeout(DEADLINE_S)
            sender = threading.Thread(target=lambda: (one.sendall(WHOLE), one.shutdown(socket.SHUT_WR)))
            sender.start()
            assert everything(there) == WHOLE
            sender.join()
            there.sendall(b"answer")
            there.shutdown(socket.SHUT_WR)
        assert everything(one) == b"answer"


def test_whoever_goes_is_gone_for_the_other_side() -> None:
    """A visitor who leaves; a server that does."""
    with listening() as server, proxy_of(server.getsockname()[1]) as proxy:
        one = visitor(proxy)
        there, _ = server.accept()
        with there:
            one.close()
            there.settimeout(DEADLINE_S)
            assert there.recv(1) == b""
        with visitor(proxy) as other:
            there, _ = server.accept()
            there.close()
            assert other.recv(1) == b""


def test_nobody_behind_it() -> None:
    """A visitor is sent away at once."""
    with proxy_of(claim(LOOPBACK, 0)) as proxy, visitor(proxy) as one:
        assert gone(one)


def test_closed_it_frees_its_address_at_once() -> None:
    """With visitors on both sides, who are sent away; another can have it. Twice is once."""
    with listening() as server, proxy_of(server.getsockname()[1]) as proxy:
        with pytest.raises(StartError):
            Proxy(LOOPBACK, proxy.port, 1).open()
        with visitor(proxy) as one:
            there, _ = server.accept()
            proxy.close()
            there.settimeout(DEADLINE_S)
            assert gone(there)
            assert gone(one)
            there.close()
        other = Proxy(LOOPBACK, proxy.port, server.getsockname()[1])
        other.open()
        with visitor(other):
            other.close()
        other.close()
        proxy.open()  # it has been closed
        until(lambda: claim(LOOPBACK, proxy.port), "the address")


def test_a_free_port_is_its_own_before_it_opens() -> None:
    """A demo that is kept warm may wait for long: nobody gets its port meanwhile, and nobody is let in."""

    def taken(port: int) -> bool:
        with socket.socket() as other:
            try:
                other.bind((LOOPBACK, port))
            except OSError:
                return True
        return False

    with listening() as server:
        proxy = Proxy(LOOPBACK, 0, server.getsockname()[1])
        assert taken(proxy.port)
        with pytest.raises(ConnectionRefusedError):
            visitor(proxy)
        proxy.open()
        with visitor(proxy), server.accept()[0]:
            pass
        proxy.close()
        given_up = Proxy(LOOPBACK, 0, 1)
        given_up.close()
        assert not taken(given_up.port)


def gone(connection: socket.socket) -> bool:
    """Whether the other side has ended it, in whatever way."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_it_has_room_for_more_than_a_mac_allows_at_first() -> None:
    """A limit of 256 files would let in 64: it is raised as far as it may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        with listening() as server, proxy_of(server.getsockname()[1]) as proxy, ExitStack() as everybody:
            for _ in range(100):
                everybody.enter_context(visitor(proxy))
                everybody.enter_context(server.accept()[0])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def assert_room_for(room: int, server: socket.socket, proxy: Proxy, everybody: ExitStack) -> None:
    """So many are let in, and the next when one of them goes."""
    visitors = [everybody.enter_context(visitor(proxy)) for _ in range(room + 1)]
    there = [everybody.enter_context(server.accept()[0]) for _ in range(room)]
    server.settimeout(0.05)
    with pytest.raises(TimeoutError):
        server.accept()
    visitors[0].close()
    there[0].close()
    server.settimeout(DEADLINE_S)
    server.accept()[0].close()


@pytest.mark.parametrize(("files", "room"), [(100, 1), (129, 1), (131, 1), (132, 2), (133, 2), (134, 3)])
def test_two_files_are_for_each_visitor(files: int, room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for 128, which are for all else; one is let in whatever is left."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    with listening() as server, proxy_of(server.getsockname()[1]) as proxy, ExitStack() as everybody:
        assert_room_for(room, server, proxy, everybody)


UNLIMITED = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("soft", "hard", "allowed", "most"),
    [
        (256, UNLIMITED, 24_576, 24_576),
        (256, UNLIMITED, 10_240, 10_240),
        (256, UNLIMITED, 0, 256),
        (256, 4096, 4096, 4096),
        (1024, 2**20, 2**20, MOST),
        (2**20, 2**20, 2**20, MOST),
        (20_000, UNLIMITED, 24_576, 24_576),
        (20_000, UNLIMITED, 0, 20_000),
        (UNLIMITED, UNLIMITED, 0, MOST),
    ],
)
def test_as_many_files_as_a_system_allows(
    soft: int, hard: int, allowed: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some say "unlimited" and mean less."""

    def setrlimit(_: int, limits: tuple[int, int]) -> None:
        if limits[0] > allowed:
            raise ValueError

    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", setrlimit)
    assert most_descriptors() == most


def test_no_thread_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens it hears so, and its address is free."""

    def full(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    proxy = Proxy(LOOPBACK, 0, 1)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", full)
        with pytest.raises(RuntimeError, match="can't start new thread"):
            proxy.open()
    proxy.close()
    with socket.create_server((LOOPBACK, proxy.port)):
        pass


def test_whoever_has_gone_takes_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three have some here, however many were there before; who comes meanwhile is let in when one of them goes."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (134, 134))
    with listening() as server, proxy_of(server.getsockname()[1]) as proxy, ExitStack() as everybody:
        for _ in range(3):
            with visitor(proxy) as one:
                server.accept()[0].close()
                assert everything(one) == b""
        assert_room_for(3, server, proxy, everybody)


def test_who_is_let_in_as_it_closes_is_sent_away() -> None:
    """At once, and before anything was passed on; and who has knocked and gone holds nobody up."""

    async def closing() -> None:
        listener = bound(LOOPBACK, 0)
        relay = Relay(listener, 1)
        serving = asyncio.create_task(relay.serve())
        await asyncio.sleep(0)
        relay.let_in()
        with socket.create_connection(listener.getsockname(), DEADLINE_S) as one:
            relay.closing.set()
            relay.let_in()
            await serving
            assert gone(one)

    asyncio.run(closing())
