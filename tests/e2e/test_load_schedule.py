"""When requests of a load leave, and what becomes of the schedule when server or machine cannot keep up."""

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from asyncdemo.base.histogram import upper_edge
from asyncdemo.events import events as e
from asyncdemo.known.load import Load
from tests.e2e.command import CHECKOUT
from tests.e2e.hammer import Hammer, hammer
from tests.e2e.web import OK, Question, Web, WebProcess, never, ok
from tests.waiting import DEADLINE_S, until


def test_a_closed_loop() -> None:
    """As many at a time as there are visitors; a slow server is asked less often."""
    busy = most = 0
    all_there = asyncio.Event()

    async def slow(question: Question) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        if busy == 3:
            all_there.set()
        await all_there.wait()
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
    load = hammer("http://127.0.0.1:1/", closed=2, duration=0.5)
    assert set(load.ended) == {"refused"}
    assert 2 <= load.scheduled <= 2 * 6


def test_independent_visitors() -> None:
    """Another time between any two; the same in another load."""
    with Web(ok) as web:
        asked = {"arrivals": "poisson", "rate": 100.0, "duration": 1.0}
        first, second, other = (hammer(web.url, seed=seed, **asked) for seed in (1, 1, 3))
    assert first.started is not None
    assert first.started.arrivals == "poisson"
    assert first.scheduled == second.scheduled != other.scheduled
    assert other.started is not None
    assert (first.started.seed, other.started.seed) == (1, 3)
    assert 50 < first.scheduled < 150
    assert first.ended == {"200": first.scheduled}


def test_a_ramp() -> None:
    """From nobody to 100 a second: more and more in each part of the time."""
    with Web(ok) as web, Hammer(web.url, rate=0.0, rate_end=100.0, duration=2.0) as running:
        load = running.finish()
    assert load.ended == {"200": 100}
    counts = [part.count for part in load.page.parts(4)]
    assert all(fewer < more for fewer, more in pairwise(counts))


@pytest.mark.parametrize("uvloop", [True, False], ids=["uvloop, if it is there", "asyncio"])
def test_all_leave_with_either_event_loop(uvloop: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """How promptly is a figure of `benchmarks/load.py`."""
    if not uvloop:
        (tmp_path / "uvloop.py").write_text("raise ImportError")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Web(ok) as web:
        load = hammer(web.url, rate=100.0, duration=1.0, arrivals="poisson")
    assert load.ended == {"200": load.sent}
    assert load.sent == load.scheduled > 0


def test_the_speed() -> None:
    """Ten times as many in a tenth of the time; what is told is what is on the wall."""
    with Web(ok) as web, Hammer(web.url, rate=5.0, duration=10.0, timeout=150.0, speed=10.0) as running:
        load = running.finish()
    assert load.ended == {"200": 50}
    assert load.started is not None
    wall = load.started.rate, load.started.rate_end, load.started.seconds, load.started.timeout_s, load.started.speed
    assert wall == (50.0, 50.0, 1.0, 15.0, 10.0)
    assert load.started.url == web.url


def test_more_than_this_machine_can_send() -> None:
    """Who could not leave yet waits too; it obeys all the same."""
    with WebProcess() as web, Hammer(web.url, rate=100_000.0, duration=60.0) as running:
        until(lambda: running.load.scheduled > 50_000, "many that should have left")
        until(lambda: running.load.waiting > 1000, "many who wait")
        running.load_process.stop()
        load = running.finish()
    assert load.unfinished > 1000
    assert load.sent < load.scheduled


def test_more_visitors_than_sockets() -> None:
    """Those without a socket are counted; the others are served."""
    child = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (40, 100))  # 36 connections, when the others are taken off
import pytest
from tests.e2e.hammer import Hammer
with Hammer(sys.argv[1], rate=100.0) as running:
    running.until("no socket", count=64)
    load = running.enough()
print(sorted(load.ended.items()), load.unfinished, load.sent, load.problem, sep="|")
"""
    with Web(never) as web:
        command = [sys.executable, "-c", child, web.url]
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=DEADLINE_S)
    assert done.returncode == 0, done.stderr
    ended, unfinished, sent, problem = done.stdout.strip().split("|")
    assert ended == str([("no socket", 64)])
    assert (unfinished, sent) == ("36", "36")
    assert "socket" in problem


RATE, LONG_S, AT_ONCE_S = 200.0, 10.0, 0.1


def test_a_server_that_stalls() -> None:
    """Frozen for 2 s of 10: a fifth of all visitors wait, for anything up to 2 s: the first tenth of all for more than
    the second half of it. Who asks only those that were answered meanwhile sees none of it."""
    with WebProcess() as web, Hammer(web.url, rate=RATE, duration=LONG_S) as running:
        running.until("200", count=400)
        freezes = running.collector.now()
        web.process.send_signal(signal.SIGSTOP)
        frozen = running.collector.now()
        until(lambda: running.collector.now() - frozen > 2.0, "two seconds")
        thawed = running.collector.now()
        web.process.send_signal(signal.SIGCONT)
        load = running.finish()
    assert load.ended == Counter({"200": 2000})
    # Whatever else has stood still: who was to leave meanwhile waited until the thaw, at least.
    last = running.all(e.LoadStarted)[0].t + LONG_S
    for seconds in (0.1, 0.5, 1.0, 1.5, 1.9):
        many = RATE * (min(last, thawed - seconds) - frozen)
        assert sum(count for upper, count in load.page.whole.buckets() if upper >= seconds) >= many - 10
    assert load.latest is not None
    assert load.latest.first_waited > 0
    before = [upper_edge(cell[1]) for each in running.all(e.LoadTold) if each.t < freezes for cell in cells(each)]
    if max(before) < AT_ONCE_S and load.lag.max_s < AT_ONCE_S and frozen - freezes < AT_ONCE_S:
        nobody_else_waited(running, load, frozen, thawed)


def cells(told: e.LoadTold) -> list[list[int]]:
    """[slice, bucket, count] of all that had ended."""
    return [list(cell) for of_one in told.by_end.values() for cell in of_one]


def nobody_else_waited(running: Hammer, load: Load, frozen: float, thawed: float) -> None:
    """Where nothing but the server has stood still: who was to leave in the first second of it, a tenth of all, waited
    until the thaw, and not after the recovery, whenever a busy machine has come to that."""
    p50, p90, p99 = (load.page.whole.percentile(percent) for percent in (50, 90, 99))
    told = (each for each in running.all(e.LoadTold) if each.t > thawed)
    recovered = next(each.t for each in told if sum(count for _, _, count in each.waiting) < 10)
    assert thawed - frozen - 1.0 - 0.1 < p90 < recovered - frozen - 1.0 + 0.1
    assert thawed - frozen - 0.1 - 0.1 < p99 < recovered - frozen - 0.1 + 0.1
    assert p50 < p90 / 2
    assert load.latest is not None
    assert load.latest.first_waited > 400
