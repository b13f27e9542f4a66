"""Code, quotations and demos of a deck at the edges of what they may ask for; and pictures and tables."""

from pathlib import Path

import pytest

from asyncdemo.deck.deck import Code, Demo, Picture, Problem, Prose
from tests.unit.deck.presenterm import deck_of, seen, slide_of, told

THREE = "a\nb\nc"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the deck is, with a file of three lines."""
    (tmp_path / "here.txt").write_text(f"{THREE}\n")
    (tmp_path / "a.png").touch()
    return tmp_path


# Lines


@pytest.mark.parametrize(
    ("asked", "lines", "wrong"),
    [
        ("1", {1}, ""),
        ("3", {3}, ""),
        ("1-3", {1, 2, 3}, ""),
        ("2-2", {2}, ""),
        ("4", None, "{4}"),
        ("0", None, "{0}"),
        ("0-2", {1, 2}, "{0-2}"),
        ("2-9", {2, 3}, "{2-9}"),
        ("3-2", None, "{3-2}"),
        ("1,9", {1}, "{1,9}"),
        ("9,1", {1}, "{9,1}"),
    ],
)
def test_of_lines_that_there_are_not_those_that_there_are_are_bright(
    asked: str, lines: set[int] | None, wrong: str
) -> None:
    """And what cannot be had is told, with what can."""
    slide = slide_of(f"```text {{{asked}}}\n{THREE}\n```\n")
    code = slide.blocks[-1]
    assert isinstance(code, Code)
    assert [step if step is None else set(step) for step in code.steps] == [lines]
    problems = [f"{wrong}: the code has lines 1 to 3. Type steps like {{1-3|5|all}}."] if wrong else []
    assert [block.words for block in slide.blocks if isinstance(block, Problem)] == problems


def test_the_first_step_that_cannot_be_had_is_told() -> None:
    """The others are as they are asked for."""
    slide = slide_of(f"```text {{1|8|9|3}}\n{THREE}\n```\n")
    problem, code = slide.blocks
    assert isinstance(problem, Problem)
    assert problem.words.startswith("{8}: ")
    assert isinstance(code, Code)
    assert code.steps == ({1}, None, None, {3})


@pytest.mark.parametrize(
    ("start", "end", "text", "first", "wrong"),
    [
        (1, 3, THREE, 1, False),
        (3, 3, "c", 3, False),
        (2, 9, "b\nc", 2, True),
        (0, 2, "a\nb", 1, True),
        (-1, 1, "a", 1, True),
        (1, 0, THREE, 1, False),
    ],
)
def test_of_a_quote_beyond_its_file_the_lines_that_there_are_are_seen(
    start: int, end: int, text: str, first: int, wrong: bool, folder: Path
) -> None:
    """With their numbers in the file."""
    quote = f"path: here.txt\nlanguage: text\nstart_line: {start}\nend_line: {end}\n"
    *problems, code = slide_of(f"```file +line_numbers\n{quote}```\n", folder).blocks
    assert isinstance(code, Code)
    assert (code.text, code.first_number) == (text, first)
    words = f"here.txt has no lines {start} to {end}: it has 3"
    assert problems == ([Problem(words, 1)] if wrong else [])


@pytest.mark.parametrize(("start", "end"), [(4, 4), (3, 2), (1, -1), (2, -1)])
def test_of_a_quote_of_no_line_only_that_is_seen(start: int, end: int, folder: Path) -> None:
    """No code in which nothing is."""
    quote = f"path: here.txt\nlanguage: text\nstart_line: {start}\nend_line: {end}\n"
    words = f"here.txt has no lines {start} to {end}: it has 3"
    assert slide_of(f"```file\n{quote}```\n", folder).blocks == (Problem(words, 1),)


def test_all_that_is_wrong_with_a_fence_stands_above_what_is_seen(folder: Path) -> None:
    """Each on a line of its own."""
    quote = "path: here.txt\nlanguage: text\nend_line: 9\n"
    kinds = [type(block).__name__ for block in slide_of(f"x\n\n```file {{7}}\n{quote}```\n", folder).blocks]
    assert kinds == ["Prose", "Problem", "Problem", "Code"]
    kinds = [type(block).__name__ for block in slide_of("```bash +exec {7}\ndate\n", folder).blocks]
    assert kinds == ["Problem", "Problem", "Demo"]


@pytest.mark.parametrize(
    "text",
    ["````markdown\n```python\na\n```\n````\n", "```\n```\n", "```text\n  ~~~x\n```\n", "~~~~text\n~~~ x\n~~~~~\n"],
)
def test_a_fence_that_is_closed_is_fine(text: str) -> None:
    """Whatever is in it that could end a shorter one, or nothing at all."""
    assert told(text) == []


# Demos


@pytest.mark.parametrize(("begin", "shown"), [("", False), ("+line_numbers", True), ("{1}", True), ("{all}", False)])
def test_a_program_of_one_line_is_seen_as_code_where_more_is_asked_for(begin: str, shown: bool) -> None:
    """A number, or a step; else it is a command."""
    demo = slide_of(f"```bash +exec {begin}\ndate\n```\n").demo
    assert demo is not None
    assert (demo.code is not None) == shown
    demo = slide_of("```bash +exec\ndate\nls\n```\n").demo
    assert demo is not None
    assert demo.code is not None
    assert slide_of("```bash +exec\n/// cd x\nls\n```\n").demo == Demo(("cd",), 1, None, "/// cd x\nls", "bash")


def test_a_language_is_the_same_in_capitals() -> None:
    """As Markdown's own colours have it."""
    commands = [(demo.shell, demo.code) for demo in slide_of("```Bash +exec\ndate\n```\n").demos]
    assert commands == [("bash", None)]
    (demo,) = slide_of("```Python +exec {2}\n/// import x\na\nb\n```\n").demos
    assert (demo.shell, demo.code) == ("python", Code("a\nb", "python", 1, (frozenset({2}),)))


def test_a_fence_without_a_language_is_code() -> None:
    """Whatever is asked of it."""
    (code,) = slide_of("```+exec\ndate\n```\n").blocks
    assert isinstance(code, Code)
    assert (code.language, code.text) == ("", "date")


@pytest.mark.parametrize(("asked", "begins"), [("+exec", False), ("+exec_replace", True), ("+auto_exec", True)])
@pytest.mark.parametrize("language", ["bash", "python"])
def test_a_program_begins_by_itself_where_it_says_so(asked: str, begins: bool, language: str) -> None:
    """One of ours never does: a hammer goes out."""
    assert [demo.begins for demo in slide_of(f"```{language} {asked}\ndate\n```\n").demos] == [begins]
    assert [demo.begins for demo in slide_of(f"```bash {asked}\nasyncdemo run step1\n```\n").demos] == [False]


def test_all_that_is_not_done_is_told() -> None:
    """Of what is not here together; what is not known each by itself."""
    words = [said.partition(" behind")[0] for _, said, _ in told("```text +render +image +foo +bar\nx\n```\n")]
    assert words == ["```text +image +render is not run here: its code is shown", "+bar", "+foo"]


def test_a_fallback_is_that_of_the_demo_below_it(folder: Path) -> None:
    """Wherever on the slide, and of the next one no more; right below a demo it is one too many."""
    demo, fallback = "```bash +exec\ndate\n```\n\n", "<!-- // fallback: here.txt -->\n\n"
    (first, second) = slide_of(f"{demo}x\n\n{fallback}y\n\n{demo}", folder).demos
    assert (first.fallback, second.fallback) == (None, folder / "here.txt")
    (first, second) = slide_of(f"{fallback}{demo}{demo}", folder).demos
    assert (first.fallback, second.fallback) == (folder / "here.txt", None)
    assert [line for line, _, _ in told(f"x\n\n{demo}{fallback}", folder)] == [7]


# Pictures and tables


def test_a_picture_elsewhere_is_its_address() -> None:
    """In its words, if it has any."""
    assert seen("![](https://x.org/y.png)\n") == ["https://x.org/y.png"]
    assert seen("![a hill](https://x.org/y.png)\n") == ["a hill (https://x.org/y.png)"]


def test_texts_and_pictures_stand_as_they_are_written(folder: Path) -> None:
    """However many there are."""
    blocks = slide_of("one ![](a.png) two\nthree ![b](a.png)![](a.png)\n\nfour\n", folder).blocks
    told = [block.text if isinstance(block, Prose) else getattr(block, "words", "?") for block in blocks]
    assert told == ["one", "", "two\nthree", "b", "", "four"]


@pytest.mark.parametrize(
    ("words", "width", "left"),
    [
        ("a, b", 0, "a, b"),
        ("image:w:5%, a, b", 5, "a, b"),
        ("a,image:width:100%", 100, "a"),
        ("image:w:20%, image:w:30%", 20, ""),
        ("image:style:round, a", 0, "a"),
        ("w:20%", 0, "w:20%"),
    ],
)
def test_what_a_picture_says_of_its_size_is_no_word_of_it(words: str, width: int, left: str, folder: Path) -> None:
    """The first size counts."""
    assert slide_of(f"![{words}](a.png)\n", folder).blocks == (Picture(folder / "a.png", left, 1, width),)


def test_without_a_prefix_only_a_size_is_one(folder: Path) -> None:
    """Other words are for whoever cannot see it."""
    front = '---\noptions:\n  image_attributes_prefix: ""\n---\n'
    assert slide_of(f"{front}![a, w:30%, b](a.png)\n", folder).blocks == (Picture(folder / "a.png", "a, b", 5, 30),)


@pytest.mark.parametrize(("rows", "steps"), [(0, 2), (1, 2), (2, 3)])
def test_a_table_has_a_step_for_each_row(rows: int, steps: int) -> None:
    """One at least; what is below comes after the last."""
    table = "| a |\n|---|\n" + "| x |\n" * rows
    assert slide_of(f"<!-- incremental_tables: true -->\n\nx\n\n{table}\nbelow\n").steps == steps


def test_a_slide_of_nothing_but_blanks_is_none() -> None:
    """Wide ones, too."""
    assert len(deck_of("a\n\n<!-- end_slide -->\n\n\u3000\n").slides) == 1
