"""The runs of this machine's other terminals, as each has written it down in its folder."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..base.addresses import overlap
from ..base.files import read_own
from ..base.typed import read_json
from ..events.events import RunStarted
from ..events.wire import decode
from .run_folder import NAME, REDIS_HERE, RUNS_HERE

TALKS = "talk-*.json"
"""In the user's folder for state: each talk that is being given, and where its remote is."""


@dataclass(frozen=True)
class OtherRun:
    """A run as it is written down, and by whom."""

    since: float
    """When it was written down, in seconds since 1970."""
    folder: str
    pid: int
    run: RunStarted
    is_up: bool
    host: str
    """The address where it listens: that of its page's URL, or a wildcard."""

    @property
    def does(self) -> str:
        """`up`, or `starting`."""
        return "up" if self.is_up else "starting"


@dataclass(frozen=True)
class OtherRedis:
    """The Redis of an `asyncdemo redis`: when it was written down, in seconds since 1970, and by which process."""

    since: float
    pid: int


def running() -> list[RunStarted]:
    """What runs here and can be opened, the newest first. Somebody else's run, or one that is gone, is left out."""
    return [other.run for other in reversed(written_down(RUNS_HERE))]


def at(host: str, port: int, *names: str) -> OtherRun | None:
    """The first run that has this address or is about to, perhaps under another name, of those that stand in the files
    of these names; None if there is none."""
    on_port = (other for other in written_down(*names) if place_of(other.run.url)[1] == port)
    return next((other for other in on_port if overlap(other.host, host)), None)


def redis_at(port: int) -> OtherRedis | None:
    """The Redis that an `asyncdemo redis` serves at a port; None if none does."""
    for file in Path(tempfile.gettempdir()).glob(f"{NAME}*/{REDIS_HERE}"):
        try:
            said, since = read_own(file)
            pid, its_port = map(int, said.split())
            os.kill(pid, 0)
        except (OSError, ValueError, OverflowError):
            continue
        if its_port == port:
            return OtherRedis(since, pid)
    return None


def state_folder() -> Path:
    """The user's own folder for what programs want to remember.

    `$XDG_STATE_HOME`, or `~/.local/state` (XDG Base Directory Specification).
    """
    base = os.environ.get("XDG_STATE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".local" / "state") / "asyncdemo"
    except RuntimeError:  # a user without a home
        return Path(tempfile.gettempdir()) / f"{NAME}{os.getuid()}"


def remotes_at(port: int) -> Iterator[int]:
    """The process of each talk whose remote was at a port when it was written down: it may have crashed since."""
    for file in state_folder().glob(TALKS):
        try:
            told = read_json(read_own(file)[0])
            pid, its_port = int(told["pid"]), place_of(told["address"])[1]
        except (OSError, ValueError, OverflowError, KeyError, TypeError, AttributeError):
            continue
        if its_port == port and pid > 0:
            yield pid


def any_but(folder: Path, name: str) -> bool:
    """Whether other runs than that in `folder` have a file of this name: most often none has, and nothing is read."""
    return any(path.parent != folder for path in Path(tempfile.gettempdir()).glob(f"{NAME}*/{name}"))


def place_of(url: str) -> tuple[str, int | None]:
    """The host and the port of a page; neither of what is no URL."""
    try:
        parts = urlsplit(url)
        return parts.hostname or "", parts.port
    except ValueError:
        return "", None


def written_down(*names: str) -> list[OtherRun]:
    """What stands in the files of these names, the oldest first."""
    folders = Path(tempfile.gettempdir()).glob(f"{NAME}*/")
    found = [read(folder / name, name == RUNS_HERE) for folder in folders for name in names]
    return sorted((other for other in found if other is not None), key=lambda other: (other.since, other.folder))


def read(file: Path, is_up: bool) -> OtherRun | None:
    """What is written down in a file; None for what is not ours, another version's, or goes while we look."""
    try:
        said, written = read_own(file)
        head, line = said.split(b"\n", 1)
        pid, _, host = head.decode().partition(" ")
        os.kill(int(pid), 0)
        run = decode(line)
    except (OSError, ValueError, OverflowError):
        return None
    if not isinstance(run, RunStarted):
        return None
    return OtherRun(written, str(file.parent), int(pid), run, is_up, host or place_of(run.url)[0])
