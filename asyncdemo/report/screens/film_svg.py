"""Screens one after the other as one SVG, which plays wherever a picture stands, again and again.

It is animated by elements of SVG (https://www.w3.org/TR/SVG11/animate.html), which browsers play in an `<img>` as well,
where no script runs. Whoever does not know them draws the last screen, which is there as a whole; so does a browser
whose user wants nothing to move. What stays as it is from one screen to the next is drawn once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from ...showing.panels import Drawing
from ...showing.panels.lines import Line
from ..markup import Markup, element
from .glyphs import CELL_H
from .screen_svg import frame_group, letters_group, papers, screen_svg, shapes, size_of, window_svg

HOLD_S = 3.0
"""How long the last screen is looked at before the first comes again."""
STANDS_STILL = Markup(
    "@media (prefers-reduced-motion: reduce){.moves{display:none!important}.stays{display:inline!important}}"
)
"""An important rule goes before an animation (https://www.w3.org/TR/css-cascade-4/#cascade-sort)."""

Part = tuple[int, str]
"""A row, and something that is drawn in it."""


def film_svg(screens: Sequence[Drawing], every_s: float, title: str) -> str:
    """A file: screens of one size in their order, each for so many seconds, under one title; it fetches nothing."""
    *moving, last = screens
    if not moving:
        return screen_svg(last, title)
    before, seconds = range(len(moving)), [number * every_s for number in range(len(screens))]
    layers = (times_group(parts, seconds) for draw in (papers, shapes) for parts in [parts_by_time(moving, draw)])
    stays = element("g", shown_in([len(moving)], seconds), frame_group(last), class_="stays")
    moves = element("g", shown_in(before, seconds), letters_group(*layers), class_="moves", display="none")
    return window_svg(size_of(last), title, element("style", STANDS_STILL), stays, moves)


def parts_by_time(
    screens: Sequence[Drawing], draw: Callable[[Line], Iterator[str]]
) -> dict[tuple[int, ...], list[Part]]:
    """Numbers of screens -> the parts that are in those and in no other, row by row."""
    numbers: dict[Part, list[int]] = defaultdict(list)
    for number, screen in enumerate(screens):
        for row, line in enumerate(screen.lines):
            for shape in draw(line):
                if isinstance(shape, Markup):  # and no blank
                    numbers[row, shape].append(number)
    by_time: dict[tuple[int, ...], list[Part]] = defaultdict(list)
    for part in sorted(numbers, key=itemgetter(0)):
        by_time[tuple(numbers[part])].append(part)
    return by_time


def times_group(by_time: dict[tuple[int, ...], list[Part]], seconds: Sequence[float]) -> Markup:
    """Parts in their rows, each at its times."""
    return element("g", *(element("g", shown_in(times, seconds), *rows(parts)) for times, parts in by_time.items()))


def rows(parts: Iterable[Part]) -> Iterator[Markup]:
    """Parts, which come row by row, in their places."""
    for row, there in groupby(parts, key=itemgetter(0)):
        yield element("g", *(shape for _, shape in there), transform=f"translate(0 {row * CELL_H})")


def shown_in(numbers: Iterable[int], seconds: Sequence[float]) -> Markup:
    """What shows an element during these screens, and at no other time. `seconds`: when each screen comes."""
    there, whole = set(numbers), seconds[-1] + HOLD_S
    turns = [number for number in range(len(seconds)) if not number or (number in there) != (number - 1 in there)]
    return element(
        "animate",
        attributeName="display",
        values=";".join("inline" if number in there else "none" for number in turns),
        keyTimes=";".join(f"{seconds[number] / whole:.5g}" for number in turns),
        calcMode="discrete",
        dur=f"{whole:g}s",
        repeatCount="indefinite",
    )
