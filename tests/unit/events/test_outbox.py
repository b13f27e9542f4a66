"""What is kept for a command that does not read: all of it, or a line that says how much was not told."""

import socket
import threading
from collections.abc import Iterator

import pytest

from asyncdemo.events.events import Printed, Ready
from asyncdemo.events.outbox import KEPT_BYTES
from asyncdemo.events.sending import Address, Emitter
from asyncdemo.events.wire import decode
from tests.waiting import until


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
        emitter.emit(Printed, line=f"{number:{KEPT_BYTES // 20}}")
    with command.makefile("rb") as stream:
        assert next(stream) == b"token\n"
        events = []
        while "were not told" not in (event := decode(next(stream))).line:  # type: ignore[attr-defined]
            events.append(event)
        emitter.emit(Ready)
        assert isinstance(decode(next(stream)), Ready)
    assert 0 < len(events) < lines
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
