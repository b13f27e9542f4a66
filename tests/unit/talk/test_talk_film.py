"""Films in the page of `talk --export`: recordings as pictures of their panels."""

import json
import re

from rich.style import Style

from asyncdemo.talk.export.film import EVERY_S, SHAPES, Film, film, row_of
from asyncdemo.talk.export.panels import CELL_W, span_elements
from asyncdemo.talk.shipped_talk import FOLDER


def test_a_film_shows_the_panels_until_the_end() -> None:
    """A picture every quarter of a second from when the page could be opened, and words for whoever sees none."""
    shown = film(FOLDER / "recordings" / "step3.jsonl", "1")
    for shape, (width, height) in SHAPES.items():
        assert 20 < len(shown.frames[shape]) * EVERY_S < 30
        assert {len(frame) for frame in shown.frames[shape]} == {height - 1}
        spans = [(column, text) for row in shown.last(shape) for column, text, _ in row]
        assert {" step3 ", " recorded ", "workers"} <= {text for _, text in spans}
        assert max(column + len(text) for column, text in spans) == width
    assert any("notifications" in line for line in shown.words)


def test_a_film_cannot_end_its_element() -> None:
    """Whatever name a visitor gave."""
    row = ((0, "</script><b>", ""),)
    data = Film("x", [row], {"wide": [[0]]}, []).as_json()
    assert "<" not in data
    assert json.loads(data)["rows"] == [[[0, "</script><b>", ""]]]


def test_a_row_knows_where_its_texts_stand() -> None:
    """In cells, without the blanks between; neighbours of one style are one; blanks count when reversed."""
    bold, green, reverse = Style(bold=True), Style(color="green"), Style(reverse=True, bold=True)
    none = Style.null()
    line = [(" x ", reverse), ("  a", none), ("b  ", none), ("李 ", bold), ("c", green), ("  ", none)]
    assert row_of(line) == ((0, " x ", "b r"), (5, "ab", ""), (9, "李", "b"), (12, "c", "w"))


def test_a_text_takes_its_cells_whatever_the_font() -> None:
    """Its length is written down; reversed text has a box behind it."""
    (text,) = span_elements(3, "李x", "")
    assert f'x="{3 * CELL_W}"' in text
    assert f'textLength="{3 * CELL_W}"' in text
    assert [re.match(r"<(\w+)", part)[1] for part in span_elements(0, " x ", "b r")] == ["rect", "text"]  # type: ignore[index]
