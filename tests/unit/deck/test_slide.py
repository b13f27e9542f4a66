"""What is seen of a slide: rows of text, whatever the terminal can show."""

from itertools import pairwise
from pathlib import Path

import pytest
from rich.console import Console
from rich.style import Style

from asyncdemo.deck.deck import Slide
from asyncdemo.deck.prose import line_words
from asyncdemo.deck.reader import parse_deck
from asyncdemo.deck.render import inline, slide_lines, slide_renderable
from asyncdemo.talk.presenter.layout import ABOVE, laid_out

WIDTH = 40
SLIDE = """\
The `title`
===

Some **words** and `code`.

<!-- pause -->

```python +line_numbers {1|2|all}
def f():
    return "[/] is no markup"
```

<!-- pause -->

- one
- two

| name | n |
|------|---|
| Ada  | 1 |

```bash +exec
asyncdemo run step3
```
"""


def slide_of(text: str) -> Slide:
    (slide,) = parse_deck(text, Path("deck.md")).slides
    return slide


def test_a_slide_is_a_title_and_what_is_below() -> None:
    """Markdown's marks are gone; the bar says which lines are meant."""
    assert slide_lines(slide_of(SLIDE), 1, WIDTH) == [
        "The title",
        "━━━━━━━━━",
        "",
        "Some words and code.",
        "",
        "▌ 1 def f():",
        '  2     return "[/] is no markup"',
    ]


def test_code_has_no_bar_when_all_of_it_is_meant() -> None:
    """Only a choice needs a mark."""
    lines = slide_lines(slide_of(SLIDE), 3, WIDTH)
    assert "  1 def f():" in lines
    assert not any(line.startswith("▌") for line in lines)


def test_a_slide_grows_downwards() -> None:
    """What was seen stays where it was."""
    slide = slide_of(SLIDE)
    seen = [
        [line.removeprefix("▌ ").strip() for line in slide_lines(slide, step, WIDTH)] for step in range(slide.steps)
    ]
    assert slide.steps == 5
    for before, after in pairwise(seen):
        assert after[: len(before)] == before


def test_a_slide_has_no_row_that_is_not_needed() -> None:
    """One empty line between things, also around tables, and none at the end."""
    lines = slide_lines(slide_of(SLIDE), 4, WIDTH)
    assert lines[-1] == "$ asyncdemo run step3"
    assert lines[7:] == ["", " • one", " • two", "", " name  n", " ───────", " Ada   1", "", "$ asyncdemo run step3"]


@pytest.mark.parametrize("width", [20, 40, 84])
def test_a_slide_is_never_wider_than_the_screen(width: int) -> None:
    """Long words and long code are wrapped: nothing is cut."""
    slide = slide_of(f"{'T' * 30}\n===\n\n{'w' * 30} {'x' * 30}\n\n```python {{1|all}}\n{'c' * 30}\n```\n")
    for step in range(slide.steps):
        lines = slide_lines(slide, step, width)
        assert all(len(line) <= width for line in lines)
        assert "".join(lines).count("c") == 30


def test_a_quote_says_where_it_is_from() -> None:
    """In the words of the stages."""
    text = "```file\npath: ../asyncdemo/stages/step1/hello/views.py\nlanguage: python\nend_line: 1\n```\n"
    assert slide_lines(slide_of(text), 0, WIDTH) == ["step1/hello/views.py", "  from django.shortcuts import render"]


@pytest.mark.parametrize(("front", "blanks"), [("", 0), ("<!-- jump_to_middle -->\n", 3)])
def test_a_title_of_two_lines_has_one_underline(front: str, blanks: int) -> None:
    """As long as the longer of them, also where it stands in the middle."""
    (slide,) = parse_deck(f"{front}\nOne two three four five-six-seven\n===\n", Path("deck.md")).slides
    rows = ["One two three four", "five-six-seven", "━" * 18]
    assert [line for line in slide_lines(slide, 0, 25) if line] == [f"{' ' * blanks}{row}" for row in rows]


def test_a_title_is_a_line_of_markdown() -> None:
    """Its marks are not seen, wherever it stands."""
    assert inline(r"My _first_ **talk** with `a_b` and \*x") == "My first talk with a_b and *x"
    assert slide_lines(slide_of("My _first_ **talk**\n===\n"), 0, WIDTH) == ["My first talk", "━" * 13]
    assert [(span.start, span.end, span.style) for span in line_words("My _first_ talk").spans] == [
        (3, 8, Style(italic=True))
    ]
    broken = line_words("a **b  \nc**")
    assert (broken.plain, [(span.start, span.end) for span in broken.spans]) == (
        "a b c",
        [(2, 3), (3, 4), (4, 5)],
    )


def test_a_tab_is_as_wide_as_it_is_measured() -> None:
    """Four columns, counted from where the code begins."""
    slide = slide_of("```text +line_numbers\n\tx\na\ty\n```\n")
    assert slide_lines(slide, 0, WIDTH) == ["  1     x", "  2 a   y"]


@pytest.mark.parametrize("text", ["- a\n\n  ```python\n  x = 1\n  ```\n", "a\n\n    x = 1\n"])
def test_code_within_a_text_has_no_ground_of_its_own(text: str) -> None:
    """A dark one would be a slab in a bright room."""
    segments = list(Console(width=WIDTH, color_system="truecolor").render(slide_renderable(slide_of(text), 0)))
    assert any("x" in segment.text for segment in segments)
    assert [segment.text for segment in segments if segment.style is not None and segment.style.bgcolor] == []


def test_the_slide_that_opens_stands_a_third_down_at_all_of_its_steps() -> None:
    """As far as it leaves room; others begin at the top, where they may grow."""
    slide = slide_of("Title\n===\n\nWords.\n\n<!-- pause -->\n\nMore.\n")  # six rows in the end, and the foot
    opening = [laid_out(slide, step, WIDTH, 25, False, opens=True).above for step in range(slide.steps)]
    assert opening == [6, 6]
    assert laid_out(slide, 0, WIDTH, 9, False, opens=True).above == ABOVE
    assert laid_out(slide, 0, WIDTH, 25, False).above == ABOVE
