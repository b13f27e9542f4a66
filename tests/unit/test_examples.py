"""The examples of each `--help` can be typed."""

import re
import shlex
from typing import Any

import pytest
import typer

from asyncdemo.cli import app, compare, hammer, learn, run
from asyncdemo.cli.options.examples import EXAMPLES, examples

LINES = [line for lines in EXAMPLES.values() for line in lines]
READ = {"run": run.options_from, "hammer": hammer.options_from, "compare": compare.options_from}
"""Command -> what makes sense of its options."""


def commands() -> dict[str, Any]:
    """Each command, as it reads its words."""
    group: Any = typer.main.get_command(app)
    return {**{name: group.get_command(None, name) for name in group.list_commands(None)}, "asyncdemo": group}


def test_every_command_has_two_or_three() -> None:
    """They are its own; those of all begin with what is tried first."""
    words = {f"learn {word}" for word in learn.WORDS}
    assert set(EXAMPLES) == {*commands(), *words}
    for name, lines in EXAMPLES.items():
        assert 2 <= len(lines) <= 3
        assert name == "asyncdemo" or all(line.startswith(f"asyncdemo {name}") for line in lines)
        assert max(map(len, examples(name).splitlines())) <= 80


@pytest.mark.parametrize("line", LINES)
def test_an_example_is_understood(line: str) -> None:
    """Its options are there, and they go together. The shell's part is the shell's."""
    typed, *_ = re.split(r" (?:[|>]|&&) ", line)
    program, name, *words = shlex.split(typed, comments=True)
    assert program == "asyncdemo"
    context = commands()[name].make_context(name, words)
    if name in READ:
        READ[name](context)
