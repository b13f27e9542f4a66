"""docs/decks.md tells the truth: each row of its table is a deck."""

from pathlib import Path

import pytest
from PIL import Image

from asyncdemo.deck.deck import Problem
from asyncdemo.deck.reader import parse_deck
from asyncdemo.talk.check import TO_MEND, notices, pictures
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
    for name in ("hill.png", "hill.tiff"):
        Image.new("RGB", (20, 10), "red").save(tmp_path / name)
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "hill.gif", save_all=True, append_images=frames[1:])
    (tmp_path / "hill.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    (tmp_path / "damaged.png").write_bytes((tmp_path / "hill.png").read_bytes()[:40])
    (tmp_path / "part.md").write_text("a\n")
    (tmp_path / "code.py").write_text("a\n")
    (tmp_path / "mine.yaml").write_text("default:\n  colors:\n    background: '000022'\n")
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
    found = [*notices(deck), *pictures(deck)]
    assert [finding.kind == TO_MEND for finding in found] == expected, found
    problems = [block for slide in deck.slides for block in slide.blocks if isinstance(block, Problem)]
    assert len(problems) == sum(notice.wrong for notice in deck.notices)
