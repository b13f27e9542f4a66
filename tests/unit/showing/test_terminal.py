"""The user's terminal: its keys as they come, whose it is, and Ctrl-Z."""

import json
import os
import signal
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from queue import SimpleQueue

import psutil
import pytest

from asyncdemo.showing.keyboard import KeyParser
from asyncdemo.showing.terminal import announced, held, in_terminal, keys, read, set_one_by_one, taken, what_lacks
from tests.waiting import DEADLINE_S, until

LINES = termios.ICANON | termios.ECHO


@pytest.fixture
def pty() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal."""
    ends = os.openpty()
    yield ends
    for end in ends:
        os.close(end)


@pytest.fixture
def own_terminal(pty: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Makes both ends of this process a terminal's, that of no shell."""
    with os.fdopen(os.dup(pty[1])) as stdin, os.fdopen(os.dup(pty[1]), "w") as stdout:

        def have() -> None:
            monkeypatch.setattr(sys, "stdin", stdin)  # not before the test begins: pytest puts its own there then
            monkeypatch.setattr(sys, "stdout", stdout)
            monkeypatch.setenv("TERM", "xterm")

        yield have


# Keys


def test_a_key_that_was_taken_away_keeps_nobody_waiting(pty: tuple[int, int]) -> None:
    """Ctrl-C empties the terminal's queue, also of a key that was just announced: its reader must end all the same."""
    keyboard, tty = pty
    set_one_by_one(tty)
    seen, over, pressed = threading.Event(), threading.Event(), list[str]()

    def always(_: int) -> bool:
        seen.set()
        return True

    reader = threading.Thread(target=read, args=(tty, pressed.append, lambda: True, over, always), daemon=True)
    reader.start()
    try:
        assert seen.wait(DEADLINE_S)
        os.write(keyboard, b"q\x1b[A")
        until(lambda: pressed == ["q", "up"], "both keys")
    finally:
        over.set()
        reader.join(DEADLINE_S)
    assert not reader.is_alive()


class Looks:
    """An event whose waits take no time, and which is over after so many looks at it."""

    def __init__(self, many: int) -> None:
        self.left, self.rests = many, 0

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0

    def wait(self, seconds: float) -> None:
        assert seconds > 0
        self.rests += 1


def test_keys_that_are_somebody_elses_are_left_to_him(pty: tuple[int, int]) -> None:
    """They are not even looked for, until the terminal is here again."""
    keyboard, tty = pty
    set_one_by_one(tty)
    os.write(keyboard, b"q")
    looked, pressed, over = list[int](), list[str](), Looks(3)
    here = iter([False, False, True])
    looks = (lambda: next(here), over, lambda end: looked.append(end) is None)
    read(tty, pressed.append, *looks)  # type: ignore[arg-type]
    assert (looked, pressed, over.rests) == ([tty], ["q"], 2)


def test_an_esc_is_a_key_when_nothing_has_come_for_a_moment(pty: tuple[int, int]) -> None:
    """Where no key waits, none is read; where one was announced and is gone, there is a rest."""
    keyboard, tty = pty
    set_one_by_one(tty)
    os.write(keyboard, b"\x1b")
    pressed, over = list[str](), Looks(4)
    told = iter([True, True, False, False])
    read(tty, pressed.append, lambda: True, over, lambda _: next(told), KeyParser(escape_s=0.25))  # type: ignore[arg-type]
    assert (pressed, over.rests) == (["escape"], 1)


def test_a_terminal_that_is_gone_has_no_keys(pty: tuple[int, int]) -> None:
    keyboard, tty = os.openpty()
    os.close(keyboard)
    assert taken(tty) == b""
    os.close(tty)
    assert taken(tty) == b""


def test_a_key_is_announced_when_one_waits(pty: tuple[int, int]) -> None:
    keyboard, tty = pty
    set_one_by_one(tty)
    assert not announced(tty)
    assert taken(tty) == b""
    os.write(keyboard, b"q")
    assert announced(tty)
    assert taken(tty) == b"q"


def test_while_keys_are_heard_the_terminal_gives_each_at_once(
    pty: tuple[int, int], own_terminal: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that mean a signal are one for all in front; afterwards the terminal is as before, and nobody reads it."""
    own_terminal()
    signals, pressed = SimpleQueue[tuple[int, int]](), SimpleQueue[str]()
    monkeypatch.setattr(os, "killpg", lambda *told: signals.put(told))
    before = termios.tcgetattr(pty[1])
    assert before[3] & LINES == LINES
    with keys(pressed.put):
        assert not termios.tcgetattr(pty[1])[3] & LINES
        os.write(pty[0], b"q\x1b[99;5u\x1b[122;5u\x1b[92;5u?")
        assert [pressed.get(timeout=DEADLINE_S) for _ in range(2)] == ["q", "?"]
    told = [signals.get(timeout=DEADLINE_S) for _ in range(3)]
    assert told == [(os.getpgrp(), number) for number in (signal.SIGINT, signal.SIGTSTP, signal.SIGQUIT)]
    assert termios.tcgetattr(pty[1]) == before
    assert "keys" not in {thread.name for thread in threading.enumerate()}


def test_what_a_shell_has_set_meanwhile_is_kept(
    pty: tuple[int, int], own_terminal: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between Ctrl-Z and `fg`: the terminal is left as it was found then."""
    own_terminal()
    in_front, looks = [True], list[bool]()

    def group(_: int) -> int:
        looks.append(in_front[0])
        return os.getpgrp() if in_front[0] else 0

    monkeypatch.setattr(os, "tcgetpgrp", group)
    with keys(print):
        in_front[0] = False
        until(lambda: False in looks, "somebody to see that")
        settings = termios.tcgetattr(pty[1])
        settings[3] = settings[3] & ~termios.ECHO | termios.ICANON
        termios.tcsetattr(pty[1], termios.TCSANOW, settings)
        in_front[0] = True
        until(lambda: not termios.tcgetattr(pty[1])[3] & termios.ICANON, "keys without Enter")
    assert termios.tcgetattr(pty[1])[3] & LINES == termios.ICANON


def test_a_pipe_has_no_keys(own_terminal: Callable[[], None]) -> None:
    own_terminal()
    assert in_terminal()
    with open(os.devnull) as nothing, pytest.MonkeyPatch.context() as patch:  # noqa: PTH123  # as a shell does
        patch.setattr(sys, "stdin", nothing)
        with keys(print):
            assert "keys" not in {thread.name for thread in threading.enumerate()}
        assert not in_terminal()
        assert what_lacks().startswith("standard input and output are not both one")


def test_what_a_terminal_lacks_is_said(own_terminal: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it is behind another program, or of a type on which nothing can be drawn."""
    own_terminal()
    monkeypatch.setenv("TERM", "dumb")
    assert not in_terminal()
    assert what_lacks().startswith("TERM is 'dumb'")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: 0)
    assert not in_terminal()
    assert what_lacks() == "this is in the background. Leave out the &"


# Who has it


class Job:
    """What a shell would do with a job, and what that was told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.told: list[str] = []
        self.in_front = self.stays_in_front = True
        monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp() if self.in_front else 0)
        monkeypatch.setattr(signal, "raise_signal", self.stop)

    def stop(self, number: int) -> None:
        """Instead of being stopped."""
        assert signal.getsignal(number) == signal.SIG_DFL
        self.told.append("stops")
        self.in_front = self.stays_in_front

    def held(self, name: str = "") -> AbstractContextManager[Callable[[], bool]]:
        return held(lambda: self.told.append(f"enters{name}"), lambda: self.told.append(f"leaves{name}"))

    def since(self) -> list[str]:
        """What it was told since it was asked last."""
        told, self.told = self.told, []
        return told


@pytest.fixture
def began(own_terminal: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> Callable[[], Job]:
    """That of this process, from now on."""

    def begun() -> Job:
        own_terminal()
        return Job(monkeypatch)

    return begun


def ctrl_z() -> None:
    signal.pthread_kill(threading.get_ident(), signal.SIGTSTP)


def test_the_terminal_is_entered_once_and_left_at_the_end(began: Callable[[], Job]) -> None:
    """However often it is looked whether it is here."""
    job = began()
    before = signal.getsignal(signal.SIGTSTP)
    with job.held() as here:
        assert job.since() == ["enters"]
        assert (here(), here(), job.since()) == (True, True, [])
    assert job.since() == ["leaves"]
    assert signal.getsignal(signal.SIGTSTP) == before


def test_behind_another_program_it_is_not_here(began: Callable[[], Job]) -> None:
    """And is not left there, for it is the other's; in front again, it is entered anew."""
    job = began()
    with job.held() as here:
        job.since()
        job.in_front = False
        assert (here(), here(), job.since()) == (False, False, [])
        job.in_front = True
        assert (here(), here(), job.since()) == (True, True, ["enters"])
        job.in_front = False
    assert job.since() == []


def test_what_begins_behind_another_program_waits(began: Callable[[], Job]) -> None:
    job = began()
    job.in_front = False
    with job.held() as here:
        assert (here(), job.since()) == (False, [])
    assert job.since() == []
    with job.held():
        job.in_front = True
    assert job.since() == [], "it has never been entered"


def test_ctrl_z_leaves_it_stops_and_enters_it_again(began: Callable[[], Job]) -> None:
    """One inside another leaves first."""
    job = began()
    with job.held(" one"), job.held(" two"):
        assert job.since() == ["enters one", "enters two"]
        ctrl_z()
        assert job.since() == ["leaves two", "leaves one", "stops", "enters one", "enters two"]
    assert job.since() == ["leaves two", "leaves one"]


def test_what_goes_on_behind_does_not_enter(began: Callable[[], Job]) -> None:
    """After `bg`."""
    job = began()
    job.stays_in_front = False
    with job.held() as here:
        ctrl_z()
        assert job.since() == ["enters", "leaves", "stops"]
        assert not here()
    assert job.since() == []


# Stopping: in a program of its own, which is stopped indeed

STOPS = """
import json, os, signal, subprocess, sys
from asyncdemo.showing import terminal

def heard(*_):
    pass

signal.signal(signal.SIGTSTP, heard)
child = subprocess.Popen(["sleep", "1000"])
print(child.pid, flush=True)
woken = getattr(terminal, sys.argv[1])()
kept = signal.getsignal(signal.SIGTSTP) is heard and signal.getsignal(signal.SIGCONT) is signal.SIG_DFL
child.kill()
child.wait()
print(json.dumps([woken, kept]), flush=True)
"""


@pytest.mark.parametrize(("how", "child_too"), [("stop_here", False), ("stop_all", True)])
def test_a_program_that_stops_goes_on_when_it_is_told_to(how: str, child_too: bool) -> None:
    """With the handlers that it had; of its job the others stop too where the whole job does."""
    command = [sys.executable, "-c", STOPS, how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0) as program:
        assert program.stdout is not None
        child = psutil.Process(int(program.stdout.readline()))
        _, status = os.waitpid(program.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        if child_too:
            until(lambda: child.status() == psutil.STATUS_STOPPED, "the whole job to stop")
        else:
            assert child.status() != psutil.STATUS_STOPPED
        os.killpg(program.pid, signal.SIGCONT)
        assert json.loads(program.stdout.readline()) == [True, True]


def test_a_program_that_no_shell_could_let_go_on_does_not_stop() -> None:
    """In a session of its own, nobody is there who would."""
    command = [sys.executable, "-c", STOPS, "stop_here"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as program:
        said, _ = program.communicate(timeout=DEADLINE_S)
    assert json.loads(said.splitlines()[1]) == [False, True]


HEARS = """
import fcntl, json, os, sys, termios
from asyncdemo.showing import terminal

keyboard = int(sys.argv[1])
terminal.hear_terminal()
before = os.isatty(0)
fcntl.ioctl(keyboard, termios.TIOCSCTTY, 0)
open_before = len(os.listdir("/dev/fd"))
terminal.hear_terminal()
facts = [before, os.isatty(0), len(os.listdir("/dev/fd")) - open_before, terminal.foreground()]
if not os.fork():
    os.setpgid(0, 0)
    print(json.dumps([*facts, terminal.foreground()]), flush=True)
"""


def test_keys_come_from_the_terminal_when_standard_input_was_read() -> None:
    """If there is one; nothing is left open for it. Whoever is behind another program does not have it."""
    keyboard, tty = os.openpty()
    command = [sys.executable, "-c", HEARS, str(tty)]
    program = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, pass_fds=[tty], start_new_session=True, check=True
    )
    assert json.loads(program.stdout) == [False, True, 0, True, False]
    os.close(keyboard)
    os.close(tty)
