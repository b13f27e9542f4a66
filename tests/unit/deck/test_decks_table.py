"""docs/decks.md tells the truth: each row of its table is a deck."""

from pathlib import Path

import pytest

from asyncdemo.deck.deck import Problem
from asyncdemo.deck.reader import parse_deck
from tests.documents import CHECKOUT

PAGE = CHECKOUT / "docs" / "decks.md"
KINDS = ("yes", "otherwise: ", "no: ")


def rows() -> list[tuple[str, str, str]]:
    """What, the deck, and what is said of it."""
    found = []
    for line in PAGE.read_text().splitlines() if PAGE.exists() else []:
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == 3 and "`" in cells[1]:
            deck = cells[1].strip("`").strip() if cells[1].startswith("` ") else cells[1].strip("`")
            found.append((cells[0].strip(), deck.replace("⏎", "\n").replace("⊞", "|"), cells[2]))
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With the files that the decks name."""
    (tmp_path / "hill.png").touch()
    (tmp_path / "part.md").write_text("a\n")
    (tmp_path / "code.py").write_text("a\n")
    (tmp_path / "mine.yaml").write_text("extends: dark\n")
    return tmp_path


@pytest.mark.checkout
def test_the_table_is_read() -> None:
    """Else nothing would be tried."""
    assert len(rows()) > 40


@pytest.mark.checkout
@pytest.mark.parametrize(("what", "text", "said"), rows())
def test_a_row_says_what_becomes_of_its_deck(what: str, text: str, said: str, folder: Path) -> None:
    """`yes` is told nothing of, `otherwise` is a warning, `no` stands on the slide as well."""
    assert said.startswith(KINDS), what
    deck = parse_deck(f"{text}\n", folder / "deck.md")
    expected = [] if said == "yes" else [said.startswith("no")]
    assert [notice.wrong for notice in deck.notices] == expected, deck.notices
    problems = [block for slide in deck.slides for block in slide.blocks if isinstance(block, Problem)]
    assert len(problems) == sum(expected)
