"""HTML and SVG, written so that text from outside cannot become markup.

What a function here returns is `Markup`; every other string is text, and is escaped on its way into an element.
"""

from html import escape

from ..base.text import shown

WITHOUT_END = {"meta", "br", "hr", "col"}
"""Elements of HTML that hold nothing."""


class Markup(str):
    """A string that is markup already."""

    __slots__ = ()


def text(value: str) -> Markup:
    """Text, whatever is in it: control characters become visible, `<` and its like are escaped."""
    return value if isinstance(value, Markup) else Markup(escape(shown(value)))


def element(kind: str, /, *children: str, **attributes: str | float | None) -> Markup:
    """`element("td", "5 < 6", class_="figure")`. `_` in an attribute's name is `-`, one at its end is left out."""
    written = "".join(attribute(key, value) for key, value in attributes.items() if value is not None)
    if kind in WITHOUT_END:
        return Markup(f"<{kind}{written}>")
    return Markup(f"<{kind}{written}>{together(*children)}</{kind}>")


def attribute(key: str, value: str | float) -> str:
    """` stroke-width="2"`."""
    name = key.rstrip("_").replace("_", "-")
    written = escape(shown(value)) if isinstance(value, str) else number(value)
    return f' {name}="{written}"'


def number(value: float) -> str:
    """Two digits are finer than a screen."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def together(*children: str) -> Markup:
    """One after the other."""
    return Markup("".join(text(child) for child in children))


def html_page(title: str, policy: str, style: str, *body: Markup, author: str = "") -> str:
    """A whole file. `policy` says what it may fetch and run."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("title", title),
        *([element("meta", name="author", content=author)] if author else []),
        element("style", Markup(style)),
    )
    return f"<!DOCTYPE html>\n{element('html', head, element('body', *body), lang='en')}\n"
