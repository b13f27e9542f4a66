"""A worker that is killed with a task in hand, by the keys of a run on screen; and what follows for its tasks."""

from collections.abc import Iterator
from contextlib import contextmanager

from asyncdemo.events import events as e
from tests.e2e.screen import OnScreen, stage_on_screen
from tests.waiting import until

FOREVER = "3600"
DOWN = "\x1b[B"


@contextmanager
def started_anew(stage: str) -> Iterator[OnScreen]:
    """The run, whose one worker was killed with a notification in hand and started anew: it does all else, not that.

    Until it is started anew it cannot be frozen, or killed. At the end, the run is ended.
    """
    with stage_on_screen(stage, "--workers", "1", "--delays", FOREVER, columns=110, rows=33) as run:
        run.shows("up 0:")
        run.presses("h")
        (taken,) = run.wait_for(1, e.Taken, task="notify")
        run.presses(DOWN, "▸worker.1")
        run.presses("Ky", "dead")
        run.presses("Z", "worker.1 is not there: R starts it again")
        run.presses("Ry", "worker.1 starts again")
        until(lambda: sum(event.process == "worker.1" for event in run.all(e.WorkerReady)) == 2, "its return")
        run.wait_for(1, e.Done, task="password_mail")
        run.presses("h")
        run.wait_for(2, e.Taken, task="notify")
        assert [event.id for event in run.all(e.Taken, task="notify")].count(taken.id) == 1
        yield run
        run.presses("q")
        run.presses("y")
        assert run.ends() == 0
