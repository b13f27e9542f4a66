"""What is seen of a slide: rows of text, whatever the terminal can show."""

from itertools import pairwise
from pathlib import Path

import pytest
import segno
from rich.console import Console
from rich.style import Style
from rich.text import Text

from asyncdemo.deck.deck import Code, Link, Picture, Slide
from asyncdemo.deck.prose import Palette, line_words
from asyncdemo.deck.reader import parse_deck
from asyncdemo.deck.render import (
    Look,
    code_room,
    column_widths,
    inline,
    link_text,
    qr_rows,
    slide_lines,
    slide_renderable,
)
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


@pytest.mark.parametrize(
    ("shares", "width", "widths"),
    [
        ((1,), 84, [84]),
        ((1, 1), 84, [40, 40]),
        ((2, 1), 64, [40, 20]),
        ((1, 2, 3), 68, [10, 20, 30]),
        ((1, 1), 7, [1, 1]),
        ((1, 1, 1), 5, [1, 1, 1]),
    ],
)
def test_columns_share_what_the_gaps_between_them_leave(shares: tuple[int, ...], width: int, widths: list[int]) -> None:
    """And are never without a column."""
    assert column_widths(shares, width) == widths


def test_columns_end_where_their_text_does() -> None:
    """A shorter one leaves its place empty."""
    columns = ("a\n\nb", "c", "d\n\ne\n\nf")
    text = "".join(f"<!-- column: {number} -->\n\n{each}\n\n" for number, each in enumerate(columns))
    blank = " " * 13
    assert slide_lines(slide_of(f"<!-- column_layout: [1, 1, 1] -->\n\n{text}"), 0, WIDTH) == [
        f"a{blank}c{blank}d",
        "",
        f"b{blank} {blank}e",
        "",
        f"{blank} {blank} f",
    ]


@pytest.mark.parametrize(("first", "names"), [(8, [" 8 a", " 9 b"]), (9, ["  9 a", " 10 b"])])
def test_numbers_of_lines_stand_below_each_other(first: int, names: list[str], tmp_path: Path) -> None:
    """As wide as the last one."""
    (tmp_path / "a.txt").write_text("x\n" * (first - 1) + "a\nb\nc\n")
    facts = f"path: a.txt\nlanguage: text\nstart_line: {first}\nend_line: {first + 1}\n"
    (slide,) = parse_deck(f"```file +line_numbers\n{facts}```\n", tmp_path / "deck.md").slides
    assert slide_lines(slide, 0, WIDTH) == ["a.txt", *(f" {name}" for name in names)]
    code = slide.blocks[0]
    assert isinstance(code, Code)
    assert code_room(code, WIDTH) == WIDTH - len(names[0])
    assert code_room(Code("a", "text", 1), WIDTH) == WIDTH - 2


def test_a_title_is_underlined_as_wide_as_it_is() -> None:
    """Wide letters count two columns."""
    assert slide_lines(slide_of("日本\n===\n"), 0, WIDTH) == ["日本", "━━━━"]


def test_what_is_below_a_jump_never_stands_on_what_is_above_it() -> None:
    """However low the screen is, a row is between them; and none above what stands there alone."""
    text = "{}<!-- jump_to_middle -->\n\nb\n"
    for above in ("a\n\n", "Title\n===\n\na\n\n"):
        slide = slide_of(text.format(above))
        for rows in range(1, 7):
            lines = slide_lines(slide, 0, WIDTH, Look(rows))
            assert lines[-3:] == ["a", "", "b"]
    for rows, above_it in ((1, 0), (2, 0), (3, 1), (4, 1), (5, 2)):
        assert slide_lines(slide_of(text.format("")), 0, WIDTH, Look(rows)) == [""] * above_it + ["b"]
    assert slide_lines(slide_of(text.format("a\n\n")), 0, WIDTH, Look(9)) == ["a", "", "", "", "b"]
    assert slide_lines(slide_of("a\n"), 0, WIDTH, Look(9)) == ["a"]


def test_an_address_has_a_code_that_a_phone_can_read() -> None:
    """Module for module, with a quiet zone on all sides, dark on bright."""
    address = "https://example.org/"
    rows = qr_rows(address)
    dark = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
    drawn = [[dark[sign][half] for sign in row] for row in rows for half in (0, 1)]
    modules = [list(map(int, row)) for row in segno.make(address, error="l", micro=False).matrix]
    size = len(modules) + 4
    assert [row[2:-2] for row in drawn[2 : size - 2]] == modules
    assert {len(row) for row in drawn} == {size}
    assert not any(map(any, [*drawn[:2], *drawn[size - 2 :]]))
    assert not any(row[at] for row in drawn for at in (0, 1, -1, -2))
    text = link_text(Link(address))
    assert text.plain.split("\n") == [address, "", *rows]
    assert {str(span.style) for span in text.spans if span.start > len(address)} == {"#000000 on #ffffff"}


def test_pictures_share_the_rows_that_are_left(tmp_path: Path) -> None:
    """Those of a column among themselves, beside as many as the columns next to it have; four at least."""

    def high(picture: Picture, rows: int) -> Text:
        return Text("\n".join("x" * rows))

    def seen(text: str, rows: int) -> tuple[int, int]:
        """Rows with something of a picture in them, and all rows."""
        (slide,) = parse_deck(text.replace("![]", "![](deck.md)"), tmp_path / "deck.md").slides
        lines = slide_lines(slide, 0, WIDTH, Look(rows, picture=high))
        return sum("x" in line for line in lines), len(lines)

    (tmp_path / "deck.md").touch()
    assert seen("a\n\n![]\n", 20) == (18, 20)
    assert seen("![]\n\n![]\n", 20) == (18, 19)
    assert seen("![]\n\n![]\n", 21) == (20, 21)
    assert seen("![]\n\n![]\n", 5) == (8, 9)
    beside = "<!-- column_layout: [1, 1] -->\n<!-- column: 0 -->\n\na\n\nb\n\n- c\n\n<!-- column: 1 -->\n\n![]\n\n"
    assert seen(beside, 20) == (20, 20)
    assert seen(f"{beside}<!-- reset_layout -->\n\nd\n", 20) == (18, 20)
    assert seen(f"{beside}<!-- reset_layout -->\n\n![]\n", 21) == (12 + 8, 21)
    assert seen(f"d\n\n{beside}", 4) == (5, 7)


def test_a_title_is_bold_and_underlined_in_its_colour() -> None:
    """That of the theme as far as it can be read, else green; what of it has a colour of its own keeps that."""
    console = Console(width=WIDTH, color_system="truecolor", force_terminal=True)
    span = '<span style="color: #ff0000">b</span>'
    for front, shown in (("", "green"), ("---\ntheme:\n  name: gruvbox-dark\n---\n", "#fabd2f")):
        deck = parse_deck(f"{front}a {span}\n===\n", Path("deck.md"))
        look = Look(palette=Palette(theme=deck.theme))
        drawn = console.render(slide_renderable(deck.slides[0], 0, look), console.options)
        styles = {part.text.strip(): part.style or Style() for part in drawn if part.text.strip()}
        colours = {words: style.color.name if style.color is not None else "" for words, style in styles.items()}
        assert colours == {"a": shown, "b": "#ff0000", "━━━": shown}
        assert [bool(styles[words].bold) for words in ("a", "b")] == [True, True]
