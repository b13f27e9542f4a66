"""What stands for what an output cannot show."""

import io
import sys
from pathlib import Path

import pytest

from asyncdemo.base import fallback
from asyncdemo.base.output import Standard, as_picture, standard
from tests.e2e.command import CHECKOUT

TIMES = "\N{MULTIPLICATION SIGN}"


@pytest.fixture(autouse=True)
def handlers() -> None:
    """As the command has them."""
    fallback.register()


@pytest.mark.parametrize(
    ("encoding", "text", "lines", "cells"),
    [
        ("ascii", "p50 5 s · max 30 s", "p50 5 s - max 30 s", "p50 5 s - max 30 s"),
        ("ascii", f"3 {TIMES} 200 → …", "3 x 200 -> ...", "3 x 200 > ."),
        ("latin-1", f"3 {TIMES} 200 · …", f"3 {TIMES} 200 · ...", f"3 {TIMES} 200 · ."),
        ("utf-8", "… → █ Ω", "… → █ Ω", "… → █ Ω"),
        ("ascii", "╭─ step1 ─╮ │▁█░", "+- step1 -+ |_#.", "+- step1 -+ |_#."),
        ("ascii", "Zoë Ω", "Zo? ?", "Zo? ?"),
        ("ascii", "漢e\u0301", "?e?", "??e"),
    ],
)
def test_in_words_and_in_a_picture(encoding: str, text: str, lines: str, cells: str) -> None:
    """What is known looks like it; a name is not turned into another. A picture keeps its columns."""
    assert text.encode(encoding, fallback.LINES).decode(encoding) == lines
    assert text.encode(encoding, fallback.CELLS).decode(encoding) == cells


def test_what_the_product_says_is_known() -> None:
    """Every character of its own that is not ASCII."""
    files = [*(CHECKOUT / "asyncdemo").rglob("*.py"), *(CHECKOUT / "talk").glob("*.md")]
    sources = [file for file in files if file.name != "glyphs.py"]  # which draws what anybody's screen may show
    own = {character for file in sources for character in file.read_text("utf-8") if not character.isascii()}
    names = set("ëåÅéöüßΩøñç") | {character for character in own if character.isalpha() and character != "µ"}
    assert own
    assert sorted(own - names - fallback.SHOWN.keys()) == []


@pytest.mark.parametrize("character", fallback.SHOWN)
def test_each_has_a_cell(character: str) -> None:
    """And is ASCII: where it is needed, there may be nothing else."""
    assert fallback.in_words(character).isascii()
    assert fallback.in_cells(character).isascii()
    assert len(fallback.in_cells(character)) == 1


def test_only_a_picture_is_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Before and after it, standard output has words."""
    with (tmp_path / "out").open("w", encoding="ascii") as file:
        output = standard(file)
        assert isinstance(output, Standard)
        monkeypatch.setattr(sys, "stdout", output)
        print("a…")
        with as_picture():
            print("b…")
        print("c…")
        output.flush()
    assert (tmp_path / "out").read_text() == "a...\nb.\nc...\n"


def test_a_picture_for_whoever_reads_no_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing needs to be replaced there."""
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    with as_picture():
        print("a…")
    assert sys.stdout.getvalue() == "a…\n"


def test_what_cannot_be_read_is_not_made_up() -> None:
    """Bytes that are no text are an error to whoever reads them: only what is written has something in its place."""
    fallback.register()
    for errors in (fallback.LINES, fallback.CELLS):
        assert "a\N{HORIZONTAL ELLIPSIS}".encode("ascii", errors).startswith(b"a")
        with pytest.raises(UnicodeDecodeError):
            b"\xff".decode("ascii", errors)
