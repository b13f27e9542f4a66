"""Files that a deck names: beside it, or in this package."""

import os
import os.path
from pathlib import Path

from ..base.installation import PACKAGE
from .deck import DeckError


def find_file(deck: Path, name: str) -> Path | None:
    """A file beside the deck, or beside the file that the deck is a link to, or one of this package's; else None."""
    folders = (deck.parent, Path(os.path.realpath(deck)).parent)
    places = (folder / each for folder in folders for each in (name, as_stored(name)))
    return next((path for path in (*places, in_package(name)) if is_file(path)), None)


def as_stored(name: str) -> str:
    """A name as it is on disk in UTF-8, in a locale of another encoding."""
    return os.fsdecode(name.encode(errors="replace"))


def file_beside(deck: Path, name: str, line: int) -> Path:
    """`find_file`, for a file that the deck needs: raises DeckError where it is not there."""
    path = find_file(deck, name)
    if path is None:
        raise DeckError(deck, line, f"there is no file {name} beside the deck")
    return path


def is_file(path: Path) -> bool:
    """Not pathlib's, which raises for a name that is too long, and for a folder that may not be entered."""
    return os.path.isfile(path)  # noqa: PTH113


def in_package(name: str) -> Path:
    """`../asyncdemo/stages/step1/hello/views.py`, wherever asyncdemo is: an installed deck has no such neighbour."""
    parts = [part for part in Path(name).parts if part != ".."]
    return PACKAGE.joinpath(*parts[1:]) if parts[:1] == [PACKAGE.name] else Path()
