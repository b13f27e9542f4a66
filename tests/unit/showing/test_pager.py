"""Whether a text is paged: what fits the terminal is not."""

import fcntl
import os
import shutil
import struct
import sys
import termios
from collections.abc import Callable, Iterator

import pytest

from asyncdemo.showing.pager import fits, pager

Sized = Callable[[int, int], None]


@pytest.fixture
def sized(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sized]:
    """Standard output is a terminal, which can be given a size."""
    keyboard, terminal = os.openpty()

    def size(columns: int, rows: int) -> None:
        monkeypatch.setattr(sys, "stdout", output)  # not before the test begins: pytest puts its own there then
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    with os.fdopen(terminal, "w") as output:
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.delenv("PAGER", raising=False)
        yield size
    os.close(keyboard)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\n", 2),
        ("a\nb\n", 3),
        ("\n\n", 3),
        ("0123456789\n", 2),
        ("0123456789a\n", 3),
        ("\x1b[31m0123456789\x1b[0m\n", 2),
        ("\x1b[31mone\ntwo\x1b[0m\n", 3),
        ("\N{HIRAGANA LETTER A}" * 5 + "\n", 2),
        ("\N{HIRAGANA LETTER A}" * 6 + "\n", 3),
    ],
)
def test_what_fits_with_the_prompt_below_it(text: str, rows: int, sized: Sized) -> None:
    """In ten columns; colours take no room, and some characters that of two. A row less, and it does not."""
    sized(10, rows)
    assert fits(text)
    sized(10, rows - 1)
    assert not fits(text)


def test_a_terminal_that_does_not_know_its_size_shows_all(sized: Sized) -> None:
    sized(0, 0)
    assert fits("a\n" * 1000)


@pytest.mark.parametrize(
    ("wanted", "lines", "command"),
    [
        (None, 9, ""),
        (None, 10, "less"),
        ("", 99, ""),
        ("cat", 99, ""),
        (" cat ", 99, ""),
        ("more", 1, "more"),
        (" less -R ", 1, "less -R"),
    ],
)
def test_which_pager(
    wanted: str | None, lines: int, command: str, sized: Sized, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's, whatever fits; else `less` for what does not; none that cannot turn pages."""
    sized(80, 10)
    monkeypatch.setattr(shutil, "which", lambda program: f"/bin/{program}")
    if wanted is not None:
        monkeypatch.setenv("PAGER", wanted)
    assert pager("a\n" * lines) == command
    monkeypatch.setenv("TERM", "dumb")
    assert pager("a\n" * lines) == ""


def test_without_less_there_is_no_pager(sized: Sized, monkeypatch: pytest.MonkeyPatch) -> None:
    sized(80, 10)
    monkeypatch.setattr(shutil, "which", lambda program: None)
    assert pager("a\n" * 99) == ""
