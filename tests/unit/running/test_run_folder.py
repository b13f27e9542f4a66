"""The folder of a run where the machine has nothing left for it."""

import os
import resource
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from asyncdemo.base.errors import StartError
from asyncdemo.events import events as e
from asyncdemo.running.live_run import Crew
from asyncdemo.running.other_runs import running
from asyncdemo.running.run_folder import RUNS_HERE, RunFolder
from asyncdemo.stages.catalogue import STAGES


@pytest.mark.parametrize(
    ("left", "problem"),
    [(0, "folder for temporary files cannot be written"), (1, "guard of the run cannot be started")],
)
def test_what_cannot_be_guarded_leaves_no_folder(
    left: int, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No descriptor for a file, or one, and none for a process."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + left, hard))
    try:
        with pytest.raises(StartError, match=f"{problem}: Too many open files"):
            RunFolder.create()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_described_anew_is_as_old_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other terminals know its workers, and take the run that began last for the newest."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    values = {
        "stage": STAGES["bonus"],
        "general": 1,
        "reserved": 0,
        "speed": 1.0,
        "delays": [5.0],
        "url": "http://h:1/",
    }
    run = e.RunStarted(t=0.0, process="asyncdemo", **values)
    old, new = RunFolder.create(), RunFolder.create()
    try:
        old.describe(run)
        os.utime(old.path / RUNS_HERE, (1000, 1000))
        new.describe(replace(run, url="http://h:2/"))
        old.describe(replace(run, general=2, reserved=1))
        assert [(each.url, each.general, each.reserved) for each in running()] == [
            ("http://h:2/", 1, 0),
            ("http://h:1/", 2, 1),
        ]
    finally:
        for folder in (old, new):
            folder.close()


def test_the_workers_that_are_there_are_counted_as_they_come_and_go() -> None:
    """Each process once; only workers are."""
    crew = Crew(STAGES["bonus"])

    def see(kind: type[e.Event], process: str, **values: object) -> tuple[bool, int, int]:
        seen = crew.see(kind(t=1.0, process=process, **values))  # type: ignore[arg-type]
        return seen, crew.count("worker"), crew.count("webworker")

    ready = {"worker": "w", "channels": ["notify"]}
    assert see(e.WorkerReady, "worker.1", **ready) == (True, 1, 0)
    assert see(e.WorkerReady, "worker.1", **ready) == (False, 1, 0)
    assert see(e.WorkerReady, "webworker.1", **ready) == (True, 1, 1)
    assert see(e.WorkerReady, "web.1", **ready) == (False, 1, 1)
    assert see(e.ProcessEnded, "migrate", code=0) == (False, 1, 1)
    assert see(e.ProcessEnded, "worker.1", code=-9) == (True, 0, 1)
    assert see(e.WorkerReady, "worker.2", **ready) == (True, 1, 1)
