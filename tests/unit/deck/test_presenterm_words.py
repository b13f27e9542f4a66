"""What presenterm makes of the words of a deck: marks, colours, titles, front matter and configuration."""

from pathlib import Path

import pytest
from rich.console import Console

from asyncdemo.deck.place import Place, found
from asyncdemo.deck.reader import ReadOptions, read_deck
from asyncdemo.deck.render import Look, inline, slide_lines, slide_renderable
from asyncdemo.talk.export.document import page
from asyncdemo.talk.export.words import prose
from tests.unit.deck.presenterm import WIDTH, deck_of, seen, slide_of, told


def test_words_are_struck_between_one_tilde_or_two() -> None:
    """Not a path, and not an approximation."""
    assert seen("a ~b c~ d ~~e~~, ~/bin and ~/lib, ~5 to ~6\n") == ["a b c d e, ~/bin and ~/lib, ~5 to ~6"]


def test_colours_are_those_of_the_deck_as_far_as_they_can_be_read() -> None:
    """By name, by number, by the theme's name, by class; on a dark ground a dark blue becomes brighter."""
    palette = "    palette:\n      colors:\n        loud: 'ff8800'\n"
    classes = "      classes:\n        warn:\n          foreground: palette:loud\n"
    theme = f"---\ntheme:\n  override:\n{palette}{classes}---\n"
    text = (
        '<span style="color: yellow">a</span><span style="color: #000080">b</span>'
        '<span style="color: p:loud">c</span><span class="warn">d</span>\n'
    )
    deck = deck_of(theme + text)
    look = Look(palette=Look().palette.__class__(theme=deck.theme))
    (slide,) = deck.slides
    segments = Console(width=WIDTH, color_system="truecolor").render(slide_renderable(slide, 0, look))
    colours = {s.text: s.style.color.name for s in segments if s.style is not None and s.style.color is not None}
    assert colours["a"] == "#ffff00"
    assert colours["b"] not in ("#000080", "#ffffff")
    assert (colours["c"], colours["d"]) == ("#ff8800", "#ff8800")


def test_a_quotation_between_two_lines_needs_no_signs_in_it() -> None:
    """With a list, with empty lines; and not what a Python prompt shows, nor one that is never closed."""
    assert seen(">>>\na\n\n- b\n>>>\nc\n") == ["▌ a", "▌  • b", "", "c"]
    assert seen("x\n>>>>\na\n>>>>\n\n>>>\nb\n>>>\n") == ["x", "", "▌ a", "", "▌ b"]
    assert seen("```text\n>>>\na\n>>>\n```\n") == ["  >>>", "  a", "  >>>"]
    assert "a" in " ".join(seen(">>>\na\n"))
    assert told(">>>\na\n\n<!-- nope -->\n>>>\n") != []


def test_an_alert_has_a_title() -> None:
    """Its kind, or what it is called."""
    assert seen("> [!warning]\n> Hot.\n") == ["▌ ▲ Warning", "▌ Hot."]
    assert seen("> [!tip] Try this\n> and that.\n")[0] == "▌ ✓ Try this"
    assert '<blockquote class="alert warning">' in page(deck_of("> [!warning]\n> Hot.\n"))
    assert seen("a\n\n[!warning]\n") == ["a", "", "[!warning]"]
    assert seen("[!warning]\n") == ["[!warning]"]


def test_html_that_is_not_known_stands_as_it_is_written() -> None:
    """A type of a language, above all; and it is told. A line's end is one, and remarks are nobody's business."""
    assert seen("Use Vec<String> here <!-- // x --> now<br>and then\n") == ["Use Vec<String> here  now", "and then"]
    ((line, words, wrong),) = told("a\n\nUse Vec<String>\n")
    assert (line, wrong, words.startswith("<String> is HTML")) == (3, False, True)
    assert seen("<div>x</div>\n\n- <b>y</b>\n") == ["<div>x</div>", "", " • <b>y</b>"]


def test_a_remark_leaves_nothing_in_the_page() -> None:
    """Not even an empty text; words beside it stand there as they are written."""
    assert str(prose("a\n\n<!-- // x -->\n\nb\n")) == "<p>a</p>\n<p>b</p>\n"
    assert str(prose("- a\n- <!-- // x --> <u>\n")) == "<ul>\n<li>a</li>\n<li>\n<p>&lt;u&gt;</p></li>\n</ul>\n"


def test_an_address_is_printed_once() -> None:
    """Also that of a link without words, or whose words it is."""
    assert seen("<https://x.org/> [](https://y.org/) [z](https://z.org/)\n") == [
        "https://x.org/ https://y.org/ z",
        "(https://z.org/)",
    ]
    assert seen("[a.md](a.md), [https://x.org/](https://x.org/)\n") == ["a.md, https://x.org/"]
    assert '<a href="https://y.org/" rel="noreferrer">https://y.org/</a>' in page(deck_of("[](https://y.org/)\n"))


def test_lists_may_be_deep() -> None:
    """Deeper than the parser goes by itself."""
    deep = "".join(f"{'  ' * level}- level{level}\n" for level in range(15))
    lines = slide_lines(slide_of(deep), 0, 200)
    assert [line.split()[-1] for line in lines] == [f"level{level}" for level in range(15)]


@pytest.mark.parametrize(
    ("front", "words"),
    [
        ("title: Why Option<T> matters", "Why Option<T> matters"),
        ("title: 'A <span style=\"color: red\">b</span> c'", "A b c"),
        ("title: A ~b~ **c** `<d>`", "A b c <d>"),
    ],
)
def test_a_title_is_the_same_wherever_it_is_told(front: str, words: str) -> None:
    """On the screen, in notes, on a phone, as text, in a page."""
    (slide,) = deck_of(f"---\n{front}\n---\n<!-- end_slide -->\n").slides
    assert inline(slide.title) == words
    assert slide_lines(slide, 0, WIDTH)[0] == words
    text = page(deck_of(f"---\n{front}\n---\n<!-- end_slide -->\n"))
    assert f'aria-label="1 of 1: {words.replace("<", "&lt;").replace(">", "&gt;")}"' in text


def test_a_sub_title_is_a_line() -> None:
    """Whatever it begins with."""
    for words in ("1. first", "# 7", "- x", "> y", "[a]: b"):
        assert seen(f"---\ntitle: T\nsub_title: '{words}'\n---\n<!-- end_slide -->\n")[3:] == [words]
    assert seen("---\ntitle: T\nsub_title: A *b*\n---\n<!-- end_slide -->\n")[3:] == ["A b"]


def test_what_is_read_is_found_not_what_is_written() -> None:
    """Without the marks of Markdown; in a table and in code, too."""
    deck = deck_of(
        "A\n===\n\n<!-- end_slide -->\n\nsome **bold** text, [here](https://x.org)\n\n| see `this` |\n|---|\n"
    )
    assert found(deck, Place(), "some bold text") == Place(1)
    assert found(deck, Place(), "see this") == Place(1)
    assert found(deck, Place(), "**bold**") is None


# Front matter and configuration


def test_other_names_in_the_front_matter_are_told_unless_it_says_that_they_may_be_there() -> None:
    """presenterm refuses them; here the deck is shown."""
    assert [wrong for _, _, wrong in told("---\npotato: 1\n---\nx\n")] == [True]
    assert told("---\npotato: 1\noptions:\n  strict_front_matter_parsing: false\n---\nx\n") == []


def test_presenterms_configuration_says_how_a_deck_is_read(tmp_path: Path) -> None:
    """Beside the deck, or in a file that is named; the deck's own word counts more."""
    deck, config = tmp_path / "deck.md", tmp_path / "config.yaml"
    deck.write_text("One\n\n---\n\nTwo\n")
    assert len(read_deck(deck).slides) == 1
    config.write_text("defaults:\n  theme: light\noptions:\n  end_slide_shorthand: true\n")
    assert (len(read_deck(deck).slides), read_deck(deck).theme.background) == (2, (0xF8, 0xF9, 0xFA))
    deck.write_text("---\noptions:\n  end_slide_shorthand: false\n---\nOne\n\n---\n\nTwo\n")
    assert len(read_deck(deck).slides) == 1
    other = tmp_path / "other.yaml"
    other.write_text("options: {}\n")
    assert len(read_deck(deck, ReadOptions(other)).slides) == 1


def test_files_are_sought_where_a_link_leads(tmp_path: Path) -> None:
    """A deck may be linked to from elsewhere."""
    (tmp_path / "talk").mkdir()
    (tmp_path / "talk" / "here.txt").write_text("x\n")
    (tmp_path / "talk" / "deck.md").write_text("```file\npath: here.txt\nlanguage: text\n```\n")
    (tmp_path / "link.md").symlink_to(tmp_path / "talk" / "deck.md")
    assert read_deck(tmp_path / "link.md").notices == ()
