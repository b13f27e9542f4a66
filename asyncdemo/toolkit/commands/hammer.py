"""`asyncdemo hammer [URL]`."""

from typing import Annotated

import typer

from ..durations import parse_duration, parse_rate
from ..errors import UsageError

NOTHING_RUNS = """\
Nothing of asyncdemo runs on this machine, and no URL is given. In another terminal: asyncdemo run step3
Or say where to send: asyncdemo hammer http://localhost:8000/"""


def hammer(
    url: Annotated[
        str | None, typer.Argument(help="Where to send; default: the stage that runs here.", show_default=False)
    ] = None,
    rate: Annotated[
        str | None, typer.Option(help="Requests a second: 1, 0.5, 10/s. Default: 1.", show_default=False)
    ] = None,
    duration: Annotated[str, typer.Option(help="How long requests leave: 60s, 1m30s.")] = "60s",
    arrivals: Annotated[str, typer.Option(help="even, or poisson: as independent visitors come.")] = "even",
    ramp: Annotated[
        str | None, typer.Option(help="Rate at the start and at the end, instead of --rate: 0..5.", show_default=False)
    ] = None,
    timeout: Annotated[str, typer.Option(help="How long a visitor waits for an answer.")] = "150s",
    closed: Annotated[
        int | None,
        typer.Option(
            help="So many visitors who each come again when they have their answer. Hides stalls: nobody new comes "
            "while the server is slow.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Whom a stage is to greet: adds ?name=NAME.", show_default=False)
    ] = None,
    json: Annotated[
        str | None, typer.Option(help="Write all figures to this file; - for standard output.", show_default=False)
    ] = None,
    html: Annotated[str | None, typer.Option(help="Write a report to this file.", show_default=False)] = None,
    fail_if: Annotated[
        list[str] | None,
        typer.Option(help="Exit code 3 if so: 'p95>200ms', 'errors>0'. Can be repeated.", show_default=False),
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", envvar="ASYNCDEMO_PLAIN", help="Plain lines instead of panels, as in a pipe.")
    ] = False,
) -> None:
    """Send requests on a schedule, whether or not earlier ones have returned, and count how long everybody waits.

    Rates and durations are those of the lesson: against a stage that runs at --speed 10, --rate 1 --duration 60s
    sends 10 a second for 6 s. Latency counts from when a request was meant to leave.
    """
    from ..load.criteria import parse_criterion
    from ..load.options import LoadOptions, parse_ramp
    from ..load.target import parse_target, target_with_name

    if rate is not None and ramp is not None:
        raise UsageError("--rate and --ramp both say how much to send. Leave one of them out.")
    if rate is not None and closed is not None:
        raise UsageError("--rate and --closed: in a closed loop the answers set the rate. Leave one of them out.")
    if closed is not None and closed < 1:
        raise UsageError(f"--closed {closed}: type a number of visitors, 1 or more.")
    first, last = parse_ramp(ramp) if ramp is not None else (parse_rate(rate or "1"), None)
    criteria = tuple(parse_criterion(text) for text in fail_if or ())
    duration_s, timeout_s = parse_duration(duration, "--duration"), parse_duration(timeout, "--timeout")
    target = None if url is None else parse_target(url)
    from ..files import check_writable
    from ..hammer import Hammering, run_hammer, stage_at
    from ..reports import write_load

    stage = stage_at(target)
    if target is None:
        if stage is None:
            raise UsageError(NOTHING_RUNS)
        target = parse_target(stage.url)
    load = LoadOptions(
        target=target if name is None else target_with_name(target, name),
        rate=first,
        rate_end=last,
        arrivals=arrivals,
        closed=closed or 0,
        speed=1.0 if stage is None else stage.speed,
        duration=duration_s,
        timeout=timeout_s,
    )
    for flag, path in (("--json", json), ("--html", html)):
        check_writable(path, flag)
    asked = Hammering(load, stage, criteria)
    code, state, now = run_hammer(asked, plain, on_stderr=json == "-")
    if state.load.asked is not None:
        write_load(asked, state, now, json, html)
    raise typer.Exit(code)
