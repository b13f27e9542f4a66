"""The parser of decks: presenterm's Markdown -> slides with steps."""

from pathlib import Path

import pytest

from asyncdemo.base.installation import PACKAGE
from asyncdemo.deck.deck import Code, Deck, Demo, Mark, Picture, Prose, Slide
from asyncdemo.deck.reader import parse_deck, read_deck
from asyncdemo.deck.render import slide_lines

FRONT = "---\noptions:\n  end_slide_shorthand: true\n---\n"
NUMBERED = "\n".join(f"line {number}" for number in range(1, 6))
STEPS = [
    ("{2}", [{2}]),
    ("{1-3|5|all}", [{1, 2, 3}, {5}, None]),
    ("{ 1, 3-4 | all }", [{1, 3, 4}, None]),
    ("", [None]),
]


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
    """With its line in the file; other headings are prose. By whatever line, as in presenterm."""
    slide = slide_of(FRONT + "\nThe `title`\n=========\n\n# Big\n\nmore\n")
    assert (slide.title, slide.line) == ("The `title`", 6)
    assert slide.blocks == (Prose("# Big\n\nmore", 9),)
    assert titles("One\n---\n\nx\n\n<!-- end_slide -->\n\nTwo\n===\n") == ["One", "Two"]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("A\n===\n\n<!-- pause -->\n\nb\n", [0, 1]),
        ("A\n===\n\n<!-- column_layout: [1] -->\n<!-- column: 0 -->\n<!-- pause -->\n\nb\n", [0, 1]),
        ("A\n===\n\n<!-- pause -->\n\n<!-- pause -->\n\nb\n", [0, 1]),
        ("A\n===\n\n<!-- pause -->\n", [0]),
        ("A\n===\n", [0]),
        ("<!-- pause -->\n\nb\n", [1]),
    ],
)
def test_a_pause_below_a_title_shows_the_title_first(text: str, seen: list[int]) -> None:
    """And where there is none, nothing: a step in which nothing is to be seen is none."""
    slide = slide_of(text)
    steps = (slide.at(step) for step in range(slide.steps))
    assert [sum(isinstance(block, Prose) for block, _ in step) for step in steps] == seen


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
    """Where we do not know how."""
    assert code_of("```zig +exec\nprint(it)\n```\n").text == "print(it)"


def test_a_quote_is_read_from_its_file(folder: Path) -> None:
    """Lines from and to, both included; all of them if it does not say."""
    quote = "```file +line_numbers {1|all}\npath: here.txt\nlanguage: text\nstart_line: 2\nend_line: 3\n```\n"
    assert code_of(f"x\n\n{quote}", folder) == Code("line 2\nline 3", "text", 3, (frozenset({1}), None), 2, "here.txt")
    assert code_of("```file\npath: here.txt\nlanguage: text\n```\n", folder).text == NUMBERED


def test_a_quote_of_the_package_needs_no_checkout(tmp_path: Path) -> None:
    """A deck in an installed package lies elsewhere than in a checkout."""
    code = code_of("```file\npath: ../asyncdemo/stages/step1/hello/views.py\nlanguage: python\n```\n", tmp_path)
    assert code.text == (PACKAGE / "stages/step1/hello/views.py").read_text().rstrip()


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
    """With words for whoever cannot see it, however Markdown has it, and without what presenterm says of its size."""
    (folder / "my pic.txt").touch()
    for written in (
        '![a hill](here.txt "Title")',
        "![a hill][1]\n\n[1]: here.txt",
        "![image:width:50%, a hill](here.txt)",
    ):
        width = 50 if "50%" in written else 0
        assert slide_of(f"{written}\n", folder).blocks == (Picture(folder / "here.txt", "a hill", 1, width),)
    for written in ("![](<my pic.txt>)", "![](my%20pic.txt)", "![image:w:50%](my%20pic.txt)"):
        width = 50 if "50%" in written else 0
        assert slide_of(f"{written}\n", folder).blocks == (Picture(folder / "my pic.txt", "", 1, width),)


def test_notes_are_on_one_line_or_on_several() -> None:
    """All of them, in order; the comment itself is not seen."""
    one = "<!-- speaker_note: Breathe. -->\n"
    block = "<!--\nspeaker_note: |\n  Say this.\n\n  Then that.\n-->\n"
    slide = slide_of(f"A\n===\n\n{one}\ntext\n\n{block}")
    assert slide.notes == "Breathe.\nSay this.\n\nThen that."
    assert slide.blocks == (Prose("text", 6),)


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ("|-\n  Say this.\n    - and that", "Say this.\n  - and that"),
        (">\n  Say\n  this.", "Say this."),
        ('"Say: \\"this\\"."', 'Say: "this".'),
        ('"Say" this: loudly.', '"Say" this: loudly.'),
        ("Say: this # and that", "Say: this # and that"),
        ("\n  Say this.\n  And that.", "Say this.\nAnd that."),
        ("|\nSay this.", "Say this."),
    ],
)
def test_a_note_is_yaml_where_it_begins_like_it(written: str, note: str) -> None:
    """Anything else is words, whatever signs are in it."""
    assert slide_of(f"A\n===\n\n<!-- speaker_note: {written}\n-->\n").notes == note


def test_an_end_takes_the_comments_before_it_along() -> None:
    """Those after it are the next slide's."""
    text = "A\n===\n\n<!-- speaker_note: x --> <!-- end_slide --> <!-- speaker_note: y -->\n\nB\n===\n"
    assert [(slide.title, slide.notes) for slide in deck_of(text).slides] == [("A", "x"), ("B", "y")]


def test_a_title_is_one_line() -> None:
    """However it was written."""
    deck = deck_of("---\ntitle: |\n  My\n  talk\n---\nOne\nand  two\n===\n")
    assert [slide.title for slide in deck.slides] == ["My talk", "One and two"]


def test_times_are_added_up() -> None:
    """A slide without one takes none."""
    deck = deck_of("<!-- // budget: 22m -->\n<!-- // time: 2m -->\na\n<!-- end_slide -->\nb\n<!-- // time: 1m30s -->\n")
    assert [slide.time_s for slide in deck.slides] == [120, 90]
    assert (deck.time_s, deck.budget_s) == (210, 1320)
    assert deck_of("a\n").slides[0].time_s is None


def test_what_presenterm_arranges_stands_where_it_says() -> None:
    """As a mark before what is below it; remarks of several lines are for the reader."""
    arranged = "<!-- column_layout: [1, 2] -->\n<!-- column: 1 -->\n<!-- new_lines: 2 -->\n"
    slide = slide_of(f"{arranged}\na\n\n<!-- reset_layout -->\n\n<!-- no\ncommand -->\n\nb\n")
    said = [(block.name, block.value) if isinstance(block, Mark) else block for block in slide.blocks]
    marks: list[object] = [("column_layout", (1, 2)), ("column", 1), ("new_lines", 2)]
    assert said == [*marks, Prose("a", 5), ("reset_layout", ""), Prose("b", 12)]


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


def test_a_link_whose_address_stands_elsewhere_is_one() -> None:
    """Also on another slide."""
    deck = deck_of(
        "See [docs][1] and [The\nrest].\n\n<!-- end_slide -->\n\nx\n\n[1]: https://a.org/\n[the rest]: b.md 'B'\n"
    )
    shown = " ".join(slide_lines(deck.slides[0], 0, 80))
    assert "See docs (https://a.org/) and The rest (b.md)." in " ".join(shown.split())


def test_the_front_matter_may_name_the_talk() -> None:
    """A title there is a slide of its own, as in presenterm."""
    deck = deck_of("---\ntitle: My talk\nsub_title: How it went\nauthors:\n  - Ada\n  - Grace\n---\nA\n===\n")
    assert (deck.title, deck.author) == ("My talk", "Ada, Grace")
    assert [(slide.title, slide.line) for slide in deck.slides] == [("My talk", 1), ("A", 8)]
    assert deck.slides[0].blocks == (Prose("How it went\n\nAda, Grace", 1),)


def test_a_time_and_notes_below_the_front_matter_are_its_slides() -> None:
    """As far as an end; without one they are of the slide below, as is everything else."""
    front = "---\ntitle: T\n---\n<!-- // time: 1m -->\n<!-- speaker_note: Hello. -->\n"
    told = [(s.title, s.time_s, s.notes) for s in deck_of(f"{front}<!-- end_slide -->\nA\n===\n").slides]
    assert told == [("T", 60, "Hello."), ("A", None, "")]
    told = [(s.title, s.time_s, s.notes) for s in deck_of(f"{front}A\n===\n").slides]
    assert told == [("T", 0, ""), ("A", 60, "Hello.")]


@pytest.mark.parametrize("name", ["sub_title", "author", "event", "location", "date"])
def test_whatever_the_front_matter_names_is_a_slide(name: str) -> None:
    """As in presenterm; not so its options."""
    slides = deck_of(f"---\n{name}: Words\n---\nA\n===\n").slides
    assert [(slide.title, slide.blocks) for slide in slides] == [("", (Prose("Words", 1),)), ("A", ())]
    assert titles(f"{FRONT}A\n===\n") == ["A"]


@pytest.mark.parametrize("front", ["", "---\n---\n", "---\noptions:\n--- \n"])
def test_a_talk_without_a_name_is_called_like_its_first_slide(front: str) -> None:
    """An empty front matter is one, too."""
    deck = deck_of(front + "A\n===\n\nx\n\n---\n")
    assert (deck.title, len(deck.slides)) == ("A", 1)


@pytest.mark.parametrize("date", ["2026-11-31", "0x_", "!!bool x", "1:99999", "yes", "1. Mai 2026", "'# 7'", "'- 7'"])
def test_what_the_front_matter_says_is_words(date: str) -> None:
    """Whatever YAML or Markdown would make of it."""
    deck = deck_of(f"---\ntitle: My talk\ndate: {date}\n---\nA\n===\n")
    assert slide_lines(deck.slides[0], 0, 80)[3:] == [date.removeprefix("!!bool ").strip("'")]


def test_a_deck_may_begin_with_the_mark_of_an_editor(tmp_path: Path) -> None:
    """Some write one before the text; line ends may be those of Windows."""
    (tmp_path / "deck.md").write_bytes(b"\xef\xbb\xbf---\r\nauthor: Ada\r\n---\r\nA\r\n===\r\n")
    assert read_deck(tmp_path / "deck.md").author == "Ada"
    assert deck_of("\ufeff---\nauthor: Ada\n---\nA\n===\n").author == "Ada"
