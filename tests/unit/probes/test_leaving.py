"""Whose visitor has left is seen by his socket, whatever the server is busy with."""

import socket
from collections.abc import Iterator

import pytest

from asyncdemo.probes.leaving import Leaving, has_left
from tests.waiting import until

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A visitor's end, and the server's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        visitor = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
    with visitor, server:
        yield visitor, server


@pytest.mark.parametrize("blocking", [True, False])
def test_who_waits_has_not_left(pair: Pair, blocking: bool) -> None:
    """Nor who sends more meanwhile, all of which is there for the server afterwards."""
    visitor, server = pair
    server.setblocking(blocking)
    assert not has_left(server)
    visitor.sendall(b"more")
    until(lambda: server.recv(4, socket.MSG_PEEK) == b"more", "what he sends")
    assert not has_left(server)
    assert server.recv(100) == b"more"


@pytest.mark.parametrize("reset", [False, True])
def test_who_closes_or_resets_has_left(pair: Pair, reset: bool) -> None:
    """Both are an end; so is a connection that the server has closed."""
    visitor, server = pair
    if reset:
        visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    visitor.close()
    until(lambda: has_left(server), "his end")
    server.close()
    assert has_left(server)


def test_it_is_told_once_while_he_waits(pair: Pair) -> None:
    """Nobody has to answer for that; the answer that comes later is for nobody."""
    visitor, server = pair
    told: list[str] = []
    leaving = Leaving()
    leaving.waits("a", server, lambda: told.append("a"))
    assert told == []
    visitor.close()
    until(lambda: told, "that he has left")
    assert not leaving.answered("a")
    assert told == ["a"]


def test_who_gets_his_answer_may_go(pair: Pair) -> None:
    """From its first byte on he is answered."""
    visitor, server = pair
    told: list[str] = []
    leaving = Leaving()
    leaving.waits("a", server, lambda: told.append("a"))
    assert leaving.answered("a")
    visitor.close()
    until(lambda: has_left(server), "his end")
    leaving.waits("b", server, lambda: told.append("b"))
    until(lambda: told, "a look")
    assert told == ["b"]


def test_who_leaves_in_the_last_moment_is_seen_by_the_answer(pair: Pair) -> None:
    """Between two looks."""
    visitor, server = pair
    told: list[str] = []
    leaving = Leaving(every_s=3600.0)
    leaving.waits("a", server, lambda: told.append("a"))
    visitor.close()
    until(lambda: has_left(server), "his end")
    assert not leaving.answered("a")
    assert told == ["a"]
