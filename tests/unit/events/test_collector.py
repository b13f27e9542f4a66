"""The command's end of the events, when the run is over."""

import threading

import pytest

from asyncdemo.events.collector import Collector
from asyncdemo.events.events import Event, Printed, Ready
from asyncdemo.events.sending import Emitter
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
