"""How a slide and the panels of its demo share a screen. Pure."""

from dataclasses import dataclass, replace
from functools import lru_cache

from rich.cells import cell_len
from rich.console import RenderableType
from rich.text import Text

from ...deck.deck import Demo, Part, Slide
from ...deck.render import inline, slide_lines, slide_renderable
from ...showing.panels import Drawing
from ...showing.panels.lines import Line, box, plain
from ...showing.panels.style import DIM, STRONG

MARGIN = 2
"""Blank columns on both sides of a slide."""
FOOT = 1
ABOVE = 1
"""Blank rows above a text."""
PANELS = 23
"""Rows that the panels need to be whole, without their foot, whose words stand at the slide's. What a slide says stays
above them only where there is more room."""


@dataclass(frozen=True)
class Layout:
    """How one screen is shared."""

    text: RenderableType | None
    """None: the panels have all the room."""
    above: int
    """Blank rows above the text."""
    panels: int
    """Rows of the panels; 0: none."""


@lru_cache(64)
def laid_out(slide: Slide, step: int, width: int, height: int, has_panels: bool, opens: bool = False) -> Layout:
    """A slide at a step, on a screen of this size, with the panels of its demo or without; or the one that opens."""
    if not has_panels:
        return Layout(slide_renderable(slide, step), above(slide, width, height) if opens else ABOVE, 0)
    room = height - FOOT
    prose = without_demo(slide)
    said = len(slide_lines(prose, step, width - 2 * MARGIN)) + 1
    if room - said >= PANELS:
        return Layout(slide_renderable(prose, step), 0, room - said)
    if room <= PANELS:
        return Layout(None, 0, room)  # as high as those of `asyncdemo run`: their first line tells what runs
    return Layout(title_line(slide, width - 2 * MARGIN), 0, room - 1)


def above(slide: Slide, width: int, height: int) -> int:
    """Blank rows above the slide that opens a talk, at all of its steps: a third of what its last one leaves."""
    left = height - FOOT - len(slide_lines(slide, slide.steps - 1, width - 2 * MARGIN))
    return max(ABOVE, left // 3)


def without_demo(slide: Slide) -> Slide:
    """What else it says."""
    parts = (Part(tuple(block for block in part.blocks if not isinstance(block, Demo))) for part in slide.parts)
    return replace(slide, parts=tuple(parts))


def title_line(slide: Slide, width: int) -> Text:
    """Title and command on one line, as far as there is room."""
    title, command = inline(slide.title), f"$ {slide.demo.text}" if slide.demo is not None else ""
    gap = width - cell_len(title) - cell_len(command)
    text = Text(title, "bold", no_wrap=True, overflow="ellipsis")
    return text.append(" " * gap + command, "not bold dim") if gap >= 2 else text


def split(drawing: Drawing) -> tuple[Drawing, str]:
    """Panels without their foot, and the words of that."""
    *panels, foot = drawing.lines
    return Drawing(panels, drawing.size), "".join(text for text, _ in foot).strip()


def starting(command: str, width: int, rows: int) -> Drawing:
    """The panels before there is anything in them."""
    lines: list[Line] = [[], [("  $ ", DIM), (command, STRONG)], [], plain("  is starting")]
    return Drawing(box(plain("demo", STRONG), lines, width, rows), (width, rows))
