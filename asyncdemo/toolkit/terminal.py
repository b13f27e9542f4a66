"""The user's terminal: keys, and where lines go."""

import os
import re
import select
import signal
import sys
import termios
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TextIO

from .errors import ReaderGone

OUTPUT_GONE = ReaderGone.exit_code
POLL_S = 0.1
KEY = re.compile(r"\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])|.", re.DOTALL)
"""A key as a terminal sends it: an escape sequence or a character."""
NAMED = {
    "\x1b[A": "up", "\x1bOA": "up", "\x1b[B": "down", "\x1bOB": "down",
    "\x1b[C": "right", "\x1bOC": "right", "\x1b[D": "left", "\x1bOD": "left",
}  # fmt: skip


def in_terminal() -> bool:
    """Whether somebody sits there who sees the screen and has the keys."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


@contextmanager
def keys(on_key: Callable[[str], None]) -> Iterator[None]:
    """Give each key to `on_key`, from a thread of its own; the terminal is as before afterwards. Nothing in a pipe."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            if select.select([terminal], [], [], POLL_S)[0]:
                try:
                    pressed = os.read(terminal, 64)
                except OSError:
                    pressed = b""
                if not pressed:
                    return  # the terminal is gone; SIGHUP says so too
                for key in KEY.findall(pressed.decode("utf-8", "replace")):
                    on_key(NAMED.get(key, key))

    tty.setcbreak(terminal)
    reader = threading.Thread(target=read, daemon=True, name="keys")
    reader.start()
    try:
        yield
    finally:
        over.set()
        reader.join()
        try:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)
        except termios.error:
            pass  # it is gone


@contextmanager
def signals(stop: Callable[[int], None]) -> Iterator[None]:
    """While this is open, a signal asks for the end instead of being it."""

    def on_signal(number: int, _: FrameType | None) -> None:
        stop(0 if number == signal.SIGINT else 128 + number)

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Output:
    """Lines to standard output, or to `stream`.

    When nobody reads them (`| head`, a closed terminal), it says so once, and is silent from then on.
    """

    def __init__(self, on_gone: Callable[[], None], stream: TextIO | None = None) -> None:
        self._on_gone, self._stream = on_gone, stream or sys.stdout
        self.gone = False

    def line(self, text: str) -> None:
        """Print a line now."""
        if self.gone:
            return
        try:
            print(text, file=self._stream, flush=True)
        except OSError:
            self.gone = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())  # for the interpreter's last flush
            self._on_gone()
