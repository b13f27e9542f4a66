"""Files that a user names: tried before the work begins, written when it is done."""

import errno
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from .errors import ReaderGone, StartError, UsageError
from .output import Output, write

STDOUT = "-"


def check_outputs(paths: Mapping[str, str | None]) -> bool:
    """Flag -> what it names: whether one of them takes standard output, where nothing else may be said then.

    Raises StartError when one cannot be written later, UsageError when two want standard output.
    """
    on_stdout = [flag for flag, path in paths.items() if path == STDOUT]
    if len(on_stdout) > 1:
        raise UsageError(f"{' and '.join(on_stdout)} both go to standard output. Name a file for one of them.")
    for flag, path in paths.items():
        check_writable(path, flag)
    return bool(on_stdout)


def check_writable(path: str | None, flag: str) -> None:
    """Raises StartError when what `flag` names cannot be written later. None and `-` always can."""
    if path is None or path == STDOUT:
        return
    file = Path(path)
    try:
        if is_special(file):  # whoever reads from it would take a look for the whole text
            if not os.access(file, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        elif file.exists():
            file.open("a").close()
        else:
            new = Path(os.path.realpath(file))  # a link to a file that is not there yet stays
            new.open("x").close()
            new.unlink()
    except OSError as error:
        raise cannot(path, flag, error) from None


def write_text(path: str | None, flag: str, text: str) -> None:
    """Write it whole, or to standard output for `-`, or nowhere for None.

    Raises StartError, or ReaderGone when nobody reads standard output any more.
    """
    if path is None:
        return
    if path == STDOUT:
        if write(text):
            raise ReaderGone
        return
    file, data = Path(path), text.encode("utf-8")
    try:
        if is_special(file):
            file.write_bytes(data)
        else:
            replace(Path(os.path.realpath(file)), data)
    except OSError as error:
        raise cannot(path, flag, error) from None
    Output(lambda: None, sys.stderr).line(f"{flag[2:]}: {path}")


def is_special(file: Path) -> bool:
    """Whether it is a device or a pipe."""
    return file.exists() and not file.is_file() and not file.is_dir()


def replace(file: Path, data: bytes) -> None:
    """Write it whole or leave it as it was: a full disk makes no half of it."""
    if file.exists() and not os.access(file.parent, os.W_OK):
        file.write_bytes(data)  # there is no room beside it
        return
    new = file.with_name(f".asyncdemo-{os.getpid()}")
    try:
        new.write_bytes(data)
        if file.exists():
            shutil.copymode(file, new)
        new.replace(file)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def cannot(path: str, flag: str, error: OSError) -> StartError:
    """What to say of it."""
    return StartError(f"{flag} {path!r} cannot be written: {error.strerror}. Name a file in a folder of yours.")
