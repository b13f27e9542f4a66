"""A collector that listens, and who tells it something."""

import socket
from collections.abc import Callable, Iterator

import pytest

from asyncdemo.events.collector import Collector
from asyncdemo.events.events import Event
from asyncdemo.events.sending import Emitter
from tests.waiting import DEADLINE_S


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
