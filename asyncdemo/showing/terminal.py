"""The user's terminal: its keys, and who has it."""

import os
import re
import select
import signal
import sys
import termios
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from ..running.signals import heard

POLL_S = 0.1
KEY = re.compile(r"\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])|.", re.DOTALL)
"""A key as a terminal sends it: an escape sequence or a character."""
NAMED = {
    "\x1b[A": "up", "\x1bOA": "up", "\x1b[B": "down", "\x1bOB": "down",
    "\x1b[C": "right", "\x1bOC": "right", "\x1b[D": "left", "\x1bOD": "left",
}  # fmt: skip


def in_terminal() -> bool:
    """Whether somebody sits there who sees the screen and has the keys."""
    return on_terminal() and foreground() and os.environ.get("TERM", "dumb") != "dumb"


def on_terminal() -> bool:
    """Whether both ends of this process are a terminal's."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def foreground() -> bool:
    """Whether this process, and not the shell that started it with `&`, has the terminal of standard input."""
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except OSError:
        return True  # no shell shares it


@contextmanager
def keys(on_key: Callable[[str], None]) -> Iterator[None]:
    """Give each key to `on_key`, from a thread of its own; the terminal is as before afterwards. Nothing in a pipe."""
    if not on_terminal():
        yield
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    over = threading.Event()

    def one_by_one() -> None:
        with suppress(termios.error):  # it is gone
            before[:] = termios.tcgetattr(terminal)
            set_one_by_one(terminal)

    def as_before() -> None:
        with suppress(termios.error):
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)

    with held(one_by_one, as_before) as here:
        reader = threading.Thread(target=read, args=(terminal, on_key, here, over), daemon=True, name="keys")
        reader.start()
        try:
            yield
        finally:
            over.set()
            reader.join()


def set_one_by_one(terminal: int) -> None:
    """Keys can be read without Enter, and reading waits for none: Ctrl-C takes those away that were just announced."""
    tty.setcbreak(terminal)
    settings = termios.tcgetattr(terminal)
    settings[6][termios.VMIN] = 0  # POSIX.1-2017, 11.1.7, case D
    termios.tcsetattr(terminal, termios.TCSANOW, settings)


def announced(terminal: int) -> bool:
    """Whether a key waits there, or comes within `POLL_S` seconds."""
    return bool(select.select([terminal], [], [], POLL_S)[0])


def read(
    terminal: int,
    on_key: Callable[[str], None],
    here: Callable[[], bool],
    over: threading.Event,
    announced: Callable[[int], bool] = announced,
) -> None:
    """Give each key to `on_key` while it is `here`, until it is over."""
    while not over.is_set():
        if not here():
            over.wait(POLL_S)
        elif announced(terminal):
            try:
                pressed = os.read(terminal, 64)
            except OSError:
                pressed = b""
            if not pressed:  # it was taken away meanwhile, or the terminal is gone, which SIGHUP says too
                over.wait(POLL_S)
            for key in KEY.findall(pressed.decode("utf-8", "replace")):
                on_key(NAMED.get(key, key))


@contextmanager
def held(enter: Callable[[], None], leave: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """Have the terminal: `enter` it, and `leave` it at the end; the shell has it between Ctrl-Z, or `&`, and `fg`.

    What is given must be called often, since `fg` tells nobody: whether the terminal is here. One that is opened inside
    another one leaves first. In the main thread only.
    """
    inside, lock = False, threading.RLock()

    def here() -> bool:
        nonlocal inside
        with lock:
            if not foreground():
                inside = False
            elif not inside:
                inside = True
                enter()
            return inside

    def go() -> None:
        nonlocal inside
        if inside and foreground():
            leave()
        inside = False

    def on_stop(number: int, frame: FrameType | None) -> None:
        with lock:
            go()
            if callable(around):
                around(number, frame)
            else:
                stop_here()
            here()

    around = signal.getsignal(signal.SIGTSTP)
    try:
        with heard(on_stop, signal.SIGTSTP):
            here()
            yield here
    finally:
        go()


def stop_here() -> None:
    """As Ctrl-Z stops whoever knows nothing of it; returns when it may go on."""
    handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    signal.raise_signal(signal.SIGTSTP)
    signal.signal(signal.SIGTSTP, handler)
