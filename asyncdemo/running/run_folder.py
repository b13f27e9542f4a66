"""The folder of one run: private, and gone when the run is over."""

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ..base.errors import StartError, no_room_text
from ..base.files import place, place_program
from ..events.events import RunStarted
from ..events.sending import Address
from ..events.wire import encode
from . import guard

NAME = "asyncdemo-"
"""What the name of a run's folder begins with, and with it the names of its keys and channels in a Redis."""
RUNS_HERE = "run.jsonl"
"""The file in a run's folder that tells other terminals what runs: the command's process id and the address where it
listens, and its first event."""
STARTS_HERE = "starts.jsonl"
"""Until it is up, the file that tells them which port it is about to take."""
REDIS_HERE = "redis.txt"
"""The file in the folder of an `asyncdemo redis` that tells the command's process id and its port."""


@dataclass
class RunFolder:
    """Sockets, the database, the list of process groups, and what runs here."""

    path: Path
    _guard: "subprocess.Popen[bytes]"
    host: str = ""
    """The address where the run listens; empty for that of its page's URL."""
    grace_s: float = guard.GRACE_S
    """How long its processes have to go by themselves."""
    _given_up: bool = False
    """Whether the guard has died, and no other could be started."""

    @classmethod
    def create(cls, host: str = "", grace_s: float = guard.GRACE_S) -> "RunFolder":
        """Make the folder (0700) of a run that listens there, and start its guard, which has its processes so long.

        Raises StartError where there is no room for either.
        """
        with room_in_temp():
            path = Path(tempfile.mkdtemp(prefix=NAME))
        try:
            with room_in_temp():
                for name in guard.FOLDERS:
                    (path / name).mkdir()
                (path / guard.OPEN).touch()
            folder = cls(path, start_guard(path, grace_s), host, grace_s)
        except StartError:
            remove_unguarded(path)
            raise
        except OSError as error:
            remove_unguarded(path)
            why = f"The guard of the run cannot be started: {error.strerror}. Close other programs, and try again."
            raise StartError(no_room_text(error) or why) from None
        try:
            folder.write_python()
        except StartError:
            folder.close()
            raise
        return folder

    @property
    def database(self) -> str:
        """The stage's SQLite file."""
        return str(self.path / "db.sqlite3")

    @property
    def redis_socket(self) -> Path:
        """Where this run's own Redis listens."""
        return self.path / "redis.sock"

    @property
    def redis_prefix(self) -> str:
        """What the keys of this run begin with, in a Redis that others use too."""
        return f"{self.path.name}:"

    @property
    def python(self) -> Path:
        """What a Procfile's `$PYTHON` is during a run: Python with the probe attached."""
        return self.path / "python"

    def write_python(self) -> None:
        """Write the script that `python` names. Raises StartError."""
        probe = f'exec {shlex.quote(sys.executable)} -m asyncdemo.probes "$@"'
        write_program(self.python, probe)

    def write_stand_ins(self, programs: Mapping[str, str]) -> str:
        """Programs of these names, each with what it runs: what to put first on PATH. Raises StartError."""
        folder = self.path / "programs"
        with room_in_temp():
            folder.mkdir()
        for name, line in programs.items():
            write_program(folder / name, f'{line} "$@"')
        return str(folder)

    def check_python(self) -> None:
        """Raises StartError where no program of this folder may be started."""
        if not os.access(self.python, os.X_OK):  # access(2): also of a file system that is mounted noexec
            raise StartError(
                f"Programs in {str(self.path.parent)!r} may not be started, as a run's must: it is mounted noexec. "
                "Name another folder for temporary files: mkdir -p ~/.tmp && export TMPDIR=~/.tmp"
            )

    def tell(self, address: Address) -> str:
        """Write down, for this user alone, where the run's processes send to: the file's name. Raises StartError."""
        file = self.path / "telemetry"
        with room_in_temp():
            place(file, str(address).encode(), lambda opened: os.fchmod(opened.fileno(), 0o600)).close()
        return str(file)

    def announce(self, run: RunStarted) -> None:
        """Write down what is about to run here. Raises StartError."""
        self._describe(run, STARTS_HERE)

    def describe(self, run: RunStarted) -> None:
        """Write down what runs here, for the commands of other terminals. Raises StartError.

        Written anew, it is as old as it was: the newest run is the one that began last.
        """
        self._describe(run, RUNS_HERE)
        (self.path / STARTS_HERE).unlink(missing_ok=True)

    def _describe(self, run: RunStarted, name: str) -> None:
        file = self.path / name
        with room_in_temp():
            began = file.stat().st_mtime_ns if file.exists() else time.time_ns()
            place(file, b"%d %b\n%b" % (os.getpid(), self.host.encode(), encode(run))).close()
            os.utime(file, ns=(began, began))

    def serves_redis(self, port: int) -> None:
        """Write down that a Redis for all who want one is served at a port of loopback. Raises StartError."""
        with room_in_temp():
            place(self.path / REDIS_HERE, b"%d %d\n" % (os.getpid(), port)).close()

    def forget(self) -> None:
        """Other terminals find nothing here from now on."""
        for name in (STARTS_HERE, RUNS_HERE):
            (self.path / name).unlink(missing_ok=True)

    def look_after_guard(self) -> str:
        """Start another guard if it has died: what to say of that; empty while it is there."""
        if self._guard.poll() is None or self._given_up:
            return ""
        self.begin_to_close()  # the pipe to the one that is gone
        try:
            self._guard = start_guard(self.path, self.grace_s)
        except OSError as error:
            self._given_up = True
            why = f"no other can be started ({error.strerror})"
            return f"the guard of this run is gone, and {why}: only kill -9 would leave something behind"
        return "the guard of this run was killed; another has taken its place"

    def begin_to_close(self) -> None:
        """Let the guard stop whatever still runs and remove the folder."""
        if self._guard.stdin is not None:
            self._guard.stdin.close()

    @property
    def closed(self) -> bool:
        """Whether the guard is done. If it died over it, we do what is left, which takes a moment."""
        ended = self._guard.poll() is not None
        if ended and self.path.exists():
            guard.close(self.path, self.grace_s)
        return ended

    def close(self) -> None:
        """Stop whatever still runs, remove the folder, and return when that is done."""
        self.begin_to_close()
        self._guard.wait()
        if self.path.exists():  # it died over it
            guard.close(self.path, self.grace_s)

    def kill_all(self) -> None:
        """Stop whatever runs at once, without grace."""
        guard.kill_all(self.path)


def write_program(file: Path, line: str) -> None:
    """A program that is this line of the shell. Raises StartError."""
    with room_in_temp():
        place_program(file, f"#!/bin/sh\n{line}\n")


def start_guard(path: Path, grace_s: float) -> "subprocess.Popen[bytes]":
    """The guard of the run in this folder, whose processes have so long to go by themselves. Raises OSError."""
    command = [sys.executable, "-I", "-S", guard.__file__, str(grace_s), str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, cwd="/")


def remove_unguarded(path: Path) -> None:
    """Remove a folder as it was made, which takes no descriptor: there may be none left."""
    (path / guard.OPEN).unlink(missing_ok=True)
    for folder in (*(path / name for name in guard.FOLDERS), path):
        with suppress(OSError):
            folder.rmdir()


@contextmanager
def room_in_temp() -> Iterator[None]:
    """Raises StartError instead of the system's error."""
    try:
        yield
    except OSError as error:
        where = f"The folder for temporary files cannot be written: {error.strerror}"
        raise StartError(f"{where}. Make room there, or name another: export TMPDIR=~/.tmp") from None
