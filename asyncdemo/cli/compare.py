"""`asyncdemo compare [SETUP…]`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..base.durations import parse_delays, parse_duration, parse_rate
from ..base.errors import UsageError
from .options.projects import HERE, page_of
from .options.shared_options import Figures, Plain, seed_of, stage_names, where_from

if TYPE_CHECKING:
    from ..features.compare_options import CompareOptions


def compare(
    context: typer.Context,
    setups: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SETUP",
            help="Up to eight: bonus:3 for 3 workers, bonus:2+1 for 2 and one reserved for web, in full "
            "'bonus --workers 3 --reserved-web 1', a stage, for its rows, or the folder of a project of yours. "
            "Default: six, the story of the talk.",
            show_default=False,
            autocompletion=stage_names,
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All rows of all stages, in turns of eight.")] = False,
    rate: Annotated[str, typer.Option(help="Requests a second of the lesson.")] = "1",
    duration: Annotated[str, typer.Option(help="How long requests leave, of the lesson: 60s, 1m30s.")] = "60s",
    delays: Annotated[str, typer.Option(help="Seconds that the outside service takes, in turn.")] = "5,5,5,30",
    arrivals: Annotated[str, typer.Option(help="even, or poisson: as independent visitors come.")] = "even",
    seed: Annotated[
        int | None,
        typer.Option(help="Of the chance in poisson: another one, other visitors. Default: 1.", show_default=False),
    ] = None,
    speed: Annotated[float, typer.Option(help="10: everything is ten times as fast; 1 with a project of yours.")] = 10,
    path: Annotated[
        str | None, typer.Option(help="Of projects of yours: the page that is visited.", show_default=False)
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Load projects of yours though their database is on another machine.")
    ] = False,
    in_turn: Annotated[bool, typer.Option("--in-turn", help="One after the other, in place of side by side.")] = False,
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
    workers: Annotated[str | None, typer.Option("--workers", "-w", hidden=True)] = None,
    reserved_web: Annotated[str | None, typer.Option("--reserved-web", hidden=True)] = None,
    reserved_short: Annotated[str | None, typer.Option("--reserved-short", hidden=True)] = None,
) -> None:
    """Run stages under the same load, and put them side by side: who waited, and what was lost."""
    typed = options_from(context)
    from ..base.files import check_outputs
    from ..features.compare import run_compare
    from ..features.report_files import write_comparison

    on_stderr = check_outputs({"--json": json, "--html": html, "--svg": svg, "--record": record})
    write = partial(write_comparison, options=typed, json=json, html=html, svg=svg)
    raise typer.Exit(run_compare(typed, plain, write, on_stderr))


def options_from(context: typer.Context, beside: Path = HERE) -> "CompareOptions":
    """What was typed, checked. Raises UsageError. A slide of a talk reads its command so, too, with folders beside its
    deck."""
    typed = context.params
    rate, duration = parse_rate(typed["rate"]), parse_duration(typed["duration"], "--duration")
    delays, seed = parse_delays(typed["delays"]), seed_of(typed)
    from ..features.compare_options import CompareOptions
    from ..measuring.setups import SETUPS
    from .options.setups import how_to_write, setups_from

    setups, flags = typed["setups"] or (), ("workers", "reserved_web", "reserved_short")
    if behind := {f"--{name.replace('_', '-')}": typed[name] for name in flags if typed[name] is not None}:
        example = how_to_write(setups, behind)
        raise UsageError(
            f"compare {next(iter(behind))}: each setup has workers of its own. Try: asyncdemo compare {example}"
        )
    page = page_of(typed["path"])
    rows = setups_from(setups, every=typed["every"], in_turn=typed["in_turn"], page=page, beside=beside) or SETUPS
    projects = [setup.project for setup in rows if setup.project is not None]
    if typed["path"] is not None and not projects:
        raise UsageError("--path is of projects of yours: asyncdemo compare ./before ./after --path /slow/")
    as_by_hand = any(not project.has_outside_service for project in projects)
    speed = 1.0 if as_by_hand and where_from(context, "speed") == "DEFAULT" else typed["speed"]
    comparing = CompareOptions(
        rows,
        rate,
        duration,
        speed,
        typed["record"],
        delays,
        typed["arrivals"],
        seed,
        in_turn=typed["in_turn"],
        confirmed=typed["yes"],
    )
    comparing.check()
    return comparing
