"""Files that a user names: tried before the work begins, written when it is done."""

import sys
from pathlib import Path

from .errors import StartError

STDOUT = "-"


def check_writable(path: str | None, flag: str) -> None:
    """Raises StartError when what `flag` names cannot be written later. None and `-` always can."""
    if path is None or path == STDOUT:
        return
    file = Path(path)
    is_new = not file.exists()
    try:
        with file.open("a"):
            pass
        if is_new:
            file.unlink()
    except OSError as error:
        raise cannot(path, flag, error) from None


def write_text(path: str | None, flag: str, text: str) -> None:
    """Write it whole, or to standard output for `-`, or nowhere for None. Raises StartError."""
    if path is None:
        return
    if path == STDOUT:
        print(text, end="", flush=True)
        return
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise cannot(path, flag, error) from None
    print(f"{flag[2:]}: {path}", file=sys.stderr)


def cannot(path: str, flag: str, error: OSError) -> StartError:
    """What to say of it."""
    return StartError(f"{flag} {path!r} cannot be written: {error.strerror}. Name a file in a folder of yours.")
