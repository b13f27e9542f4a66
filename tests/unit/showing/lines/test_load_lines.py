"""A load in words: what is said of it in lines and summary, and the same in panels."""

from dataclasses import replace

import pytest

from asyncdemo.base.histogram import bucket
from asyncdemo.events import events as e
from asyncdemo.known.state import State
from asyncdemo.showing.lines.load_lines import (
    crews_text,
    late_text,
    meaning,
    now_and_then,
    opening,
    percentiles_text,
    so_far,
    summary_of_load,
    turned_now,
    turns_text,
    warnings,
)
from asyncdemo.showing.panels import View, render
from asyncdemo.showing.panels.load_line import meaning_now
from tests.loads import AT, bad_day, folded, load_started, overloaded, run_started, shown, told

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
    posted, missed = load_started(other_method="POST"), load_started(url="http://127.0.0.1:8000/nope/?name=Ada")
    assert [len(list(opening(folded(run_started(), each)))) for each in (posted, missed)] == [1, 1], "no lesson's page"
    assert next(opening(folded(posted))).startswith("POST http://127.0.0.1:8000/  x10: sending")
    assert next(summary_of_load(folded(posted, told(1, {"403": 1}, 0.1)).load)).startswith(
        "POST http://127.0.0.1:8000/,"
    )
    assert [meaning_now(folded(run_started(), each)) != "" for each in (load_started(), posted, missed)] == [1, 0, 0]
    named = load_started(url="http://127.0.0.1:8000?name=Ada")
    assert len(list(opening(folded(run_started(), named)))) == 2
    third = folded(load_started(rate=1 / 3, rate_end=1 / 3, seconds=6.125, speed=1.0))
    assert list(opening(third)) == ["http://127.0.0.1:8000/  sending 0.333/s for 6.12 s, even"]
    assert meaning(run_started(), 1 / 3) == "lesson: 0.33/s x 11.25 s = 3.8 workers needed for notifications; 4 there"


RAMP = load_started(rate=1 / 3, rate_end=2 / 3, seconds=6.125, speed=1.0)
OLDER = e.LoadTold(
    **AT,
    t=2.0,
    number=1,
    scheduled=3,
    sent=3,
    ended={"200": 2, "503": 1},
    latency=[[0, bucket(0.5), 3]],
    service=[[bucket(0.4), 3]],
)
LAGS = "  send lag    p50 0.001 s · p90 0.001 s · p95 0.001 s · max 0.001 s"
SUMMARIES: dict[str, tuple[list[e.Event], list[str]]] = {
    "a ramp that goes on, with redirects, somebody who was told to wait, and a turn": (
        [RAMP, told(1, {"200": 9, "302": 1}, 0.5, waits=4, sent=11), e.LoadTurned(**AT, t=2.5, factor=2.0)],
        [
            "http://127.0.0.1:8000/, sending 0.333 to 0.667/s for 6.12 s, even",
            "  turned      to 0.667 to 1.333/s after 1.5 s",
            "  so far      as was told after 1.0 s: 4 wait (3 not sent yet)",
            "  requests    14 to send, 11 sent: 9 x 200, 1 x 302",
            "  latency     p50 0.51 s · p90 0.51 s · p95 0.51 s · max 0.51 s",
            "  service     p50 0.51 s · p90 0.51 s · p95 0.51 s · max 0.51 s",
            LAGS,
            "  counted     from when each was to be sent, of 10 who got the page, and 4 who waited for it; "
            "service: since it was sent",
            "  note        redirects count by their status; they are not followed",
        ],
    ),
    "one that is ended early, with an error": (
        [
            load_started(seconds=6.125),
            told(1, {"200": 9, "503": 1}, 0.5, waits=1),
            e.LoadEnded(**AT, t=4.1, unfinished=1),
        ],
        [
            "http://127.0.0.1:8000/, x10: sending 10/s for 6.12 s, even, real time",
            "  ended       after 3.1 s of 6.12 s; 1 on their way then, which are no errors",
            "  requests    11 to send, 11 sent: 9 x 200, 1 x 503, 1 on their way at the end",
            "  latency     p50 0.51 s · p90 0.51 s · p95 0.51 s · max 0.51 s",
            "  errors in   p50 0.006 s · p90 0.006 s · p95 0.006 s · max 0.006 s",
            "  service     p50 0.51 s · p90 0.51 s · p95 0.51 s · max 0.51 s",
            LAGS,
            "  counted     from when each was to be sent, of 9 who got the page, and 1 who waited for it; "
            "service: since it was sent; real time, x10",
        ],
    ),
    "one whose last is given up at the moment when all were sent": (
        [load_started(speed=1.0), told(1, {"503": 1}, 0.5, waits=1), e.LoadEnded(**AT, t=7.0, unfinished=1)],
        [
            "http://127.0.0.1:8000/, sending 10/s for 6 s, even",
            "  ended       after 6.0 s, when all were sent; 1 on their way then, which are no errors",
            "  requests    2 to send, 2 sent: 1 x 503, 1 on their way at the end",
            "  failed      nobody got the page: 1 x 503",
            "  latency     p50 0.51 s · p90 0.51 s · p95 0.51 s · max 0.51 s",
            "  errors in   p50 0.006 s · p90 0.006 s · p95 0.006 s · max 0.006 s",
            LAGS,
            "  counted     from when each was to be sent, of 0 who got the page, and 1 who waited for it; "
            "service: since it was sent",
        ],
    ),
    "one of an older recording": (
        [load_started(speed=1.0), OLDER, e.LoadEnded(**AT, t=7.0, unfinished=0)],
        [
            "http://127.0.0.1:8000/, sending 10/s for 6 s, even",
            "  requests    3 to send, 3 sent: 2 x 200, 1 x 503",
            "  all         p50 0.51 s · p90 0.51 s · p95 0.51 s · max 0.51 s",
            "  service     p50 0.40 s · p90 0.40 s · p95 0.40 s · max 0.40 s",
            "  counted     pages and errors together: the recording is older, and does not tell them apart",
        ],
    ),
    "one of which nothing has been told": (
        [load_started(speed=1.0)],
        ["http://127.0.0.1:8000/, sending 10/s for 6 s, even", "  requests    0 to send, 0 sent: none ended"],
    ),
}


@pytest.mark.parametrize(("events", "lines"), SUMMARIES.values(), ids=SUMMARIES)
def test_a_summary_to_the_letter(events: list[e.Event], lines: list[str]) -> None:
    """What has a line has it once, and in its place; what there was none of has none."""
    assert list(summary_of_load(folded(*events).load)) == lines


def test_workers_that_came_or_went_are_told_and_very_many_counted() -> None:
    """Six of them, and the last."""
    run = run_started("bonus", 2)
    assert isinstance(run, e.RunStarted)
    crews = [(float(n), n, n % 2) for n in range(1, 9)]
    six = (
        "2 at first; 1 + 1 reserved after 1.0 s; 2 after 2.0 s; 3 + 1 reserved after 3.0 s; 4 after 4.0 s; "
        "5 + 1 reserved after 5.0 s; 6 after 6.0 s"
    )
    assert crews_text(run, crews[:6]) == six
    assert crews_text(run, crews[:7]) == f"{six}; 1 change more, the last to 7 + 1 reserved after 7.0 s"
    assert crews_text(run, crews) == f"{six}; 2 changes more, the last to 8 after 8.0 s"
    assert crews_text(run, []) == crews_text(None, crews) == ""


def test_a_line_a_second() -> None:
    """With every fourth window, counted from the first."""
    load = folded(load_started()).load
    said = [list(now_and_then(told(number, {}, 0.1), load)) for number in range(1, 9)]
    assert [bool(lines) for lines in said] == [False, False, False, True] * 2
    assert said[3] == ["    5.00 s  0 came: 0 answered, 0 wait"]
    assert list(now_and_then(e.LoadReady(**AT, t=4.0), load)) == []


def test_a_line_says_how_it_goes() -> None:
    """Errors only where there are any, figures only where somebody has waited; it adds up."""
    assert so_far(folded(load_started()).load) == "0 came: 0 answered, 0 wait"
    one = folded(load_started(), told(1, {"200": 1, "503": 1}, 0.1, waits=1))
    assert so_far(one.load).startswith("3 came: 1 answered, 1 error, 1 waits; page")
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
    assert [*late_text(late.load, "the rate", 10.0)] == [slow.replace("0.51 s", "5.1 s")]
    late.fold(told(2, {"refused": 1}, 0.1, problem="connection refused by x:1"))
    assert warnings(late.load) == ["connection refused by x:1; the load goes on", slow]
    for screen in (shown(late), shown(late, 60, 15), str(render(late, 4.0, View(88, 24)).lines)):
        assert "connection refused" in screen
        assert "send lag p50 0.51 s" in screen
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


def test_nobody_who_got_the_page_is_no_fast_page_either() -> None:
    """It is said, in words."""
    state = overloaded(pages=0)
    assert "  failed      nobody got the page: 569 x 503" in list(summary_of_load(state.load))
    assert not any(line.startswith(("  latency", "  service")) for line in summary_of_load(state.load))
    assert "nobody got it" in shown(state)


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


def test_a_load_of_a_run_ends_with_it() -> None:
    """That is as it was asked for, however the run was ended: nothing was cut short."""
    state = folded(run_started(), load_started(seconds=e.ENDLESS_S), told(1, {"200": 9}, 0.1, waits=4))
    state.fold(e.LoadEnded(t=4.1, process="load.1", unfinished=4))
    summary = list(summary_of_load(state.load))
    assert "  ended       with the run, after 3.1 s; 4 on their way then, which are no errors" in summary
    assert " of " not in summary[0]


def test_very_many_turns_are_counted() -> None:
    """Nobody reads fifty of them; the last one is what holds."""
    turns = [e.LoadTurned(t=1.0 + n, process="load.1", factor=float(n)) for n in range(1, 51)]
    (line,) = (line for line in summary_of_load(folded(load_started(), *turns).load) if "turned" in line)
    assert line.startswith("  turned      to 10/s after 1.0 s, to 20/s after 2.0 s")
    assert line.endswith("44 turns more, the last to 500/s after 50.0 s")
    six, seven = (turns_text(folded(load_started(), *turns[:many]).load) for many in (6, 7))
    assert six.endswith(", to 60/s after 6.0 s")
    assert seven == f"{six}, 1 turn more, the last to 70/s after 7.0 s"
    for state in (State(), folded(load_started()), folded(turns[0])):
        assert turns_text(state.load) == turned_now(state.load) == ""


def test_figures_of_both_clocks_say_which() -> None:
    """Half a second beside delays of 5 s, at ten times the speed."""
    state = folded(run_started(), load_started(), told(1, {"200": 9}, 0.5), told(2, {"200": 9}, 0.5))
    for width, height in ((88, 24), (80, 24), (110, 33)):
        lines = ["".join(text for text, _ in line) for line in render(state, 4.0, View(width, height)).lines]
        assert "lesson 5 5 5 30 s   x10" in lines[0]
        assert lines[1].startswith(" load  lesson: ")
        assert any("hello: the page, real time, unanswered too " in line for line in lines)
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
