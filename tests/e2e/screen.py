"""A terminal whose screen can be read: what the user would see after every escape sequence."""

import fcntl
import os
import re
import signal
import struct
import termios
from collections.abc import Iterator

import pyte

from tests.e2e.command import ASYNCDEMO, UNSET
from tests.e2e.terminal import InTerminal
from tests.waiting import until

PICTURE = re.compile(rb"(?=\x1b\[(?:1;1)?H)")
"""Where the next one begins, by Rich or Textual: at the first row and column."""


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
        self._look()
        return self._shown

    def _look(self) -> None:
        """Take in all that has come."""
        for _ in self._pictures():
            pass

    def _pictures(self) -> Iterator[str]:
        """The screen as it was at the last look, and after each picture that has come since: none is missed."""
        yield self._shown
        with (self.tmp / "output").open("rb") as output:
            output.seek(self._read_so_far)
            data = output.read()
        for part in filter(None, PICTURE.split(data)):
            self._stream.feed(part)
            self._read_so_far += len(part)
            self._shown = self._lines()
            yield self._shown

    def _lines(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def text(self) -> str:
        """What is said of a failure: the screen, not the thousands of escape sequences that made it."""
        return self.shown

    def shows(self, *words: str) -> str:
        """The screen, as soon as all these words are on it, from now on."""
        self._look()
        return self._comes(words)

    def has_shown(self, *words: str) -> str:
        """The screen as soon as all these words are on it, or as it was when they were, since the last look."""
        return self._comes(words)

    def _comes(self, *sets: tuple[str, ...]) -> str:
        """The first picture since the last look that has all the words of one of these sets."""

        feet: dict[str, None] = {}  # in their order

        def found() -> str:
            for seen in self._pictures():
                if any(all(word in seen for word in words) for words in sets):
                    return seen
                feet[seen.rpartition("\n")[2]] = None
            return ""

        return until(
            found,
            lambda: f"{' or '.join(map(str, sets))} on the screen:\n{self.shown}\nAt its foot stood: {list(feet)}",
        )

    def hides(self, word: str) -> None:
        """Return as soon as this word is no longer on the screen."""
        until(lambda: word not in self.shown, lambda: f"{word!r} to go from the screen:\n{self.shown}")

    def presses(self, key: str, *words: str) -> str:
        """Press a key; the screen as soon as these words are on it, however short that is; at once for none."""
        self._look()
        self.type(key.encode())
        return self._comes(words) if words else self.shown

    def presses_for_any(self, key: str, *words: str) -> str:
        """Press a key; the screen as soon as one of these words is on it, however short that is."""
        self._look()
        self.type(key.encode())
        return self._comes(*((word,) for word in words))


def stage_on_screen(name: str, *arguments: str, columns: int = 88, rows: int = 24, **env: str) -> OnScreen:
    """`asyncdemo run NAME` on any free port, in a terminal with the panels."""
    command = [str(ASYNCDEMO), "run", name, "--port", "0", "--record", "RECORD", *arguments]
    return OnScreen(*command, columns=columns, rows=rows, **env)
