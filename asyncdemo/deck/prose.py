"""Markdown as something that Rich can print, in the terminal's own colours but where the deck names others. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

from markdown_it.token import Token
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.markdown import Heading, Markdown, MarkdownElement, TableElement
from rich.segment import Segment
from rich.style import Style
from rich.syntax import ANSISyntaxTheme, SyntaxTheme
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from ..showing.source_output import COLOURS
from .arrange import CENTER, LEFT
from .code_colours import CodeColours
from .markdown import AUTOLINK, parse, parse_line, style_of, words_token
from .theme import LEVELS, NO_THEME, Colour, DeckTheme, hexadecimal, readable

SYNTAX = ANSISyntaxTheme({kind: Style.parse(style) for kind, style in COLOURS.items()})
PROSE = Theme(
    {
        "markdown.hr": "dim",
        "markdown.block_quote": "italic",
        "markdown.item.bullet": "bold",
        "markdown.item.number": "bold",
        "markdown.link": "underline",
        "markdown.link_url": "underline",
        "markdown.strong": "bold yellow",
        "markdown.table.border": "dim",
        "markdown.table.header": "bold",
    }
)
"""Nothing that a dark or a bright room could not show: colours are the room's own."""
IN_A_TERMINAL = Theme({**PROSE.styles, "markdown.strong": "bold"})
"""In colours that nobody has chosen for the room, those alone that read on black and on white."""
MARKED = {"em": Style(italic=True), "link": Style(underline=True), "strong": Style(bold=True), "s": Style(strike=True)}
"""What a line's Markdown does to it."""
BOLD = Style(bold=True)
ADDRESS = "markdown.link_url"
NOTHING = Token("end", "", 0)
DARK_ROOM: Colour = (16, 18, 24)


@dataclass(frozen=True)
class Palette:
    """Where a deck's colours are to be read: on which ground, and what it calls them."""

    ground: Colour = DARK_ROOM
    theme: DeckTheme = NO_THEME

    def style(self, token: Token) -> Style:
        """Of a span: its colours, as far as they can be read there."""
        said = style_of(token)
        front, back = self.theme.classes.get(said.get("class", ""), ("", ""))
        behind = self.theme.colour(said.get("background-color", back))
        letters = self.theme.colour(said.get("color", front))
        if letters is None and behind is not None:
            letters = readable(behind, behind)
        shown = readable(letters, behind or self.ground) if letters is not None else None
        return Style(color=hexadecimal(shown) if shown else None, bgcolor=hexadecimal(behind) if behind else None)

    def ink(self, colour: Colour | None) -> Style:
        """Letters in a colour, as far as it can be read; in that of the text for none."""
        return Style(color=hexadecimal(readable(colour, self.ground))) if colour is not None else Style()

    def heading(self, tag: str) -> Style:
        """Of a heading: `h1`."""
        return self.ink(self.theme.headings[int(tag[1:]) - 1])

    @property
    def syntax(self) -> SyntaxTheme:
        """Of code: the terminal's own colours, where the deck asks for no other."""
        return CodeColours(self.theme.code_theme, self.ground) if self.theme.code_theme else SYNTAX

    def prefix(self, tag: str) -> str:
        """What stands before a heading: `h1`."""
        prefix = self.theme.prefixes[int(tag[1:]) - 1]
        return f"{prefix} " if prefix else ""

    @property
    def styles(self) -> dict[str, Style]:
        """Of headings, and of code within a text."""
        headings = {f"markdown.{tag}": BOLD + self.heading(tag) for tag in LEVELS}
        return {**headings, "markdown.code": BOLD + self.ink(self.theme.code)}


ROOM = Palette()
"""A dark room."""


class WholeTable(TableElement):
    """A table whose words are never cut: they go on in the next line, in the middle of a word too."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for drawn in super().__rich_console__(console, options):
            if isinstance(drawn, Table):
                for column in drawn.columns:
                    column.overflow = "fold"
            yield drawn


class PlainHeading(Heading):
    """A heading, on the side of the text."""

    @classmethod
    def create(cls, markdown: Markdown, token: Token) -> "PlainHeading":
        made = cls(token.tag)
        made.justify = markdown.justify or "left"
        return made

    justify: Any = "left"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        text = self.text.copy()
        text.justify = self.justify
        yield text


class Tokens(Markdown):
    """Rich's Markdown of tokens that have been parsed already."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "table_open": WholeTable,
        "heading_open": PlainHeading,
    }

    def __init__(self, tokens: Sequence[Token], alignment: str, spans: set[str], palette: Palette) -> None:
        super().__init__("", justify=alignment, hyperlinks=False)  # type: ignore[arg-type]  # one of its words
        self.parsed = list(tokens)
        self.inlines = Markdown.inlines | spans
        self.code_theme = palette.syntax  # type: ignore[assignment]  # a Syntax takes it, and all else only hands it on


@dataclass(frozen=True)
class PlainMarkdown:
    """Markdown without colours of its own, and with one empty line where Rich leaves several."""

    text: str
    palette: Palette = ROOM
    alignment: str = LEFT
    theme: Theme = PROSE

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        tokens = prefixed(parse(self.text), self.palette)
        styles = dict(coloured(tokens, self.palette))
        with console.use_theme(Theme({**self.theme.styles, **self.palette.styles, **styles})):
            names = {name.removeprefix("markdown.") for name in styles}
            rows = [
                row
                for piece in pieces(tokens, self.alignment)
                for row in [
                    *console.render_lines(aligned(piece, names, self.alignment, self.palette), options, pad=False),
                    [],
                ]
            ]
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


def prefixed(tokens: list[Token], palette: Palette) -> list[Token]:
    """With what the theme has before headings."""
    for opened, inline in pairwise(tokens):
        if opened.type == "heading_open" and (prefix := palette.prefix(opened.tag)):
            inline.children = [words_token(prefix), *(inline.children or ())]
    return tokens


def pieces(tokens: list[Token], alignment: str) -> Iterator[list[Token]]:
    """Tokens, all of them where nothing is to be moved; else what begins and ends together."""
    if alignment == LEFT:
        yield tokens
        return
    piece: list[Token] = []
    for token in tokens:
        piece.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield piece
            piece = []


def aligned(piece: Sequence[Token], names: set[str], alignment: str, palette: Palette) -> RenderableType:
    """Lines of text are moved each by itself, lists and tables as they are."""
    if piece and piece[0].type in ("paragraph_open", "heading_open"):
        return Tokens(piece, alignment, names, palette)
    return at_side(Tokens(piece, LEFT, names, palette), alignment)


def at_side(drawn: RenderableType, alignment: str) -> RenderableType:
    """A whole thing, in the middle or at the right."""
    return drawn if alignment == LEFT else Moved(drawn, alignment)


@dataclass(frozen=True)
class Moved:
    """Something as wide as it is, with blanks before it."""

    drawn: RenderableType
    alignment: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rows = [trimmed(row) for row in console.render_lines(self.drawn, options)]
        blank = options.max_width - max(map(Segment.get_line_length, rows), default=0)
        before = Segment(" " * (blank // 2 if self.alignment == CENTER else blank))
        for row in rows:
            yield from (before, *row, Segment.line())


def trimmed(row: list[Segment]) -> list[Segment]:
    """A line without the blanks at its end that only fill it: those on a ground of the deck's are to be seen."""
    while row and not (row[-1].style is not None and row[-1].style.bgcolor is not None):
        *before, last = row
        if words := last.text.rstrip():
            return [*before, Segment(words, last.style)]
        row = before
    return row


def coloured(tokens: Sequence[Token], palette: Palette) -> Iterator[tuple[str, Style]]:
    """Name and style of each span, whose token gets that name; an address that stands for itself is one, too.

    What is bold within a span has its colours.
    """
    yield "markdown.address", PROSE.styles[ADDRESS]
    yield "markdown.bold", BOLD
    for inline in (token for token in tokens if token.children):
        opened: list[str] = []
        within_address = False
        for child, words in pairwise([*(inline.children or ()), NOTHING]):
            if child.type == "span_open":
                name = f"span{id(child)}"
                opened.append(name)
                child.tag = name
                yield f"markdown.{name}", palette.style(child)
            elif child.type == "span_close":
                child.tag = opened.pop()
            elif child.tag == "strong" and opened:
                child.tag = "bold"
            elif child.type == "link_open" and (child.markup == AUTOLINK or words.content == child.attrs["href"]):
                within_address, child.type, child.tag = True, "address_open", "address"
            elif child.type == "link_close" and within_address:
                within_address, child.type, child.tag = False, "address_close", "address"


def line_words(text: str, palette: Palette = ROOM) -> Text:  # it is frozen
    """A line of Markdown, such as a title."""
    words, within = Text(), [Style()]
    for token in parse_line(text):
        kind = token.type.rpartition("_")[0]
        if token.nesting > 0:
            style = palette.style(token) if kind == "span" else MARKED.get(kind, Style())
            within.append(within[-1] + style)
        elif token.nesting < 0:
            within.pop()
        elif token.type in ("text", "code_inline"):
            words.append(token.content, within[-1])
        elif token.type.endswith("break"):
            words.append(" ", within[-1])
    return words
