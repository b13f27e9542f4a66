"""Markdown and code as HTML. Whatever the deck holds, it stays text: no HTML of its own, no image from elsewhere."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from markdown_it.token import Token
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound
from rich.style import Style

from ...deck.code_colours import CodeColours, Kind
from ...deck.deck import Code
from ...deck.markdown import parse, parse_line, parser
from ...deck.prose import Palette, prefixed
from ...deck.theme import BLACK, NO_THEME, WHITE, Colour, DeckTheme, is_dark, mix, readable
from ...report.markup import Markup, element, together

Piece = tuple[str, Kind]
"""Text, and what kind of code it is."""
HEADINGS = {f"h{level}": f"h{min(level + 2, 6)}" for level in range(1, 7)}
"""Below the title of the slide, which is an h2."""
MEASURE = re.compile(r"(?<=\d) (?=(?:s|ms|%)(?!\w))")
"""A figure and its unit stay on one line."""
PAPER, SLATE = (251, 250, 247), (18, 22, 26)
"""The grounds of the page, by day and by night, as its style sheet has them."""
TINTS = (241, 239, 233), (27, 33, 39)
"""Those of code."""


def prose(text: str, theme: DeckTheme = NO_THEME) -> Markup:
    """Markdown -> HTML."""
    tokens = prefixed(parse(text), Palette(theme=theme))
    for token in tokens:
        tamed(token, theme)
        if token.type in ("heading_open", "heading_close"):
            token.attrs = inks(token.tag, theme) if token.nesting > 0 else {}
            token.tag = HEADINGS[token.tag]
        if "alert" in token.meta:
            token.attrs = {"class": f"alert {token.meta['alert']}"}
        for child in token.children or ():
            tamed(child, theme)
    return rendered(tokens)


def words(text: str, theme: DeckTheme = NO_THEME) -> Markup:
    """A line of Markdown, such as a title."""
    tokens = parse_line(text)
    for token in tokens:
        tamed(token, theme)
    return rendered([Token("inline", "", 0, children=tokens)])


def rendered(tokens: list[Token]) -> Markup:
    """Tokens that are tamed, as HTML."""
    drawn = parser()
    return Markup(drawn.renderer.render(tokens, drawn.options, {}))


def tamed(token: Token, theme: DeckTheme) -> None:
    """Links lead out of the page or nowhere: files beside the deck are not in it. Colours can be read."""
    if token.type == "link_open":
        away = urlsplit(str(token.attrs["href"])).scheme in ("http", "https", "mailto")
        attributes: dict[str, Any] = {"href": token.attrs["href"], "rel": "noreferrer"} if away else {}
        token.attrs = attributes
    elif token.type == "span_open":
        token.attrs = span_colours(token, theme)
    elif token.type == "code_inline":
        token.attrs = inks("code", theme)
    elif token.type == "text":
        token.content = MEASURE.sub("\N{NO-BREAK SPACE}", token.content)


def inks(tag: str, theme: DeckTheme) -> dict[str, str | int | float]:
    """A heading's colour by day and by night, or that of `code`."""
    palettes = [Palette(ground, theme) for ground in grounds(theme)]
    day, night = (each.ink(theme.code) if tag == "code" else each.heading(tag) for each in palettes)
    return colours_of(day, night)


def grounds(theme: DeckTheme) -> tuple[Colour, Colour]:
    """Of the page, by day and by night."""
    return theme.background or PAPER, theme.background or SLATE


def code_grounds(theme: DeckTheme) -> tuple[Colour, Colour]:
    """Of code, by day and by night."""
    ground = theme.background
    return TINTS if ground is None else (tint(theme, ground),) * 2


def tint(theme: DeckTheme, ground: Colour) -> Colour:
    """A little of the letters in the ground: of code."""
    return mix(ground, letters(theme, ground), 0.06)


def letters(theme: DeckTheme, ground: Colour) -> Colour:
    """Of texts, as far as they can be read."""
    return readable(theme.foreground or (WHITE if is_dark(ground) else BLACK), ground)


def span_colours(token: Token, theme: DeckTheme) -> dict[str, str | int | float]:
    """A span's colours by day and by night, for the style sheet."""
    day, night = (Palette(ground, theme).style(token) for ground in grounds(theme))
    return colours_of(day, night)


def colours_of(day: Style, night: Style) -> dict[str, str | int | float]:
    """Attributes for the style sheet; none where nothing is coloured."""
    pairs = {"--day": day.color, "--night": night.color, "--behind": day.bgcolor}
    said = "; ".join(f"{name}: {colour.name}" for name, colour in pairs.items() if colour is not None)
    kinds = ["inked"] * (day.color is not None) + ["marked"] * (day.bgcolor is not None)
    return {"class": " ".join(kinds), "style": said} if said else {}


def code_lines(code: Code, theme: DeckTheme = NO_THEME) -> list[Markup]:
    """Each line, coloured by classes, or as the deck's theme says."""
    return [together(*(piece_element(text, kind, theme) for text, kind in line)) for line in pieces(code)]


def piece_element(text: str, kind: Kind, theme: DeckTheme) -> Markup:
    """Some letters of one kind."""
    if not theme.code_theme:
        return element("span", text, class_=STANDARD_TYPES.get(kind) or None)
    day, night = (CodeColours(theme.code_theme, ground).get_style_for_token(kind) for ground in code_grounds(theme))
    said = colours_of(day, night)
    return element("span", text, class_=said.get("class"), style=said.get("style"))


def pieces(code: Code) -> Sequence[list[Piece]]:
    """Each line, in its pieces."""
    try:
        lexer = get_lexer_by_name(code.language, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False)
    lines: list[list[Piece]] = [[]]
    for kind, text in lexer.get_tokens(code.text):
        first, *others = text.split("\n")
        lines[-1] += [(first, kind)] if first else []
        for other in others:
            lines.append([(other, kind)] if other else [])
    count = code.text.count("\n") + 1
    return [*lines, *([[]] * count)][:count]  # lexers end with a line feed
