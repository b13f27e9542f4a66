"""A deck to begin with, and decks as text."""

from functools import partial
from pathlib import Path

import pytest

from asyncdemo.base.errors import StartError, UsageError
from asyncdemo.cli.talk import understood
from asyncdemo.deck.deck import Link
from asyncdemo.deck.last_link import linked
from asyncdemo.deck.reader import parse_deck, read_deck
from asyncdemo.talk.check import check_deck
from asyncdemo.talk.export.document import page
from asyncdemo.talk.new_deck import copy_talk, new_deck
from asyncdemo.talk.shipped_talk import DECK
from asyncdemo.talk.transcript import deck_lines, print_deck

UNDERSTAND = partial(understood, allow_exec=True)
DECK_TEXT = """\
<!-- // time: 65s -->
One
===

<!-- speaker_note: Say hello. -->

```python {1|2}
a
b
```

<!-- end_slide -->

Two
===

<!-- // fallback: run.jsonl -->
```bash +exec
asyncdemo run step3
```
"""


def test_a_new_deck_is_without_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a folder that is made, with the recording of its demo and the file it quotes: presenterm finds them, too."""
    folder = tmp_path / "talks" / "My first"
    assert new_deck(folder) == 0
    told = capsys.readouterr().out
    assert f"asyncdemo talk '{folder / 'deck.md'}'" in told
    assert all(str(path) in told for path in folder.rglob("*") if path.is_file()), "all that it has written"
    assert sorted(path.name for path in folder.iterdir()) == ["deck.md", "recordings", "views.py"]
    assert len(read_deck(folder / "deck.md").slides) == 3
    assert check_deck(folder / "deck.md", (88, 24), UNDERSTAND, with_demos=False) == 0, capsys.readouterr().out


def test_a_deck_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    """Nobody's work is written over."""
    (tmp_path / "deck.md").write_text("mine\n")
    with pytest.raises(UsageError, match="is there already"):
        new_deck(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["deck.md"]
    assert (tmp_path / "deck.md").read_text() == "mine\n"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """Such as one below a file, or one with a name that is too long."""
    (tmp_path / "file").write_text("")
    for name in ("file/talk", "x" * 300):
        with pytest.raises(StartError, match="--new"):
            new_deck(tmp_path / name)


def test_a_deck_reads_as_text(tmp_path: Path) -> None:
    """Slides with their number and time, the last step, what was recorded, and the notes."""
    (tmp_path / "run.jsonl").write_text("")
    assert list(deck_lines(parse_deck(DECK_TEXT, tmp_path / "deck.md"), 40)) == [
        "[1/2, 1:05]",
        "",
        "One",
        "━━━",
        "",
        "  a",
        "▌ b",
        "",
        "  | Say hello.",
        "",
        "",
        "[2/2]",
        "",
        "Two",
        "━━━",
        "",
        "$ asyncdemo run step3",
        f"  recorded: asyncdemo replay {tmp_path / 'run.jsonl'}",
    ]


def test_the_talk_reads_as_text(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """All of it, without control characters."""
    assert print_deck(DECK) == 0
    text = capfdbinary.readouterr().out.decode()
    assert all(character.isprintable() or character == "\n" for character in text)
    deck = read_deck(DECK)
    assert [line for line in text.splitlines() if line in {slide.title for slide in deck.slides}] == [
        slide.title for slide in deck.slides
    ]


def test_the_talk_can_be_copied_with_all_that_it_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It runs from there, wherever that is: what it quotes and plays is its own."""
    folder = tmp_path / "mine"
    assert copy_talk(folder) == 0
    path = folder / "deck.md"
    assert "../" not in path.read_text()
    assert check_deck(path, (88, 24), partial(UNDERSTAND, deck=path), with_demos=False) == 0, capsys.readouterr().out
    (folder / "step1" / "hello" / "views.py").write_text("mine = True\n" * 40)
    assert "mine = True" in "\n".join(deck_lines(read_deck(path), 84))
    with pytest.raises(UsageError, match="is there already"):
        copy_talk(folder)


def test_an_address_stands_on_the_last_slide() -> None:
    """With its code, where there is room for it; else on a slide of its own. The one that is typed counts more."""
    short = parse_deck("---\nlink: https://a.org/\n---\nOne\n===\n", Path("deck.md"))
    assert len(short.slides) == 1
    lines = list(deck_lines(short, 84))
    assert "https://a.org/" in lines
    assert sum("█▀▀▀▀▀█" in line for line in lines) == 2
    words = "- x\n" * 12
    long = parse_deck(f"---\nlink: https://a.org/\n---\nOne\n===\n\n{words}", Path("deck.md"))
    assert len(long.slides) == 2
    typed = linked(long, "https://b.org/")
    assert [b.address for slide in typed.slides for b in slide.blocks if isinstance(b, Link)] == ["https://b.org/"]
    assert "<svg" in page(short)
