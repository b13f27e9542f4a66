"""A slide as something that Rich can print: what is seen of it at a step. Pure: no screen, no process.

The presenter, `--check` and `--plain` share it, so that what is checked is what is shown. Designed for 84 columns, a
screen of 88 with a margin.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import segno
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.syntax import Syntax
from rich.text import Text

from .arrange import CENTER, LEFT, Area, Column, Item, arranged
from .deck import Block, Code, Demo, Link, Mark, Output, Picture, Problem, Prose, Slide
from .prose import ROOM, Palette, PlainMarkdown, at_side, line_words
from .theme import hexadecimal, readable

DIM = Style(dim=True)
TITLE = Style(bold=True)
GREEN = Style(color="green")
"""Of titles, where the deck says no other."""
NAME = Style(italic=True)
"""Of a file."""
WRONG = Style(bold=True, reverse=True)
BRIGHT, DIMMED = "▌ ", "  "
"""What stands before a line of code: it tells without colours which lines are meant."""
QUIET_ZONE = 2
"""Modules around a code, of the four that cameras are promised: they do with less."""
GLYPHS = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
QR = Style(color="#000000", bgcolor="#ffffff")
RUNS = "▶"
UNDERLINE = "━"
GAP = 4
"""Columns of the screen between two of a slide."""
LEAST_ROWS = 4
"""Of a picture: in fewer, nothing can be made out."""
MARGIN = (4, 4)
"""Columns and rows of a screen that are not the slide's: its edges, and the line at its foot."""


def room(width: int, height: int) -> tuple[int, int]:
    """Columns and rows that a slide has on such a screen."""
    return width - MARGIN[0], height - MARGIN[1]


def picture_name(picture: Picture, rows: int = 0) -> RenderableType:
    """A picture in words, where none can be shown."""
    return Text(picture_words(picture), "italic")


def picture_words(picture: Picture) -> str:
    """What stands for a picture where it cannot be shown."""
    return f"[picture: {picture.words or picture.path.name}]"


def output_name(name: str) -> RenderableType:
    """What stands for a program's output where it is not seen."""
    return Text(f"[output of {name}]", "italic")


@dataclass(frozen=True)
class Look:
    """How a screen shows slides."""

    rows: int = 0
    """How many there are for a slide, so that something can stand in their middle; 0: as many as it takes."""
    palette: Palette = ROOM
    picture: Callable[[Picture, int], RenderableType] = picture_name
    """What is seen of a picture that may take so many rows."""
    picture_rows: int = 0
    output: Callable[[str], RenderableType] = output_name
    """What the demo of that name has printed."""


PLAIN = Look()


@dataclass(frozen=True)
class AreaDrawing:
    """Things below each other, or in columns that have so many shares of the width."""

    area: Area[frozenset[int] | None]
    look: Look
    spare: int = 0
    """Rows that its pictures may take beside those that it needs."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = self.area.columns
        widths = column_widths([column.share for column in columns], options.max_width)
        narrow = [options.update(width=width, height=None) for width in widths]
        looks = self._looks(console, narrow)
        drawn = [column_renderable(column, look) for column, look in zip(columns, looks, strict=True)]
        if len(drawn) == 1:
            yield drawn[0]
            return
        sides = [console.render_lines(*each) for each in zip(drawn, narrow, strict=True)]
        blanks = [[Segment(" " * width)] for width in widths]
        for number in range(max(map(len, sides))):
            for place, (side, blank) in enumerate(zip(sides, blanks, strict=True)):
                yield from [Segment(" " * GAP)] if place else []
                yield from side[number] if number < len(side) else blank
            yield Segment.line()

    def _looks(self, console: Console, narrow: Sequence[ConsoleOptions]) -> list[Look]:
        """How each column is seen: its pictures have the room that its text and the other columns leave."""
        counts = [sum(isinstance(item.block, Picture) for item in column.items) for column in self.area.columns]
        if not self.look.rows or not any(counts):
            return [self.look] * len(counts)
        named = replace(self.look, picture=picture_name)
        heights = [
            len(console.render_lines(column_renderable(column, named), each))
            for column, each in zip(self.area.columns, narrow, strict=True)
        ]
        left = [max(heights) - height + self.spare for height in heights]
        rows = [1 + room // count if count else 0 for room, count in zip(left, counts, strict=True)]
        return [replace(self.look, picture_rows=max(LEAST_ROWS, each)) for each in rows]


def column_widths(shares: Sequence[int], width: int) -> list[int]:
    """How wide columns are, together with the gaps between them as wide as there is room."""
    room_left, whole = width - GAP * (len(shares) - 1), sum(shares)
    return [max(1, room_left * share // whole) for share in shares]


@dataclass(frozen=True)
class SlideDrawing:
    """What is seen of a slide at a step: what stands in the middle does so, at all steps, where its last one will."""

    slide: Slide
    step: int
    look: Look

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        options = options.update(height=None)  # else all that is measured would be as high as the screen
        above, below = halves(self.slide, self.step, self.look, self._spare(console, options))
        if not below or not self.look.rows:
            yield Group(*spaced([*above, *below]))
            return
        in_the_end = Group(*spaced(halves(self.slide, self.slide.steps - 1, self.look, 0)[1]))
        height = len(console.render_lines(in_the_end, options))
        taken = len(console.render_lines(Group(*spaced(above)), options)) if above else 0
        gap = max(min(taken, 1), (self.look.rows - height) // 2 - taken)
        yield from spaced(above)
        yield from [Text("\n" * (gap - 1))] if gap else []
        yield from spaced(below)

    def _spare(self, console: Console, options: ConsoleOptions) -> int:
        """Rows that the pictures of each area may take beside one."""
        areas = arranged(self.slide.at(self.slide.steps - 1))
        shown = sum(
            any(isinstance(item.block, Picture) for column in area.columns for item in column.items) for area in areas
        )
        if not self.look.rows or not shown:
            return 0
        named = SlideDrawing(self.slide, self.slide.steps - 1, replace(self.look, rows=0, picture=picture_name))
        return max(0, self.look.rows - len(console.render_lines(named, options))) // shown


def slide_renderable(slide: Slide, step: int, look: Look = PLAIN) -> RenderableType:
    """All that is seen of a slide at a step, its title included. A demo is shown as its command."""
    return SlideDrawing(slide, step, look)


def halves(slide: Slide, step: int, look: Look, spare: int) -> tuple[list[RenderableType], list[RenderableType]]:
    """What of a slide stands above, and what in the middle of the screen."""
    areas = arranged(slide.at(step))
    middle = next((number for number, area in enumerate(areas) if area.in_middle), len(areas))
    drawn = [AreaDrawing(area, look, spare) for area in areas]
    title = [at_side(title_drawing(slide.title, look), CENTER if slide.centred else LEFT)] if slide.title else []
    return ([], [*title, *drawn]) if slide.centred else ([*title, *drawn[:middle]], [*drawn[middle:]])


def slide_lines(slide: Slide, step: int, width: int, look: Look = PLAIN) -> list[str]:
    """A slide at a step as text: the rows that it takes on so many columns, without blanks at their ends."""
    return lines_of(slide_renderable(slide, step, look), width)


def lines_of(drawn: RenderableType, width: int) -> list[str]:
    """Something as text on so many columns."""
    console = Console(width=width, no_color=True, color_system=None, force_terminal=False, legacy_windows=False)
    rows = console.render_lines(drawn, console.options, pad=False)
    return ["".join(segment.text for segment in row).rstrip() for row in rows]


def column_renderable(column: Column[frozenset[int] | None], look: Look) -> RenderableType:
    """What stands below each other."""
    return Group(*spaced(item_renderable(item, look) for item in column.items))


def item_renderable(item: Item[frozenset[int] | None], look: Look) -> RenderableType:
    """A block on its side."""
    block, bright, alignment = item.block, item.told, item.alignment
    if isinstance(block, Prose):
        return PlainMarkdown(block.text, look.palette, alignment)
    side = CENTER if isinstance(block, Picture) and look.picture is not picture_name else alignment
    return at_side(block_renderable(block, bright, look), side)


def spaced(blocks: Iterable[RenderableType]) -> list[RenderableType]:
    """With an empty line between one and the next."""
    rows: list[RenderableType] = []
    for block in blocks:
        rows += [Text(""), block] if rows else [block]
    return rows


@dataclass(frozen=True)
class Title:
    """Underlined, so that it is a title without bold type, too: by one line, as long as the longest of its own."""

    words: Text
    style: Style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = self.words.wrap(console, options.max_width)
        yield from lines
        yield Text(UNDERLINE * max(cell_len(line.plain.rstrip()) for line in lines), self.style)


def title_drawing(title: str, look: Look = PLAIN) -> Title:
    """A slide's title, in the colour that the deck has for it."""
    palette, words = look.palette, line_words(title, look.palette)
    colour = palette.theme.title
    shown = Style(color=hexadecimal(readable(colour, palette.ground))) if colour is not None else GREEN
    words.stylize_before(TITLE + shown)
    return Title(words, shown)


def inline(title: str) -> str:
    """A title's words without the marks of Markdown."""
    return line_words(title).plain


def block_renderable(block: Block, bright: frozenset[int] | None, look: Look = PLAIN) -> RenderableType:
    """A block; of code, the bright lines are bright, None for all of them."""
    if isinstance(block, Code):
        return code_text(block, bright, look.palette)
    if isinstance(block, Picture):
        return look.picture(block, look.picture_rows)
    if isinstance(block, Output):
        return look.output(block.name)
    if isinstance(block, Problem):
        return Text(f" ! line {block.line}: {block.words} ", WRONG)
    if isinstance(block, Link):
        return link_text(block)
    if isinstance(block, Mark):
        return Text("\n" * (int(block.value) - 2)) if int(block.value) > 1 else Text("", end="")  # type: ignore[arg-type]
    return (
        demo_text(block, bright, look.palette)
        if isinstance(block, Demo)
        else PlainMarkdown(block.text, look.palette, LEFT)
    )


def link_text(link: Link) -> Text:
    """An address, and below it its code, dark on bright whatever the room is."""
    rows = [part for row in qr_rows(link.address) for part in ((row, QR), "\n")]
    return Text.assemble((link.address, TITLE), "\n\n", *rows[:-1])


def qr_rows(address: str) -> list[str]:
    """An address as a code for a phone's camera, two rows of it to a line (ISO/IEC 18004)."""
    rows = [list(row) for row in segno.make(address, error="l", micro=False).matrix_iter(border=QUIET_ZONE)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return ["".join(GLYPHS[int(top), int(low)] for top, low in zip(*pair, strict=True)) for pair in pairs]


def demo_text(demo: Demo, bright: frozenset[int] | None = None, palette: Palette = ROOM) -> Text:
    """As it would be typed; a longer program as code, with a mark that it runs."""
    if demo.code is not None:
        return Text.assemble(code_text(demo.code, bright, palette), "\n", (f"{RUNS} {demo.text}", TITLE))
    return Text.assemble(("$ ", DIM), (demo.text, TITLE))


def code_text(code: Code, bright: frozenset[int] | None, palette: Palette = ROOM) -> Text:
    """Coloured lines, the bright ones with a bar before them; above them, the file that they are from."""
    lines = highlighted(code, palette).split("\n", allow_blank=True)
    digits = digits_of(code)
    rows = [Text(quoted_from(code.source), NAME)] if code.source else []
    for number, line in enumerate(lines, 1):
        is_bright = bright is None or number in bright
        mark = BRIGHT if bright is not None and is_bright else DIMMED
        name = "" if code.first_number is None else f"{code.first_number + number - 1:{digits}} "
        shown = line if is_bright else Text(line.plain, DIM)
        rows.append(Text.assemble((mark, TITLE), (name, DIM), shown))
    return Text("\n").join(rows)


def digits_of(code: Code) -> int:
    """How wide the numbers of its lines are; 0 for code without."""
    return 0 if code.first_number is None else len(str(code.first_number + code.text.count("\n")))


def code_room(code: Code, columns: int) -> int:
    """How long a line may be so that it is not wrapped."""
    digits = digits_of(code)
    return columns - len(BRIGHT) - (digits + 1 if digits else 0)


def without_tabs(code: Code) -> str:
    """Its text, each tab as wide as it is shown."""
    return code.text.expandtabs(4)


def highlighted(code: Code, palette: Palette = ROOM) -> Text:
    """In the terminal's own colours, or those of the deck."""
    text = Syntax("", code.language or "text", theme=palette.syntax).highlight(without_tabs(code))
    text.rstrip()  # the highlighter ends with an empty line
    return text


def quoted_from(source: str) -> str:
    """`../asyncdemo/stages/step1/hello/views.py` -> `step1/hello/views.py`."""
    return source.removeprefix("../").removeprefix("asyncdemo/stages/")
