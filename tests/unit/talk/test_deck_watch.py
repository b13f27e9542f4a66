"""A deck in its files, while somebody edits them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asyncdemo.deck.deck import Deck
from asyncdemo.deck.reader import read_deck
from asyncdemo.talk.presenter.deck_watch import DeckWatch


@pytest.fixture
def deck(tmp_path: Path) -> Deck:
    """In a file that can be edited."""
    (tmp_path / "deck.md").write_text("One\n===\n")
    return read_deck(tmp_path / "deck.md")


def watched(deck: Deck, read: Callable[[Path], Deck] = read_deck) -> DeckWatch:
    """Looked at as often as it is asked for."""
    return DeckWatch(deck, every_s=0.0, read=read)


def titles(deck: Deck | None) -> list[str] | None:
    return None if deck is None else [slide.title for slide in deck.slides]


def test_an_edit_is_a_new_deck_once(deck: Deck) -> None:
    """What has not changed is none, however often it is looked at, and is not read again."""
    read: list[Path] = []

    def reads(path: Path) -> Deck:
        read.append(path)
        return read_deck(path)

    files = watched(deck, reads)
    assert files.look() == (None, "")
    deck.path.write_text("Two, edited\n===\n")
    assert titles(files.look()[0]) == ["Two, edited"]
    assert files.look() == (None, "")
    assert read == [deck.path] * 2


@pytest.mark.parametrize("fault", [RecursionError, ValueError, KeyError, OSError, OverflowError])
def test_a_fault_of_ours_does_not_end_the_talk(fault: type[Exception], deck: Deck) -> None:
    """It is told, and the deck stays as it was."""

    def fails(path: Path) -> Deck:
        raise fault("deep")

    files = watched(deck, fails)
    deck.path.write_text("Two, edited\n===\n")
    new, problem = files.look()
    assert new is None
    assert fault.__name__ in problem


def test_what_is_written_while_the_deck_is_read_is_not_lost(deck: Deck) -> None:
    """Neither before the first look, nor between the reading of the file and the end of that."""

    def read_and_edit(path: Path) -> Deck:
        read = read_deck(path)
        if titles(read) == ["Two, edited"]:
            path.write_text("Three, while it was read\n===\n")
        return read

    deck.path.write_text("Two, edited\n===\n")
    files = watched(deck, read_and_edit)
    assert titles(files.look()[0]) == ["Two, edited"]
    assert titles(files.look()[0]) == ["Three, while it was read"]
    assert files.look() == (None, "")


def test_a_file_that_the_deck_waited_for_mends_it(deck: Deck) -> None:
    """Whichever it is: an edit may name one that is written after it."""
    files = watched(deck)
    deck.path.write_text("One\n===\n\n```file\npath: v.py\nlanguage: python\n```\n")
    assert "there is no file" in files.look()[1]
    assert "there is no file" in files.look()[1]
    (deck.path.parent / "v.py").write_text("v = 1\n")
    new, problem = files.look()
    assert (titles(new), problem) == (["One"], "")
    assert files.look() == (None, "")
