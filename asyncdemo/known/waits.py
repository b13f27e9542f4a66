"""How long somebody waits, or something takes that nobody waits for, in a window of time and as a whole."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import floor

from ..base.histogram import Histogram, together
from .kept.bins import COUNT, Bins

Cells = list[tuple[float, float, list["Peak"]]]


@dataclass(frozen=True)
class Latency:
    """How long it took in a window of time. Seconds."""

    count: int
    p50: float
    p95: float
    p99: float
    max: float


def latency_of(seen: Histogram) -> Latency:
    """What is told of these."""
    return Latency(seen.count, seen.percentile(50), seen.percentile(95), seen.percentile(99), seen.max_s)


@dataclass
class Peak:
    """The longest wait of a small slice of time."""

    wait_s: float = 0.0

    def see(self, wait_s: float) -> None:
        """Keep the longer one."""
        self.wait_s = max(self.wait_s, wait_s)


class Peaks:
    """The longest wait at each moment: of those that are over, and of the one that has lasted for longest now."""

    def __init__(self, window_s: float) -> None:
        self._bins = Bins(window_s, Peak)

    def see(self, began: float, ended: float) -> None:
        """A wait is over."""
        for start, end in self._bins.parts(began, ended):
            self._bins.at(start).see(end - began)

    @property
    def slice_s(self) -> float:
        """The shortest time of which the longest wait is known, in seconds."""
        return self._bins.width_s

    def waits(self, now: float, cells: int, longest_s: float) -> list[float]:
        """For each of `cells` slices of the window, the oldest first; `longest_s` has lasted whoever waits now."""
        return self._longest(self._bins.cells(now, cells), now - longest_s)

    def between(self, begin: float, end: float, now: float, cells: int, longest_s: float) -> list[float]:
        """As `waits`, from one moment to another; of what comes after `now`, no cell."""
        came = [cell for cell in self._bins.between(begin, end, cells) if cell[0] < now]
        return self._longest([(start, min(stop, now), peaks) for start, stop, peaks in came], now - longest_s)

    @staticmethod
    def _longest(cells: Cells, since: float) -> list[float]:
        return [max([end - since, 0.0, *(peak.wait_s for peak in peaks)]) for _, end, peaks in cells]

    def lately(self, now: float, span_s: float, longest_s: float) -> float:
        """At any moment of the last `span_s` seconds, at least of a slice; 0.0 for none."""
        recent = self._bins.last(now, max(1, round(span_s / self.slice_s)))
        return max([0.0, longest_s, *(peak.wait_s for peak in recent)])


@dataclass
class Waits:
    """How long one kind of work takes, from its sending until it is done. What is not done counts as long as it has
    waited so far."""

    window_s: float
    done: Histogram = field(default_factory=Histogram)
    """Of all that are done."""
    waiting: tuple[float, ...] = ()
    """When those were sent that are queued or in hand."""
    held: tuple[float, ...] = ()
    """And those that a dead worker holds."""

    def __post_init__(self) -> None:
        self._recent = Bins(self.window_s, Histogram)
        self._by_sent = Bins(self.window_s, Histogram)
        self._peaks = Peaks(self.window_s)

    def over(self, sent_at: float, done_at: float) -> None:
        """One is done."""
        self.done.record(done_at - sent_at)
        self._recent.at(done_at).record(done_at - sent_at)
        self._by_sent.at(sent_at).record(done_at - sent_at)
        self._peaks.see(sent_at, done_at)

    def latency(self, now: float) -> Histogram:
        """Of all of them."""
        return together((self.done, so_far((*self.waiting, *self.held), now)))

    def recent(self, now: float, share: float = 1.0) -> Latency:
        """Of those that were done in the last window, or the newest `share` of it, and of those that wait. What a dead
        worker holds counts in a whole window alone: nothing that is done now makes it better."""
        held = self.held if share == 1.0 else ()
        seen = together((*self._recent.last(now, round(COUNT * share)), so_far((*self.waiting, *held), now)))
        return latency_of(seen)

    def longest_wait(self, now: float) -> float:
        """Of those that wait now, in seconds; 0.0 where none does. What is held waits for nobody."""
        return max((now - sent_at for sent_at in self.waiting), default=0.0)

    def longest_waits(self, now: float, cells: int) -> list[float]:
        """For each of `cells` slices of the window, the oldest first."""
        return self._peaks.waits(now, cells, self.longest_wait(now))

    def longest_waits_between(self, begin: float, end: float, now: float, cells: int) -> list[float]:
        """As `longest_waits`, from one moment to another; of what comes after `now`, no cell."""
        return self._peaks.between(begin, end, now, cells, self.longest_wait(now))

    def longest_lately(self, now: float, span_s: float) -> float:
        """The longest at any moment of the last `span_s` seconds, at least of a slice; 0.0 for none."""
        return self._peaks.lately(now, span_s, self.longest_wait(now))

    def by_sent(self, begin: float, seconds: float, now: float) -> Iterator[tuple[float, Histogram]]:
        """(the middle, in seconds from `begin` on; those that were sent in it) of each slice of so many seconds, as far
        as they have gone by: a load may have no end."""
        waiting = sorted((*self.waiting, *self.held))
        until = max(begin, min(begin + seconds, now))
        slices = max(1, floor((until - begin) / self._by_sent.width_s))
        for start, end, done in self._by_sent.between(begin, until, slices):
            since = waiting[bisect_left(waiting, start) : bisect_left(waiting, end)]
            yield max(0.0, (start + end) / 2 - begin), together((*done, so_far(since, now)))


def so_far(since: Iterable[float], now: float) -> Histogram:
    """How long those have waited who have done so since then."""
    waited = Histogram()
    for moment in since:
        waited.record(max(0.0, now - moment))
    return waited
