"""A load on real servers, the good and the bad: how requests end, and that each is counted once."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from asyncdemo.toolkit.errors import StartError
from asyncdemo.toolkit.telemetry import events as e
from tests.e2e.command import CHECKOUT, free_port
from tests.e2e.hammer import Hammer, hammer
from tests.e2e.web import OK, Question, Web, WebProcess, never, ok, saying, saying_last
from tests.waiting import until

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
    "closed without a response": (saying_last(b""), "cut off"),
    "closed in the head": (saying_last(b"HTTP/1.1 200 OK\r\nContent-"), "cut off"),
    "closed in the body": (saying_last(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"), "cut off"),
    "closed in a chunk": (saying_last(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nok"), "cut off"),
    "garbage": (saying(b"SSH-2.0-OpenSSH_9.2\r\n"), "no HTTP"),
    "a switch that nobody asked for": (
        saying(b"HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
        "no HTTP",
    ),
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


def test_a_connection_is_used_again() -> None:
    """One after the other need one, and the requests are those of a browser."""
    with Web(ok) as web:
        load = hammer(f"{web.url}a?name=Ada", closed=1, duration=0.5)
    assert web.connections == 1
    assert len(web.heads) == load.ended["200"] > 1
    assert set(web.heads) == {web.heads[0]}
    assert web.heads[0].startswith(b"GET /a?name=Ada HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % web.port)


def test_what_came_too_much_is_not_the_next_answer() -> None:
    """A connection on which more was said than asked for takes no other request."""
    with Web(saying(OK + BUSY)) as web:
        load = hammer(web.url, closed=1, duration=0.5)
    assert set(load.ended) == {"200"}
    assert web.connections == load.scheduled


def test_closed_between_two_requests() -> None:
    """The server hangs up on a kept connection as the next request is on its way: that one is asked again, once."""

    async def once(question: Question) -> None:
        await (question.say(OK) if question.nth == 1 else question.hang_up())

    with Web(once) as web:
        load = hammer(web.url, closed=2, duration=0.5)
    assert set(load.ended) == {"200"}
    assert len(web.heads) > load.scheduled


def test_refused_and_then_the_server_comes_back() -> None:
    """The load goes on, and says what is wrong meanwhile."""
    port = free_port()
    with Hammer(f"http://127.0.0.1:{port}/", duration=30.0) as running:
        running.until("refused")
        assert running.load.problem == f"connection refused by 127.0.0.1:{port}"
        with Web(ok, port=port):
            running.until("200")
            running.sender.stop()
            load = running.finish()
    assert set(load.ended) == {"refused", "200"}


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
        until(lambda: running.load.waiting > 3, "visitors who wait")
        load = running.finish()
    assert load.ended == {"timed out": 20}
    assert load.latency.percentile(1) >= 1.0
    assert load.problem == f"no answer from 127.0.0.1:{web.port} within 1.0 s"
    assert load.told is not None
    assert load.told.first_waited == 1


def test_nobody_accepts() -> None:
    """A connection that is not made in time is as good as an answer that does not come."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        load = hammer(f"http://127.0.0.1:{server.getsockname()[1]}/", rate=20.0, duration=0.5, timeout=0.5)
    assert load.ended == {"timed out": 10}


def test_the_first_who_waited() -> None:
    """Visitor 5 does, for more than a second of the lesson; nobody before."""

    async def fifth(question: Question) -> None:
        if question.number == 5:
            await asyncio.sleep(1.5)
        await question.say(OK)

    with Web(fifth) as web:
        load = hammer(web.url, rate=10.0)
    assert load.ended == {"200": 10}
    assert load.told is not None
    assert load.told.first_waited == 5


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


def test_stopped_in_the_middle() -> None:
    """Who waits then is given up: unfinished, and none of the ended."""
    with Web(never) as web, Hammer(web.url, duration=60.0) as running:
        until(lambda: running.load.waiting > 3, "visitors who wait")
        running.sender.stop()
        load = running.finish()
    assert load.ended == {}
    assert load.unfinished == load.scheduled > 3
    assert load.waiting == 0
    assert load.everybody().count == load.unfinished


def test_told_to_end() -> None:
    """SIGTERM is as good as `stop`; Ctrl-C is for whoever started it."""
    with Web(ok) as web, Hammer(web.url, duration=60.0) as running:
        running.until("200")
        os.kill(running.sender.pid, signal.SIGINT)
        seen = running.load.ended["200"]
        running.until("200", count=seen + 10)
        os.kill(running.sender.pid, signal.SIGTERM)
        assert running.finish().ended["200"] >= seen + 10


def test_closed_without_a_stop() -> None:
    """Nothing is left of it."""
    with Web(ok) as web:
        with Hammer(web.url, duration=60.0) as running:
            running.until("200")
        assert running.sender.ended
        running.sender.close()
        running.sender.stop()
        assert running.sender.failure == ""


def test_whoever_started_it_is_killed() -> None:
    """The sender sees the end of its input and goes."""
    parent = """
import sys, time
from asyncdemo.toolkit.load.options import LoadOptions
from asyncdemo.toolkit.load.process import Sender
from asyncdemo.toolkit.load.target import parse_target
from asyncdemo.toolkit.telemetry.emit import Address
sender = Sender(LoadOptions(parse_target(sys.argv[1])), Address.parse(sys.argv[2]))
sender.start()
print(sender.pid, flush=True)
time.sleep(600)
"""
    with Web(ok) as web, Hammer(web.url, duration=60.0) as other:
        command = [sys.executable, "-c", parent, web.url, str(other.collector.address)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            sender = psutil.Process(int(process.stdout.readline()))
            until(lambda: len(other.all(e.LoadStarted)) == 2, "both loads")
            process.kill()
        until(lambda: not sender.is_running() or sender.status() == psutil.STATUS_ZOMBIE, "the sender's end")


def test_the_rate_is_turned() -> None:
    """From then on; what it is now is told."""
    with Web(ok) as web, Hammer(web.url, rate=10.0, duration=60.0) as running:
        running.until("200", count=3)
        assert running.all(e.LoadTold)[-1].rate == 10.0
        running.sender.rate(20.0)
        until(lambda: running.all(e.LoadTold)[-1].rate == 200.0, "the new rate")
        running.until("200", count=100)
        running.sender.rate(0.0)
        until(lambda: running.all(e.LoadTold)[-1].rate == 0.0, "no rate at all")
        until(lambda: running.all(e.LoadTold)[-1].scheduled == 0, "silence")
        running.sender.rate(1.0)
        count = running.load.scheduled
        until(lambda: running.load.scheduled > count, "visitors again")
        running.sender.stop()
        assert set(running.finish().ended) == {"200"}


def test_killed(capfd: pytest.CaptureFixture[str]) -> None:
    """A sender that ended other than it should says so, and not into the parent's terminal."""
    with Web(ok) as web, Hammer(web.url, duration=60.0) as running:
        running.until("200")
        assert running.sender.failure == ""
        running.sender.rate(float("nan"))
        seen = running.load.ended["200"]
        running.until("200", count=seen + 1)
        os.kill(running.sender.pid, signal.SIGKILL)
        assert running.sender.wait(10) == -signal.SIGKILL
        words = f"the load ended with code {-signal.SIGKILL}"
        assert running.sender.failure == words
    assert running.sender.failure == words
    assert capfd.readouterr() == ("", "")


def test_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Why it could not even begin."""
    with Web(ok) as web:
        monkeypatch.setattr("asyncdemo.toolkit.load.process.MODULE", "asyncdemo.toolkit.load.nobody")
        with Hammer(web.url) as running:
            assert running.sender.wait(30) == 1
            assert "No module named asyncdemo.toolkit.load.nobody" in running.sender.failure
        assert "No module named asyncdemo.toolkit.load.nobody" in running.sender.failure


def test_a_host_that_nobody_knows() -> None:
    """Known before anything is started."""
    with Web(ok) as web:
        running = Hammer(web.url.replace("127.0.0.1", "asyncdemo.invalid"))
        with pytest.raises(StartError):
            running.sender.start()
        running.sender.close()
        running.collector.close()


def test_a_closed_loop() -> None:
    """As many at a time as there are visitors; a slow server is asked less often."""
    busy = most = 0

    async def slow(question: Question) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.1)
        busy -= 1
        await question.say(OK)

    with Web(slow) as web, Hammer(web.url, closed=3, duration=1.0) as running:
        load = running.finish()
    started = running.all(e.LoadStarted)[0]
    assert (started.arrivals, started.visitors, started.rate, started.rate_end) == ("closed", 3, 0.0, 0.0)
    assert most == 3
    assert web.connections == 3
    assert load.ended == {"200": load.scheduled}
    assert 3 <= load.scheduled <= 3 * 11


def test_a_closed_loop_without_a_server() -> None:
    """A refusal takes no time: whoever gets one takes a breath."""
    load = hammer(f"http://127.0.0.1:{free_port()}/", closed=2, duration=0.5)
    assert set(load.ended) == {"refused"}
    assert 2 <= load.scheduled <= 2 * 6


def test_independent_visitors() -> None:
    """Another time between any two; the same in another load."""
    with Web(ok) as web:
        first, second = (hammer(web.url, arrivals="poisson", rate=100.0, duration=1.0) for _ in range(2))
    assert first.asked is not None
    assert first.asked.arrivals == "poisson"
    assert first.scheduled == second.scheduled
    assert 50 < first.scheduled < 150
    assert first.ended == {"200": first.scheduled}


def test_a_ramp() -> None:
    """From nobody to 100 a second: more and more in each part of the time."""
    with Web(ok) as web, Hammer(web.url, rate=0.0, rate_end=100.0, duration=2.0) as running:
        load = running.finish()
    assert load.ended == {"200": 100}
    counts = [part.count for part in load.by_time(4)]
    assert all(fewer < more for fewer, more in pairwise(counts))


def test_the_speed() -> None:
    """Ten times as many in a tenth of the time; what is told is what is on the wall."""
    with Web(ok) as web, Hammer(web.url, rate=5.0, duration=10.0, timeout=150.0, speed=10.0) as running:
        load = running.finish()
    assert load.ended == {"200": 50}
    assert load.asked is not None
    wall = load.asked.rate, load.asked.rate_end, load.asked.seconds, load.asked.timeout_s, load.asked.speed
    assert wall == (50.0, 50.0, 1.0, 15.0, 10.0)
    assert load.asked.url == web.url


def test_more_than_this_machine_can_send() -> None:
    """Who could not leave yet waits too; it obeys all the same."""
    with WebProcess() as web, Hammer(web.url, rate=100_000.0, duration=60.0) as running:
        until(lambda: running.load.scheduled > 50_000, "many that should have left")
        until(lambda: running.load.waiting > 1000, "many who wait")
        running.sender.stop()
        load = running.finish()
    assert load.unfinished > 1000
    assert load.sent < load.scheduled


def test_more_visitors_than_sockets() -> None:
    """Those without a socket are counted; the others are served."""
    child = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (40, 100))  # 36 connections, when the others are taken off
import pytest
from tests.e2e.hammer import hammer
load = hammer(sys.argv[1], rate=100.0, timeout=2.0)
print(sorted(load.ended.items()), load.sent, load.problem, sep="|")
"""
    with Web(never) as web:
        command = [sys.executable, "-c", child, web.url]
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    ended, sent, problem = done.stdout.strip().split("|")
    assert ended == str([("no socket", 64), ("timed out", 36)])
    assert sent == "36"
    assert "no answer" in problem


def test_a_server_that_stalls() -> None:
    """Frozen for 2 s of 10: a fifth of all visitors wait, for anything up to 2 s. Who asks only those that were
    answered meanwhile sees none of it."""
    with WebProcess() as web, Hammer(web.url, rate=200.0, duration=10.0) as running:
        running.until("200", count=400)
        web.process.send_signal(signal.SIGSTOP)
        frozen = running.collector.now()
        until(lambda: running.collector.now() - frozen > 2.0, "two seconds")
        web.process.send_signal(signal.SIGCONT)
        load = running.finish()
    assert load.ended == Counter({"200": 2000})
    assert 0.8 < load.latency.percentile(90) < 1.4
    assert 1.6 < load.latency.percentile(99) < 2.5
    assert load.latency.percentile(50) < 0.5
    assert load.told is not None
    assert load.told.first_waited > 400
