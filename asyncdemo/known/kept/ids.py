"""The ids of what is over, so that a late event is not taken for the beginning of something new."""

from array import array
from bisect import bisect_left
from collections import deque
from itertools import chain

KEPT = 50_000
"""So many are remembered: more than comes in between two processes' news of one message."""
PARTS = 20
"""What is remembered is forgotten in so many parts, the oldest first."""


class RecentIds:
    """The newest ids, in a few bytes each: of all but the very newest the hash alone, 64 bits.

    That two of them have the same is less likely than one in 10**9.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._part = kept // PARTS
        self._newest: set[int] = set()
        self._parts: deque[array[int]] = deque(maxlen=PARTS)
        self._sorted = array("q")
        """All the parts together."""

    def add(self, id_: str) -> None:
        """Remember one as over."""
        self._newest.add(hash(id_))
        if len(self._newest) >= self._part:
            self._parts.append(array("q", sorted(self._newest)))
            self._sorted = array("q", sorted(chain.from_iterable(self._parts)))
            self._newest = set()

    def __contains__(self, id_: str) -> bool:
        key = hash(id_)
        at = bisect_left(self._sorted, key)
        return key in self._newest or (at < len(self._sorted) and self._sorted[at] == key)


SAME_S = 0.2
"""Who begins the same one again does so later: two who tell of one moment are never so far apart."""


class Begun:
    """Who has begun with what and when, of the newest: what two events tell of is not begun twice."""

    def __init__(self, kept: int = KEPT // 5) -> None:
        self._kept = kept
        self._by_id: dict[str, list[tuple[str, float]]] = {}

    def again(self, id_: str, worker: str, t: float) -> bool:
        """Remember that a worker has begun with it then; whether somebody had done so at another time."""
        known = self._by_id.setdefault(id_, [])
        if any(worker == who and abs(t - moment) < SAME_S for who, moment in known):
            return False
        known.append((worker, t))
        if len(self._by_id) > self._kept:
            del self._by_id[next(iter(self._by_id))]
        return len(known) > 1
