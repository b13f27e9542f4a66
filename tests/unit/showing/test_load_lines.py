"""A load in words and in panels: what is said of it, at every size."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from asyncdemo.base.errors import UsageError
from asyncdemo.base.histogram import bucket
from asyncdemo.events import events as e
from asyncdemo.known.state import State
from asyncdemo.measuring.criteria import parse_criterion
from asyncdemo.showing.load_lines import meaning, opening, percentiles_text, so_far, summary_of_load, warnings
from asyncdemo.showing.panels import View, render, render_load
from asyncdemo.showing.panels.style import ALARM, STRONG
from asyncdemo.stages.catalogue import STAGES

SIZES = [(88, 24), (110, 33), (60, 15), (80, 24), (200, 60), (79, 17), (40, 10)]
RUN = {"speed": 10.0, "delays": [5.0, 5.0, 5.0, 30.0], "url": "http://127.0.0.1:8000/"}


def run_started(stage: str = "step3", general: int = 4, reserved: int = 0) -> e.Event:
    return e.RunStarted(t=0.0, process="asyncdemo", stage=STAGES[stage], general=general, reserved=reserved, **RUN)


def load_started(**values: object) -> e.Event:
    facts = {"url": "http://127.0.0.1:8000/", "rate": 10.0, "rate_end": 10.0, "seconds": 6.0, "arrivals": "even"}
    return e.LoadStarted(
        t=1.0, process="load.1", **(facts | {"visitors": 0, "timeout_s": 15.0, "speed": 10.0} | values)
    )


def told(number: int, ended: dict[str, int], seconds: float, waits: int = 0, **values: object) -> e.Event:
    """A window in which so many ended, each after so long, and others wait for as long."""
    count = sum(ended.values())
    latency = [[0, bucket(seconds), count]] if count else []
    counted = {"scheduled": count + waits, "sent": count + waits, "ended": ended, "latency": latency, "rate": 10.0}
    counted |= {"service": [[bucket(seconds), count]], "lag": [[bucket(0.001), count]]}
    counted["waiting"] = [[1, bucket(seconds), waits]] if waits else []
    return e.LoadTold(t=1.0 + number, process="load.1", number=number, **(counted | values))


def folded(*events: e.Event) -> State:
    state = State()
    for event in events:
        state.fold(event)
    return state


def bad_day() -> State:
    """Half of all answered, one of each misfortune, many who wait."""
    ended = {"200": 90, "503": 20, "timed out": 3, "refused": 2, "cut off": 1, "no HTTP": 1, "too long": 1}
    return folded(run_started(), load_started(), told(1, ended, 0.4), told(2, {"200": 10}, 3.0, waits=40))


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("state", [State(), folded(load_started()), bad_day()], ids=["empty", "begun", "bad day"])
@pytest.mark.parametrize("draw", [render_load, render])
def test_the_panels_fit(width: int, height: int, state: State, draw: object) -> None:
    """Exactly as wide as the terminal, and no higher."""
    drawing = draw(state, 4.0, View(width, height, keys="q end"))  # type: ignore[operator]
    assert len(drawing.lines) <= height
    assert all(sum(cell_len(text) for text, _ in line) == width for line in drawing.lines)


def shown(state: State, width: int = 88, height: int = 24, now: float = 4.0) -> str:
    console = Console(file=io.StringIO(), width=width, height=height, color_system=None)
    with console.capture() as capture:
        console.print(render_load(state, now, View(width, height)), end="")
    return capture.get()


def test_those_who_wait_are_counted() -> None:
    """The survivors alone look fast."""
    screen = shown(bad_day())
    assert "168 requests, waiting too" in screen
    assert "waiting               40" in screen
    assert "errors                28" in screen
    assert "20 x 503" in screen
    assert "1/s x 11.25 s = 11.3 workers needed for notifications; 4 there" in screen


def test_a_ramp_means_what_it_comes_to() -> None:
    """Until the first window says what it is now."""
    screen = shown(folded(run_started(), load_started(rate=0.0, rate_end=50.0)))
    assert "5/s x 11.25 s = 56.3 workers needed" in screen


@pytest.mark.parametrize(("seconds", "now", "label"), [(60.0, 30.0, "last 10 s"), (10800.0, 5421.0, "last 20 s")])
def test_the_last_seconds_are_as_many_as_are_said(seconds: float, now: float, label: str) -> None:
    """What is known of a load of hours is known by slices of 45 s."""
    load = [load_started(speed=1.0, seconds=seconds), told(1, {"200": 3}, 0.4)]
    assert f" {label} " in shown(folded(*load), now=now)


def test_a_slow_wait_is_one_of_the_lesson() -> None:
    """Half a second at ten times the speed is five: the panels raise the alarm that the table raises."""
    hello = {"id": "h", "status": 200, "total_s": 0.5, "name": "Ada", "worker": "slot 1"}
    state = folded(
        run_started(), load_started(), told(1, {"200": 10}, 0.5), e.Answered(t=3.0, process="web.1", **hello)
    )
    for draw in (render, render_load):
        drawn = [part for line in draw(state, 4.0, View(88, 24)).lines for part in line]
        styles = {style for text, style in drawn if text.strip() in ("0.50 s", "0.51 s")}
        assert ALARM in styles
        assert STRONG not in styles


WHOLE_CLAUSES = {
    "unbounded": (run_started("step1", 0), "11.3 workers needed"),
    "bounded": (run_started("step1", 4), "11.3 workers needed; 4 there"),
    "reserved": (run_started("bonus", 2, 1), "11.3 workers needed; 2 there"),
}


@pytest.mark.parametrize("width", [80, 88])
@pytest.mark.parametrize("case", WHOLE_CLAUSES)
def test_beside_a_run_a_load_is_told_in_whole_clauses(case: str, width: int) -> None:
    """Where a room reads along, no sentence is cut in the middle of a word: neither what it means nor a warning."""
    run, end = WHOLE_CLAUSES[case]
    load = [load_started(), told(1, {"200": 10}, 0.4), told(2, {"200": 10}, 0.4)]
    line = "".join(text for text, _ in render(folded(run, *load), 4.0, View(width, 24)).lines[1])
    assert line.rstrip().endswith(end)
    late = [load_started(), told(1, {"200": 10}, 0.4, lag=[[bucket(0.5), 10]])]
    line = "".join(text for text, _ in render(folded(run, *late), 4.0, View(width, 24)).lines[1])
    assert line.rstrip().endswith("this machine could not keep the schedule")


MEANINGS = {
    "unbounded": (run_started("step1", 0), "here a thread per request, without a bound"),
    "bounded": (run_started("step1", 4), "4 there"),
    "reserved": (run_started("bonus", 2, 1), "2 there, and 1 reserved for web"),
}


@pytest.mark.parametrize("case", MEANINGS)
def test_what_a_load_means(case: str) -> None:
    """Rate times mean delay, and who is there to carry it."""
    run, end = MEANINGS[case]
    assert isinstance(run, e.RunStarted)
    assert meaning(run, 2.0) == f"2/s x 11.25 s = 22.5 workers needed for notifications; {end}"


def test_the_opening_says_what_comes() -> None:
    """The page, the stage, the amount; and of a closed loop, what it hides."""
    first, _ = opening(folded(run_started(), load_started()))
    assert first == "http://127.0.0.1:8000/ (step3)  x10: sending 10/s for 6 s, even"
    ramp = folded(load_started(rate=0.0, rate_end=50.0, speed=1.0))
    chance = folded(load_started(rate=5.0, rate_end=5.0, speed=1.0, arrivals="poisson", seed=7))
    assert list(opening(chance)) == ["http://127.0.0.1:8000/  sending 5/s for 6 s, poisson (seed 7)"]
    assert list(opening(ramp)) == ["http://127.0.0.1:8000/  sending 0 to 50/s for 6 s, even"]
    _, worth = opening(folded(run_started(), load_started(rate=0.0, rate_end=50.0)))
    assert worth == "up to 5/s x 11.25 s = 56.3 workers needed for notifications; 4 there"
    closed = list(opening(folded(load_started(rate=0.0, rate_end=0.0, visitors=8, arrivals="closed"))))
    assert "closed loop of 8, which hides stalls" in closed[0]
    assert "hides stalls" in closed[1]
    assert list(opening(State())) == []


def test_a_line_says_how_it_goes() -> None:
    """Errors only where there are any, figures only where somebody has waited."""
    assert so_far(folded(load_started()).load) == "0 sent, 0 answered, 0 wait"
    line = so_far(bad_day().load)
    assert line.startswith("168 sent, 100 answered, 40 wait, 28 errors; p50 0.4")
    assert "p99" in percentiles_text(bad_day().load.everybody())
    assert "p99" not in percentiles_text(folded(load_started(), told(1, {"200": 9}, 0.1)).load.everybody())


def test_the_summary_accounts_for_all() -> None:
    """Whatever they got, and those who were given up."""
    ended = e.LoadEnded(t=9.0, process="load.1", unfinished=40)
    state = bad_day()
    state.fold(ended)
    lines = list(summary_of_load(state.load))
    assert lines[1].startswith("  requests    168 to leave, 168 left: 100 x 200, 20 x 503, 3 x timed out")
    assert lines[1].endswith("40 given up at the end")
    assert list(summary_of_load(State().load)) == []


def test_what_was_sent_again_is_said_with_its_reason() -> None:
    """In the summary and in the panels of any size; where nothing was, nothing is said of it."""
    state = folded(load_started(), told(1, {"200": 9}, 0.1, again={"closed while idle": 2, "data nobody asked for": 1}))
    words = "2 x closed while idle, 1 x data nobody asked for"
    assert any(line.startswith(f"  sent again  {words}: ") for line in summary_of_load(state.load))
    for width, height in ((60, 15), (88, 24)):
        assert f"sent again: {words}" in shown(state, width, height)
        assert "again" not in shown(bad_day(), width, height)
    assert not any("again" in line for line in summary_of_load(bad_day().load))


def test_what_is_wrong_is_said() -> None:
    """A failure in its own words; a schedule that this machine could not keep."""
    refused = folded(load_started(), told(1, {"refused": 1}, 0.1, problem="connection refused by x:1"))
    assert warnings(refused.load) == ["connection refused by x:1; the load goes on"]
    late = folded(load_started(), told(1, {"200": 200}, 0.1, lag=[[bucket(0.5), 200]]))
    slow = "send lag p50 0.51 s: this machine could not keep the schedule, and latency counts that; lower --rate"
    assert warnings(late.load) == [slow]
    late.fold(told(2, {"refused": 1}, 0.1, problem="connection refused by x:1"))
    assert warnings(late.load) == ["connection refused by x:1; the load goes on", slow]
    for screen in (shown(late), shown(late, 60, 15), str(render(late, 4.0, View(88, 24)).lines)):
        assert "connection refused" in screen
        assert "send lag p50" in screen
    late.fold(e.LoadEnded(t=9.0, process="load.1", unfinished=0))
    notes = [line for line in summary_of_load(late.load) if "note" in line]
    assert notes == ["  note        connection refused by x:1", f"  note        {slow.replace('p50', 'p99')}"]
    assert warnings(bad_day().load) == []


def test_a_bad_moment_is_not_told_for_ever() -> None:
    """A stumble at the start is in the summary; the panels say what the load means again."""
    state = folded(run_started(), load_started(), told(1, {"200": 200}, 0.1, lag=[[bucket(0.5), 200]]))
    assert "could not keep the schedule" in str(render(state, 4.0, View(88, 24)).lines)
    for number in range(2, 20):
        state.fold(told(number, {"200": 2}, 0.1, lag=[[bucket(0.001), 2]]))
    assert "workers needed" in str(render(state, 4.0, View(88, 24)).lines)
    state.fold(e.LoadEnded(t=9.0, process="load.1", unfinished=0))
    assert any("could not keep the schedule" in line for line in summary_of_load(state.load))


LIMITS = {
    "p95>2s": "p95>2s, at x10 0.20 s: p95 is 3.0 s",
    "p95>40s": "",
    "max>=29s": "max>=29s, at x10 2.9 s: max is 3.0 s",
    "p50<10s": "p50<10s, at x10 1.0 s: p50 is 0.40 s",
    "errors>28": "",
    "errors>=28": "errors>=28: 28 of 168 are errors",
    "errors>10%": "errors>10%: 28 of 168 are errors",
    "errors>20%": "",
}


@pytest.mark.parametrize("text", LIMITS)
def test_a_limit(text: str) -> None:
    """Durations are of the lesson; latencies are of everybody."""
    assert parse_criterion(text).failure(bad_day().load, 10.0) == LIMITS[text]


def test_a_limit_is_exceeded_only_for_sure() -> None:
    """A latency is known by its bucket, and 0.1993 s are not more than 200 ms."""
    state = folded(load_started(), told(1, {"200": 100}, 0.1993))
    assert parse_criterion("p95>200ms").failure(state.load, 1.0) == ""
    assert parse_criterion("max>=200ms").failure(state.load, 1.0) == ""
    assert parse_criterion("p95>190ms").failure(state.load, 1.0)
    assert parse_criterion("p95<210ms").failure(state.load, 1.0)


def test_nobody_meets_a_limit() -> None:
    """A load that reached nobody has not been fast."""
    assert parse_criterion("p95>1s").failure(State().load, 1.0) == "p95>1s: nobody was answered"


@pytest.mark.parametrize("text", ["", "p95", "p95=1s", "p42>1s", "p95>", "p95>x", "errors>x", "errors>-1", ">1s"])
def test_what_is_no_limit(text: str) -> None:
    """Named, with how to type it."""
    with pytest.raises(UsageError, match="Type it like 'p95>200ms'"):
        parse_criterion(text)
