"""A load in words and in panels: what is said of it, at every size."""

import io
import re
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from asyncdemo.base.durations import seconds_text
from asyncdemo.base.errors import UsageError
from asyncdemo.base.histogram import bucket, upper_edge
from asyncdemo.events import events as e
from asyncdemo.known.load import is_answer
from asyncdemo.known.state import State
from asyncdemo.measuring.criteria import blind_spot, parse_criterion
from asyncdemo.showing.load_lines import meaning, opening, percentiles_text, so_far, summary_of_load, warnings
from asyncdemo.showing.panels import View, render, render_load
from asyncdemo.showing.panels.style import ALARM, STRONG
from asyncdemo.stages.catalogue import STAGES
from tests.loads import jam, load_of

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
    """A window in which so many ended, each page after so long, the others at once, and others wait for as long."""
    count = sum(ended.values())
    by_end = {end: [[0, bucket(seconds if is_answer(end) else 0.006), many]] for end, many in ended.items()}
    counted = {"scheduled": count + waits, "sent": count + waits, "ended": ended, "by_end": by_end, "rate": 10.0}
    counted |= {"service": [[bucket(seconds), ended.get("200", 0)]], "lag": [[bucket(0.001), count]]}
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
    assert "40 got it in the last 1 s or wait; 140 in all; real time" in screen
    assert "waiting               40" in screen
    assert "errors                28" in screen
    assert "20 x 503" in screen
    assert "1/s x 11.25 s = 11.3 workers needed for notifications; 4 there" in screen


def test_a_ramp_means_what_it_comes_to() -> None:
    """Until the first window says what it is now."""
    screen = shown(folded(run_started(), load_started(rate=0.0, rate_end=50.0)))
    assert "5/s x 11.25 s = 56.3 workers needed" in screen


@pytest.mark.parametrize(("speed", "label"), [(1.0, "last 10 s"), (4.0, "last 2.5 s"), (10.0, "last 1 s")])
def test_the_last_seconds_are_as_many_as_are_said(speed: float, label: str) -> None:
    """Of a load of hours too."""
    load = [load_started(speed=speed, seconds=10800.0), told(1, {"200": 3}, 0.4)]
    assert f" {label} " in shown(folded(*load), now=2.0)
    assert f"3 got it in the {label} or wait; 3 in all" in shown(folded(*load), now=2.0)


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (88, 24), (110, 33), (200, 60)])
@pytest.mark.parametrize(("until", "mark"), [(3.0, "the jam grows"), (9.0, "all have left")])
def test_who_still_waits_is_on_the_screen(size: tuple[int, int], until: float, mark: str) -> None:
    """In the figures, in the curve, and beside it with how long by now: before the last one has left, and after."""
    state = folded(*load_of(jam([0.02] * 20 + [60.0] * 40, 10.0), 6.0, until=until))
    screen, waited = shown(state, *size, now=1.0 + until), seconds_text(upper_edge(bucket(until - 2.0)))
    lines = screen.splitlines()
    title = next(number for number, line in enumerate(lines) if "longest wait" in line)
    assert re.search(rf"↑ (still )?waits, now {waited}", lines[title])
    axis = next(number for number in range(title + 1, len(lines)) if " now" in lines[number])
    place = max(line.rfind("↑") for line in lines[title + 1 : axis])
    assert "now" in lines[axis][place - 2 : place + 3]
    assert lines[axis - 1][place - 2 : place + 1] == "░ ░"
    if size[0] >= 80:
        lately = next(line for line in lines if "last 10 s" in line)
        assert lately.count(" - ") == {80: 0, 88: 1}.get(size[0], 2), "those that too few are counted for"
        assert waited in lately


@pytest.mark.parametrize("size", [(60, 15), (88, 24), (110, 33), (200, 60)])
def test_sixty_visitors_fill_the_chart(size: tuple[int, int]) -> None:
    """However many columns it has; when all have their answer, nothing of those who waited is left."""
    state = folded(*load_of(jam([0.5] * 60, 10.0), 6.0, until=7.0))
    lines = shown(state, *size, now=8.0).splitlines()
    title = next(number for number, line in enumerate(lines) if "longest wait" in line)
    axis = next(number for number in range(title, len(lines)) if " 0 s" in lines[number])
    filled = max(len(run) for run in lines[axis - 1].split(" "))
    assert filled >= {60: 51, 88: 46, 110: 61, 200: 120}[size[0]]
    assert "█ █" not in lines[axis - 1]
    assert not {"↑", "░"} & set("".join(lines[title:]))


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
    assert line.rstrip().endswith(end if width > 80 else end.split(";")[0])
    late = [load_started(), told(1, {"200": 10}, 0.4, lag=[[bucket(0.5), 10]])]
    line = "".join(text for text, _ in render(folded(run, *late), 4.0, View(width, 24)).lines[1])
    assert line.rstrip().endswith("this machine could not keep the schedule")


@pytest.mark.parametrize("ends", [{"200": 10}, {"503": 10}])
@pytest.mark.parametrize("size", [(80, 24), (88, 24), (60, 20), (110, 33)])
@pytest.mark.parametrize("crew", [("bonus", 0, 0), ("bonus", 2, 1), ("step1", 0, 0)])
def test_what_is_sent_and_what_is_answered_come_first(
    ends: dict[str, int], size: tuple[int, int], crew: tuple[str, int, int]
) -> None:
    """Just when all of it fails: what it means for the workers is what there may be no room for."""
    load = [load_started(), told(1, ends, 0.4), told(2, ends, 0.4)]
    line = "".join(text for text, _ in render(folded(run_started(*crew), *load), 4.0, View(*size)).lines[1])
    answered = "1.0/s" if "200" in ends else "0.0/s"
    assert line.startswith(f" load  lesson: 1.0/s sent, {answered} answered")
    assert ("workers needed" in line) == (size[0] >= 80)


MEANINGS = {
    "unbounded": (run_started("step1", 0), "for the page; here a thread per request, without a bound"),
    "bounded": (run_started("step1", 4), "for the page; 4 there"),
    "slots": (run_started("step2", 4), "for the page; 4 there"),
    "reserved": (run_started("bonus", 2, 1), "for notifications; 2 there, and 1 reserved for web"),
}


@pytest.mark.parametrize("case", MEANINGS)
def test_what_a_load_means(case: str) -> None:
    """Rate times mean delay, and who is there to carry it."""
    run, end = MEANINGS[case]
    assert isinstance(run, e.RunStarted)
    assert meaning(run, 2.0) == f"lesson: 2/s x 11.25 s = 22.5 workers needed {end}"
    assert meaning(replace(run, speed=1.0), 2.0).startswith("2/s x 11.25 s = 22.5 workers needed")


def test_the_opening_says_what_comes() -> None:
    """The page, the stage, the amount; and of a closed loop, what it hides."""
    first, _ = opening(folded(run_started(), load_started()))
    assert first == "http://127.0.0.1:8000/ (step3)  x10: sending 10/s for 6 s, even, real time"
    ramp = folded(load_started(rate=0.0, rate_end=50.0, speed=1.0))
    chance = folded(load_started(rate=5.0, rate_end=5.0, speed=1.0, arrivals="poisson", seed=7))
    assert list(opening(chance)) == ["http://127.0.0.1:8000/  sending 5/s for 6 s, poisson (seed 7)"]
    assert list(opening(ramp)) == ["http://127.0.0.1:8000/  sending 0 to 50/s for 6 s, even"]
    _, worth = opening(folded(run_started(), load_started(rate=0.0, rate_end=50.0)))
    assert worth == "lesson: up to 5/s x 11.25 s = 56.3 workers needed for notifications; 4 there"
    closed = list(opening(folded(load_started(rate=0.0, rate_end=0.0, visitors=8, arrivals="closed"))))
    assert "closed loop of 8, which hides stalls" in closed[0]
    assert "hides stalls" in closed[1]
    assert list(opening(State())) == []


def test_a_line_says_how_it_goes() -> None:
    """Errors only where there are any, figures only where somebody has waited; it adds up."""
    assert so_far(folded(load_started()).load) == "0 came: 0 answered, 0 wait"
    line = so_far(bad_day().load)
    assert line.startswith("168 came: 100 answered, 28 errors, 40 wait; page p50 0.4")
    assert line.endswith("; errors p50 0.006 s · max 0.006 s")
    due = folded(load_started(), told(1, {"200": 4}, 0.1, waits=7, sent=10))
    assert so_far(due.load).startswith("11 came: 4 answered, 7 wait; page")
    assert " 7, 1 unsent " in shown(due), "beside it stands how many were sent"
    late = folded(load_started(), told(1, {"200": 4}, 0.1, waits=7, sent=8))
    assert so_far(late.load).startswith("11 came: 4 answered, 7 wait (3 not sent yet); page")
    assert "p99" in percentiles_text(bad_day().load.everybody())
    assert "p99" not in percentiles_text(folded(load_started(), told(1, {"200": 9}, 0.1)).load.everybody())


def test_the_summary_accounts_for_all() -> None:
    """Whatever they got, and those who were given up."""
    ended = e.LoadEnded(t=9.0, process="load.1", unfinished=40)
    state = bad_day()
    state.fold(ended)
    lines = list(summary_of_load(state.load))
    assert lines[2].startswith("  requests    168 to send, 168 sent: 100 x 200, 20 x 503, 3 x timed out")
    assert lines[2].endswith("40 on their way at the end")
    assert state.load.errors == 28
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
    slow = "send lag p50 0.51 s: this machine could not keep the schedule, and latency counts that; lower the rate"
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


@pytest.mark.parametrize(("seconds", "noted"), [(30.0, False), (0.3, False), (0.1, True), (0.01, True)])
@pytest.mark.parametrize("over", [True, False])
def test_a_lag_is_worth_a_note_beside_a_latency_that_is_not_much_longer(
    seconds: float, noted: bool, over: bool
) -> None:
    """Nine milliseconds are nothing to who waits for half a minute: no lower rate would help."""
    state = folded(load_started(), told(1, {"200": 200}, seconds, lag=[[bucket(0.009), 200]]))
    if over:
        state.fold(e.LoadEnded(t=9.0, process="load.1", unfinished=0))
    assert bool(warnings(state.load)) == noted


def test_a_lag_is_measured_by_those_who_got_an_error_too() -> None:
    """They left as late as the others, and their latency is mostly that."""
    ended = {"200": 10, "503": 190}
    state = folded(load_started(), told(1, ended, 30.0, lag=[[bucket(0.009), 200]]))
    assert "could not keep the schedule" in warnings(state.load)[0]


@pytest.mark.parametrize(("visitors", "option"), [(0, "--hammer"), (8, "--closed")])
def test_a_summary_names_the_option_that_says_how_much_is_sent(visitors: int, option: str) -> None:
    """That of the command; a closed loop has its own."""
    state = folded(load_started(visitors=visitors), told(1, {"200": 200}, 0.1, lag=[[bucket(0.5), 200]]))
    (note,) = (line for line in summary_of_load(state.load, "--hammer") if "note" in line)
    assert note.endswith(f"latency counts that; lower {option}")


def test_a_bad_moment_is_not_told_for_ever() -> None:
    """A stumble at the start is in the summary; the panels say what the load means again."""
    state = folded(run_started(), load_started(), told(1, {"200": 200}, 0.1, lag=[[bucket(0.5), 200]]))
    assert "could not keep the schedule" in str(render(state, 4.0, View(88, 24)).lines)
    for number in range(2, 20):
        state.fold(told(number, {"200": 2}, 0.1, lag=[[bucket(0.001), 2]]))
    assert "workers needed" in str(render(state, 4.0, View(88, 24)).lines)
    state.fold(e.LoadEnded(t=9.0, process="load.1", unfinished=0))
    assert any("could not keep the schedule" in line for line in summary_of_load(state.load))


def test_a_failure_is_told_while_it_is_one() -> None:
    """One that has passed makes room for what goes on, and is in the summary."""
    failed = told(1, {"timed out": 1}, 5.0, problem="no answer from x:1 within 5.0 s")
    state = folded(run_started(), load_started(), failed)
    assert "no answer from x:1" in str(render(state, 4.0, View(88, 24)).lines)
    for number in range(2, 20):
        state.fold(told(number, {"200": 2}, 0.1))
    assert warnings(state.load) == []
    assert "workers needed" in str(render(state, 4.0, View(88, 24)).lines)
    state.fold(e.LoadEnded(t=9.0, process="load.1", unfinished=0))
    assert any("no answer from x:1" in line for line in summary_of_load(state.load))


LIMITS = {
    "p95>2s": "p95>2s, at x10 0.20 s: p95 is 3.0 s",
    "p95>40s": "",
    "max>=29s": "max>=29s, at x10 2.9 s: max is 3.0 s",
    "p50<10s": "p50<10s, at x10 1.0 s: p50 is 0.40 s",
    "errors>28": "",
    "errors>=28": "errors>=28: 28 of 128 are errors",
    "errors>10%": "errors>10%: 28 of 128 are errors",
    "errors>30%": "",
    "answered<99%": "answered<99%: 100 of 128 were answered",
    "answered<78%": "",
    "answered<=100": "answered<=100: 100 of 128 were answered",
    "page.p95>2s": "page.p95>2s, at x10 0.20 s: p95 is 3.0 s",
    "all.p50>1s": "all.p50>1s, at x10 0.10 s: all.p50 is 0.40 s",
    "errors.p50>1s": "",
    "errors.max<1s": "errors.max<1s, at x10 0.10 s: errors.max is 0.006 s",
    "p99.9>1s": "p99.9>1s, at x10 0.10 s: p99.9 is 3.0 s",
}


@pytest.mark.parametrize("text", LIMITS)
def test_a_limit(text: str) -> None:
    """Durations are of the lesson; latencies are of the page, if it is not said whose they are."""
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


MORE = ["answered<x", "all.errors>1", "some.p95>1s", ".p95>1s", "p99.5>1s", "all.>1s"]


@pytest.mark.parametrize(
    "text", ["", "p95", "p95=1s", "p42>1s", "p95>", "p95>x", "errors>x", "errors>-1", ">1s", *MORE]
)
def test_what_is_no_limit(text: str) -> None:
    """Named, with how to type it."""
    with pytest.raises(UsageError, match="Type it like 'p95>200ms'"):
        parse_criterion(text)


def overloaded(pages: int = 31, seconds: float = 5.0) -> State:
    """Few get the page, and wait for it; the many others are sent away at once."""
    ended = {"503": 569, "200": pages} if pages else {"503": 569}
    return folded(load_started(speed=1.0), told(1, ended, seconds))


def test_a_fast_refusal_is_no_fast_page() -> None:
    """Wherever latency is told, the page's is first, and that of the errors is beside it."""
    load = overloaded().load
    summary = list(summary_of_load(load))
    first = next(number for number, line in enumerate(summary) if "p50" in line)
    assert summary[first].startswith("  latency     p50 5.1 s")
    assert summary[first + 1].startswith("  errors in   p50 0.006 s")
    assert "page p50 5.1 s · p95 5.1 s · max 5.1 s; errors p50 0.006 s" in so_far(load)
    for width, height in ((88, 24), (60, 15)):
        lines = [line for line in shown(overloaded(), width, height).splitlines() if " s " in line]
        page, errors = (next(n for n, line in enumerate(lines) if words in line) for words in ("5.1 s", "0.006 s"))
        assert page < errors
        assert "errors" in lines[errors]
    assert parse_criterion("p50>1s").failure(load, 1.0) == "p50>1s: p50 is 5.1 s"
    assert parse_criterion("all.p50>1s").failure(load, 1.0) == ""


def test_nobody_who_got_the_page_is_no_fast_page_either() -> None:
    """It is said, in words, and no limit on the page is kept."""
    state = overloaded(pages=0)
    assert "  failed      nobody got the page: 569 x 503" in list(summary_of_load(state.load))
    assert not any(line.startswith(("  latency", "  service")) for line in summary_of_load(state.load))
    assert parse_criterion("p50<1s").failure(state.load, 1.0) == "p50<1s: nobody got the page"
    assert "nobody got it" in shown(state)


def test_limits_that_do_not_look_at_errors_say_so() -> None:
    """Who has set one on the page alone may not know that others got none."""
    load = overloaded().load
    page = parse_criterion("p50>10s")
    assert blind_spot([page], load) == "the limits are about the page: 569 got none. Add --fail-if 'answered<99%'"
    for other in ("errors>9000", "answered<1", "all.p50>10s"):
        assert blind_spot([page, parse_criterion(other)], load) == ""
    assert blind_spot([page], folded(load_started(), told(1, {"200": 9}, 0.1)).load) == ""
    assert blind_spot([], load) == ""


def test_what_was_done_is_told_not_what_was_asked_for() -> None:
    """A rate that was turned, and an end before its time: in summary and panels, with when it was."""
    turns = [e.LoadTurned(t=t, process="load.1", factor=factor) for t, factor in ((1.5, 2.0), (3.0, 0.5))]
    state = folded(run_started(), load_started(), told(1, {"200": 9}, 0.1, waits=4), *turns)
    assert "sending 10/s for 6 s, even, real time   turned to 5/s" in shown(state)
    state.fold(e.LoadEnded(t=4.1, process="load.1", unfinished=4))
    summary = list(summary_of_load(state.load))
    assert "  turned      to 20/s after 0.5 s, to 5/s after 2.0 s" in summary
    assert "  ended       after 3.1 s of 6 s; 4 on their way then, which are no errors" in summary
    assert "ended after 3.1 s of 6 s" in shown(state)
    assert (state.load.errors, state.load.scheduled) == (0, 13)
    assert so_far(state.load).startswith("13 came: 9 answered, 4 on their way when it was ended; page")


def test_very_many_turns_are_counted() -> None:
    """Nobody reads fifty of them; the last one is what holds."""
    turns = [e.LoadTurned(t=1.0 + n, process="load.1", factor=float(n)) for n in range(1, 51)]
    (line,) = (line for line in summary_of_load(folded(load_started(), *turns).load) if "turned" in line)
    assert line.startswith("  turned      to 10/s after 1.0 s, to 20/s after 2.0 s")
    assert line.endswith("44 times more, the last to 500/s after 50.0 s")


def test_figures_of_both_clocks_say_which() -> None:
    """Half a second beside delays of 5 s, at ten times the speed."""
    state = folded(run_started(), load_started(), told(1, {"200": 9}, 0.5), told(2, {"200": 9}, 0.5))
    for width, height in ((88, 24), (80, 24), (110, 33)):
        lines = ["".join(text for text, _ in line) for line in render(state, 4.0, View(width, height)).lines]
        assert "lesson 5 5 5 30 s   x10" in lines[0]
        assert lines[1].startswith(" load  lesson: ")
        assert any("hello: the page, real time, who waits or left " in line for line in lines)
    assert "lesson: 1/s x 11.25 s" in shown(state)
    assert "real time" in next(line for line in shown(state).splitlines() if "or wait; " in line)
    assert next(line for line in summary_of_load(state.load) if "counted" in line).endswith("real time, x10")
    plain = str(render(folded(replace(run_started(), speed=1.0), load_started(speed=1.0)), 4.0, View(88, 24)).lines)  # type: ignore[type-var]
    assert not any(words in plain for words in ("lesson", "real time"))


def test_the_rarest_are_told_where_there_are_enough() -> None:
    """Of a thousand, one: in the summary, and in the panel where it has room."""
    state = folded(load_started(speed=1.0), told(1, {"200": 999}, 0.1), told(2, {"200": 1}, 5.0))
    line = next(line for line in summary_of_load(state.load) if line.startswith("  latency"))
    assert " · p99 0.10 s · p99.9 0.10 s · max 5.1 s" in line
    assert "p99.9" in shown(state, 110, 33)
    assert "p99.9" not in shown(state, 88, 24)
    assert not any("p99.9" in line for line in summary_of_load(bad_day().load))


def test_who_has_just_left_for_a_dead_server_is_no_page() -> None:
    """As long as nobody has got one, and others got an error, there is no latency of it."""
    assert "page" not in so_far(folded(load_started(), told(1, {"refused": 1}, 0.0, waits=1)).load)
    assert "page" in so_far(folded(load_started(), told(1, {}, 0.2, waits=1)).load)


def test_a_load_that_may_end_since_there_is_no_web_server_does_not_say_that_it_goes_on() -> None:
    """What speaks there is looked for."""
    load = folded(load_started(), told(1, {"no HTTP": 1}, 0.0, problem="no HTTP from h")).load
    assert warnings(load) == ["no HTTP from h; type the URL of a web server, if that is none"]
