"""The process that sends a load: turned, stopped, killed, left alone."""

import os
import signal
import subprocess
import sys
from typing import Any

import psutil
import pytest

from asyncdemo.base.errors import StartError
from asyncdemo.events import events as e
from asyncdemo.load.process import MODULE
from tests.e2e.hammer import Hammer
from tests.e2e.web import Web, never, ok
from tests.waiting import DEADLINE_S, until


def test_stopped_in_the_middle() -> None:
    """Who waits then is given up: unfinished, and none of the ended."""
    with Web(never) as web, Hammer(web.url, duration=60.0) as running:
        until(lambda: running.load.waiting > 3, "visitors who wait")
        running.load_process.stop()
        load = running.finish()
    assert load.ended == {}
    assert load.unfinished == load.scheduled > 3
    assert load.waiting == 0
    assert load.everybody().count == load.unfinished


def test_told_to_end() -> None:
    """SIGTERM is as good as `stop`; Ctrl-C is for whoever started it."""
    with Web(ok) as web, Hammer(web.url, duration=60.0) as running:
        running.until("200")
        os.kill(running.load_process.pid, signal.SIGINT)
        seen = running.load.ended["200"]
        running.until("200", count=seen + 10)
        os.kill(running.load_process.pid, signal.SIGTERM)
        assert running.finish().ended["200"] >= seen + 10


def test_closed_without_a_stop() -> None:
    """Nothing is left of it."""
    with Web(ok) as web:
        with Hammer(web.url, duration=60.0) as running:
            running.until("200")
        assert running.load_process.ended
        running.load_process.close()
        running.load_process.stop()
        assert running.load_process.failure == ""


def test_whoever_started_it_is_killed() -> None:
    """The process sees the end of its input and goes."""
    parent = """
import sys, time
from asyncdemo.load.options import LoadOptions
from asyncdemo.load.process import LoadProcess
from asyncdemo.load.target import parse_target
from asyncdemo.events.sending import Address
load_process = LoadProcess(LoadOptions(parse_target(sys.argv[1])), Address.parse(sys.argv[2]))
load_process.start()
print(load_process.pid, flush=True)
time.sleep(600)
"""
    with Web(ok) as web, Hammer(web.url, duration=60.0) as other:
        command = [sys.executable, "-c", parent, web.url, str(other.collector.address)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            load_process = psutil.Process(int(process.stdout.readline()))
            until(lambda: len(other.all(e.LoadStarted)) == 2, "both loads")
            process.kill()
        until(lambda: is_gone(load_process), "its end")


def is_gone(process: psutil.Process) -> bool:
    """Whether nothing of it runs."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_the_rate_is_turned() -> None:
    """From then on; what it is now is told."""
    with Web(ok) as web, Hammer(web.url, rate=10.0, duration=60.0) as running:
        running.until("200", count=3)
        assert running.all(e.LoadTold)[-1].rate == 10.0
        running.load_process.rate(20.0)
        until(lambda: running.all(e.LoadTold)[-1].rate == 200.0, "the new rate")
        running.until("200", count=100)
        running.load_process.rate(0.0)
        until(lambda: running.all(e.LoadTold)[-1].rate == 0.0, "no rate at all")
        until(lambda: running.all(e.LoadTold)[-1].scheduled == 0, "silence")
        running.load_process.rate(1.0)
        count = running.load.scheduled
        until(lambda: running.load.scheduled > count, "visitors again")
        running.load_process.stop()
        assert set(running.finish().ended) == {"200"}


def test_killed(capfd: pytest.CaptureFixture[str]) -> None:
    """A process that ended other than it should says so, and not into the parent's terminal."""
    with Web(ok) as web, Hammer(web.url, duration=60.0) as running:
        running.until("200")
        assert running.load_process.failure == ""
        running.load_process.rate(float("nan"))
        seen = running.load.ended["200"]
        running.until("200", count=seen + 1)
        os.kill(running.load_process.pid, signal.SIGKILL)
        assert running.load_process.wait(DEADLINE_S) == -signal.SIGKILL
        words = f"the load ended with code {-signal.SIGKILL}"
        assert running.load_process.failure == words
    assert running.load_process.failure == words
    assert capfd.readouterr() == ("", "")


def test_gone_without_a_word() -> None:
    """With an exit code of 0, and no end of the load: it has broken off all the same."""
    started: list[subprocess.Popen[bytes]] = []

    def spawn(*command: Any, **ends: Any) -> "subprocess.Popen[bytes]":
        started.append(subprocess.Popen(*command, **ends))
        return started[-1]

    with Web(ok) as web, Hammer(web.url, spawn, duration=60.0) as running:
        running.until("200")
        assert running.load_process.broke_off(False) == ""
        (process,) = started
        assert process.stdin is not None
        process.stdin.close()
        assert until(lambda: running.load_process.broke_off(False), "its end") == "it ended without a word"
        assert process.returncode == 0
        assert running.load_process.broke_off(True) == ""


def test_its_last_words() -> None:
    """Why it could not even begin."""

    def spawn(command: list[str], **ends: Any) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(["asyncdemo.load.nobody" if word == MODULE else word for word in command], **ends)

    with Web(ok) as web:
        with Hammer(web.url, spawn) as running:
            assert running.load_process.wait(DEADLINE_S) == 1
            assert "No module named asyncdemo.load.nobody" in running.load_process.failure
        assert "No module named asyncdemo.load.nobody" in running.load_process.failure


def test_a_host_that_nobody_knows() -> None:
    """Known before anything is started."""
    with Web(ok) as web:
        running = Hammer(web.url.replace("127.0.0.1", "asyncdemo.invalid"))
        with pytest.raises(StartError):
            running.load_process.start()
        running.load_process.close()
        running.collector.close()
