"""`asyncdemo redis`."""

from typing import Annotated

import typer


def redis(
    port: Annotated[
        int, typer.Option(envvar="ASYNCDEMO_REDIS_PORT", help="Port on 127.0.0.1; 0 for any free one.")
    ] = 6379,
    reuse: Annotated[
        bool, typer.Option("--reuse", help="If a Redis answers there already, wait beside it instead of failing.")
    ] = False,
) -> None:
    """Serve a Redis in the foreground, for stages that are started by hand. Ctrl-C ends it; nothing is saved."""
    from ..features.redis_server import serve_redis

    raise typer.Exit(serve_redis(port, reuse))
