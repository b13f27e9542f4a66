"""The first answer of a server that nobody here knows."""

import socket
import threading
from contextlib import ExitStack

import pytest

from asyncdemo.attach.asyncdemo_attached.telling import visitor
from asyncdemo.events.events import NO_PAGE
from asyncdemo.running.own.first_answer import TRY_AGAIN_S, FirstAnswer
from tests.waiting import until


def test_a_connection_that_is_closed_unanswered_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked again after a pause, as of a server that begins anew; whatever status comes then is an answer."""
    waited: list[float | None] = []
    wait = threading.Event.wait

    def noted(event: threading.Event, timeout: float | None = None) -> bool:
        waited.append(timeout)
        return wait(event, timeout)

    monkeypatch.setattr(threading.Event, "wait", noted)
    with socket.create_server(("127.0.0.1", 0)) as server, ExitStack() as afterwards:
        answer = FirstAnswer("127.0.0.1", server.getsockname()[1])
        afterwards.callback(answer.give_up)
        first, _ = server.accept()
        first.recv(65536)
        first.close()
        second, _ = server.accept()
        with second:
            assert TRY_AGAIN_S in waited
            assert not answer.came
            second.recv(65536)
            second.sendall(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
            until(lambda: answer.came, "the answer")


def test_nobody_is_asked_for_ever() -> None:
    """Where nobody listens, it ends when it is given up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    answer = FirstAnswer("127.0.0.1", port)
    answer.give_up()
    until(lambda: not any(one.name == "first answer" for one in threading.enumerate()), "the end of its thread")
    assert not answer.came


def test_whoever_speaks_no_http_is_asked_once() -> None:
    """It will not be ready."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        answer = FirstAnswer("127.0.0.1", server.getsockname()[1])
        first, _ = server.accept()
        with first:
            asked = first.recv(65536)
            first.sendall(b"SSH-2.0-OpenSSH\r\n")
        until(lambda: not any(one.name == "first answer" for one in threading.enumerate()), "the end of its thread")
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert not answer.came
    assert asked.startswith(f"GET {NO_PAGE} HTTP/1.1\r\n".encode())
    assert f"Host: localhost:{first_port(asked)}".encode() in asked


def first_port(asked: bytes) -> int:
    """Of the Host header."""
    return int(asked.partition(b"Host: localhost:")[2].split()[0])


def test_nobody_has_come_for_it() -> None:
    """What is attached to a project tells it apart from its visitors, who have no name there."""
    assert visitor(NO_PAGE) is None
    assert visitor("/") == ""
