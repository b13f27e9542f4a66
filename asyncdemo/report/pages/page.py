"""One HTML file that needs nothing else: no network, no script. The parts that every report shares."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from ..about import About
from ..markup import Markup, element, html_page, together
from ..paint import dark_css

STYLE = Path(__file__).with_name("page.css")
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Nothing may be fetched and nothing may run, whatever a name or a label holds."""


def page(title: str, about: About, *body: Markup) -> str:
    """A report under its head, as the text of its file."""
    style = STYLE.read_text(encoding="utf-8") + dark_css()
    return html_page(title, POLICY, style, element("header", *page_head(title, about)), element("main", *body))


def page_head(title: str, about: About) -> list[Markup]:
    """The title, and when and how the report came to be."""
    versions = ", ".join(f"{name} {number}" for name, number in about.versions)
    facts: list[tuple[str, str]] = [("made", about.when), ("with", element("code", about.command)), *about.options]
    return [element("h1", title), fact_list([*facts, *([("versions", versions)] if versions else [])])]


def fact_list(facts: Iterable[tuple[str, str]]) -> Markup:
    """Names and what they are, one below the other."""
    return element(
        "dl", *(together(element("dt", name), element("dd", value)) for name, value in facts), class_="facts"
    )


def table(caption: str, names: Sequence[str], lines: Iterable[Sequence[str]]) -> Markup:
    """A head, and lines that each begin with their name."""
    head = element("tr", element("th", names[0], scope="col", class_="words"), *column_names(names[1:]))
    body = [
        element("tr", element("th", line[0], scope="row"), *(element("td", value) for value in line[1:]))
        for line in lines
    ]
    parts = [element("caption", caption), element("thead", head), element("tbody", *body)]
    return element("div", element("table", *parts), class_="wide")


def column_names(names: Iterable[str]) -> list[Markup]:
    """Heads of columns."""
    return [element("th", name, scope="col") for name in names]


def figure(wide: Markup, narrow: Markup, caption: str) -> Markup:
    """A picture, as it is for a wide screen and for a narrow one, and in words what it shows."""
    pictures = [element("div", wide, class_="for-wide"), element("div", narrow, class_="for-narrow")]
    return element("figure", *pictures, element("figcaption", caption))


def paragraph(text: str, class_: str | None = None) -> Markup:
    """Some sentences under each other."""
    return element("p", text, class_=class_)


def section(title: str, *body: Markup, name: str, level: int = 2, class_: str | None = None) -> Markup:
    """A part of the page under a heading of its own."""
    head = element(f"h{level}", title, id=name)
    return element("section", head, *body, aria_labelledby=name, class_=class_)
