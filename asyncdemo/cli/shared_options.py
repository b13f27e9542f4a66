"""Options that several commands have."""

from typing import Annotated, Any

import typer

from ..base.errors import UsageError

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
