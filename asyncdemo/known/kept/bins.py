"""Time in slices, in a fixed amount of memory: a window with a value for each, and a load with its latencies."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from math import ceil, floor
from typing import Generic, TypeVar

from ...base.histogram import Histogram, together
from ...events.wire import SLICES

WINDOW_S = 60.0
"""What the panels look back on, in seconds of the lesson."""
COUNT = SLICES
"""Slices of a window: a multiple of the cells of every strip would be too many."""
ROUNDING = 1e-6
"""Of a slice: more than an edge can be off, and far less than anybody can see."""

KEPT = 200
"""Of what happens at a moment of its own, the newest of each kind: no chart and no report has room for more."""

V = TypeVar("V")


class Bins(Generic[V]):
    """Values by time. What is older than twice the window is forgotten, so that a replay may step back a little."""

    def __init__(self, window_s: float, make: Callable[[], V]) -> None:
        self.width_s = window_s / COUNT
        self._make = make
        self._values: dict[int, V] = {}

    def index(self, t: float) -> int:
        """Which slice a moment falls into. An edge belongs to the slice that it begins, however it was rounded."""
        return floor(t / self.width_s + ROUNDING)

    def at(self, t: float) -> V:
        """The value of the slice that `t` falls into, made when there is none."""
        index = self.index(t)
        if index not in self._values:
            self._values[index] = self._make()
            for old in [other for other in self._values if other < index - 2 * COUNT]:
                del self._values[old]
        return self._values[index]

    def parts(self, start: float, end: float) -> Iterator[tuple[float, float]]:
        """A span of time cut at the edges of the slices, as far back as anything is kept: (start, end) of each part."""
        t = max(start, end - 2 * COUNT * self.width_s)
        while t < end:
            edge = min((self.index(t) + 1) * self.width_s, end)
            yield t, edge
            t = edge

    def last(self, now: float, slices: int = COUNT) -> Iterator[V]:
        """The values of the window that ends at `now`, or of its newest slices."""
        newest, values = self.index(now), self._values
        return (values[index] for index in range(newest - slices + 1, newest + 1) if index in values)

    def cells(self, now: float, cells: int) -> list[tuple[float, float, list[V]]]:
        """The window that ends at `now` in so many cells, the oldest first: (start, end, values) of each."""
        return self._parted(ceil(now / self.width_s - ROUNDING) - COUNT, COUNT, cells, now)

    def between(self, begin: float, end: float, cells: int) -> list[tuple[float, float, list[V]]]:
        """As `cells`, for the time from one moment to another, as far back as anything is kept; the edges are those of
        the slices that these moments are in."""
        first = self.index(begin)
        return self._parted(first, max(1, ceil(end / self.width_s - ROUNDING) - first), cells, end)

    def _parted(self, oldest: int, count: int, cells: int, end: float) -> list[tuple[float, float, list[V]]]:
        """So many slices from the oldest on, in so many cells."""
        shown = []
        for part in parts_of(count, cells):
            first, after = oldest + part.start, oldest + part.stop
            values = [self._values[index] for index in range(first, after) if index in self._values]
            shown.append((first * self.width_s, min(after * self.width_s, end), values))
        return shown


@cache
def parts_of(count: int, cells: int) -> list[range]:
    """Which of `count` slices each of so many cells shows."""
    return [slices_of(cell, cells, count) for cell in range(cells)]


def slices_of(cell: int, cells: int, count: int = COUNT) -> range:
    """Which of `count` slices a cell of so many shows: one, two or more; where there are more cells, some the same."""
    first = cell * count // cells
    return range(first, max(first + 1, (cell + 1) * count // cells))


def keep_newest(moments: dict[float, V]) -> None:
    """Forget the oldest of what is kept by its moment, where that has become too much."""
    if len(moments) > KEPT:
        del moments[min(moments)]


Cell = tuple[int, int, int]
"""[slice, bucket, count], as a load tells it."""


@dataclass
class Sliced:
    """Durations by when a request was meant to leave, in 240 slices of a load's time, and all of them."""

    slices: dict[int, Histogram] = field(default_factory=dict)
    whole: Histogram = field(default_factory=Histogram)

    def record(self, cells: Iterable[Cell]) -> "Sliced":
        """Count all of these."""
        for number, bucket, count in cells:
            self.whole.record_bucket(bucket, count)
            self.slices.setdefault(number, Histogram()).record_bucket(bucket, count)
        return self


@dataclass(frozen=True)
class Group:
    """Several of these, looked at as one."""

    members: tuple[Sliced, ...] = ()

    @property
    def whole(self) -> Histogram:
        """All durations of all of them."""
        return together(member.whole for member in self.members)

    def parts(self, cells: int) -> list[Histogram]:
        """For each of `cells` parts of the load's time; of more parts than slices, some have the same."""
        return [together(self._slices(cell, cells)) for cell in range(cells)]

    def longest(self, cells: int) -> list[float]:
        """The longest duration of each of these parts, in seconds; 0.0 where there is none."""
        return [max((part.max_s for part in self._slices(cell, cells)), default=0.0) for cell in range(cells)]

    def _slices(self, cell: int, cells: int) -> list[Histogram]:
        numbers = slices_of(cell, cells)
        return [member.slices[number] for member in self.members for number in numbers if number in member.slices]
