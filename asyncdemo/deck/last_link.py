"""The address on the last slide of a deck."""

from dataclasses import replace

from .deck import Deck, Link, Part, Slide
from .render import room, slide_lines

USUAL_SIZE = (88, 24)
"""Columns and rows of the screen that a slide is made for."""


def linked(deck: Deck, address: str) -> Deck:
    """With an address on the last slide, instead of the deck's own."""
    slides = [replace(slide, parts=tuple(map(without_link, slide.parts))) for slide in deck.slides]
    kept = [slide for slide in slides if slide.title or slide.blocks]
    return replace(deck, slides=with_link(tuple(kept), address, deck.title))


def without_link(part: Part) -> Part:
    return replace(part, blocks=tuple(block for block in part.blocks if not isinstance(block, Link)))


def with_link(slides: tuple[Slide, ...], address: str, title: str) -> tuple[Slide, ...]:
    """With an address on the last slide; where there is no room for its code, on one of its own behind it."""
    last = slides[-1].with_block(Link(address))
    columns, rows = room(*USUAL_SIZE)
    if len(slide_lines(last, last.steps - 1, columns)) <= rows:
        return (*slides[:-1], last)
    return (*slides, Slide(title, (Part((Link(address),)),), last.line, time_s=0.0))
