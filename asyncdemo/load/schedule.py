"""When requests are meant to leave: seconds from the start of the load. Pure.

A request leaves whenever the integral of the rate has grown by a gap: by 1 for even arrivals, by a chance of mean 1 for
independent visitors (Poisson). A ramp and a turn of the rate then need no case of their own.
"""

from collections.abc import Callable, Iterator
from math import inf, sqrt
from random import Random

ROUNDING = 1e-12
"""Of the whole time: what is as close to the end is at the end, and so none of it."""


class Schedule:
    """The times, one after the other, up to the end of the load. The rate can be turned on the way."""

    def __init__(self, rate: float, rate_end: float, seconds: float, gap: Callable[[], float] | None = None) -> None:
        self._rate, self._seconds = rate, seconds
        self._slope = (rate_end - rate) / seconds
        self._gap = gap if gap is not None else lambda: 1.0
        self._factor = 1.0
        self._turned_at = 0.0
        self._progress = 0.0
        """The integral of the rate up to the last turn."""
        self._threshold = 0.0 if gap is None else gap()
        self.next = self._time()
        """When the next request is meant to leave; inf: none any more."""

    def take(self, now: float) -> Iterator[float]:
        """The times up to `now` that have not been taken yet."""
        while self.next <= now and self.next < inf:
            yield self.next
            self._threshold += self._gap()
            self.next = self._time()

    def turn(self, now: float, factor: float) -> None:
        """From `now` on the rate is `factor`, 0 or more, times what was asked for. Take what is due first."""
        self._progress += self._factor * (self._integral(now) - self._integral(self._turned_at))
        self._turned_at, self._factor = now, factor
        self.next = self._time()

    def rate(self, now: float) -> float:
        """Requests a second that are to leave at this moment; 0.0 after the end."""
        return self._factor * (self._rate + self._slope * now) if now < self._seconds else 0.0

    def _time(self) -> float:
        """When the integral reaches the threshold; inf if it does not before the end."""
        left = self._threshold - self._progress
        if not self._factor:
            return inf
        t = max(self._inverse(self._integral(self._turned_at) + left / self._factor), self._turned_at)
        return t if t < self._seconds * (1 - ROUNDING) else inf

    def _integral(self, t: float) -> float:
        """Requests up to `t`, without turns."""
        return self._rate * t + self._slope * t * t / 2

    def _inverse(self, count: float) -> float:
        """When the integral is `count`; inf: never."""
        if count <= 0:
            return 0.0
        square = self._rate * self._rate + 2 * self._slope * count
        if square < 0:  # a ramp down ends before
            return inf
        below = self._rate + sqrt(square)
        return 2 * count / below if below else inf


def even(rate: float, rate_end: float, seconds: float) -> Schedule:
    """One after the other at the same distance, the first at once."""
    return Schedule(rate, rate_end, seconds)


def poisson(rate: float, rate_end: float, seconds: float, chance: Random) -> Schedule:
    """As visitors come who do not know of each other."""
    return Schedule(rate, rate_end, seconds, lambda: chance.expovariate(1.0))
