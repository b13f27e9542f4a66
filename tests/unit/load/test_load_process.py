"""The process that sends, as whoever started it sees it: with a shell line in its place, where that will do."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from asyncdemo.base.errors import NO_ROOM, StartError
from asyncdemo.base.installation import ROOT
from asyncdemo.base.text import printable
from asyncdemo.events import events as e
from asyncdemo.events.collector import Collector
from asyncdemo.events.sending import Address
from asyncdemo.load.options import LoadOptions
from asyncdemo.load.process import LoadProcess
from asyncdemo.load.target import Target
from tests.waiting import DEADLINE_S, until

TARGET = Target("127.0.0.1", 1, "/")
ADDRESS = Address("127.0.0.1", 1, "token", 0.0)
LONG = printable("x" * 999)
LISTENS = 'cat > "$0"'


class Shell:
    """Starts a line of shell instead, whose $0 is a file, and keeps what it was to start."""

    def __init__(self, line: str, file: Path | None = None) -> None:
        self.line, self.file = line, str(file)

    def __call__(self, command: list[str], **ends: Any) -> "subprocess.Popen[bytes]":
        self.command, self.ends = command, ends
        self.process = subprocess.Popen(["/bin/sh", "-c", self.line, self.file], **ends)
        return self.process


@contextmanager
def started(spawn: Shell, *, clock: Any = None, grace_s: float = DEADLINE_S, **options: Any) -> Iterator[LoadProcess]:
    more = {"clock": clock} if clock is not None else {}
    load = LoadProcess(LoadOptions(TARGET, **options), ADDRESS, spawn=spawn, grace_s=grace_s, **more)
    with load:
        yield load


def test_what_is_started_and_what_it_hears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its options as an argument; where to tell, and the commands, on its standard input; nothing of the user's."""
    monkeypatch.setenv("DEBUG", "1")
    heard = tmp_path / "heard"
    spawn = Shell(LISTENS, heard)
    with started(spawn, rate=3.0) as load:
        assert load.pid == spawn.process.pid
        load.rate(2.5)
        until(lambda: heard.exists() and "rate" in heard.read_text(), "the command, before the input ends")
        load.stop()
        assert not load.ended
    assert spawn.command[:3] == [sys.executable, "-m", "asyncdemo.load.worker"]
    assert json.loads(spawn.command[3])["rate"] == 3.0
    assert len(spawn.command) == 4
    assert (spawn.ends["cwd"], spawn.ends["start_new_session"]) == (ROOT, True)
    assert "DEBUG" not in spawn.ends["env"]
    assert spawn.ends["stdout"] == subprocess.DEVNULL, "its words must not fall into the picture"
    assert heard.read_text() == f"{ADDRESS}\nrate 2.5\nstop\n"
    assert load.ended
    assert load.failure == ""
    assert load.wait() == 0
    load.stop()
    load.close()
    assert heard.read_text().count("stop") == 1


def test_before_it_was_started() -> None:
    """There is nothing to end, and nothing has failed."""
    load = LoadProcess(LoadOptions(TARGET), ADDRESS)
    assert (load.ended, load.failure, load.broke_off(told=False)) == (False, "", "")
    load.check(told=False)
    load.close()
    with pytest.raises(RuntimeError, match="has not been started"):
        load.wait()


def test_a_sender_that_will_not_end_is_killed() -> None:
    """After the grace, and nothing is left of it."""
    spawn = Shell("exec sleep 600 < /dev/null")
    with started(spawn, grace_s=0.05):
        in_vain = threading.Timer(DEADLINE_S, spawn.process.terminate)
        in_vain.start()
    in_vain.cancel()
    assert spawn.process.returncode == -signal.SIGKILL


def test_a_sender_that_ends_by_itself_is_left_to() -> None:
    """The end of its input tells it to."""
    spawn = Shell("cat > /dev/null; exit 0")
    with started(spawn):
        assert spawn.process.poll() is None
    assert spawn.process.returncode == 0


def test_a_sender_that_has_gone_hears_nothing(tmp_path: Path) -> None:
    """And that is no error: it is told elsewhere."""
    spawn = Shell("exit 0")
    with started(spawn) as load:
        assert load.wait(DEADLINE_S) == 0
        for _ in range(3):
            load.rate(2.0)
            load.stop()
    assert load.failure == ""


def test_waiting_for_a_time_only() -> None:
    with started(Shell("cat > /dev/null")) as load:
        assert load.wait(0.01) is None
        assert not load.ended


@pytest.mark.parametrize(
    ("line", "failure"),
    [
        ("echo one >&2; echo two >&2; exit 3", "one\ntwo"),
        ("printf 'a\\033[31mb' >&2; exit 1", "a\N{REPLACEMENT CHARACTER}[31mb"),
        ("exit 7", "the load ended with code 7"),
        ("kill -9 $$", "the load ended with code -9"),
        ("seq 1 20 >&2; exit 1", "\n".join(map(str, range(9, 21)))),
        ("yes $(head -c 999 /dev/zero | tr '\\0' x) | head -6 >&2; exit 1", "\n".join(["x" * 95, *[LONG] * 4])),
        ("echo all is well >&2; exit 0", ""),
        ('echo "RuntimeError: can\'t start new thread" >&2; exit 1', NO_ROOM),
    ],
)
def test_why_it_has_ended(line: str, failure: str) -> None:
    """The last lines that it said, twelve at the most and no more than 4 KiB; else its code. Also when it is closed."""
    with started(Shell(line)) as load:
        load.wait(DEADLINE_S)
        assert load.failure == load.failure == failure
    assert load.failure == failure


@pytest.mark.parametrize(
    ("code", "why", "seconds"), [(0, "it ended without a word", 15.0), (5, "the load ended with code 5", 1.0)]
)
def test_broken_off(code: int, why: str, seconds: float) -> None:
    """So long after it was seen to be gone: till then, what it told last may be on its way; on a busy machine for long,
    if it ended as one does that has told all."""
    now = [0.0]
    with started(Shell(f"cat > /dev/null; exit {code}"), clock=lambda: now[0]) as load:
        assert load.broke_off(told=False) == ""
        load.close()
        now[0] = 10.0
        assert load.broke_off(told=True) == "", "does not look at the clock"
        assert load.broke_off(told=False) == ""
        now[0] = 9.99 + seconds
        assert load.broke_off(told=False) == ""
        load.check(told=False)
        now[0] = 10.0 + seconds
        assert load.broke_off(told=False) == why
        assert load.broke_off(told=True) == ""
        load.check(told=True)
        with pytest.raises(StartError, match=rf"The load broke off: {why}"):
            load.check(told=False)


def words(load: LoadProcess, *steps: int) -> list[str]:
    return [load.step(step).removesuffix(" times what was asked for") for step in steps]


def test_the_steps_of_the_rate(tmp_path: Path) -> None:
    """A tenth is the least and fifty times the most; what is said is what is sent."""
    heard = tmp_path / "heard"
    with started(Shell(LISTENS, heard), rate=2.0) as load:
        assert words(load, -1, -1, -1, -1, -1) == [
            "1/s, 0.5",
            "0.4/s, 0.2",
            "0.2/s, 0.1",
            "0.2/s, 0.1",
            "0.2/s, 0.1",
        ]
        assert words(load, 1, 1, 1) == [
            "0.4/s, 0.2",
            "1/s, 0.5",
            "2/s, 1",
        ]
        assert words(load, 1, 1, 1, 1, 1, 1, -1) == [
            "4/s, 2",
            "10/s, 5",
            "20/s, 10",
            "40/s, 20",
            "100/s, 50",
            "100/s, 50",
            "40/s, 20",
        ]
    factors = [float(line.split()[1]) for line in heard.read_text().splitlines()[1:]]
    assert factors == [0.5, 0.2, 0.1, 0.1, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 50.0, 20.0]
    with started(Shell(LISTENS, tmp_path / "faster"), rate=20.0, speed=10.0) as load:
        assert words(load, -1) == ["10/s of the lesson, 0.5"], "only where it has a clock of its own"


def test_a_step_to_a_small_rate_is_told_to_its_thousandth(tmp_path: Path) -> None:
    with started(Shell(LISTENS, tmp_path / "heard"), rate=0.05) as load:
        assert words(load, -1, -1) == ["0.025/s, 0.5", "0.01/s, 0.2"]
    with started(Shell(LISTENS, tmp_path / "heard"), rate=0.1234) as load:
        assert words(load, -1) == ["0.062/s, 0.5"]


def test_a_step_is_never_more_than_can_be_sent(tmp_path: Path) -> None:
    """A hundred thousand requests a second; of a ramp, both its ends are told."""
    with started(Shell(LISTENS, tmp_path / "heard"), rate=1.0, rate_end=40_000.0) as load:
        assert load.step(1) == "2 to 80000/s, 2 times what was asked for"
        assert load.step(1) == "2.5 to 100000/s, 2.5 times what was asked for"


def test_visitors_who_wait_for_their_answers_have_no_rate(tmp_path: Path) -> None:
    """Nothing is sent to the process."""
    heard = tmp_path / "heard"
    with started(Shell(LISTENS, heard), closed=2) as load:
        assert load.step(1) == load.step(-1) == "in a closed loop the answers set the rate"
    assert heard.read_text() == f"{ADDRESS}\n"


def test_the_real_one() -> None:
    """It tells where it was said to, obeys, and ends when it was told to, or when nobody is there any more."""
    events: list[e.Event] = []
    collector = Collector(events.append)
    asked = LoadOptions(TARGET, rate=200.0, duration=3000.0), collector.address
    with LoadProcess(*asked) as load, LoadProcess(*asked, grace_s=DEADLINE_S) as other:
        until(lambda: sum(isinstance(each, e.LoadTold) for each in list(events)) > 3, "figures of both")
        os.kill(load.pid, signal.SIGINT)  # is for whoever started it
        load.rate(0.0)
        until(lambda: any(isinstance(each, e.LoadTurned) for each in list(events)), "the turn")
        load.stop()
        assert load.wait(DEADLINE_S) == 0
        assert not other.ended
    assert (other.wait(), other.failure) == (0, "")
    collector.close()
    assert {each.process for each in events} == {"load.1"}
    started, *_, ended = [each for each in events if isinstance(each, e.LoadStarted | e.LoadEnded)]
    assert isinstance(started, e.LoadStarted)
    assert isinstance(ended, e.LoadEnded)
    assert sum(isinstance(each, e.LoadEnded) for each in events) == 1, "the other was not told to stop"
    assert "refused" in {how for each in events if isinstance(each, e.LoadTold) for how in each.ended}


class WaitedFor(subprocess.Popen[bytes]):
    """Keeps how long it is waited for, and takes as long as it likes."""

    for_s: list[float | None] = []

    def wait(self, timeout: float | None = None) -> int:
        self.for_s = [*self.for_s, timeout]
        return super().wait(DEADLINE_S)


class Listens(Shell):
    """Starts a line that hears all, until its input ends or it is told to stop."""

    def __call__(self, command: list[str], **ends: Any) -> "subprocess.Popen[bytes]":
        self.command, self.ends = command, ends
        line = 'while read -r word; do echo "$word" >> "$0"; [ "$word" != stop ] || exit 0; done'
        self.process = WaitedFor(["/bin/sh", "-c", line, self.file], **ends)
        return self.process


def test_one_that_is_held(tmp_path: Path) -> None:
    """It is started so, and told when to begin; a stage that ends waits 10 s for it to be gone, no longer."""
    heard = tmp_path / "heard"
    spawn = Listens("", heard)
    with LoadProcess(LoadOptions(TARGET), ADDRESS, spawn=spawn, held=True) as load:
        load.go(1234.5)
        assert not load.ended
        load.end()
        waits = list(spawn.process.for_s)  # type: ignore[attr-defined]
        assert load.ended or waits == [10.0]
    assert spawn.command[4:] == ["held"]
    assert waits == [10.0]
    assert spawn.process.for_s == [10.0, 2.0], "whoever is closed has two"  # type: ignore[attr-defined]
    assert heard.read_text() == f"{ADDRESS}\ngo 1234.5\nstop\n"


def test_the_real_one_is_held_until_it_is_told_to_go() -> None:
    """It says that it is there, and nothing else. All that is due since the moment it is told leaves at once."""
    events: list[e.Event] = []
    collector = Collector(events.append, began=time.monotonic() - 1000.0)
    with LoadProcess(LoadOptions(TARGET, rate=2.0, duration=10.0), collector.address, held=True) as load:
        until(lambda: events, "that it is there")
        load.go(collector.address.began + 900.0)
        assert load.wait(DEADLINE_S) == 0
    collector.close()
    ready, started, *told, ended = events
    assert [type(each) for each in (ready, started, ended)] == [e.LoadReady, e.LoadStarted, e.LoadEnded]
    assert started.t == pytest.approx(900.0, abs=50.0)
    assert sum(each.scheduled for each in told if isinstance(each, e.LoadTold)) == 20


@pytest.mark.parametrize("word", ["stop", "the end of its input"])
def test_the_real_one_is_held_and_never_told_to_go(word: str) -> None:
    """It goes, and has sent nothing."""
    events: list[e.Event] = []
    collector = Collector(events.append)
    with LoadProcess(LoadOptions(TARGET), collector.address, held=True, grace_s=DEADLINE_S) as load:
        until(lambda: events, "that it is there")
        if word == "stop":
            load.stop()
            assert load.wait(DEADLINE_S) == 0
    assert (load.wait(), load.failure) == (0, "")
    collector.close()
    assert [type(each) for each in events] == [e.LoadReady]


def test_nobody_who_tells_it_where_to() -> None:
    """It goes without a word."""
    command = [sys.executable, "-m", "asyncdemo.load.worker", LoadOptions(TARGET).as_json()]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, cwd=ROOT, timeout=DEADLINE_S)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_host_that_nobody_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is started for it."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    spawn = Shell(LISTENS, tmp_path / "heard")
    load = LoadProcess(LoadOptions(Target("nowhere.invalid", 80, "/")), ADDRESS, spawn=spawn)
    with pytest.raises(StartError, match=r"^There is no host 'nowhere\.invalid'\."):
        load.start()
    assert not hasattr(spawn, "process")


def test_what_it_said_last_is_known_though_it_was_closed_first() -> None:
    """Nobody had asked while it was there."""
    with started(Shell("cat > /dev/null; echo why >&2; exit 3")) as load:
        pass
    assert load.failure == "why"
