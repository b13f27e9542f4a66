"""Values as they are typed, read without pydantic: as Typer reads them, with its words for those it cannot read."""

import subprocess
import sys
from typing import Annotated, Any

import pytest
import typer

from asyncdemo.cli.commands import Command
from tests.waiting import DEADLINE_S

TEXTS = (
    *("3", "0", "007", "3.5", "3.", ".5", ".", "", " 3 ", "-3", "+3", "1e3", "1_0", "0x1", "\u0663", "x", "nan", "inf"),
    *("true", "9" * 18, "9" * 19, "9" * 5000, "1" * 9 + ".5"),
)
TYPED = (
    *(["--count", text] for text in TEXTS),
    *(["--share", text] for text in TEXTS),
    *(["--word", text] for text in TEXTS),
    *(["--many", text, "--many", "3"] for text in TEXTS),
    *([], ["--yes"], ["--no-yes"], ["3", "4"], ["3", "x"], ["--word"]),
)
ASK = """
import sys
from typing import Any
from asyncdemo.cli import app
from asyncdemo.cli.commands import imported
name, *words = sys.argv[1:]
imported(name).make_context(name, words)
print(sorted({"pydantic", "rich"} & sys.modules.keys()))
"""


def command(
    numbers: Annotated[list[int] | None, typer.Argument()] = None,
    count: int = 1,
    share: float = 2,
    word: str | None = None,
    yes: bool = False,
    maybe: bool | None = None,
    many: Annotated[list[str] | None, typer.Option()] = None,
) -> None:
    """A parameter of each kind."""


def read(cls: Any, words: list[str]) -> Any:
    """What a command of this class makes of them: its values, or what is wrong."""
    one = typer.Typer(add_completion=False)
    one.command(cls=cls)(command)
    try:
        made: Any = typer.main.get_command(one).make_context("command", list(words))
    except Exception as error:
        return str(error)
    return {name: repr(value) for name, value in made.params.items()}


@pytest.mark.parametrize("words", TYPED, ids=lambda words: " ".join(words)[:40])
def test_it_is_read_as_typer_reads_it(words: list[str]) -> None:
    """The same values, of the same types; or the same problem."""
    ours, theirs = read(Command, words), read(None, words)
    assert ours == theirs or theirs.rstrip(".") in ours


@pytest.mark.parametrize(
    "words",
    [
        ["run", "step1", "--speed", "10", "--workers", "3", "--for", "1m", "--plain"],
        ["hammer", "http://127.0.0.1/", "--closed", "3", "--header", "A: b", "--fail-if", "errors>0"],
        ["compare", "step3", "bonus", "--speed", "20.5"],
        ["stages"],
    ],
)
def test_what_is_usually_typed_needs_no_pydantic(words: list[str]) -> None:
    """Importing it takes longer than all else of a short command. Rich is for those who draw."""
    asked = subprocess.run([sys.executable, "-c", ASK, *words], capture_output=True, text=True, timeout=DEADLINE_S)
    assert asked.stdout.strip() == "[]", asked.stderr
