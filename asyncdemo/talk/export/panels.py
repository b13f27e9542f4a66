"""A film in a page: its last picture as SVG, in each shape, which a script sets in motion."""

from rich.cells import cell_len

from ...deck.deck import Demo
from ...report.markup import Markup, element
from .film import SHAPES, Film, Row

CELL_W, CELL_H = 8, 15.4
"""In units of the picture. A cell is as high as the frames of the panels need to close."""
BASE = 11.7
"""Where letters stand in a cell."""


def player(demo: Demo, film: Film) -> Markup:
    """The film's last picture, which the script sets in motion; and what happened, in words."""
    label = f"The panels of {demo.text}, as recorded. {' '.join(' '.join(film.words).split())}."
    told = element("pre", *(element("span", line.strip(), class_="line") for line in film.words))
    words = element("details", element("summary", "The recording in words"), told)
    pictures = [picture(film, shape, label) for shape in SHAPES]
    return element("div", *pictures, words, class_="player", data_film=film.name)


def data_element(film: Film) -> Markup:
    """All pictures, for the script."""
    return element("script", Markup(film.as_json()), type="application/json", id=f"film-{film.name}")


def picture(film: Film, shape: str, label: str) -> Markup:
    """The last picture, with words for whoever cannot see it. The style sheet shows the shape that fits."""
    rows = [row_element(row, number) for number, row in enumerate(film.last(shape))]
    width, height = SHAPES[shape]
    box = f"0 0 {width * CELL_W} {(height - 1) * CELL_H:g}"
    return element("svg", *rows, viewBox=box, role="img", aria_label=label, class_=f"panels {shape}", data_shape=shape)


def row_element(row: Row, number: int) -> Markup:
    """A row of cells."""
    return element(
        "g", *(span for part in row for span in span_elements(*part)), transform=f"translate(0 {number * CELL_H:g})"
    )


def span_elements(column: int, text: str, letters: str) -> list[Markup]:
    """Text of exactly as many cells as it takes in a terminal, whatever the font."""
    width = cell_len(text) * CELL_W
    written = element("text", text, x=column * CELL_W, y=BASE, textLength=width, class_=letters or None)
    if "r" not in letters:
        return [written]
    return [element("rect", x=column * CELL_W, y=0, width=width, height=CELL_H), written]
