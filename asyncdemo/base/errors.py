"""What can go wrong in front of a user. The message names the thing, the problem and what to type next."""


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
