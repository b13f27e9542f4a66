"""A program of the user's, which has the terminal until it ends: a pager, an editor."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from types import FrameType

from ..running.signals import END, heard

FROM_THE_KEYBOARD = (signal.SIGINT, signal.SIGQUIT)
"""The terminal sends them to all in front: the program may want to live on, and decides."""
NO_SUCH = (126, 127)
"""Exit codes of a shell that has not found what it was to run, and has said so."""


def in_front(
    command: str,
    on_signal: Callable[[int], None],
    *,
    text: bytes | None = None,
    environment: Mapping[str, str] = os.environ,
    stderr: int | None = None,
) -> int:
    """Run a command of a shell (POSIX.1-2017, sh), with a text on its standard input if there is one: its exit code.

    Each signal that asks for the end comes to `on_signal`; those that are not from the keyboard are passed on, however
    soon they come. Raises OSError where there can be no process.
    """
    heard_so_far: list[int] = []
    process: subprocess.Popen[bytes] | None = None

    def pass_on(number: int) -> None:
        if process is not None and number not in FROM_THE_KEYBOARD:
            process.send_signal(number)

    def hear(number: int, _: FrameType | None) -> None:
        heard_so_far.append(number)
        pass_on(number)
        on_signal(number)

    stdin = subprocess.PIPE if text is not None else None
    with heard(hear, *END):
        process = subprocess.Popen(command, shell=True, stdin=stdin, stderr=stderr, env=environment)  # noqa: S602
        for number in heard_so_far:
            pass_on(number)
        process.communicate(text)
        return process.returncode
