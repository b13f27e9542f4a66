"""`asyncdemo run STAGE`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..base.addresses import DEFAULT_REDIS, LOOPBACK
from ..base.durations import parse_delays, parse_duration, parse_rate
from ..stages.catalogue import ENGINES, STAGES, stage_named, with_engine
from .options.projects import HERE, page_of, project_from
from .options.shared_options import Plain, stage_names, where_from

if TYPE_CHECKING:
    from ..running.options import RunOptions


def run(
    context: typer.Context,
    stage: Annotated[
        str,
        typer.Argument(
            metavar="STAGE|DIR",
            help=f"{', '.join(STAGES)}; or the folder of a project of yours.",
            show_default=False,
            autocompletion=stage_names,
        ),
    ],
    workers: Annotated[
        int | None,
        typer.Option(
            envvar="ASYNCDEMO_WORKERS",
            help="All workers. step1: waitress threads instead of a thread per request; step2, step3: slots in the "
            "server (4); bonus, today: processes (3), 0 for none.",
            show_default=False,
        ),
    ] = None,
    reserved_web: Annotated[
        int,
        typer.Option(envvar="ASYNCDEMO_RESERVED_WEB", help="How many of the workers leave notify alone (bonus)."),
    ] = 0,
    reserved_short: Annotated[
        int,
        typer.Option(envvar="ASYNCDEMO_RESERVED_SHORT", help="How many of the workers take mails alone (today)."),
    ] = 0,
    one_queue: Annotated[bool, typer.Option("--one-queue", help="One queue for all tasks (today).")] = False,
    priority: Annotated[bool, typer.Option("--priority", help="Mails go before newsletters (today).")] = False,
    engine: Annotated[
        str, typer.Option(envvar="ASYNCDEMO_ENGINE", help=f"What does today's work: {', '.join(ENGINES)}.")
    ] = "tasks",
    defaults: Annotated[bool, typer.Option("--defaults", help="Celery as it comes (today_celery).")] = False,
    host: Annotated[
        str, typer.Option(envvar="ASYNCDEMO_HOST", help="Address to listen on; 0.0.0.0 for all.")
    ] = LOOPBACK,
    port: Annotated[int, typer.Option(envvar="ASYNCDEMO_PORT", help="Port to listen on; 0 for any free one.")] = 8000,
    speed: Annotated[
        float,
        typer.Option(
            envvar="ASYNCDEMO_SPEED", help="10: every duration, typed or built in, is ten times shorter. Up to 60."
        ),
    ] = 1,
    delays: Annotated[
        str, typer.Option(envvar="ASYNCDEMO_DELAYS", help="Seconds that the outside service takes, in turn.")
    ] = "5,5,5,30",
    redis: Annotated[
        str | None,
        typer.Option(
            envvar=["ASYNCDEMO_REDIS", "REDIS_URL"],
            help=f"A Redis that runs, like {DEFAULT_REDIS}. Default: one of this run's own.",
            show_default=False,
        ),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            envvar="ASYNCDEMO_DATABASE",
            help="An empty PostgreSQL (today), like postgresql://ada:PASSWORD@127.0.0.1/lesson. Default: an SQLite "
            "file of this run's own.",
            show_default=False,
        ),
    ] = None,
    for_: Annotated[
        str | None,
        typer.Option(
            "--for",
            envvar="ASYNCDEMO_FOR",
            help="End by itself so long after it is up: 60s, 1m30s. One that waits to be mended waits so long.",
            show_default=False,
        ),
    ] = None,
    open_: Annotated[
        bool, typer.Option("--open", envvar="ASYNCDEMO_OPEN", help="Open the page in a browser when it is ready.")
    ] = False,
    hammer: Annotated[
        str | None,
        typer.Option(
            envvar="ASYNCDEMO_HAMMER",
            help="Load it too, with so many requests a second of the lesson: 1, 0.5, 1/s.",
            show_default=False,
        ),
    ] = None,
    plain: Plain = False,
    python: Annotated[
        str | None,
        typer.Option(
            help="Of a project of yours: its Python, or virtual environment. Default: .venv in it or above it.",
            show_default=False,
        ),
    ] = None,
    path: Annotated[
        str | None,
        typer.Option(help="Of a project of yours: the page that --hammer and h visit.", show_default=False),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Of a project of yours: load it though its database is on another machine.")
    ] = False,
    django_debug: Annotated[
        bool, typer.Option("--django-debug", help="Django's own page for an error, for this machine alone.")
    ] = False,
    record: Annotated[
        str | None,
        typer.Option(
            envvar="ASYNCDEMO_RECORD",
            help="Write every event of the run to this file, a line of JSON each. Replaces a recording, nothing else.",
        ),
    ] = None,
) -> None:
    """Start a stage of the talk, or a project of yours, and watch it.

    q or Ctrl-C ends it and everything that belongs to it.
    """
    options, rate = options_from(context)
    from ..features.run.run_stage import run_stage

    raise typer.Exit(run_stage(options, plain, rate))


def options_from(context: typer.Context, beside: Path = HERE) -> "tuple[RunOptions, float | None]":
    """What was typed, and the rate of `--hammer`. Raises UsageError.

    The values are those of the context: a slide of a talk has its command parsed too, and does not run it here. Its
    folders are `beside` its deck.
    """
    from ..running.options import RunOptions, choices_of, reserved_of, run_with

    typed = context.params
    project = project_from(context, beside)
    stage = stage_named(typed["stage"]) if project is None else project.entry(page_of(typed["path"]))
    redis, for_, hammer = typed["redis"], typed["for_"], typed["hammer"]
    if where_from(context, "engine") == "COMMANDLINE" or stage.name == ENGINES["tasks"]:
        stage = with_engine(stage, typed["engine"])
    if not stage.broker and where_from(context, "redis") == "ENVIRONMENT":
        redis = None  # REDIS_URL stands there for other programs
    database = typed["database"]
    if not stage.database and where_from(context, "database") == "ENVIRONMENT":
        database = None
    options = RunOptions(
        stage=stage,
        workers=typed["workers"],
        reserved_web=reserved_of(stage, typed, run_with),
        choices=choices_of(typed),
        host=typed["host"],
        port=typed["port"],
        speed=typed["speed"],
        delays=parse_delays(typed["delays"]),
        redis_url=redis or None,
        database_url=database or None,
        for_s=None if for_ is None else parse_duration(for_),
        open_browser=typed["open_"],
        record=typed["record"],
        django_debug=typed["django_debug"],
        project=project,
        confirmed=typed["yes"],
    )
    if hammer is None:
        return options, None
    from ..load.options import check_most

    rate = parse_rate(hammer, "--hammer")
    check_most(rate, options.speed, f"--hammer {hammer}")
    return options, rate
