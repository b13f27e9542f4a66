"""What a server owes to HTTP, whoever serves a stage: the same answer everywhere, and no traceback."""

import re
import socket
from collections.abc import Iterator

import pytest

from asyncdemo.events import events as e
from tests.e2e.command import Command, stage
from tests.waiting import DEADLINE_S, until

RUNS = ["step1", "step1 --workers 2", "step2", "step3", "bonus --workers 1"]
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
