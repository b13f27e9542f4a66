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
NO_ROOM_SAID = (NO_THREAD, f"[Errno {errno.EAGAIN}]", "Can't initialize Background Jobs")
"""What processes say then; the last is Redis's."""
ROOM_TO_MAKE = "End some that run, or raise the limit that `ulimit -u` shows."
NO_ROOM = f"The system starts no more processes or threads for this user. {ROOM_TO_MAKE}"


def is_no_room(error: Exception) -> bool:
    """Whether it is for want of room that a process or a thread was not started: EAGAIN or ENOMEM of fork(2)."""
    if isinstance(error, OSError):
        return error.errno in (errno.EAGAIN, errno.ENOMEM)
    return isinstance(error, RuntimeError) and NO_THREAD in str(error)


def says_no_room(lines: Iterable[str]) -> bool:
    """Whether a process has said in its last words that it was that."""
    return any(words in line for line in lines for words in NO_ROOM_SAID)
