"""Where the speaker is: a slide of a deck and a step of it, and how to get to others. Pure."""

from dataclasses import dataclass
from functools import lru_cache

from .arrange import arranged
from .deck import Deck, Demo, Slide
from .render import PLAIN, inline, item_renderable, lines_of

WIDE = 4000
"""Columns on which no line of a text is wrapped."""


@dataclass(frozen=True)
class Place:
    """A slide and a step of it, both counted from 0."""

    slide: int = 0
    step: int = 0


def forward(deck: Deck, place: Place) -> Place:
    """The next step, or the next slide; at the end of the deck, where one is."""
    if place.step + 1 < deck.slides[place.slide].steps:
        return Place(place.slide, place.step + 1)
    if place.slide + 1 < len(deck.slides):
        return Place(place.slide + 1)
    return place


def back(deck: Deck, place: Place) -> Place:
    """The step before, or the last one of the slide before: what was seen there, all of it."""
    if place.step > 0:
        return Place(place.slide, place.step - 1)
    return at_end(deck, place.slide - 1) if place.slide > 0 else place


def at_end(deck: Deck, slide: int) -> Place:
    """The last step of a slide."""
    return Place(slide, deck.slides[slide].steps - 1)


def kept(old: Deck, place: Place, new: Deck) -> Place:
    """A place in a deck that was edited: of the slides with its title the nearest, else the slide with its number."""
    title, last = old.slides[place.slide].title, len(new.slides) - 1
    same = [number for number, slide in enumerate(new.slides) if slide.title == title]
    number = min(same, key=lambda number: abs(number - place.slide)) if same else min(place.slide, last)
    return Place(number, min(place.step, new.slides[number].steps - 1))


def found(deck: Deck, place: Place, words: str) -> Place | None:
    """The next slide, after the last the first, that says these words; None where none does."""
    count, wanted = len(deck.slides), unwrapped(words)
    for distance in range(1, count + 1):
        number = (place.slide + distance) % count
        if wanted in unwrapped(text_of(deck.slides[number])):
            return Place(number)
    return None


def unwrapped(text: str) -> str:
    """Wherever its lines end, and however it is spelt."""
    return " ".join(text.casefold().split())


@lru_cache(maxsize=1024)
def text_of(slide: Slide) -> str:
    """What can be read on a slide, without the marks that it is written with."""
    areas = arranged(slide.at(slide.steps - 1))
    items = [item for area in areas for column in area.columns for item in column.items]
    shown = [line for item in items for line in lines_of(item_renderable(item, PLAIN), WIDE)]
    return "\n".join([inline(slide.title), *shown])


def demos_seen(slide: Slide, step: int) -> int:
    """How many of the slide's demos are seen at a step."""
    return sum(isinstance(block, Demo) for block, _ in slide.at(step))


def budget(deck: Deck) -> float:
    """Seconds that the talk may take: as the deck says, else the sum of its slides; 0 where neither says anything."""
    return deck.time_s if deck.budget_s is None else deck.budget_s


def time_before(deck: Deck, slide: int) -> float:
    """Seconds that the slides before this one are meant to take."""
    return sum(each.time_s or 0.0 for each in deck.slides[:slide])
