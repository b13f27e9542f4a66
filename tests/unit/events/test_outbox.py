"""What is kept for a command that does not read: all of it, or a line that says how much was not told."""

import socket
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator

import pytest

from asyncdemo.base.installation import ROOT
from asyncdemo.events.events import Printed, Ready
from asyncdemo.events.outbox import LAST_WAIT_S
from asyncdemo.events.sending import Address, Emitter
from asyncdemo.events.wire import decode
from asyncdemo.running import guard
from tests.waiting import DEADLINE_S, until


@pytest.fixture
def stopped() -> Iterator[tuple[Emitter, socket.socket]]:
    """An emitter, and the other end of its connection, which nobody reads."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        emitter = Emitter(Address("127.0.0.1", server.getsockname()[1], "token", 0.0), "worker.1")
        command, _ = server.accept()
    with command:
        yield emitter, command
    emitter.close()


def test_a_command_that_is_stopped_and_goes_on_has_missed_nothing(stopped: tuple[Emitter, socket.socket]) -> None:
    """Ctrl-Z and `fg`: the stage does not wait when the system holds no more for it, and every line comes whole."""
    emitter, command = stopped
    lines = 20_000
    for number in range(lines):
        emitter.emit(Printed, line=f"{number:300}")
    with command.makefile("rb") as stream:
        received = [next(stream) for _ in range(lines + 1)]
    assert received[0] == b"token\n"
    events = [decode(line) for line in received[1:]]
    assert [event.line for event in events if isinstance(event, Printed)] == [f"{n:300}" for n in range(lines)]


def test_a_command_that_is_stopped_for_too_long_is_told_what_it_has_missed(
    stopped: tuple[Emitter, socket.socket],
) -> None:
    """The stage has not waited for it, and what is told after that is whole."""
    emitter, command = stopped
    lines = 100
    for number in range(lines):
        emitter.emit(Printed, line=f"{number:{16 * 2**20 // 20}}")
    with command.makefile("rb") as stream:
        assert next(stream) == b"token\n"
        events = []
        while "were not told" not in (event := decode(next(stream))).line:  # type: ignore[attr-defined]
            events.append(event)
        emitter.emit(Ready)
        assert isinstance(decode(next(stream)), Ready)
    assert 19 <= len(events) < 30, "16 MiB, and what the system holds"
    assert f" {lines - len(events)} events of worker.1 were not told" in event.line  # type: ignore[attr-defined]


def test_its_thread_ends_with_it(stopped: tuple[Emitter, socket.socket]) -> None:
    """Also when it had nothing to do."""

    def threads() -> int:
        return sum(thread.name == "outbox" for thread in threading.enumerate())

    emitter, _ = stopped
    there = threads()
    emitter.close()
    until(lambda: threads() < there, "its end")
    assert emitter.closed
    emitter.close()
    emitter.emit(Ready)


def test_what_is_told_to_nobody_is_not_kept(stopped: tuple[Emitter, socket.socket]) -> None:
    """A stage that outlives its command does not fill the memory."""
    emitter, _ = stopped
    emitter.close()
    tracemalloc.start()
    try:
        for _ in range(100):
            emitter.emit(Printed, line="x" * 50_000)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 1_000_000


ENDS = """
import socket, sys
from asyncdemo.events import outbox
port, outbox.LAST_WAIT_S = int(sys.argv[1]), float(sys.argv[2])
command = socket.create_connection(("127.0.0.1", port))
lines = outbox.Outbox(command, lambda count: b"missed %d\\n" % count)
for number in range(100):
    lines.put(b"%065000d\\n" % number)
print("told", flush=True)
"""
"""A process that tells more than the system holds, and is over."""


def ends(server: socket.socket, last_wait_s: float) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", ENDS, str(server.getsockname()[1]), str(last_wait_s)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """Of a command that has little room for what it has not read."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        yield server


def test_a_process_that_ends_hands_over_the_last(server: socket.socket) -> None:
    """To a command that goes on meanwhile."""
    with ends(server, 3600.0) as process, server.accept()[0] as command:
        assert process.stdout is not None
        assert process.stdout.readline() == b"told\n"
        with command.makefile("rb") as stream:
            assert [int(line[-4:]) for line in stream] == list(range(100))
        assert process.wait(DEADLINE_S) == 0


def test_a_process_ends_though_nobody_reads_the_last(server: socket.socket) -> None:
    """It is waited for no longer than a stage has that is told to go."""
    with ends(server, 0.2) as process, server.accept()[0]:
        assert process.wait(DEADLINE_S) == 0
    assert 0.5 < LAST_WAIT_S < guard.GRACE_S
