"""What somebody has typed, or written into a deck: would it be understood? Nothing is run."""

from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import typer

from ..errors import AsyncdemoError
from ..launcher.options import stage_named


def problem_with(arguments: Sequence[str]) -> str:
    """What is wrong with `asyncdemo ARGUMENTS`, in a sentence; empty if command and options are there."""
    from . import app  # which imports this

    command: Any = typer.main.get_command(app)
    try:
        with redirect_stdout(StringIO()):  # for --help
            outer = command.make_context("asyncdemo", list(arguments))
            rest = [*outer._protected_args, *outer.args]
            if not rest:
                return ""
            name, inner, others = command.resolve_command(outer, rest)
            given = inner.make_context(name, others, parent=outer).params
        for stage in given.get("stages") or filter(None, [given.get("stage")]):
            stage_named(stage)
    except typer.Exit:
        return ""
    except AsyncdemoError as error:
        return str(error)
    except Exception as error:  # what the parser raises has had another base with each version
        words = getattr(error, "format_message", None)
        if words is None:
            raise
        return str(words())
    return ""
