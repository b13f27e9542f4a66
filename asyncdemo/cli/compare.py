"""`asyncdemo compare [STAGE…]`."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from ..base.durations import parse_duration, parse_rate
from ..stages.catalogue import STAGES, stage_named
from .completion import stage_names
from .shared_options import Figures, Plain

if TYPE_CHECKING:
    from ..features.compare_options import CompareOptions


def compare(
    context: typer.Context,
    stages: Annotated[
        list[str] | None, typer.Argument(help="Only these stages.", show_default=False, autocompletion=stage_names)
    ] = None,
    rate: Annotated[str, typer.Option(help="Requests a second of the lesson.")] = "1",
    duration: Annotated[str, typer.Option(help="How long requests leave, of the lesson: 60s, 1m30s.")] = "60s",
    speed: Annotated[float, typer.Option(help="10: everything is ten times as fast.")] = 10,
    json: Figures = None,
    html: Annotated[
        str | None,
        typer.Option(
            help="Write a report to this file: one page, no network. Replaces a page, nothing else.", show_default=False
        ),
    ] = None,
    svg: Annotated[
        str | None,
        typer.Option(help="Write the picture to this file. Replaces a picture, nothing else.", show_default=False),
    ] = None,
    record: Annotated[
        str | None,
        typer.Option(
            help="Record the runs in this file, for `replay` and slides. Replaces a recording, nothing else.",
            show_default=False,
        ),
    ] = None,
    plain: Plain = False,
) -> None:
    """Run each stage in turn under the same load, and put them side by side: who waited, and what was lost."""
    typed = options_from(context)
    from ..base.files import check_outputs
    from ..features.compare import run_compare
    from ..features.report_files import write_comparison

    on_stderr = check_outputs({"--json": json, "--html": html, "--svg": svg, "--record": record})
    write = partial(write_comparison, options=typed, json=json, html=html, svg=svg)
    raise typer.Exit(run_compare(typed, plain, write, on_stderr))


def options_from(context: typer.Context) -> "CompareOptions":
    """What was typed, checked. Raises UsageError. A slide of a talk reads its command so, too."""
    typed = context.params
    stages = {stage.name: stage for stage in map(stage_named, typed["stages"] or ())}
    rate, duration = parse_rate(typed["rate"]), parse_duration(typed["duration"], "--duration")
    from ..features.compare_options import CompareOptions
    from ..measuring.setups import SETUPS, setups_of

    chosen = (stage for stage in STAGES.values() if stage.name in stages)
    setups = tuple(setup for stage in chosen for setup in setups_of(stage)) or SETUPS
    comparing = CompareOptions(setups, rate, duration, typed["speed"], record=typed["record"])
    comparing.check()
    return comparing
