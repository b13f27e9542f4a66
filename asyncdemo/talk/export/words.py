"""Markdown and code as HTML. Whatever the deck holds, it stays text: no HTML of its own, no image from elsewhere."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

from ...deck.deck import Code
from ...report.markup import Markup, element, together

Piece = tuple[str, str]
"""Text, and the class of its colour."""
HEADINGS = {f"h{level}": f"h{min(level + 2, 6)}" for level in range(1, 7)}
"""Below the title of the slide, which is an h2."""
HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)|</?span\b[^>]*>", re.DOTALL)
"""HTML that a terminal does not show either: remarks, which are nobody's business, and what colours words."""
MEASURE = re.compile(r"(?<=\d) (?=(?:s|ms|%)(?!\w))")
"""A figure and its unit stay on one line."""


def prose(text: str) -> Markup:
    """Markdown -> HTML."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = parser.parse(text)
    for token in tokens:
        tamed(token)
        if token.type in ("heading_open", "heading_close"):
            token.tag = HEADINGS[token.tag]
        for child in token.children or ():
            tamed(child)
    return Markup(parser.renderer.render(tokens, parser.options, {}))


def words(text: str) -> Markup:
    """A line of Markdown, such as a title."""
    parser = MarkdownIt("commonmark", {"html": False})
    tokens = parser.parseInline(text)
    for child in tokens[0].children or ():
        tamed(child)
    return Markup(parser.renderer.render(tokens, parser.options, {}))


def tamed(token: Token) -> None:
    """Links lead out of the page or nowhere: files beside the deck are not in it. Images and HTML are words."""
    if token.type == "link_open":
        away = urlsplit(str(token.attrs["href"])).scheme in ("http", "https", "mailto")
        attributes: dict[str, Any] = {"href": token.attrs["href"], "rel": "noreferrer"} if away else {}
        token.attrs = attributes
    elif token.type in ("image", "html_inline", "html_block"):
        token.type, token.tag, token.children = "text", "", None
        token.content = HIDDEN.sub("", token.content)
    elif token.type == "text":
        token.content = MEASURE.sub("\N{NO-BREAK SPACE}", token.content)


def code_lines(code: Code) -> list[Markup]:
    """Each line, coloured by classes."""
    return [together(*(element("span", piece, class_=kind or None) for piece, kind in line)) for line in pieces(code)]


def pieces(code: Code) -> Sequence[list[Piece]]:
    """Each line, in its pieces."""
    try:
        lexer = get_lexer_by_name(code.language, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False)
    lines: list[list[Piece]] = [[]]
    for kind, text in lexer.get_tokens(code.text):
        name = STANDARD_TYPES.get(kind, "")
        first, *others = text.split("\n")
        lines[-1] += [(first, name)] if first else []
        for other in others:
            lines.append([(other, name)] if other else [])
    count = code.text.count("\n") + 1
    return [*lines, *([[]] * count)][:count]  # lexers end with a line feed
