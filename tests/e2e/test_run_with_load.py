"""`asyncdemo run --hammer`: a stage and its load in one command."""

import pytest

from asyncdemo.events import events as e
from asyncdemo.load.visitor import VISITORS
from tests.e2e.command import asyncdemo, balanced, stage
from tests.e2e.screen import stage_on_screen
from tests.e2e.talk import process_with
from tests.waiting import until


def test_a_run_with_its_load_on_one_screen() -> None:
    """`run --hammer`: what is sent and what it means, over the panels; the rate turns with the same keys."""
    with stage_on_screen("step3", "--speed", "20", "--hammer", "1/s") as run:
        run.shows(" load ", "1/s x 11.25 s = 11.3 workers needed; 4 there", "4 of 4 busy")
        run.presses(">", "2/s of the lesson, 2 times what was asked for")
        run.shows("2/s x 11.25 s = 22.5 workers needed")
        run.presses("q", "Quit?")
        run.presses("y")
        assert run.ends() == 0
        run.shows("turned      to 40/s after", "which are no errors")
        (turned,) = run.all(e.LoadTurned)
        assert turned.factor == 2.0
        errors = {end for end in run.state.load.ended if not end.isdecimal()}
        assert errors <= {"timed out"}, "whoever was on the way has no error of the end"
        assert run.all(e.LoadEnded)
        balanced(run)


def test_a_run_with_its_load_in_a_pipe() -> None:
    """Both summaries; when the run ends, the load does. Each visitor has a name, so that one can be followed."""
    with stage("bonus", "--reserved-web", "1", "--speed", "20", "--hammer", "0.5", "--for", "1h") as run:
        run.wait_for(5, e.Answered, status=200)
        assert run.stop() == 0
        run.line(r"hellos +\d+ x 200")
        run.line(r"x20: sending 10/s, even")
        run.line(r"  ended +with the run, after \d+\.\d s(; \d+ on their way then, which are no errors)?\r?\n")
        left = int(run.line(r"requests +\d+ to send, (\d+) sent")[1])
        balanced(run)
        ids = {event.id: event.name for kind in (e.Arrived, e.Answered) for event in run.all(kind)}
        assert 0 < len(ids) <= left < len(VISITORS)  # who left last may not have come as far as the server
        assert len(set(ids.values())) == len(ids)
        assert set(ids.values()) <= set(VISITORS[:left])


def test_a_run_whose_load_breaks_off() -> None:
    """It is said, and the run goes on; a load without an end of its own would have lasted as long."""
    with stage("step3", "--speed", "60", "--hammer", "1") as run:
        (started,) = run.wait_for(1, e.LoadStarted)
        assert started.seconds > 3600 * 24 * 365
        process_with(run, "asyncdemo.load.worker").kill()
        run.line(r" s  load +the load broke off: the load ended with code -9")
        until(lambda: run.hello()[0] == 200, "a page, for which there is a second at this speed")
        assert run.stop() == 0
        run.line(r"x60: sending 60/s, even")


def test_a_run_without_a_load_has_no_rate_to_turn() -> None:
    """The key says what to type."""
    with stage_on_screen("step3") as run:
        run.shows("0 of 4 busy", "up 0:")
        run.presses(">", "there is no load: start the run with --hammer 1")
        run.presses("q")
        assert run.ends() == 0


@pytest.mark.parametrize("rate", ["0", "abc", "-1"])
def test_a_run_with_a_load_of_nonsense(rate: str) -> None:
    """Named by its own flag."""
    result = asyncdemo("run", "step3", "--hammer", rate)
    assert result.returncode == 2
    assert f"--hammer '{rate}' is no rate" in result.stderr


def test_a_run_with_more_load_than_anybody_can_send() -> None:
    """Said before anything is started, by its own flag."""
    result = asyncdemo("run", "step3", "--speed", "60", "--hammer", "2000")
    assert (result.returncode, result.stdout) == (2, "")
    told = "asyncdemo: --hammer 2000 at speed 60 is more than 100000 requests a second. Type at most 1666.\n"
    assert result.stderr == told
