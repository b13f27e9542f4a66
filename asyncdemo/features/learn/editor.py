"""The user's editor, in the foreground: $VISUAL or else $EDITOR, a command of a shell (POSIX.1-2017, 8.3)."""

import os
import shlex
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from ...showing.in_front import FROM_THE_KEYBOARD, NO_SUCH, in_front


def edit(file: Path, stop: Callable[[int], None], environment: Mapping[str, str] = os.environ) -> str:
    """Have it edited until the editor ends: what has gone wrong, and what to do; empty if nothing has.

    Keys that are signals are for the editor; others that ask for the end are passed on to it, and then `stop` gets an
    exit code.
    """

    def on_signal(number: int) -> None:
        if number not in FROM_THE_KEYBOARD:
            stop(128 + number)

    command = editor(environment)
    if not command:
        return f"Neither VISUAL nor EDITOR names an editor. Open it in one of yours: {file}. Saving checks it."
    try:
        code = in_front(f"{command} {shlex.quote(str(file))}", on_signal, stderr=subprocess.DEVNULL)
    except OSError as error:
        return f"The editor {command!r} cannot be started: {error.strerror}. Open it in another: {file}."
    if code in NO_SUCH:
        return f"There is no editor {command!r} here. Open it in another: {file}, or: export EDITOR=nano"
    return f"The editor {command!r} ended with exit code {code}." if code > 0 else ""


def editor(environment: Mapping[str, str]) -> str:
    """The command that the user wants; empty for none."""
    wanted = (environment.get(name, "").strip() for name in ("VISUAL", "EDITOR"))
    return next(filter(None, wanted), "")
