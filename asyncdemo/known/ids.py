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
