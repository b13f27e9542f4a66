"""What a project's process tells, and when: what lasts, soon; what is soon over, once and at its end."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from asyncdemo.attach.asyncdemo_attached.telling import FIRST, KEPT_BYTES, LATE_S, SHORT_S, Numbers, Sender, worker
from asyncdemo.events import events as e
from asyncdemo.events.collector import Collector
from asyncdemo.events.sending import TELEMETRY, Address
from asyncdemo.events.wire import decode
from asyncdemo.running.own.project import ATTACH
from tests.waiting import DEADLINE_S, until

REQUEST = {"method": "GET", "path": "/", "name": ""}
ENDED = {"status": 200, "worker": "thread 1", "total_s": 0.1, "queued_s": 0.0, "view_s": 0.1, "route": "/"}


@contextmanager
def told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, late_s: float = 60.0, began: float | None = None
) -> Iterator[tuple[list[e.Event], Sender]]:
    """(what has been told, who tells)."""
    heard: list[e.Event] = []
    collector = Collector(heard.append, began)
    (folder / "telemetry").write_text(str(collector.address))
    monkeypatch.setenv(TELEMETRY, str(folder / "telemetry"))
    sender = Sender(late_s)
    try:
        yield heard, sender
    finally:
        collector.close()
        sender.close()


def begin(sender: Sender, id_: str, later_s: float = 0.0) -> None:
    """A request comes; one that comes later has not lasted, however long this machine takes."""
    sender.begun(id_, ("Arrived", {"id": id_, "t": time.monotonic() + later_s, **REQUEST}))


def end(sender: Sender, id_: str) -> None:
    """It is answered."""
    sender.ended(id_, ("Answered", {"id": id_, "t": time.monotonic(), **REQUEST, **ENDED}))


def test_what_lasts_is_told_before_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though nothing else happens; what is soon over is told once."""
    with told(tmp_path, monkeypatch) as (heard, sender):
        begin(sender, "short", 3600.0)
        end(sender, "short")
        begin(sender, "long")
        until(lambda: len(heard) == 2, "both")
        assert {(type(event), getattr(event, "id", "")) for event in heard} == {
            (e.Answered, "short"),
            (e.Arrived, "long"),
        }
        end(sender, "long")
        until(lambda: len(heard) == 3, "its end")
        assert (type(heard[2]), getattr(heard[2], "id", "")) == (e.Answered, "long")


def test_what_begins_just_before_a_look_is_told_at_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though nothing else happens."""
    with told(tmp_path, monkeypatch) as (heard, sender):
        late, rest = ["b"], time.sleep

        def sleep(seconds: float) -> None:
            rest(seconds)
            if threading.current_thread().name == "asyncdemo" and late:
                begin(sender, late.pop())

        monkeypatch.setattr(time, "sleep", sleep)
        begin(sender, "a")
        until(lambda: [getattr(event, "id", "") for event in heard] == ["a", "b"], "both")


@pytest.mark.parametrize(("why", "late_s"), [("no room", 60.0), ("it does not run", 0.0)])
def test_where_no_thread_runs(why: str, late_s: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a server that was built without, with what comes next; at once where there is no room for one."""

    def start(thread: threading.Thread) -> None:
        if why == "no room":
            raise RuntimeError("can't start new thread")

    with told(tmp_path, monkeypatch, late_s) as (heard, sender), monkeypatch.context() as here:
        here.setattr(threading.Thread, "start", start)
        for number in range(3):
            begin(sender, str(number))
            end(sender, str(number))
        here.undo()
        until(lambda: len([event for event in heard if isinstance(event, e.Answered)]) == 3, "all")


class Interrupted(Sender):
    """Something is over while it tells for the first time."""

    def __init__(self) -> None:
        super().__init__(late_s=0.0)
        self.told: list[list[object]] = []

    def tell(self, *events: tuple[str, dict[str, object]]) -> None:
        self.told.append([fields["id"] for _, fields in events])
        if len(self.told) == 1:
            end(self, "b")
            assert self.told == [["a"]]


@pytest.mark.parametrize("at_the_end", [False, True])
def test_nobody_waits_for_another_who_tells(at_the_end: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes meanwhile is told all the same, once: at the next look, and at the end by who is at it."""
    monkeypatch.setattr(threading.Thread, "start", lambda thread: None)
    sender = Interrupted()
    if at_the_end:
        sender.at_the_end()
    end(sender, "a")
    assert sender.told == ([["a"], ["b"]] if at_the_end else [["a"]])
    end(sender, "c")
    assert [id_ for ids in sender.told for id_ in ids] == ["a", "b", "c"]


PROGRAM = f"""
import atexit, time

@atexit.register
def the_last_that_is_run():
    sender.ended("a", ("Answered", {{"id": "a", "t": time.monotonic(), **{REQUEST}, **{ENDED}}}))
    sender.begun("b", ("Arrived", {{"id": "b", "t": time.monotonic(), **{REQUEST}}}))

from asyncdemo_attached.telling import sender
sender.begun("a", ("Arrived", {{"id": "a", "t": time.monotonic(), **{REQUEST}}}))
"""


def test_the_last_of_it_is_told_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a process that ends by itself, however soon after; and what a thread of it does after that."""
    with told(tmp_path, monkeypatch) as (heard, _):
        env = {**os.environ, "PYTHONPATH": str(ATTACH)}
        subprocess.run([sys.executable, "-c", PROGRAM], env=env, check=True, stdin=subprocess.DEVNULL)
        until(lambda: len(heard) == 3, "what it has told")
        told_of = [(type(event), getattr(event, "id", "")) for event in heard]
        assert told_of == [(e.Arrived, "a"), (e.Answered, "a"), (e.Arrived, "b")]


def test_moments_are_those_of_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the clock that all processes share; what has happened before it began, happened then."""
    monkeypatch.delenv("HONCHO_PROCESS_NAME", raising=False)
    began = time.monotonic() - 1000.0
    with told(tmp_path, monkeypatch, began=began) as (heard, sender):
        for moment in ({"t": began + 12.3456789}, {"t": began - 1.0}, {}):
            sender.tell(("Printed", {"line": "", **moment}))
        passed = time.monotonic() - began
        until(lambda: len(heard) == 3, "all")
    assert [event.t for event in heard[:2]] == [12.345679, 0.0]
    assert 1000.0 <= heard[2].t <= passed + 1e-6
    assert {event.process for event in heard} == {"project"}


class Command:
    """A command that reads when it is told to, and has little room for what it has not read."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**17)
        self.server.settimeout(DEADLINE_S)
        self.said = b""
        self.connections: list[socket.socket] = []
        """Both ends of each that was made."""
        self._connect = socket.create_connection
        (folder / "telemetry").write_text(str(Address("127.0.0.1", self.server.getsockname()[1], "token", 0.0)))
        monkeypatch.setenv(TELEMETRY, str(folder / "telemetry"))
        monkeypatch.setattr(socket, "create_connection", self.connect)

    def connect(self, address: tuple[str, int], timeout_s: float) -> socket.socket:
        """As `socket.create_connection`."""
        ours = self._connect(address, timeout_s)
        theirs, _ = self.server.accept()
        theirs.setblocking(False)
        self.connections += [ours, theirs]
        return ours

    def read(self) -> int:
        """Take in what has come on the newest. How many bytes there are now."""
        try:
            while data := self.connections[-1].recv(2**20):
                self.said += data
        except BlockingIOError:
            pass
        return len(self.said)

    @property
    def heard(self) -> list[e.Event]:
        """The events of what it has read, with what has come by now."""
        self.read()
        token, *lines = self.said.split(b"\n")[:-1]
        assert token == b"token"
        return [decode(line) for line in lines]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    command = Command(tmp_path, monkeypatch)
    yield command
    for connection in (command.server, *command.connections):
        connection.close()


def test_a_command_that_is_stopped_holds_nobody_up(command: Command) -> None:
    """Of what it does not read so much is kept, and comes whole; the last of it at the end."""
    sender = Sender()
    size = 2**19
    for number in range(40):
        sender.tell(("Printed", {"line": f"{number:{size}}"}))
    until(lambda: sender.at_the_end() or command.read() >= KEPT_BYTES, "what was kept")
    until(lambda: sender.tell(("Ready", {})) or isinstance(command.heard[-1], e.Ready), "what comes then")
    lines = [event.line for event in command.heard if isinstance(event, e.Printed)]
    assert {len(line) for line in lines} == {size}
    assert [int(line) for line in lines] == sorted({int(line) for line in lines})
    assert len(lines) < 2 * KEPT_BYTES // size + 16, "and what the system holds"


def test_who_has_nothing_to_tell_never_connects(command: Command) -> None:
    """A process that serves nothing, say: not at its end, either."""
    Sender().at_the_end()
    assert not command.connections


def test_each_of_something_without_a_name_has_one_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """In all processes of a run."""
    names = [sender.new_id() for sender in [Sender()] * 2]
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert len({*names, Sender().new_id()} - {""}) == 3


@pytest.mark.parametrize("why", ["no run", "closed"])
def test_who_has_nobody_to_tell_looks_for_nobody_again(
    why: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside of a run, and after it: a project goes on as ever."""
    sender = Sender()
    if why == "closed":
        sender.close()
    else:
        with monkeypatch.context() as outside:
            outside.delenv(TELEMETRY)
            sender.tell(("Ready", {}))
    sender.tell(("Ready", {}))
    assert not command.connections


def test_a_process_that_was_forked_has_a_connection_of_its_own(command: Command) -> None:
    """Lines of two in one would mix."""
    sender = Sender()
    sender.tell(("Ready", {}))
    sender.after_fork()
    sender.tell(("Stopping", {}))
    until(lambda: [type(event) for event in command.heard] == [e.Stopping], "what the other tells")


def test_a_line_does_not_wait_for_the_next(command: Command) -> None:
    """The system sends each at once: TCP_NODELAY of tcp(7)."""
    Sender().tell(("Ready", {}))
    assert command.connections[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_one_thread_tells_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And rests when there is nothing to tell."""
    made: list[threading.Event] = []

    class Watched(threading.Event):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    before = set(threading.enumerate())
    with told(tmp_path, monkeypatch) as (heard, _):
        with monkeypatch.context() as here:
            here.setattr(threading, "Event", Watched)
            sender = Sender(60.0)
        for number in range(3):
            begin(sender, str(number))
            end(sender, str(number))
        until(lambda: [event.id for event in heard if isinstance(event, e.Answered)] == ["0", "1", "2"], "all")
        assert [thread.name for thread in set(threading.enumerate()) - before].count("asyncdemo") == 1
        until(lambda: not made[0].is_set(), "its rest")
        sender.close()


def test_when_something_has_lasted(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A twentieth of a second after it began, and not before: what is over by then is told once."""
    now = 1.0
    monkeypatch.setattr(threading.Thread, "start", lambda thread: None)
    monkeypatch.setattr(time, "monotonic", lambda: now)
    sender = Sender(0.0)
    sender.begun("a", ("Arrived", {"id": "a", "t": now, **REQUEST}), ("Arrived", {"id": "it", "t": 4.0, **REQUEST}))
    for later in (SHORT_S / 2, SHORT_S):
        assert not command.connections
        now = 1.0 + later
        sender.begun("b", ("Arrived", {"id": "b", "t": 5.0, **REQUEST}))
    assert [(event.t, event.id) for event in command.heard if isinstance(event, e.Arrived)] == [(1.0, "a"), (4.0, "it")]


def test_a_thread_that_runs_is_left_to_tell(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever answers a visitor does so himself only where it has not looked for half a second."""
    now = 1.0
    monkeypatch.setattr(threading.Thread, "start", lambda thread: None)
    monkeypatch.setattr(time, "monotonic", lambda: now)
    sender = Sender()
    for later in (0.0, LATE_S * 0.9, LATE_S * 1.1):
        assert not command.connections
        now = 1.0 + later
        end(sender, "a")
    assert command.connections


def test_the_name_of_whoever_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its process where that is one of several of a server's: forked, or spawned."""
    monkeypatch.setattr(os, "getpid", lambda: FIRST)
    assert worker("thread 1") == "thread 1"
    monkeypatch.delenv("HONCHO_PROCESS_NAME", raising=False)
    assert worker("") == "process"
    monkeypatch.setenv("HONCHO_PROCESS_NAME", "beat.1")
    assert worker("") == "beat.1"
    with monkeypatch.context() as spawned:
        spawned.setitem(sys.modules, "multiprocessing.process", SimpleNamespace(_parent_process="there"))
        assert (worker("thread 1"), worker("")) == (f"pid {FIRST} thread 1", f"pid {FIRST}")
    monkeypatch.setattr(os, "getpid", lambda: FIRST + 1)
    assert worker("thread 1") == f"pid {FIRST + 1} thread 1"


def test_numbers_of_those_at_work() -> None:
    """The lowest that is free."""
    numbers = Numbers()
    assert [numbers.take(), numbers.take(), numbers.take()] == [1, 2, 3]
    numbers.free(2)
    numbers.free(2)
    assert [numbers.take(), numbers.take()] == [2, 4]
