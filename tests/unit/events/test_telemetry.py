"""From a process of the stage to the command, over a real socket."""

import os
import resource
import select
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from asyncdemo.base.installation import ROOT
from asyncdemo.events.collector import STRANGERS, Collector, Reader
from asyncdemo.events.events import Done, Event, Printed, Ready, Sent, Taken
from asyncdemo.events.sending import TELEMETRY, Address, Emitter
from asyncdemo.events.wire import encode
from asyncdemo.probes.teller import Teller
from tests.waiting import DEADLINE_S, until


class Received(list[Event]):
    """The events that a collector was given, in order, and the collector."""

    collector: Collector


@pytest.fixture
def received() -> Iterator[Received]:
    """A collector that listens."""
    events = Received()
    events.collector = Collector(events.append)
    yield events
    events.collector.close()


@pytest.fixture
def emitting(received: Received) -> Iterator[Callable[[str], Emitter]]:
    """Makes an emitter of a process with this name, as the process would."""
    emitters: list[Emitter] = []

    def emitter(process: str) -> Emitter:
        emitters.append(Emitter(received.collector.address, process))
        return emitters[-1]

    yield emitter
    for emitter_of_one in emitters:  # as the end of its process would
        emitter_of_one.close()


def connect(collector: Collector) -> socket.socket:
    """A connection without a word yet."""
    address = collector.address
    return socket.create_connection((address.host, address.port), DEADLINE_S)


def closed_by_the_other_side(connection: socket.socket) -> bool:
    """Waits for the end of the stream."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_an_event_arrives_as_it_was_sent(received: Received, emitting: Callable[[str], Emitter]) -> None:
    """With the time on the run's clock and the name of its process."""
    emitter = emitting("worker.1")
    before = received.collector.now()
    emitter.emit(Sent, id="a", channel="notify")
    event = until(lambda: received and received[0], "the event")
    assert isinstance(event, Sent)
    assert (event.process, event.id, event.channel) == ("worker.1", "a", "notify")
    assert before - 1e-6 <= event.t <= received.collector.now()


def test_events_of_one_process_keep_their_order(received: Received, emitting: Callable[[str], Emitter]) -> None:
    """Nothing is buffered on the way, and nothing overtakes."""
    emitter = emitting("worker.1")
    for number in range(200):
        emitter.emit(Printed, line=str(number))
    until(lambda: len(received) == 200, "all events")
    assert [event.line for event in received] == [str(n) for n in range(200)]  # type: ignore[attr-defined]


def test_several_processes_share_one_clock(received: Received, emitting: Callable[[str], Emitter]) -> None:
    """What one sends after another is later."""
    first, second = (emitting(name) for name in ("web.1", "worker.1"))
    first.emit(Ready)
    second.emit(Ready)
    until(lambda: len(received) == 2, "both events")
    assert [event.process for event in sorted(received, key=lambda event: event.t)] == ["web.1", "worker.1"]


def test_a_process_finds_the_collector_through_the_environment(
    received: Received, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file with address and token in one variable, its own name in honcho's."""
    file = tmp_path / "telemetry"
    file.write_text(str(received.collector.address))
    monkeypatch.setenv(TELEMETRY, str(file))
    monkeypatch.setenv("HONCHO_PROCESS_NAME", "worker.2")
    emitter = Emitter.from_environment()
    emitter.emit(Ready)
    assert until(lambda: received and received[0], "the event").process == "worker.2"
    emitter.close()


def test_an_address_survives_the_environment() -> None:
    """`str` and `parse` are each other's way back, to the last digit of the clock."""
    address = Address("127.0.0.1", 12345, "abc", time.monotonic())
    assert Address.parse(str(address)) == address


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


def test_a_command_that_is_gone_does_not_hurt_the_stage(received: Received) -> None:
    """Emitting goes nowhere, and raises nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        emitter = Emitter(Address("127.0.0.1", server.getsockname()[1], "token", 0.0), "worker.1")
        accepted, _ = server.accept()
        accepted.close()
    for number in range(1000):
        emitter.emit(Done, id=str(number), channel="notify", worker="worker.1", busy_s=0.1)
    assert emitter.closed


def test_who_has_hung_up_is_heard_no_more(received: Received, emitting: Callable[[str], Emitter]) -> None:
    """What was told before is whole; what comes after goes nowhere, and raises nothing."""
    emitter, other = emitting("worker.1"), emitting("worker.2")
    emitter.emit(Printed, line="before")
    assert not emitter.closed
    for _ in range(2):
        emitter.close()
        emitter.emit(Printed, line="after")
    assert emitter.closed
    until(lambda: len(received) == 1, "what was told before")
    other.emit(Ready)
    until(lambda: len(received) == 2, "the event of another")
    assert [event.process for event in received] == ["worker.1", "worker.2"]


def test_outside_a_run_there_is_nobody_to_tell() -> None:
    """A stage that is started by hand never asks."""
    assert TELEMETRY not in os.environ
    with pytest.raises(KeyError):
        Emitter.from_environment()


def test_what_lasts_is_told_with_the_time_when_it_began(received: Received, emitting: Callable[[str], Emitter]) -> None:
    """Long before it ends, and once."""
    teller = Teller(emitting("worker.1"))
    before = received.collector.now()
    teller.begun(Taken, "a", channel="notify", worker="worker.1", age_s=0.5)
    after = received.collector.now()
    event = until(lambda: received and received[0], "the beginning")
    assert isinstance(event, Taken)
    assert (event.id, event.age_s) == ("a", 0.5)
    assert before - 1e-6 <= event.t <= after + 1e-6
    assert teller.over(Taken, "a")


def test_what_is_over_soon_is_not_told(received: Received, emitting: Callable[[str], Emitter]) -> None:
    """Whoever ends it learns that he has to tell all of it."""
    emitter = emitting("worker.1")
    teller = Teller(emitter)
    for number in range(100):
        teller.begun(Taken, str(number), channel="notify", worker="worker.1", age_s=0.0)
        if not teller.over(Taken, str(number)):
            emitter.emit(Done, id=str(number), channel="notify", worker="worker.1", busy_s=0.0)
    teller.begun(Taken, "lasts", channel="notify", worker="worker.1", age_s=0.0)
    until(lambda: any(isinstance(event, Taken) and event.id == "lasts" for event in received), "the one that lasts")
    taken = {event.id for event in received if isinstance(event, Taken)}
    done = {event.id for event in received if isinstance(event, Done)}
    assert taken | done == {"lasts", *(str(number) for number in range(100))}
    assert not taken & done


def test_a_message_is_told_once_whatever_kinds_begin_with_it(
    received: Received, emitting: Callable[[str], Emitter]
) -> None:
    """A message that is sent, and taken in the same process: two beginnings of one id."""
    teller = Teller(emitting("web.1"))
    teller.begun(Sent, "a", channel="notify")
    teller.begun(Taken, "a", channel="notify", worker="slot 1", age_s=0.0)
    assert not teller.over(Sent, "a")
    until(lambda: received, "the other")
    assert [type(event) for event in received] == [Taken]


class Interrupted(Emitter):
    """Whoever looks at its clock is interrupted by whatever `meanwhile` is."""

    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    def now(self) -> float:
        self.meanwhile()
        return super().now()


def test_an_end_is_told_whoever_flushes_meanwhile(received: Received) -> None:
    """A thread may be interrupted anywhere, while it looks at the clock too."""
    emitter = Interrupted(received.collector.address, "worker.1")
    teller = Teller(emitter)
    emitter.meanwhile = teller.flush
    for number in range(10):
        teller.ended(Done, id=str(number), channel="notify", worker="worker.1", busy_s=0.0)
    until(lambda: {event.id for event in received if isinstance(event, Done)} == {str(n) for n in range(10)}, "all")
    emitter.close()


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


def test_a_moment_is_told_to_the_microsecond(received: Received, emitting: Callable[[str], Emitter]) -> None:
    """Several together, each with its own; also those that only a name tells."""
    emitting("web.1").send([(1.23456789, Ready, {}), (2.000_000_4, "Printed", {"line": "a"})])
    until(lambda: len(received) == 2, "both")
    assert [(type(event), event.t) for event in received] == [(Ready, 1.234568), (Printed, 2.0)]


class Reset:
    """A connection whose other end was killed."""

    def recv(self, most: int) -> bytes:
        raise ConnectionResetError


def test_a_process_that_was_killed_says_no_more() -> None:
    """It has ended, as one that has hung up."""
    assert not Reader(b"token", lambda event: None, float).read(Reset())  # type: ignore[arg-type]
