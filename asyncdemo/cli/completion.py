"""What Tab completes besides commands and options: `asyncdemo --install-completion` has the shell ask."""

import typer

from ..stages.catalogue import STAGES

Choices = list[tuple[str, str]]
"""(what can be typed, what it is)."""


def stage_names(incomplete: str) -> Choices:
    """Stages that begin so."""
    return [(stage.name, stage.title) for stage in STAGES.values() if stage.name.startswith(incomplete.lower())]


def file_names(context: typer.Context, incomplete: str) -> Choices:
    """Files of the stage that stands before them."""
    from ..stages.files import stage_files

    stage = STAGES.get(str(context.params.get("stage")).lower())
    found = stage_files(stage) if stage is not None else {}
    typed = found if "/" in incomplete else dict.fromkeys(name.rpartition("/")[2] for name in found)
    return [(name, "") for name in typed if name.startswith(incomplete)]
