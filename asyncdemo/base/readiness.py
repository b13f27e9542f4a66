"""Waiting for what has been started, within a limit."""

import time
from collections.abc import Callable

from .errors import StartError

START_LIMIT_S = 20.0
"""When nothing has died and nothing answers: a machine that is far too slow."""


class NotReady(StartError):
    """It took longer than it may."""


def wait_until(ready: Callable[[], bool], what: str, look: Callable[[], None], limit_s: float) -> None:
    """Wait until `ready()`: `look` lasts a moment, and raises for what cannot become ready any more.

    Raises NotReady, naming what was not ready after so many seconds.
    """
    deadline = time.monotonic() + limit_s
    while not ready():
        look()
        if time.monotonic() > deadline:
            raise NotReady(f"{what} was not ready within {limit_s:g} s. Is the machine very busy? Try again.")
