"""`asyncdemo replay FILE`."""

from typing import Annotated

import typer

from ..base.durations import parse_moment, parse_size
from .shared_options import Plain


def replay(
    file: Annotated[str, typer.Argument(help="A recording: asyncdemo run … --record FILE.", show_default=False)],
    speed: Annotated[
        float, typer.Option(envvar="ASYNCDEMO_REPLAY_SPEED", help="2: twice as fast as it was recorded.")
    ] = 1,
    plain: Plain = False,
    svg: Annotated[
        str | None,
        typer.Option(
            envvar="ASYNCDEMO_SVG", help="Write one frame to this file instead of playing.", show_default=False
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            envvar="ASYNCDEMO_AT",
            help="The frame's moment, as its header counts: 45s. Default: the end.",
            show_default=False,
        ),
    ] = None,
    size: Annotated[str, typer.Option(envvar="ASYNCDEMO_SIZE", help="The frame's size in characters.")] = "88x24",
) -> None:
    """Show a recorded run in the same panels, without any server. Arrows seek, space holds, q quits."""
    from ..features.replay import show_replay, write_frame

    if svg is None:
        raise typer.Exit(show_replay(file, speed, plain))
    moment = None if at is None else parse_moment(at, "--at")
    raise typer.Exit(write_frame(file, svg, moment, *parse_size(size)))
