"""Whether a text is paged: what fits the terminal is not."""

import fcntl
import os
import select
import shutil
import signal
import struct
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from asyncdemo.base.errors import OutputError
from asyncdemo.showing.pager import fits, pager, show
from tests.waiting import DEADLINE_S

Sized = Callable[[int, int], None]
READ = "$READ"
"""Where a pager of these tests leaves what it has read."""


@pytest.fixture
def pty() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal."""
    keyboard, terminal = os.openpty()
    yield keyboard, terminal
    os.close(keyboard)


@pytest.fixture
def sized(pty: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> Iterator[Sized]:
    """Standard output is a terminal, which can be given a size."""
    _, terminal = pty

    def size(columns: int, rows: int) -> None:
        monkeypatch.setattr(sys, "stdout", output)  # not before the test begins: pytest puts its own there then
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    with os.fdopen(terminal, "w") as output:
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.delenv("PAGER", raising=False)
        yield size


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


Read = Callable[[], str]


@pytest.fixture
def pages(tmp_path: Path, sized: Sized, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Read]:
    """Says what pages in a terminal, and then what that has read; empty for nothing."""
    read = tmp_path / "read"

    def paged_by(command: str) -> Read:
        sized(80, 10)
        monkeypatch.setenv("READ", str(read))
        monkeypatch.setenv("PAGER", command)
        return lambda: read.read_text() if read.exists() else ""

    return paged_by


@pytest.fixture
def shown(pty: tuple[int, int]) -> Callable[[], str]:
    """What stands on the terminal."""
    tty.setraw(pty[1])

    def now() -> str:
        assert select.select([pty[0]], [], [], DEADLINE_S)[0]
        return os.read(pty[0], 4096).decode()

    return now


def test_a_pager_has_all_of_the_text(pages: Callable[[str], Read]) -> None:
    """Where a pager is wanted; in a pipe there is none."""
    read = pages(f"cat > {READ}")
    assert show("one\ntwo\n", paged=True) == 0
    assert read() == "one\ntwo\n"


def test_without_a_pager_it_is_written(pages: Callable[[str], Read], shown: Callable[[], str]) -> None:
    read = pages(f"cat > {READ}")
    assert show("one\n", paged=False) == 0
    assert (read(), shown()) == ("", "one\n")


def test_what_is_no_terminal_has_no_pager(
    pages: Callable[[str], Read], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    read = pages(f"cat > {READ}")
    with os.fdopen(os.dup(1), "w") as pipe, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", pipe)
        assert show("one\n", paged=True) == 0
    assert (read(), capfdbinary.readouterr().out) == ("", b"one\n")


@pytest.mark.parametrize("code", [126, 127])
def test_a_pager_that_is_not_there_takes_nothing_away(
    code: int, pages: Callable[[str], Read], shown: Callable[[], str]
) -> None:
    """The shell has said so, and the text is there all the same."""
    pages(f"exit {code}")
    assert show("one\n", paged=True) == 0
    assert shown() == "one\n"


@pytest.mark.parametrize("code", [1, 125])
def test_a_pager_that_fails_is_named(code: int, pages: Callable[[str], Read]) -> None:
    pages(f"exit {code}")
    with pytest.raises(OutputError, match=f"'exit {code}' ended with exit code {code}"):
        show("one\n", paged=True)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("kill -TERM $PPID; cat", 128 + signal.SIGTERM),
        ("kill -INT $PPID; exit 1", 0),
        ("exit 128", 128),
        ("exit 141", 141),
        ("kill -KILL $$", 0),
    ],
)
def test_who_ends_a_pager_has_seen_enough(command: str, code: int, pages: Callable[[str], Read]) -> None:
    """That is no failure of it; who is told to end does so."""
    pages(command)
    assert show("one\n", paged=True) == code


@pytest.mark.parametrize(("theirs", "told"), [(None, "FRX"), ("iM", "iM")])
def test_less_is_told_how_to_page_unless_the_user_has(
    theirs: str | None, told: str, pages: Callable[[str], Read], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LESS", raising=False)
    if theirs is not None:
        monkeypatch.setenv("LESS", theirs)
    read = pages(f'printf %s "$LESS" > {READ}')
    assert show("one\n", paged=True) == 0
    assert read() == told


def test_a_pager_reads_what_the_terminal_can_show(pty: tuple[int, int], pages: Callable[[str], Read]) -> None:
    """In its encoding, other characters as they are replaced there."""
    read = pages(f"cat > {READ}")
    ascii_alone = {"encoding": "ascii", "errors": "backslashreplace"}
    with os.fdopen(os.dup(pty[1]), "w", **ascii_alone) as output, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", output)
        assert show("ü\n", paged=True) == 0
    assert read() == "\\xfc\n"
