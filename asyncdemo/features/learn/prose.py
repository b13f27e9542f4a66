"""A slide of a lesson as lines of a screen. Its title says what it is for, and is not shown."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from rich.console import RenderableType
from rich.style import Style
from rich.text import Text

from ...course.texts import with_prose
from ...deck.deck import Slide
from ...deck.render import lines_of, slide_renderable
from ...showing.panels.lines import ANY_CONSOLE, Line
from ...showing.panels.style import NONE

WIDEST = 84
"""Columns of a text at the most: longer lines are hard to read."""
GLUE = "\ue000"
"""In place of a blank at which no line is broken, until it is drawn: Rich breaks lines at a no-break space as well."""
BEFORE_A_UNIT = re.compile(r"(?<=\d) (?=(?:%|ms|s|min)(?!\w))")
EDGE: Line = [(" ", NONE)]
"""Before each line of a text."""


@lru_cache(maxsize=64)  # it is drawn four times a second
def prose_lines(slide: Slide, width: int) -> list[Line]:
    """All of it, on a screen of so many columns."""
    return drawn_lines(shown(slide), width)


def text_lines(text: str, width: int, style: Style | str = "") -> list[Line]:
    """Words, wrapped; lines of a traceback keep their indent."""
    return [line for row in glued(text).split("\n") for line in drawn_lines(Text(row, style), width)]


def code_lines(drawn: RenderableType, width: int) -> list[Line]:
    """Code, as wide as the screen is."""
    return drawn_lines(drawn, width, width)


def drawn_lines(drawn: RenderableType, width: int, widest: int = WIDEST) -> list[Line]:
    """Something of Rich's, with an edge."""
    options = ANY_CONSOLE.options.update(width=max(1, min(widest, width - 2)), height=None)
    rows = ANY_CONSOLE.render_lines(drawn, options, pad=False)
    return [[*EDGE, *((unglued(segment.text), segment.style or NONE) for segment in row)] for row in rows]


def plain_text(slide: Slide, width: int) -> str:
    """All of it as text, without blanks at the ends of its lines."""
    return unglued("\n".join(lines_of(shown(slide), width))).strip("\n")


def shown(slide: Slide) -> RenderableType:
    """What of it is for whoever learns."""
    return slide_renderable(replace(with_prose(slide, glued), title="", centred=False), slide.steps - 1)


def glued(text: str) -> str:
    """Text in which a number and its unit stay together."""
    return BEFORE_A_UNIT.sub(GLUE, text)


def unglued(text: str) -> str:
    """Text as it is read."""
    return text.replace(GLUE, " ")


def apart(blocks: Iterable[list[Line]]) -> list[Line]:
    """Those that have something to say, with an empty line between one and the next."""
    lines: list[Line] = []
    for block in filter(None, blocks):
        lines += [[], *block] if lines else block
    return lines
