"""What a load knows of its visitors, of whom a server knows nothing yet.

A server counts from when it has taken somebody in, a load from when each was to come: who waits in the backlog of the
system is known to the load alone; who has left there, the server finds later, as if he had left at once. All waits are
told as what they are at the least.
"""

from collections import Counter
from collections.abc import Iterable

from ..base.histogram import Histogram, at_least, together, upper_edge
from ..events import events as e
from .kept.bins import COUNT, Bins

LASTS_S = 0.05
"""Who has waited for less is not told of as one who waits, by a server neither. What a load has told crosses with
answers that are not much older."""


class Outside:
    """The newest that a load has told of who waits, and who got the page or left in a window of time."""

    def __init__(self, window_s: float) -> None:
        self._got, self._left = Bins(window_s, Histogram), Bins(window_s, Histogram)
        self._told: dict[int, float] = {}
        """Number of what was told -> when: of the newest, and of those whose next has not come."""
        self._waiting: Counter[float] = Counter()
        """How long -> so many."""
        self._answers: list[float] = []
        """When a server has answered, since then."""
        self._over = False

    def told(self, event: e.LoadTold) -> tuple[float, float]:
        """Take in what a load tells. When the longest wait that is over since it told before began, at the latest, and
        until when it lasted, at the least; an end before the beginning, where it may have been over before that."""
        waits = [(end, wait_of(bucket), count) for end, cells in event.by_end.items() for _, bucket, count in cells]
        for end, wait_s, count in waits:
            if e.is_answer(end) or end == e.TIMED_OUT:
                (self._left if end == e.TIMED_OUT else self._got).at(event.t).record(wait_s, count)
        if event.number > max(self._told, default=0):
            self._waiting = Counter()
            for _, bucket, count in event.waiting:
                self._waiting[wait_of(bucket)] += count
            self._answers = [t for t in self._answers if t > event.t - LASTS_S]
        self._told[event.number] = event.t
        longest_s = max((wait_s for _, wait_s, _ in waits), default=0.0)
        return event.t - longest_s, self._told.pop(event.number - 1, 0.0)

    def answered(self, t: float) -> None:
        """A server has answered somebody: the load may have told of him as one who waits."""
        if self._waiting:
            self._answers.append(t)

    def over(self) -> None:
        """The load has ended: nobody waits."""
        self._waiting, self._over = Counter(), True

    def waiting(self, without: int = 0) -> Histogram:
        """Who waits, without so many who have waited for longest, and without as many as were answered since."""
        waits, gone = Histogram(), without + len(self._answers)
        for wait_s in sorted(self._waiting, reverse=True) if not self._over else ():
            stay = max(0, self._waiting[wait_s] - gone)
            gone -= self._waiting[wait_s] - stay
            if stay and wait_s >= LASTS_S:
                waits.record(wait_s, stay)
        return waits

    def recent(self, now: float, share: float, without: int, answered: float) -> Histogram:
        """Who got the page, or left, in the newest share of the window, and who waits, as in `waiting`. Of those who
        got it no more than so many: the others had it before the window, and were told of late."""
        slices = round(COUNT * share)
        got = newest(self._got.last(now, slices), answered)
        return together((got, *self._left.last(now, slices), self.waiting(without)))

    def left(self, now: float) -> int:
        """How many have left in the window."""
        return sum(left.count for left in self._left.last(now))


def newest(parts: Iterable[Histogram], most: float) -> Histogram:
    """Of these, the oldest first, no more than so many: the newest, and of the last part that is taken the longest."""
    whole = Histogram()
    for part in reversed([*parts]):
        if whole.count + part.count <= most:
            whole.add(part)
            continue
        for upper_s, count in reversed(part.buckets()):
            whole.record(at_least(upper_s), min(count, int(most) - whole.count))
        break
    return whole


def wait_of(bucket: int) -> float:
    """How long it is at the least."""
    return at_least(upper_edge(bucket))
