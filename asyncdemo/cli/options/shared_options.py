"""Options that several commands have, and what Tab completes besides: `--install-completion` has the shell ask."""

from pathlib import Path
from shlex import quote
from typing import Annotated, Any

import typer

from ...base.errors import UsageError
from ...base.text import printable
from ...events.stage import StageEntry
from ...stages.catalogue import STAGES, stage_named

Choices = list[tuple[str, str]]
"""(what can be typed, what it is)."""
Plain = Annotated[
    bool, typer.Option("--plain", envvar="ASYNCDEMO_PLAIN", help="Plain lines instead of panels, as in a pipe.")
]
NoColours = Annotated[
    bool, typer.Option("--plain", envvar="ASYNCDEMO_PLAIN", help="No colours and no pager, as in a pipe.")
]
NoPager = Annotated[
    bool,
    typer.Option("--no-pager", help="Straight to the terminal: no $PAGER, or less, for what does not fit in it."),
]
Figures = Annotated[
    str | None,
    typer.Option(
        help="Write all figures to this file; - for standard output. Replaces figures, nothing else.",
        show_default=False,
    ),
]


def seed_of(typed: dict[str, Any]) -> int:
    """That of `--seed`. Raises UsageError for one that chooses nothing."""
    if typed["seed"] is not None and typed["arrivals"] != "poisson":
        raise UsageError("--seed is of the chance in --arrivals poisson. Add that, or leave --seed out.")
    return 1 if typed["seed"] is None else int(typed["seed"])


def where_from(context: typer.Context, name: str) -> str:
    """Where the value of an option comes from: `COMMANDLINE`, `ENVIRONMENT`, `DEFAULT`; empty for what is none."""
    source = context.get_parameter_source(name)
    return source.name if source is not None else ""


A_STAGE = f"One of {', '.join(STAGES)}."


def stage_first(command: str, stage: str, other: object) -> StageEntry:
    """The stage that is typed before anything else. Raises UsageError, which says so where it is behind it."""
    if stage.lower() not in STAGES and (second := str(other).lower()) in STAGES:
        typed = f"asyncdemo {command} {second} {quote(printable(stage))}"
        raise UsageError(f"{command}: the stage comes first. Type {typed}")
    return stage_named(stage)


def check_file(command: str, file: str) -> None:
    """Raises UsageError where a stage is typed in the place of a file, and no file is called so."""
    if file.lower() in STAGES and not Path(file).exists():
        raise UsageError(f"{command} {file}: there is no such file. To run the stage: asyncdemo run {file.lower()}")


def stage_names(incomplete: str) -> Choices:
    """Stages that begin so."""
    return [(stage.name, stage.title) for stage in STAGES.values() if stage.name.startswith(incomplete.lower())]


def file_names(context: typer.Context, incomplete: str) -> Choices:
    """Files of the stage that stands before them."""
    from ...stages.files import stage_files

    stage = STAGES.get(str(context.params.get("stage")).lower())
    found = stage_files(stage) if stage is not None else {}
    typed = found if "/" in incomplete else dict.fromkeys(name.rpartition("/")[2] for name in found)
    return [(name, "") for name in typed if name.startswith(incomplete)]
