"""Texts of a slide as they are drawn: their styles, and where their lines stand."""

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.style import Style

from asyncdemo.deck.prose import DARK_ROOM, Palette, PlainMarkdown, line_words
from asyncdemo.deck.render import inline
from asyncdemo.deck.theme import contrast, themed
from tests.unit.deck.presenterm import WIDTH, seen

CENTER, RIGHT = "<!-- alignment: center -->\n\n", "<!-- alignment: right -->\n\n"
THEME = themed(Palette().theme, {"palette": {"classes": {"loud": {"foreground": "ff0000", "background": "000080"}}}})


def styles(text: str) -> dict[str, Style]:
    """The style of each piece of a text."""
    console = Console(width=WIDTH, color_system="truecolor", force_terminal=True)
    drawn = console.render(PlainMarkdown(text, Palette(theme=THEME)), console.options)
    return {part.text.strip(): part.style or Style() for part in drawn if part.text.strip()}


def colours(style: Style) -> tuple[str, str]:
    """Of letters and of what is behind them; empty for those of the room."""
    return tuple(each.name if each is not None else "" for each in (style.color, style.bgcolor))  # type: ignore[return-value]


def test_marks_last_as_far_as_they_are_written() -> None:
    """What is behind them is as before."""
    found = styles("a ~b~ c **d** e *f* g\n")
    assert [bool(found[word].strike) for word in "abcdefg"] == [word == "b" for word in "abcdefg"]
    assert [bool(found[word].bold) for word in "abcdefg"] == [word == "d" for word in "abcdefg"]
    assert [bool(found[word].italic) for word in "abcdefg"] == [word == "f" for word in "abcdefg"]


def test_colours_last_as_far_as_they_are_written() -> None:
    """Spans may stand in one another; one that is not closed ends with its text, and an end alone is none."""
    red, lime = '<span style="color: red">', '<span style="color: lime">'
    found = styles(f"a</span>b {red}*c* {lime}_d_</span> **e**</span></span> f\n\n{red}g\n\nh\n")
    names = {word: colours(style)[0] for word, style in found.items()}
    assert names["d"] == "#00ff00"
    assert names["c"] == names["e"] == names["g"]
    assert names["c"] not in ("", "#00ff00")
    assert (names["ab"], names["f"], names["h"]) == ("", "", "")
    found = styles(f"> {red}a\n\nb\n")
    assert [bool(found[word].italic) for word in "ab"] == [True, False]


def test_of_a_span_that_only_has_a_ground_the_letters_can_be_read_on_it() -> None:
    """As those of a class; what the span says itself counts more, and an unknown class is none."""
    found = styles('<span style="background-color: white">a</span><span class="loud">b</span>')
    assert colours(found["a"])[1] == "#ffffff"
    assert colours(found["b"])[1] == "#000080"
    for style in found.values():
        front, back = (each.get_truecolor() for each in (style.color, style.bgcolor) if each is not None)
        assert contrast(front, back) >= 4.5
    found = styles('<span class="loud" style="color: white; background-color: black">a</span><span class="x">b</span>')
    assert (colours(found["a"]), colours(found["b"])) == (("#ffffff", "#000000"), ("", ""))


def test_an_address_is_underlined_wherever_it_stands() -> None:
    """By itself, and behind the words of a link; the words behind it are not."""
    found = styles("<https://x.org/> a [b](https://y.org/) c [d.md](d.md) e\n")
    underlined = {word for word, style in found.items() if style.underline}
    assert {"https://x.org/", "https://y.org/", "d.md"} <= underlined
    assert underlined.isdisjoint({"a", "c", "e"})


def test_headings_and_code_can_be_told_without_colours() -> None:
    """They are bold."""
    found = styles("## a\n\n`b` c\n")
    assert [bool(found[word].bold) for word in "abc"] == [True, True, False]


@pytest.mark.parametrize(
    ("title", "words", "marked"),
    [
        ("A<br>**B** c", "A B c", [("B", "bold")]),
        ("a ~b~ *c*", "a b c", [("b", "strike"), ("c", "italic")]),
        ("a [b](c.md) `d`", "a b d", [("b", "underline")]),
        ("**a *b* c** d", "a b c d", [("a ", "bold"), ("b", "bold italic"), (" c", "bold")]),
        ("</span>a <span>b", "a b", []),
        ("a<!-- b -->", "a", []),
        ("![b](a.png)", "[picture: b]", []),
        ("![](a.png)", "[picture: a.png]", []),
    ],
)
def test_a_title_has_the_styles_of_its_marks(title: str, words: str, marked: list[tuple[str, str]]) -> None:
    """In one line."""
    text = line_words(title)
    assert text.plain == inline(title) == words
    told = [(words[span.start : span.end], span.style) for span in text.spans if span.style]
    assert told == [(word, Style.parse(style)) for word, style in marked]


def test_a_title_has_the_colours_of_its_spans() -> None:
    """As far as they can be read in the room."""
    (span,) = (span for span in line_words('a <span class="loud">b</span> c', Palette(theme=THEME)).spans if span.style)
    assert (span.start, span.end) == (2, 3)
    assert isinstance(span.style, Style)
    assert colours(span.style)[1] == "#000080"


def test_lines_in_the_middle_stand_there_each_by_itself() -> None:
    """Headings and what is HTML as well; a table and a quotation as a whole."""
    assert seen(f"{CENTER}bbbb  \ncc\n") == [f"{' ' * 18}bbbb", f"{' ' * 19}cc"]
    assert seen(f"{CENTER}## heads\n\n<div>x</div>\n\nzz\n") == [
        f"{' ' * 17}heads",
        "",
        f"{' ' * 14}<div>x</div>",
        "",
        f"{' ' * 19}zz",
    ]
    assert seen(f"{RIGHT}## heads\n\nbbbb  \ncc\n") == [f"{' ' * 35}heads", "", f"{' ' * 36}bbbb", f"{' ' * 38}cc"]
    assert seen(f"{CENTER}> a\n> b\n\n- cc\n") == [f"{' ' * 17}▌ a b", "", f"{' ' * 17} • cc"]


def test_no_word_of_a_table_is_cut() -> None:
    """It goes on in the next line."""
    lines = seen(f"| a | b |\n|---|---|\n| {'w' * 60} | d |\n")
    assert "".join(lines).count("w") == 60
    assert all(cell_len(line) <= WIDTH for line in lines)


def test_a_ground_at_the_end_of_a_line_is_part_of_it() -> None:
    """Blanks of a colour are to be seen; others only fill the line."""
    console = Console(width=20, color_system="truecolor", force_terminal=True)
    blue = '<span style="background-color: #000080">&nbsp;x&nbsp;</span>'
    drawn = PlainMarkdown(f"- {blue}\n- y\n", Palette(DARK_ROOM), "right")
    rows = console.render_lines(drawn, console.options, pad=False)
    lines = ["".join(part.text for part in row) for row in rows]
    assert lines == [f"{' ' * 14} • \u00a0x\u00a0", f"{' ' * 14} • y"]


def test_between_texts_is_one_empty_line() -> None:
    """None above, none below."""
    assert seen("a\n\n\n\n- b\n- c\n\n> d\n\n\n") == ["a", "", " • b", " • c", "", "▌ d"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("> [!tip]\n", ["▌ ✓ Tip"]),
        ("> [!NOTE] x\n> y\n", ["▌ • x", "▌ y"]),
        ("> a\n>\n> [!tip]\n", ["▌ a", "▌ [!tip]"]),
        ("> [!tip] x **y**, z\n> a\n> b\n", ["▌ ✓ x y, z", "▌ a b"]),
        ("> [!tip] **x** y\n", ["▌ ✓ x y"]),
        ("> [!tip]\n> **x** y\n", ["▌ ✓ Tip", "▌ x y"]),
        ("- [!tip]\n", [" • [!tip]"]),
        ("# [!tip]\n", ["[!tip]"]),
        ("> # [!tip]\n", ["▌ [!tip]"]),
        ("> [!what]\n", ["▌ [!what]"]),
    ],
)
def test_an_alert_begins_a_quotation(text: str, lines: list[str]) -> None:
    """Nothing else is one."""
    assert [line.rstrip() for line in seen(text)] == lines
