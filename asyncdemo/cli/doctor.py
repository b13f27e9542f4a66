"""`asyncdemo doctor`."""

from typing import Annotated

import typer

from ..base.addresses import DEFAULT_REDIS


def doctor(
    port: Annotated[int, typer.Option(envvar="ASYNCDEMO_PORT", help="The port that run will listen on.")] = 8000,
    redis: Annotated[
        str | None,
        typer.Option(
            envvar=["ASYNCDEMO_REDIS", "REDIS_URL"],
            help=f"A Redis that runs, like {DEFAULT_REDIS}. Default: one of its own.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Check whether everything runs on this machine, with a fix for what does not. Exit code 1 if something failed."""
    from ..features.doctor.doctor import examine

    raise typer.Exit(examine(port, redis or None))
