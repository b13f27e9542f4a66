"""What is seen and told of a small deck."""

from pathlib import Path

from asyncdemo.deck.deck import Deck, Slide
from asyncdemo.deck.reader import parse_deck
from asyncdemo.deck.render import Look, slide_lines

WIDTH = 40


def deck_of(text: str, folder: Path = Path()) -> Deck:
    return parse_deck(text, folder / "deck.md")


def slide_of(text: str, folder: Path = Path()) -> Slide:
    (slide,) = deck_of(text, folder).slides
    return slide


def seen(text: str, step: int | None = None, rows: int = 0) -> list[str]:
    """The lines of the one slide of a deck, at a step or in the end."""
    slide = slide_of(text)
    return slide_lines(slide, slide.steps - 1 if step is None else step, WIDTH, Look(rows))


def told(text: str, folder: Path = Path()) -> list[tuple[int, str, bool]]:
    """What is told of a deck: line, words, and whether it is wrong."""
    return [(notice.line, notice.words, notice.wrong) for notice in deck_of(text, folder).notices]
