"""How long a turn of a slide takes, from the key to the finished screen, on the largest slides.

    python -m benchmarks.talk [--smoke] [--write]

Forward and back over the two slides of the deck that take most to draw, in Textual without a terminal. The 95th
percentile is to stay under 80 ms.
"""

import asyncio
import os
import sys
import tempfile
import time
from dataclasses import replace

from asyncdemo.base.errors import UsageError
from asyncdemo.deck.deck import Deck, Slide
from asyncdemo.deck.reader import read_deck
from asyncdemo.deck.render import slide_lines
from asyncdemo.talk.demos.slide_demo import DemoOptions
from asyncdemo.talk.presenter.layout import laid_out
from asyncdemo.talk.presenter.presenter import Presenter, TalkOptions
from asyncdemo.talk.shipped_talk import DECK

from .report import write_results

SIZE = (110, 33)
LIMIT_MS = 80.0


def drawing_s(slide: Slide) -> float:
    """Seconds to put a slide into lines."""
    began = time.perf_counter()
    slide_lines(slide, slide.steps - 1, SIZE[0])
    return time.perf_counter() - began


def largest(deck: Deck) -> Deck:
    """Only the two slides that take most, seen at once."""
    slides = sorted(deck.slides, key=lambda slide: min(drawing_s(slide) for _ in range(3)))[-2:]
    return replace(deck, slides=tuple(slides))


def no_demo(demo: object) -> DemoOptions:
    """Nothing runs here."""
    raise UsageError("not here")


async def turns_ms(deck: Deck, count: int) -> list[float]:
    """Milliseconds of each turn, none of them from what is remembered of the one before."""
    app, taken = Presenter(TalkOptions(deck, no_demo)), []
    async with app.run_test(size=SIZE):
        for number in range(count):
            laid_out.cache_clear()
            began = time.perf_counter()
            app.action_speak("end" if number % 2 == 0 else "home")
            drawn = asyncio.Event()
            app.call_after_refresh(drawn.set)
            await drawn.wait()
            taken.append((time.perf_counter() - began) * 1000)
    return taken


def main() -> None:
    """Measure and print."""
    count = 20 if "--smoke" in sys.argv else 400
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder  # where the talk stands is written at every turn
        deck = largest(read_deck(DECK))
        taken = sorted(asyncio.run(turns_ms(deck, count)))
    p50, p95 = taken[len(taken) // 2], taken[int(len(taken) * 0.95)]
    titles = " and ".join(repr(slide.title) for slide in deck.slides)
    text = (
        f"a turn between {titles}, {SIZE[0]}x{SIZE[1]}, {count} turns: p50 {p50:.0f} ms, p95 {p95:.0f} ms, "
        f"max {taken[-1]:.0f} ms; p95 is to stay under {LIMIT_MS:.0f} ms"
    )
    print(text)
    if "--write" in sys.argv:
        write_results("talk", text, sys.argv[1:])


if __name__ == "__main__":
    main()
