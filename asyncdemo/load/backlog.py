"""Requests that should have left: this machine was too slow for the schedule."""

from collections import deque
from collections.abc import Iterator

EXACT = 10_000
"""So many times are kept as they are. Beyond, those that are close to each other share one, the earliest of them."""


class Backlog:
    """Times in the order in which they were meant, in a bounded amount of memory."""

    def __init__(self, grain_s: float, *, exact: int = EXACT) -> None:
        self._grain_s, self._exact = grain_s, exact
        self._cells: deque[list[float]] = deque()
        """[time, how many] each."""
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, t: float) -> None:
        """One more, later than all."""
        self._count += 1
        if len(self._cells) >= self._exact and t - self._cells[-1][0] < self._grain_s:
            self._cells[-1][1] += 1
        else:
            self._cells.append([t, 1])

    def pop(self) -> float:
        """The first. There must be one."""
        self._count -= 1
        cell = self._cells[0]
        cell[1] -= 1
        if not cell[1]:
            self._cells.popleft()
        return cell[0]

    def cells(self) -> Iterator[tuple[float, int]]:
        """(time, how many), the first one first."""
        return ((t, int(count)) for t, count in self._cells)
