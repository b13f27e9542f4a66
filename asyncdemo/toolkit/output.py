"""Standard output, whoever reads it: a terminal, a file, a program."""

import os
import sys

from .errors import AsyncdemoError, ReaderGone


def is_seen() -> bool:
    """Whether somebody looks at it."""
    return sys.stdout is not None and sys.stdout.isatty()


def write(text: str) -> int:
    """Print it, byte for byte: 0, or what a program whose reader is gone returns. Raises AsyncdemoError."""
    if sys.stdout is None:
        raise AsyncdemoError("Standard output is closed.")
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the interpreter's last flush
        if isinstance(error, BrokenPipeError):
            return ReaderGone.exit_code
        raise AsyncdemoError(f"Standard output cannot be written: {error.strerror}.") from None
    return 0
