"""A deck in its files, while somebody edits them."""

from pathlib import Path

import pytest

from asyncdemo.deck import deck_watch as watched
from asyncdemo.deck.deck import Deck
from asyncdemo.deck.deck_watch import DeckWatch
from asyncdemo.deck.reader import read_deck


@pytest.fixture
def deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deck:
    """Looked at as often as it is asked for."""
    monkeypatch.setattr(watched, "LOOK_EVERY_S", 0.0)
    (tmp_path / "deck.md").write_text("One\n===\n")
    return read_deck(tmp_path / "deck.md")


def titles(deck: Deck | None) -> list[str] | None:
    return None if deck is None else [slide.title for slide in deck.slides]


def test_an_edit_is_a_new_deck_once(deck: Deck) -> None:
    """What has not changed is none, however often it is looked at."""
    files = DeckWatch(deck)
    assert files.look() == (None, "")
    deck.path.write_text("Two, edited\n===\n")
    assert titles(files.look()[0]) == ["Two, edited"]
    assert files.look() == (None, "")


@pytest.mark.parametrize("fault", [RecursionError, ValueError, KeyError, OSError, OverflowError])
def test_a_fault_of_ours_does_not_end_the_talk(
    fault: type[Exception], deck: Deck, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, and the deck stays as it was."""

    def fails(path: Path) -> Deck:
        raise fault("deep")

    files = DeckWatch(deck)
    monkeypatch.setattr(watched, "read_deck", fails)
    deck.path.write_text("Two, edited\n===\n")
    new, problem = files.look()
    assert new is None
    assert fault.__name__ in problem


def test_what_is_written_while_the_deck_is_read_is_not_lost(deck: Deck, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither before the first look, nor between the reading of the file and the end of that."""

    def read_and_edit(path: Path) -> Deck:
        before = read_deck(path)
        path.write_text("Three, while it was read\n===\n")
        return before

    deck.path.write_text("Two, edited\n===\n")
    files = DeckWatch(deck)
    monkeypatch.setattr(watched, "read_deck", read_and_edit)
    assert titles(files.look()[0]) == ["Two, edited"]
    monkeypatch.setattr(watched, "read_deck", read_deck)
    assert titles(files.look()[0]) == ["Three, while it was read"]
    assert files.look() == (None, "")


def test_a_file_that_the_deck_waited_for_mends_it(deck: Deck) -> None:
    """Whichever it is: an edit may name one that is written after it."""
    files = DeckWatch(deck)
    deck.path.write_text("One\n===\n\n```file\npath: v.py\nlanguage: python\n```\n")
    assert "there is no file" in files.look()[1]
    assert "there is no file" in files.look()[1]
    (deck.path.parent / "v.py").write_text("v = 1\n")
    new, problem = files.look()
    assert (titles(new), problem) == (["One"], "")
    assert files.look() == (None, "")
