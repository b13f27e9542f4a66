"""The command's end of the events: who is heard, what is lost, and who has to go."""

import os
import resource
import select
import selectors
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from asyncdemo.base.installation import ROOT
from asyncdemo.events.collector import STRANGERS, Collector, Reader
from asyncdemo.events.events import Event, Printed, Ready
from asyncdemo.events.sending import Emitter
from asyncdemo.events.wire import encode
from tests.unit.events.conftest import Received, connect
from tests.waiting import DEADLINE_S, until


def test_who_comes_when_it_is_about_to_close_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was told by then: also by a process that was not there before."""
    events: list[Event] = []
    closing = threading.Event()
    join = threading.Thread.join

    def joined(thread: threading.Thread, timeout: float | None = None) -> None:
        closing.set()
        join(thread, timeout)

    def on_event(event: Event) -> None:
        events.append(event)
        if isinstance(event, Ready):
            assert closing.wait(DEADLINE_S)
            Emitter(collector.address, "late").emit(Printed, line="the last")

    collector = Collector(on_event)
    emitter = Emitter(collector.address, "web")
    emitter.emit(Ready)
    until(lambda: events, "the first")
    monkeypatch.setattr(threading.Thread, "join", joined)
    collector.close()
    assert [event.process for event in events] == ["web", "late"]
    emitter.close()


def closed_by_the_other_side(connection: socket.socket) -> bool:
    """Waits for the end of the stream."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("token", [b"wrong", b"", b"x" * 5000])
def test_who_does_not_know_the_token_is_not_heard(
    received: Received, emitting: Callable[[str], Emitter], token: bytes
) -> None:
    """Everybody on the machine can connect; nobody else can add to the stream."""
    with connect(received.collector) as stranger:
        stranger.sendall(token + b"\n")
        try:
            stranger.sendall(encode(Ready(t=1, process="stranger")))
        except OSError:
            pass
        assert closed_by_the_other_side(stranger)
    emitting("web.1").emit(Ready)
    until(lambda: received, "the event of who knows it")
    assert [event.process for event in received] == ["web.1"]


def test_half_a_line_of_a_killed_process_is_dropped(received: Received, emitting: Callable[[str], Emitter]) -> None:
    """What it had told before stays."""
    whole = encode(Ready(t=1, process="worker.1"))
    with connect(received.collector) as process:
        process.sendall(received.collector.address.token.encode() + b"\n" + whole + whole[:-10])
    with connect(received.collector) as process:
        process.sendall(received.collector.address.token.encode() + b"\n" + whole + whole[:-1])
    emitting("web.1").emit(Ready)
    until(lambda: len(received) >= 3, "the whole lines")
    assert sorted(event.process for event in received) == ["web.1", "worker.1", "worker.1"]


@pytest.mark.parametrize("garbage", [b"\xff\xfe nonsense", b"", b"{}", b"x" * 2**21, b'"' + b"x" * 2**21 + b'"'])
def test_garbage_is_lost_and_nothing_else(
    received: Received, emitting: Callable[[str], Emitter], capfd: pytest.CaptureFixture[str], garbage: bytes
) -> None:
    """What that process tells later is heard; that something was lost is said once, and without a traceback."""
    emitter = emitting("web.1")
    with connect(received.collector) as process:
        process.sendall(received.collector.address.token.encode() + b"\n")
        for line in (garbage + b"\n", garbage + b"\n", encode(Ready(t=1, process="worker.1"))):
            process.sendall(line)
        until(lambda: any(event.process == "worker.1" for event in received), "what comes after it")
    emitter.emit(Ready)
    until(lambda: len(received) == 3, "the event of the other connection")
    assert [event.process for event in received] == ["asyncdemo", "worker.1", "web.1"]
    assert isinstance(received[0], Printed)
    assert "no event" in received[0].line
    assert capfd.readouterr().err == ""


def test_who_says_nothing_has_to_go() -> None:
    """After a while, or when there are too many; who has said the token may be silent for as long as it likes."""
    received: list[Event] = []
    collector = Collector(received.append, patience_s=0.5)
    emitter = Emitter(collector.address, "web.1")
    emitter.emit(Ready)
    until(lambda: len(received) == 1, "the event of who says the token")
    strangers = [connect(collector) for _ in range(STRANGERS + 1)]
    for stranger in strangers:
        assert closed_by_the_other_side(stranger)
        stranger.close()
    emitter.emit(Ready)
    until(lambda: len(received) == 2, "the event of who was silent")
    emitter.close()
    collector.close()


@pytest.fixture
def patient() -> Iterator[Received]:
    """A collector that waits for its strangers."""
    events = Received()
    events.collector = Collector(events.append, patience_s=3600.0)
    yield events
    events.collector.close()


def is_open(connection: socket.socket) -> bool:
    return not select.select([connection], [], [], 0.0)[0]


def test_of_too_many_strangers_the_oldest_has_to_go(patient: Received) -> None:
    """Thirty-two may be there; whoever has said the token is none of them."""
    with ExitStack() as opened:
        ours = Emitter(patient.collector.address, "web.1")
        opened.callback(ours.close)
        strangers = [opened.enter_context(connect(patient.collector)) for _ in range(32)]
        ours.emit(Ready)
        until(lambda: len(patient) == 1, "an event")
        latest = opened.enter_context(connect(patient.collector))
        assert closed_by_the_other_side(strangers[0])
        ours.emit(Ready)
        until(lambda: len(patient) == 2, "another one")
        assert all(map(is_open, [*strangers[1:], latest]))
        latest.sendall(patient.collector.address.token.encode() + b"\n" + encode(Ready(t=1, process="late")))
        until(lambda: patient[-1].process == "late", "whoever says the token at last")


def test_what_is_longer_than_a_token_is_none(patient: Received) -> None:
    """Before its line ends, too."""
    with connect(patient.collector) as long, connect(patient.collector) as longer:
        long.sendall(b"x" * 128)
        longer.sendall(b"x" * 129)
        assert closed_by_the_other_side(longer)
        ours = Emitter(patient.collector.address, "web.1")
        ours.emit(Ready)
        until(lambda: patient, "an event")
        assert is_open(long)
        ours.close()


@pytest.mark.parametrize(("length", "heard"), [(2**20 - 2000, True), (2**20 + 2**19, False)])
def test_no_line_is_longer_than_a_mebibyte(length: int, heard: bool, received: Received) -> None:
    """And what comes after it is heard."""
    with connect(received.collector) as process:
        process.sendall(received.collector.address.token.encode() + b"\n")
        long = encode(Printed(t=1, process="web.1", line="")).replace(b'"line":""', b'"line":"%b"' % (b"x" * length))
        process.sendall(long)
        process.sendall(encode(Ready(t=1, process="worker.1")))
        until(lambda: any(event.process == "worker.1" for event in received), "what comes after it")
    lines = [len(event.line) for event in received if isinstance(event, Printed) and event.process == "web.1"]
    assert lines == [length] * heard


def test_descriptors_that_run_out_are_survived(received: Received, emitting: Callable[[str], Emitter]) -> None:
    """Strangers take them all: those have to go, and who tells something is heard."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    address, strangers, telling = received.collector.address, [socket.socket() for _ in range(16)], socket.socket()
    lowest_free = os.dup(0)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free + 4, limits[1]))
    try:
        for connection in (*strangers, telling):
            connection.connect((address.host, address.port))
        telling.sendall(address.token.encode() + b"\n" + encode(Ready(t=1, process="web.1")))
        until(lambda: received, "the event")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    for connection in (*strangers, telling):
        connection.close()


LEFT = {
    "a collector": "from asyncdemo.events.collector import Collector; kept = Collector(print)",
    "a proxy": "from asyncdemo.running.proxy import Proxy; kept = Proxy('127.0.0.1', 0, 1); kept.open()",
    "a slot in the middle of something": (
        "import threading; from asyncdemo.channel_http.thread import DaemonExecutor; "
        "DaemonExecutor().submit(threading.Event().wait)"
    ),
    "a process of a run": (
        "from asyncdemo.running.processes import Processes; from asyncdemo.running.plan import Command; "
        "from asyncdemo.running.run_folder import RunFolder; kept = RunFolder.create(); "
        "run = Processes(kept, {}, lambda event: None, float); run.start(Command('a', 'exec sleep 1000', {})); "
        "run.wait_for_starts()"
    ),
    "a page that is slow": (
        "import socket; from asyncdemo.running.own.first_answer import FirstAnswer; "
        "kept = socket.create_server(('127.0.0.1', 0)); FirstAnswer('127.0.0.1', kept.getsockname()[1])"
    ),
}


@pytest.mark.parametrize("left", LEFT)
def test_a_command_that_breaks_off_ends_whoever_still_listens(left: str) -> None:
    """Nothing that goes on beside it keeps it from its end."""
    command = [sys.executable, "-c", f"{LEFT[left]}; raise SystemExit(3)"]
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            assert process.wait(DEADLINE_S) == 3
        finally:
            process.kill()


class Looks(selectors.DefaultSelector):  # type: ignore[misc, valid-type]  # one of several, as the system has it
    """Keeps how long each look of a collector was to wait."""

    waits: list[float | None] = []

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.waits.append(timeout)
        return super().select(timeout)  # type: ignore[no-any-return]


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """How long each look of the collector waits, of those that are started then."""
    monkeypatch.setattr(selectors, "DefaultSelector", Looks)
    Looks.waits = []
    return Looks.waits


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """What a collector waits for beside its looks."""
    found: list[float | None] = []
    waits = threading.Event.wait

    def wait(self: threading.Event, timeout: float | None = None) -> bool:
        if threading.current_thread().name == "collector":
            found.append(timeout)
        return waits(self, timeout)

    monkeypatch.setattr(threading.Event, "wait", wait)
    return found


def test_after_a_look_that_has_found_something_there_is_a_pause(
    looks: list[float | None], pauses: list[float | None]
) -> None:
    """Ten looks a second at the most, where one of ours has said something; a stranger makes nobody pause."""
    received: list[Event] = []
    collector = Collector(received.append, patience_s=DEADLINE_S)
    with connect(collector) as stranger:
        for word in (b"x", b"y"):
            before = len(looks)
            stranger.sendall(word)
            until(lambda most=before: len(looks) > most + 2, "looks")  # type: ignore[misc]
        assert pauses == []
        ours = Emitter(collector.address, "web.1")
        ours.emit(Ready)
        until(lambda: pauses, "a pause")
        ours.close()
    collector.close()
    assert set(pauses) == {0.1}
    assert set(looks) == {0.1, 0}
    assert looks[-1] == 0, "what has been told so far is taken in"


def test_what_a_process_says_by_mistake_is_told_once_and_in_short(received: Received) -> None:
    """Eighty bytes of it, harmless; what comes after it is heard."""
    with connect(received.collector) as process:
        process.sendall(received.collector.address.token.encode() + b"\n")
        process.sendall(b"\x1b" + b"x" * 200 + b"\nno event either\n" + encode(Ready(t=1, process="web.1")))
        until(lambda: any(isinstance(event, Ready) for event in received), "what comes after it")
    printed, ready = received
    assert isinstance(printed, Printed)
    assert (printed.process, ready.process) == ("asyncdemo", "web.1")
    assert printed.line == f"a process has told something that is no event: b'\\x1b{'x' * 79}'"
    assert 0.0 <= printed.t <= received.collector.now()


class Reset:
    """A connection whose other end was killed."""

    def recv(self, most: int) -> bytes:
        raise ConnectionResetError


def test_a_process_that_was_killed_says_no_more() -> None:
    """It has ended, as one that has hung up."""
    assert not Reader(b"token", lambda event: None, float).read(Reset())  # type: ignore[arg-type]
