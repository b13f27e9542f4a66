"""Where in the file stands what a deck says, and what is read of comments, titles and other files."""

from pathlib import Path

import pytest

from asyncdemo.deck.deck import Link, Prose
from asyncdemo.deck.reader import ReadOptions, read_deck
from tests.unit.deck.presenterm import deck_of, seen, slide_of, told

RULES_END = "---\noptions:\n  end_slide_shorthand: true\n---\n"
TWO = "<!-- column_layout: [1, 1] -->\n<!-- column: 0 -->\n\nleft\n\n{}<!-- column: 1 -->\n\nright\n"


# Lines


@pytest.mark.parametrize(("front", "end"), [("", "<!-- end_slide -->"), (RULES_END, "---")])
def test_a_slide_without_a_title_begins_below_the_end_of_the_one_above(front: str, end: str) -> None:
    """Whoever proves the deck finds it there; one with a title is found by that."""
    deck = deck_of(f"{front}a\n\n{end}\n\nb\n\n{end}\n\nC\n===\n")
    first = front.count("\n")
    assert [slide.line for slide in deck.slides] == [1, first + 4, first + 9]


def test_a_title_that_ends_a_slide_is_the_line_of_the_next() -> None:
    """And no line of the slide above."""
    deck = deck_of("---\noptions:\n  implicit_slide_ends: true\n---\nA\n===\n\nB\n===\n")
    assert [(slide.title, slide.line) for slide in deck.slides] == [("A", 5), ("B", 8)]


def test_the_link_of_the_front_matter_is_checked_as_one_of_it() -> None:
    """And shown on the last slide."""
    deck = deck_of("---\nlink: https://example.org/\n---\na\n\n<!-- end_slide -->\n\nb\n")
    assert deck.links == (("https://example.org/", 2),)
    assert [Link("https://example.org/") in slide.blocks for slide in deck.slides] == [False, True]


def test_what_is_told_is_in_the_order_of_the_lines() -> None:
    """Wherever it was found: a link to a program is looked at when all slides have been read."""
    output, unknown = "<!-- snippet_output: now -->", "<!-- nope -->"
    assert [notice.line for notice in deck_of(f"{output}\n\n{unknown}\n").notices] == [1, 3]


def test_what_is_wrong_above_stands_on_the_slide_that_begins_there_or_above() -> None:
    """At its top; and what is wrong before all slides stands on the first."""
    deck = deck_of("a\n\n<!-- end_slide -->\n<!-- pause -\n\nb\n\n<!-- end_slide -->\n\nc\n")
    assert ["the comment" in str(slide.blocks[0]) for slide in deck.slides] == [False, True, False]


def test_a_rule_that_might_be_an_end_is_told_where_it_stands() -> None:
    """The first of them, between what is above and what is below, in the part of the slide that it is in."""
    slide = slide_of("a\n\n<!-- pause -->\n\nb\n\n<!-- new_line -->\n\n---\n\nc\n\n---\n")
    words = [[getattr(block, "text", getattr(block, "words", "")) for block in part.blocks] for part in slide.parts]
    assert words[0] == ["a"]
    assert words[1][:2] == ["b", ""]
    assert words[1][2].startswith("a rule, and the slide goes on. Slides end at `---` only with")
    assert words[1][3:] == ["---\n\nc\n\n---"]


# Titles


@pytest.mark.parametrize("text", [f"{RULES_END}A\n===\n\na\n", "A\n---\n\na\n"])
def test_a_title_that_cannot_have_been_meant_as_an_end_is_not_told(text: str) -> None:
    """Only `---` below a text, where it ends slides."""
    assert told(text) == []


def test_a_second_title_is_seen_where_it_stands() -> None:
    """With what is wrong above it; the first one stays."""
    slide = slide_of("A\n===\n\na\n\nB\n===\n\nb\n")
    assert slide.title == "A"
    assert [block.text for block in slide.blocks if isinstance(block, Prose)] == ["a", "## B\n\nb"]


def test_headings_below_the_first_level_are_no_titles() -> None:
    """Nor are those of the first, where nothing is said."""
    front = "---\noptions:\n  h1_slide_titles: true\n---\n"
    assert [(slide_of(f"{front}{level} A\n").title) for level in ("#", "##")] == ["A", ""]
    assert slide_of("# A\n").title == ""


def test_notes_alone_make_no_slide_of_a_front_matter_that_is_not_there() -> None:
    """No time is said of it; of the slide that a front matter stands for, none is to be said."""
    text = "<!-- speaker_note: x -->\n<!-- end_slide -->\nA\n===\n"
    assert [slide.time_s for slide in deck_of(text).slides] == [None, None]
    assert [slide.time_s for slide in deck_of(f"---\ntitle: T\n---\n{text}").slides] == [0.0, None]


# Comments


def test_no_rows_are_left_empty_where_none_are_asked_for() -> None:
    """Beside the one that is there anyway."""
    assert seen("a\n\n<!-- new_lines: 0 -->\n\nb\n") == ["a", "", "b"]
    assert told("a\n\n<!-- new_lines: 0 -->\n\nb\n") == []


def test_rows_as_no_screen_has_them_are_a_slip() -> None:
    """They are not left empty."""
    assert [len(told(f"a\n\n<!-- new_lines: {rows} -->\n")) for rows in (99999, 100000)] == [0, 1]


def test_columns_that_end_at_once_need_no_column_to_be_entered() -> None:
    """Nothing stands in them; what begins and is not entered is told with the line where it begins."""
    begin = "<!-- column_layout: [1, 1] -->\n"
    assert told(f"{begin}<!-- reset_layout -->\n\nx\n") == []
    assert [line for line, _, _ in told(f"a\n\n{begin}\nx\n\ny\n")] == [3]


def test_a_jump_in_columns_moves_nothing() -> None:
    """It is told, and what is below it stands where it would."""
    jump = "<!-- jump_to_middle -->\n"
    assert seen(TWO.format(jump), rows=13) == seen(TWO.format(""), rows=13)


def test_a_comment_that_is_told_as_open_is_told_once() -> None:
    """One that says nothing in its line is no command; what is before it stays, and what is below it."""
    for opened in ("<!--", "<!-- -", "- <!--"):
        text = f"a\n\n{opened}\n\nb\n"
        assert told(text) == [(3, f"the comment {opened} is not closed by -->", True)]
        assert seen(text)[-1] == "b"
    text = "<div>\n<!-- // x\n</div>\n\nb <!-- // y <!--\n\n<!-- // z <!--\n\nc\n"
    assert [line for line, _, wrong in told(text) if wrong] == [2, 7]
    assert seen(text)[-3:] == ["b <!-- // y <!--", "", "c"]


@pytest.mark.parametrize("written", ["<!-- // x <!-- y -->", "<!-- // x\n-->", "<!-- // x -->\n<!-- // y -->", "x -->"])
def test_a_comment_that_ends_is_not_told(written: str) -> None:
    """Whatever is written in its line."""
    assert told(f"a\n\n{written}\n") == []


def test_a_comment_in_which_another_begins_is_told() -> None:
    """On a later line: its end is missing."""
    assert [notice.line for notice in deck_of("a\n\n<!-- // x\n<!-- pause -->\n\nb\n").wrong] == [3]


def test_of_html_the_tag_is_told() -> None:
    """The first that is not known, and what of it stands in a line."""
    ((line, words, _),) = told('a\n\n<div\n  class="x">\n</div>\n')
    assert (line, words.partition(" is HTML")[0]) == (3, "<div")
    text = "a\n\n- <div>\n- <!-- // <p> -->\n\n> b <i>\n"
    assert [(line, words.partition(" is HTML")[0]) for line, words, _ in told(text)] == [(3, "<div>"), (6, "<i>")]
    assert told('<span style="color: red">x</span>\n\n<br>\n') == []


def test_a_size_or_a_distance_that_is_the_usual_one_is_not_told() -> None:
    """In the front matter, too; any other is."""
    for rows, problems in ((1, 0), (2, 1), (100, 1)):
        assert len(told(f"---\noptions:\n  list_item_newlines: {rows}\n---\n- x\n")) == problems
        assert len(told(f"<!-- list_item_newlines: {rows} -->\n\n- x\n")) == problems


def test_a_time_that_makes_no_sense_changes_none() -> None:
    """The one before it counts, of the slide and of the talk."""
    deck = deck_of("<!-- // time: 2m -->\n<!-- // budget: 9m -->\n\n<!-- // time: x -->\n<!-- // budget: x -->\n\na\n")
    assert (deck.time_s, deck.budget_s) == (120, 540)


# Other files


def test_what_is_behind_an_included_file_is_the_decks_own(tmp_path: Path) -> None:
    """Its lines, its files, its links; those of the other file are told from where the deck is."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "code.txt").write_text("of the part\n")
    (tmp_path / "code.txt").write_text("of the deck\n")
    quote = "```file\npath: code.txt\nlanguage: text\n```\n"
    links = "[a](a.md), [b](https://example.org/b), [c](#c), [d](../d.md)\n"
    (tmp_path / "parts" / "part.md").write_text(f"{links}\n{quote}\n<!-- nope -->\n")
    deck = deck_of(
        f"# A\n\n<!-- include: parts/part.md -->\n\n{links}\n{quote}\n<!-- nope -->\n\n[e]\n\n[e]: e.md\n", tmp_path
    )
    of_part = ("parts/a.md", "https://example.org/b", "#c", "d.md")
    of_deck = ("a.md", "https://example.org/b", "#c", "../d.md")
    assert deck.links == (*((each, 3) for each in of_part), *((each, 5) for each in of_deck), ("e.md", 14))
    assert [block.text for block in deck.slides[0].blocks if hasattr(block, "source")] == ["of the part", "of the deck"]
    assert [(notice.line, notice.words.partition("<!--")[0]) for notice in deck.wrong] == [(3, "part.md:8: "), (12, "")]


@pytest.mark.parametrize(("files", "wrong"), [(8, 0), (9, 1)])
def test_files_may_include_others_eight_deep(files: int, wrong: int, tmp_path: Path) -> None:
    """Deeper than that, one includes itself."""
    for number in range(files):
        (tmp_path / f"{number}.md").write_text(f"in {number}\n\n<!-- include: {number + 1}.md -->\n")
    (tmp_path / f"{files}.md").write_text("the last\n")
    deck = deck_of("<!-- include: 1.md -->\n", tmp_path)
    assert len(deck.wrong) == wrong
    assert any("the last" in block.text for block in deck.slides[0].blocks if isinstance(block, Prose)) == (not wrong)


# Front matter and configuration


@pytest.mark.parametrize("front", ["", "# nothing\n", "options:\n", "theme:\n", "title:\n"])
def test_a_front_matter_that_says_nothing_is_fine(front: str) -> None:
    """And no slide of its own."""
    deck = deck_of(f"---\n{front}---\nx\n")
    assert ([slide.line for slide in deck.slides], deck.notices) == ([1], ())


@pytest.mark.parametrize("content", ["", "# nothing\n", "defaults: x\n", "options:\n", "options: x\n"])
def test_a_configuration_that_says_nothing_changes_nothing(content: str, tmp_path: Path) -> None:
    """Nor does one that says it otherwise than presenterm."""
    (tmp_path / "deck.md").write_text("a\n\n---\n\nb\n\n<!-- end_slide -->\n\nc\n")
    (tmp_path / "config.yaml").write_text(content)
    deck = read_deck(tmp_path / "deck.md")
    assert (len(deck.slides), deck.notices, deck.theme.background) == (2, (), None)


def test_what_the_deck_says_counts_more_than_the_configuration(tmp_path: Path) -> None:
    """Option by option, and the theme."""
    config = tmp_path / "config.yaml"
    config.write_text("defaults:\n  theme:\n    name: light\noptions:\n  incremental_lists: true\n")
    front = "---\n{}options:\n  end_slide_shorthand: true\n---\n- a\n- b\n\n---\n\nc\n"
    (tmp_path / "deck.md").write_text(front.format(""))
    deck = read_deck(tmp_path / "deck.md", ReadOptions(config))
    assert ([slide.steps for slide in deck.slides], deck.theme.background) == ([2, 1], (0xF8, 0xF9, 0xFA))
    (tmp_path / "deck.md").write_text(front.format("theme:\n  name: dark\n"))
    assert read_deck(tmp_path / "deck.md", ReadOptions(config)).theme.background == (0x04, 0x03, 0x12)
    (tmp_path / "deck.md").write_text("---\noptions: x\n---\n- a\n- b\n")
    deck = read_deck(tmp_path / "deck.md", ReadOptions(config))
    assert [notice.line for notice in deck.wrong] == [2]
