"""`talk --export`: one page with everything in it, nothing from elsewhere, and nothing that the deck could run."""

import json
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from asyncdemo.base.errors import AsyncdemoError, StartError, UsageError
from asyncdemo.deck.deck import Code
from asyncdemo.deck.reader import parse_deck, read_deck
from asyncdemo.talk.export.document import page
from asyncdemo.talk.export.export import export_deck
from asyncdemo.talk.export.words import pieces, prose
from asyncdemo.talk.shipped_talk import DECK, FOLDER

EVIL = "<script>alert(1)</script>"
LARGEST = 3_000_000
EMPTY = {"meta", "br", "hr", "img", "input", "col"}
TEXT = """\
Title `{evil}` `<b>`
===

Prose `{evil}` [out](https://example.org/?a=1&b=2) [beside](deck.md) [bad](javascript:alert(1))

<!-- speaker_note: Say {evil} & go. -->

```html {{1|2}}
{evil}
</code></pre>{evil}
```

<!-- pause -->

Later.

```bash +exec
asyncdemo run '{evil}'
```
"""


class Reader(HTMLParser):
    """Elements that are open, and what is in the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)

    def all(self, tag: str, class_: str = "") -> list[dict[str, str]]:
        """The attributes of all elements of a kind."""
        return [facts for name, facts in self.found if name == tag and class_ in facts.get("class", "")]


@pytest.fixture(scope="module")
def text(talk_page: Path) -> str:
    """The page of the talk."""
    return talk_page.read_text()


@pytest.fixture(scope="module")
def talk(text: str) -> Reader:
    return Reader(text)


def page_of(text: str) -> Reader:
    return Reader(page(parse_deck(text, Path("deck.md"))))


def test_the_talk_is_one_page(talk: Reader) -> None:
    """Every slide, in order, with an address of its own; well-formed."""
    deck = read_deck(DECK)
    slides = talk.all("section", "slide")
    assert talk.open == []
    assert [slide["id"] for slide in slides] == [f"slide-{number}" for number in range(1, len(deck.slides) + 1)]
    assert slides[2]["aria-label"] == f"3 of {len(deck.slides)}: {deck.slides[2].title}"
    assert [int(slide["data-steps"]) for slide in slides] == [slide.steps for slide in deck.slides]


def test_the_talk_needs_nothing_else(talk: Reader, text: str) -> None:
    """No address but those that a reader may follow; small enough to be sent by mail."""
    for tag, facts in talk.found:
        named = {name for name in facts if name in ("src", "href", "srcset", "action", "data", "xlink:href")}
        assert named <= ({"href"} if tag == "a" else {"src"} if tag == "img" else set()), (tag, facts)
        assert not any(name.startswith("on") for name in facts)
    assert all(facts["href"].startswith(("http", "mailto")) for facts in talk.all("a") if "href" in facts)
    assert len(text.encode()) < LARGEST


def test_only_our_script_may_run(talk: Reader) -> None:
    """The policy names it by its hash; what else is a script is data."""
    (policy,) = (facts["content"] for facts in talk.all("meta") if facts.get("http-equiv"))
    scripts = talk.all("script")
    assert [facts.get("type", "") for facts in scripts[:-1]] == ["application/json"] * (len(scripts) - 1)
    ours = b64encode(sha256(talk.scripts[-1].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{ours}'"


def test_what_the_deck_holds_stays_text() -> None:
    """In titles, prose, code, notes and commands."""
    reader = page_of(TEXT.format(evil=EVIL))
    assert len(reader.scripts) == 1
    assert "alert(1)" not in reader.scripts[0]
    assert reader.all("b") == [{}]  # around the command: ours
    assert [facts.get("href") for facts in reader.all("a")] == ["https://example.org/?a=1&b=2", None]
    assert reader.all("img") == []


HIDDEN = """\
A
===

- item <!-- // todo: ask legal first -->
- another

  <!-- // ask
  legal again -->

> said <!-- // by legal --> aloud

| a <!-- // legal --> |
|---|

Some <span style="color: red">red</span> words.
"""


def test_what_a_terminal_does_not_show_is_not_published() -> None:
    """Remarks within a text or a list are private, and colours of presenterm are no words."""
    text = page(parse_deck(HIDDEN, Path("deck.md")))
    assert "legal" not in text
    assert '<p>Some <span class="inked" style="--day: #e60000; --night: #ff0000">red</span> words.</p>' in text
    assert Reader(text).open == []


def test_a_title_is_formatted_where_it_can_be() -> None:
    """Its words alone stand in the browser's tab, and are read aloud as the slide's name."""
    text = page(parse_deck("My *first* `talk`\n===\n", Path("deck.md")))
    assert "<title>My first talk</title>" in text
    assert 'aria-label="1 of 1: My first talk"' in text
    assert "My <em>first</em> <code>talk</code></h2>" in text


def test_what_looks_like_html_is_text() -> None:
    """Whoever wrote it."""
    assert prose("Some <b>words</b>.") == "<p>Some &lt;b&gt;words&lt;/b&gt;.</p>\n"


def test_what_is_struck_out_is_struck_out() -> None:
    """As in a terminal."""
    assert prose("~~gone~~ here") == "<p><s>gone</s> here</p>\n"


def test_blanks_of_any_kind_stay_themselves() -> None:
    """In prose, code, notes and commands: a narrow one before a French mark, a tab, what joins a family of emoji."""
    odd = "Bonjour\N{NARROW NO-BREAK SPACE}!\N{IDEOGRAPHIC SPACE}\N{ZERO WIDTH JOINER}tab\there\N{NO-BREAK SPACE}x"
    note = f"<!-- speaker_note: {odd} -->"
    deck = f"A\n===\n\n{odd}\n\n```text\n\t{odd}\n```\n\n{note}\n\n```bash +exec\necho '{odd}'\n```\n"
    text = page(parse_deck(deck, Path("deck.md")))
    assert "\N{REPLACEMENT CHARACTER}" not in text
    assert text.count("Bonjour\N{NARROW NO-BREAK SPACE}!\N{IDEOGRAPHIC SPACE}\N{ZERO WIDTH JOINER}") == 4
    assert text.count("tab\there") == 4


def test_control_characters_are_seen() -> None:
    """They can neither hide nor turn round what follows."""
    text = page(parse_deck("A\n===\n\nx\x1b[31m\u202ey\n\n```text\na\x07\tb\n```\n", Path("deck.md")))
    body = text[text.index("<main>") : text.index("</main>")]
    assert [c for c in body if not c.isprintable() and c not in "\n\t\xa0"] == []
    assert "x\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}y" in body


def test_steps_are_in_the_page() -> None:
    """Parts know when they come, lines when they are dim."""
    reader = page_of(
        "A\n===\n\none\n\n<!-- pause -->\n\n```python +line_numbers {1|2|all}\na\nb\n```\n\n<!-- pause -->\n\nend\n"
    )
    assert [facts["data-from"] for facts in reader.all("div", "part")] == ["0", "1", "4"]
    lines = reader.all("span", "line")
    assert [(facts["data-n"], facts.get("data-dim")) for facts in lines] == [("1", "2"), ("2", "1")]


def test_each_film_is_in_the_page_once(talk: Reader) -> None:
    """However many demos show it."""
    demos = [slide.demo for slide in read_deck(DECK).slides if slide.demo is not None]
    runs = [demo.fallback for demo in demos if demo.fallback is not None]
    numbers = {path: str(number) for number, path in enumerate(dict.fromkeys(runs), 1)}
    assert [facts["data-film"] for facts in talk.all("div", "player")] == [numbers[path] for path in runs]
    assert [facts["id"] for facts in talk.all("script") if "id" in facts] == [f"film-{n}" for n in numbers.values()]
    for data in talk.scripts[:-1]:
        facts = json.loads(data)
        used = {place for frames in facts["frames"].values() for frame in frames for place in frame}
        assert used == set(range(len(facts["rows"])))


def test_recordings_of_the_same_name_are_two_films(tmp_path: Path) -> None:
    """They lie in two folders."""
    for folder, stage in (("a", "step1"), ("b", "step3")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "run.jsonl").write_bytes((FOLDER / "recordings" / f"{stage}.jsonl").read_bytes())
    demo = "<!-- // fallback: {0}/run.jsonl -->\n```bash +exec\nasyncdemo run {1}\n```\n"
    text = demo.format("a", "step1") + "\n<!-- end_slide -->\n\n" + demo.format("b", "step3")
    reader = Reader(page(parse_deck(text, tmp_path / "deck.md")))
    assert [facts["data-film"] for facts in reader.all("div", "player")] == ["1", "2"]
    assert [facts["id"] for facts in reader.all("script") if "id" in facts] == ["film-1", "film-2"]
    assert '" step1 "' in reader.scripts[0]
    assert '" step3 "' in reader.scripts[1]


@pytest.mark.parametrize(
    ("command", "stage"),
    [
        ("run step1", "step1"),
        ("hammer --rate 2", "step1"),
        ("replay step3.jsonl", "step3"),
        ("replay --speed 2 step3.jsonl", "step3"),
        ("replay gone.jsonl", "step1"),
        ("compare step1 step3", "step1"),
    ],
)
def test_a_demo_is_shown_by_the_recording_that_the_presenter_would_play(
    command: str, stage: str, tmp_path: Path
) -> None:
    """Its fallback, or what it replays."""
    for name in ("step1", "step3"):
        (tmp_path / f"{name}.jsonl").write_bytes((FOLDER / "recordings" / f"{name}.jsonl").read_bytes())
    text = f"<!-- // fallback: step1.jsonl -->\n```bash +exec\nasyncdemo {command}\n```\n"
    films = Reader(page(parse_deck(text, tmp_path / "deck.md"))).scripts[:-1]
    assert [f'" {stage} "' in film for film in films] == [True]


@pytest.mark.parametrize("text", ["a", "\n\na\n\nb\n\n", "x = 1\n", "", "'''\nmany\nlines\n'''"])
@pytest.mark.parametrize("language", ["python", "text", "nonsense", ""])
def test_code_keeps_its_lines(text: str, language: str) -> None:
    """Also the empty ones, in any language."""
    lines = pieces(Code(text, language, 1))
    assert ["".join(piece for piece, _ in line) for line in lines] == text.split("\n")


def test_a_figure_and_its_unit_stay_together() -> None:
    """In prose, not in code."""
    assert prose("takes 30 s or `30 s` or 5 sheep") == "<p>takes 30\xa0s or <code>30 s</code> or 5 sheep</p>\n"


def test_a_page_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """Before the work."""
    with pytest.raises(StartError, match="--export"):
        export_deck(DECK, str(tmp_path / "no" / "talk.html"))


@pytest.mark.parametrize("name", ["mine.md", "talk", "html", "talk.html.md"])
def test_only_a_page_is_replaced(name: str, tmp_path: Path) -> None:
    """`--export mine.md` is a slip, and mine.md is somebody's work."""
    (tmp_path / name).write_text("mine")
    with pytest.raises(UsageError, match=r"\.html"):
        export_deck(DECK, str(tmp_path / name))
    assert (tmp_path / name).read_text() == "mine"


def test_a_picture_that_has_gone_is_told(tmp_path: Path) -> None:
    """By its name."""
    (tmp_path / "hill.png").touch()
    deck = parse_deck("![a hill](hill.png)\n", tmp_path / "deck.md")
    (tmp_path / "hill.png").unlink()
    with pytest.raises(AsyncdemoError, match=r"hill\.png cannot be read"):
        page(deck)
