"""A command in a terminal of its own."""

import fcntl
import os
import select
import struct
import subprocess
import sys
import termios
import threading
from typing import Any

from tests.e2e.command import ASYNCDEMO, Command
from tests.waiting import until

IN_A_TERMINAL = (
    "import fcntl, os, sys, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)
"""What makes standard input the controlling terminal of the program that follows."""


class InTerminal(Command):
    """A command in a terminal of its own."""

    def __enter__(self) -> "InTerminal":
        self.keyboard, self.terminal = os.openpty()
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
        self.command = [sys.executable, "-c", IN_A_TERMINAL, *self.command]
        super().__enter__()
        self._closing, self._reading = threading.Event(), threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def _spawn(self) -> "subprocess.Popen[bytes]":
        ends = {"stdin": self.terminal, "stdout": self.terminal, "stderr": self.terminal}
        return subprocess.Popen(self.command, env=self.env, **ends)

    def _read(self) -> None:
        with (self.tmp / "output").open("ab", buffering=0) as output:  # its own: it reads until the very last has ended
            while not self._closing.is_set():
                if select.select([self.keyboard], [], [], 0.05)[0]:
                    with self._reading:
                        output.write(os.read(self.keyboard, 65536))

    def _has_read_all(self) -> bool:
        """Whether nothing is on its way from the terminal to the output; from a closed window nothing comes."""
        with self._reading:
            return self._closing.is_set() or not select.select([self.keyboard], [], [], 0)[0]

    def ends(self) -> int:
        """Its exit code, when it has come to its end and all that it has said is in the output."""
        code = super().ends()
        until(self._has_read_all, "its last words")
        return code

    def type(self, keys: bytes) -> None:
        """All of them: a signal that pytest gets leaves a part of what is long."""
        while keys:
            keys = keys[os.write(self.keyboard, keys) :]

    def settings(self) -> list[Any]:
        """What `stty -a` would show."""
        return termios.tcgetattr(self.terminal)

    def close_the_window(self) -> None:
        """Nobody has the terminal any more: the system tells its programs so."""
        self._closing.set()
        self._reader.join()  # who reads, holds it open
        os.close(self.terminal)
        os.close(self.keyboard)

    def __exit__(self, *exception: Any) -> None:
        try:
            super().__exit__(*exception)
        finally:
            if not self._closing.is_set():
                self.close_the_window()


def stage_in_terminal(name: str, *arguments: str, **env: str) -> InTerminal:
    """The same, in a terminal, as plain lines."""
    return InTerminal(str(ASYNCDEMO), "run", name, "--port", "0", "--record", "RECORD", "--plain", *arguments, **env)
