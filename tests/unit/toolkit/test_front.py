"""An address that passes its visitors on to a server behind it: bytes, ends, and who is gone."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from asyncdemo.toolkit.errors import StartError
from asyncdemo.toolkit.launcher.front import LOOPBACK, Front
from asyncdemo.toolkit.launcher.ports import claim
from tests.waiting import until

WHOLE = b"x" * 5_000_000


@contextmanager
def listening() -> Iterator[socket.socket]:
    """A server that accepts when the test does."""
    with socket.create_server((LOOPBACK, 0)) as server:
        server.settimeout(10)
        yield server


@contextmanager
def front_of(behind: int) -> Iterator[Front]:
    """Open, on a free port."""
    front = Front(LOOPBACK, claim(LOOPBACK, 0), behind)
    front.open()
    try:
        yield front
    finally:
        front.close()


def visitor(front: Front) -> socket.socket:
    """Somebody who has come."""
    return socket.create_connection((LOOPBACK, front.port), timeout=10)


def everything(connection: socket.socket) -> bytes:
    """Until the other side has said all."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def test_what_is_said_goes_there_and_back() -> None:
    """Also when one side has said all and the other has not; and much of it."""
    with listening() as server, front_of(server.getsockname()[1]) as front, visitor(front) as one:
        there, _ = server.accept()
        with there:
            there.settimeout(10)
            sender = threading.Thread(target=lambda: (one.sendall(WHOLE), one.shutdown(socket.SHUT_WR)))
            sender.start()
            assert everything(there) == WHOLE
            sender.join()
            there.sendall(b"answer")
            there.shutdown(socket.SHUT_WR)
        assert everything(one) == b"answer"


def test_whoever_goes_is_gone_for_the_other_side() -> None:
    """A visitor who leaves; a server that does."""
    with listening() as server, front_of(server.getsockname()[1]) as front:
        one = visitor(front)
        there, _ = server.accept()
        with there:
            one.close()
            there.settimeout(10)
            assert there.recv(1) == b""
        with visitor(front) as other:
            there, _ = server.accept()
            there.close()
            assert other.recv(1) == b""


def test_nobody_behind_it() -> None:
    """A visitor is sent away at once."""
    with front_of(claim(LOOPBACK, 0)) as front, visitor(front) as one:
        assert gone(one)


def test_closed_it_frees_its_address_at_once() -> None:
    """With visitors on both sides, who are sent away; another can have it. Twice is once."""
    with listening() as server, front_of(server.getsockname()[1]) as front:
        with pytest.raises(StartError):
            Front(LOOPBACK, front.port, 1).open()
        with visitor(front) as one:
            there, _ = server.accept()
            front.close()
            there.settimeout(10)
            assert gone(there)
            assert gone(one)
            there.close()
        other = Front(LOOPBACK, front.port, server.getsockname()[1])
        other.open()
        with visitor(other):
            other.close()
        other.close()
        front.open()  # it has been closed
        until(lambda: claim(LOOPBACK, front.port), "the address")


def gone(connection: socket.socket) -> bool:
    """Whether the other side has ended it, in whatever way."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True
