"""What a load has seen since it last told, counted: the figures of LoadTold."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar

from ..base.histogram import bucket
from ..events.events import is_answer
from ..known.kept.bins import COUNT, ROUNDING
from .request import Request

NO_LAG = bucket(0.0)
"""That of every request of a closed loop."""
K = TypeVar("K")
Counts = defaultdict[K, int]
"""A Counter that does it in half the time: it is asked for every request."""


class Ended:
    """Requests that ended in one way."""

    def __init__(self) -> None:
        self.latency: Counts[tuple[int, int]] = defaultdict(int)
        """(slice, bucket) -> how many, from the moment each was meant to leave."""
        self.service: Counts[int] = defaultdict(int)
        """Bucket -> how many, from the moment it did leave."""


class Tally:
    """Counts. Moments are of `time.monotonic()`."""

    def __init__(self, began: float, seconds: float, patience_s: float) -> None:
        self.first_waited = 0
        """The number of the first request that waited for more than `patience_s`."""
        self.problem = ""
        self._began, self._slice_s, self._patience_s = began, seconds / COUNT, patience_s
        self._number = 0
        self._reset()

    def _reset(self) -> None:
        self._scheduled = 0
        self._again: Counter[str] = Counter()
        self._ended: defaultdict[str, Ended] = defaultdict(Ended)
        self._lag: Counts[int] = defaultdict(int)

    def scheduled(self, count: int) -> None:
        """So many more were meant to leave."""
        self._scheduled += count

    def left(self, lag_s: float) -> None:
        """A request has left."""
        self._lag[bucket(lag_s) if lag_s else NO_LAG] += 1

    def sent_again(self, why: str) -> None:
        """A request was sent on another connection."""
        self._again[why] += 1

    def ended(self, request: Request, how: str, words: str, now: float) -> None:
        """A request has its outcome."""
        intended, begun = request.intended, request.begun
        latency_s = now - intended
        number = bucket(latency_s)
        ended = self._ended[how]
        ended.latency[self._slice(intended), number] += 1
        ended.service[number if begun == intended else bucket(now - begun)] += 1
        if words:
            self.problem = words
        self.waited(request.number, latency_s)

    def waited(self, number: int, seconds: float) -> None:
        """A request has waited for so long by now."""
        if seconds > self._patience_s and not 0 < self.first_waited <= number:
            self.first_waited = number

    def take(self, waiting: Iterable[tuple[float, int]], now: float, rate: float) -> dict[str, Any]:
        """The values of the next LoadTold. `waiting`: (meant to leave, how many) of all without an end."""
        waits: Counts[tuple[int, int]] = defaultdict(int)
        for intended, count in waiting:
            waits[self._slice(intended), bucket(now - intended)] += count
        self._number += 1
        told = {
            "number": self._number,
            "scheduled": self._scheduled,
            "sent": sum(self._lag.values()),
            "ended": {how: sum(ended.service.values()) for how, ended in self._ended.items()},
            "again": dict(self._again),
            "by_end": {how: sliced(ended.latency) for how, ended in self._ended.items()},
            "service": [[number, count] for number, count in self._service().items()],
            "lag": [[number, count] for number, count in self._lag.items()],
            "waiting": sliced(waits),
            "rate": round(rate, 6),
            "first_waited": self.first_waited,
            "problem": self.problem,
        }
        self._reset()
        return told

    def _service(self) -> Counter[int]:
        """Of those who got an answer, however it was."""
        return sum((Counter(ended.service) for how, ended in self._ended.items() if is_answer(how)), Counter())

    def _slice(self, moment: float) -> int:
        part = int((moment - self._began) / self._slice_s + ROUNDING)  # a clock's moments are rounded, too
        return part if part < COUNT else COUNT - 1


def sliced(counts: "Counts[tuple[int, int]]") -> list[list[int]]:
    """[slice, bucket, count] of each."""
    return [[part, number, count] for (part, number), count in counts.items()]
