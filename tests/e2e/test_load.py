"""A load on real servers, the good and the bad: how requests end, and that each is counted once."""

import asyncio
import socket
from pathlib import Path

import psutil
import pytest

from asyncdemo.events import events as e
from tests.e2e.hammer import Hammer, hammer
from tests.e2e.web import OK, Question, Web, never, ok, saying, saying_last
from tests.ports import free_port
from tests.waiting import soon

BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
ENDINGS = {
    "keep-alive": (saying(OK), "200"),
    "503": (saying(BUSY), "503"),
    "redirect": (saying(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"), "302"),
    "no content": (saying(b"HTTP/1.1 204 No Content\r\n\r\n"), "204"),
    "not modified": (saying(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"), "304"),
    "chunked": (saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"), "200"),
    "announced": (saying(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK), "200"),
    "connection: close": (saying_last(OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")), "200"),
    "ended by close": (saying_last(b"HTTP/1.1 200 OK\r\n\r\nas long as it lives"), "200"),
    "HTTP/1.0": (saying_last(b"HTTP/1.0 200 OK\r\n\r\nok"), "200"),
    "announced, ended by close": (saying_last(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 No\r\n\r\nno"), "404"),
    "closed without a response": (saying_last(b""), "closed unanswered"),
    "closed in the head": (saying_last(b"HTTP/1.1 200 OK\r\nContent-"), "cut off"),
    "closed in the body": (saying_last(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"), "cut off"),
    "closed in a chunk": (saying_last(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nok"), "cut off"),
    "garbage": (saying(b"SSH-2.0-OpenSSH_9.2\r\n"), "no HTTP"),
    "a switch that nobody asked for": (
        saying(b"HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
        "no HTTP",
    ),
    "a head without end": (saying_last(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2**20 + b"\r\n\r\nok"), "too long"),
    "two responses": (saying(OK + OK), "200"),
    "a response and a half": (saying(OK + OK[:20]), "200"),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_how_requests_end(ending: str) -> None:
    """Everybody alike: one outcome, and it is the right one."""
    answer, outcome = ENDINGS[ending]
    with Web(answer) as web:
        load = hammer(web.url, rate=40.0, duration=0.5)
    assert load.ended == {outcome: 20}
    assert load.scheduled == load.sent == len(web.heads) == 20
    assert bool(load.problem) == (not outcome.isdigit())


LONG_S = 600.0
"""A load goes on until a test has seen enough of it."""
MANY = 10
WORDS = {
    "garbage": "no HTTP from 127.0.0.1:%d: it says 'SSH-2.0-OpenSSH_9.2'",
    "a switch that nobody asked for": "no HTTP from 127.0.0.1:%d: another protocol",
    "a head without end": "the head of a response of 127.0.0.1:%d is longer than 64 KiB",
}


@pytest.mark.parametrize("ending", WORDS)
def test_why_there_is_no_answer(ending: str) -> None:
    """In words that a user understands."""
    with Web(ENDINGS[ending][0]) as web:
        assert hammer(web.url, rate=4.0, duration=0.5).problem == WORDS[ending] % web.port


def test_a_connection_is_used_again() -> None:
    """One after the other need one, and the requests are those of a browser."""
    with Web(ok) as web, Hammer(f"{web.url}a?name=Ada", closed=1, duration=LONG_S) as running:
        running.until("200", count=MANY)
        load = running.enough()
    assert web.connections == 1
    assert load.ended["200"] <= len(web.heads) <= load.scheduled == load.ended["200"] + load.unfinished
    assert set(web.heads) == {web.heads[0]}
    assert web.heads[0].startswith(b"GET /a?name=Ada HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % web.port)


def test_what_came_too_much_is_not_the_next_answer() -> None:
    """A connection on which more was said than asked for takes no other request."""
    with Web(saying(OK + BUSY)) as web, Hammer(web.url, closed=1, duration=LONG_S) as running:
        running.until("200", count=MANY)
        load = running.enough()
    assert set(load.ended) == {"200"}
    assert load.ended["200"] <= len(web.heads) <= web.connections <= load.scheduled
    assert load.scheduled == load.ended["200"] + load.unfinished <= load.ended["200"] + 1


def test_a_server_that_hangs_up_on_a_request_has_seen_it_once() -> None:
    """It reads the second of a kept connection and closes: that visitor got no answer, nobody asks again for him."""

    async def once(question: Question) -> None:
        await (question.say(OK) if question.nth == 1 else question.hang_up())

    with Web(once) as web, Hammer(web.url, closed=2, duration=LONG_S) as running:
        running.until("closed unanswered", count=MANY)
        load = running.enough()
    assert set(load.ended) == {"200", "closed unanswered"}
    assert sum(load.ended.values()) <= len(web.heads) <= load.scheduled
    assert load.scheduled == sum(load.ended.values()) + load.unfinished <= sum(load.ended.values()) + 2
    assert load.ended["200"] <= web.connections <= load.ended["200"] + load.unfinished
    assert load.again == {}
    assert load.problem == f"connection closed by 127.0.0.1:{web.port} without a response"


def test_a_kept_connection_that_was_closed_is_left_before_a_byte_is_written() -> None:
    """The end comes with the answer, and with the answer the next visitor: he takes another connection, as is told."""

    async def at_once(question: Question) -> None:
        sender = psutil.Process(running.load_process.pid)
        sender.suspend()
        try:
            await soon(lambda: sender.status() == psutil.STATUS_STOPPED, "a load that stands still")
            await question.say(OK)
            await question.hang_up()
        finally:
            sender.resume()

    with Web(at_once) as web, Hammer(web.url, closed=1, duration=LONG_S) as running:
        running.until("200", count=MANY)
        load = running.enough()
    assert set(load.ended) == {"200"}
    assert load.ended["200"] <= len(web.heads) <= web.connections <= load.scheduled
    assert load.scheduled == load.ended["200"] + load.unfinished <= load.ended["200"] + 1
    assert load.again.keys() == {"closed while idle"}
    assert load.sent - 1 <= load.again.total() <= load.scheduled - 1


def test_refused_and_then_the_server_comes_back() -> None:
    """The load goes on, and says what is wrong meanwhile."""
    port = free_port()
    with Hammer(f"http://127.0.0.1:{port}/", duration=LONG_S) as running:
        running.until("refused")
        assert running.load.problem == f"connection refused by 127.0.0.1:{port}"
        with Web(ok, port=port):
            running.until("200")
            load = running.enough()
    assert set(load.ended) == {"refused", "200"}


def test_a_server_that_moves_is_found() -> None:
    """`localhost` has two addresses where there is IPv6: it may come up on the second, and go to the first."""
    try:
        addresses = {found[4][0] for found in socket.getaddrinfo("localhost", None, type=socket.SOCK_STREAM)}
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        addresses = set()
    if not addresses >= {"::1", "127.0.0.1"}:
        pytest.skip("localhost is not ::1 and 127.0.0.1 here")
    port = free_port()
    with Hammer(f"http://localhost:{port}/", duration=LONG_S) as running:
        running.until("refused")
        for host in ("::1", "127.0.0.1", "::1"):
            served = running.load.ended["200"]
            with Web(ok, host=host, port=port):
                running.until("200", count=served + 3)
        assert running.load.problem.startswith("connection ")
        running.enough()


def test_an_answer_without_end() -> None:
    """No more than 10 MiB of it are read."""

    async def endless(question: Question) -> None:
        await question.say(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            await question.say(bytes(2**16))

    with Web(endless) as web:
        load = hammer(web.url, rate=2.0)
    assert load.ended == {"too long": 2}
    assert "10 MiB" in load.problem


def test_no_answer_in_time() -> None:
    """Those who wait are told of while they do; they count with the time that they have waited."""
    with Web(never) as web, Hammer(web.url, rate=20.0, duration=1.0, timeout=1.0) as running:
        load = running.finish()
        told = (sum(count for _, _, count in each.waiting) for each in running.all(e.LoadTold))
    assert max(told) > 3, "visitors who wait"
    assert load.ended == {"timed out": 20}
    assert load.failed.whole.percentile(1) >= 1.0
    assert load.problem == f"no answer from 127.0.0.1:{web.port} within 1.0 s"
    assert load.latest is not None
    assert load.latest.first_waited == 1


def test_nobody_accepts() -> None:
    """A connection that is not made in time is as good as an answer that does not come."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        load = hammer(f"http://127.0.0.1:{server.getsockname()[1]}/", rate=20.0, duration=0.5, timeout=0.5)
    assert load.ended == {"timed out": 10}


def test_the_first_who_waited() -> None:
    """Visitor 5 does, for more than a second of the lesson; nobody before, unless the machine has stood still."""

    async def fifth(question: Question) -> None:
        if question.number == 5:
            await asyncio.sleep(1.5)
        await question.say(OK)

    # one after the other: the server cannot mistake the fifth
    with Web(fifth) as web, Hammer(web.url, closed=1, duration=LONG_S) as running:
        running.until("200", count=5)
        load = running.enough()
    assert set(load.ended) == {"200"}
    assert load.latest is not None
    waited = sum(count for seconds, count in load.page.whole.buckets() if seconds > 1.0)
    assert load.latest.first_waited == 5 if waited == 1 else 1 <= load.latest.first_waited <= 5


@pytest.mark.parametrize("ending", ["keep-alive", "ended by close", "closed in the body", "garbage"])
def test_without_uvloop(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra."""
    (tmp_path / "uvloop.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    answer, outcome = ENDINGS[ending]
    with Web(answer) as web:
        assert hammer(web.url, rate=40.0, duration=0.5).ended == {outcome: 20}


def test_over_ipv6() -> None:
    """A URL with brackets."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no ::1")
    with Web(ok, host="::1") as web:
        load = hammer(web.url, rate=20.0)
    assert load.ended == {"200": 20}
    assert b"Host: [::1]:%d\r\n" % web.port in web.heads[0]
