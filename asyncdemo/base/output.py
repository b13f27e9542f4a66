"""Standard output, whoever reads it: a terminal, a file, a program."""

import os
import sys
from collections.abc import Callable
from typing import TextIO

from .errors import AsyncdemoError, ReaderGone

OUTPUT_GONE = ReaderGone.exit_code


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


class Output:
    """Lines to standard output, or to `stream`.

    When nobody reads them (`| head`, a closed terminal), it says so once, and is silent from then on.
    """

    def __init__(self, on_gone: Callable[[], None], stream: TextIO | None = None) -> None:
        self._on_gone, self._stream = on_gone, stream or sys.stdout
        self.gone = False

    def line(self, text: str) -> None:
        """Print a line now."""
        if self.gone:
            return
        try:
            print(text, file=self._stream, flush=True)
        except OSError:
            self.gone = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())  # for the interpreter's last flush
            self._on_gone()
