"""`asyncdemo show STAGE [FILE]`."""

from typing import Annotated

import typer

from .options.shared_options import A_STAGE, NoColours, NoPager, file_names, stage_first, stage_names


def show(
    stage: Annotated[str, typer.Argument(help=A_STAGE, show_default=False, autocompletion=stage_names)],
    file: Annotated[
        str | None,
        typer.Argument(
            help="One of its files, like views.py; without it, all in reading order.",
            show_default=False,
            autocompletion=file_names,
        ),
    ] = None,
    plain: NoColours = False,
    no_pager: NoPager = False,
) -> None:
    """Show the source of a stage, paged where it does not fit. In a pipe, a file comes out byte for byte."""
    from ..showing.source_output import show_stage

    raise typer.Exit(show_stage(stage_first("show", stage, file), file, plain, no_pager))
