"""`asyncdemo show STAGE [FILE]`."""

from typing import Annotated

import typer

from ..stages.catalogue import stage_named
from .shared_options import NoColours


def show(
    stage: Annotated[str, typer.Argument(help="step1, step2, step3 or bonus.", show_default=False)],
    file: Annotated[
        str | None,
        typer.Argument(help="One of its files, like views.py; without it, all in reading order.", show_default=False),
    ] = None,
    plain: NoColours = False,
) -> None:
    """Show the source of a stage. In a pipe, a file comes out byte for byte."""
    from ..showing.source_output import show_stage

    raise typer.Exit(show_stage(stage_named(stage), file, plain))
