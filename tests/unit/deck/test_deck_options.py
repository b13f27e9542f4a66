"""What a deck of presenterm's may ask for: its options and comments."""

from pathlib import Path

import pytest

from asyncdemo.deck.deck import Deck, Prose
from asyncdemo.deck.reader import parse_deck

LIST = "- a\n- b\n  - c\n"


def deck_of(options: str, text: str) -> Deck:
    return parse_deck(f"---\noptions:\n  {options}\n---\n{text}", Path("deck.md"))


def seen(deck: Deck) -> list[list[str]]:
    """What appears at each step of its one slide."""
    (slide,) = deck.slides
    return [[block.text for block in part.blocks if isinstance(block, Prose)] for part in slide.parts]


def test_titles_end_slides_where_it_says_so() -> None:
    """Unless there is nothing above but comments, which are the title's."""
    text = "<!-- speaker_note: x -->\nOne\n===\n\na\n\nTwo\n---\n\nThree\n===\n"
    slides = deck_of("implicit_slide_ends: true", text).slides
    assert [(slide.title, slide.notes) for slide in slides] == [("One", "x"), ("Two", ""), ("Three", "")]


def test_the_items_of_lists_appear_one_by_one_where_it_says_so() -> None:
    """After what is above them; what is below comes last."""
    assert seen(deck_of("incremental_lists: true", f"x\n\n{LIST}\ny\n")) == [["x"], ["- a"], ["- b\n  - c"], ["y"]]


def test_a_comment_says_so_for_the_lists_below_it() -> None:
    """On its slide, until another says otherwise."""
    on, off = "<!-- incremental_lists: true -->\n", "\n<!-- incremental_lists: false -->\n"
    assert seen(deck_of("end_slide_shorthand: true", f"{on}{LIST}{off}{LIST}")) == [
        ["- a"],
        ["- b\n  - c"],
        [LIST.rstrip()],
    ]
    deck = deck_of("end_slide_shorthand: true", f"{on}x\n\n---\n\n{LIST}")
    assert [slide.steps for slide in deck.slides] == [1, 1]


def test_commands_begin_as_it_says() -> None:
    """Other comments are for the reader; what is ours begins as always."""
    text = "<!-- remember this -->\na <!-- and this -->\n\n<!-- cmd:pause -->\n\nb\n\n<!-- // time: 1m -->\n"
    deck = deck_of('command_prefix: "cmd:"', text)
    assert seen(deck) == [["a <!-- and this -->"], ["b"]]
    assert deck.time_s == 60


@pytest.mark.parametrize("words", ["// todo: x", "Comment: x", "comment: x", "vim: set tw=80", "{{{"])
def test_comments_for_the_reader_are_passed_over(words: str) -> None:
    """On a line of their own, and within a text."""
    deck = deck_of("end_slide_shorthand: true", f"<!-- {words} -->\n\n- a <!-- {words} -->\n")
    assert seen(deck) == [[f"- a <!-- {words} -->"]]
