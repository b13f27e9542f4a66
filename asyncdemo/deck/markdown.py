"""Markdown as everybody reads it here: the reader, the screen, the notes, the page. Pure.

One parser for texts and one for titles, and what presenterm adds to them: `<span>` for colours, `~x~`, alerts. What is
HTML beyond that stands there as it is written.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

NESTING = 200
"""How deep lists and quotations may stand in one another. The parser's own 20 is a list of nine levels."""
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)\s*", re.DOTALL)
AUTOLINK = "autolink"
"""The parser's word for an address that stands for itself."""
SPAN = re.compile(r"<(/?)span\b([^>]*)>")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""(style|class)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""")
STRUCK = re.compile(r"(?<![~\\])~(?=[^\s~])([^~]*[^\s~])~(?!~)")
ALERT = re.compile(r"\[!(note|tip|important|warning|caution)\][ \t]*(.*)", re.IGNORECASE)
ALERTS = {"note": "•", "tip": "✓", "important": "■", "warning": "▲", "caution": "✗"}
"""The kinds of alerts, and the sign of each."""
START = re.compile(r"#{1,6}(?=\s|$)|[-+*](?=\s|$)|[-=*_]{3,}|>|`{3}|~{3}|\[(?=[^\]]*\]:)|<(?!/?span\b)")
LONG_QUOTE = re.compile(r" {0,3}>{3,}[ \t]*")
"""A line above and below a quotation, whose lines need no sign then (comrak's multiline block quotes)."""
NUMBER = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
"""What at the beginning of a line would make more of it than a line of text."""


def parser() -> MarkdownIt:
    """The only one."""
    return MarkdownIt("commonmark", {"maxNesting": NESTING}).enable(["table", "strikethrough"])


def parse(text: str) -> list[Token]:
    """A text's tokens, with colours, alerts, and nothing that is HTML."""
    tokens = [each for token in parser().parse(text) for each in without_html(token)]
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline":
            token.children = list(inline_tokens(token.children or ()))
            if before is not None and before.type == "paragraph_open":
                alert(tokens, token)
    return tokens


def parse_line(text: str) -> list[Token]:
    """The tokens of a line, such as a title."""
    (inline,) = parser().parseInline(text)
    return list(inline_tokens(inline.children or ()))


def with_long_quotes(text: str) -> str:
    """A text whose quotations between `>>>` lines are those of everybody, line by line: each begins with `>`."""
    if ">>>" not in text:
        return text
    lines = text.split("\n")
    opened = (token.map[0] for token in parser().parse(text) if token.type == "blockquote_open" and token.map)
    marks = [number for number in dict.fromkeys(opened) if LONG_QUOTE.fullmatch(lines[number])]
    for first, last in zip(marks[::2], marks[1::2], strict=False):
        lines[first : last + 1] = ["", *(f"> {line}" for line in lines[first + 1 : last]), ""]
    return "\n".join(lines)


def literal_start(words: str) -> str:
    """A line of Markdown that is to be no more than a line: `1. first` is no list."""
    number = NUMBER.match(words)
    if number is not None:
        return f"{number[1]}\\{words[number.end(1) :]}"
    return f"\\{words}" if START.match(words) else words


def without_html(token: Token) -> list[Token]:
    """A token, or instead of a block of HTML a text of its words; its comments are nobody's business."""
    if token.type != "html_block":
        return [token]
    words = COMMENT.sub("", token.content).strip()
    if not words:
        return []
    (inline,) = parser().parseInline(words)
    inline.level, inline.map = token.level + 1, token.map
    start = Token("paragraph_open", "p", 1, map=token.map, level=token.level)
    end = Token("paragraph_close", "p", -1, level=token.level)
    return [start, inline, end]


def inline_tokens(tokens: Iterable[Token]) -> Iterator[Token]:
    """Tokens of a line: spans that end where the line does, breaks, struck words, the addresses of empty links."""
    open_spans, before = 0, None
    for token in tokens:
        if token.type == "html_inline":
            span = SPAN.fullmatch(token.content)
            if span is not None and (open_spans or not span[1]):
                open_spans += -1 if span[1] else 1
                yield span_token(span)
            elif span is None:
                yield from html_words(token)
        elif token.type == "image":
            yield words_token(picture_words(token))
        elif token.type == "text":
            yield from struck(token)
        else:
            if token.type == "link_close" and before is not None and before.type == "link_open":
                before.markup = AUTOLINK
                yield words_token(str(before.attrs["href"]))
            yield token
        before = token
    yield from (Token("span_close", "span", -1) for _ in range(open_spans))


def span_token(found: "re.Match[str]") -> Token:
    """`<span style="color: red">`, or its end."""
    said = {name: value.strip("\"'") for name, value in ATTRIBUTE.findall(found[2])}
    kind = "close" if found[1] else "open"
    return Token(f"span_{kind}", "span", -1 if found[1] else 1, attrs=dict(said))


def html_words(token: Token) -> list[Token]:
    """HTML that is no span: a line's end, nothing for a remark, else the words that are written."""
    if BREAK.fullmatch(token.content):
        return [line_end()]
    return [] if token.content.startswith("<!--") else [words_token(token.content)]


def line_end() -> Token:
    """Where the next line begins, whatever the width is."""
    return Token("hardbreak", "br", 0)


def picture_words(image: Token) -> str:
    """What stands for a picture within a text."""
    return f"[picture: {image.content or image.attrs['src']}]"


def words_token(words: str) -> Token:
    """Words as they are."""
    return Token("text", "", 0, content=words)


def struck(token: Token) -> Iterator[Token]:
    """A text, in which words between single tildes are struck, as in presenterm."""
    at = 0
    for found in STRUCK.finditer(token.content):
        yield words_token(token.content[at : found.start()])
        yield from (Token("s_open", "s", 1), words_token(found[1]), Token("s_close", "s", -1))
        at = found.end()
    yield words_token(token.content[at:]) if at else token


def alert(tokens: Sequence[Token], inline: Token) -> None:
    """The line that begins a quotation with `[!note]` becomes its title, in words."""
    at = next(number for number, token in enumerate(tokens) if token is inline)
    children = inline.children or []
    found = ALERT.fullmatch(children[0].content) if children and children[0].type == "text" else None
    if found is None or tokens[at - 2].type != "blockquote_open":
        return
    kind = found[1].lower()
    tokens[at - 2].meta["alert"] = kind
    end = next((number for number, token in enumerate(children) if token.type.endswith("break")), len(children))
    said = [*([words_token(found[2])] if found[2] else []), *children[1:end]]
    title = [words_token(f"{ALERTS[kind]} "), *(said or [words_token(kind.capitalize())])]
    rest = [line_end(), *children[end + 1 :]] if children[end:] else []
    inline.children = [Token("strong_open", "strong", 1), *title, Token("strong_close", "strong", -1), *rest]


def plain(tokens: Iterable[Token]) -> str:
    """Their words, without marks."""
    return "".join(
        token.content if token.type in ("text", "code_inline") else " " * token.type.endswith("break")
        for token in tokens
    )


def style_of(token: Token) -> dict[str, Any]:
    """What a span says: `{"color": "red", "background-color": "#000", "class": "loud"}`."""
    said = dict(part.split(":", 1) for part in str(token.attrs.get("style", "")).split(";") if ":" in part)
    told = {name.strip().lower(): value.strip() for name, value in said.items()}
    return told | ({"class": str(token.attrs["class"])} if "class" in token.attrs else {})
