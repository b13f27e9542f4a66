"""The commands: each is imported when it is typed, and all of them are there for who looks for one."""

import re
import subprocess
import sys
from typing import Any

import pytest
import typer

from asyncdemo.base.errors import UsageError
from asyncdemo.cli import app, learn
from asyncdemo.cli.commands import COMMANDS
from asyncdemo.cli.options.examples import EXAMPLES
from asyncdemo.cli.stages import stages
from asyncdemo.stages.catalogue import STAGES
from tests.waiting import DEADLINE_S

OTHERS = "print(sorted(name for name in sys.modules if name.rpartition('.')[2] in COMMANDS and '.cli.' in name))"


def group() -> Any:
    """The whole command line."""
    return typer.main.get_command(app)


def test_all_of_them_are_there() -> None:
    """For `--help`, for Tab, and for whoever types one wrong; each with the first words of its help."""
    made = group()
    context = made.make_context("asyncdemo", ["stages"])
    assert (
        made.list_commands(context)
        == list(COMMANDS)
        == [name for name in EXAMPLES if name != "asyncdemo" and " " not in name]
    )
    helped = {name: made.get_command(context, name).get_short_help_str() for name in COMMANDS}
    assert all(helped.values()), helped
    assert {item.value for item in made.shell_complete(context, "r")} == {"run", "replay", "redis"}
    assert made.get_command(context, "walk") is None


def test_one_that_is_typed_wrong_is_guessed() -> None:
    """Though none of them has been imported."""
    made = group()
    with pytest.raises(UsageError, match="Did you mean 'hammer'"):
        made.resolve_command(made.make_context("asyncdemo", ["hamer"]), ["hamer"])


@pytest.mark.parametrize("typed", [["stages"], ["--version"], []])
def test_a_command_waits_for_no_other(typed: list[str]) -> None:
    """Only what is typed is imported."""
    words = f"sys.argv[1:] = {typed}; asyncdemo.cli.app(standalone_mode=False)"
    code = f"import sys, asyncdemo.cli; from asyncdemo.cli.commands import COMMANDS; {words}; {OTHERS}"
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=DEADLINE_S, check=True)
    assert asked.stdout.splitlines()[-1] == str([f"asyncdemo.cli.{name}" for name in typed if "-" not in name])


@pytest.mark.parametrize("command", ["run", "show", "diff", "checkout"])
def test_every_stage_is_named_to_who_may_type_one(command: str) -> None:
    """Those that were added too."""
    made = group()
    wanted = made.get_command(made.make_context("asyncdemo", ["stages"]), command)
    helps = " ".join(each.help for each in wanted.params if each.param_type_name == "argument")
    assert [name for name in STAGES if name not in re.findall(r"\w+", helps)] == []


FLAGS = re.compile(r"^[│ ]+(--[a-z-]+)", re.MULTILINE)
OWN = {
    "list": set(),
    "next": {"--plain", "--copies"},
    "back": {"--plain", "--copies"},
    "goto": {"--plain", "--copies", "--solved", "--yes"},
    "check": {"--copies"},
    "hint": set(),
    "reset": {"--copies", "--yes"},
    "status": {"--copies", "--json"},
}
"""Word of `learn` -> the options that its help has, beside those that each has."""


@pytest.mark.parametrize("typed", ["{} --help", "-h {}", "--course there {} --help"])
@pytest.mark.parametrize("word", learn.WORDS)
def test_each_word_of_learn_has_a_help_of_its_own(word: str, typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What it does, and its own options; that of all words is another."""
    with pytest.raises(SystemExit) as ended:
        app(["learn", *typed.format(word).split()], prog_name="asyncdemo")
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert shown.split()[:4] == ["Usage:", "asyncdemo", "learn", word]
    assert set(FLAGS.findall(shown)) == {*OWN[word], "--course", "--help"}
    assert ("N" in re.split(r"[^A-Z]+", shown.splitlines()[1])) == (word in learn.NUMBERED)
    assert not re.search(r"\bOf (goto|reset|status)", shown)
    with pytest.raises(SystemExit):
        app(["learn", "--help"], prog_name="asyncdemo")
    whole = capsys.readouterr().out
    assert whole.split()[3] == "[OPTIONS]"
    assert {"--check-course", *OWN[word]} <= set(FLAGS.findall(whole))


def test_options_of_the_stages_can_be_copied(capsys: pytest.CaptureFixture[str]) -> None:
    """No line breaks one at its hyphen."""
    stages()
    assert not [line for line in capsys.readouterr().out.splitlines() if line.endswith("-")]
