"""`asyncdemo hammer [URL]`."""

from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..base.durations import parse_duration, parse_rate
from ..base.errors import UsageError
from ..base.text import as_utf8, printable
from ..stages.catalogue import STAGES
from .options.shared_options import Figures, Plain, seed_of

if TYPE_CHECKING:
    from ..features.hammer import HammerOptions


def hammer(
    context: typer.Context,
    url: Annotated[
        str | None,
        typer.Argument(help="Where to send; default: the stage that runs here, if it is one.", show_default=False),
    ] = None,
    rate: Annotated[
        str | None, typer.Option(help="Requests a second of the lesson: 1, 0.5, 10/s. Default: 1.", show_default=False)
    ] = None,
    duration: Annotated[str, typer.Option(help="How long requests leave: 60s, 1m30s.")] = "60s",
    arrivals: Annotated[str, typer.Option(help="even, or poisson: as independent visitors come.")] = "even",
    seed: Annotated[
        int | None,
        typer.Option(help="Of the chance in poisson: another one, other visitors. Default: 1.", show_default=False),
    ] = None,
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
    yes: Annotated[
        bool, typer.Option("--yes", help="Load a project of yours though its database is on another machine.")
    ] = False,
    path: Annotated[
        str | None,
        typer.Option(help="The page to ask for, in place of the URL's or the stage's: /slow/?n=3.", show_default=False),
    ] = None,
    method: Annotated[
        str | None, typer.Option(help="GET, POST, PUT, … Default: GET, with --body POST.", show_default=False)
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option(help="'Cookie: sessionid=abc', 'Host: example.org'. Can be repeated.", show_default=False),
    ] = None,
    body: Annotated[str | None, typer.Option(help="Text to send with every request.", show_default=False)] = None,
    name: Annotated[
        str | None,
        typer.Option(
            help="Whom a stage is to greet: adds ?name=NAME. Without it and a URL, each visitor has its own.",
            show_default=False,
        ),
    ] = None,
    json: Figures = None,
    html: Annotated[
        str | None, typer.Option(help="Write a report to this file. Replaces a page, nothing else.", show_default=False)
    ] = None,
    fail_if: Annotated[
        list[str] | None,
        typer.Option(
            help="Exit code 3 if so: 'p95>200ms' of the page, 'answered<99%', 'errors>0', 'all.p95>1s' of everybody, "
            "'errors.p95>1s'. Can be repeated.",
            show_default=False,
        ),
    ] = None,
    plain: Plain = False,
) -> None:
    """Send requests on a schedule, whether or not earlier ones have returned, and count how long everybody waits.

    Rates and durations are those of the lesson: against a stage that runs at --speed 10, --rate 1 --duration 60s
    sends 10 a second for 6 s. Latency counts from when a request was meant to leave, and is that of the page: who got
    a status of 400 or more, or no answer, has one of their own.
    """
    typed = options_from(context)
    from ..base.files import check_outputs
    from ..features.hammer import check_one, check_what_is_elsewhere, run_hammer
    from ..features.report_files import write_load

    if typed.seeks:
        check_one()
    aimed = typed.aimed()
    if not yes:
        check_what_is_elsewhere(aimed)
    on_stderr = check_outputs({"--json": json, "--html": html})
    code, state, now = run_hammer(aimed, plain, on_stderr)
    if state.load.started is not None:
        write_load(aimed, state, now, json, html)
    raise typer.Exit(code)


def options_from(context: typer.Context) -> "HammerOptions":
    """What was typed, checked. Raises UsageError. A slide of a talk reads its command so, too.

    What runs here is not looked for yet: it may be another stage by the time that the load begins.
    """
    from ..load.options import LoadOptions, parse_header, parse_ramp
    from ..load.target import EXAMPLE, parse_target, target_with_path
    from ..measuring.criteria import parse_criterion

    typed = {name: read(value) for name, value in context.params.items()}
    check_together(typed)
    check_no_stage(typed["url"])
    check_no_path(typed["url"])
    ramp, closed = typed["ramp"], typed["closed"]
    first, last = parse_ramp(ramp) if ramp is not None else (parse_rate(typed["rate"] or "1"), None)
    criteria = tuple(parse_criterion(text) for text in typed["fail_if"] or ())
    load = LoadOptions(
        target=parse_target(EXAMPLE if typed["url"] is None else typed["url"]),
        rate=first,
        rate_end=last,
        arrivals=typed["arrivals"],
        seed=seed_of(typed),
        closed=closed or 0,
        method=(typed["method"] or ("GET" if typed["body"] is None else "POST")).upper(),
        headers=tuple(map(parse_header, typed["header"] or ())),
        body=typed["body"],
        duration=parse_duration(typed["duration"], "--duration"),
        timeout=parse_duration(typed["timeout"], "--timeout"),
    )
    from ..features.hammer import HammerOptions

    seeks, path = typed["url"] is None, typed["path"]
    if path is not None:
        target_with_path(load.target, path)
    return HammerOptions(load, seeks=seeks, path=path, name=typed["name"], fail_if=criteria)


def read(value: Any) -> Any:
    """What was typed, its texts in UTF-8 in whatever locale: they go to the server, and are no file's name here."""
    if isinstance(value, list | tuple):
        return [read(each) for each in value]
    return as_utf8(value) if isinstance(value, str) else value


def check_no_stage(url: str | None) -> None:
    """Raises UsageError where a stage is named in place of a URL."""
    if url is not None and url.lower() in STAGES:
        raise UsageError(
            f"hammer {url}: a load is sent to a URL; without one, to what runs in another terminal. "
            f"Try: asyncdemo hammer, or asyncdemo run {url.lower()} --hammer 1/s"
        )


def check_no_path(url: str | None) -> None:
    """Raises UsageError where a path alone stands in place of a URL."""
    if url is not None and url[0:1] in ("/", "?") and url[1:2] != "/":
        page = url if url.startswith("/") else f"/{url}"
        here = f"asyncdemo hammer --path {quote(printable(page))}"
        raise UsageError(f"hammer {printable(url)}: that is a path. Of what runs here: {here}")


def check_together(typed: dict[str, Any]) -> None:
    """Raises UsageError for options that contradict each other."""
    rate, closed = typed["rate"], typed["closed"]
    if rate is not None and typed["ramp"] is not None:
        raise UsageError("--rate and --ramp both say how much to send. Leave one of them out.")
    if rate is not None and closed is not None:
        raise UsageError("--rate and --closed: in a closed loop the answers set the rate. Leave one of them out.")
    if closed is not None and closed < 1:
        raise UsageError(f"--closed {closed}: type a number of visitors, 1 or more.")
