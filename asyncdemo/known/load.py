"""The load: what was sent, how it ended, and how long whoever sent it waited."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import floor, inf

from ..base.histogram import Histogram
from ..events import events as e
from .bins import COUNT, ROUNDING, slices_of
from .visitors import ERRORS_FROM

LATELY = 8
"""Of the newest windows, told four times a second, the rates of now are taken."""


def is_answer(end: str) -> bool:
    """Whether a request that ended so got what it asked for: a status below 400."""
    return end.isdecimal() and int(end) < ERRORS_FROM


def together(parts: Iterable[Histogram]) -> Histogram:
    """All that these have counted."""
    whole = Histogram()
    for part in parts:
        whole.add(part)
    return whole


@dataclass
class Load:
    """What is known of the load on a run. Its windows may come in any order; one that is missing is not counted."""

    started: e.LoadStarted | None = None
    ended_at: float = inf
    scheduled: int = 0
    sent: int = 0
    unfinished: int = 0
    """Requests that were given up because the load was stopped."""
    ended: Counter[str] = field(default_factory=Counter)
    """How requests ended: a status, or what became of them instead."""
    again: Counter[str] = field(default_factory=Counter)
    """Requests that were sent on another connection than they were meant for, by why."""
    latency: Histogram = field(default_factory=Histogram)
    """From the moment a request was meant to leave; of those answered, and those who waited in vain."""
    service: Histogram = field(default_factory=Histogram)
    """From the moment it did leave; of those answered."""
    lag: Histogram = field(default_factory=Histogram)
    """Between these two moments."""
    slices: dict[int, Histogram] = field(default_factory=dict)
    """Latency by when a request was meant to leave: 240 slices of the load's time, as far as it goes."""
    latest: e.LoadTold | None = None
    """The newest: who waits now."""
    problem: str = ""
    """What the newest failure said."""
    _lately: dict[int, e.LoadTold] = field(default_factory=dict)

    def fold(self, event: e.Event) -> None:
        """Take in one event."""
        match event:
            case e.LoadStarted():
                self.started = event
            case e.LoadEnded():
                self.ended_at, self.unfinished = event.t, event.unfinished
            case e.LoadTold():
                self._told(event)

    def _told(self, event: e.LoadTold) -> None:
        self.scheduled += event.scheduled
        self.sent += event.sent
        self.ended.update(event.ended)
        self.again.update(event.again)
        for slice_number, bucket, count in event.latency:
            self.latency.record_bucket(bucket, count)
            self.slices.setdefault(slice_number, Histogram()).record_bucket(bucket, count)
        for bucket, count in event.service:
            self.service.record_bucket(bucket, count)
        for bucket, count in event.lag:
            self.lag.record_bucket(bucket, count)
        self._lately[event.number] = event
        for number in sorted(self._lately)[: -LATELY - 1]:
            del self._lately[number]
        if self.latest is None or event.number > self.latest.number:
            self.latest = event
            self.problem = event.problem or self.problem

    @property
    def waiting(self) -> int:
        """Requests without an end, when it was last told; 0 when the load has ended: they are `unfinished` then."""
        if self.latest is None or self.ended_at < inf:
            return 0
        return sum(count for _, _, count in self.latest.waiting)

    def everybody(self) -> Histogram:
        """Latency of all so far, those that still wait, or were given up, counted at their wait so far."""
        everybody = Histogram()
        everybody.add(self.latency)
        for _, bucket, count in self.latest.waiting if self.latest is not None else ():
            everybody.record_bucket(bucket, count)
        return everybody

    def by_time(self, cells: int) -> list[Histogram]:
        """`everybody`, for each of `cells` parts of the load's time, by when a request was meant to leave."""
        parts = [Histogram() for _ in range(COUNT)]
        for slice_number, histogram in self.slices.items():
            parts[slice_number].add(histogram)
        for slice_number, bucket, count in self.latest.waiting if self.latest is not None else ():
            parts[slice_number].record_bucket(bucket, count)
        return [together(parts[number] for number in slices_of(cell, cells)) for cell in range(cells)]

    def slice_before(self, t: float) -> float:
        """When the slice began in which `t` is, in seconds of the run: what is known is known by slices."""
        if self.started is None:
            return t
        width_s = self.started.seconds / COUNT
        return self.started.t + max(0, floor((t - self.started.t) / width_s + ROUNDING)) * width_s

    def since(self, t: float) -> Histogram:
        """`everybody` who was meant to leave from `t` on, in seconds of the run."""
        since = Histogram()
        if self.started is None:
            return since
        first = int((t - self.started.t) / self.started.seconds * COUNT + ROUNDING)
        for slice_number, histogram in self.slices.items():
            if slice_number >= first:
                since.add(histogram)
        for slice_number, bucket, count in self.latest.waiting if self.latest is not None else ():
            if slice_number >= first:
                since.record_bucket(bucket, count)
        return since

    @property
    def answered(self) -> int:
        """Requests that got what they asked for."""
        return sum(count for end, count in self.ended.items() if is_answer(end))

    @property
    def errors(self) -> int:
        """Requests that ended in any other way, those included that were given up."""
        return self.ended.total() - self.answered + self.unfinished

    @property
    def lag_lately(self) -> Histogram:
        """How late requests left, just now."""
        lately = Histogram()
        for window in self._lately.values():
            for bucket, count in window.lag:
                lately.record_bucket(bucket, count)
        return lately

    def rates(self) -> tuple[float, float]:
        """(sent, answered) a second, just now."""
        windows = [self._lately[number] for number in sorted(self._lately)]
        span = windows[-1].t - windows[0].t if windows else 0.0
        if span <= 0:
            return 0.0, 0.0
        answered = sum(count for window in windows[1:] for end, count in window.ended.items() if is_answer(end))
        return sum(window.sent for window in windows[1:]) / span, answered / span
