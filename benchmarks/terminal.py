"""A terminal for a command that is measured while it draws."""

import compileall
import fcntl
import os
import pty
import shlex
import struct
import subprocess
import sys
import termios
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from .side import ROOT

COLUMNS = 110
LIMIT_S = 30.0


@dataclass
class Terminal:
    """A command in a terminal of its own, which is read and forgotten."""

    arguments: list[str]
    rows: int
    state: Path
    """The folder where a talk writes how it stands."""
    _seen: bytes = b""
    _awaited: tuple[bytes, threading.Event] = field(default_factory=lambda: (b"", threading.Event()))

    def __enter__(self) -> "Terminal":
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, COLUMNS, 0, 0))
        ours = {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(self.state)}
        command, env = [sys.executable, "-m", "asyncdemo", *self.arguments], os.environ | ours
        self._process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=env,
            start_new_session=True,
            preexec_fn=own_terminal,
        )
        os.close(theirs)
        threading.Thread(target=self._drain, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.terminate()
        self._process.wait()

    def _drain(self) -> None:
        """Read what is drawn, as a terminal would."""
        try:
            while data := os.read(self._ours, 65536):
                words, seen = self._awaited
                if not seen.is_set():
                    self._seen = self._seen[-100:] + data
                    if words in self._seen:
                        seen.set()
        except OSError:
            pass  # it has ended

    def shows(self, words: str) -> None:
        """Return as soon as these are written."""
        seen = threading.Event()
        self._awaited = words.encode(), seen
        if not seen.wait(LIMIT_S):
            raise RuntimeError(f"{shlex.join(self.arguments)} does not show {words!r}: {self._seen!r}")

    def types(self, keys: str) -> None:
        """Press keys."""
        os.write(self._ours, keys.encode())

    @property
    def pid(self) -> int:
        """Of the command."""
        return self._process.pid

    def share_of_core(self, seconds: float) -> float:
        """What the command itself uses for so long, in %."""
        began, used = time.perf_counter(), self._cpu_s()
        time.sleep(seconds)
        return 100 * (self._cpu_s() - used) / (time.perf_counter() - began)

    def _cpu_s(self) -> float:
        """CPU seconds of the process, to the nanosecond: Linux's clock for it, as in clock_getcpuclockid(3)."""
        return time.clock_gettime((~self._process.pid << 3) | 2)


def compile_as_installed() -> None:
    """Have byte code of the package, as every installation has; a shell may keep a checkout from writing its own."""
    compileall.compile_dir(ROOT / "asyncdemo", quiet=1)


def own_terminal() -> None:
    """Make it the terminal of the session, so that the command hears of it when we are gone."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
