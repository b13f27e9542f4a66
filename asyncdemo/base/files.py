"""Files, written in UTF-8 and whole or not at all; those that a user names are tried before the work begins.

What has such a name already is replaced by its like alone: figures by figures, and never a user's notes.
"""

import errno
import os
import re
import shutil
import stat
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from .errors import StartError, UsageError
from .output import remark, write

STDOUT = "-"
PAGE = "page of HTML", re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype html|html)\b", re.DOTALL | re.IGNORECASE)
LIKE = {
    "--record": ("recording of asyncdemo", re.compile(rb'\{"kind": "Recording",')),
    "--json": ("figures of asyncdemo", re.compile(rb'\{\s*"kind": "(Comparison|Load)",')),
    "--svg": ("picture in SVG", re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<svg\b", re.DOTALL)),
    "--html": PAGE,
    "--export": PAGE,
}
"""Flag -> what it writes, in words, and how such a file begins."""
NAMED = {
    "--record": ("lines of JSON", (".jsonl", ".ndjson", ".json")),
    "--json": ("JSON", (".json",)),
    "--svg": ("SVG", (".svg",)),
    "--html": ("HTML", (".html", ".htm")),
    "--export": ("HTML", (".html", ".htm")),
}
"""Flag -> what it writes, and how the name of such a file ends, if it has an ending."""
OTHERS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".csv", ".md", ".gz", ".zip")
"""How names of files end that nothing here writes."""
FREE_S, LOOK_AGAIN_S = 10.0, 0.002
"""So long, and so often, a program that was written is waited for until it can be started."""
BEGINNING_BYTES = 4096
"""So much of a file is looked at."""


def check_outputs(paths: Mapping[str, str | None]) -> bool:
    """Flag -> what it names: whether one of them takes standard output, where nothing else may be said then.

    Raises StartError when one cannot be written later, UsageError when two want one place, or one must not be replaced.
    """
    on_stdout = [flag for flag, path in paths.items() if path == STDOUT]
    if len(on_stdout) > 1:
        raise UsageError(f"{' and '.join(on_stdout)} both go to standard output. Name a file for one of them.")
    check_apart({flag: Path(path) for flag, path in paths.items() if path is not None and path != STDOUT})
    for flag, path in paths.items():
        check_writable(path, flag)
    return bool(on_stdout)


def check_apart(files: Mapping[str, Path]) -> None:
    """Flag -> its file. Raises UsageError when two are one, whose first would be lost."""
    first: dict[str, str] = {}
    for flag, file in files.items():
        other = first.setdefault(os.path.realpath(file), flag)
        if other != flag and not is_special(file):
            raise UsageError(f"{other} and {flag} both write to {str(file)!r}. Name another file for one of them.")


def check_writable(path: str | None, flag: str) -> None:
    """Raises StartError when what `flag` names cannot be written later, UsageError when it is not to be replaced, or
    named as something else.

    None and `-` can always be written.
    """
    if path is None or path == STDOUT:
        return
    file = Path(path)
    try:
        if is_special(file):  # whoever reads from it would take a look for the whole text
            if not os.access(file, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        elif file.exists():
            file.open("a").close()
            check_like(file, path, flag)
        else:
            new = Path(os.path.realpath(file))  # a link to a file that is not there yet stays
            new.open("x").close()
            new.unlink()
    except OSError as error:
        raise cannot(path, flag, error) from None
    check_name(path, flag)


def check_name(path: str, flag: str) -> None:
    """Raises UsageError for a name whose ending promises something else: a viewer of PNG shows no SVG."""
    what, own = NAMED[flag]
    ending = Path(path).suffix.lower()
    promises = {*OTHERS, *(each for _, endings in NAMED.values() for each in endings)}
    if ending in promises.difference(own):
        raise UsageError(f"{flag} {path!r}: what is written is {what}. Name it like {Path(path).stem}{own[0]}.")


def check_like(file: Path, path: str, flag: str) -> None:
    """Raises UsageError for a file that is not what `flag` writes, unless it is empty. Raises OSError."""
    what, beginning = LIKE[flag]
    with file.open("rb") as opened:
        there = opened.read(BEGINNING_BYTES)
    if there and not beginning.match(there):
        raise UsageError(f"{flag} {path!r} is there already and holds no {what}: it stays as it is. Name another file.")


def save(path: str | None, flag: str, text: str) -> None:
    """Write it whole, or to standard output for `-`, or nowhere for None. Raises StartError, OutputError."""
    if path is None:
        return
    if path == STDOUT:
        write(text)
        return
    begun(path, flag, text.encode("utf-8", "replace")).close()  # a folder may have bytes in its name that are no text
    name_written(path, flag)


def name_written(path: str, flag: str) -> None:
    """Say on standard error what has been written."""
    remark(f"{flag[2:]}: {path}")


def stream(path: str, flag: str, first: bytes) -> BinaryIO:
    """A file that is written while the work goes on, with its first bytes. Raises StartError, UsageError for `-`."""
    if path == STDOUT:
        raise UsageError(f"{flag} -: standard output has other lines. Name a file.")
    check_writable(path, flag)
    return begun(path, flag, first)


def begun(path: str, flag: str, data: bytes) -> BinaryIO:
    """`place`, for what `flag` names. Raises StartError."""
    try:
        return place(Path(path), data)
    except OSError as error:
        raise cannot(path, flag, error) from None


def save_all(folder: Path, flag: str, files: Mapping[str, bytes]) -> None:
    """Name in a folder that `flag` names -> a new file: all of them, or nothing.

    Raises UsageError if one is there already, StartError.
    """
    try:
        for name in files:
            if (folder / name).exists():
                raise UsageError(f"{folder / name} is there already, and stays as it is. Name another folder.")
        with ExitStack() as undo:
            for name, data in files.items():
                file = folder / name
                for missing in [parent for parent in file.parents if not parent.exists()][::-1]:
                    missing.mkdir()
                    undo.callback(missing.rmdir)
                place(file, data).close()
                undo.callback(file.unlink)
            undo.pop_all()
    except OSError as error:
        raise cannot(str(folder), flag, error, "folder in one") from None


def place(file: Path, data: bytes, prepare: Callable[[BinaryIO], None] = lambda opened: None) -> BinaryIO:
    """The file with `data` in it, open for more and without a buffer. What had its name stays whole until it is there.

    `prepare` gets it while it is empty and nobody else can find it. Raises OSError.
    """
    if is_special(file) or (file.exists() and not os.access(file.parent, os.W_OK)):  # there is no room beside it
        return overwrite(file, data)
    file = Path(os.path.realpath(file))  # a link stays
    new = file.with_name(f".asyncdemo-{os.urandom(4).hex()}")
    with ExitStack() as undo:
        opened = undo.enter_context(FileIO(new, "x"))
        undo.callback(new.unlink)
        prepare(opened)
        write_whole(opened, data)
        if file.exists():
            shutil.copymode(file, new)
        new.replace(file)
        undo.pop_all()
    return opened


def place_program(file: Path, text: str) -> None:
    """A program of this user's that can be started from then on. Raises OSError.

    Linux starts none that somebody has open for writing (execve(2), ETXTBSY). So has a process that another thread has
    begun meanwhile, up to its own `execve`: on a busy machine that takes a while.
    """
    place(file, text.encode(), lambda opened: os.fchmod(opened.fileno(), 0o700)).close()
    end = time.monotonic() + FREE_S
    with file.open("rb") as opened:
        while is_open_for_writing(opened) and time.monotonic() < end:
            time.sleep(LOOK_AGAIN_S)


def is_open_for_writing(opened: BinaryIO) -> bool:
    """Whether somebody may write to a file that we read: Linux gives no lease then (fcntl(2)). False for no answer."""
    import fcntl  # Windows has none, where the doctor alone runs

    try:
        fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except (OSError, AttributeError):  # a disk, or a system, that has no leases
        pass
    return False


def read_own(file: Path) -> tuple[bytes, float]:
    """What stands in a file of this user's, and when that was written, in seconds since 1970.

    Raises OSError for one that is another's, a link, or no regular file: in a folder for all, anybody may have made it.
    """
    with FileIO(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)) as opened:
        status = os.fstat(opened.fileno())
        if status.st_uid != os.getuid() or not stat.S_ISREG(status.st_mode):
            raise PermissionError(errno.EPERM, "not a file of this user's")
        return opened.readall(), status.st_mtime


def overwrite(file: Path, data: bytes) -> BinaryIO:
    """What is there, with `data` in it, open for more. Raises OSError."""
    with ExitStack() as undo:
        opened = undo.enter_context(FileIO(os.open(file, os.O_WRONLY), "w"))
        write_whole(opened, data)
        if file.is_file():
            opened.truncate()
        undo.pop_all()
    return opened


def write_whole(opened: BinaryIO, data: bytes) -> None:
    """Add to a file without a buffer, which may take a part at a time. Raises OSError when there is no room."""
    rest = memoryview(data)
    while rest:
        rest = rest[opened.write(rest) :]


def is_special(file: Path) -> bool:
    """Whether it is a device or a pipe."""
    return file.exists() and not file.is_file() and not file.is_dir()


def cannot(path: str, flag: str, error: OSError, what: str = "file in a folder") -> StartError:
    """What to say of it."""
    return StartError(f"{flag} {path!r} cannot be written: {error.strerror}. Name a {what} of yours.")
