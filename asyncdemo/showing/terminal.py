"""The user's terminal: who has it, its keys, and what it lacks to draw on."""

import os
import select
import signal
import sys
import termios
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from ..base.terminal import is_terminal, type_of_terminal
from ..running.signals import heard
from .keyboard import KeyParser

POLL_S = 0.1
SIGNALS = {"ctrl+c": signal.SIGINT, "ctrl+z": signal.SIGTSTP, "ctrl+backslash": signal.SIGQUIT}
"""What keys mean that come as sequences, where a terminal makes no signals of them."""


def in_terminal() -> bool:
    """Whether somebody sits there who has the keys, and a screen on which pictures can be drawn."""
    return has_keys() and type_of_terminal().draws


def has_keys() -> bool:
    """Whether keys are for this process."""
    return on_terminal() and foreground()


def on_terminal() -> bool:
    """Whether both ends of this process are a terminal's."""
    return is_terminal(sys.stdin) and is_terminal(sys.stdout)


def foreground() -> bool:
    """Whether this process, and not the shell that started it with `&`, has the terminal of standard input."""
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except OSError:
        return True  # no shell shares it


def hear_terminal() -> None:
    """Keys come from the terminal, where standard input was something to read, and has been read."""
    with suppress(OSError):
        terminal = os.open("/dev/tty", os.O_RDWR)
        os.dup2(terminal, 0)
        os.close(terminal)


def what_lacks() -> str:
    """Why this is no terminal for pictures, and what to do about it."""
    if not on_terminal():
        return "standard input and output are not both one. Leave out pipes and files"
    if not foreground():
        return "this is in the background. Leave out the &"
    return f"TERM is {os.environ.get('TERM', '')!r}, on which nothing can be drawn. Try: export TERM=xterm-256color"


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

    def pressed(key: str) -> None:
        if key in SIGNALS:
            os.killpg(os.getpgrp(), SIGNALS[key])
        else:
            on_key(key)

    with held(one_by_one, as_before) as here:
        reader = threading.Thread(target=read, args=(terminal, pressed, here, over), name="keys")
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
    parser: KeyParser | None = None,
) -> None:
    """Give each key to `on_key` while it is `here`, until it is over."""
    parser = parser or KeyParser()
    while not over.is_set():
        if not here():
            over.wait(POLL_S)
            continue
        pressed = taken(terminal) if announced(terminal) else None
        if pressed == b"":  # it was taken away meanwhile, or the terminal is gone, which SIGHUP says too
            over.wait(POLL_S)
        for key in parser.feed(pressed) if pressed else parser.quiet(POLL_S):
            on_key(key)


def taken(terminal: int) -> bytes:
    """What waits there; empty for nothing."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


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


def stop_here() -> bool:
    """As Ctrl-Z stops whoever knows nothing of it; returns when it may go on: whether it was stopped.

    It is not where no shell could let it go on (POSIX.1-2017, 2.4.3: an orphaned process group).
    """
    woken = False

    def on_continue(number: int, frame: FrameType | None) -> None:
        nonlocal woken
        woken = True

    with heard(on_continue, signal.SIGCONT):
        handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, handler)
    return woken


def stop_all() -> bool:
    """The whole job, as the terminal itself does at Ctrl-Z: whoever started this and waits for it is stopped too."""
    handler = signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    os.killpg(os.getpgrp(), signal.SIGTSTP)
    signal.signal(signal.SIGTSTP, handler)
    return stop_here()
