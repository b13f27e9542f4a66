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
        self._closing = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def _spawn(self) -> "subprocess.Popen[bytes]":
        ends = {"stdin": self.terminal, "stdout": self.terminal, "stderr": self.terminal}
        return subprocess.Popen(self.command, env=self.env, **ends)

    def _read(self) -> None:
        while not self._closing.is_set():
            if select.select([self.keyboard], [], [], 0.05)[0]:
                self._output.write(os.read(self.keyboard, 65536))
                self._output.flush()

    def type(self, keys: bytes) -> None:
        os.write(self.keyboard, keys)

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
