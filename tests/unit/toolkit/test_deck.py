"""The parser of decks: presenterm's Markdown -> slides with steps, and errors that name file and line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncdemo.toolkit.stages import PACKAGE
from asyncdemo.toolkit.talk.deck import Code, Deck, DeckError, Demo, Picture, Prose, Slide
from asyncdemo.toolkit.talk.parse import parse_deck, read_deck
from asyncdemo.toolkit.talk.render import slide_lines

FRONT = "---\noptions:\n  end_slide_shorthand: true\n---\n"
NUMBERED = "\n".join(f"line {number}" for number in range(1, 6))
STEPS = [
    ("{2}", [{2}]),
    ("{1-3|5|all}", [{1, 2, 3}, {5}, None]),
    ("{ 1, 3-4 | all }", [{1, 3, 4}, None]),
    ("", [None]),
]
PIECES = [
    *(
        "---\n",
        "===\n",
        "\n",
        "\n\n",
        "x\n",
        "- ",
        "> ",
        "| ",
        "    ",
        "title: ",
        "options: ",
        "[",
        "{",
        "!!int ",
        "&a ",
        "*a",
    ),
    *("```text {1}\n", "```file\n", "```bash +exec\n", "```\n", "path: ", "language: ", "start_line: ", "date", "\\\n"),
    *("<!-- ", " -->", "pause", "end_slide", "speaker_note: ", "|-\n", "// time: ", "// fallback: ", "9" * 400),
    *("![a](b)", "[a](", "[a][b]", "[b]: c\n", "\x1b[2J", "\0", "\t", "'", '"\\e', "<b>", "&#27;"),
]
WRONG = {
    "no slide": ("", 1, "there is no slide"),
    "only comments": ("<!-- // nothing -->\n", 1, "there is no slide"),
    "front matter that is no YAML": ("---\nauthor: x\ntitle: [\n---\nx\n", 4, "is no YAML"),
    "front matter without names": ("---\njust words\n---\nx\n", 2, "like `title: My talk`"),
    "a name that presenterm refuses": ("---\nbudget: 22m\n---\nx\n", 2, "'budget'"),
    "too many brackets": (f"---\ntitle: {'[' * 5000}\n---\nx\n", 2, "is no YAML"),
    "a time of many digits": (f"x\n\n<!-- // time: {'9' * 5000}m -->\n", 3, "is not a duration"),
    "a step of many digits": (f"x\n\n```text {{{'9' * 5000}}}\na\n```\n", 3, "the code has lines 1 to 1"),
    "a quote of a name that no file has": (f"```file\npath: {'a' * 300}\nlanguage: text\n```\n", 1, "no file aaa"),
    "an unknown command": ("A\n===\n\n<!-- puase -->\n", 4, "<!-- puase --> is no command"),
    "HTML": ("A\n===\n\n<div>x</div>\n", 4, "HTML is not shown"),
    "no time": ("A\n===\n\n<!-- // time: soon -->\n", 4, "time: ' soon' is not a duration"),
    "no budget": ("<!-- // budget: 0 -->\nx\n", 1, "no time at all"),
    "a fallback that is not there": ("x\n\n<!-- // fallback: no.jsonl -->\n", 3, "no file no.jsonl beside the deck"),
    "a fallback without a demo": ("x\n\n<!-- // fallback: here.txt -->\n", 3, "a fallback, but no demo"),
    "a fallback below": ("```bash +exec\ntrue\n```\n<!-- // fallback: here.txt -->\n", 4, "stands above its demo"),
    "a picture that is not there": ("x\n\n![a hill](hill.png)\n", 3, "no file hill.png"),
    "two demos": ("```bash +exec\ntrue\n```\n\n```bash +exec\ntrue\n```\n", 5, "one demo at the most"),
    "a quotation mark without another": ("```bash +exec\necho 'x\n```\n", 1, "cannot be read"),
    "two commands of ours": (
        "```bash +exec\nasyncdemo run step1\nasyncdemo run step2\n```\n",
        1,
        "one command of asyncdemo",
    ),
    "a fence that is not closed": ("x\n\n```python\na\n\n<!-- end_slide -->\n\nb\n", 3, "not closed before the end"),
    "a fence with nothing in it": ("x\n\n```", 3, "not closed before the end"),
    "a fence before another": ("```text\na\n\nb\n\n```python\nc\n```\n", 1, "before the next begins, in line 6"),
    "a fence that a shorter one ends": ("````text\na\n```\nb\n", 1, "end it with ````"),
    "no command": ("```bash +exec\n# nothing\n```\n", 1, "no command"),
    "a step beyond the code": ("x\n\n```python {1|3}\na\nb\n```\n", 3, "{3}: the code has lines 1 to 2"),
    "a step that ends before it begins": ("```python {2-1}\na\nb\n```\n", 1, "{2-1}"),
    "a step that is no number": ("```python {one}\na\n```\n", 1, "{one}"),
    "an empty step": ("```python {}\na\n```\n", 1, "{}"),
    "a quote without a language": ("```file\npath: here.txt\n```\n", 1, "path, language"),
    "a quote that is no YAML": ("```file\n[\n```\n", 1, "path, language"),
    "a quote of words": ("```file\nhere.txt\n```\n", 1, "path, language"),
    "a quote to a line that is no number": (
        "```file\npath: here.txt\nlanguage: text\nend_line: last\n```\n",
        1,
        "path, language",
    ),
    "a quote of a file that is not there": ("```file\npath: no.py\nlanguage: python\n```\n", 1, "no file no.py"),
    "a quote beyond the file": (
        "```file\npath: here.txt\nlanguage: text\nstart_line: 5\nend_line: 6\n```\n",
        1,
        "here.txt has no lines 5 to 6: it has 5",
    ),
    "a quote of bytes": ("```file\npath: bytes\nlanguage: text\n```\n", 1, "bytes cannot be quoted"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the deck is, with some files beside it."""
    (tmp_path / "here.txt").write_text(NUMBERED + "\n")
    (tmp_path / "run.jsonl").write_text("")
    (tmp_path / "bytes").write_bytes(b"\xff")
    return tmp_path


def deck_of(text: str, folder: Path = Path()) -> Deck:
    return parse_deck(text, folder / "deck.md")


def slide_of(text: str, folder: Path = Path()) -> Slide:
    (slide,) = deck_of(text, folder).slides
    return slide


def code_of(text: str, folder: Path = Path()) -> Code:
    (code,) = (block for block in slide_of(text, folder).blocks if isinstance(block, Code))
    return code


def titles(text: str) -> list[str]:
    return [slide.title for slide in deck_of(text).slides]


def test_slides_end_where_it_says_so() -> None:
    """A rule is only a rule, unless the front matter says that it ends a slide."""
    text = "One\n===\n\na\n\n---\n\nb\n\n<!-- end_slide -->\n\nTwo\n===\n"
    assert titles(text) == ["One", "Two"]
    assert [slide.title for slide in deck_of(FRONT + text).slides] == ["One", "", "Two"]


def test_an_end_says_so_among_other_comments() -> None:
    """On one line."""
    assert titles("One\n===\n\n<!-- end_slide --> <!-- // at last -->\n\nTwo\n===\n") == ["One", "Two"]


def test_a_slide_that_says_nothing_is_none() -> None:
    """Such as the one behind the last end, or one that is to be skipped."""
    assert titles("One\n===\n\n<!-- end_slide -->\n\n<!-- // the end -->\n") == ["One"]
    assert titles("One\n===\n\n<!-- end_slide -->\n\nTwo\n===\n\n<!-- skip_slide -->\n\nx\n") == ["One"]


def test_a_fence_may_contain_what_ends_slides() -> None:
    """Rules, comments, underlines: it is code."""
    inside = "---\n<!-- end_slide -->\nTitle\n==="
    code = code_of(f"{FRONT}One\n===\n\n```markdown\n{inside}\n```\n")
    assert (code.text, code.language) == (inside, "markdown")


def test_the_title_is_the_first_that_is_underlined() -> None:
    """With its line in the file; other headings are prose."""
    slide = slide_of(FRONT + "\nThe `title`\n=========\n\n# Big\n\nSmall\n---\n\nmore\n")
    assert (slide.title, slide.line) == ("The `title`", 6)
    (prose,) = slide.blocks
    assert prose == Prose("# Big\n\nSmall\n---\n\nmore", 9)


def test_a_pause_shows_what_is_above_it_first() -> None:
    """One step each."""
    slide = slide_of("A\n===\n\nfirst\n\n<!-- pause -->\n\n- second\n<!-- pause -->\n- third\n")
    assert slide.steps == 3
    seen = [[block.text for block, _ in slide.at(step) if isinstance(block, Prose)] for step in range(4)]
    assert seen == [["first"], ["first", "- second"], *[["first", "- second", "- third"]] * 2]


def test_a_title_alone_has_one_step() -> None:
    """One cannot be seen in none."""
    slide = slide_of("A\n===\n")
    assert (slide.steps, slide.at(0)) == (1, [])


@pytest.mark.parametrize(("info", "steps"), STEPS)
def test_code_goes_through_its_lines(info: str, steps: list[set[int] | None]) -> None:
    """Whatever blanks there are; None is all of them."""
    code = code_of(f"```python {info}\n{NUMBERED}\n```\n")
    assert [None if step is None else set(step) for step in code.steps] == steps
    assert (code.language, code.text) == ("python", NUMBERED)


def test_steps_of_code_count_among_those_of_the_slide() -> None:
    """Two codes of one part go together; the shorter one stays at its last step."""
    text = (
        "a\n\n<!-- pause -->\n\n```python {1|2|all}\na\nb\n```\n\n```text {1|2}\na\nb\n```\n\n<!-- pause -->\n\nend\n"
    )
    slide = slide_of(text)
    assert slide.steps == 5
    bright = [[lines for block, lines in slide.at(step) if isinstance(block, Code)] for step in range(5)]
    assert bright == [[], [{1}, {1}], [{2}, {2}], [None, {2}], [None, {2}]]


def test_lines_are_numbered_where_it_says_so() -> None:
    """From 1, or as in the file that is quoted."""
    assert code_of("```python +line_numbers\na\n```\n").first_number == 1
    assert code_of("```python\na\n```\n").first_number is None


def test_code_that_presenterm_could_run_is_code() -> None:
    """Only a shell's is a demo."""
    assert code_of("```python +exec\nprint('it')\n```\n").text == "print('it')"


def test_a_quote_is_read_from_its_file(folder: Path) -> None:
    """Lines from and to, both included; all of them if it does not say."""
    quote = "```file +line_numbers {1|all}\npath: here.txt\nlanguage: text\nstart_line: 2\nend_line: 3\n```\n"
    assert code_of(f"x\n\n{quote}", folder) == Code("line 2\nline 3", "text", 3, (frozenset({1}), None), 2, "here.txt")
    assert code_of("```file\npath: here.txt\nlanguage: text\n```\n", folder).text == NUMBERED


def test_a_quote_of_the_package_needs_no_checkout(tmp_path: Path) -> None:
    """A deck in an installed package lies elsewhere than in a checkout."""
    code = code_of("```file\npath: ../asyncdemo/step1/hello/views.py\nlanguage: python\n```\n", tmp_path)
    assert code.text == (PACKAGE / "step1/hello/views.py").read_text().rstrip()


def test_a_demo_is_a_command_with_its_fallback(folder: Path) -> None:
    """As a shell would split it."""
    text = "A\n===\n\n<!-- // fallback: run.jsonl -->\n```bash +exec\n# now\nasyncdemo run 'step 3'\n```\n"
    slide = slide_of(text, folder)
    assert slide.demo == Demo(("asyncdemo", "run", "step 3"), 5, folder / "run.jsonl")
    assert slide.demo.text == "asyncdemo run 'step 3'"


def test_a_script_stays_as_it_is() -> None:
    """A shell runs it, not we; a line may be continued, for our own commands too."""
    script = "cd /tmp\nls | head > x && rm y"
    demo = slide_of(f"```bash +exec\n# here\n{script}\n```\n").demo
    assert demo is not None
    assert (demo.script, demo.text) == (f"# here\n{script}", "cd /tmp; ls | head > x && rm y")
    demo = slide_of("```bash +exec\nasyncdemo run step3 \\\n  --speed 10\n```\n").demo
    assert demo == Demo(("asyncdemo", "run", "step3", "--speed", "10"), 1)


def test_a_fence_may_contain_shorter_ones() -> None:
    """And be indented a little, and closed by a longer one."""
    assert code_of("````markdown\n```python\na\n```\n````\n").text == "```python\na\n```"
    assert code_of("  ~~~text\n  a ```b\n ~~~~ \n").text == "a ```b"


def test_a_picture_stands_alone(folder: Path) -> None:
    """With words for whoever cannot see it; one within a text stays Markdown."""
    assert slide_of("![a hill](here.txt)\n", folder).blocks == (Picture(folder / "here.txt", "a hill", 1),)
    assert slide_of("See ![it](here.txt) there\n", folder).blocks == (Prose("See ![it](here.txt) there", 1),)


def test_notes_are_on_one_line_or_on_several() -> None:
    """All of them, in order; the comment itself is not seen."""
    one = "<!-- speaker_note: Breathe. -->\n"
    block = "<!--\nspeaker_note: |\n  Say this.\n\n  Then that.\n-->\n"
    slide = slide_of(f"A\n===\n\n{one}\ntext\n\n{block}")
    assert slide.notes == "Breathe.\nSay this.\n\nThen that."
    assert slide.blocks == (Prose("text", 6),)


def test_times_are_added_up() -> None:
    """A slide without one takes none."""
    deck = deck_of("<!-- // budget: 22m -->\n<!-- // time: 2m -->\na\n<!-- end_slide -->\nb\n<!-- // time: 1m30s -->\n")
    assert [slide.time_s for slide in deck.slides] == [120, 90]
    assert (deck.time_s, deck.budget_s) == (210, 1320)
    assert deck_of("a\n").slides[0].time_s is None


def test_what_presenterm_arranges_is_passed_over() -> None:
    """A deck of presenterm's is shown, one thing below the other; remarks of several lines are for the reader."""
    arranged = "<!-- column_layout: [1, 2] -->\n<!-- column: 0 -->\n<!-- jump_to_middle -->\n<!-- new_lines: 2 -->\n"
    assert slide_of(f"{arranged}\na\n\n<!-- reset_layout -->\n\n<!-- no\ncommand -->\n\nb\n").blocks == (
        Prose("a\n\nb", 6),
    )


def test_links_are_collected_with_their_lines() -> None:
    """Also those of titles, lists, tables, and addresses that stand for themselves."""
    above = "[A](a.md)\n===\n\n- x\n- [b](b.md)\n\n| h |\n|---|\n| [c](c.md) |\n\n"
    below = "<https://example.org/>\n\n[d]\n\n[d]: d.md\n"
    assert deck_of(above + below).links == (
        ("a.md", 1),
        ("b.md", 5),
        ("c.md", 9),
        ("https://example.org/", 11),
        ("d.md", 13),
    )


def test_the_front_matter_may_name_the_talk() -> None:
    """A title there is a slide of its own, as in presenterm."""
    deck = deck_of("---\ntitle: My talk\nsub_title: How it went\nauthors:\n  - Ada\n  - Grace\n---\nA\n===\n")
    assert (deck.title, deck.author) == ("My talk", "Ada, Grace")
    assert [(slide.title, slide.line) for slide in deck.slides] == [("My talk", 1), ("A", 8)]
    assert deck.slides[0].blocks == (Prose("How it went\n\nAda, Grace", 1),)


@pytest.mark.parametrize("front", ["", "---\n---\n", "---\nauthor: Ada\n--- \n"])
def test_a_talk_without_a_name_is_called_like_its_first_slide(front: str) -> None:
    """An empty front matter is one, too."""
    deck = deck_of(front + "A\n===\n\nx\n\n---\n")
    assert (deck.title, len(deck.slides)) == ("A", 1)


@pytest.mark.parametrize("date", ["2026-11-31", "0x_", "!!bool x", "1:99999", "yes"])
def test_what_the_front_matter_says_is_words(date: str) -> None:
    """Whatever YAML would make of it."""
    deck = deck_of(f"---\ntitle: My talk\ndate: {date}\n---\nA\n===\n")
    assert deck.slides[0].blocks == (Prose(date.removeprefix("!!bool "), 1),)


def test_nothing_in_a_deck_can_do_anything_to_a_terminal(folder: Path) -> None:
    """Neither as it stands there, nor as YAML writes it, nor in a file that is quoted. Tabs and wide blanks stay."""
    (folder / "evil.txt").write_text("x\x1b]0;pwn\x07\n")
    deck = deck_of(
        '---\ntitle: "A\\e[2J"\nauthor: "\\x9b2J"\n---\n'
        "B\x1b[2J\n===\n<!-- speaker_note: \x1b[2J -->\n\nprose\u202e\u3000\x1b[2J\n\n```text\na\x1b[2J\tb\n```\n"
        "\n```file\npath: evil.txt\nlanguage: text\n```\n\n```bash +exec\necho \x1b[2J\n```\n",
        folder,
    )
    said = [*(line for slide in deck.slides for line in slide_lines(slide, slide.steps, 80)), deck.title, deck.author]
    said += [deck.slides[1].notes, deck.slides[1].title, "".join(pieces_of(deck.slides[1]))]
    assert [c for c in "".join(said) if not c.isprintable() and c not in "\t\u3000"] == []
    assert "\t" in said[-1]


def pieces_of(slide: Slide) -> list[str]:
    return [block.text for block in slide.blocks if isinstance(block, Code)]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=12).map("".join))
def test_any_text_is_a_deck_or_an_error_with_its_line(text: str) -> None:
    """Nothing else comes out: the talk goes on while its deck is edited."""
    try:
        deck = deck_of(text)
    except DeckError:
        return
    assert deck.slides


@pytest.mark.parametrize(("text", "line", "problem"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told_with_file_and_line(text: str, line: int, problem: str, folder: Path) -> None:
    """An editor can go there."""
    with pytest.raises(DeckError) as caught:
        deck_of(text, folder)
    assert str(caught.value).startswith(f"{folder / 'deck.md'}:{line}: ")
    assert problem in caught.value.problem


def test_lines_are_counted_from_the_top_of_the_file(folder: Path) -> None:
    """The front matter is part of it."""
    with pytest.raises(DeckError) as caught:
        deck_of(f"{FRONT}\nA\n===\n\n<!-- nope -->\n", folder)
    assert caught.value.line == 9


def test_a_deck_that_is_not_there_is_answered_with_how_to_start_one(tmp_path: Path) -> None:
    """And so is one that is no text."""
    with pytest.raises(DeckError, match="asyncdemo talk --new DIR"):
        read_deck(tmp_path / "deck.md")
    (tmp_path / "deck.md").write_bytes(b"\xff\xfe")
    with pytest.raises(DeckError, match="cannot be read"):
        read_deck(tmp_path / "deck.md")


def test_a_deck_may_begin_with_the_mark_of_an_editor(tmp_path: Path) -> None:
    """Some write one before the text; line ends may be those of Windows."""
    (tmp_path / "deck.md").write_bytes(b"\xef\xbb\xbf---\r\nauthor: Ada\r\n---\r\nA\r\n===\r\n")
    assert read_deck(tmp_path / "deck.md").author == "Ada"
