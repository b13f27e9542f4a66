"""Slides as HTML. Without a script they are all there, one below the other; with it, one at a time, step by step."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from itertools import groupby

import segno

from ...base.errors import AsyncdemoError
from ...deck.arrange import LEFT, Area, Column, arranged
from ...deck.deck import Block, Code, Deck, Demo, Link, Mark, Output, Picture, Problem, Prose, Slide, bright, steps_of
from ...deck.deck_theme import footer_of
from ...deck.picture_files import for_a_page
from ...deck.render import inline, picture_words, quoted_from
from ...deck.theme import DeckTheme
from ...report.markup import Markup, element, together
from .film import Film
from .panels import player
from .words import code_lines, prose, words

Films = Mapping[Demo, Film]
"""By the demos that they stand for."""
Step = tuple[int, int]
"""The step at which something appears, of so many."""


def slide_section(deck: Deck, number: int, films: Films) -> Markup:
    """A slide, counted from 1."""
    slide = deck.slides[number - 1]
    count = len(deck.slides)
    title = element("h2", words(slide.title, deck.theme), tabindex="-1") if slide.title else Markup("")
    return element(
        "section",
        element("div", title, *areas(slide, films, deck.theme), class_="body"),
        footer(deck, number),
        notes(slide),
        id=f"slide-{number}",
        class_=kinds(slide, number),
        data_steps=str(slide.steps),
        aria_roledescription="slide",
        aria_label=f"{number} of {count}: {inline(slide.title)}",
    )


def kinds(slide: Slide, number: int) -> str:
    """The classes of a slide, for the style sheet."""
    first, has_demo = number == 1, slide.demo is not None
    return "slide" + " first" * first + " has-demo" * has_demo + " centred" * slide.centred


def areas(slide: Slide, films: Films, theme: DeckTheme) -> list[Markup]:
    """What stands below each other, and side by side."""
    return [area_element(area, films, theme) for area in arranged(appearing(slide))]


def appearing(slide: Slide) -> Iterator[tuple[Block, Step]]:
    """Every block with the step that it appears at."""
    step = 0
    for part in slide.parts:
        for block in part.blocks:
            yield block, (step, slide.steps)
        step += steps_of(part)


def area_element(area: Area[Step], films: Films, theme: DeckTheme) -> Markup:
    """Columns, or what stands below each other."""
    columns = [together(*pieces(column, films, theme)) for column in area.columns]
    middle = " middle" * area.in_middle
    if len(columns) == 1:
        return element("div", columns[0], class_=f"area{middle}") if middle else columns[0]
    shares = " ".join(f"minmax(0, {column.share}fr)" for column in area.columns)
    sides = [element("div", column, class_="column") for column in columns]
    return element("div", *sides, class_=f"columns{middle}", style=f"grid-template-columns: {shares}")


def pieces(column: Column[Step], films: Films, theme: DeckTheme) -> list[Markup]:
    """What appears together stands together, with the step that it appears at."""
    written = []
    for (step, alignment), items in groupby(column.items, lambda item: (item.told[0], item.alignment)):
        blocks = [block_element(item.block, item.told, films, theme) for item in items]
        side = "" if alignment == LEFT else f" {alignment}"
        written.append(element("div", *blocks, class_=f"part{side}", data_from=str(step)))
    return written


def block_element(block: Block, at: Step, films: Films, theme: DeckTheme) -> Markup:
    """A block that appears at a step of a slide that has so many."""
    if isinstance(block, Prose):
        return element(
            "div", prose(block.text, theme), class_="prose", data_grows=str(block.grows) if block.grows else None
        )
    if isinstance(block, Code):
        return code_element(block, theme, *at)
    if isinstance(block, Picture):
        return picture_element(block)
    if isinstance(block, Output):
        return element("p", element("em", f"[output of {block.name}]"))
    if isinstance(block, Problem):
        return element("p", f"line {block.line}: {block.words}", class_="wrong")
    if isinstance(block, Link):
        return link_element(block)
    if isinstance(block, Mark):
        return element("div", class_="gap", style=f"height: {block.value}lh")
    return demo_element(block, films, theme, at)


def link_element(link: Link) -> Markup:
    """An address that can be followed, and photographed."""
    code = segno.make(link.address, error="m", micro=False).svg_inline(
        border=2, dark="#000", light="#fff", omitsize=True
    )
    address = element("a", link.address, href=link.address, rel="noreferrer")
    return element("figure", element("p", address), Markup(code), class_="link")


def footer(deck: Deck, number: int) -> Markup:
    """What the theme has at the foot of each slide."""
    told = footer_of(deck, number - 1)
    if not told:
        return Markup("")
    return element(
        "footer", *(element("span", words(text, deck.theme)) for text in (told.left, told.center, told.right))
    )


def code_element(code: Code, theme: DeckTheme, first_step: int, steps: int) -> Markup:
    """Lines that know at which steps they are dim."""
    lines = []
    for number, line in enumerate(code_lines(code, theme), 1):
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


def demo_element(demo: Demo, films: Films, theme: DeckTheme, at: Step) -> Markup:
    """The command, or the code, and its recording if there is one."""
    command = element("figcaption", element("code", "$ ", element("b", *whole_words(demo.text))))
    shown = command if demo.code is None else code_element(demo.code, theme, *at)
    film = films.get(demo)
    return element("figure", shown, player(demo, film) if film is not None else "", class_="demo")


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


def picture_element(picture: Picture) -> Markup:
    """A picture in the page itself; of one that is damaged, its name. Raises AsyncdemoError for one that is gone."""
    try:
        image = for_a_page(picture.path)
    except OSError as error:
        raise AsyncdemoError(f"the picture {picture.path} cannot be read: {error.strerror}") from None
    if image is None:
        return element("p", element("em", picture_words(picture)))
    width = f"width: {picture.width}%" if picture.width else None
    address = f"data:{image[0]};base64,{b64encode(image[1]).decode()}"
    return element("figure", element("img", src=address, alt=picture.words, style=width), class_="picture")
