"""What presenterm's commands do to a slide, and what is told of those that are not obeyed."""

from pathlib import Path

import pytest

from asyncdemo.deck.deck import Prose
from asyncdemo.deck.render import PLAIN, slide_lines
from asyncdemo.talk.export.document import page
from asyncdemo.talk.presenter.layout import output_size
from tests.unit.deck.presenterm import WIDTH, deck_of, seen, slide_of, told

TWO = "<!-- column_layout: [1, 1] -->\n\n<!-- column: 0 -->\n\nleft\n\n{}<!-- column: 1 -->\n\nright\n\n"
TABLE = "| a | b |\n|---|---|\n| one | two |\n| three | four |\n"


# Where things stand


def test_columns_stand_side_by_side() -> None:
    """As wide as they have shares; what is below the end of them has the whole width. Also what comes later."""
    assert seen(TWO.format("") + "<!-- reset_layout -->\n\nbelow\n") == ["left                  right", "", "below"]
    wide = seen("<!-- column_layout: [3, 1] -->\n<!-- column: 1 -->\nright\n")
    assert wide == [f"{' ' * 31}right"]
    assert seen("<!-- column_layout: [1, 1] -->\n\nnowhere\n") == ["nowhere"]
    text = TWO.format("<!-- pause -->\n\n")
    assert [seen(text, step) for step in (0, 1)] == [["left"], ["left                  right"]]


def test_one_goes_back_to_a_column() -> None:
    """And what is said there stands below what was."""
    assert seen(TWO.format("") + "<!-- column: 0 -->\n\nmore\n") == ["left                  right", "", "more"]


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("column: 0", "no columns have begun"),
        ("column_layout: [1, 0]", "like this: <!-- column_layout: [2, 1] -->"),
        ("column_layout: x", "like this"),
        ("alignment: middle", "one of left, center, right"),
        ("new_lines: many", "like this: <!-- new_lines: 2 -->"),
        ("jump_to_middle: 3", "cannot be had"),
    ],
)
def test_a_command_that_makes_no_sense_is_told_where_it_stands(command: str, problem: str) -> None:
    """What is below it is shown all the same."""
    ((line, words, wrong),) = told(f"a\n\n<!-- {command} -->\n\nb\n")
    assert (line, wrong, problem in words) == (3, True, True), words
    lines = " ".join(seen(f"a\n\n<!-- {command} -->\n\nb\n"))
    assert lines.startswith("a")
    assert lines.endswith("b")


def test_a_column_that_there_is_not_is_told() -> None:
    """They are counted from 0."""
    ((_, words, _),) = told("<!-- column_layout: [1, 1] -->\n\n<!-- column: 2 -->\n\nx\n")
    assert words == "<!-- column: 2 -->: there are columns 0 to 1"


def test_text_stands_in_the_middle_or_at_the_right() -> None:
    """Each line of it by itself; a list, a table or code as it is. From the command on."""
    center, right = "<!-- alignment: center -->\n\n", "<!-- alignment: right -->\n\n"
    text = f"a\n\n{center}bb\n\n- one\n- three\n\n{right}cc\n\n```text\nx\nyy\n```\n"
    middle, right = f"{' ' * 19}bb", f"{' ' * 38}cc"
    listed = [f"{' ' * 16} • one", f"{' ' * 16} • three"]
    assert seen(text) == ["a", "", middle, "", *listed, "", right, "", f"{' ' * 38}x", f"{' ' * 38}yy"]


def test_what_is_below_a_jump_stands_in_the_middle_of_the_screen() -> None:
    """Where there is one, and at all steps where it will be in the end; a title behind the jump goes along."""
    text = "top\n\n<!-- jump_to_middle -->\n\none\n\n<!-- pause -->\n\ntwo\n"
    assert seen(text) == ["top", "", "one", "", "two"]
    assert seen(text, 0, rows=13).index("one") == 5
    assert seen(text, 1, rows=13)[5:8] == ["one", "", "two"]
    title = seen("<!-- jump_to_middle -->\n\nTitle\n===\n", rows=10)
    assert title == ["", "", "", "", f"{' ' * 17}Title", f"{' ' * 17}━━━━━"]


def test_rows_are_left_empty_where_it_says_so() -> None:
    """Beside the one that is there anyway."""
    assert seen("a\n\n<!-- new_line -->\n\nb\n") == ["a", "", "", "b"]
    assert seen("a\n\n<!-- new_lines: 3 -->\n\nb\n") == ["a", "", "", "", "", "b"]


def test_rows_of_a_table_come_one_by_one() -> None:
    """And nothing moves while they come."""
    text = f"<!-- incremental_tables: true -->\n\n{TABLE}\n<!-- incremental_tables: false -->\n\nbelow\n"
    slide = slide_of(text)
    assert slide.steps == 3
    steps = [[line.replace("\N{BRAILLE PATTERN BLANK}", "").rstrip() for line in seen(text, step)] for step in range(3)]
    assert [[word for line in lines for word in line.split() if word.isalpha()] for lines in steps] == [
        ["a", "b", "one", "two"],
        ["a", "b", "one", "two", "three", "four"],
        ["a", "b", "one", "two", "three", "four", "below"],
    ]
    assert [step[2] for step in steps] == [" one    two"] * 3
    front = "---\noptions:\n  incremental_tables: true\n---\n"
    assert slide_of(front + TABLE).steps == 2


# Slides


def test_headings_are_titles_where_it_says_so() -> None:
    """And end slides together with the other option."""
    front = "---\noptions:\n  h1_slide_titles: true\n  implicit_slide_ends: true\n---\n"
    assert [slide.title for slide in deck_of(f"{front}# One\n\na\n\n# Two\n\n## Not\n").slides] == ["One", "Two"]


def test_a_rule_right_below_a_text_makes_a_title_of_it() -> None:
    """As in presenterm, with a warning where `---` ends slides."""
    text = "---\noptions:\n  end_slide_shorthand: true\n---\nOne\n---\n\na\n"
    assert slide_of(text).title == "One"
    ((line, words, wrong),) = told(text)
    assert (line, wrong, "makes a title of it" in words) == (5, False, True)


def test_a_deck_that_means_its_rules_as_ends_is_told_how() -> None:
    """On the slide, too; not where ends are marked."""
    (notice,) = deck_of("# One\n\n---\n\n# Two\n\n---\n\n# Three\n").wrong
    assert (notice.line, "end_slide_shorthand: true" in notice.words) == (3, True)
    assert deck_of("a\n\n---\n\nb\n\n<!-- end_slide -->\n\nc\n").notices == ()


def test_a_comment_that_is_never_closed_swallows_nothing() -> None:
    """The line where it opens is told."""
    deck = deck_of("One\n===\n\na\n\n<!-- pause --\n\nb\n\n<!-- end_slide -->\n\nTwo\n===\n\n<!-- // the end\n")
    assert [slide.title for slide in deck.slides] == ["One", "Two"]
    assert deck.slides[0].steps == 2
    assert [(notice.line, "is not closed" in notice.words) for notice in deck.wrong] == [(6, True), (15, True)]


def test_pictures_may_stand_in_a_text(tmp_path: Path) -> None:
    """What is before and behind them stands above and below; as wide as it says, with a prefix of the deck's own."""
    (tmp_path / "a.png").touch()
    slide = slide_of("See ![it](a.png) there.\n", tmp_path)
    assert [type(block).__name__ for block in slide.blocks] == ["Prose", "Picture", "Prose"]
    front = '---\noptions:\n  image_attributes_prefix: ""\n---\n'
    (picture,) = slide_of(f"{front}![width:30%](a.png)\n", tmp_path).blocks
    assert (getattr(picture, "width", 0), getattr(picture, "words", "?")) == (30, "")


def test_another_file_stands_where_it_is_included(tmp_path: Path) -> None:
    """With the files that it names beside it; what is wrong in it has its line, and that of the command."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "code.py").write_text("x = 1\n")
    (tmp_path / "parts" / "one.md").write_text(
        "In **it**.\n\n```file\npath: code.py\nlanguage: python\n```\n\n<!-- end_slide -->\n\n<!-- nope -->\n"
    )
    deck = deck_of("A\n===\n\n<!-- include: parts/one.md -->\n\nafter\n", tmp_path)
    assert slide_lines(deck.slides[0], 0, 60) == [
        *("A", "━", "", "In it.", "", "code.py", "  x = 1"),
    ]
    (notice,) = deck.wrong
    assert (notice.line, notice.words.startswith("one.md:10: <!-- nope -->")) == (4, True)


def test_a_file_that_includes_itself_is_told(tmp_path: Path) -> None:
    """And the reading ends."""
    (tmp_path / "a.md").write_text("x\n\n<!-- include: a.md -->\n")
    assert "is included within itself" in deck_of("<!-- include: a.md -->\n", tmp_path).wrong[0].words


# What is not obeyed


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a\n\n<!-- font_size: 3 -->\n", 3, "in the usual size"),
        ("a\n\n<!-- list_item_newlines: 2 -->\n", 3, "without empty lines"),
        ("```mermaid +render\nx\n```\n", 1, "```mermaid +render is not run here: its code is shown"),
        ("```bash +exec +acquire_terminal\ntop\n```\n", 1, "is not run here"),
        ("```python +foo\nx\n```\n", 1, "+foo behind ```python is not known here"),
        ("- ![x](y.png)\n", 1, "its words are shown"),
        ("![x](https://x.org/y.png)\n", 1, "its address is shown"),
        ("---\noptions:\n  list_item_newlines: 2\n---\n- x\n", 2, "without empty lines"),
        ("---\noptions:\n  auto_render_languages:\n    - d2\n---\n```d2\nx\n```\n", 6, "```d2 +render is not run"),
        ("```rust +exec:rust-script +id:a\n# use x;\nfn main() {}\n```\n", 1, "+exec:rust-script is not run here"),
        ("<!-- column_layout: [1, 1] -->\n\nx\n", 1, "stands in column 0"),
        (TWO.format("<!-- jump_to_middle -->\n\n"), 7, "is not obeyed in columns"),
        ("---\ntheme: dark\n---\nx\n", 1, "the room's colours are shown"),
    ],
)
def test_what_is_shown_otherwise_is_told(text: str, line: int, words: str) -> None:
    """With its line, and what is seen instead."""
    ((at, said, wrong),) = told(text)
    assert (at, wrong, words in said) == (line, False, True), said


def test_nothing_is_told_of_what_is_shown_as_it_is_written() -> None:
    """Nor of a size that is the usual one."""
    assert told("A\n===\n\n<!-- font_size: 1 -->\n\n```rust +line_numbers +no_background\nx\n```\n") == []
    assert slide_of("a\n").blocks == (Prose("a", 1),)


def test_lines_that_are_hidden_are_hidden_where_the_code_is_not_run_too() -> None:
    """They are not for the audience."""
    assert seen("```rust +exec:rust-script\n# use x;\nfn main() {}\n```\n") == ["  fn main() {}"]
    assert seen("```rust\n# [derive]\nfn main() {}\n```\n") == ["  # [derive]", "  fn main() {}"]


OUTPUT = "```bash +exec +id:now\ndate\n```\n"


def test_the_output_of_a_program_has_its_place() -> None:
    """Named where no program runs; told where it is not all that is printed, wrong where no program is called so."""
    text = f"{OUTPUT}\n<!-- snippet_output: now -->\n"
    assert (seen(text), told(text)) == (["$ date", "", "[output of now]"], [])
    assert "<em>[output of now]</em>" in page(deck_of(text))
    ((line, words, wrong),) = told(f"{OUTPUT}\n<!-- end_slide -->\n\n<!-- snippet_output: now -->\n")
    assert (line, wrong) == (7, False)
    assert words.endswith("its program ends with its own slide: what it has printed by then is seen here")
    ((_, words, wrong),) = told(text.replace("date", "asyncdemo run step1"))
    assert (words.endswith("the panels of the demo are seen below the slide"), wrong) == (True, False)
    text = f"{OUTPUT}\n<!-- snippet_output: then -->\n"
    ((line, words, wrong),) = told(text)
    assert (line, words, wrong) == (5, "<!-- snippet_output: then -->: no program is called +id:then", True)
    assert seen(text)[2].startswith(" ! line 5: <!-- snippet_output")


def test_an_output_has_its_place_when_it_is_seen() -> None:
    """Not before its step, and only that of its own program."""
    slide = slide_of(f"{OUTPUT}\n<!-- pause -->\n\n<!-- snippet_output: now -->\n")
    assert [slide.has_output("now", step) for step in (0, 1)] == [False, True]
    assert not slide.has_output("then", 1)


def test_an_output_in_a_column_is_followed_by_more_of_the_column() -> None:
    """It ends none."""
    below = f"{OUTPUT}\n<!-- reset_layout -->\n\n"
    text = f"{TWO.format('')}<!-- snippet_output: now -->\n\nmore\n\n{below}"
    right = " " * 22
    assert seen(text)[:6] == ["left                  right", "", f"{right}[output of now]", "", f"{right}more", ""]


def test_the_place_of_an_output_is_as_large_as_is_left() -> None:
    """As wide as its column, as high as the text of the others leaves; never lower than can be read."""
    columns = (
        "<!-- column_layout: [1, 1] -->\n<!-- column: 0 -->\n{}\n<!-- column: 1 -->\n<!-- snippet_output: now -->\n"
    )
    for text, size in (
        (f"Title\n===\n\n{OUTPUT}\n<!-- snippet_output: now -->\n", (84, 16)),
        (f"Title\n===\n\n{columns.format(OUTPUT)}", (40, 18)),
        (f"Title\n===\n\n{columns.format(OUTPUT)}\n<!-- reset_layout -->\n\n" + "- a\n" * 30, (40, 7)),
    ):
        slide = slide_of(text)
        assert output_size(slide, slide.steps - 1, 84, 21, PLAIN, "now") == size


# What strangers' decks have in them


def test_a_picture_that_is_a_link_is_shown_with_its_address(tmp_path: Path) -> None:
    """Its brackets are no words."""
    (tmp_path / "a.png").touch()
    text = "[![a badge](a.png)](https://example.org/x)\n"
    assert seen_in(text, tmp_path) == ["[picture: a badge]", "", "https://example.org/x"]
    assert told(text, tmp_path) == []


@pytest.mark.parametrize("text", ["[see ![it](a.png)](https://example.org/)\n", "**![it](a.png)**\n"])
def test_a_picture_within_a_link_or_bold_words_is_named_and_that_is_told(text: str, tmp_path: Path) -> None:
    """Not half of its marks."""
    (tmp_path / "a.png").touch()
    lines = seen_in(text, tmp_path)
    assert "[picture: it]" in lines[0]
    assert "*" not in lines[0]
    assert "](" not in "".join(lines)
    ((_, words, wrong),) = told(text, tmp_path)
    assert (words.startswith("the picture a.png stands within"), wrong) == (True, False)


def seen_in(text: str, folder: Path) -> list[str]:
    """The lines of the one slide of a deck in a folder."""
    return slide_lines(slide_of(text, folder), 0, WIDTH)


def test_a_slide_that_is_put_away_in_a_comment_is_not_shown() -> None:
    """The comment ends at the first `-->`, as in presenterm; what is behind that is shown, and that is told."""
    text = "A\n===\n\n<!--\nB\n---\n\nsecret\n\n<!-- end_slide -->\n-->\n"
    assert not any("secret" in line for line in seen(text))
    assert told(text) == [(4, "a comment ends at the first -->, behind <!-- end_slide: what is below is shown", False)]


def test_notes_that_are_not_closed_are_no_slide_that_is_put_away() -> None:
    """Else the end of the slide would be swallowed."""
    deck = deck_of("A\n===\n\n<!--\nspeaker_note: |\n  x\n\n<!-- end_slide -->\n\nB\n===\n")
    assert len(deck.slides) == 2
    assert deck.wrong


@pytest.mark.parametrize("asked", ["+exec +pty:80:24", "+exec +pty", "+render:x"])
def test_what_is_not_done_is_told_with_its_arguments_too(asked: str) -> None:
    """`+pty:80:24` is `+pty`."""
    (notice,) = deck_of(f"```bash {asked}\ntop\n```\n").notices
    assert "is not run here: its code is shown" in notice.words
    assert not notice.wrong


def test_an_unknown_word_is_told_with_its_arguments_too() -> None:
    """And those that are known are not."""
    (notice,) = deck_of("```bash +potato:3 +width:30% +id:x +expect:failure\ntop\n```\n").notices
    assert notice.words.startswith("+potato:3 behind ```bash is not known here")


@pytest.mark.parametrize(("language", "hidden"), [("rust", "# "), ("bash", "/// ")])
def test_steps_count_the_lines_that_are_seen(language: str, hidden: str) -> None:
    """The last of two lines, below one that is hidden, is the second."""
    fence = f"```{language} +exec {{{{1|{{}}}}}}\n{hidden}a\nb\nc\n```\n"
    assert deck_of(fence.format(2)).notices == ()
    (notice,) = deck_of(fence.format(3)).notices
    assert "lines 1 to 2" in notice.words
