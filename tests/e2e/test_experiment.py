"""An experiment: a setup, a load on it, and what comes of it."""

import threading
from collections import Counter

import psutil
import pytest

from asyncdemo.base.errors import StartError
from asyncdemo.events import events as e
from asyncdemo.measuring.experiment import WARM_UP, Attempt, Experiment, Outcome, play
from asyncdemo.running.options import RunOptions
from asyncdemo.stages.catalogue import WorkerKind, stage_named
from tests.waiting import DEADLINE_S, until

SPEED = 3.0
"""At this one a visitor has 40 s on the wall, and a message 20 s: no machine stands still for so long."""


def setup(stage: str, workers: int | None = None, reserved: int = 0) -> RunOptions:
    """On any free port, with notifications that take no time."""
    return RunOptions(stage_named(stage), workers, reserved, port=0, speed=SPEED, delays=(0.0,))


def warmed_up(outcome: Outcome) -> list[e.Answered]:
    """Who has answered what nobody counts."""
    return [event for event in outcome.events if isinstance(event, e.Answered) and event.path == f"/{WARM_UP}"]


def began(outcome: Outcome) -> float:
    """When the load did."""
    return next(event.t for event in outcome.events if isinstance(event, e.LoadStarted))


@pytest.mark.parametrize(
    ("options", "workers"),
    [(setup("step1"), 1), (setup("step1", 4), 4), (setup("step2"), 4), (setup("step3"), 4), (setup("bonus", 3, 1), 3)],
    ids=["step1", "step1, 4 workers", "step2", "step3", "bonus"],
)
def test_every_worker_is_warm_before_the_load_begins(options: RunOptions, workers: int) -> None:
    """So many have answered, each process one, which is no hello and none of the load's requests."""
    outcome = play(Experiment(options, duration=6.0))
    row, answers = outcome.row, warmed_up(outcome)
    assert (outcome.exit_code, row.visitors, row.answered, row.errors, row.over) == (None, 6, 6, 0, True)
    assert [(answer.status, answer.name) for answer in answers] == [(404, None)] * workers
    if options.stage.worker_kind is WorkerKind.PROCESSES:
        assert len({answer.worker for answer in answers}) == workers
    assert max(answer.t for answer in answers) < began(outcome)
    hellos = [event for event in outcome.events if isinstance(event, e.Answered) and event.name is not None]
    assert len(hellos) == 6


def test_where_nobody_would_answer_nobody_is_asked() -> None:
    """Without a worker the load is all that waits."""
    outcome = play(Experiment(setup("bonus", 0), lasts=10.0))
    assert not warmed_up(outcome)
    assert (outcome.row.answered, outcome.exit_code) == (0, None)
    assert outcome.row.visitors > 0


def test_visitors_with_names_and_a_worker_that_is_added() -> None:
    """Names come in turn; the worker comes in the middle; the end is when it was to be, whatever the load does."""
    outcome = play(Experiment(setup("bonus", 1), duration=600.0, names=("Ada", "Grace K."), lasts=30.0, reserve_at=9.0))
    hellos = Counter(event.name for event in outcome.events if isinstance(event, e.Answered) and event.name)
    assert hellos.keys() == {"Ada", "Grace K."}
    starts = [event for event in outcome.events if isinstance(event, e.ProcessStarted)]
    (added,) = (event for event in starts if event.process == "webworker.1")
    assert added.t > began(outcome) + 9.0 / SPEED
    assert outcome.row.load.ended_at > outcome.row.end >= began(outcome) + 30.0 / SPEED


def test_it_is_stopped_from_another_thread() -> None:
    """With what has come of it so far, and the exit code of whoever did it."""
    attempt = Attempt(Experiment(setup("step3"), duration=6000.0), hears_signals=False)
    playing = threading.Thread(target=attempt.play)
    playing.start()
    until(lambda: attempt.state.load.answered, "an answer")
    attempt.stop(7)
    playing.join(DEADLINE_S)
    assert attempt.outcome.exit_code == 7
    assert attempt.outcome.row.answered
    assert attempt.outcome.row.over


def test_its_load_breaks_off() -> None:
    """It fails, and what came before is there."""
    attempt = Attempt(Experiment(setup("step3"), duration=6000.0))
    killed = list[psutil.Process]()

    def kill_the_load() -> None:
        if attempt.state.load.answered and not killed:
            there = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
            for load_process in (child for child in there if "asyncdemo.load.worker" in child.cmdline()):
                load_process.kill()
                killed.append(load_process)

    with pytest.raises(StartError, match="The load broke off"):
        attempt.play(kill_the_load)
    assert attempt.outcome.row.answered
