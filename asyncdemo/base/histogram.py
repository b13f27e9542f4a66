"""Latencies in a fixed amount of memory: a log-linear histogram, as in HdrHistogram (Gil Tene)."""

from collections import Counter
from collections.abc import Iterable
from math import ceil, frexp

STEPS = 64
"""Buckets for each doubling: a value is off by less than 1/STEPS = 1.6 %."""

LEAST_S = 1e-6
"""What is shorter shares a bucket with it."""

PERCENTS = (50, 90, 95, 99, 99.9)
"""What is told of durations."""

ENOUGH = 100
"""Fewer have no 99th percentile."""
SAMPLES = {99: ENOUGH, 99.9: 10 * ENOUGH}
"""Percentile -> so many are needed for it to say more than the longest does."""


class Histogram:
    """Counts durations in seconds."""

    def __init__(self) -> None:
        self.count = 0
        self.max_s = 0.0
        self._buckets: Counter[int] = Counter()

    def record(self, seconds: float, count: int = 1) -> None:
        """Count a duration, 0 or more; of several, if that many were as long."""
        self.count += count
        self.max_s = max(self.max_s, seconds)
        self._buckets[bucket(seconds)] += count

    def record_bucket(self, bucket: int, count: int) -> None:
        """Count durations of which only the bucket is known, as if each were as long as the bucket allows."""
        self.count += count
        self.max_s = max(self.max_s, upper_edge(bucket))
        self._buckets[bucket] += count

    def buckets(self) -> list[tuple[float, int]]:
        """(upper edge in seconds, how many), the shortest first."""
        return [(upper_edge(bucket), self._buckets[bucket]) for bucket in sorted(self._buckets)]

    def add(self, other: "Histogram") -> None:
        """Count all that `other` has counted."""
        self.count += other.count
        self.max_s = max(self.max_s, other.max_s)
        for bucket, count in other._buckets.items():  # of one slice of time they are few: quicker than update
            self._buckets[bucket] += count

    def longer(self, other: "Histogram") -> "Histogram":
        """Where each of two knows of some durations, of some a part alone: rank by rank, the longest first, the longer
        of the two. So none is counted twice, nor as longer than it was."""
        both, ours, others = Histogram(), 0, 0
        for bucket in sorted(self._buckets.keys() | other._buckets.keys(), reverse=True):
            ours, others = ours + self._buckets[bucket], others + other._buckets[bucket]
            both.record_bucket(bucket, max(ours, others) - both.count)
        both.max_s = max(self.max_s, other.max_s)
        return both

    def knows(self, percent: float) -> bool:
        """Whether there are enough for that percentile to be worth telling."""
        return self.count >= SAMPLES.get(percent, 1)

    @property
    def slowest(self) -> int:
        """The percentile that tells of the slowest: p99 where there are enough for one, else p95."""
        return 99 if self.knows(99) else 95

    def percentile(self, percent: float) -> float:
        """The duration that `percent` % of all do not exceed, by nearest rank; 0.0 when there are none."""
        rank = ceil(round(self.count * percent / 100, 9))  # 99.9 % of 1000 are 999, whatever the float makes of it
        for bucket in sorted(self._buckets):
            rank -= self._buckets[bucket]
            if rank <= 0:
                return min(upper_edge(bucket), self.max_s)
        return 0.0


def together(parts: Iterable[Histogram]) -> Histogram:
    """All that these have counted."""
    whole = Histogram()
    for part in parts:
        whole.add(part)
    return whole


def bucket(seconds: float) -> int:
    """The number of the bucket that a duration falls into."""
    fraction, exponent = frexp(seconds if seconds > LEAST_S else LEAST_S)  # fraction * 2**exponent, from [0.5, 1)
    return exponent * STEPS + int(fraction * 2 * STEPS) - STEPS


def at_least(upper_s: float) -> float:
    """What a duration is at the least of which only the upper edge of its bucket is known."""
    return upper_s / (1 + 1 / STEPS)


def upper_edge(bucket: int) -> float:
    """The longest duration that falls into a bucket, in seconds."""
    exponent, step = divmod(bucket, STEPS)
    return float((0.5 + (step + 1) / (2 * STEPS)) * 2.0**exponent)
