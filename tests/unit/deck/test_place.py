"""Where the speaker is, and how to get elsewhere."""

from pathlib import Path

import pytest

from asyncdemo.deck.place import Place, found
from asyncdemo.deck.reader import parse_deck

DECK = "One\n===\n\n<!-- end_slide -->\n\nTwo\n===\n\nThe slow\nview\n"


@pytest.mark.parametrize("words", ["slow view", "Slow  VIEW", "two"])
def test_words_are_found_wherever_their_lines_end(words: str) -> None:
    """In the deck's file, which nobody sees; and however they are spelt."""
    assert found(parse_deck(DECK, Path("deck.md")), Place(), words) == Place(1)
