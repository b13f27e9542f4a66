"""What can go wrong in front of a user. The message names the thing, the problem and what to type next."""

import errno
from collections.abc import Iterable


class AsyncdemoError(Exception):
    """Ends the command with its message and its exit code; no traceback."""

    exit_code = 1


class UsageError(AsyncdemoError):
    """What was typed cannot be done."""

    exit_code = 2


class OutputError(AsyncdemoError):
    """Standard output cannot be written."""


class ReaderGone(OutputError):
    """Nobody reads standard output any more: there is nothing to say, and nobody to hear it."""

    exit_code = 141
    """128 + SIGPIPE."""


class CannotTurnError(AsyncdemoError):
    """What a key asks for cannot be done now."""


class StartError(AsyncdemoError):
    """What was asked for could not be started, or did not stay up."""


NO_THREAD = "can't start new thread"
"""What Python says of a thread that the system does not start."""
NO_ROOM = (
    "The system starts no more processes or threads for this user. "
    "End some that run, or raise the limit that `ulimit -u` shows."
)
TOO_MANY_FILES = "Too many files are open for what runs here. Allow more: ulimit -n 4096"
NO_MEMORY = "There is not enough memory for this. End other programs, or raise the limit that `ulimit -v` shows."
DISK_FULL = (
    "A disk that it writes to is full. Make room there; for temporary files, another can be named: export TMPDIR=~/.tmp"
)
NO_TEMP = "No folder for temporary files can be written to. Make room in one, or name another: export TMPDIR=~/.tmp"
NO_TEMP_SAID = "No usable temporary directory"
"""What Python says then."""
NO_ROOM_SAID = {
    NO_ROOM: (NO_THREAD, f"[Errno {errno.EAGAIN}]", "Can't initialize Background Jobs"),
    TOO_MANY_FILES: (f"[Errno {errno.EMFILE}]", f"[Errno {errno.ENFILE}]", "Your current 'ulimit -n' of"),
    NO_MEMORY: ("MemoryError", f"[Errno {errno.ENOMEM}]"),
    DISK_FULL: (f"[Errno {errno.ENOSPC}]", "database or disk is full"),
}
"""What processes say that want for something; the last of the first two is Redis's, that of the last SQLite's."""


def no_room_text(error: BaseException) -> str:
    """What to do where it is for want of room that a process, a thread or a file was not to be had; empty where not:
    EAGAIN or ENOMEM of fork(2), EMFILE or ENFILE of open(2), or no folder for temporary files."""
    if isinstance(error, MemoryError):
        return NO_MEMORY
    if isinstance(error, OSError):
        if error.errno in (errno.EMFILE, errno.ENFILE):
            return TOO_MANY_FILES
        if error.errno == errno.ENOMEM:
            return NO_MEMORY
        if NO_TEMP_SAID in str(error):
            return NO_TEMP
        return NO_ROOM if error.errno == errno.EAGAIN else ""
    return NO_ROOM if isinstance(error, RuntimeError) and NO_THREAD in str(error) else ""


def no_room_said(lines: Iterable[str]) -> str:
    """What to do where a process has said in its last words that it was that, or a full disk; empty where not."""
    lines = list(lines)
    told = (text for text, said in NO_ROOM_SAID.items() if any(words in line for line in lines for words in said))
    return next(told, "")
