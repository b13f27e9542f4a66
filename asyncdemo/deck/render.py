"""A slide as something that Rich can print: what is seen of it at a step. Pure: no screen, no process.

The presenter, `--check` and `--plain` share it, so that what is checked is what is shown. Designed for 84 columns, a
screen of 88 with a margin.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from markdown_it import MarkdownIt
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.markdown import Markdown
from rich.segment import Segment
from rich.style import Style
from rich.syntax import ANSISyntaxTheme, Syntax
from rich.text import Text
from rich.theme import Theme

from ..showing.source_output import COLOURS
from .deck import Block, Code, Demo, Picture, Prose, Slide

DIM = Style(dim=True)
TITLE = Style(bold=True)
SYNTAX = ANSISyntaxTheme({kind: Style.parse(style) for kind, style in COLOURS.items()})
PROSE = Theme(
    {
        "markdown.code": "bold",
        "markdown.h1": "bold",
        "markdown.h2": "bold",
        "markdown.h3": "bold",
        "markdown.hr": "dim",
        "markdown.block_quote": "italic",
        "markdown.item.bullet": "bold",
        "markdown.item.number": "bold",
        "markdown.link": "underline",
        "markdown.link_url": "underline",
        "markdown.table.border": "dim",
        "markdown.table.header": "bold",
    }
)
"""Nothing that a dark or a bright terminal could not show: no colours of ours in running text."""
BRIGHT, DIMMED = "▌ ", "  "
"""What stands before a line of code: it tells without colours which lines are meant."""
UNDERLINE = "━"
MARKED = {"em": Style(italic=True), "a": Style(underline=True)}
"""What a title's Markdown does to it; it is bold anyway."""
MARGIN = (4, 4)
"""Columns and rows of a screen that are not the slide's: its edges, and the line at its foot."""


def room(width: int, height: int) -> tuple[int, int]:
    """Columns and rows that a slide has on such a screen."""
    return width - MARGIN[0], height - MARGIN[1]


@dataclass(frozen=True)
class PlainMarkdown:
    """Markdown without colours of its own, and with one empty line where Rich leaves several."""

    text: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        with console.use_theme(PROSE):
            rows = console.render_lines(markdown(self.text), options, pad=False)
        gap = began = False
        for row in rows:
            if not any(segment.text.strip() for segment in row):
                gap = began
                continue
            if gap:
                yield Segment.line()
            yield from row
            yield Segment.line()
            gap, began = False, True


def markdown(text: str) -> Markdown:
    """Code within a list or a quotation has the colours of other code.

    Rich's Markdown takes a theme's name by its types, and a theme as well: it only hands it on.
    """
    drawn = Markdown(text, hyperlinks=False)
    drawn.code_theme = SYNTAX  # type: ignore[assignment]  # a Syntax takes it
    return drawn


def slide_renderable(slide: Slide, step: int) -> RenderableType:
    """All that is seen of a slide at a step, its title included. A demo is shown as its command."""
    blocks = [block_renderable(block, lines) for block, lines in slide.at(step)]
    title = [title_text(slide.title)] if slide.title else []
    return Group(*spaced([*title, *blocks]))


def slide_lines(slide: Slide, step: int, width: int) -> list[str]:
    """A slide at a step as text: the rows that it takes on so many columns, without blanks at their ends."""
    console = Console(width=width, no_color=True, color_system=None, force_terminal=False, legacy_windows=False)
    rows = console.render_lines(slide_renderable(slide, step), console.options, pad=False)
    return ["".join(segment.text for segment in row).rstrip() for row in rows]


def spaced(blocks: Iterable[RenderableType]) -> list[RenderableType]:
    """With an empty line between one and the next."""
    rows: list[RenderableType] = []
    for block in blocks:
        rows += [Text(""), block] if rows else [block]
    return rows


def title_text(title: str) -> Text:
    """Underlined, so that it is a title without bold type, too."""
    words = title_words(title)
    words.stylize_before(TITLE)
    return Text.assemble(words, "\n", (UNDERLINE * cell_len(words.plain), DIM))


def title_words(title: str) -> Text:
    """A title, which is a line of Markdown."""
    words, within = Text(), [Style()]
    for token in MarkdownIt("commonmark").parseInline(title)[0].children or ():
        if token.nesting > 0:
            within.append(within[-1] + MARKED.get(token.tag, Style()))
        elif token.nesting < 0:
            within.pop()
        elif token.type in ("text", "code_inline"):
            words.append(token.content, within[-1])
    return words


def inline(title: str) -> str:
    """A title's words without the marks of Markdown."""
    return title_words(title).plain


def block_renderable(block: Block, bright: frozenset[int] | None) -> RenderableType:
    """A block; of code, the bright lines are bright, None for all of them."""
    if isinstance(block, Prose):
        return PlainMarkdown(block.text)
    if isinstance(block, Code):
        return code_text(block, bright)
    if isinstance(block, Picture):
        return Text(f"[picture: {block.words}]", "italic")
    return demo_text(block)


def demo_text(demo: Demo) -> Text:
    """As it would be typed."""
    return Text.assemble(("$ ", DIM), (demo.text, TITLE))


def code_text(code: Code, bright: frozenset[int] | None) -> Text:
    """Coloured lines, the bright ones with a bar before them; above them, the file that they are from."""
    lines = highlighted(code).split("\n", allow_blank=True)
    digits = digits_of(code)
    rows = [Text(quoted_from(code.source), DIM)] if code.source else []
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


def highlighted(code: Code) -> Text:
    """In the terminal's own colours."""
    text = Syntax("", code.language or "text", theme=SYNTAX).highlight(without_tabs(code))
    text.rstrip()  # the highlighter ends with an empty line
    return text


def quoted_from(source: str) -> str:
    """`../asyncdemo/stages/step1/hello/views.py` -> `step1/hello/views.py`."""
    return source.removeprefix("../").removeprefix("asyncdemo/stages/")
