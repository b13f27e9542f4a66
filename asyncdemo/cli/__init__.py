"""The command line: each command parses, makes one call, and sets the exit code.

What it does is in `features` and `talk`.
"""

import os
import sys
from typing import Annotated

import typer

from asyncdemo import __version__

from ..base.errors import AsyncdemoError, StartError, no_room_text
from ..base.output import remark, say, standard_outputs
from ..base.terminal import decide
from ..base.text import why_unread
from .commands import Commands

FIRST_COMMANDS = """\
asyncdemo: how web requests, slow work, queues and workers behave, in six stages.

Try these three first:

  asyncdemo run step1                              a slow call in the view: every visitor waits
  asyncdemo run step3                              the slow call over a channel: fast, until it gums up
  asyncdemo run bonus --workers 3 --reserved-web 1 one worker kept for the page: it stays fast

Then open the address that it prints, again and again. The talk, with these as its demos: asyncdemo talk
To learn it alone, in 90 minutes, from a question before each run: asyncdemo learn
All commands: asyncdemo --help"""

INSTALL = "--install-completion"

app = typer.Typer(
    name="asyncdemo",
    help="Run, watch, present and learn how web requests, slow work, queues and workers behave.",
    cls=Commands,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def show_version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        say(f"asyncdemo {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def asyncdemo(
    context: typer.Context,
    debug: Annotated[bool, typer.Option(envvar="ASYNCDEMO_DEBUG", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool | None, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version.")
    ] = None,
) -> None:
    if debug:
        os.environ["ASYNCDEMO_DEBUG"] = "1"
    if context.invoked_subcommand is None:
        say(FIRST_COMMANDS)


def not_installed(error: Exception) -> str:
    """Why Typer could not have the shell complete commands, and what to do; empty where it was not asked to."""
    if INSTALL not in sys.argv or not isinstance(error, OSError | UnicodeDecodeError):
        return ""
    where = error.filename if isinstance(error, OSError) and error.filename else "What your shell reads when it starts"
    return (
        f"{where} cannot be changed: {why_unread(error)}. "
        "Put into it yourself what this prints: asyncdemo --show-completion"
    )


def main() -> None:
    """The console script: every error of ours is a message and an exit code."""
    decide()
    try:
        with standard_outputs():
            app(prog_name="asyncdemo")
    except AsyncdemoError as error:
        if os.environ.get("ASYNCDEMO_DEBUG") == "1":
            raise
        if str(error):
            remark(f"asyncdemo: {error}")
        sys.exit(error.exit_code)
    except (OSError, RuntimeError, MemoryError, UnicodeDecodeError) as error:
        why = no_room_text(error) or not_installed(error)
        if os.environ.get("ASYNCDEMO_DEBUG") == "1" or not why:
            raise
        remark(f"asyncdemo: {why}")
        sys.exit(StartError.exit_code)
