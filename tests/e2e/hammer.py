"""A load as the command has it: the real process, and the events that it tells."""

import subprocess
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from asyncdemo.events import events as e
from asyncdemo.events.collector import Collector
from asyncdemo.known.load import Load
from asyncdemo.load.options import LoadOptions
from asyncdemo.load.process import LoadProcess
from asyncdemo.load.target import parse_target
from tests.waiting import DEADLINE_S, until

Kind = TypeVar("Kind", bound=e.Event)


class Hammer:
    """A load on a URL. Use it in a `with`."""

    def __init__(self, url: str, spawn: Callable[..., Any] = subprocess.Popen, **options: Any) -> None:
        self.options = LoadOptions(
            parse_target(url), **{"duration": 1.0, "rate": 50.0, "timeout": DEADLINE_S} | options
        )
        self.events: list[e.Event] = []
        self.collector = Collector(self.events.append)
        self.load_process = LoadProcess(self.options, self.collector.address, spawn=spawn)

    def __enter__(self) -> "Hammer":
        self.load_process.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.load_process.close()
        self.collector.close()

    def all(self, kind: type[Kind]) -> list[Kind]:
        """Those of a kind, so far."""
        return [event for event in list(self.events) if isinstance(event, kind)]

    @property
    def load(self) -> Load:
        """What is known so far."""
        load = Load()
        for event in list(self.events):
            load.fold(event)
        return load

    def until(self, *ended: str, count: int = 1) -> None:
        """Wait until so many have ended in each of these ways."""
        done = f"{count} x {ended}"
        until(lambda: all(self.load.ended[how] >= count for how in ended), lambda: f"{done} in {self.load.ended}")

    def enough(self) -> Load:
        """End it; what is known then. Who is on the way at that moment is `unfinished`."""
        self.load_process.stop()
        return self.finish()

    def finish(self) -> Load:
        """The load after its end, whose books have been looked at."""
        assert self.load_process.wait(DEADLINE_S) == 0, self.load_process.failure
        until(lambda: self.all(e.LoadEnded), "LoadEnded")
        self.balanced()
        return self.load

    def balanced(self) -> None:
        """Every request that was meant to leave has an end or waits, whenever it is told."""
        scheduled = 0
        ended: Counter[str] = Counter()
        told = self.all(e.LoadTold)
        assert [each.number for each in told] == list(range(1, len(told) + 1))
        for each in told:
            scheduled += each.scheduled
            ended.update(each.ended)
            assert sum(ended.values()) + sum(count for _, _, count in each.waiting) == scheduled, each
        load = self.load
        assert sum(load.ended.values()) + load.unfinished == load.scheduled
        assert {how: histogram.count for how, histogram in load.by_end.items()} == ended
        assert load.scheduled == load.answered + load.errors + load.unfinished
        assert load.page.whole.count == load.answered + load.unfinished
        assert load.failed.whole.count == load.errors
        assert load.service.count == load.answered
        assert load.lag.count == load.sent <= load.scheduled


def hammer(url: str, **options: Any) -> Load:
    """A whole load."""
    with Hammer(url, **options) as running:
        return running.finish()
