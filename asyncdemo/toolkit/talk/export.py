"""`asyncdemo talk --export FILE.html`: the talk for whoever was not in the room."""

from pathlib import Path

from ..files import check_writable, write_text
from .parse import read_deck

FLAG = "--export"


def export_deck(path: Path, out: str) -> int:
    """Write a deck as one page, `-` for standard output. Returns the exit code.

    Raises DeckError, RecordingError for a fallback that is none, StartError where the page cannot be written.
    """
    deck = read_deck(path)
    check_writable(out, FLAG)
    from .page.document import page

    write_text(out, FLAG, page(deck))
    return 0
