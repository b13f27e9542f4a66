"""A deck's file, and the files that it names: read again when one of them has changed."""

import time
from collections.abc import Callable
from pathlib import Path

from ...deck.deck import Code, Deck, DeckError, Demo, Picture
from ...deck.reader import STDIN, read_deck

LOOK_EVERY_S = 0.4
OUR_FAULT = (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)
"""What reading a deck does not raise, as far as we know. If it does, the talk goes on all the same."""
Stamp = tuple[int, int] | None


class DeckWatch:
    """A deck in its files."""

    def __init__(self, deck: Deck, *, every_s: float = LOOK_EVERY_S, read: Callable[[Path], Deck] = read_deck) -> None:
        self._path, self._deck, self._every_s, self._read = deck.path, deck, every_s, read
        self._stamps: dict[Path, Stamp] = {}
        """As they were before the deck was last read by us."""
        self._looked_at = time.monotonic()
        self._problem = ""

    def look(self) -> tuple[Deck | None, str]:
        """(a new deck, if the files have changed to one; what is wrong with the files, empty for nothing)."""
        now = time.monotonic()
        if now - self._looked_at < self._every_s or self._path == STDIN:
            return None, self._problem
        self._looked_at = now
        stamps = self._look_at_files()
        if stamps == self._stamps and not self._problem:  # what is missing may be a file that is none of these
            return None, ""
        self._stamps = stamps  # from before it is read: it may be written meanwhile
        try:
            deck = self._read(self._path)
            self._problem = self._what_is_new(deck)
        except DeckError as error:
            self._problem = error.in_short(self._path.name)
            return None, self._problem
        except OUR_FAULT as error:
            self._problem = f"{self._path.name} cannot be read: {type(error).__name__}: {error}"
            return None, self._problem
        if self._problem:
            return None, self._problem
        changed, self._deck = deck != self._deck, deck
        return deck if changed else None, ""

    def _what_is_new(self, deck: Deck) -> str:
        """What is wrong with it that was not before: the audience need not see it while it is written."""
        known = {notice.words for notice in self._deck.wrong}
        new = next((notice for notice in deck.wrong if notice.words not in known), None)
        return f"{self._path.name}:{new.line}: {new.words}" if new is not None else ""

    def _look_at_files(self) -> dict[Path, Stamp]:
        return {path: stamp(path) for path in (self._path, *files_of(self._deck))}


def files_of(deck: Deck) -> set[Path]:
    """The files that a deck quotes, shows or plays."""
    found: set[Path | None] = set()
    for block in (block for slide in deck.slides for block in slide.blocks):
        if isinstance(block, Code) and block.source:
            found.add(deck.path.parent / block.source)
        elif isinstance(block, Picture):
            found.add(block.path)
        elif isinstance(block, Demo):
            found.add(block.fallback)
    return {path for path in found if path is not None}


def stamp(path: Path) -> Stamp:
    """What changes when a file is written: its time and its size; None for a file that is not there."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size
