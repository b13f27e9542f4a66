"""`asyncdemo replay FILE`."""

from typing import Annotated

import typer

from ..base.durations import parse_moment, parse_size
from ..base.errors import UsageError
from .options.shared_options import Plain, check_file, where_from


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
            help="Write one frame to this file, or with --animate all of it. Replaces a picture, nothing else.",
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
    animate: Annotated[
        bool, typer.Option("--animate", help="With --svg: a picture that plays, from when the page could be opened.")
    ] = False,
) -> None:
    """Show a recorded run in the same panels, without any server. Arrows seek, space pauses, q quits."""
    check_file("replay", file)
    from ..features.film import write_film
    from ..features.replay import show_replay, write_frame

    if svg is None:
        check_no_frame(context)
        raise typer.Exit(show_replay(file, speed, plain))
    if animate:
        check_untyped(context, "at", "the moment of one frame, and --animate shows them all. Leave out one of the two.")
        raise typer.Exit(write_film(file, svg, speed, *parse_size(size)))
    check_untyped(context, "speed", "of what plays, and a frame does not. Add --animate, or leave it out.")
    moment = None if at is None else parse_moment(at, "--at")
    raise typer.Exit(write_frame(file, svg, moment, *parse_size(size)))


def check_no_frame(context: typer.Context) -> None:
    """Raises UsageError where a frame is described that nobody writes; a variable may describe one for another time."""
    typed = [f"--{name}" for name in ("at", "size", "animate") if where_from(context, name) == "COMMANDLINE"]
    if typed:
        raise UsageError(f"{' and '.join(typed)}: of the picture that --svg writes. Add --svg FILE.")


def check_untyped(context: typer.Context, name: str, problem: str) -> None:
    """Raises UsageError where an option is typed that does not go with the others."""
    if where_from(context, name) == "COMMANDLINE":
        raise UsageError(f"--{name} is {problem}")
