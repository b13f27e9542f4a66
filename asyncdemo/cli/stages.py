"""`asyncdemo stages`."""

import textwrap

import typer

from ..stages.catalogue import STAGES


def stages() -> None:
    """List the four stages of the talk, and what each shows."""
    for stage in STAGES.values():
        typer.echo(f"{stage.name:<6}  {stage.title}")
        typer.echo(textwrap.fill(stage.story, 80, initial_indent=" " * 8, subsequent_indent=" " * 8))
    typer.echo("\nStart one: asyncdemo run step1")
