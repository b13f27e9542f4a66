"""A screen as SVG: cells at their places, bars and frames as shapes, every colour an attribute of its element.

Browsers, librsvg, Inkscape and LibreOffice read different parts of SVG: style sheets, `textLength` and lists of places
are not among what they share. So a word stands at a place of its own, and what a font would have to draw to the cell
is drawn as shapes; `textLength` is there for those who know it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from rich.cells import cell_len
from rich.color import Color, blend_rgb
from rich.color_triplet import ColorTriplet
from rich.style import Style
from rich.terminal_theme import TerminalTheme

from ...showing.panels import Drawing
from ...showing.panels.lines import Line, length
from ..markup import Markup, element
from .glyphs import BLOCKS, CELL_H, CELL_W, DRAWN, HEAVY, SHADES, block_path, line_path

NAMESPACE = "http://www.w3.org/2000/svg"
"""The name of the language, not an address: nobody opens it."""
FONTS = "DejaVu Sans Mono, Menlo, Liberation Mono, Consolas, monospace"
FONT_SIZE = 15
BASE = 13.5
"""Where letters stand in a cell."""
MARGIN, HEAD = 12, 34
"""Around the screen, and above it, for its title."""
THEME = TerminalTheme(
    (16, 18, 24),
    (236, 238, 242),
    [
        *((16, 18, 24), (240, 84, 98), (72, 190, 120), (227, 191, 74)),
        *((92, 160, 240), (214, 130, 210), (76, 196, 204), (236, 238, 242)),
    ],
    [
        *((110, 120, 132), (255, 120, 130), (110, 220, 150), (245, 215, 110)),
        *((130, 190, 255), (235, 165, 230), (110, 224, 232), (255, 255, 255)),
    ],
)
"""Of a dark terminal: its paper and ink, as in the talk, and the eight colours that have names, then as bright ones."""
FAINT = 0.42
"""How much of the paper a dim colour has in it: one that can still be read."""
WORDS = re.compile(r"\S+")


@dataclass(frozen=True)
class Look:
    """What a style looks like: colours as `#rrggbb`, and the attributes of its letters."""

    ink: str
    paper: str | None
    letters: tuple[tuple[str, str], ...]


@cache
def look_of(style: Style) -> Look:
    """With its colours for a dark terminal. No paper: that of the screen."""
    ink, paper = rgb(style.color, True), rgb(style.bgcolor, False) if style.bgcolor is not None else None
    if style.dim:
        ink = blend_rgb(ink, paper or THEME.background_color, FAINT)
    if style.reverse:
        ink, paper = paper or THEME.background_color, ink
    shown = paper.hex if paper not in (None, THEME.background_color) else None
    return Look(ink.hex, shown, tuple(letters_of(style)))


def letters_of(style: Style) -> Iterator[tuple[str, str]]:
    """What makes letters look other than plain."""
    if style.bold:
        yield "font_weight", "bold"
    if style.italic:
        yield "font_style", "italic"
    lines = [name for name, is_so in (("underline", style.underline), ("line-through", style.strike)) if is_so]
    if lines:
        yield "text_decoration", " ".join(lines)


def rgb(color: Color | None, ink: bool) -> ColorTriplet:
    """As the theme has it."""
    return (color or Color.default()).get_truecolor(THEME, foreground=ink)


def screen_svg(drawing: Drawing, title: str) -> str:
    """A file: the screen under its title. It has no style sheet, no script, and fetches nothing."""
    return window_svg(size_of(drawing), title, frame_group(drawing))


def size_of(drawing: Drawing) -> tuple[int, int]:
    """Columns and rows."""
    width, height = drawing.size
    return max([width, *map(length, drawing.lines)]), max(height, len(drawing.lines))


def window_svg(size: tuple[int, int], title: str, *screens: Markup) -> str:
    """A file: a window of so many columns and rows, and in it whatever is drawn in units of a screen's cells."""
    width, height = size[0] * CELL_W + 2 * MARGIN, size[1] * CELL_H + HEAD + MARGIN
    paper = element("rect", width=width, height=height, rx=8, fill=THEME.background_color.hex)
    ink, fonts = look_of(Style(dim=True)).ink, "Arial, sans-serif"
    head = element("text", title, fill=ink, x=width / 2, y=22, text_anchor="middle", font_size=14, font_family=fonts)
    inside = element("g", *screens, transform=f"translate({MARGIN} {HEAD})")
    facts = {"viewBox": f"0 0 {width} {height}", "role": "img", "aria_labelledby": "screen-title"}
    told = element("title", title, id="screen-title")
    svg = element("svg", told, paper, head, inside, xmlns=NAMESPACE, width=width, height=height, **facts)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{svg}\n'


def frame_group(drawing: Drawing) -> Markup:
    """All rows of a screen, the first cell's corner at 0, 0. Its text can be read as well: its blanks stand in it."""
    return letters_group(*(row_group(line, number) for number, line in enumerate(drawing.lines)))


def letters_group(*rows: Markup) -> Markup:
    """What rows have to stand in: their font."""
    return element("g", *rows, font_family=FONTS, font_size=FONT_SIZE)


def row_group(line: Line, number: int) -> Markup:
    """A line of a screen in its place, to stand in a `letters_group`."""
    return element("g", *row_parts(line), "\n", transform=f"translate(0 {number * CELL_H})")


def row_parts(line: Line) -> Iterator[str]:
    """The papers of a line, then what stands on them."""
    yield from papers(line)
    yield from shapes(line)


def papers(line: Line) -> Iterator[str]:
    """Where it is not that of the screen."""
    for column, text, look in placed(line):
        if look.paper:
            size = {"x": column * CELL_W, "width": cell_len(text) * CELL_W, "height": CELL_H}
            yield element("rect", fill=look.paper, shape_rendering="crispEdges", **size)


def shapes(line: Line) -> Iterator[str]:
    """What stands on them, neighbours of one style together."""
    for column, text, look in placed(line):
        yield from part_shapes(column, text, look)


def placed(line: Line) -> Iterator[tuple[int, str, Look]]:
    """(column, text, look) of the parts of a line."""
    column = 0
    for look, parts in groupby(line, key=lambda part: look_of(part[1])):
        text = "".join(text for text, _ in parts)
        yield column, text, look
        column += cell_len(text)


def part_shapes(column: int, text: str, look: Look) -> Iterator[str]:
    """Words, and the blanks between them; bars and lines as shapes."""
    blocks, lines, heavy = "", "", ""
    for kind, characters in groupby(text, key=kind_of):
        run = "".join(characters)
        if kind == "":
            yield from words(column, run, look)
        elif kind in SHADES:
            shade = block_path(kind, column, len(run))
            yield element("path", d=shade, fill=look.ink, fill_opacity=SHADES[kind], shape_rendering="crispEdges")
        elif kind in BLOCKS:
            blocks += block_path(kind, column, len(run))
        elif kind in HEAVY:
            heavy += line_path(kind, column, len(run))
        else:
            lines += line_path(kind, column, len(run))
        column += cell_len(run)
    if blocks:
        yield element("path", d=blocks, fill=look.ink, shape_rendering="crispEdges")
    yield from (stroke(data, look.ink, width) for data, width in ((lines, 1.2), (heavy, 2.4)) if data)


def kind_of(character: str) -> str:
    """Itself for one that is drawn as a shape; nothing for one that a font draws."""
    return character if character in DRAWN else ""


def stroke(data: str, ink: str, width: float) -> Markup:
    """Lines of a frame."""
    return element("path", d=data, fill="none", stroke=ink, stroke_width=width)


def words(column: int, text: str, look: Look) -> Iterator[str]:
    """Each word at its place, as wide as its cells; the blanks stand between them, where nothing draws them."""
    end = 0
    for word in WORDS.finditer(text):
        yield text[end : word.start()]
        x, width = column + cell_len(text[: word.start()]), cell_len(word[0]) * CELL_W
        fits = {"textLength": str(width), "lengthAdjust": "spacingAndGlyphs"} if len(word[0]) > 1 else {}
        yield element("text", word[0], x=x * CELL_W, y=BASE, fill=look.ink, **dict(look.letters), **fits)
        end = word.end()
    yield text[end:]
