"""Connections on which nothing can be sent any more, though the event loop has not read that yet."""

import asyncio
import errno
import os
import socket
import struct
from collections.abc import Callable

import pytest

from asyncdemo.base.text import printable
from asyncdemo.load.connections import Connections
from asyncdemo.load.options import LoadOptions
from asyncdemo.load.outcome import of_error, quoted
from asyncdemo.load.request import Request, questions
from asyncdemo.load.target import Target
from tests.waiting import until

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
TIMEOUT = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"
AT_ONCE = struct.pack("ii", 1, 0)


def reset(peer: socket.socket) -> None:
    """As a server that was killed."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    peer.close()


GOODBYES: dict[str, tuple[Callable[[socket.socket], object], str]] = {
    "its end": (socket.socket.close, "closed while idle"),
    "a reset": (reset, "closed while idle"),
    "words": (lambda peer: peer.sendall(TIMEOUT), "data nobody asked for"),
}


async def served(server: socket.socket, ended: "asyncio.Queue[str]") -> tuple[socket.socket, str]:
    """One request on a new connection, answered: the server's end of the connection, and the outcome."""
    loop = asyncio.get_running_loop()
    peer, _ = await loop.sock_accept(server)
    assert await loop.sock_recv(peer, 4096)
    await loop.sock_sendall(peer, OK)
    return peer, await ended.get()


@pytest.mark.parametrize("goodbye", GOODBYES)
async def test_a_request_takes_another_connection(goodbye: str) -> None:
    """Nothing was written to the one that was kept, so that its visitor is served, and why is told."""
    leave, why = GOODBYES[goodbye]
    ended: asyncio.Queue[str] = asyncio.Queue()
    again: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        target = Target("127.0.0.1", server.getsockname()[1], "/")
        (question,) = questions(LoadOptions(target))
        connections = Connections(target, 1, lambda _, how, words: ended.put_nowait(how), again.append, target.where)
        one = Request(1, 0.0, 0.0, question)
        connections.send(one)
        kept, first = await served(server, ended)
        leave(kept)
        until(lambda: one.carrier.unfit() == why, "what can be seen of that")  # type: ignore[union-attr]
        assert not connections.full
        connections.send(Request(2, 0.0, 0.0, question))  # before the loop has read anything
        other, second = await served(server, ended)
        connections.close()
        kept.close()
        other.close()
    assert (first, second, again) == ("200", "200", [why])


@pytest.mark.parametrize(
    ("number", "how", "words"),
    [
        (errno.ECONNREFUSED, "refused", "connection refused by h:80"),
        (errno.EMFILE, "no socket", "this machine has no socket left for another visitor"),
        (errno.EADDRNOTAVAIL, "no socket", "this machine has no socket left for another visitor"),
        (errno.ECONNRESET, "closed unanswered", "connection closed by h:80 without a response"),
        (errno.EHOSTUNREACH, "unreachable", "h:80 cannot be reached: no route to host"),
    ],
)
def test_why_nobody_could_be_connected(number: int, how: str, words: str) -> None:
    """In the words of the system, in small letters as they stand in a sentence."""
    outcome, told = of_error(OSError(number, os.strerror(number)), "h:80")
    assert (outcome.replace("_", " "), told) == (how, words)


def test_a_name_that_is_not_known_is_told_as_the_system_does() -> None:
    """Its numbers are of its own."""
    error = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    assert of_error(error, "h:80")[1] == "h:80 cannot be reached: name or service not known"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (b"", "''"),
        (b"SSH-2.0\r\nmore", "'SSH-2.0'"),
        (b"x" * 60, f"'{'x' * 60}'"),
        (b"x" * 61, f"'{printable('x' * 61, 60)}'"),
        (b"\xff\x1b", "'\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}'"),
    ],
)
def test_what_somebody_says_who_speaks_no_http(said: bytes, shown: str) -> None:
    """Its first line, which does nothing to a terminal."""
    assert quoted(said) == shown


async def test_a_request_that_ends_gives_its_words() -> None:
    """A server that has gone: how, and why, of the one that had asked; no connection of it is left."""
    ended: asyncio.Queue[tuple[int, str, str]] = asyncio.Queue()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        target = Target("127.0.0.1", server.getsockname()[1], "/")
        (question,) = questions(LoadOptions(target))
        told = lambda request, how, words: ended.put_nowait((request.number, how, words))  # noqa: E731
        connections = Connections(target, 1, told, lambda why: None, target.where)
        connections.send(Request(7, 0.0, 0.0, question))
        assert connections.full
        peer, _ = await asyncio.get_running_loop().sock_accept(server)
        assert await asyncio.get_running_loop().sock_recv(peer, 4096)
        peer.close()
        number, _, words = await ended.get()
        assert (number, words) == (7, f"connection closed by {target.where} without a response")
        assert not connections.full
    connections.send(Request(8, 0.0, 0.0, question))
    assert (await ended.get())[::2] == (8, f"connection refused by {target.where}")
    assert not connections.full
