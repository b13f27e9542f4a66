"""How a slide and the panels of its demo share a screen. Pure."""

from dataclasses import dataclass, replace
from functools import lru_cache

from rich.cells import cell_len
from rich.console import RenderableType
from rich.text import Text

from ...deck.arrange import arranged
from ...deck.deck import Demo, Output, Part, Slide
from ...deck.render import (
    PLAIN,
    Look,
    column_renderable,
    column_widths,
    inline,
    lines_of,
    slide_lines,
    slide_renderable,
)
from ...showing.panels import Drawing
from ...showing.panels.lines import Line, box, plain
from ...showing.panels.style import DIM, STRONG
from ..demos.program_show import BORDER

MARGIN = 2
"""Blank columns on both sides of a slide."""
WIDEST = 120
"""Columns that a slide has at the most: longer lines are not read."""
FOOT = 1
ABOVE = 1
"""Blank rows above a text."""
PANELS = 23
"""Rows that the panels need to be whole, without their foot, whose words stand at the slide's. What a slide says stays
above them only where there is more room."""


PROGRAM = 7
"""Rows that a program needs."""


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
def laid_out(
    slide: Slide,
    step: int,
    width: int,
    height: int,
    has_panels: bool,
    opens: bool = False,
    look: Look = PLAIN,
    command: str = "",
) -> Layout:
    """A slide at a step, on a screen of this size, with the panels of a demo or without; or the one that opens."""
    columns = width - 2 * margin(width)
    if not has_panels:
        look = replace(look, rows=height - FOOT - ABOVE)
        return Layout(slide_renderable(slide, step, look), above(slide, columns, height, look) if opens else ABOVE, 0)
    room = height - FOOT
    if is_program(slide):
        whole = len(slide_lines(slide, step, columns, look)) + 1
        if room - whole >= PROGRAM:
            return Layout(slide_renderable(slide, step, look), 0, room - whole)
    prose = without_demo(slide)
    said = len(slide_lines(prose, step, columns, look)) + 1
    if room - said >= PANELS:
        return Layout(slide_renderable(prose, step, look), 0, room - said)
    if room <= PANELS:
        return Layout(None, 0, room)  # as high as those of `asyncdemo run`: their first line tells what runs
    return Layout(title_line(slide, command, columns), 0, room - 1)


def output_room(slide: Slide, step: int, width: int, height: int, look: Look, name: str) -> tuple[int, int]:
    """Columns and rows for a demo whose output has its place on a slide, on a screen of this size."""
    columns, rows = output_size(slide, step, width - 2 * margin(width), height - FOOT - ABOVE, look, name)
    return columns + BORDER[0], rows + BORDER[1]


def output_size(slide: Slide, step: int, columns: int, rows: int, look: Look, name: str) -> tuple[int, int]:
    """How large the place of that output is, where there are so many columns and rows for the slide."""
    empty = replace(look, rows=0, output=lambda _: Text(""))
    for area in arranged(slide.at(step)):
        widths = column_widths([column.share for column in area.columns], columns)
        heights = [len(lines_of(column_renderable(c, empty), w)) for c, w in zip(area.columns, widths, strict=True)]
        for column, width, height in zip(area.columns, widths, heights, strict=True):
            if any(isinstance(item.block, Output) and item.block.name == name for item in column.items):
                left = rows - len(slide_lines(slide, slide.steps - 1, columns, empty))
                return width, max(PROGRAM, left + max(heights) - height + 1)
    return columns, PROGRAM


def is_program(slide: Slide) -> bool:
    """Whether what runs on it is none of our commands: it needs less room, and its code is to be seen beside it."""
    return any(demo.command[0] != "asyncdemo" for demo in slide.demos)


def margin(width: int) -> int:
    """Blank columns on both sides of a slide: on a large screen, it stands in the middle of it."""
    return max(MARGIN, (width - WIDEST) // 2)


def above(slide: Slide, columns: int, height: int, look: Look = PLAIN) -> int:
    """Blank rows above the slide that opens a talk, at all of its steps: a third of what its last one leaves."""
    if slide.centred:
        return ABOVE
    left = height - FOOT - len(slide_lines(slide, slide.steps - 1, columns, replace(look, rows=0)))
    return max(ABOVE, left // 3)


def without_demo(slide: Slide) -> Slide:
    """What else it says."""
    parts = (Part(tuple(block for block in part.blocks if not isinstance(block, Demo))) for part in slide.parts)
    return replace(slide, parts=tuple(parts))


def title_line(slide: Slide, command: str, width: int) -> Text:
    """Title and command on one line, as far as there is room."""
    title, command = inline(slide.title), f"$ {command}" if command else ""
    gap = width - cell_len(title) - cell_len(command)
    text = Text(title, "bold", no_wrap=True, overflow="ellipsis")
    return text.append(" " * gap + command, "not bold dim") if gap >= 2 else text


def split(drawing: Drawing) -> tuple[Drawing, tuple[str, bool]]:
    """Panels without their foot; the words of that, and whether they are loud: an answer or a question, and no keys."""
    *panels, foot = drawing.lines
    words = "".join(text for text, _ in foot).strip()
    return Drawing(panels, drawing.size), (words, bool(words) and foot[0][1] != DIM)


def starting(command: str, width: int, rows: int) -> Drawing:
    """The panels before there is anything in them, above a foot that says nothing."""
    lines: list[Line] = [[], [("  $ ", DIM), (command, STRONG)], [], plain("  is starting")]
    return Drawing([*box(plain("demo", STRONG), lines, width, rows - 1), []], (width, rows))


def grows(slide: Slide, step: int) -> bool:
    """Whether a step brings something to be seen, not only other lines of what is there."""
    return len(slide.at(step)) > len(slide.at(step - 1))
