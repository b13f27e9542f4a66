"""Who decides when a request leaves: a schedule that waits for no answer, or visitors who do."""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Protocol

from . import schedule
from .backlog import Backlog
from .options import LoadOptions
from .tally import Tally
from .traffic import Traffic

AT_A_STRETCH_S = 0.005
"""After so long of sending what is late, answers are read and commands obeyed."""
GRAINS = 10_000
"""Parts of the time limit: what is late by thousands of requests is known to one of them."""
LEAST_SLEEP_S = 1e-6
"""The system's timer knows no less; 0 would turn it off."""
LONGEST_SLEEP_S = 3600.0
PAUSE_S = 0.1
"""A visitor of a closed loop who got no answer tries again after it: a refusal takes no time at all."""


class Arrivals(Protocol):
    """Sends. Moments are of `time.monotonic()`."""

    def start(self) -> None:
        """Begin now."""

    def look(self, now: float) -> None:
        """Count all that is due by now."""

    def turn(self, factor: float) -> None:
        """From now on the rate is so many times what was asked for."""

    def rate(self, now: float) -> float:
        """Requests a second that are to leave."""

    def unsent(self) -> Iterator[tuple[float, int]]:
        """(when they were meant to leave, how many) of those that are late, the oldest first."""

    def stop(self) -> None:
        """Send nothing more, and let nothing more become due."""

    def over(self, now: float) -> bool:
        """Whether nothing will be sent any more."""


class Alarm:
    """Rings when it was set to, on an idle machine a tenth of a millisecond late. There is one for a process.

    The timers of the event loops are rounded to a millisecond: sends would be on a grid, and latency have it inside.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGALRM, ring)

    def set(self, seconds: float) -> None:
        """Ring in so many seconds, and not when it was set to before; earlier where that is very long."""
        signal.setitimer(signal.ITIMER_REAL, min(max(seconds, LEAST_SLEEP_S), LONGEST_SLEEP_S))

    def off(self) -> None:
        """Do not ring; a ring that is on its way may still come."""
        signal.setitimer(signal.ITIMER_REAL, 0.0)


class OpenLoop:
    """Visitors who do not know of each other: an answer that takes long keeps nobody else from coming."""

    def __init__(self, options: LoadOptions, traffic: Traffic, tally: Tally, began: float) -> None:
        self._traffic, self._tally, self._began = traffic, tally, began
        self._ends = began + options.wall_duration_s
        self._schedule = of_options(options)
        self._most = options.most_times
        self._backlog = Backlog(options.wall_timeout_s / GRAINS)
        self._alarm = Alarm(self._send)
        self._stopped = False

    def start(self) -> None:
        self._send()

    def look(self, now: float) -> None:
        if self._stopped:
            return
        due = 0
        for t in self._schedule.take(now - self._began):
            self._backlog.add(self._began + t)
            due += 1
        self._tally.scheduled(due)

    def turn(self, factor: float) -> None:
        if not self._stopped:
            now = time.monotonic()
            self.look(now)
            self._schedule.turn(now - self._began, min(max(factor, 0.0), self._most))
            self._send()

    def rate(self, now: float) -> float:
        return 0.0 if self._stopped else self._schedule.rate(now - self._began)

    def unsent(self) -> Iterator[tuple[float, int]]:
        return self._backlog.cells()

    def stop(self) -> None:
        self.look(time.monotonic())
        self._stopped = True
        self._alarm.off()

    def over(self, now: float) -> bool:
        self.look(now)  # the last may be due, and the timer not have gone off
        return self._stopped or (now >= self._ends and not self._backlog)

    def _send(self) -> None:
        """All that is due, for a while; then the loop's other work, and on."""
        if self._stopped:
            return
        begin = now = time.monotonic()
        self.look(now)
        while self._backlog and now - begin < AT_A_STRETCH_S:
            self._traffic.begin(self._backlog.pop(), now)
            now = time.monotonic()
        self._alarm.set(0.0 if self._backlog else self._began + self._schedule.next - now)


class ClosedLoop:
    """So many visitors; each comes again when he has his answer. A slow server is asked less: it sets the rate."""

    def __init__(self, options: LoadOptions, traffic: Traffic, tally: Tally, began: float) -> None:
        self._traffic, self._tally = traffic, tally
        self._ends = began + options.wall_duration_s
        self._visitors = options.closed
        self._stopped = False
        traffic.on_end = self._next

    def start(self) -> None:
        for _ in range(self._visitors):
            self._visit()

    def look(self, now: float) -> None:
        """Nothing is ever due: what is meant to leave has left."""

    def turn(self, factor: float) -> None:
        """There is no rate to turn."""

    def rate(self, now: float) -> float:
        return 0.0

    def unsent(self) -> Iterator[tuple[float, int]]:
        return iter(())

    def stop(self) -> None:
        self._stopped = True

    def over(self, now: float) -> bool:
        return self._stopped or now >= self._ends

    def _next(self, how: str) -> None:
        if how.isdigit():
            self._visit()
        else:
            asyncio.get_running_loop().call_later(PAUSE_S, self._visit)

    def _visit(self) -> None:
        now = time.monotonic()
        if not self.over(now):
            self._tally.scheduled(1)
            self._traffic.begin(now, now)


def of_options(options: LoadOptions) -> schedule.Schedule:
    """On the wall, seconds from the start."""
    asked = options.wall_rate, options.wall_rate_end, options.wall_duration_s
    return schedule.poisson(*asked, Random(options.seed)) if options.arrivals == "poisson" else schedule.even(*asked)
