"""`asyncdemo checkout STAGE DIR`."""

from pathlib import Path
from typing import Annotated

import typer

from .options.shared_options import A_STAGE, stage_first, stage_names


def checkout(
    stage: Annotated[str, typer.Argument(help=A_STAGE, show_default=False, autocompletion=stage_names)],
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new folder for it, or an empty one.", show_default=False)
    ],
) -> None:
    """Make a project of your own that begins as a stage: to change it, and to run it with asyncdemo or without."""
    from ..features.checkout import check_out

    raise typer.Exit(check_out(stage_first("checkout", stage, folder), folder))
