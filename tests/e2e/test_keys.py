"""Every key of a run, pressed in a real terminal; the screen is read as a user would see it."""

import re
from pathlib import Path

from asyncdemo.events import events as e
from tests.e2e.command import balanced, visit
from tests.e2e.edited_stage import run_edited
from tests.e2e.screen import OnScreen, stage_on_screen
from tests.edited import copied, held_up
from tests.waiting import until

FOREVER = "3600"
UP, DOWN = "\x1b[A", "\x1b[B"


def test_a_reserved_worker_added_in_the_jam_lets_the_visitors_in() -> None:
    """The talk's point in one key: `w`, and those who wait have their answers."""
    with stage_on_screen("bonus", "--workers", "2", "--delays", FOREVER) as run:
        run.shows("0 of 2 busy", "up 0:")
        run.presses("hh", "2 of 2 busy")
        run.presses("hhh", ", 3 wait")
        run.presses("w", "webworker.1 starts")
        run.shows("now nobody waits", "5 answered", "queued     3")
        run.presses("W", "webworker.1 finishes")
        run.hides("webworker.1 web")
        run.presses("q", "5 notifications would be lost")
        run.presses("n", "h hello")
        run.presses("qy", "hellos")
        assert run.ends() == 0
        assert run.state.books.died == 5


def test_general_workers_come_and_go() -> None:
    """`+` and `-`; the names are those of the lowest free numbers."""
    with stage_on_screen("bonus", "--workers", "1", "--delays", "0") as run:
        run.shows("0 of 1 busy", "up 0:")
        run.presses("+", "worker.2 starts")
        run.shows("0 of 2 busy")
        run.presses("-", "worker.2 finishes")
        run.shows("0 of 1 busy")
        run.presses("-", "worker.1 finishes")
        run.shows("0 of 0 busy")
        run.presses("-", "there is no worker")
        run.shows("notify nobody takes it")
        run.presses("+", "worker.1 starts")
        run.hides("nobody takes it")
        run.presses("q")
        assert run.ends() == 0


def returns(run: OnScreen, times: int) -> None:
    """Return when worker.1 listens again, for so many times."""
    until(lambda: sum(event.process == "worker.1" for event in run.all(e.WorkerReady)) > times, "its return")


def test_keys_that_repeat_and_a_restart_of_the_living() -> None:
    """`++--` is two more and the same two less; `R` on a worker that is well, and `-` on a frozen one."""
    with stage_on_screen("bonus", "--workers", "1", "--delays", FOREVER) as run:
        run.shows("0 of 1 busy", "up 0:")
        run.presses("++")
        run.shows("0 of 3 busy", "worker.3")
        run.presses("--", "worker.2 finishes")
        run.shows("0 of 1 busy")
        run.presses(DOWN, "▸worker.1")
        run.presses("Ry", "worker.1 starts again")
        returns(run, 1)
        run.hides("dead")
        run.presses("h", "1 of 1 busy")
        run.presses("Ky", "dead", "1 died")
        run.presses("Ry")
        returns(run, 2)
        run.presses("Zy", "worker.1 is frozen")
        run.presses("-", "worker.1 finishes")
        run.shows("0 of 0 busy")
        run.presses("q")
        assert run.ends() == 0


def test_a_worker_is_killed_restarted_frozen_and_thawed() -> None:
    """Capitals ask first, naming the target; `n` does nothing."""
    with stage_on_screen("bonus", "--workers", "2", "--delays", FOREVER) as run:
        run.shows("0 of 2 busy", "up 0:")
        run.presses("K", "Select a worker first")
        run.presses(DOWN, "▸worker.1")
        run.presses(DOWN, "▸worker.2")
        run.presses(UP, "▸worker.1")
        run.presses("hh", "2 of 2 busy")
        run.presses("K", "Kill worker.1?")
        run.presses("n", "2 of 2 busy")
        run.presses("Ky", "dead", "signal 9")
        run.shows("1 died")
        run.presses("R", "Restart worker.1?")
        run.presses("y", "worker.1 starts again")
        run.hides("dead")
        run.shows("1 of 2 busy")
        run.presses("Z", "Freeze worker.1?")
        run.presses("y", "worker.1 is frozen")
        run.presses("h", ", 1 waits")
        run.presses("Z", "Thaw worker.1?")
        run.presses("y", "worker.1 goes on")
        run.shows("now nobody waits", "3 answered")
        run.presses("qy")
        assert run.ends() == 0


def test_redis_is_stopped_and_started() -> None:
    """`X` asks; visitors get a 503 while it is away, and are served again when it is back."""
    with stage_on_screen("bonus", "--workers", "1", "--delays", "0") as run:
        run.shows("0 of 1 busy", "up 0:")
        run.presses("h", "1 answered")
        run.presses("X", "Stop Redis? What is queued is lost.")
        run.presses("y", "Redis is stopped")
        run.presses("h", "1 error", "503 Redis away")
        run.presses("X", "Start Redis again?")
        run.presses("y", "Redis starts again")
        until(lambda: any("answers again" in event.line for event in run.all(e.Printed)), "the worker's return")
        (started,) = run.all(e.RunStarted)
        until(lambda: visit(started.url)[0] == 200, "the server's return")  # it has a connection of its own
        run.shows("2 answered", "running    0")
        run.presses("q")
        assert run.ends() == 0


def test_what_waits_in_redis_is_lost_with_it() -> None:
    """As the question says: the panels count it at once, and still do when Redis is back."""
    with stage_on_screen("bonus", "--workers", "2", "--reserved-web", "1", "--delays", FOREVER) as run:
        run.shows("1 general + 1 reserved", "0 of 2 busy", "up 0:")
        run.presses("hhh", "running    1", "queued     2", "notify 2 of 100")
        run.presses("X", "What is queued is lost.")
        run.presses("y", "2 died", "queued     0", "notify not known", "Redis is stopped")
        run.presses("Xy", "Redis starts again")
        until(lambda: any("answers again" in event.line for event in run.all(e.Printed)), "a worker's return")
        assert "2 died" in run.shown
        run.presses("qy")
        assert run.ends() == 0


def test_a_hello_before_the_page_is_up_is_not_lost_without_a_word() -> None:
    """Whoever presses `h` at once is told to wait, or answered; and never left with a name and nothing else."""
    with stage_on_screen("bonus", "--workers", "1", "--delays", "0") as run:
        run.has_shown("starting")
        run.presses_for_any("h", "not yet", "1 answered")
        run.shows("up 0:")
        run.presses("h", "hello, ", " answered")
        run.presses("qq")
        assert run.ends() == 0


def test_keys_in_the_first_moment_of_a_run_change_nothing(tmp_path: Path) -> None:
    """While workers are still on their way, whatever has workers, Redis or the page for its object has to wait."""
    project = copied("bonus", tmp_path / "bonus")
    gate = held_up(project)
    with OnScreen(*run_edited(project, "--workers", "2", "--delays", "0", "--record", "RECORD")) as run:
        run.shows("starting")
        for key, what in {
            "-": "workers",
            "+": "workers",
            "w": "workers",
            "X": "workers",
            "K": "workers",
            "h": "page",
        }.items():
            run.presses(key, f"not yet: the {what} ")
            run.presses("  ")
            run.hides("not yet")
        gate.touch()
        run.shows("2 general", "0 of 2 busy", "up 0:")
        run.presses("h", "1 answered")
        run.presses("+", "worker.3 starts")
        run.presses("qq")
        assert run.ends() == 0
        (stopping,) = run.all(e.Stopping)
        assert not [ended for ended in run.all(e.ProcessEnded, code=-9) if ended.t < stopping.t], (
            "later, a slow machine's"
        )


def test_help_pause_and_keys_that_say_nothing() -> None:
    """`?` lists the keys and any key closes it; a paused picture stands still; the rest does nothing."""
    with stage_on_screen("step3", "--delays", "0") as run:
        run.shows("0 of 4 busy", "up 0:")
        run.presses("?", "one hello, with a fresh name")
        assert not any(word in run.shown for word in ("worker", "Redis", "load")), run.shown
        run.presses("?", "0 of 4 busy", "up 0:")
        run.presses("jJ\x1b[5~\x1bOP\t", "0 of 4 busy", "up 0:")
        run.presses("w", "w: there is no reserved worker here; try asyncdemo run bonus")
        paused = run.presses(" ", "paused")
        at = re.search(r"up \d+:\d+", paused)
        assert at is not None
        run.presses("h")
        run.wait_for_deliveries(1)
        held = run.presses("h", "hello, Grace")
        assert at[0] in held
        assert "no answer yet" in held
        run.presses(" ", "2 answered")
        run.presses("h" * 50, "52 answered")
        run.shows("delivered  52")
        run.presses("q")
        assert run.ends() == 0
        balanced(run)


def test_the_screen_follows_the_window() -> None:
    """A larger window has a log, a small one the workers and a line of latency; then back."""
    with stage_on_screen("step3", "--delays", "0") as run:
        run.shows("0 of 4 busy", "longest wait")
        run.resize(110, 33)
        run.shows("─ log ─")
        run.resize(60, 15)
        run.shows("hello last", "slot 4")
        run.hides("─ notifications ─")
        run.resize(88, 24)
        run.shows("─ notifications ─")
        run.presses("q")
        assert run.ends() == 0


def test_no_color_has_no_colours() -> None:
    """NO_COLOR (no-color.org) is heard; bold and reverse are not colours."""
    with stage_on_screen("step3", "--delays", "0", NO_COLOR="1") as run:
        run.shows("0 of 4 busy", "up 0:")
        run.presses("h", "1 answered")
        run.presses("qq")
        assert run.ends() == 0
        assert not re.search(rb"\x1b\[[0-9;]*\b(3[0-8]|4[0-8])(;[0-9;]*)?m", run.raw)


def test_the_window_is_closed_in_the_middle_of_the_show() -> None:
    """Nobody is there to see it, and nothing is left of it."""
    with stage_on_screen("bonus", "--workers", "1", "--delays", FOREVER) as run:
        run.shows("0 of 1 busy", "up 0:")
        run.presses("h", "1 of 1 busy")
        run.close_the_window()
        assert run.ends() in (129, 141)
        assert run.state.books.died == 1
