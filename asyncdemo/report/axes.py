"""The axes that all rows of a picture share, and the curves drawn between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from ..base.durations import number_text
from ..base.histogram import Histogram, at_least
from ..known.kept.bins import COUNT, Group
from ..known.load import Load
from ..measuring.rows import OfKind, Row

FLOOR_S = 1e-5
"""Shorter than anything that is answered."""
STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
"""Round distances between two labels of the axis of time, in seconds."""
LABELS = 7
"""The most labels of the axis of time."""


@dataclass(frozen=True)
class Point:
    """The visitors who came within a small part of the load's time."""

    came_s: float
    """The middle of that part, from the first request."""
    count: int
    least_s: float
    median_s: float
    longest_s: float
    """How long they waited for the page; those who still wait, so far."""


@dataclass(frozen=True)
class Curve:
    """How long visitors waited, by when they came."""

    points: tuple[Point, ...]
    seconds: float
    """How long requests leave."""


@dataclass(frozen=True)
class Scale:
    """A logarithmic axis of durations."""

    bottom_s: float
    top_s: float

    def level(self, seconds: float) -> float:
        """Where a duration stands, from 0 at the bottom to 1 at the top."""
        place = log10(max(seconds, FLOOR_S) / self.bottom_s) / log10(self.top_s / self.bottom_s)
        return min(1.0, max(0.0, place))

    @property
    def ticks(self) -> list[float]:
        """The powers of ten on it."""
        lowest, highest = ceil(log10(self.bottom_s) - 1e-9), floor(log10(self.top_s) + 1e-9)
        return [10.0**power for power in range(lowest, highest + 1)]


def curve(load: Load, factor: float) -> Curve:
    """The curve of a load's page. `factor`: from seconds on the wall to those that are shown."""
    return curve_of_parts(load, load.page, factor)


def failures_of(load: Load, factor: float) -> Curve:
    """The curve of those who got no page: how long each waited until that was said."""
    return curve_of_parts(load, load.failed, factor)


def curve_of_parts(load: Load, parts: Group, factor: float) -> Curve:
    """Of these, by when a request was meant to leave."""
    seconds = load.started.seconds * factor if load.started is not None else 0.0
    points = [
        point_of((number + 0.5) * seconds / COUNT, histogram, factor)
        for number, histogram in enumerate(parts.parts(COUNT))
        if histogram.count
    ]
    return Curve(tuple(points), seconds)


def curves(rows: Iterable[Row]) -> list[Curve]:
    """Those of a comparison, in seconds of the lesson: of the page, or of quick tasks where that waits for nothing."""
    return [curve(row.load, row.speed) if row.quick is None else tasks_curve(row.quick, row) for row in rows]


def failures(rows: Iterable[Row]) -> list[Curve]:
    """Of those who got no page, in seconds of the lesson: they are drawn on the same axis."""
    return [failures_of(row.load, row.speed) for row in rows]


def tasks_curve(kind: OfKind, row: Row) -> Curve:
    """How long tasks of a kind took until they were done, by when they were sent."""
    points = [point_of(came_s * row.speed, took, row.speed) for came_s, took in kind.by_sent]
    return Curve(tuple(points), row.seconds)


def point_of(came_s: float, seen: Histogram, factor: float) -> Point:
    """Those who came at about the same time, and how long they waited."""
    waits = (at_least(seen.percentile(0)), seen.percentile(50), seen.max_s)
    return Point(came_s, seen.count, *(wait * factor for wait in waits))


def around_a_second(drawn: Sequence[Curve]) -> Scale:
    """From 10 ms to 100 s or more, with 1 s in the middle: whatever is in the upper half, a visitor has noticed."""
    top = round_up(max((point.longest_s for curve in drawn for point in curve.points), default=0.0))
    return Scale(1 / max(100.0, top), max(100.0, top))


def fitting(durations: Sequence[float]) -> Scale:
    """Whole powers of ten around these."""
    known = [max(seconds, FLOOR_S) for seconds in durations] or [0.001, 1.0]
    lowest, highest = floor(log10(min(known))), ceil(log10(max(known)))
    return Scale(10.0**lowest, 10.0 ** max(highest, lowest + 1))


def round_up(seconds: float) -> float:
    """The next of 1, 2, 5, 10, … that is as long."""
    power = 10.0 ** floor(log10(max(seconds, FLOOR_S)))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= seconds * 0.999)


def time_ticks(seconds: float, labels: int = LABELS) -> list[float]:
    """Round moments from 0 to the end, as many as there is room for."""
    step = next((step for step in STEPS_S if seconds / step <= labels - 1), max(seconds, 1.0))
    return [number * step for number in range(floor(seconds / step + 1e-9) + 1)]


def tick_text(seconds: float) -> str:
    """`10 ms`, `1 s`, `100 s`."""
    if seconds < 0.0009:
        return f"{number_text(round(seconds * 1e6))} µs"
    return f"{number_text(round(seconds, 3))} s" if seconds >= 0.999 else f"{number_text(round(seconds * 1000, 3))} ms"
