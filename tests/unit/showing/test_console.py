"""Rich's console, as it is told what the terminal is."""

import fcntl
import io
import os
import struct
import termios
from collections.abc import Iterator
from typing import TextIO

import pytest

from asyncdemo.showing.console import console_for


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[TextIO]:
    """One with eight colours."""
    keyboard, tty = os.openpty()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("COLORTERM", raising=False)
    with os.fdopen(tty, "w") as output:
        yield output
    os.close(keyboard)


def sized(terminal: TextIO, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def test_its_size_is_that_of_the_terminal_at_each_moment(terminal: TextIO) -> None:
    """Somebody makes the window larger."""
    console = console_for(terminal)
    for size in ((80, 24), (110, 33)):
        sized(terminal, *size)
        assert console.size == size


def test_a_terminal_has_its_colours_unless_somebody_wants_none(
    terminal: TextIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    console = console_for(terminal)
    assert (console.is_terminal, console.color_system, console.no_color) == (True, "standard", False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert console_for(terminal).no_color


def test_what_is_no_terminal_has_no_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment says of one."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    console = console_for(io.StringIO())
    assert (console.is_terminal, console.color_system, console.no_color) == (False, None, True)


def test_nothing_is_coloured_that_nobody_has_coloured(terminal: TextIO) -> None:
    """As Rich would do with a number, and what stands in quotes."""
    console = console_for(terminal)
    with console.capture() as captured:
        console.print("8000 'a' True", end="")
    assert captured.get() == "8000 'a' True"
