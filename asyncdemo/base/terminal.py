"""What the terminal is: whether there is one, its size and colours, and whether pictures can be drawn on it.

One answer for all commands. The terminal itself is asked for its size, terminfo(5) about its type, which is TERM. No
variable makes a terminal of a pipe, or a pipe of a terminal. NO_COLOR takes colours away (no-color.org), COLORTERM
tells of more than terminfo knows, and COLUMNS and LINES count where no terminal tells its size.
"""

import os
import sys
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import cache
from typing import IO, Literal

Depth = Literal["standard", "256", "truecolor"]
"""How many colours there are, as Rich calls it: 16, 256, or 16 million."""
USUAL_SIZE = (80, 24)
LONGEST = 9999
"""What COLUMNS and LINES may say at the most."""
NO_SCREEN = ("", "dumb", "unknown")
"""Types of which nothing is known, whatever terminfo says."""
FEWEST_COLOURS = 8
MANY = 1 << 24
LIBRARIES_HEAR = (
    *("TTY_COMPATIBLE", "TTY_INTERACTIVE", "FORCE_COLOR"),  # Rich
    *("GITHUB_ACTIONS", "PY_COLORS", "TERMINAL_WIDTH"),  # Typer
    *("CLICOLOR", "CLICOLOR_FORCE", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_FILTERS"),
)
"""Variables by which a library would take another terminal for granted than the one that is there."""


@dataclass(frozen=True)
class TerminalType:
    """What terminals of one type can do."""

    draws: bool
    """Whether anything can be put anywhere on the screen."""
    colours: int
    """How many; 0 for none."""

    def has_colours(self, environment: Mapping[str, str]) -> bool:
        """Whether there are any, and NO_COLOR does not ask for none; empty, it asks for nothing."""
        return self.colours >= FEWEST_COLOURS and not environment.get("NO_COLOR")

    def depth(self, environment: Mapping[str, str]) -> Depth:
        """How many colours there are, with what COLORTERM tells."""
        if environment.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit") or self.colours >= MANY:
            return "truecolor"
        return "256" if self.colours >= 256 else "standard"


def guess(term: str) -> TerminalType:
    """Of a type that terminfo does not know on this machine: newer terminals, whose name says how many colours."""
    if term in NO_SCREEN:
        return TerminalType(draws=False, colours=0)
    if term.endswith("-direct"):
        return TerminalType(draws=True, colours=MANY)
    return TerminalType(draws=True, colours=256 if term.endswith(("256color", "-kitty")) else 16)


@cache
def terminal_type(term: str) -> TerminalType:
    """What terminfo says of a type, or a guess. Of one type in a process: curses keeps the first."""
    if term in NO_SCREEN:
        return guess(term)
    try:
        import curses
    except ImportError:  # a Python that was built without
        return guess(term)
    try:
        curses.setupterm(term, 1)
    except curses.error:
        return guess(term)
    return TerminalType(draws=bool(curses.tigetstr("cup")), colours=max(0, curses.tigetnum("colors")))


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether somebody looks at it."""
    return stream is not None and not stream.closed and stream.isatty()


def type_of_terminal(environment: Mapping[str, str] = os.environ) -> TerminalType:
    """The type that the environment names."""
    return terminal_type(environment.get("TERM", "").strip().lower())


def told_size(environment: Mapping[str, str] = os.environ) -> tuple[int, int]:
    """What COLUMNS and LINES say, each that makes sense; 0 for one that does not."""
    texts = (environment.get(name, "") for name in ("COLUMNS", "LINES"))
    numbers = (int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0 for text in texts)
    columns, lines = (number if number <= LONGEST else 0 for number in numbers)
    return columns, lines


def own_size(stream: IO[str] | None) -> tuple[int, int]:
    """Columns and rows that the terminal itself tells; 0 where there is none, or where it does not know."""
    try:
        size = os.get_terminal_size(stream.fileno()) if is_terminal(stream) and stream is not None else (0, 0)
    except (OSError, ValueError):
        size = (0, 0)
    return size[0], size[1]


def terminal_size(stream: IO[str] | None = None) -> tuple[int, int]:
    """Columns and rows, at this moment, of the terminal that standard output is, or another stream."""
    sizes = own_size(stream or sys.stdout), told_size(), USUAL_SIZE
    columns, rows = (next(filter(None, numbers)) for numbers in zip(*sizes, strict=True))
    return columns, rows


def wants_colours(stream: IO[str] | None = None) -> bool:
    """Whether colours go to standard output, or to another stream."""
    return is_terminal(stream or sys.stdout) and type_of_terminal().has_colours(os.environ)


def colour_depth() -> Depth:
    """How many colours the terminal has, if it has any."""
    return type_of_terminal().depth(os.environ)


def decide(environment: MutableMapping[str, str] = os.environ, stream: IO[str] | None = None) -> None:
    """Give this process the environment from which Rich, Typer and Textual conclude what is concluded here."""
    stream = stream or sys.stdout
    for name in LIBRARIES_HEAR:
        environment.pop(name, None)
    for name, own, told in zip(("COLUMNS", "LINES"), own_size(stream), told_size(environment), strict=True):
        if own or not told:
            environment.pop(name, None)
    if not environment.get("NO_COLOR"):
        environment.pop("NO_COLOR", None)
    if is_terminal(stream):
        kind = type_of_terminal(environment)
        environment["TEXTUAL_COLOR_SYSTEM"] = kind.depth(environment)
        if not kind.has_colours(environment):
            environment.setdefault("NO_COLOR", "1")
