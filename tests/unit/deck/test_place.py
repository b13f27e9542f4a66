"""Where the speaker is, and how to get elsewhere."""

from pathlib import Path

import pytest

from asyncdemo.deck.deck import Deck
from asyncdemo.deck.place import Place, at_end, back, forward, found, kept
from asyncdemo.deck.reader import parse_deck

DECK = "One\n===\n\n<!-- end_slide -->\n\nTwo\n===\n\nThe slow\nview\n"
STEPS = "a\n\n<!-- pause -->\n\nb\n\n<!-- end_slide -->\n\nc\n\n<!-- pause -->\n\nd\n\n<!-- pause -->\n\ne\n"


def deck_of(text: str) -> Deck:
    return parse_deck(text, Path("deck.md"))


def titled(*titles: str) -> Deck:
    """A deck of slides with nothing but these titles, the first in two steps."""
    first, *others = (f"{title}\n===\n" for title in titles)
    return deck_of("\n<!-- end_slide -->\n\n".join([f"{first}\n<!-- pause -->\n\nmore\n", *others]))


@pytest.mark.parametrize("words", ["slow view", "Slow  VIEW", "two"])
def test_words_are_found_wherever_their_lines_end(words: str) -> None:
    """In the deck's file, which nobody sees; and however they are spelt."""
    assert found(deck_of(DECK), Place(), words) == Place(1)


def test_the_next_slide_with_the_words_is_found() -> None:
    """After the last the first; the one that is shown last of all; none, where none has them."""
    deck = titled("red", "blue", "red", "green")
    assert found(deck, Place(0, 1), "red") == Place(2)
    assert found(deck, Place(2), "red") == Place(0)
    assert found(deck, Place(3), "green") == Place(3)
    assert found(deck, Place(1), "yellow") is None


def test_every_step_is_gone_through_forward_and_back() -> None:
    """At both ends one stays; back comes to the last step of a slide."""
    deck = deck_of(STEPS)
    places = [Place(0, 0), Place(0, 1), Place(1, 0), Place(1, 1), Place(1, 2)]
    assert [forward(deck, place) for place in places] == [*places[1:], places[-1]]
    assert [back(deck, place) for place in places] == [places[0], *places[:-1]]
    assert [at_end(deck, slide) for slide in (0, 1)] == [Place(0, 1), Place(1, 2)]


@pytest.mark.parametrize(
    ("place", "new", "kept_at"),
    [
        (Place(2), ("new", "a", "b", "c"), Place(3)),
        (Place(2), ("c", "b", "x", "c"), Place(3)),
        (Place(1), ("b", "a", "c", "b"), Place(0)),
        (Place(1), ("a", "other", "c"), Place(1)),
        (Place(2), ("a", "other"), Place(1)),
        (Place(0, 1), ("a", "b", "c"), Place(0, 1)),
        (Place(0, 1), ("b", "a"), Place(1, 0)),
    ],
)
def test_where_an_edited_deck_goes_on(place: Place, new: tuple[str, ...], kept_at: Place) -> None:
    """At the nearest slide with its title, else at its number, else at the last; in its step, if it has as many."""
    assert kept(titled("a", "b", "c"), place, titled(*new)) == kept_at
