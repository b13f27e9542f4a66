"""However a run ends, nothing of it stays: `Command` looks for processes, ports and folders each time."""

import fcntl
import os
import signal
import socket
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from asyncdemo.events import events as e
from asyncdemo.running.run_folder import RUNS_HERE
from tests.conftest import Valkey
from tests.e2e.command import ASYNCDEMO, Command, balanced, stage
from tests.e2e.edited_stage import NO_END_S, run_edited
from tests.e2e.terminal import InTerminal, stage_in_terminal
from tests.edited import copied, gated
from tests.pipes import unread_bytes
from tests.processes import line_of
from tests.tools import needs
from tests.waiting import DEADLINE_S, until

FOREVER = "3600"
SMALLEST_PIPE, LONGEST_LINE = 4096, 200


@pytest.mark.parametrize("keys", [b"q", b"\x03"], ids=["q", "Ctrl-C"])
def test_a_key_in_the_terminal(keys: bytes) -> None:
    """Exit code 0, the summary, and the terminal as it was before."""
    with stage_in_terminal("step3", "--delays", "0") as run:
        before = run.settings()
        run.line("stop +q or Ctrl-C")
        assert run.settings() != before, "keys are read one by one"
        assert run.hello("Ada")[0] == 200
        run.wait_for_deliveries(1)
        run.type(b"x")
        run.type(keys)
        assert run.ends() == 0
        run.line("1 sent = 1 delivered")
        assert run.settings() == before
        assert run.text.count("Traceback") == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal(number: signal.Signals, code: int) -> None:
    """The exit code says which; the job in hand is lost and counted."""
    with stage("step3", "--delays", FOREVER) as run:
        assert run.hello("Ada")[0] == 200
        run.wait_for(1, e.CallStarted)
        assert run.stop(number) == code
        balanced(run)
        run.line("lost +1 in the hands of a worker that died or was stopped")


def test_a_worker_finishes_what_it_has_in_hand(tmp_path: Path) -> None:
    """SIGTERM first: a notification that is over before the grace is delivered."""
    project = copied("bonus", tmp_path / "bonus")
    gate = gated(project)
    with Command(*run_edited(project, "--workers", "1", "--record", "RECORD", grace_s=NO_END_S)) as run:
        assert run.hello("Ada")[0] == 200
        run.wait_for(1, e.CallStarted)
        run.send(signal.SIGINT)
        run.wait_for(1, e.Stopping)
        gate.touch()
        assert run.ends() == 0
        (delivered,) = run.all(e.CallDelivered)
        (stopping,) = run.all(e.Stopping)
        assert stopping.t < delivered.t
        (worker,) = run.all(e.ProcessEnded, process="worker.1")
        (redis,) = run.all(e.ProcessEnded, process="redis")
        assert (worker.code, redis.code) == (0, 0)
        # Two threads hear of two ends, in any order: what the worker did last is what Redis has to outlive.
        assert delivered.t < min(worker.t, redis.t), "Redis stays until the workers are gone"
        balanced(run)


def test_stopped_and_continued() -> None:
    """Ctrl-Z and `fg`: what went on meanwhile is told, and what comes after it."""
    with stage("step3", "--delays", "0", "--workers", "2") as run:
        assert run.hello("Ada")[0] == 200
        run.wait_for(1, e.Answered, name="Ada")
        run.send(signal.SIGSTOP)
        until(lambda: psutil.Process(run.process.pid).status() == psutil.STATUS_STOPPED, "the stop")
        for _ in range(200):
            assert run.hello("Grace")[0] == 200
        assert run.all(e.Answered, name="Grace") == []
        run.send(signal.SIGCONT)
        run.wait_for(200, e.Answered, name="Grace")
        assert run.hello("Alan")[0] == 200
        run.wait_for(1, e.Answered, name="Alan")
        run.wait_for_deliveries(202)
        assert run.stop() == 0
        balanced(run)


def test_strangers_neither_hold_up_nor_deafen_it() -> None:
    """More idle connections than it has descriptors, at the address where its processes tell what they do."""
    needs("bash")
    script = f"ulimit -n 128; exec {ASYNCDEMO} run step1 --port 0 --delays 0 --record RECORD"
    with Command("bash", "-c", script) as run, ExitStack() as strangers:
        assert run.hello("Ada")[0] == 200
        (telemetry,) = run.tmp.glob("asyncdemo-*/telemetry")
        host, port, *_ = telemetry.read_text().split(":")
        for _ in range(250):
            strangers.enter_context(socket.create_connection((host, int(port)), DEADLINE_S))
        assert run.hello("Grace")[0] == 200
        run.wait_for(1, e.Answered, name="Grace")
        assert run.stop() == 0
        balanced(run)


def test_a_second_ctrl_c_does_not_wait(tmp_path: Path) -> None:
    """A worker holds a long job: after the second Ctrl-C even Redis is killed, which the grace would have spared."""
    project = copied("bonus", tmp_path / "bonus")
    words = ("--workers", "1", "--delays", FOREVER, "--record", "RECORD", "--plain")
    with InTerminal(*run_edited(project, *words, grace_s=NO_END_S)) as run:
        assert run.hello("Ada")[0] == 200
        run.wait_for(1, e.CallStarted)
        run.type(b"\x03")
        run.line("stopping +everything that was started")
        run.type(b"\x03")
        assert run.ends() == 0
        (worker,) = run.all(e.ProcessEnded, process="worker.1")
        (redis,) = run.all(e.ProcessEnded, process="redis")
        assert (worker.code, redis.code) == (-signal.SIGKILL, -signal.SIGKILL)
        balanced(run)


def test_a_hangup_that_comes_twice_is_not_impatience(tmp_path: Path) -> None:
    """Closing a window may send SIGHUP more than once: the job in hand still has its grace."""
    project = copied("bonus", tmp_path / "bonus")
    gate = gated(project)
    with Command(*run_edited(project, "--workers", "1", "--record", "RECORD", grace_s=NO_END_S)) as run:
        assert run.hello("Ada")[0] == 200
        run.wait_for(1, e.CallStarted)
        run.send(signal.SIGHUP)
        run.line("stopping +everything that was started")
        run.send(signal.SIGHUP)
        gate.touch()
        assert run.ends() == 129
        assert len(run.all(e.CallDelivered)) == 1


def test_a_closed_window(valkey: Valkey) -> None:
    """Nobody can be told any more, and still all is put away: our keys in a user's Redis too."""
    with valkey.client() as client:
        keys = sorted(client.keys())
        with stage_in_terminal("bonus", "--workers", "1", "--delays", FOREVER, "--redis", valkey.url) as run:
            for name in ("Ada", "Grace"):
                run.visitor(name)
            run.wait_for(1, e.CallStarted)
            run.close_the_window()
            assert run.ends() == 129
            assert run.all(e.Stopping)
        assert sorted(client.keys()) == keys


def test_kill_9() -> None:
    """The command has no chance to do anything; the guard has. The recording holds all that was known."""
    with stage("bonus", "--workers", "2", "--reserved-web", "1", "--delays", FOREVER) as run:
        assert run.hello("Ada")[0] == 200
        run.wait_for(1, e.CallStarted)
        names = {name for process in run.processes() for name in process.cmdline()}
        assert {"runworker", "daphne"} <= names
        run.send(signal.SIGKILL)
        assert run.ends() == -signal.SIGKILL
        run.leaves_nothing()
        assert run.all(e.CallStarted)
        assert run.all(e.Stopping) == []


def guard_of(run: Command) -> psutil.Process:
    """Its guard."""
    (found,) = [process for process in run.processes() if "guard.py" in line_of(process)]
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_guard_that_dies_is_replaced(number: signal.Signals) -> None:
    """As by a memory killer: it is said, and every way of ending still leaves nothing."""
    with stage("bonus", "--workers", "1", "--delays", FOREVER) as run:
        assert run.hello("Ada")[0] == 200
        run.wait_for(1, e.CallStarted)
        guard_of(run).kill()
        run.line("asyncdemo +the guard of this run was killed; another has taken its place$")
        run.send(number)
        assert run.ends() in (0, 128 + number, -number)
        run.leaves_nothing()


def test_a_guard_that_dies_while_it_cleans_up() -> None:
    """The command does what is left."""
    with stage("bonus", "--workers", "1", "--delays", FOREVER) as run:
        assert run.hello("Ada")[0] == 200
        run.wait_for(1, e.CallStarted)
        guard = guard_of(run)
        guard.suspend()
        run.send(signal.SIGINT)
        run.wait_for(1, e.Stopping)
        guard.kill()
        assert run.ends() == 0
        run.leaves_nothing()
        balanced(run)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_end_before_the_page_is_ready(number: signal.Signals, tmp_path: Path) -> None:
    """While processes are being started, none slips through: here its server never comes to an end of that."""
    (tmp_path / "daphne.py").write_text("import time\ntime.sleep(3600)\n")
    with stage("bonus", "--workers", "2", PYTHONPATH=str(tmp_path)) as run:
        run.wait_for(1, e.ProcessStarted)
        run.send(number)
        assert run.ends() == (0 if number == signal.SIGINT else -number)
        assert run.all(e.Ready) == []
        assert "Traceback" not in run.text


def test_the_reader_of_a_pipe_goes() -> None:
    """`asyncdemo run step3 | head -1` ends, with one line and the exit code of a broken pipe."""
    needs("bash")
    script = f"{ASYNCDEMO} run step3 --port 0 2>$TMPDIR/errors | head -1; exit ${{PIPESTATUS[0]}}"
    with Command("bash", "-c", script) as run:
        assert run.ends() == 128 + signal.SIGPIPE
        (line,) = run.text.splitlines()
        assert line.endswith(" s  stage       step3: the slow call goes over a notify channel")
        errors = (run.tmp / "errors").read_text()
        assert "Traceback" not in errors
        assert "BrokenPipe" not in errors


@pytest.mark.parametrize("signals", [[signal.SIGTERM], [signal.SIGINT, signal.SIGINT]], ids=["kill", "Ctrl-C twice"])
def test_a_reader_who_does_not_read(signals: list[signal.Signals], tmp_path: Path) -> None:
    """Nor does it hold up the end: what it has not read goes nowhere. Lines and errors are in one pipe."""
    os.mkfifo(pipe := tmp_path / "pipe")
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    fcntl.fcntl(reader, fcntl.F_SETPIPE_SZ, SMALLEST_PIPE)
    words = ("step1", "--port", "0", "--speed", "60", "--hammer", "0.5", "--record", "RECORD")
    with Command("bash", "-c", f'exec "$@" >{pipe} 2>&1', "bash", str(ASYNCDEMO), "run", *words) as run:
        until(lambda: unread_bytes(reader) > SMALLEST_PIPE - LONGEST_LINE, "a pipe that is full")
        for number in signals:
            run.send(number)
        assert run.ends() == (0 if signal.SIGINT in signals else 143)
        assert run.all(e.Stopping) != []
    os.close(reader)


def test_a_run_that_nobody_watches() -> None:
    """Without a keyboard or a screen: it runs, offers no key, and a signal ends it."""
    with stage("step1", "--delays", "0") as run:
        run.line("stop +Ctrl-C$")
        assert run.hello("Ada")[0] == 200
        assert run.stop(signal.SIGTERM) == 128 + signal.SIGTERM
        run.line("1 sent = 1 delivered")


def test_the_length_of_a_run_is_without_its_stopping() -> None:
    """A worker holds a long job until its grace is over; the run was over before."""
    with stage("bonus", "--workers", "1", "--delays", FOREVER) as run:
        assert run.hello("Ada")[0] == 200
        run.wait_for(1, e.CallStarted)
        assert run.stop() == 0
        (ready,), (stopping,) = run.all(e.Ready), run.all(e.Stopping)
        assert float(run.line(r"^bonus, (\S+) s")[1]) <= stopping.t - ready.t + 0.05


def test_a_run_that_is_stopping_is_found_by_nobody() -> None:
    """Its address is closed, while a worker still has its grace."""
    with stage("bonus", "--workers", "1", "--delays", FOREVER) as run:
        assert run.hello("Ada")[0] == 200
        run.wait_for(1, e.CallStarted)
        assert len(list(run.tmp.glob(f"*/{RUNS_HERE}"))) == 1
        run.send(signal.SIGINT)
        run.wait_for(1, e.Stopping)
        assert list(run.tmp.glob(f"*/{RUNS_HERE}")) == []
        assert run.ends() == 0


def test_a_browser_says_nothing_on_the_terminal(tmp_path: Path) -> None:
    """`--open`: it is told the page, and its own warnings stay its own."""
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho Gtk-WARNING\necho Gtk-WARNING >&2\necho "$1" > {tmp_path}/opened\n')
    browser.chmod(0o755)
    with stage("step1", "--delays", "0", "--open", BROWSER=str(browser)) as run:
        opened = tmp_path / "opened"
        until(lambda: opened.exists() and opened.read_text() == f"{run.url}\n", "the browser")
        assert run.stop() == 0
        assert "Gtk" not in run.text
