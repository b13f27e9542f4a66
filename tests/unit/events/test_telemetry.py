"""From a process of the stage to the command, over a real socket: what is told, and when."""

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from asyncdemo.events.events import Done, Printed, Ready, Sent, Taken
from asyncdemo.events.sending import TELEMETRY, Address, Emitter
from asyncdemo.probes.teller import Teller
from tests.unit.events.conftest import Received
from tests.waiting import until


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


class Held(Emitter):
    """Its clock stands still until it is let go."""

    held_at: float | None = 1.0

    def now(self) -> float:
        return super().now() if self.held_at is None else self.held_at


def test_a_message_is_told_once_whatever_kinds_begin_with_it(received: Received) -> None:
    """A message that is sent, and taken in the same process: two beginnings of one id."""
    emitter = Held(received.collector.address, "web.1")
    teller = Teller(emitter)
    teller.begun(Sent, "a", channel="notify")
    teller.begun(Taken, "a", channel="notify", worker="slot 1", age_s=0.0)
    assert not teller.over(Sent, "a")
    emitter.held_at = None
    until(lambda: received, "the other")
    assert [type(event) for event in received] == [Taken]
    emitter.close()


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


def test_a_moment_is_told_to_the_microsecond(received: Received, emitting: Callable[[str], Emitter]) -> None:
    """Several together, each with its own; also those that only a name tells."""
    emitting("web.1").send([(1.23456789, Ready, {}), (2.000_000_4, "Printed", {"line": "a"})])
    until(lambda: len(received) == 2, "both")
    assert [(type(event), event.t) for event in received] == [(Ready, 1.234568), (Printed, 2.0)]
