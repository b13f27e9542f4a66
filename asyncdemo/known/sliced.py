"""Latency by when a request was meant to leave: 240 slices of a load's time, as far as it goes."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..base.histogram import Histogram, together
from .bins import slices_of

Cell = tuple[int, int, int]
"""[slice, bucket, count], as a load tells it."""


@dataclass
class Sliced:
    """Durations, counted slice by slice, and all of them."""

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
