"""Where the speaker is, and how to get elsewhere."""

from pathlib import Path

import pytest

from asyncdemo.deck.deck import Deck, Demo, Link, Slide
from asyncdemo.deck.last_link import linked
from asyncdemo.deck.place import Place, at_end, back, budget, demos_seen, forward, found, kept, time_before
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


def test_a_slide_has_a_step_at_least() -> None:
    """Also where nothing but notes are said."""
    deck = deck_of("<!-- speaker_note: x -->\n<!-- end_slide -->\n\na\n")
    assert [slide.steps for slide in deck.slides] == [1, 1]
    assert forward(deck, Place()) == Place(1)


def test_the_times_of_the_slides_before_are_behind_the_speaker() -> None:
    """A slide without one takes none; the talk takes what it says, else all of them together."""
    text = "<!-- // time: 1m -->\na\n\n<!-- end_slide -->\n\nb\n\n<!-- end_slide -->\n\nc\n<!-- // time: 30s -->\n"
    deck = deck_of(text)
    assert [time_before(deck, slide) for slide in (0, 1, 2)] == [0, 60, 60]
    assert budget(deck) == 90
    assert budget(deck_of(f"<!-- // budget: 5m -->\n{text}")) == 300
    assert budget(deck_of("a\n")) == 0


def test_demos_are_seen_one_after_the_other() -> None:
    """As many as have appeared by a step."""
    demo = "```bash +exec\ndate\n```\n"
    (slide,) = deck_of(f"a\n\n<!-- pause -->\n\n{demo}\n<!-- pause -->\n\n{demo}\nb\n").slides
    assert [demos_seen(slide, step) for step in range(3)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("command", "is_replay"),
    [("asyncdemo replay x.jsonl", True), ("asyncdemo run replay", False), ("asyncdemo", False), ("date", False)],
)
def test_a_recording_is_no_demo_that_is_to_be_started(command: str, is_replay: bool) -> None:
    """There is nothing to start."""
    demo = deck_of(f"```bash +exec\n{command}\n```\n").slides[0].demo
    assert isinstance(demo, Demo)
    assert demo.is_replay == is_replay


@pytest.mark.parametrize(
    ("items", "slides"),
    [("- x\n", 2), ("- x\n" * 2, 2), ("- x\n" * 3, 3), (f"- x\n- {'x' * 81}\n", 2), (f"- x\n- {'x' * 82}\n", 3)],
)
def test_an_address_stands_on_the_last_slide_where_there_is_room(items: str, slides: int) -> None:
    """Else on one of its own, of no time, that is called like the talk; another address of the deck's is gone."""
    front = "---\ntitle: T\nlink: https://old.org/\n---\n"
    deck = linked(deck_of(f"{front}<!-- end_slide -->\n\n{items}"), "https://example.org/")
    assert len(deck.slides) == slides
    assert [block for slide in deck.slides for block in slide.blocks if isinstance(block, Link)] == [
        Link("https://example.org/")
    ]
    last = deck.slides[-1]
    assert isinstance(last.blocks[-1], Link)
    if slides == 3:
        assert (last.title, last.time_s, last.line) == ("T", 0.0, deck.slides[1].line)


def test_an_address_appears_with_the_last_of_its_slide() -> None:
    """What comes before it does so as ever."""
    (slide,) = deck_of("a\n\n<!-- pause -->\n\nb\n\n<!-- pause -->\n\nc\n").slides
    with_address = slide.with_block(Link("https://example.org/"))
    assert [len(part.blocks) for part in with_address.parts] == [1, 1, 2]
    assert with_address.blocks == (*slide.blocks, Link("https://example.org/"))
    assert Slide("", (), 1).with_block(Link("x")).blocks == (Link("x"),)
