"""Signals that ask for the end, while something goes on that has to be ended in order."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from ..base.unread import end_asked_for, hear_in_time

END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""Ctrl-C, `kill`, a window that was closed, Ctrl-\\."""


@contextmanager
def signals(stop: Callable[[int], None]) -> Iterator[None]:
    """While this is open, a signal asks for the end, with an exit code, instead of being it."""

    def on_signal(number: int, _: FrameType | None) -> None:
        end_asked_for()
        stop(0 if number == signal.SIGINT else 128 + number)

    hear_in_time()
    with heard(on_signal, *END):
        yield


@contextmanager
def heard(on_signal: Callable[[int, FrameType | None], None], *numbers: signal.Signals) -> Iterator[None]:
    """While this is open, these signals come to `on_signal`.

    One that is ignored already (`nohup`) stays so, but for Ctrl-C, which a script's `&` takes from everybody.
    """
    ours = [n for n in numbers if n == signal.SIGINT or signal.getsignal(n) is not signal.SIG_IGN]
    before = {number: signal.signal(number, on_signal) for number in ours}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
