"""`asyncdemo replay FILE`."""

from typing import Annotated

import typer

from ..base.durations import parse_moment, parse_size
from ..base.errors import UsageError
from .shared_options import Plain, where_from


def replay(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="A recording: asyncdemo run … --record FILE.", show_default=False)],
    speed: Annotated[
        float, typer.Option(envvar="ASYNCDEMO_REPLAY_SPEED", help="2: twice as fast as it was recorded.")
    ] = 1,
    plain: Plain = False,
    svg: Annotated[
        str | None,
        typer.Option(
            envvar="ASYNCDEMO_SVG",
            help="Write one frame to this file instead of playing. Replaces a picture, nothing else.",
            show_default=False,
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
        check_no_frame(context)
        raise typer.Exit(show_replay(file, speed, plain))
    moment = None if at is None else parse_moment(at, "--at")
    raise typer.Exit(write_frame(file, svg, moment, *parse_size(size)))


def check_no_frame(context: typer.Context) -> None:
    """Raises UsageError where a frame is described that nobody writes; a variable may describe one for another time."""
    typed = [f"--{name}" for name in ("at", "size") if where_from(context, name) == "COMMANDLINE"]
    if typed:
        raise UsageError(f"{' and '.join(typed)}: of the frame that --svg writes. Add --svg FILE.")
