"""What a server owes to HTTP, whoever serves a stage: the same answer everywhere, and no traceback."""

import re
import socket
from collections.abc import Iterator

import pytest

from asyncdemo.events import events as e
from tests.e2e.command import Command, stage
from tests.waiting import DEADLINE_S, until

RUNS = ["step1", "step1 --workers 2", "step2", "step3", "bonus --workers 1", "today --workers 1"]
HOST = "Host: 127.0.0.1"
CLOSE = "Connection: close"
REQUESTS: dict[str, tuple[list[str], int]] = {
    "a host": (["GET / HTTP/1.1", HOST, CLOSE], 200),
    "HTTP/1.0": (["GET / HTTP/1.0", HOST], 200),
    "HTTP/1.0 without a host": (["GET / HTTP/1.0"], 200),
    "HEAD without a host": (["HEAD / HTTP/1.0"], 200),
    "HEAD": (["HEAD /?name=Ada HTTP/1.1", HOST, CLOSE], 200),
    "HEAD of nothing": (["HEAD /nope HTTP/1.1", HOST, CLOSE], 404),
    "HEAD of another host": (["HEAD / HTTP/1.1", "Host: elsewhere.example", CLOSE], 400),
    "another host": (["GET / HTTP/1.1", "Host: elsewhere.example", CLOSE], 400),
    "HTTP/1.0 of another host": (["GET / HTTP/1.0", "Host: elsewhere.example"], 400),
    "an empty host": (["GET / HTTP/1.1", "Host:", CLOSE], 400),
    "two hosts": (["GET / HTTP/1.1", HOST, HOST, CLOSE], 400),
    "HTTP/1.1 without a host": (["GET / HTTP/1.1", CLOSE], 400),
}
"""RFC 9112, 3.2: a request of HTTP/1.1 has one host, and is refused if not; one of HTTP/1.0 may have none."""


@pytest.fixture(scope="module", params=RUNS)
def run(request: pytest.FixtureRequest) -> Iterator[Command]:
    """A stage that serves."""
    name, *options = request.param.split()
    with stage(name, "--delays", "0", *options) as running:
        assert running.hello("first")[0] == 200
        yield running


def answer(run: Command, lines: list[str]) -> tuple[int, str, bytes]:
    """Status, headers and body of what comes back for these lines."""
    assert run.port is not None
    with socket.create_connection(("127.0.0.1", run.port), DEADLINE_S) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        whole = b"".join(iter(lambda: connection.recv(2**16), b""))
    head, _, body = whole.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode().lower(), body


@pytest.mark.parametrize(("lines", "status"), REQUESTS.values(), ids=REQUESTS)
def test_a_request_is_answered_the_same_by_every_server(run: Command, lines: list[str], status: int) -> None:
    """With a page, but for HEAD; and nobody's terminal is filled by who asks for another host."""
    found, _, body = answer(run, lines)
    assert (found, bool(body)) == (status, not lines[0].startswith("HEAD"))
    assert "Traceback" not in run.text
    assert "Invalid HTTP_HOST" not in run.text


def test_head_is_get_without_the_body(run: Command) -> None:
    """The same headers, with the length that the body would have; and the connection can be used for the next."""
    _, head, nothing = answer(run, ["HEAD /?name=Ada HTTP/1.1", HOST, CLOSE])
    _, get, body = answer(run, ["GET /?name=Ada HTTP/1.1", HOST, CLOSE])
    fixed = re.compile(r"^(content-\S+|vary|x-\S+|referrer-policy|cross-origin-\S+): .*$", re.MULTILINE)
    assert fixed.findall(head) == fixed.findall(get) != []
    assert [line for line in head.splitlines() if "content-length" in line] == [f"content-length: {len(body)}"]
    assert nothing == b""
    both = answer(run, ["HEAD /?name=Ada HTTP/1.1", HOST, "", f"GET /?name=Ada HTTP/1.1\r\n{HOST}\r\n{CLOSE}"])[2]
    assert both.startswith(b"HTTP/1.1 200 OK\r\n")
    assert both.endswith(body)
    until(lambda: run.all(e.Answered, method="HEAD", status=200), "what is told of it")


@pytest.mark.parametrize("options", ["step1", "step1 --workers 1", "step2 --workers 1"])
def test_who_leaves_is_answered_by_nobody(options: str) -> None:
    """Whichever server it is: who is worked for, and who waits in a queue. The load says the same, in its words."""
    name, *more = options.split()
    with stage(name, "--delays", "3600", *more) as run:
        assert run.url
        for count, visitor in enumerate(("Ada", "Bob"), start=1):
            with asking(run, visitor):
                until(lambda: run.all(e.Arrived, name=visitor), f"{visitor} to arrive")  # noqa: B023
                assert run.all(e.Answered, name=visitor) == []
            until(lambda: len(run.all(e.Answered, status=None)) == count, f"{visitor} to leave")  # noqa: B023
            run.line(rf"hello +{visitor}: left (after )?[0-9.]+ s")
        assert run.stop() == 0
        assert [told.name for told in run.all(e.Answered)] == ["Ada", "Bob"]
        run.line(r"  hellos +none; 2 without an answer: 2 left")


def asking(run: Command, name: str) -> socket.socket:
    """The connection of somebody who has asked for the page."""
    assert run.port is not None
    connection = socket.create_connection(("127.0.0.1", run.port), DEADLINE_S)
    connection.sendall(f"GET /?name={name} HTTP/1.1\r\n{HOST}\r\n\r\n".encode())
    return connection


@pytest.mark.parametrize("target", ["http://127.0.0.1/?name=Ada", "HTTP://127.0.0.1?name=Ada"])
def test_a_request_for_a_whole_url(run: Command, target: str, request: pytest.FixtureRequest) -> None:
    """RFC 9112, 3.2.2: a server accepts it, as a proxy sends it; that of Django alone takes all of it for a path."""
    alone = request.node.callspec.params["run"] == "step1"
    found, _, body = answer(run, [f"GET {target} HTTP/1.1", HOST, CLOSE])
    assert (found, b"Hello, Ada!" in body) == ((404, False) if alone else (200, True))
    assert "Traceback" not in run.text
