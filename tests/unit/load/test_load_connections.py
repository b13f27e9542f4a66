"""Connections on which nothing can be sent any more, though the event loop has not read that yet."""

import asyncio
import socket
import struct
from collections.abc import Callable

import pytest

from asyncdemo.load.connections import Connections
from asyncdemo.load.options import LoadOptions
from asyncdemo.load.request import Request, questions
from asyncdemo.load.target import Target

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
        connections = Connections(target, 1, lambda _, how, words: ended.put_nowait(how), again.append)
        connections.send(Request(1, 0.0, 0.0, question))
        kept, first = await served(server, ended)
        leave(kept)
        assert not connections.full
        connections.send(Request(2, 0.0, 0.0, question))  # before the loop has read anything
        other, second = await served(server, ended)
        connections.close()
        kept.close()
        other.close()
    assert (first, second, again) == ("200", "200", [why])
