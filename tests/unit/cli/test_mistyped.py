"""What is said of a command line that cannot be read."""

from typing import Any, get_args, get_type_hints

import pytest
import typer

from asyncdemo.base.errors import UsageError
from asyncdemo.cli import app, commands
from asyncdemo.cli.commands import Command
from asyncdemo.cli.options.examples import like_of

GROUP: Any = typer.main.get_command(app)
COMMANDS: dict[str, Any] = {name: GROUP.get_command(None, name) for name in commands.COMMANDS}
ALL = [(name, parameter) for name, command in COMMANDS.items() for parameter in command.params]
WITH_VALUE = [
    (name, option.opts[0])
    for name, option in ALL
    if option.opts[0].startswith("--") and not option.is_flag and not option.hidden
]
WITH_P = "--priority or --port or --plain or --python or --path"
"""What may be meant by `-p`, of a run."""


def kinds(name: str, parameter: Any) -> set[Any]:
    """The types that a command's function gives to one of its parameters."""
    hint = get_type_hints(COMMANDS[name].callback)[parameter.name]
    return {hint, *get_args(hint)}


NUMBERS = [(name, option.opts[0]) for name, option in ALL if kinds(name, option) & {int, float}]
SWITCHES = [(name, option) for name, option in ALL if bool in kinds(name, option) and option.envvar]


COMMAS = "are typed with commas between them, like --delays 5,5,5,30."
TOO_FAST = "is more than 100000 requests a second. Type at most"


def said(*typed: str) -> str:
    """What the command line says of it."""
    with pytest.raises(UsageError) as raised:
        app([*typed], standalone_mode=False)
    return str(raised.value)


def test_the_commands_say_it_themselves() -> None:
    """All of them; there are numbers in several."""
    assert all(isinstance(command, Command) for command in COMMANDS.values())
    assert {"run", "hammer", "replay", "talk", "doctor", "redis"} <= {name for name, _ in NUMBERS}
    assert ("run", "--speed") in NUMBERS
    assert ("hammer", "--rate") in WITH_VALUE


@pytest.mark.parametrize(("name", "option"), NUMBERS)
def test_no_number_where_one_belongs(name: str, option: str) -> None:
    """What was typed, and what to type; no word of a library."""
    assert (
        said(name, option, "x10")
        == f"{name} {option} 'x10' is no number. Type it like {option} {like_of(name, option)}."
    )
    assert float(like_of(name, option)) > 0


@pytest.mark.parametrize("option", ["--workers", "--port"])
def test_a_fraction_where_a_whole_number_belongs(option: str) -> None:
    """It is a number."""
    assert said("run", "bonus", option, "2.5").startswith(f"run {option} '2.5' is no whole number. Type it like")


def test_a_port_is_like_those_of_what_listens() -> None:
    """A Redis does not listen where web servers do."""
    assert said("redis", "--port", "abc") == "redis --port 'abc' is no number. Type it like --port 6380."
    assert said("run", "--port", "abc") == "run --port 'abc' is no number. Type it like --port 8000."


def test_a_number_may_be_one_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is the variable that is to be set."""
    monkeypatch.setenv("ASYNCDEMO_PORT", "http")
    assert said("run", "step1") == "run ASYNCDEMO_PORT='http' is no number. Set it like ASYNCDEMO_PORT=8000."
    assert said("run", "step1", "--port", "web").startswith("run --port 'web' is no number.")


@pytest.mark.parametrize(("name", "option"), SWITCHES)
def test_a_switch_of_the_environment(name: str, option: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is on or off."""
    monkeypatch.setenv(option.envvar, "maybe")
    arguments = ["step1"] * sum(parameter.required for _, parameter in ALL if _ == name)
    assert said(name, *arguments) == f"{name} {option.envvar}='maybe' is neither yes nor no. Set it to 1 or 0."


@pytest.mark.parametrize(("name", "option"), WITH_VALUE)
def test_a_value_that_is_missing(name: str, option: str) -> None:
    """One like it is shown."""
    assert (
        said(name, option) == f"{name} {option}: its value is missing. Type it like {option} {like_of(name, option)}."
    )


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("help", "help is no command here. Try: asyncdemo --help"),
        ("help run", "help is no command here. Try: asyncdemo run --help"),
        ("help runn", "help is no command here. Try: asyncdemo --help"),
        ("version", "version is no command here. Try: asyncdemo --version"),
        ("-V", "-V is no option here. Try: asyncdemo --version"),
        ("run step1 -p 9000", f"run -p: options are typed in whole words. Type {WITH_P}."),
        ("run step1 -p9000", f"run -p: options are typed in whole words. Type {WITH_P}."),
        ("run bonus -w 3", "run -w: options are typed in whole words. Type --workers."),
        ("hammer -r 5", "hammer -r: options are typed in whole words. Type --rate or --ramp."),
        ("hammer -x", "hammer -x: options are typed in whole words. Try: asyncdemo hammer --help"),
        ("-p 8000", "-p: options are typed in whole words. Try: asyncdemo --help"),
        ("learn goto -12", "learn -1: no number here begins with a minus. Try: asyncdemo learn --help"),
        ("run step1 --plain=x", "run --plain: it takes no value. Type --plain alone."),
        ("run step1 --duration 5s", "run --duration: for how long it is to run, type --for 5s"),
        (
            "run step3 step1",
            "run: 'step1' is too much. One stage runs at a time. Several side by side: asyncdemo compare step1 step3",
        ),
        ("redis 6380", "redis: '6380' is too much. Its port is an option. Try: asyncdemo redis --port 6380"),
        (
            "run step3 --delays 5 5 30",
            "run: '5 30' is too much. Seconds are typed with commas between them, like --delays 5,5,5,30.",
        ),
        ("doctor redis", "doctor: 'redis' is too much. It looks at all that there is. Type asyncdemo doctor"),
        ("hammer --for 5s", "hammer --for: for how long it is to send, type --duration 5s"),
        ("hammer --for", "hammer --for: for how long it is to send, type --duration 10s"),
        ("hammer -c 10", "hammer -c: for 10 visitors who each wait for their answer, type --closed 10"),
        ("hammer -c20 -z5s", "hammer -c: for 20 visitors who each wait for their answer, type --closed 20"),
        ("hammer -c --json x", "hammer -c: for 8 visitors who each wait for their answer, type --closed 8"),
        ("hammer -X PUT", "hammer -X: how it is asked, type --method PUT"),
        ("run --duration=20s", "run --duration: for how long it is to run, type --for 20s"),
        ("run step3 4", f"run: '4' is too much. 4 workers are typed like --workers 4; seconds {COMMAS}"),
        ("run step3 1.5", f"run: '1.5' is too much. Seconds {COMMAS}"),
        ("--speed 10 run step3", "--speed: options come behind the command. Try: asyncdemo run step3 --speed 10"),
        ("--bogus run step3", "--bogus: No such option: --bogus. Try: asyncdemo --help"),
        ("run step3 --yes", "--yes is of a project of yours, and step3 is a stage: leave it out."),
        ("run step3 --workers 0", "--workers 0: step3 runs with 1 to 64 workers. Type it like --workers 4."),
        ("run step3 --workers 65", "--workers 65: step3 runs with 1 to 64 workers. Type it like --workers 64."),
        ("hammer --rate 1000000", f"--rate 1000000 at speed 1 {TOO_FAST} 100000."),
        ("run step3 --speed 10 --hammer 20000", f"--hammer 20000 at speed 10 {TOO_FAST} 10000."),
        ("hammer /slow/", "hammer /slow/: that is a path. Of what runs here: asyncdemo hammer --path /slow/"),
        ("hammer ?a=1", "hammer ?a=1: that is a path. Of what runs here: asyncdemo hammer --path '/?a=1'"),
        ("show view.py step3", "show: the stage comes first. Type asyncdemo show step3 view.py"),
        ("checkout mine STEP3", "checkout: the stage comes first. Type asyncdemo checkout step3 mine"),
        ("talk a b (c)", "talk: 'b (c)' is too much. Try: asyncdemo talk --help"),
    ],
)
def test_what_other_programs_understand(typed: str, instead: str) -> None:
    """What it is called here."""
    assert said(*typed.split()) == instead
