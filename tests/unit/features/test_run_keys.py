"""The keys of a run: which of them do something, what the others say, and what is asked."""

from dataclasses import replace
from typing import Any, cast

import pytest

from asyncdemo.events import events as e
from asyncdemo.events.stage import StageEntry, WorkerKind
from asyncdemo.features.hammer import LoadControls
from asyncdemo.features.run.run_keys import RAISED_S, RunControls
from asyncdemo.known.state import State
from asyncdemo.known.tracebacks import BEGIN
from asyncdemo.load.process import LoadProcess
from asyncdemo.running.live_run import LiveRun
from asyncdemo.running.options import RunOptions
from asyncdemo.running.run import Run
from asyncdemo.running.worker_control import WorkerControl
from asyncdemo.showing.screen import NEWS_S
from asyncdemo.stages.catalogue import stage_named
from tests.histories import RUN, notification
from tests.simulated_today import TODAY, today_events

NO_WORKERS = "{}: there is no worker process here; try asyncdemo run bonus"
NO_RESERVED = "{}: there is no reserved worker here; try asyncdemo run bonus"


class Workers(WorkerControl):
    """Of a run whose processes are only told of."""

    def __init__(self) -> None:
        self.frozen, self.there = set(), True
        self.gone: set[str] = set()

    def is_there(self, name: str) -> bool:
        return name not in self.gone

    @property
    def redis_runs(self) -> bool:
        return self.there

    def stop_redis(self) -> str:
        self.there = False
        return "Redis is stopped"

    def restart_redis(self) -> str:
        self.there = True
        return "Redis starts again"


class Up(LiveRun):
    """A run that is up, as far as the keys look at it."""

    def __init__(self) -> None:
        self.url, self.workers = "http://127.0.0.1:9/", Workers()


class RunThatIsTold(Run):
    """Counts how often it was told to stop."""

    stops = 0

    def stop(self, exit_code: int = 0) -> None:
        self.stops += 1


def controls_of(stage: str | StageEntry, live: bool = False, **options: str) -> RunControls:
    """The keys of a run that has not begun, or of one that is up."""
    entry = stage_named(stage) if isinstance(stage, str) else stage
    stores = {name: options.get(name) for name in ("redis_url", "database_url")}
    run = RunThatIsTold(RunOptions(entry, **stores), lambda event: None)
    return RunControls(run, State(), live=Up() if live else None, selected="worker.1")


def raise_in_view(controls: RunControls, line: int) -> str:
    """The stage prints a traceback; what is told of it."""
    tracebacks = controls.state.tracebacks
    for printed in (BEGIN, f'  File "views.py", line {line}, in hello_view', "KeyError: 'name'"):
        tracebacks.take("web.1", printed, "step3")
    return f"views.py, line {line}, in hello_view: KeyError: 'name'"


def test_what_the_stages_code_has_raised_is_at_the_foot() -> None:
    """Until a key is pressed; the same error is told again after a hello by hand, whose answer it is."""
    controls = controls_of("step3", True)
    controls.look()
    assert controls.said == ("", False)
    error = raise_in_view(controls, 8)
    controls.look()
    assert controls.said == (error, True)
    controls.press("x")
    raise_in_view(controls, 8)
    controls.look()
    assert controls.said == ("", False)
    controls.press("h")
    controls.look()
    assert controls.said[0].startswith("hello, ")
    raise_in_view(controls, 8)
    controls.look()
    assert controls.said == (error, True)
    other = raise_in_view(controls, 9)
    controls.look()
    assert controls.said == (other, True)


def test_what_was_raised_goes_when_it_is_long_ago() -> None:
    """A window of time after the last time; then, the foot has the keys again. Raised once more, it is news."""
    controls = controls_of("step3", True)
    now = 0.0
    controls.clock = lambda: now
    error = raise_in_view(controls, 8)

    def seen(at: float) -> str:
        nonlocal now
        now = at
        controls.look()
        assert controls.said[1] == bool(controls.said[0])
        return controls.said[0]

    assert seen(0.0) == error
    raise_in_view(controls, 8)
    assert [seen(RAISED_S), seen(2 * RAISED_S), seen(2 * RAISED_S + 0.1)] == [error, error, ""]
    raise_in_view(controls, 8)
    assert seen(2 * RAISED_S + 0.2) == error


def test_a_server_that_has_died_is_at_the_foot_until_it_is_mended() -> None:
    """Before the page could be opened, and afterwards."""
    controls = controls_of("step3")
    tracebacks = controls.state.tracebacks
    controls.state.fold(RUN)
    for printed in ("Exception in thread django-main-thread:", BEGIN, "KeyError: 'name'"):
        tracebacks.take("web.1", printed, "step3")
    controls.look()
    assert controls.said == ("cannot come up until this is mended: KeyError: 'name'", True)
    controls.look()
    tracebacks.serves("web.1")
    controls.look()
    assert controls.said == ("it is mended", False)
    raise_in_view(controls, 8)
    controls.look()
    assert controls.said[0].startswith("views.py, line 8")


def with_unfinished(controls: RunControls, count: int) -> RunControls:
    """With so many notifications in the hands of workers."""
    controls.state.fold(RUN)
    for number in range(count):
        for event in notification(number, 1.0, f"worker.{number}", "running"):
            controls.state.fold(event)
    return controls


@pytest.mark.parametrize("key", "hwW+-<>KRZX")
def test_a_key_that_has_nothing_to_turn_yet_says_so(key: str) -> None:
    """And asks nothing: the next key is not an answer."""
    controls = controls_of("bonus")
    controls.press(key)
    assert controls.message.startswith("not yet: ")
    assert controls.question is None


@pytest.mark.parametrize("key", "hwW+-KRZX")
def test_a_refusal_is_told_as_long_as_it_is_true(key: str) -> None:
    """Not a moment longer than the run takes to come up."""
    controls = controls_of("bonus")
    controls.press(key)
    assert controls.said == (controls.message, True)
    controls.live = controls_of("bonus", True).live
    assert controls.said == ("", False)


def test_a_refusal_is_told_for_a_while() -> None:
    """Whoever looks up later would take it for the answer to another key."""
    controls, now = controls_of("step3", True), 0.0
    controls.clock = lambda: now
    controls.press("X")
    assert controls.said[1]
    now = NEWS_S + 0.1
    assert controls.said == ("", False)


@pytest.mark.parametrize("key", "KZ")
def test_a_worker_that_is_gone_is_not_asked_about(key: str) -> None:
    """Whether it was killed by a key or by somebody else; to start it again can be asked."""
    controls = controls_of("bonus", True)
    cast(Workers, controls.up.workers).gone = {"worker.1"}
    controls.press(key)
    assert controls.said == ("worker.1 is not there: R starts it again", True)
    assert controls.question is None
    controls.press("R")
    assert controls.question is not None


@pytest.mark.parametrize("live", [False, True])
def test_a_stage_without_worker_processes_says_what_is_not_there(live: bool) -> None:
    """However early: waiting does not help. Each key names what it is about."""
    answers = {key: NO_WORKERS.format(key) for key in (*"+-KRZ", "up", "down")}
    answers |= {key: NO_RESERVED.format(key) for key in "wW"}
    answers["X"] = "X: there is no Redis here; try asyncdemo run bonus"
    controls = controls_of("step3", live)
    for key, answer in answers.items():
        controls.press(key)
        assert controls.said == (answer, True)


FEET = {
    "starting": (controls_of("bonus"), "space pause  ? keys  q quit"),
    "slots": (controls_of("step3", True), "h hello  space pause  ? keys  q quit"),
    "processes": (
        controls_of("bonus", True),
        "h hello  w W reserved worker  + - general  space pause  ? keys  q quit",
    ),
    "no reserved": (
        controls_of(StageEntry(name="own", title="", worker_kind=WorkerKind.PROCESSES, general="worker"), True),
        "h hello  + - general  space pause  ? keys  q quit",
    ),
}


@pytest.mark.parametrize(("controls", "foot"), FEET.values(), ids=FEET)
def test_the_foot_shows_the_keys_that_do_something(controls: RunControls, foot: str) -> None:
    """At this moment, in this stage."""
    assert controls.keys_in_short == foot


def test_the_keys_of_a_load_are_shown_while_there_is_one() -> None:
    """With the load, not with the stage."""
    controls = controls_of("step2", True)
    controls.press(">")
    assert controls.said == (">: there is no load: start the run with --hammer 1", True)
    controls.load_process = cast(LoadProcess, object())
    assert "< > rate" in controls.keys_in_short
    controls.state.load.ended_at = 5.0
    assert "< > rate" not in controls.keys_in_short
    controls.press("<")
    assert controls.message == "<: the load is over"


@pytest.mark.parametrize("stage", ["step1", "step2", "step3", "bonus"])
@pytest.mark.parametrize("live", [False, True])
def test_a_key_is_explained_if_it_does_something_and_only_then(stage: str, live: bool) -> None:
    """Help, foot and answers are of one mind; in the bonus, all are there."""
    controls = controls_of(stage, live)
    explained = {key for keys, _ in controls.keys_explained for key in keys.split()}
    for key in ("h", *"wW+-<>KRZX", "up", "down"):
        assert (key in explained) == (not controls.obstacle(key))
    assert {"space", "?", "q"} <= explained
    assert ({"w", "X", "K"} <= explained) == (stage == "bonus" and live)


def test_a_redis_of_the_users_is_left_alone() -> None:
    """And X is not offered."""
    controls = controls_of("bonus", True, redis_url="redis://127.0.0.1:6379")
    controls.press("X")
    assert controls.message == "X: this Redis is not the run's own, and is left alone"
    assert not any(keys == "X" for keys, _ in controls.keys_explained)


def test_x_says_whether_it_stops_or_starts() -> None:
    """By what Redis does at that moment."""
    controls = controls_of("bonus", True)
    controls.press("X")
    assert controls.said[0].startswith("Stop Redis?")
    controls.press("y")
    assert controls.said == ("Redis is stopped", False)
    controls.press("X")
    assert controls.said[0].startswith("Start Redis again?")
    controls.press("y")
    assert controls.said == ("Redis starts again", False)


@pytest.mark.parametrize("keys", ["qq", "qy", "qQ", "qqwhX"])
def test_quitting_twice_quits(keys: str) -> None:
    """And what is typed next goes nowhere."""
    controls = with_unfinished(controls_of("bonus", True), 2)
    for key in keys:
        controls.press(key)
    assert cast(RunThatIsTold, controls.run).stops == 1
    assert controls.said == ("stopping", False)
    assert controls.question is None


@pytest.mark.parametrize("keys", ["qn", "qw", "q ", "q?", "qh"])
def test_any_other_key_is_no_and_nothing_else(keys: str) -> None:
    """It does not do what it does elsewhere."""
    controls = with_unfinished(controls_of("bonus", True), 2)
    for key in keys:
        controls.press(key)
    assert cast(RunThatIsTold, controls.run).stops == 0
    assert (controls.said, controls.paused, controls.helping) == (("", False), False, False)


def test_the_question_counts_what_would_be_lost_now() -> None:
    """Not when it was asked."""
    controls = with_unfinished(controls_of("bonus", True), 1)
    controls.press("q")
    assert controls.said == ("Quit? 1 notification would be lost.  y or q yes, others no", True)
    with_unfinished(controls, 3)
    assert controls.said == ("Quit? 3 notifications would be lost.  y or q yes, others no", True)
    for number in range(3):
        for event in notification(number, 1.0, f"worker.{number}", "delivered")[3:]:
            controls.state.fold(event)
    assert controls.said == ("Quit? Nothing is left to be done.  y or q yes, others no", True)


@pytest.mark.parametrize(
    ("stage", "options", "lost"),
    [
        ("today", {}, "2 tasks would not be done."),
        (
            "today",
            {"database_url": "postgresql://h/x"},
            "2 tasks would not be done: its tables in your database go with it.",
        ),
        ("today_celery", {}, "3 tasks would not be done."),
    ],
    ids=["its own SQLite", "a database of the user's", "Celery"],
)
def test_whatever_the_database_what_is_in_it_is_lost(stage: str, options: dict[str, str], lost: str) -> None:
    """A run's tables go with it. What a dead worker holds counts where another worker would be given it."""
    controls = controls_of(stage, True, **options)
    controls.state.fold(replace(RUN, stage=stage_named(stage)))
    for number in range(3):
        what: dict[str, Any] = {"id": f"n{number}", "channel": "long", "task": "notify"}
        controls.state.fold(e.Sent(t=1.0, process="web.1", **what))
        controls.state.fold(e.Taken(t=1.5, process=f"worker.{number}", worker=f"worker.{number}", age_s=0.5, **what))
    controls.state.fold(e.ProcessEnded(t=2.0, process="worker.0", code=-9))
    assert controls.state.books.held == 1
    controls.press("q")
    assert controls.said == (f"Quit? {lost}  y or q yes, others no", True)


def test_news_goes_and_a_problem_stays_until_a_key() -> None:
    """What was done is told for a few seconds."""
    now = 10.0
    controls = controls_of("bonus", True)
    controls.clock = lambda: now
    controls.say("worker.4 starts")
    assert controls.said == ("worker.4 starts", False)
    now += NEWS_S + 0.1
    assert controls.said == ("", False)
    controls.complain("the load broke off")
    now += 100
    assert controls.said == ("the load broke off", True)
    controls.press("j")
    assert controls.said == ("", False)


def test_a_closed_loop_has_no_keys_for_its_rate() -> None:
    """And says why."""
    steps: list[int] = []

    def step(by: int) -> str:
        steps.append(by)
        return "2/s"

    controls = LoadControls(step, lambda: None, closed=True)
    controls.press(">")
    assert controls.said == (">: in a closed loop the answers set the rate", True)
    assert not steps
    assert "rate" not in controls.keys_in_short + str(controls.keys_explained)
    controls = LoadControls(step, lambda: None)
    controls.press(">")
    assert (controls.said, steps) == (("2/s", False), [1])
    assert controls.keys_in_short == "< > rate  space pause  ? keys  q end"


def test_whoever_kills_a_worker_of_tasks_is_told_before_what_becomes_of_them() -> None:
    """And whoever starts it anew, which kills it first; with one kind of work, the books say it afterwards."""
    controls = controls_of(TODAY, live=True)
    for event in today_events("today"):
        if event.t <= 6.0:
            controls.state.fold(event)
    for key, what in (("K", "Kill"), ("R", "Restart")):
        controls.press(key)
        assert controls.said[0].startswith(f"{what} worker.1? Its notify is held for ever.")
        controls.press("n")
    controls.press("q")
    assert controls.said[0].startswith("Quit? 78 tasks would not be done.")
    bonus = controls_of("bonus", live=True)
    bonus.press("K")
    assert bonus.said[0].startswith("Kill worker.1?  ")
