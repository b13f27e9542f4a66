"""Slides as HTML. Without a script they are all there, one below the other; with it, one at a time, step by step."""

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

from ...base.errors import AsyncdemoError
from ...deck.deck import Block, Code, Deck, Demo, Picture, Prose, Slide, bright, steps_of
from ...deck.render import inline, quoted_from
from ...report.markup import Markup, element
from .film import Film
from .panels import player
from .words import code_lines, prose, words

KINDS = {
    ".svg": "svg+xml",
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".gif": "gif",
    ".webp": "webp",
}


Films = Mapping[Demo, Film]
"""By the demos that they stand for."""


def slide_section(deck: Deck, number: int, films: Films) -> Markup:
    """A slide, counted from 1."""
    slide = deck.slides[number - 1]
    count = len(deck.slides)
    title = element("h2", words(slide.title), tabindex="-1") if slide.title else Markup("")
    kind = "slide" + (" first" if number == 1 else "") + (" has-demo" if slide.demo is not None else "")
    return element(
        "section",
        element("div", title, *parts(slide, films), class_="body"),
        notes(slide),
        id=f"slide-{number}",
        class_=kind,
        data_steps=str(slide.steps),
        aria_roledescription="slide",
        aria_label=f"{number} of {count}: {inline(slide.title)}",
    )


def parts(slide: Slide, films: Films) -> list[Markup]:
    """What appears together stands together, with the step that it appears at."""
    written, step = [], 0
    for part in slide.parts:
        blocks = [block_element(block, step, slide.steps, films) for block in part.blocks]
        written.append(element("div", *blocks, class_="part", data_from=str(step)))
        step += steps_of(part)
    return written


def block_element(block: Block, first_step: int, steps: int, films: Films) -> Markup:
    """A block that appears at a step of a slide that has so many."""
    if isinstance(block, Prose):
        return element("div", prose(block.text), class_="prose")
    if isinstance(block, Code):
        return code_element(block, first_step, steps)
    if isinstance(block, Picture):
        return element("figure", element("img", src=data_address(block.path), alt=block.words), class_="picture")
    return demo_element(block, films)


def code_element(code: Code, first_step: int, steps: int) -> Markup:
    """Lines that know at which steps they are dim."""
    lines = []
    for number, line in enumerate(code_lines(code), 1):
        dim = [step for step in range(first_step, steps) if is_dim(code, number, step - first_step)]
        lines.append(
            element(
                "span",
                line,
                class_="line",
                data_n=None if code.first_number is None else str(code.first_number + number - 1),
                data_dim=" ".join(map(str, dim)) or None,
            )
        )
    source = element("figcaption", quoted_from(code.source)) if code.source else ""
    # A box that scrolls can be reached by the keyboard.
    listing = element("pre", element("code", *lines), tabindex="0", class_="numbered" if code.first_number else None)
    return element("figure", source, listing, class_="code")


def is_dim(code: Code, number: int, step: int) -> bool:
    """Whether a line is not among those meant at a step of its part."""
    lines = bright(code, step)
    return lines is not None and number not in lines


def demo_element(demo: Demo, films: Films) -> Markup:
    """The command, and its recording if there is one."""
    command = element("figcaption", element("code", "$ ", element("b", *whole_words(demo.text))))
    film = films.get(demo)
    return element("figure", command, player(demo, film) if film is not None else "", class_="demo")


def whole_words(text: str) -> list[str]:
    """Each to stand on one line, with the blanks between them."""
    first, *others = (element("span", word) for word in text.split(" "))
    return [first, *(part for word in others for part in (" ", word))]


def notes(slide: Slide) -> Markup:
    """What the speaker says, to be opened."""
    if not slide.notes:
        return Markup("")
    lines = [element("p", line) for line in slide.notes.split("\n") if line]
    return element("details", element("summary", "What is said"), *lines, class_="notes")


def data_address(path: Path) -> str:
    """An image, in the page itself. Raises AsyncdemoError for one that cannot be read."""
    kind = KINDS.get(path.suffix.lower(), "png")
    try:
        image = path.read_bytes()
    except OSError as error:
        raise AsyncdemoError(f"the picture {path} cannot be read: {error.strerror}") from None
    return f"data:image/{kind};base64,{b64encode(image).decode()}"
