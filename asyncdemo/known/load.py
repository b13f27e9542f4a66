"""The load: what was sent, how it ended, and how long whoever sent it waited.

The page's latency is of those who got it, a status below 400, and of those who wait for it, at their wait so far. All
others that ended have a latency of their own: a refusal in 6 ms is no fast page.
"""

from collections import Counter
from dataclasses import dataclass, field
from math import inf

from ..base.histogram import Histogram, together
from ..events import events as e
from .kept.bins import COUNT, Bins, Cell, Group, Sliced, keep_newest

LATELY_S = 10.0
"""What is told of as the last, in seconds of the lesson, and on the wall at the most."""
LEAST_LATELY_S = 1.0
"""And on the wall at the least: a load tells four times in it."""
LATELY = 8
"""Of the newest windows, told four times a second, the rates of now are taken."""
AT_THE_DOOR = {e.REFUSED, e.UNREACHABLE, e.NO_SOCKET}
"""Who ended so has no part in `LoadTold.latency`, where an older recording has that."""


@dataclass
class Load:
    """What is known of the load on a run. Its windows may come in any order; one that is missing is not counted."""

    ready: bool = False
    """Whether what sends is there, and waits to be told when to begin."""
    started: e.LoadStarted | None = None
    ended_at: float = inf
    scheduled: int = 0
    """Requests that were to leave: answered + errors + waiting + unfinished, at every moment."""
    sent: int = 0
    unfinished: int = 0
    """Requests that were on their way when somebody ended the load. They are no errors."""
    ended: Counter[str] = field(default_factory=Counter)
    """How requests ended: a status, or what became of them instead."""
    again: Counter[str] = field(default_factory=Counter)
    """Requests that were sent on another connection than they were meant for, by why."""
    by_end: dict[str, Histogram] = field(default_factory=dict)
    """Latency, from the moment a request was meant to leave, by how it ended."""
    service: Histogram = field(default_factory=Histogram)
    """From the moment it did leave; of those who got the page."""
    lag: Histogram = field(default_factory=Histogram)
    """Between these two moments."""
    latest: e.LoadTold | None = None
    """The newest: who waits now."""
    problem: str = ""
    """What the newest failure said."""
    _got: Sliced = field(default_factory=Sliced)
    _failed: Sliced = field(default_factory=Sliced)
    _mixed: Sliced = field(default_factory=Sliced)
    """Of pages and errors that an older recording does not tell apart."""
    _recent: Bins[Histogram] = field(default_factory=lambda: Bins(LATELY_S, Histogram))
    """Latency of the page by when it came."""
    _turns: dict[float, float] = field(default_factory=dict)
    _lately: dict[int, e.LoadTold] = field(default_factory=dict)

    def fold(self, event: e.Event) -> None:
        """Take in one event."""
        match event:
            case e.LoadReady():
                self.ready = True
            case e.LoadStarted():
                self.started = event
            case e.LoadTurned():
                self._turns[event.t] = event.factor
                keep_newest(self._turns)
            case e.LoadEnded():
                self.ended_at, self.unfinished = event.t, event.unfinished
            case e.LoadTold():
                self._told(event)

    def _told(self, event: e.LoadTold) -> None:
        self.scheduled += event.scheduled
        self.sent += event.sent
        self.ended.update(event.ended)
        self.again.update(event.again)
        for end, cells in event.by_end.items():
            self._record(self._got if e.is_answer(end) else self._failed, cells, event.t)
            for _, bucket, count in cells:
                self.by_end.setdefault(end, Histogram()).record_bucket(bucket, count)
        service = event.service if not event.latency else self._told_together(event)
        for bucket, count in service:
            self.service.record_bucket(bucket, count)
        for bucket, count in event.lag:
            self.lag.record_bucket(bucket, count)
        self._lately[event.number] = event
        for number in sorted(self._lately)[: -LATELY - 1]:
            del self._lately[number]
        if self.latest is None or event.number > self.latest.number:
            self.latest = event
            self.problem = event.problem or self.problem

    def _record(self, kind: Sliced, cells: list[Cell], t: float) -> None:
        kind.record(cells)
        if kind is not self._failed:
            for _, number, count in cells:
                self._recent.at(t).record_bucket(number, count)

    def _told_together(self, event: e.LoadTold) -> list[tuple[int, int]]:
        """A window of an older recording: its service times, as far as they may be those of the page."""
        pages = {e.is_answer(end) for end, count in event.ended.items() if count and end not in AT_THE_DOOR}
        kind = self._mixed if len(pages) != 1 else self._got if pages == {True} else self._failed
        self._record(kind, event.latency, event.t)
        return [] if kind is self._failed else event.service

    @property
    def tells_apart(self) -> bool:
        """Whether it is known of each latency if it was a page's. If not, those of the page are those of all."""
        return not self._mixed.slices

    @property
    def waiting(self) -> int:
        """Requests without an end, when it was last told; 0 when the load has ended: they are `unfinished` then."""
        if self.latest is None or self.ended_at < inf:
            return 0
        return sum(count for _, _, count in self.latest.waiting)

    @property
    def unsent(self) -> int:
        """Of those that wait, how many have not left yet: this machine is late."""
        never = sum(self.ended[end] for end in (e.NOT_SENT, e.NO_SOCKET))
        return min(self.waiting, max(0, self.scheduled - self.sent - never))

    @property
    def page(self) -> Group:
        """Latency of those who got the page, and of those who wait, or did when the load was ended, so far."""
        return Group((*self.got.members, *self.unanswered.members))

    @property
    def got(self) -> Group:
        """Latency of those who got the page."""
        return Group((self._got,) if self.tells_apart else (self._got, self._failed, self._mixed))

    @property
    def unanswered(self) -> Group:
        """How long those have waited who wait, or did when the load was ended."""
        return Group((Sliced().record(self.latest.waiting if self.latest is not None else ()),))

    @property
    def failed(self) -> Group:
        """Latency of those who ended in any other way."""
        return Group((self._failed,) if self.tells_apart else ())

    def everybody(self) -> Histogram:
        """Latency of all, however they ended, those who wait too."""
        return together((self.page.whole, self.failed.whole))

    @property
    def lately_s(self) -> float:
        """How long `lately` looks back, on the wall."""
        speed = self.started.speed if self.started is not None else 1.0
        return min(LATELY_S, max(LEAST_LATELY_S, LATELY_S / speed))

    def lately(self, now: float) -> Histogram:
        """Latency of those who got the page in the last `lately_s`, whenever they came, and of all who wait: it gets no
        better while a jam grows. Of a load that has ended, as it was then."""
        slices = round(COUNT * self.lately_s / LATELY_S)
        return together((*self._recent.last(min(now, self.ended_at), slices), self.unanswered.whole))

    @property
    def answered(self) -> int:
        """Requests that got what they asked for."""
        return sum(count for end, count in self.ended.items() if e.is_answer(end))

    @property
    def errors(self) -> int:
        """Requests that ended in any other way."""
        return self.failures.total()

    @property
    def failures(self) -> Counter[str]:
        """How these ended: `503`, `timed out`."""
        return Counter({end: count for end, count in self.ended.items() if not e.is_answer(end)})

    @property
    def over_for_visitors(self) -> bool:
        """Whether nobody is to come any more."""
        return self.ended_at < inf or (self.latest is not None and not self.latest.rate and self.factor > 0)

    @property
    def stopped(self) -> bool:
        """Whether it was ended before its time."""
        asked = self.started
        early = asked is not None and self.ended_at < asked.t + asked.seconds
        return bool(self.unfinished) or early

    @property
    def turns(self) -> list[tuple[float, float]]:
        """(when, in seconds since it began; times what was asked for) of each turn of the rate."""
        began = self.started.t if self.started is not None else 0.0
        return [(max(0.0, t - began), self._turns[t]) for t in sorted(self._turns)]

    @property
    def factor(self) -> float:
        """So many times what was asked for is to leave now."""
        return self.factor_at(inf)

    def factor_at(self, after_s: float) -> float:
        """So many times what was asked for was to leave then, seconds after the beginning."""
        return next((factor for t, factor in reversed(self.turns) if t <= after_s), 1.0)

    @property
    def lag_lately(self) -> Histogram:
        """How late requests left, just now."""
        lately = Histogram()
        for window in self._lately.values():
            for bucket, count in window.lag:
                lately.record_bucket(bucket, count)
        return lately

    @property
    def problem_lately(self) -> str:
        """What the newest failure said, if it was just now."""
        newest_first = (self._lately[number].problem for number in sorted(self._lately, reverse=True))
        return next(filter(None, newest_first), "")

    def rates(self) -> tuple[float, float]:
        """(sent, answered) a second, just now."""
        windows = [self._lately[number] for number in sorted(self._lately)]
        span = windows[-1].t - windows[0].t if windows else 0.0
        if span <= 0:
            return 0.0, 0.0
        answered = sum(count for window in windows[1:] for end, count in window.ended.items() if e.is_answer(end))
        return sum(window.sent for window in windows[1:]) / span, answered / span
