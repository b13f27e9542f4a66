"""`asyncdemo diff STAGE STAGE`, and `asyncdemo diff STAGE DIR`."""

from pathlib import Path
from typing import Annotated

import typer

from ..base.errors import UsageError
from ..stages.catalogue import STAGES, did_you_mean, stage_named
from .options.shared_options import A_STAGE, NoColours, NoPager, stage_names


def diff(
    before: Annotated[
        str,
        typer.Argument(metavar="STAGE", help=A_STAGE, show_default=False, autocompletion=stage_names),
    ],
    after: Annotated[
        str,
        typer.Argument(
            metavar="STAGE|DIR",
            help="The stage to compare it with, or the folder that a checkout of it has made.",
            show_default=False,
            autocompletion=stage_names,
        ),
    ],
    plain: NoColours = False,
    no_pager: NoPager = False,
) -> None:
    """Show what the second stage changes against the first, as git diff does. In a pipe, patch -p1 can apply it.

    With the folder of a checkout, show what was changed in it.
    """
    from ..features.checkout import changed_in
    from ..showing.source_output import Source, show_changes
    from ..stages.files import stage_files

    first = stage_named(before)
    if after.lower() in STAGES:
        second = stage_named(after)
        sources = Source(first.name, stage_files(first)), Source(second.name, stage_files(second))
    elif Path(after).is_dir():
        sources = changed_in(first, Path(after))
    else:
        raise UsageError(
            f"There is no stage and no folder {after!r}. The stages are: {', '.join(STAGES)}.{did_you_mean(after)} "
            f"A folder to change is made by: asyncdemo checkout {first.name} mine"
        )
    raise typer.Exit(show_changes(*sources, plain, no_pager))
