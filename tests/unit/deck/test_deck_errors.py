"""Decks that are wrong: errors that name file and line, and nothing else, whatever is in them."""

import io
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncdemo.deck.deck import Code, DeckError, Slide
from asyncdemo.deck.reader import ReadOptions, parse_deck, read_deck
from asyncdemo.deck.render import slide_lines

FRONT = "---\noptions:\n  end_slide_shorthand: true\n---\n"
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
    "front matter that is no YAML": ("---\nauthor: x\ntitle: [\n---\nx\n", 4, "is no YAML"),
    "a front matter without an end": ("---\ntitle: T\nx\n", 1, "no end: below it, a line `---` is missing"),
    "front matter without names": ("---\njust words\n---\nx\n", 2, "like `title: My talk`"),
    "a name that presenterm refuses": ("---\nbudget: 22m\n---\nx\n", 2, "'budget'"),
    "too many brackets": (f"---\ntitle: {'[' * 5000}\n---\nx\n", 2, "is no YAML"),
    "a time of many digits": (f"x\n\n<!-- // time: {'9' * 5000}m -->\n", 3, "is not a duration"),
    "a step of many digits": (f"x\n\n```text {{{'9' * 5000}}}\na\n```\n", 3, "the code has lines 1 to 1"),
    "a quote of a name that no file has": (f"```file\npath: {'a' * 300}\nlanguage: text\n```\n", 1, "no file aaa"),
    "an unknown command": ("A\n===\n\n<!-- puase -->\n", 4, "<!-- puase --> is no command"),
    "a mistyped note of several lines": (
        "A\n===\n\n<!--\nspeaker_notes: |\n  x\n-->\n",
        4,
        "speaker_notes: | --> is no",
    ),
    "a pause in a list": ("A\n===\n\n- x\n\n  <!-- pause -->\n- y\n", 6, "<!-- pause --> stands within"),
    "a pause in a line": ("A\n===\n\nx <!-- pause --> y\n", 4, "<!-- pause --> stands within"),
    "a time in a line": ("A\n===\n\nx <!-- // time: 1m --> y\n", 4, "<!-- // time: 1m --> stands within"),
    "a fallback in a list": ("A\n===\n\n- x\n\n  <!-- // fallback: here.txt -->\n", 6, "here.txt --> stands within"),
    "a second title": (f"{FRONT}A\n===\n\nB\n===\n", 8, "second title on the slide: is `---` missing above it? Other"),
    "a second title without rules": (
        "A\n===\n\nB\n---\n",
        4,
        "is `<!-- end_slide -->` missing above it? Slides end at `---` only",
    ),
    "an option that is not known": ("---\noptions:\n  potato: yes\n---\nx\n", 2, "the option 'potato' is not known"),
    "options that are none": ("---\noptions: yes\n---\nx\n", 2, "options are to be like"),
    "a demo in a list": ("- x\n\n  ```bash +exec\n  true\n  ```\n", 3, "```bash +exec stands within a list"),
    "steps in a quotation": ("> ```text {1|2}\n> a\n> b\n> ```\n", 1, "```text {1|2} stands within a list"),
    "a quote in a list": ("- ```file\n  path: here.txt\n  language: text\n  ```\n", 1, "```file stands within a list"),
    "no time": ("A\n===\n\n<!-- // time: soon -->\n", 4, "time: ' soon' is not a duration"),
    "no budget": ("<!-- // budget: 0 -->\nx\n", 1, "no time at all"),
    "a fallback that is not there": ("x\n\n<!-- // fallback: no.jsonl -->\n", 3, "no file no.jsonl beside the deck"),
    "a fallback without a demo": ("x\n\n<!-- // fallback: here.txt -->\n", 3, "a fallback, but no demo"),
    "a fallback below": ("```bash +exec\ntrue\n```\n<!-- // fallback: here.txt -->\n", 4, "stands above its demo"),
    "a picture that is not there": ("x\n\n![a hill](hill.png)\n", 3, "no file hill.png"),
    "a quotation mark without another": ("```bash +exec\nasyncdemo run 'x\n```\n", 1, "cannot be read"),
    "two commands of ours": (
        "```bash +exec\nasyncdemo run step1\nasyncdemo run step2\n```\n",
        1,
        "one command of asyncdemo",
    ),
    "a fence that is not closed": ("x\n\n```python\na\n\n<!-- end_slide -->\n\nb\n", 3, "not closed before the end"),
    "a fence with nothing in it": ("x\n\n```", 3, "not closed before the end"),
    "a fence before another": (
        "```text\na\n\nb\n\n```python\nc\n```\n",
        1,
        "before the next begins, in line 11: end it with ```; or, where one is to stand in the other, begin and",
    ),
    "a fence that a shorter one ends": ("````text\na\n```\nb\n", 1, "before the end of the deck: end it with ````"),
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
    (tmp_path / "here.txt").write_text("one\ntwo\nthree\nfour\nfive\n")
    (tmp_path / "run.jsonl").write_text("")
    (tmp_path / "bytes").write_bytes(b"\xff")
    return tmp_path


def test_nothing_in_a_deck_can_do_anything_to_a_terminal(folder: Path) -> None:
    """Neither as it stands there, nor as YAML writes it, nor in a file that is quoted. Tabs and wide blanks stay."""
    (folder / "evil.txt").write_text("x\x1b]0;pwn\x07\n")
    deck = parse_deck(
        '---\ntitle: "A\\e[2J"\nauthor: "\\x9b2J"\n---\n'
        "B\x1b[2J\n===\n<!-- speaker_note: \x1b[2J -->\n\nprose\u202e\u3000\x1b[2J\n\n```text\na\x1b[2J\tb\n```\n"
        "\n```file\npath: evil.txt\nlanguage: text\n```\n\n```bash +exec\necho \x1b[2J\n```\n",
        folder / "deck.md",
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
        deck = parse_deck(text, Path("deck.md"))
    except DeckError:
        return
    assert deck.slides


@pytest.mark.parametrize(("text", "line", "problem"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told_with_its_line_where_it_is(text: str, line: int, problem: str, folder: Path) -> None:
    """An editor can go there, and whoever sees the slide reads it. The slides before and behind are as ever."""
    end = "---" if text.startswith(FRONT) else "<!-- end_slide -->"
    front, body = (FRONT, text.removeprefix(FRONT)) if text.startswith(FRONT) else ("", text)
    is_end = "before the end" in problem
    around = f"{front}Before\n===\n\n{end}\n\n{body}" + ("" if is_end else f"\n\n{end}\n\nBehind\n===\n")
    if text.startswith("---\n") and not front:
        around, line = text, line - 5
    deck = parse_deck(around, folder / "deck.md")
    ((at, told),) = [(notice.line, notice.words) for notice in deck.wrong]
    assert (at, problem in told) == (line + 5, True), told
    seen = " ".join(" ".join(slide_lines(slide, slide.steps - 1, 8000)) for slide in deck.slides)
    assert f"! line {at}: {told}" in seen or "the front matter has" in told or "option" in told
    if around != text:
        assert deck.slides[0].title == "Before"
        assert is_end or deck.slides[-1].title == "Behind"


def test_a_front_matter_that_begins_late_is_told_as_that(folder: Path) -> None:
    """And not as a rule that ends no slide; its words are shown. What begins like a rule is no front matter."""
    deck = parse_deck("\n\n---\ntitle: T\n---\nx\n", folder / "deck.md")
    problem = "front matter begins on the first line of a deck: there is something above it"
    assert [(notice.line, notice.words) for notice in deck.wrong] == [(3, problem)]
    assert "title: T" in deck.slides[0].title
    for rule in ("---\nNote: x\n", "\n---\nx\n", "a\n\n---\ntitle: T\n\n---\n"):
        told = [notice.words for notice in parse_deck(rule, folder / "deck.md").wrong]
        assert not any("front matter begins" in words or "no end" in words for words in told), told


def test_a_fact_that_is_no_yaml_costs_itself_alone(folder: Path) -> None:
    """Slides end where they did, in the same colours: who edits a title in a talk keeps his place."""
    options = "options:\n  end_slide_shorthand: true\n"
    for wrong in ("title: A: B\n", "title: %x\n", "title: @x\n", "date: [\n"):
        deck = parse_deck(f"---\nauthor: Ada\n{wrong}# a remark\n{options}---\n\na\n\n---\n\nb\n", folder / "deck.md")
        (notice,) = deck.wrong
        assert notice.words.endswith('need quotation marks around it: title: "Rust: a talk"')
        assert (deck.author, len(deck.slides)) == ("Ada", 3)


def test_a_deck_without_a_slide_is_none(folder: Path) -> None:
    """Only what cannot be read at all ends a talk before it begins."""
    for text in ("", "<!-- // nothing -->\n"):
        with pytest.raises(DeckError, match="there is no slide") as caught:
            parse_deck(text, folder / "deck.md")
        assert caught.value.line == 1


def test_lines_are_counted_from_the_top_of_the_file(folder: Path) -> None:
    """The front matter is part of it."""
    (notice,) = parse_deck(f"{FRONT}\nA\n===\n\n<!-- nope -->\n", folder / "deck.md").wrong
    assert notice.line == 9


def test_a_deck_that_is_not_there_is_answered_with_how_to_start_one(tmp_path: Path) -> None:
    """And so is one that is no text."""
    with pytest.raises(DeckError, match="asyncdemo talk --new DIR"):
        read_deck(tmp_path / "deck.md")
    (tmp_path / "deck.md").write_bytes(b"\xff\xfe")
    with pytest.raises(DeckError, match="cannot be read: it is no text in UTF-8"):
        read_deck(tmp_path / "deck.md")


def test_the_folder_of_a_deck_is_no_deck(tmp_path: Path) -> None:
    """It says which file is one."""
    (tmp_path / "deck.md").write_text("A\n===\n")
    with pytest.raises(DeckError) as caught:
        read_deck(tmp_path)
    assert str(caught.value) == f"{tmp_path} is a folder. Try: asyncdemo talk {tmp_path}/deck.md"


def test_a_folder_without_a_deck_has_no_line(tmp_path: Path) -> None:
    """Nor has a file that cannot be read: there is nothing wrong in a line of it."""
    with pytest.raises(DeckError) as caught:
        read_deck(tmp_path)
    problem = "is a folder, and a deck is a file. Start a deck of yours: asyncdemo talk --new DIR"
    assert str(caught.value) == f"{tmp_path} {problem}"
    with pytest.raises(DeckError) as caught:
        read_deck(tmp_path / "deck.md")
    assert str(caught.value).startswith(f"{tmp_path / 'deck.md'} cannot be read: No such file or directory. Start")


def test_a_deck_of_standard_input_has_the_ends_of_lines_of_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Those of Windows are none of its text: its front matter and its fences are found."""
    text = b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\n\r\n```bash +exec\r\necho hi\r\n```\r\n"
    (tmp_path / "deck.md").write_bytes(text)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    read = read_deck(Path("-"))
    assert (read.title, read.slides) == ("T", read_deck(tmp_path / "deck.md").slides)


@pytest.mark.parametrize("content", [None, b"\xff"], ids=["missing", "no text"])
def test_why_a_file_cannot_be_read_is_told_in_words(content: bytes | None, tmp_path: Path) -> None:
    """Whichever it is that a deck names; not as Python calls it."""
    file, why = tmp_path / "part.txt", "No such file or directory" if content is None else "it is no text in UTF-8"
    if content is not None:
        file.write_bytes(content)
        named = "<!-- include: part.txt -->\n\n```file\npath: part.txt\nlanguage: text\n```\n"
        words = [notice.words for notice in parse_deck(named, tmp_path / "deck.md").wrong]
        assert words == [f"part.txt cannot be read: {why}", f"part.txt cannot be quoted: {why}"]
    (tmp_path / "deck.md").write_text("x\n")
    with pytest.raises(DeckError) as caught:
        read_deck(tmp_path / "deck.md", ReadOptions(config=file))
    without = "Without --config, config.yaml beside the deck is read, if it is there"
    assert str(caught.value) == f"{file} cannot be read: {why}. {without}"


@pytest.mark.parametrize(
    ("config", "why"),
    [("a: [", "cannot be read: while parsing a flow node "), ("- a\n", "is no configuration of presenterm, which is ")],
)
def test_a_configuration_that_is_none_is_told_in_a_line(config: str, why: str, tmp_path: Path) -> None:
    """With its file, and not with the deck's."""
    (tmp_path / "deck.md").write_text("x\n")
    (file := tmp_path / "config.yaml").write_text(config)
    with pytest.raises(DeckError) as caught:
        read_deck(tmp_path / "deck.md", ReadOptions(config=file))
    assert str(caught.value).startswith(f"{file} {why}")
    assert "\n" not in str(caught.value)
