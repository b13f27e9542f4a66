"""Wakes the event loop at a moment."""

import asyncio
import signal
from collections.abc import Callable

LEAST_S = 1e-6
"""The system's timer knows no less; 0 would turn it off."""
LONGEST_S = 3600.0


class Alarm:
    """Rings when it was set to, on an idle machine a tenth of a millisecond late. There is one for a process.

    The timers of the event loops are rounded to a millisecond: sends would be on a grid, and latency have it inside.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGALRM, ring)

    def set(self, seconds: float) -> None:
        """Ring in so many seconds, and not when it was set to before; earlier where that is very long."""
        signal.setitimer(signal.ITIMER_REAL, min(max(seconds, LEAST_S), LONGEST_S))

    def off(self) -> None:
        """Do not ring; a ring that is on its way may still come."""
        signal.setitimer(signal.ITIMER_REAL, 0.0)
