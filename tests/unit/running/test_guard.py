"""The guard's own work, with real tiny processes."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from asyncdemo.running import guard
from tests.waiting import DEADLINE_S, until

SLEEPER = "exec sleep 600"
STUBBORN = "trap '' TERM; echo stubborn; while :; do sleep 0.05; done"
Spawn = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run's folder."""
    folder = tmp_path / "run"
    for name in guard.FOLDERS:
        (folder / name).mkdir(parents=True)
    (folder / guard.OPEN).touch()
    return folder


@pytest.fixture
def spawn(run: Path) -> Iterator[Spawn]:
    """Starts a process as a run does: through the line that registers it."""
    started: list[subprocess.Popen[bytes]] = []

    def start(line: str, folder: str = "groups") -> "subprocess.Popen[bytes]":
        script = guard.register(folder) + "echo registered; " + line
        env = os.environ | {"ASYNCDEMO_RUN": str(run)}
        process = subprocess.Popen(script, shell=True, env=env, stdout=subprocess.PIPE, start_new_session=True)
        started.append(process)
        return process

    yield start
    for process in started:
        guard.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def word(process: "subprocess.Popen[bytes]") -> bytes:
    """The next line of its output."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


class Reaper:
    """Reaps these processes in a thread while the body runs, as the command's own threads do in a run."""

    def __init__(self, *processes: "subprocess.Popen[bytes]") -> None:
        self._threads = [threading.Thread(target=process.wait, daemon=True) for process in processes]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join(DEADLINE_S)
            assert not thread.is_alive()


def test_a_process_registers_before_it_becomes_the_program(run: Path, spawn: Spawn) -> None:
    """Its group is listed while it lives, and no longer."""
    process = spawn(SLEEPER)
    assert word(process) == b"registered"
    assert guard.groups(run, "groups") == [process.pid]
    assert guard.groups(run, "servers") == []
    process.kill()
    process.wait()
    assert guard.groups(run, "groups") == []
    assert not guard.alive(process.pid)


def test_a_process_does_not_begin_once_the_run_is_closing(run: Path, spawn: Spawn) -> None:
    """It would not be seen by the guard any more."""
    (run / guard.OPEN).unlink()
    process = spawn(SLEEPER)
    assert process.wait(timeout=DEADLINE_S) == 1
    assert word(process) == b""


def test_a_process_does_not_begin_without_the_runs_folder(tmp_path: Path, run: Path, spawn: Spawn) -> None:
    """The guard was faster and has removed it."""
    run.rename(tmp_path / "gone")
    process = spawn(SLEEPER)
    assert process.wait(timeout=DEADLINE_S) == 1


def test_stopping_is_a_request_first(run: Path, spawn: Spawn) -> None:
    """SIGTERM, which a program may answer by finishing what it has in hand."""
    polite = spawn("trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done")
    assert [word(polite), word(polite)] == [b"registered", b"ready"]
    with Reaper(polite):
        guard.stop(run, "groups", grace_s=30)
    assert polite.wait() == 7


def test_who_ignores_the_request_is_killed_after_the_grace(run: Path, spawn: Spawn) -> None:
    """And not before: the polite one next to it may end by itself."""
    stubborn = spawn(STUBBORN)
    assert [word(stubborn), word(stubborn)] == [b"registered", b"stubborn"]
    began = time.monotonic()
    with Reaper(stubborn):
        guard.stop(run, "groups", grace_s=0.3)
    assert stubborn.wait() == -signal.SIGKILL
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize(
    ("dies_s", "told"),
    [
        (0.1, [("SIGTERM", 0.0)]),
        (2.5, [("SIGTERM", 0.0), ("SIGKILL", 2.0)]),
        (9.9, [("SIGTERM", 0.0), ("SIGKILL", 2.0)]),
    ],
)
def test_how_long_it_waits(
    dies_s: float, told: list[tuple[str, float]], run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For whoever was asked to go until the grace is over, for whoever was killed a second; by a clock of its own."""
    now, log = [0.0], list[tuple[str, float]]()
    monkeypatch.setattr(guard, "groups", lambda run, folder: [7] if now[0] < dies_s else [])
    monkeypatch.setattr(guard, "kill", lambda group, number: log.append((number.name, pytest.approx(now[0], abs=0.05))))
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: now.append(now.pop() + seconds))
    guard.stop(run, "groups", grace_s=2.0)
    assert told == log
    assert now == [pytest.approx(min(dies_s, 3.0), abs=0.05)]


def test_grandchildren_are_stopped_with_the_group(run: Path, spawn: Spawn) -> None:
    """A server's own children do not stay behind."""
    parent = spawn("sleep 600 & echo $!; trap '' TERM; wait")
    word(parent)
    child = int(word(parent))
    with Reaper(parent):
        guard.stop(run, "groups", grace_s=0.1)
    until(lambda: not guard.alive(parent.pid), "the end of the group")
    with contextlib.suppress(psutil.NoSuchProcess):  # or one whom nobody reaps
        assert psutil.Process(child).status() == psutil.STATUS_ZOMBIE


def test_kill_all_kills_servers_too(run: Path, spawn: Spawn) -> None:
    """Without grace: even who ignores SIGTERM is gone at once."""
    processes = [spawn(STUBBORN), spawn(STUBBORN, "servers")]
    assert [word(process) for process in processes] == [b"registered"] * 2
    guard.kill_all(run)
    assert [process.wait(timeout=DEADLINE_S) for process in processes] == [-signal.SIGKILL] * 2


def test_the_servers_are_stopped_when_all_others_are_gone(run: Path, spawn: Spawn, tmp_path: Path) -> None:
    """A worker that drains still has its Redis."""
    log = tmp_path / "log"
    say = "trap 'sleep 0.2; echo {0} >> {1}; exit 0' TERM; echo ready; while :; do sleep 0.05; done"
    processes = [spawn(say.format("server", log), "servers"), spawn(say.format("worker", log))]
    assert [(word(process), word(process)) for process in processes] == [(b"registered", b"ready")] * 2
    with Reaper(*processes):
        guard.close(run, grace_s=30)
    assert log.read_text().split() == ["worker", "server"]
    assert not run.exists()


def test_nothing_begins_while_the_guard_is_at_work(run: Path, spawn: Spawn, tmp_path: Path) -> None:
    """It has read its list: who is not on it must not start."""
    go = tmp_path / "go"
    draining = spawn(
        f"trap 'echo told; while [ ! -e {go} ]; do sleep 0.02; done; exit 0' TERM; "
        "echo ready; while :; do sleep 0.02; done"
    )
    assert [word(draining), word(draining)] == [b"registered", b"ready"]
    closing = threading.Thread(target=guard.close, args=(run, 30))
    with Reaper(draining):
        closing.start()
        assert word(draining) == b"told"
        assert spawn(SLEEPER).wait(timeout=DEADLINE_S) == 1
        go.touch()
        closing.join(DEADLINE_S)
    assert not run.exists()


def test_what_another_has_begun_is_brought_to_its_end(run: Path, spawn: Spawn) -> None:
    """One that has died over it has let nobody begin any more."""
    sleeper = spawn(SLEEPER)
    word(sleeper)
    (run / guard.OPEN).unlink()
    with Reaper(sleeper):
        guard.close(run, grace_s=30)
    assert sleeper.wait() == -signal.SIGTERM
    assert not run.exists()


def test_a_signal_to_a_group_that_is_gone_is_no_error(spawn: Spawn) -> None:
    """It may end at any moment."""
    process = spawn("exit 0")
    process.wait()
    guard.kill(process.pid, signal.SIGTERM)
    assert not guard.alive(process.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="proc(5)")
def test_who_has_ended_is_not_waited_for_though_nobody_has_looked() -> None:
    """Its parent may take its time to reap it, or never do: init of a container that is none."""
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as process:
        assert guard.alive(process.pid)
        process.kill()
        until(lambda: not guard.alive(process.pid), "the end")
        os.killpg(process.pid, 0)  # as a zombie it is there


def test_what_is_no_registration_is_left_alone(run: Path) -> None:
    """Only numbers count."""
    (run / "groups" / ".tmp").touch()
    (run / "groups" / "notes").touch()
    assert guard.groups(run, "groups") == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to see that the guard is on watch")
def test_the_guard_acts_when_its_pipe_closes_and_not_when_it_is_told_to_go(run: Path, spawn: Spawn) -> None:
    """Ctrl-C in the terminal is for the command; the guard outlives it by as long as it needs."""
    sleeper = spawn(SLEEPER)
    word(sleeper)
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", guard.__file__, str(guard.GRACE_S), str(run)], stdin=subprocess.PIPE
    )
    assert process.stdin is not None
    with Reaper(sleeper):
        ignored = 1 << (signal.SIGTERM - 1)
        until(lambda: _ignored_signals(process.pid) & ignored, "the guard to be on watch")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process.send_signal(number)
        assert guard.groups(run, "groups") == [sleeper.pid]
        process.stdin.close()
        assert process.wait(timeout=DEADLINE_S) == 0
    assert sleeper.wait() == -signal.SIGTERM
    assert not run.exists()


def _ignored_signals(pid: int) -> int:
    """The mask of the signals that a process ignores."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("SigIgn")), 16)


def test_a_group_that_may_not_be_asked_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """As macOS has it of zombies; and one that may not be told anything is told nothing."""

    def refuse(number: int, signal: int) -> None:
        raise PermissionError

    for name in ("kill", "killpg"):
        monkeypatch.setattr(os, name, refuse)
    assert not guard.alive(os.getpid())
    guard.kill(os.getpid(), signal.SIGTERM)
    guard.tell(os.getpid(), signal.SIGTERM)


def test_who_has_ended_by_what_the_system_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a group, whatever their names are; who is gone meanwhile is passed over, and nobody at all is no end."""
    told = {
        "1": "1 (a) b) S 0 7 7",
        "2": "2 (zombie) Z 0 7 7",
        "3": "3 (dead) X 0 8 8",
        "4": "4 (zombie) Z 0 8 8",
        "5": "no such",
        "6": "6 (a) S 0 9 9",
    }
    files = [tmp_path / "gone"]
    for name, text in told.items():
        files.append(tmp_path / name)
        files[-1].write_text(text)
    monkeypatch.setattr(Path, "glob", lambda self, pattern: [*files, *reversed(files)])
    assert guard.only_zombies((7, 8, 9, 10)) == {8}


def test_only_the_first_of_a_group_is_told(spawn: Spawn) -> None:
    """Its children hear it from it; and that it is gone is no error."""
    parent = spawn(f"(trap 'echo child' TERM; {SLEEPER}) & trap 'echo parent' TERM; echo ready; wait; wait")
    assert [word(parent), word(parent)] == [b"registered", b"ready"]
    guard.tell(parent.pid, signal.SIGTERM)
    assert word(parent) == b"parent"
    guard.kill(parent.pid, signal.SIGKILL)
    assert word(parent) == b"", "nobody else has heard it"
    parent.wait()
    guard.tell(parent.pid, signal.SIGTERM)


def test_a_guard_whose_folder_is_gone_has_nothing_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", guard.__file__, "2.0", str(tmp_path / "gone")]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE_S, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
