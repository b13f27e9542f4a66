"""A load as its sender tells it, of visitors of whom it is known how long each waits and how it ends."""

from collections.abc import Iterator, Sequence
from typing import Any

from asyncdemo.events import events as e
from asyncdemo.load.request import Request
from asyncdemo.load.tally import Tally

AT: Any = {"process": "load.1"}
TELL_S = 0.25
BEGAN = 1.0
"""In seconds of the run."""
Visitor = tuple[float, float, str]
"""(when he comes, in seconds since the load began; how long he waits; how that ends)."""


def jam(waits: Sequence[float], rate: float, how: str = "200") -> list[Visitor]:
    """Visitors one after the other, each with his wait."""
    return [(number / rate, wait, how) for number, wait in enumerate(waits)]


def load_of(visitors: Sequence[Visitor], seconds: float, until: float, **started: Any) -> Iterator[e.Event]:
    """The load's events, as far as `until` seconds after its beginning."""
    asked: dict[str, Any] = {"rate": 10.0, "rate_end": 10.0, "arrivals": "even", "visitors": 0, "timeout_s": 60.0}
    asked |= {"url": "http://127.0.0.1:8000/", "seconds": seconds, "speed": 1.0} | started
    yield e.LoadStarted(t=BEGAN, **AT, **asked)
    tally = Tally(BEGAN, seconds, patience_s=1.0)
    for number in range(1, round(until / TELL_S) + 1):
        now = number * TELL_S
        new = [visitor for visitor in visitors if now - TELL_S <= visitor[0] < now]
        tally.scheduled(len(new))
        for _ in new:
            tally.left(0.0)
        for came, wait, how in visitors:
            if now - TELL_S < came + wait <= now:
                tally.ended(Request(1, BEGAN + came, BEGAN + came, b""), how, "", BEGAN + came + wait)
        waiting = [(BEGAN + came, 1) for came, wait, _ in visitors if came < now < came + wait]
        yield e.LoadTold(
            t=BEGAN + now, **AT, **tally.take(waiting, BEGAN + now, asked["rate"] if now < seconds else 0.0)
        )
