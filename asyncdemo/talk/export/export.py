"""`asyncdemo talk --export FILE.html`: the talk for whoever was not in the room."""

from collections.abc import Callable
from pathlib import Path

from ...base.errors import UsageError
from ...base.files import STDOUT, check_writable, save
from ...base.output import remark
from ...deck.deck import Deck
from ...deck.reader import AS_IT_IS, ReadOptions, read_deck

FLAG = "--export"
PAGES = (".html", ".htm")
"""How a page is called. A deck that is named by mistake is not replaced by one."""


def export_deck(
    path: Path, out: str, options: ReadOptions = AS_IT_IS, found: Callable[[Deck], str] = lambda deck: ""
) -> int:
    """Write a deck as one page, `-` for standard output, and say what is `found` in it. Returns the exit code.

    Raises UsageError for a file that is no page by its name, DeckError, RecordingError for a recording that is none,
    StartError where the page cannot be written.
    """
    if out != STDOUT and Path(out).suffix.lower() not in PAGES:
        raise UsageError(f"{FLAG} writes a page: name a file like talk.html, or - for standard output, not {out!r}.")
    deck = read_deck(path, options)
    check_writable(out, FLAG)
    from .document import page

    save(out, FLAG, page(deck))
    if words := found(deck):
        remark(words)
    return 0
