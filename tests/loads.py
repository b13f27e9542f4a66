"""Loads as their sender tells them: of visitors of whom it is known how long each waits and how it ends, and window by
window; and what a screen shows of them."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console

from asyncdemo.base.histogram import Histogram, bucket
from asyncdemo.events import events as e
from asyncdemo.events.events import is_answer
from asyncdemo.known.state import State
from asyncdemo.load.request import Request
from asyncdemo.load.tally import Tally
from asyncdemo.showing.panels import View, render_load
from asyncdemo.stages.catalogue import STAGES

AT: Any = {"process": "load.1"}
TELL_S = 0.25
BEGAN = 1.0
"""In seconds of the run."""
RUN = {"speed": 10.0, "delays": [5.0, 5.0, 5.0, 30.0], "url": "http://127.0.0.1:8000/"}
Visitor = tuple[float, float, str]
"""(when he comes, in seconds since the load began; how long he waits; how that ends)."""


def counted(*seconds: float) -> Histogram:
    """How long each of some took."""
    histogram = Histogram()
    for each in seconds:
        histogram.record(each)
    return histogram


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


def run_started(stage: str = "step3", general: int = 4, reserved: int = 0) -> e.Event:
    return e.RunStarted(t=0.0, process="asyncdemo", stage=STAGES[stage], general=general, reserved=reserved, **RUN)


def load_started(**values: object) -> e.Event:
    facts = {"url": "http://127.0.0.1:8000/", "rate": 10.0, "rate_end": 10.0, "seconds": 6.0, "arrivals": "even"}
    return e.LoadStarted(
        t=1.0, process="load.1", **(facts | {"visitors": 0, "timeout_s": 15.0, "speed": 10.0} | values)
    )


def told(number: int, ended: dict[str, int], seconds: float, waits: int = 0, **values: object) -> e.Event:
    """A window in which so many ended, each page after so long, the others at once, and others wait for as long."""
    count = sum(ended.values())
    by_end = {end: [[0, bucket(seconds if is_answer(end) else 0.006), many]] for end, many in ended.items()}
    counted = {"scheduled": count + waits, "sent": count + waits, "ended": ended, "by_end": by_end, "rate": 10.0}
    counted |= {"service": [[bucket(seconds), ended.get("200", 0)]], "lag": [[bucket(0.001), count]]}
    counted["waiting"] = [[1, bucket(seconds), waits]] if waits else []
    return e.LoadTold(t=1.0 + number, process="load.1", number=number, **(counted | values))


def folded(*events: e.Event) -> State:
    state = State()
    for event in events:
        state.fold(event)
    return state


def bad_day() -> State:
    """Half of all answered, one of each misfortune, many who wait."""
    ended = {"200": 90, "503": 20, "timed out": 3, "refused": 2, "cut off": 1, "no HTTP": 1, "too long": 1}
    return folded(run_started(), load_started(), told(1, ended, 0.4), told(2, {"200": 10}, 3.0, waits=40))


def overloaded(pages: int = 31, seconds: float = 5.0) -> State:
    """Few get the page, and wait for it; the many others are sent away at once."""
    ended = {"503": 569, "200": pages} if pages else {"503": 569}
    return folded(load_started(speed=1.0), told(1, ended, seconds))


def shown(state: State, width: int = 88, height: int = 24, now: float = 4.0) -> str:
    """The panels of a load, as text."""
    console = Console(file=io.StringIO(), width=width, height=height, color_system=None)
    with console.capture() as capture:
        console.print(render_load(state, now, View(width, height)), end="")
    return capture.get()
