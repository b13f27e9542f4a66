"""`asyncdemo diff STAGE STAGE`."""

from typing import Annotated

import typer

from ..stages.catalogue import stage_named
from .shared_options import NoColours, NoPager, stage_names


def diff(
    before: Annotated[
        str,
        typer.Argument(
            metavar="STAGE", help="step1, step2, step3 or bonus.", show_default=False, autocompletion=stage_names
        ),
    ],
    after: Annotated[
        str,
        typer.Argument(
            metavar="STAGE", help="The stage to compare it with.", show_default=False, autocompletion=stage_names
        ),
    ],
    plain: NoColours = False,
    no_pager: NoPager = False,
) -> None:
    """Show what the second stage changes against the first, as git diff does. In a pipe, patch -p1 can apply it."""
    from ..showing.source_output import show_changes

    raise typer.Exit(show_changes(stage_named(before), stage_named(after), plain, no_pager))
