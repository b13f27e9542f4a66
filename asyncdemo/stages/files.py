"""The stages' own files: found, and put in the order in which they are read."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..base.errors import AsyncdemoError, UsageError
from ..base.installation import ROOT
from ..events.stage import StageEntry

READING_ORDER = [
    "hello/views.py",
    "hello/outside.py",
    "hello/consumers.py",
    "hello/tasks.py",
    "hello/urls.py",
    "hello/settings.py",
    "hello/asgi.py",
    "hello/wsgi.py",
    "hello/templates/hello.html",
]
"""What the talk shows first comes first; files that are not named here follow by name."""
LEFT_BEHIND = (".pyc", ".sqlite3", ".sqlite3-journal", ".sqlite3-shm", ".sqlite3-wal", ".orig", ".rej", "~")
"""How files end that a run, an editor or `patch` leaves behind."""

Files = Mapping[str, str]
"""Texts by their path in the stage. Bytes that are no UTF-8 travel as surrogates."""


def stage_files(stage: StageEntry) -> Files:
    """The files of a stage, in reading order. Raises AsyncdemoError for one that cannot be read."""
    return in_reading_order(read_folder(ROOT / stage.folder))


def read_folder(folder: Path) -> dict[str, str]:
    """Every file that belongs to the stage: no caches, databases, hidden or binary files."""
    files = {}
    for path in written_in(folder):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise cannot_read(error) from None
        if b"\0" not in content:
            files[path.relative_to(folder).as_posix()] = content.decode("utf-8", "surrogateescape")
    return files


def written_in(folder: Path) -> Iterator[Path]:
    """The files below a folder that somebody wrote: those of a virtual environment nobody did.

    Raises AsyncdemoError for a folder that cannot be read.
    """

    def unreadable(error: OSError) -> None:
        raise cannot_read(error)

    for place, folders, names in os.walk(folder, onerror=unreadable):
        below = Path(place)
        folders[:] = [name for name in folders if belongs(name) and not (below / name / "pyvenv.cfg").exists()]
        yield from (below / name for name in names if belongs(name) and (below / name).is_file())


def cannot_read(error: OSError) -> AsyncdemoError:
    """What to say of it."""
    return AsyncdemoError(f"{error.filename} cannot be read: {error.strerror}.")


def belongs(name: str) -> bool:
    """Whether somebody wrote what has this name in its folder."""
    return not name.startswith(".") and name != "__pycache__" and not name.endswith(LEFT_BEHIND)


def in_reading_order(files: Files) -> Files:
    """The view first; what nobody expects last."""
    rank = {name: number for number, name in enumerate(READING_ORDER)}
    return {name: files[name] for name in sorted(files, key=lambda name: (rank.get(name, len(rank)), name))}


def choose(files: Files, wanted: str, stage: str) -> str:
    """The one path that `wanted` names: whole, or from its end, like `views.py`. Raises UsageError."""
    end = "/" + wanted.strip("/").removeprefix("./")
    found = [name for name in files if f"/{name}".endswith(end)]
    if end[1:] in found:
        return end[1:]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{stage} has several files called {wanted!r}. Type one of: {', '.join(found)}.")
    from difflib import get_close_matches  # only where somebody has mistyped

    there = [name for name, text in files.items() if text]
    ends = {end: name for name in there for end in (name.rpartition("/")[2], name)}
    near = get_close_matches(wanted, ends, 1, cutoff=0.8)
    meant = f" Did you mean {ends[near[0]]}?" if near else ""
    raise UsageError(f"{stage} has no file {wanted!r}.{meant} It has: {', '.join(there)}.")
