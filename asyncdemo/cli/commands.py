"""The commands as Typer has them. Each is imported when it is typed.

What cannot be read is told as all else of ours: the thing, the problem, and what to type instead.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from ..base.errors import UsageError
from ..base.text import without_passwords
from ..stages.catalogue import STAGES
from .examples import examples
from .typed_values import convert

COMMANDS = ("run", "hammer", "compare", "replay", "talk", "stages", "show", "diff", "doctor", "redis")
"""All of them: each is the function of its name in the module of its name."""
TO_A_URL = "hammer is sent to a URL. Try: asyncdemo hammer http://127.0.0.1:8000/"
INSTEAD = {
    ("hammer", "--port"): TO_A_URL,
    ("hammer", "--host"): TO_A_URL,
    ("hammer", "-c"): "for 8 visitors who each wait for their answer, type --closed 8",
    ("hammer", "-z"): "for how long it is to send, type --duration 10s",
    ("hammer", "-n"): "for how many, type a rate and a time: --rate 10 --duration 60s",
    ("hammer", "-q"): "for so many requests a second, type --rate 10",
    ("hammer", "--speed"): "the speed is the stage's. Try: asyncdemo run step3 --speed 10 --hammer 1/s",
    ("run", "--rate"): "the load of a run is --hammer. Try: asyncdemo run step3 --hammer 1/s",
    ("run", "--json"): "a run can be recorded: --record FILE. Figures are written by asyncdemo hammer and compare",
    ("compare", "--workers"): "its rows have workers of their own. Try: asyncdemo run bonus --workers 3 --hammer 1",
}
"""(command, option that it does not have) -> what whoever types it means: other load tools have such."""


class Command(TyperCommand):
    """A command whose mistakes are told as all others of ours, and whose help ends with examples."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """In the colours of Typer; what the formatter has comes after that."""
        super().format_help(ctx, formatter)
        formatter.write(examples(self.name or ""))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises UsageError for options and arguments that it does not have, or lacks."""
        convert(self.get_params(ctx))
        with told(self.name or ""):
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
        convert(self.get_params(ctx))
        with told(""):
            return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Raises UsageError for a command that there is not."""
        if args and args[0].lower() in STAGES and not ctx.resilient_parsing:  # which is of a completion
            raise UsageError(f"{args[0]} is a stage, and no command. Try: asyncdemo run {args[0].lower()}")
        with told(""):
            return super().resolve_command(ctx, args)


def imported(name: str) -> Any:
    """The command of a name."""
    module = import_module(f"{__package__}.{name}")
    alone = typer.Typer(add_completion=False)
    alone.command(name, cls=Command)(getattr(module, name))
    return typer.main.get_command(alone)


@contextmanager
def told(command: str) -> Iterator[None]:
    """Raises UsageError instead of Typer's own."""
    try:
        yield
    except Exception as error:  # Typer's own class of them has another name in each of its versions
        if not hasattr(error, "format_message"):
            raise
        option = getattr(error, "option_name", None) or ""
        said = without_passwords(error.format_message()).rstrip(".")
        problem = INSTEAD.get((command, option)) or f"{said}. {advice(command, said)}".replace("?.", "?")
        raise UsageError(f"{' '.join(filter(None, (command, option)))}: {problem}".removeprefix(": ")) from None


def advice(command: str, said: str) -> str:
    """What to type next."""
    if said.startswith("Missing argument") and command in ("run", "show", "diff"):
        two = " step2" if command == "diff" else ""
        return f"The stages are: {', '.join(STAGES)}. Try: asyncdemo {command} step1{two}"
    return f"Try: asyncdemo {command} --help".replace("  ", " ")
