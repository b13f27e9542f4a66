"""What a terminal is, and what libraries are told of it."""

import fcntl
import os
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import IO

import pytest

from asyncdemo.base.terminal import (
    LIBRARIES_HEAR,
    MANY,
    TerminalType,
    decide,
    guess,
    is_terminal,
    own_size,
    terminal_size,
    terminal_type,
    told_size,
    wants_colours,
)
from tests.waiting import DEADLINE_S


@contextmanager
def terminal(columns: int, rows: int) -> Iterator[IO[str]]:
    """One of a size; 0 is what one tells that does not know."""
    keyboard, end = os.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    with open(end, "w") as stream:  # noqa: PTH123
        yield stream
    os.close(keyboard)


@pytest.mark.parametrize(
    ("term", "kind"),
    [
        ("", TerminalType(draws=False, colours=0)),
        ("dumb", TerminalType(draws=False, colours=0)),
        ("unknown", TerminalType(draws=False, colours=0)),
        ("xterm-of-tomorrow", TerminalType(draws=True, colours=16)),
        ("ghost-256color", TerminalType(draws=True, colours=256)),
        ("xterm-kitty", TerminalType(draws=True, colours=256)),
        ("iterm2-direct", TerminalType(draws=True, colours=MANY)),
    ],
)
def test_a_type_that_terminfo_does_not_know_is_guessed(term: str, kind: TerminalType) -> None:
    """Newer terminals, over ssh, draw as all do."""
    assert guess(term) == kind


@pytest.mark.parametrize(
    ("term", "said"), [("xterm", "True 8"), ("vt100", "True 0"), ("dumb", "False 0"), ("", "False 0")]
)
def test_terminfo_says_what_a_type_can_do(term: str, said: str) -> None:
    """Each in a process of its own, as curses wants it."""
    code = (
        "import sys; from asyncdemo.base.terminal import *; k = terminal_type(sys.argv[1]); print(k.draws, k.colours)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, term], capture_output=True, text=True, timeout=DEADLINE_S, check=True
    )
    assert done.stdout.strip() == said


@pytest.mark.parametrize(
    ("colours", "environment", "has", "depth"),
    [
        (0, {}, False, "standard"),
        (8, {}, True, "standard"),
        (8, {"NO_COLOR": ""}, True, "standard"),
        (8, {"NO_COLOR": "1"}, False, "standard"),
        (8, {"NO_COLOR": "0"}, False, "standard"),
        (256, {}, True, "256"),
        (8, {"COLORTERM": "truecolor"}, True, "truecolor"),
        (8, {"COLORTERM": "yes"}, True, "standard"),
        (MANY, {}, True, "truecolor"),
    ],
)
def test_colours_are_those_of_the_type_unless_there_shall_be_none(
    colours: int, environment: dict[str, str], has: bool, depth: str
) -> None:
    """NO_COLOR counts unless it is empty, as no-color.org has it, whatever stands in it."""
    kind = TerminalType(draws=True, colours=colours)
    assert (kind.has_colours(environment), kind.depth(environment)) == (has, depth)


@pytest.mark.parametrize(
    ("columns", "lines", "size"),
    [
        ("132", "43", (132, 43)),
        ("0", "0", (0, 0)),
        ("-1", "x", (0, 0)),
        ("\u00b3", "\u0663", (0, 0)),
        ("9" * 30, "10000", (0, 0)),
    ],
)
def test_what_variables_say_of_a_size_has_to_make_sense(columns: str, lines: str, size: tuple[int, int]) -> None:
    """Digits of other scripts, and more than a screen has, do not."""
    assert told_size({"COLUMNS": columns, "LINES": lines}) == size


def test_the_size_is_that_of_the_terminal_at_that_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """COLUMNS and LINES count where it does not tell one, and 80x24 where nobody does."""
    monkeypatch.setenv("COLUMNS", "132")
    monkeypatch.setenv("LINES", "0")
    with terminal(88, 24) as stream:
        assert (is_terminal(stream), own_size(stream), terminal_size(stream)) == (True, (88, 24), (88, 24))
        fcntl.ioctl(stream, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 110, 0, 0))
        assert terminal_size(stream) == (110, 33)
    assert not is_terminal(stream), "it is closed"
    with terminal(0, 0) as stream:
        assert (own_size(stream), terminal_size(stream)) == ((0, 0), (132, 24))
    assert (is_terminal(None), own_size(None), terminal_size(StringIO())) == (False, (0, 0), (132, 24))
    monkeypatch.delenv("COLUMNS")
    assert terminal_size(StringIO()) == (80, 24)


ALL = dict.fromkeys(LIBRARIES_HEAR, "1")


def test_libraries_hear_of_the_terminal_what_it_is() -> None:
    """Nothing else, and what others say of themselves stays."""
    with terminal(88, 24) as stream:
        environment = {**ALL, "TERM": "xterm", "COLUMNS": "40", "LINES": "0", "NO_COLOR": "", "EDITOR": "ed"}
        decide(environment, stream)
        assert environment == {"TERM": "xterm", "TEXTUAL_COLOR_SYSTEM": "standard", "EDITOR": "ed"}
        environment = {"TERM": "dumb", "COLORTERM": "truecolor"}
        decide(environment, stream)
        assert environment["NO_COLOR"] == "1"
    with terminal(0, 0) as stream:
        environment = {"TERM": "xterm", "COLUMNS": "132", "LINES": "x", "NO_COLOR": "yes"}
        decide(environment, stream)
        assert (environment["COLUMNS"], environment["NO_COLOR"], "LINES" in environment) == ("132", "yes", False)


def test_libraries_hear_of_a_pipe_how_wide_it_is_to_be() -> None:
    """And do not take it for a terminal."""
    environment = {**ALL, "TERM": "xterm", "COLUMNS": "132", "NO_COLOR": "1"}
    decide(environment, StringIO())
    assert environment == {"TERM": "xterm", "COLUMNS": "132", "NO_COLOR": "1"}
    decide(zero := {"COLUMNS": "0", "LINES": "-3"}, StringIO())
    assert zero == {}


class Terminfo:
    """A terminfo of the user's, which says of every type that it can do everything."""

    error = ValueError

    def setupterm(self, term: str, descriptor: int) -> None:
        if term == "xterm-of-tomorrow":
            raise self.error

    def tigetstr(self, name: str) -> bytes | None:
        return b"\x1b[%d;%dH" if name == "cup" else None

    def tigetnum(self, name: str) -> int:
        return 88 if name == "colors" else -2


@pytest.mark.parametrize("term", ["", "dumb", "unknown", "xterm-of-tomorrow", "xterm"])
def test_who_is_asked_about_a_type(term: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody about one that cannot draw, whatever a terminfo says; nobody where there is no curses; else terminfo."""
    ask = terminal_type.__wrapped__
    monkeypatch.setitem(sys.modules, "curses", Terminfo())
    assert ask(term) == (TerminalType(draws=True, colours=88) if term == "xterm" else guess(term))
    monkeypatch.setitem(sys.modules, "curses", None)
    assert ask(term) == guess(term)


@pytest.mark.parametrize(("term", "wanted"), [("xterm-256color", True), ("dumb", False)])
def test_colours_are_for_a_terminal_that_has_some(term: str, wanted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable makes one of a file."""
    monkeypatch.setenv("TERM", term)
    monkeypatch.delenv("NO_COLOR", raising=False)
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb", buffering=0), os.fdopen(theirs, "w") as terminal:
        assert wants_colours(terminal) == wanted
    assert not wants_colours(StringIO())
