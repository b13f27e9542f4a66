"""A terminal whose screen can be read: what the user would see after every escape sequence."""

import fcntl
import os
import signal
import struct
import termios

import pyte

from tests.e2e.command import ASYNCDEMO, UNSET
from tests.e2e.terminal import InTerminal
from tests.waiting import until


class OnScreen(InTerminal):
    """A command with the live panels, in a terminal of a given size."""

    def __init__(self, *command: str, columns: int = 88, rows: int = 24, **env: str) -> None:
        super().__init__(*command, **{"TERM": "xterm-256color", "COLUMNS": UNSET, "LINES": UNSET} | env)
        self.columns, self.rows = columns, rows

    def __enter__(self) -> "OnScreen":
        self._screen = pyte.Screen(self.columns, self.rows)
        self._stream = pyte.ByteStream(self._screen)
        self._read_so_far, self._shown = 0, ""
        super().__enter__()
        return self

    def _spawn(self):  # type: ignore[no-untyped-def]  # what InTerminal returns
        self._set_size()
        return super()._spawn()

    def _set_size(self) -> None:
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        self.columns, self.rows = columns, rows
        self._set_size()
        self._screen.resize(rows, columns)
        self._shown = self._lines()
        os.kill(self.process.pid, signal.SIGWINCH)

    @property
    def shown(self) -> str:
        """The screen as it is now."""
        with (self.tmp / "output").open("rb") as output:
            output.seek(self._read_so_far)
            data = output.read()
        if data:
            self._stream.feed(data)
            self._read_so_far += len(data)
            self._shown = self._lines()
        return self._shown

    def _lines(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def text(self) -> str:
        """What is said of a failure: the screen, not the thousands of escape sequences that made it."""
        return self.shown

    def shows(self, *words: str) -> str:
        """The screen, as soon as all these words are on it."""

        def found() -> str:
            return seen if all(word in (seen := self.shown) for word in words) else ""

        return until(found, lambda: f"{words} on the screen:\n{self.shown}")

    def hides(self, word: str) -> None:
        """Return as soon as this word is no longer on the screen."""
        until(lambda: word not in self.shown, lambda: f"{word!r} to go from the screen:\n{self.shown}")

    def presses(self, key: str, *words: str) -> str:
        """Press a key; the screen as soon as these words are on it, at once for none."""
        self.type(key.encode())
        return self.shows(*words) if words else self.shown


def stage_on_screen(name: str, *arguments: str, columns: int = 88, rows: int = 24, **env: str) -> OnScreen:
    """`asyncdemo run NAME` on any free port, in a terminal with the panels."""
    command = [str(ASYNCDEMO), "run", name, "--port", "0", "--record", "RECORD", *arguments]
    return OnScreen(*command, columns=columns, rows=rows, **env)
