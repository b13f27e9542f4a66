"""A program that is not asyncdemo, in a slide, in a terminal of its own there. Only after `--allow-exec`."""

import fcntl
import os
import pty
import select
import shlex
import struct
import subprocess
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...base.errors import StartError
from ...base.files import place
from ...base.installation import environment_of_ours
from ...deck.deck import Demo, whole
from ...deck.reading.fences import RUNNERS
from ...running import guard
from ...running.run_folder import RunFolder
from ...showing.panels import Drawing
from ...showing.panels.lines import Line, box, plain
from ...showing.panels.style import STRONG
from .emulator import TYPE, Emulator
from .show import Show, Size

TICK_S = 0.05
DRAIN_S = 0.2
"""How long what a program has printed at its end is waited for."""
AT_ONCE = 65536
"""Bytes."""
BORDER = (4, 3)
"""Columns and rows of the show that are not the program's: the box around it, and the foot."""


class ProgramShow(Show):
    """Runs a script in the deck's folder, in a group of processes that a guard ends with us, however we end."""

    takes_keys = False

    def __init__(self, demo: Demo, folder: Path) -> None:
        super().__init__()
        self._demo, self._folder = demo, folder
        self._terminal = Emulator(*inside(self._size))
        self._side: int | None = None
        """Our side of the program's terminal, while it runs."""
        self._said = "runs"

    @property
    def printed(self) -> list[Line]:
        """The rows of its terminal, as far as there is something on them."""
        return self._terminal.lines[-max(1, self._size[1] - BORDER[1]) :]

    @property
    def drawing(self) -> Drawing:
        width, height = self._size
        lines = self.printed
        title: Line = [*plain(self._demo.text, STRONG), *plain(f": {self._said}")]
        return Drawing([*box(title, lines, width, height - 1), plain("")], self._size)

    def set_size(self, size: Size) -> None:
        super().set_size(size)
        self._terminal.resize(*inside(size))
        if self._side is not None:
            tell_size(self._side, inside(size))

    def play(self) -> None:
        folder = RunFolder.create()
        try:
            code = self._run(folder)
        finally:
            folder.close()
        if code:
            raise StartError(f"{self._demo.command[0]} ended with code {code}")
        self._said = "has ended" if code == 0 else "was ended"

    def _run(self, folder: RunFolder) -> int | None:
        """Its exit code; None where it is to be ended. Raises StartError where it cannot begin."""
        with program_terminal(inside(self._size)) as (ours, theirs):
            process = self._started(folder, theirs)
            self._side = ours
            try:
                while not self.stopping.is_set():
                    self._hear(ours, TICK_S)
                    if process.poll() is not None:
                        self._hear_the_rest(ours)
                        return process.returncode
                return None
            finally:
                self._side = None
                folder.close()  # ends it, if it runs
                process.wait()

    def _started(self, folder: RunFolder, terminal: int) -> "subprocess.Popen[bytes]":
        theirs = os.environ | environment_of_ours() | {"ASYNCDEMO_RUN": str(folder.path), "TERM": TYPE}
        theirs.pop("COLUMNS", None)
        theirs.pop("LINES", None)
        line = guard.register("groups") + command_line(self._demo, folder.path)
        try:
            return subprocess.Popen(
                ["/bin/sh", "-c", line],
                stdin=subprocess.DEVNULL,  # the keys are the speaker's
                stdout=terminal,
                stderr=terminal,
                cwd=self._folder,
                env=theirs,
                start_new_session=True,
            )
        except OSError as error:
            raise StartError(f"{self._demo.command[0]} cannot be started: {error.strerror}") from None

    def _hear(self, ours: int, timeout_s: float) -> bool:
        """Take in what it prints; whether there was anything."""
        if not select.select([ours], [], [], timeout_s)[0]:
            return False
        try:
            output = os.read(ours, AT_ONCE)
        except OSError:  # nobody can print there any more
            return False
        self._terminal.feed(output)
        self.changed()
        return bool(output)

    def _hear_the_rest(self, ours: int) -> None:
        while self._hear(ours, DRAIN_S):
            pass


def inside(size: Size) -> Size:
    """Columns and rows of the program's terminal, in a show of such a size."""
    return max(1, size[0] - BORDER[0]), max(1, size[1] - BORDER[1])


@contextmanager
def program_terminal(size: Size) -> Iterator[tuple[int, int]]:
    """(our side, the program's side) of a terminal."""
    try:
        ours, theirs = pty.openpty()
    except OSError as error:
        raise StartError(f"there is no terminal for the program: {error.strerror}") from None
    try:
        tell_size(ours, size)
        yield ours, theirs
    finally:
        os.close(ours)
        os.close(theirs)


def tell_size(terminal: int, size: Size) -> None:
    """Columns and rows, for whoever asks there."""
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))


def command_line(demo: Demo, folder: Path) -> str:
    """What runs a script: the shell that it is written for, or what its language needs, in a file in a folder."""
    runner = RUNNERS.get(demo.shell)
    if runner is None:
        return shlex.join(["exec", demo.shell, "-c", whole(demo.script)])
    place(folder / runner.file, f"{whole(demo.script, runner.hidden)}\n".encode()).close()
    return runner.command.format(dir=shlex.quote(str(folder)), file=shlex.quote(str(folder / runner.file)))
