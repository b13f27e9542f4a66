"""Redis drops while a request's body is still coming, or cuts who waits for replies: a request is worked on and
answered, or neither."""

import socket
from collections.abc import Callable

import pytest

from tests.conftest import Valkey
from tests.stages.conftest import Process, Server, Start, daphne, worker
from tests.waiting import DEADLINE_S, until

BODY = b"x" * 100_000
Drop = tuple[Valkey, Server, Process]


@pytest.fixture
def drop(new_valkey: Callable[[], Valkey], start: Start, prefix: str) -> Drop:
    """A bonus whose Redis may be stopped; one visitor has been answered."""
    valkey = new_valkey()
    env = {"REDIS_URL": valkey.url, "REDIS_PREFIX": prefix, "ASYNCDEMO_DELAYS": "0"}
    server, work = daphne(start, "bonus", **env), worker(start, "bonus", **env)
    assert server.hello("first").status == 200
    work.prints("Hello, first!")
    return valkey, server, work


def begun(server: Server, name: str) -> socket.socket:
    """A visitor who has sent all but the end of a request's body."""
    connection = socket.create_connection(("127.0.0.1", server.port), DEADLINE_S)
    head = f"GET /?name={name} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(BODY)}\r\nConnection: close\r\n\r\n"
    connection.sendall(head.encode() + BODY[:-1])
    return connection


def finished(connection: socket.socket) -> int:
    """The status that comes back for the rest of it."""
    with connection:
        connection.sendall(BODY[-1:])
        answer = b"".join(iter(lambda: connection.recv(2**16), b""))
    return int(answer.split()[1])


def test_redis_is_back_when_the_body_is_there(drop: Drop) -> None:
    """Nothing of it was lost: it is answered, and notified once."""
    valkey, server, work = drop
    ada = begun(server, "Ada")
    valkey.stop()
    work.prints("Trying again")
    valkey.start()
    work.prints("answers again")
    until(lambda: server.hello("second").status == 200, "another visitor's answer")
    assert finished(ada) == 200
    work.prints("Hello, Ada!")
    assert work.text.count("Hello, Ada!") == 1


def test_redis_is_gone_when_the_body_is_there(drop: Drop) -> None:
    """It is refused, and nobody works on it when Redis is back."""
    valkey, server, work = drop
    ada = begun(server, "Ada")
    valkey.stop()
    work.prints("Trying again")
    assert finished(ada) == 503
    valkey.start()
    work.prints("answers again")
    until(lambda: server.hello("second").status == 200, "another visitor's answer")
    work.prints("Hello, second!")
    assert "Hello, Ada!" not in work.text


def test_who_waits_is_answered_though_redis_has_cut_the_replies(drop: Drop, start: Start, prefix: str) -> None:
    """`CLIENT KILL TYPE pubsub`, or a Redis that was told to keep no idle client: nobody gets 503 for it."""
    valkey, server, work = drop
    work.kill()
    ada = begun(server, "Ada")
    ada.sendall(BODY[-1:])
    with valkey.client() as client:
        until(lambda: client.zcard(f"{prefix}http.request") == 1, "the request on its channel")
        assert client.execute_command("CLIENT", "KILL", "TYPE", "pubsub") == 1
    worker(start, "bonus", REDIS_URL=valkey.url, REDIS_PREFIX=prefix, ASYNCDEMO_DELAYS="0").prints("Hello, Ada!")
    with ada:
        assert b"".join(iter(lambda: ada.recv(2**16), b"")).split()[1] == b"200"
