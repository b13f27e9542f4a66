"""What is under way: every request that was begun, until its answer, its failure or its time limit."""

import asyncio
import time
from collections.abc import Callable, Iterator
from itertools import cycle

from ..base.durations import seconds_text
from . import outcome
from .connections import Connections
from .options import LoadOptions
from .request import Request, questions
from .tally import Tally

ROUNDING_S = 0.0005
"""Timers are rounded to a millisecond by the event loops; one that goes off early would have to be set again."""


class Traffic:
    """Begins requests and ends them. Moments are of `time.monotonic()`."""

    def __init__(self, options: LoadOptions, most_connections: int, tally: Tally) -> None:
        self.on_end: Callable[[str], None] = lambda how: None
        """Told the outcome of every request."""
        self._timeout_s = options.wall_timeout_s
        self._tally = tally
        self._connections = Connections(options.target, most_connections, self._ended, tally.sent_again, options.where)
        self._late = f"no answer from {options.where} within {seconds_text(self._timeout_s)}"
        self._questions = cycle(questions(options))
        self._number = 0
        self._under_way: dict[Request, None] = {}
        """The first is the oldest: all have the same time limit, so it is the next to reach it."""
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._under_way)

    def begin(self, intended: float, now: float) -> None:
        """Send a request that was meant to leave then, not before the last one."""
        self._number += 1
        request = Request(self._number, intended, now, next(self._questions))
        if now - intended >= self._timeout_s:
            self._end(request, outcome.NOT_SENT, outcome.TOO_SLOW, now)
        elif self._connections.full:
            self._end(request, outcome.NO_SOCKET, outcome.NO_SOCKET_LEFT, now)
        else:
            self._under_way[request] = None
            self._tally.left(now - intended)
            self._connections.send(request)
            if self._timer is None:
                self._watch(now)

    def waiting(self) -> Iterator[tuple[float, int]]:
        """(when it was meant to leave, 1) of each, the oldest first."""
        return ((request.intended, 1) for request in self._under_way)

    def tell_the_oldest(self, now: float, unsent: float | None) -> None:
        """Count how long the oldest has waited; if none is under way, the first one that could not leave yet."""
        oldest = next(iter(self._under_way), None)
        if oldest is not None:
            self._tally.waited(oldest.number, now - oldest.intended)
        elif unsent is not None:
            self._tally.waited(self._number + 1, now - unsent)

    def give_up(self) -> int:
        """Close all connections: how many requests were under way."""
        given_up = list(self._under_way)
        self._under_way.clear()
        for request in given_up:
            self._connections.give_up(request)
        self._connections.close()
        if self._timer is not None:
            self._timer.cancel()
        return len(given_up)

    def _ended(self, request: Request, how: str, words: str) -> None:
        if self._under_way.pop(request, request) is None:  # otherwise it has ended before
            self._end(request, how, words, time.monotonic())

    def _end(self, request: Request, how: str, words: str, now: float) -> None:
        self._tally.ended(request, how, words, now)
        self.on_end(how)

    def _watch(self, now: float) -> None:
        """Wake up when the oldest reaches its time limit."""
        oldest = next(iter(self._under_way), None)
        if oldest is None:
            self._timer = None
        else:
            wait = oldest.intended + self._timeout_s - now + ROUNDING_S
            self._timer = asyncio.get_running_loop().call_later(wait, self._expire)

    def _expire(self) -> None:
        now = time.monotonic()
        while (oldest := next(iter(self._under_way), None)) and now - oldest.intended >= self._timeout_s:
            del self._under_way[oldest]
            self._connections.give_up(oldest)
            self._end(oldest, outcome.TIMED_OUT, self._late, now)
        self._watch(now)
