"""Standard output and standard error, whoever reads them: a terminal, a file, a program. Nobody else prints."""

import errno
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, TextIO, cast

from . import fallback
from .errors import OutputError, ReaderGone
from .terminal import is_terminal, terminal_size
from .text import wrapped
from .unread import end_asked_for, go_nowhere, writing

if TYPE_CHECKING:
    from typing_extensions import Buffer

OUTPUT_GONE = ReaderGone.exit_code
LEFT = (errno.EPIPE, errno.EIO)
"""What the system says of a reader that has left, and of a terminal whose window has been closed."""


class Standard(io.TextIOWrapper):
    """One of the two, for whoever writes to it, Typer and Rich too: its errors are ours."""

    lost: OutputError | None = None
    """Why nobody has read all of it."""
    before: TextIO | None = None
    """What it is in the place of, which would close the file if it were gone."""

    def write(self, text: str) -> int:
        with reached(self):
            return super().write(text)

    def flush(self) -> None:
        with reached(self):
            super().flush()


class Whole(io.BufferedWriter):
    """A file without a buffer, for whoever counts on it that all is written, and at once.

    Of what it is given, a raw file writes a part where a signal comes in the middle of it, and says so
    (`io.RawIOBase.write`); nobody looks (`io.TextIOWrapper`).
    """

    def __init__(self, stream: io.TextIOWrapper) -> None:
        super().__init__(cast(io.RawIOBase, stream.buffer))
        self._before = stream  # which would close the file if it were gone

    def write(self, data: "Buffer") -> int:
        written = super().write(data)
        self.flush()
        return written


@contextmanager
def standard_outputs() -> Iterator[None]:
    """From now on an output that cannot show a character replaces it, and its errors are ours.

    Raises OutputError in the end if standard output has not been heard.
    """
    fallback.register()
    open_closed()
    write_whole()
    sys.stdout, sys.stderr = standard(sys.stdout), standard(sys.stderr)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        if isinstance(sys.stdout, Standard):
            sys.stdout.flush()
            if sys.stdout.lost and str(sys.stdout.lost):
                raise sys.stdout.lost


def open_closed() -> None:
    """Where one of the three was closed when we began, there is a file that has nothing and takes nothing.

    Or else the next one that we open would be in its place, and for every process that we start.
    """
    if sys.stdin is None:
        sys.stdin = os.fdopen(nothing(os.O_RDONLY))
    if sys.stdout is None:
        sys.stdout = os.fdopen(nothing(os.O_RDONLY), "w")  # who writes to it is told
    if sys.stderr is None:
        nothing(os.O_WRONLY)  # it stays None: `remark` is for whoever may be there


def write_whole() -> None:
    """Where outputs have no buffer (PYTHONUNBUFFERED, `python -u`), all is written that is: Textual's pictures too."""
    for name, original in (("stdout", "__stdout__"), ("stderr", "__stderr__")):
        stream = getattr(sys, original)
        if isinstance(stream, io.TextIOWrapper) and isinstance(stream.buffer, io.RawIOBase):
            whole = io.TextIOWrapper(Whole(stream), stream.encoding, stream.errors, write_through=True)
            if getattr(sys, name) is stream:
                setattr(sys, name, whole)
            setattr(sys, original, whole)


def nothing(flags: int) -> int:
    """The number of /dev/null, which processes that we start have as well."""
    number = os.open(os.devnull, flags)
    os.set_inheritable(number, True)
    return number


def on_interrupt(number: int, frame: FrameType | None) -> None:
    """Ctrl-C where nothing has to be ended in order."""
    end_asked_for()
    signal.default_int_handler(number, frame)


def standard(stream: TextIO) -> TextIO:
    """An output as we want it; one that is closed, or no file, as it is."""
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.reconfigure(errors=fallback.CELLS)  # Textual writes to it past us
    at_once = stream.line_buffering, stream.write_through
    made = Standard(stream.buffer, stream.encoding, fallback.LINES, None, *at_once)
    made.before = stream
    return made


@contextmanager
def as_picture() -> Iterator[None]:
    """While this is open, what standard output cannot show is replaced cell by cell: columns stay where they are."""
    output = sys.stdout
    if not isinstance(output, Standard):
        yield
        return
    output.reconfigure(errors=fallback.CELLS)
    try:
        yield
    finally:
        with suppress(OutputError):  # whoever writes next is told
            output.reconfigure(errors=fallback.LINES)


@contextmanager
def reached(stream: TextIO) -> Iterator[None]:
    """Raises OutputError, or ReaderGone, instead of the system's error. What is written later goes nowhere."""
    try:
        with writing(stream):
            yield
    except OSError as error:
        go_nowhere(stream)  # for the interpreter's last flush
        closed = error.errno == errno.EBADF
        problem = "is closed" if closed else f"cannot be written: {error.strerror}"
        lost = ReaderGone() if error.errno in LEFT else OutputError(f"Standard output {problem}.")
        if isinstance(stream, Standard):
            stream.lost = lost
        raise lost from None


def say(text: str, stream: TextIO | None = None) -> None:
    """Print a line now, on standard output or another. Raises OutputError."""
    stream = stream or sys.stdout
    with reached(stream):
        print(text, file=stream, flush=True)


def remark(text: str) -> None:
    """Print a line on standard error, for whoever may be there."""
    if sys.stderr is not None:  # closed: it is not for standard output
        Output(lambda: None, sys.stderr).line(text)


def write(text: str) -> None:
    """Put it out byte for byte, in UTF-8; in a terminal as the terminal can show it. Raises OutputError."""
    with reached(sys.stdout):
        if is_terminal(sys.stdout):
            sys.stdout.write(text)
        else:
            sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
        sys.stdout.flush()


class Output:
    """Lines to standard output, or to `stream`.

    When nobody reads them (`| head`, a closed terminal, a full disk), it says so once, and is silent from then on.
    """

    def __init__(self, on_gone: Callable[[], None], stream: TextIO | None = None) -> None:
        self._on_gone, self._stream = on_gone, stream or sys.stdout
        self.gone = False

    def line(self, text: str) -> None:
        """Print a line now."""
        if self.gone:
            return
        try:
            say(text, self._stream)
        except OutputError:
            self.gone = True
            self._on_gone()

    def summary(self, text: str) -> None:
        """Print a line of a summary, in as many as a terminal of this width needs for it."""
        for line in wrapped(text, terminal_size(self._stream)[0]) if is_terminal(self._stream) else [text]:
            self.line(line)
