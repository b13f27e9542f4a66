"""Outputs whose reader is there, and does not read: they hold up whoever writes, but not an end that was asked for."""

import atexit
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import TextIO

PATIENCE_S = 2.0
"""So long a reader may still take after the end was asked for, before what nobody reads goes nowhere."""
LOOK_S = 0.25


@dataclass(frozen=True, eq=False)
class Writing:
    """Something that is being written now."""

    stream: TextIO
    thread: int = field(default_factory=threading.get_ident)
    began: float = field(default_factory=time.monotonic)


_under_way: set[Writing] = set()


@contextmanager
def writing(stream: TextIO) -> Iterator[None]:
    """While this is open, something is being written there."""
    now = Writing(stream)
    _under_way.add(now)
    try:
        yield
    finally:
        _under_way.discard(now)


def end_asked_for() -> None:
    """From now on nobody waits long for a reader. For the main thread; asked again, it does nothing more."""
    if callable(signal.getsignal(signal.SIGALRM)):
        return
    asked = time.monotonic()

    def look(number: int, frame: FrameType | None) -> None:
        for each in tuple(_under_way):
            if time.monotonic() - max(asked, each.began) >= PATIENCE_S:
                _under_way.discard(each)
                give_up(each)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, LOOK_S, LOOK_S)
    atexit.register(signal.setitimer, signal.ITIMER_REAL, 0)  # the interpreter's end takes the handler away


def give_up(write: Writing) -> None:
    """Let it go nowhere: the system's call, which a signal interrupts, is made again, and finds another file there."""
    go_nowhere(write.stream)
    if write.thread != threading.get_ident():
        signal.pthread_kill(write.thread, signal.SIGALRM)


def go_nowhere(stream: TextIO) -> None:
    """What is written there from now on is read by nobody."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
