"""The first answer of a server that nobody here knows."""

import socket
import threading

from asyncdemo.running.own.first_answer import FirstAnswer
from tests.waiting import until


def test_a_connection_that_is_closed_unanswered_is_none() -> None:
    """It is asked again, as of a server that begins anew; whatever status comes then is an answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        answer = FirstAnswer("127.0.0.1", server.getsockname()[1], "/")
        first, _ = server.accept()
        first.recv(65536)
        first.close()
        second, _ = server.accept()
        assert not answer.came
        with second:
            second.recv(65536)
            second.sendall(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
            until(lambda: answer.came, "the answer")


def test_nobody_is_asked_for_ever() -> None:
    """Where nobody listens, it ends when it is given up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    answer = FirstAnswer("127.0.0.1", port, "/")
    answer.give_up()
    until(lambda: not any(one.name == "first answer" for one in threading.enumerate()), "the end of its thread")
    assert not answer.came
