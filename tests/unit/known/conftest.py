"""Events, as short as they can be said."""

from typing import Any

from asyncdemo.events import events as e
from asyncdemo.known.state import State
from tests.histories import RUN, fold


def at(t: float, kind: type[e.Event], process: str = "worker.1", **values: Any) -> e.Event:
    """An event, in short."""
    return kind(t=t, process=process, **values)


def sent(message: str = "a", channel: str = "notify", process: str = "web.1") -> e.Event:
    return at(1, e.Sent, process, id=message, channel=channel)


def taken(message: str = "a", process: str = "worker.1", channel: str = "notify", t: float = 2) -> e.Event:
    return at(t, e.Taken, process, id=message, channel=channel, worker=process, age_s=0.1)


def called(message: str = "a", direct: bool = False, process: str = "worker.1") -> e.Event:
    return at(3, e.CallStarted, process, id=message, text="Hello, Ada!", seconds=5, worker=process, direct=direct)


def delivered(message: str = "a", process: str = "worker.1") -> e.Event:
    return at(4, e.CallDelivered, process, id=message, text="Hello, Ada!")


def done(message: str = "a", failed: bool = False, process: str = "worker.1") -> e.Event:
    return at(5, e.Done, process, id=message, channel="notify", worker=process, busy_s=3.0, failed=failed)


def refused(message: str = "a", channel: str = "notify") -> e.Event:
    return at(1, e.Refused, "web.1", id=message, channel=channel)


def expired(*messages: str, channel: str = "notify") -> e.Event:
    return at(61, e.Expired, "web.1", ids=list(messages), channel=channel)


def ended(process: str = "worker.1", code: int = -9) -> e.Event:
    return at(6, e.ProcessEnded, process, code=code)


def started(process: str = "worker.1") -> e.Event:
    return at(0, e.ProcessStarted, process, pid=42)


def folded(history: list[e.Event]) -> State:
    """The state after these events of a run of the bonus."""
    return fold([RUN, *history])
