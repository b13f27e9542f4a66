"""Outputs whose reader is there, and does not read: they hold up whoever writes, but not an end that was asked for."""

import atexit
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator
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


def hear_in_time() -> None:
    """From now on a signal's handler runs soon. For the main thread.

    Python notes a signal, and runs its handler between two steps of a program or where the signal has interrupted a
    call. If it comes just before a call that waits, as for a reader, or to another thread, that is after the wait.
    """
    if signal.getsignal(signal.SIGALRM) is signal.SIG_DFL:
        interrupt_often(interrupted)


def interrupted(number: int, frame: FrameType | None) -> None:
    """What had been noted has been done."""


def end_asked_for() -> None:
    """From now on nobody waits long for a reader. For the main thread; asked again, it does nothing more."""
    if signal.getsignal(signal.SIGALRM) not in (signal.SIG_DFL, interrupted):
        return
    asked = time.monotonic()

    def look(number: int, frame: FrameType | None) -> None:
        for each in tuple(_under_way):
            if time.monotonic() - max(asked, each.began) >= PATIENCE_S and not takes_more(each.stream):
                _under_way.discard(each)
                give_up(each)

    interrupt_often(look)


def interrupt_often(handler: Callable[[int, FrameType | None], None]) -> None:
    """Call it until the interpreter ends, which takes it away."""
    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, LOOK_S, LOOK_S)
    atexit.register(signal.setitimer, signal.ITIMER_REAL, 0)


def takes_more(stream: TextIO) -> bool:
    """Whether whoever writes there does not wait for a reader, however long it takes on a busy machine."""
    now = select.poll()
    now.register(stream, select.POLLOUT)
    return bool(now.poll(0))


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
