"""The user's editor, in the foreground: $VISUAL or else $EDITOR, a command of a shell (POSIX.1-2017, 8.3)."""

import os
import shlex
import signal
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

from ...running.signals import END, heard

NOT_THERE = (126, 127)
"""Exit codes of a shell that has not found what it was to run."""


def edit(file: Path, stop: Callable[[int], None], environment: Mapping[str, str] = os.environ) -> str:
    """Have it edited until the editor ends: what has gone wrong, and what to do; empty if nothing has.

    Keys that are signals are for the editor; others that ask for the end are passed on to it, and then `stop` gets an
    exit code.
    """
    command = editor(environment)
    if not command:
        return f"Neither VISUAL nor EDITOR names an editor. Open it in one of yours: {file}. Saving checks it."
    try:
        code = in_front(f"{command} {shlex.quote(str(file))}", stop)
    except OSError as error:
        return f"The editor {command!r} cannot be started: {error.strerror}. Open it in another: {file}."
    if code in NOT_THERE:
        return f"There is no editor {command!r} here. Open it in another: {file}, or: export EDITOR=nano"
    return f"The editor {command!r} ended with exit code {code}." if code > 0 else ""


def editor(environment: Mapping[str, str]) -> str:
    """The command that the user wants; empty for none."""
    wanted = (environment.get(name, "").strip() for name in ("VISUAL", "EDITOR"))
    return next(filter(None, wanted), "")


def in_front(command: str, stop: Callable[[int], None]) -> int:
    """Run it in the user's terminal: its exit code."""

    def on_signal(number: int, _: FrameType | None) -> None:
        if number not in (signal.SIGINT, signal.SIGQUIT):
            process.send_signal(number)
            stop(128 + number)

    process = subprocess.Popen(command, shell=True, stderr=subprocess.DEVNULL)  # noqa: S602  # as POSIX has it
    with heard(on_signal, *END):
        return process.wait()
