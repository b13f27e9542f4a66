"""A deck as text to read: in a pipe, on paper, by a screen reader."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from ..base.durations import minutes_text
from ..base.output import say
from ..deck.deck import Deck, Slide
from ..deck.reader import AS_IT_IS, ReadOptions, read_deck
from ..deck.render import slide_lines

WIDTH = 84
NOTE = "  | "


def print_deck(path: Path, options: ReadOptions = AS_IT_IS) -> int:
    """Print it. Returns the exit code. Raises DeckError."""
    say("\n".join(deck_lines(read_deck(path, options), WIDTH)))
    return 0


def deck_lines(deck: Deck, width: int) -> Iterator[str]:
    """Every slide with all that it shows in the end, its time, and the speaker's notes."""
    for number, slide in enumerate(deck.slides, 1):
        if number > 1:
            yield from ("", "")
        yield slide_mark(number, len(deck.slides), slide)
        yield ""
        yield from slide_lines(slide, slide.steps - 1, width)
        for demo in (demo for demo in slide.demos if demo.fallback is not None):
            yield f"  recorded: asyncdemo replay {shlex.quote(str(demo.fallback))}"
        if slide.notes:
            yield ""
            yield from (f"{NOTE}{line}".rstrip() for line in slide.notes.split("\n"))


def slide_mark(number: int, count: int, slide: Slide) -> str:
    """`[3/27, 1:30]`."""
    time = f", {minutes_text(slide.time_s)}" if slide.time_s else ""
    return f"[{number}/{count}{time}]"
