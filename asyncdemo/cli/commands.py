"""The commands as Typer has them. Each is imported when it is typed.

What cannot be read is told as all else of ours: the thing, the problem, and what to type instead.
"""

import os
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import pairwise
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from ..base.errors import UsageError
from ..base.text import without_passwords
from ..stages.catalogue import STAGES
from .options.examples import EXAMPLES, LIKE, examples, like_of
from .options.typed_values import convert

COMMANDS = (
    *("learn", "run", "hammer", "compare", "replay", "talk"),
    *("stages", "show", "diff", "checkout", "monday", "doctor", "redis"),
)
"""All of them: each is the function of its name in the module of its name."""
TO_A_URL = "hammer is sent to a URL. Try: asyncdemo hammer http://127.0.0.1:8000/"
TO_A_SETUP = "each setup has workers of its own. Try: asyncdemo compare bonus:3 bonus:2+1"
TO_A_TODAY = "each setup has workers of its own. Try: asyncdemo compare today:3 today:2+1"
TO_A_CHOICE = "it is part of a setup. Try: asyncdemo compare today:3 'today --one-queue' 'today --priority'"
INSTEAD = {
    ("hammer", "--port"): TO_A_URL,
    ("hammer", "--host"): TO_A_URL,
    ("hammer", "-c"): "for {8} visitors who each wait for their answer, type --closed {8}",
    ("hammer", "-z"): "for how long it is to send, type --duration {10s}",
    ("hammer", "-n"): "for how many, type a rate and a time: --rate 10 --duration 60s",
    ("hammer", "-q"): "for so many requests a second, type --rate {10}",
    ("hammer", "-H"): "what each request says at its head, type --header 'Cookie: sessionid=abc'",
    ("hammer", "-T"): "what each request says at its head, type --header 'Content-Type: application/json'",
    ("hammer", "-X"): "how it is asked, type --method {POST}",
    ("hammer", "-m"): "how it is asked, type --method {POST}",
    ("hammer", "-d"): "for how long it is to send, type --duration 10s; what it sends, --body 'a=1'",
    ("hammer", "-p"): "what it sends, type --body 'a=1'",
    ("hammer", "-t"): "how long a visitor waits for an answer, type --timeout 15s; it needs no threads",
    ("hammer", "--for"): "for how long it is to send, type --duration {10s}",
    ("hammer", "--speed"): "the speed is the stage's. Try: asyncdemo run step3 --speed {10} --hammer 1/s",
    ("run", "--rate"): "the load of a run is --hammer. Try: asyncdemo run step3 --hammer {1/s}",
    ("run", "--duration"): "for how long it is to run, type --for {60s}",
    ("run", "--json"): "a run can be recorded: --record FILE. Figures are written by asyncdemo hammer and compare",
    ("compare", "--workers"): TO_A_SETUP,
    ("compare", "-w"): TO_A_SETUP,
    ("compare", "--reserved-web"): TO_A_SETUP,
    ("compare", "--reserved-short"): TO_A_TODAY,
    ("compare", "--one-queue"): TO_A_CHOICE,
    ("compare", "--priority"): TO_A_CHOICE,
    ("compare", "--defaults"): "it is part of a setup. Try: asyncdemo compare 'today_celery --defaults'",
    ("compare", "--engine"): "each engine is a stage. Try: asyncdemo compare today:3 today_celery:3",
    ("compare", "--database"): "each of its setups has a database of its own: leave it out",
    ("compare", "--hammer"): "the load is the same for all. Try: asyncdemo compare --rate {1}",
    ("compare", "--for"): "for how long requests leave, type --duration {60s}",
    ("compare", "--port"): "each of its setups has a free one: leave it out",
    ("compare", "--redis"): "its setups share a Redis of its own: leave it out",
}
"""(command, option that it does not have) -> what whoever types it means: other load tools have such. In braces, a
value of it, where none is typed."""
TOO_MUCH = {
    "run": "One stage runs at a time. Several side by side: asyncdemo compare step1 step3",
    "hammer": "A load goes to one URL. Try: asyncdemo hammer http://127.0.0.1:8000/",
    "stages": "It lists all of them. The code of one: asyncdemo show step1",
    "diff": "It shows what two differ in. Try: asyncdemo diff step1 step3",
    "monday": "It is one page. Type asyncdemo monday",
    "doctor": "It looks at all that there is. Type asyncdemo doctor",
    "redis": "Its port is an option. Try: asyncdemo redis --port 6380",
}
"""Command -> what whoever types one thing too many means."""
NO_COMMANDS = {"help": "--help", "version": "--version", "-V": "--version", "-v": "--version"}
"""What other programs understand in the place of a command -> what does it here."""


class Command(TyperCommand):
    """A command whose mistakes are told as all others of ours, and whose help ends with examples."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """In the colours of Typer; what the formatter has comes after that."""
        super().format_help(ctx, formatter)
        formatter.write(examples(self.name or ""))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises UsageError for options and arguments that it does not have, or lacks."""
        convert(self.get_params(ctx))
        with told(self, ctx, args):
            return super().parse_args(ctx, args)


class Commands(TyperGroup):
    """All of them; a stage is often typed where one of them belongs."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = {name: TyperCommand(name) for name in COMMANDS}

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command, imported now; None if there is none of this name."""
        if type(self.commands.get(cmd_name)) is TyperCommand:
            self.commands[cmd_name] = imported(cmd_name)
        return super().get_command(ctx, cmd_name)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """As that of a command."""
        super().format_help(ctx, formatter)
        formatter.write(examples(self.name or ""))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises UsageError for options that asyncdemo itself does not have."""
        if args and args[0] in NO_COMMANDS and not ctx.resilient_parsing:  # which is of a completion
            raise UsageError(no_command(*args[:2]))
        convert(self.get_params(ctx))
        with told(self, ctx, args):
            return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Raises UsageError for a command that there is not."""
        if args and args[0].lower() in STAGES and not ctx.resilient_parsing:
            raise UsageError(f"{args[0]} is a stage, and no command. Try: asyncdemo run {args[0].lower()}")
        with told(self, ctx, args):
            return super().resolve_command(ctx, args)


def no_command(typed: str, after: str = "") -> str:
    """What to type in the place of what other programs understand."""
    command = f"{after} " if typed == "help" and after in EXAMPLES else ""
    kind = "option" if typed.startswith("-") else "command"
    return f"{typed} is no {kind} here. Try: asyncdemo {command}{NO_COMMANDS[typed]}"


def imported(name: str) -> Any:
    """The command of a name."""
    module = import_module(f"{__package__}.{name}")
    alone = typer.Typer(add_completion=False)
    kind = getattr(module, f"{name.capitalize()}Command", Command)
    alone.command(name, cls=kind)(getattr(module, name))
    return typer.main.get_command(alone)


@contextmanager
def told(command: "Command | Commands", context: Any, args: list[str]) -> Iterator[None]:
    """Raises UsageError instead of Typer's own."""
    args = list(args)  # Typer takes them away while it reads
    try:
        yield
    except Exception as error:  # Typer's own class of them has another name in each of its versions
        if not hasattr(error, "format_message"):
            raise
        raise UsageError(problem(command, context, args, error)) from None


def problem(command: "Command | Commands", context: Any, args: list[str], error: Any) -> str:
    """What an error of Typer's says, in our words where we know better ones."""
    name = command.name or "" if isinstance(command, Command) else ""
    option, parameter = getattr(error, "option_name", None) or "", getattr(error, "param", None)
    said = without_passwords(error.format_message()).rstrip(".")
    if parameter is not None and (text := wrong_value(name, parameter, given(command, context, args, parameter))):
        return f"{name} {text}".lstrip()
    place = " ".join(filter(None, (name, option)))
    instead = (
        meant(name, option.partition(" ")[0], args)
        or behind(context, option, args, said)
        or unsaid(command, option, said)
        or f"{said}. {advice(name, said)}"
    )
    return f"{place}: {instead}".removeprefix(": ").replace("?.", "?")


def meant(name: str, option: str, args: list[str]) -> str:
    """What stands in a command for an option that it does not have, with the value that was typed; empty for none."""
    typed = next((before_after for before_after in pairwise([*args, ""]) if before_after[0].startswith(option)), None)
    value = "" if typed is None else typed[0].removeprefix(option).removeprefix("=") or typed[1]
    value = value if value and is_value(value) else ""
    return re.sub(r"\{(.*?)\}", lambda example: value or example[1], INSTEAD.get((name, option), ""))


def is_value(text: str) -> bool:
    """Whether it can stand in a sentence as it is: a number, a duration, a rate, a method."""
    return re.fullmatch(r"\d[\w./]*|[A-Z]+", text) is not None


def behind(context: Any, option: str, args: list[str], said: str) -> str:
    """What to type where an option stands before its command; empty for what does not."""
    begins = next((place for place, word in enumerate(args) if word in COMMANDS), 0)
    if context.parent is not None or not begins or not said.startswith("No such option"):
        return ""
    if not any(option in parameter.opts for parameter in imported(args[begins]).params):
        return ""
    return f"options come behind the command. Try: asyncdemo {shlex.join([*args[begins:], *args[:begins]])}"


def given(command: "Command | Commands", context: Any, args: list[str], parameter: Any) -> tuple[object, str]:
    """The value that was typed for a parameter, or is in the environment, and the name of the variable or nothing."""
    typed, _, _ = command.make_parser(context).parse_args(args)
    value, source = parameter.consume_value(context, typed)
    names = [parameter.envvar] if isinstance(parameter.envvar, str) else parameter.envvar or ()
    variables = (name for name in names if os.environ.get(name) == value)
    return value, next(variables, "") if source.name == "ENVIRONMENT" else ""


def wrong_value(name: str, parameter: Any, given: tuple[object, str]) -> str:
    """What is wrong with the value of a command's option; empty for what is none of our business."""
    (value, variable), option = given, parameter.opts[0]
    if not isinstance(value, str) or not option.startswith("--"):
        return ""
    named = f"{variable}={value!r}" if variable else f"{option} {value!r}"
    if getattr(parameter, "is_flag", False):
        return f"{named} is neither yes nor no. Set it to 1 or 0."
    if option not in LIKE:
        return ""
    like = like_of(name, option)
    instead = f"Set it like {variable}={like}" if variable else f"Type it like {option} {like}"
    return f"{named} is no {'whole number' if is_number(value) else 'number'}. {instead}."


def is_number(text: str) -> bool:
    """Whether it is one at all."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def unsaid(command: "Command | Commands", option: str, said: str) -> str:
    """What to type where a value is missing, one is too much, or a letter stands for an option; empty for all else."""
    if said.endswith("requires an argument") and option in LIKE:
        return f"its value is missing. Type it like {option} {like_of(command.name or '', option)}."
    if said.startswith("Got unexpected extra argument"):
        return too_much(command, said.partition(" (")[2].removesuffix(")"))
    if said.endswith("does not take a value"):
        return f"it takes no value. Type {option} alone."
    if len(option) != 2 or not said.startswith("No such option"):
        return ""
    flags = [flag for parameter in command.params for flag in parameter.opts if flag.startswith(f"-{option}")]
    if option[1].isdigit():
        return f"no number here begins with a minus. Try: asyncdemo {command_words(command)}--help"
    whole = f"Type {' or '.join(flags)}." if flags else f"Try: asyncdemo {command_words(command)}--help"
    return f"options are typed in whole words. {whole}"


def too_much(command: "Command | Commands", extra: str) -> str:
    """What to type where there is no room for some words."""
    if command.name == "run" and is_number(extra.split()[0]):
        workers = f"{extra} workers are typed like --workers {extra}; seconds"
        seconds = workers if extra.isdecimal() else "Seconds"
        return f"{extra!r} is too much. {seconds} are typed with commas between them, like --delays 5,5,5,30."
    help_of_it = f"Try: asyncdemo {command_words(command)}--help"
    return f"{extra!r} is too much. {TOO_MUCH.get(command.name or '', help_of_it)}"


def command_words(command: "Command | Commands") -> str:
    """As it is typed after `asyncdemo `."""
    return f"{command.name} " if isinstance(command, Command) else ""


def advice(command: str, said: str) -> str:
    """What to type next."""
    if said.startswith("Missing argument") and command in ("run", "show", "diff", "checkout"):
        then = {"diff": " step2", "checkout": " mine"}.get(command, "")
        return f"The stages are: {', '.join(STAGES)}. Try: asyncdemo {command} step1{then}"
    return f"Try: asyncdemo {command} --help".replace("  ", " ")
