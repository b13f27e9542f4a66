"""The folder of a run: what is in it, who guards it, and where the machine has nothing left for it."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from asyncdemo.base.errors import TOO_MANY_FILES, StartError
from asyncdemo.events import events as e
from asyncdemo.events.sending import Address
from asyncdemo.running.live_run import Crew
from asyncdemo.running.other_runs import running, written_down
from asyncdemo.running.run_folder import RUNS_HERE, STARTS_HERE, RunFolder
from asyncdemo.stages.catalogue import STAGES
from tests.histories import RUN
from tests.processes import line_of
from tests.waiting import until


@pytest.mark.parametrize(
    ("left", "problem"),
    [(0, "folder for temporary files cannot be written: Too many open files"), (1, f"^{TOO_MANY_FILES}$")],
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
        with pytest.raises(StartError, match=problem):
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


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunFolder]:
    """That of a run, on a machine without another."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made = RunFolder.create()
    yield made
    made.close()
    assert list(tmp_path.iterdir()) == []


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def guards(folder: RunFolder) -> list[psutil.Process]:
    """The guards of a run that are there: children of whoever made its folder."""
    return [child for child in psutil.Process().children() if line_of(child).endswith(f" {folder.path}")]


def test_what_a_run_finds_in_its_folder(folder: RunFolder) -> None:
    """It is for this user alone; processes may begin; a guard is there."""
    assert mode(folder.path) == 0o700
    assert sorted(path.name for path in folder.path.iterdir()) == ["groups", "open", "python", "servers"]
    assert folder.path.name.startswith("asyncdemo-")
    assert folder.redis_prefix == f"{folder.path.name}:"
    assert folder.database == str(folder.path / "db.sqlite3")
    assert folder.redis_socket == folder.path / "redis.sock"
    (guard,) = until(lambda: guards(folder), "a guard")
    assert os.getsid(guard.pid) == guard.pid, "Ctrl-C is not for it"
    assert not folder.closed
    assert folder.look_after_guard() == ""


def test_its_python_has_the_probe_attached(folder: RunFolder) -> None:
    """And passes on whatever it is called with."""
    assert mode(folder.python) == 0o700
    assert folder.python.read_text() == f'#!/bin/sh\nexec {sys.executable} -m asyncdemo.probes "$@"\n'


def test_what_stands_in_for_another_program(folder: RunFolder) -> None:
    """Passes on whatever it is called with."""
    programs = folder.write_stand_ins({"python": f"exec {sys.executable}", "gunicorn": "exec python -m gunicorn"})
    assert sorted(each.name for each in Path(programs).iterdir()) == ["gunicorn", "python"]
    told = subprocess.run([f"{programs}/python", "-c", "import sys; print(sys.argv)", "a b", "*"], capture_output=True)
    assert told.stdout == b"['-c', 'a b', '*']\n"


def test_where_to_tell_is_for_this_user_alone(folder: RunFolder) -> None:
    """The token is in it."""
    address = Address("127.0.0.1", 1, "token", 0.0)
    told = Path(folder.tell(address))
    assert (mode(told), told.read_text()) == (0o600, str(address))


def test_other_terminals_know_it_until_it_is_forgotten(folder: RunFolder) -> None:
    """First as one that starts, then as one that is up, which is no more about to take a port. Twice is once."""

    def known() -> tuple[list[e.RunStarted], list[str]]:
        return running(), [run.does for run in written_down(STARTS_HERE, RUNS_HERE)]

    assert known() == ([], [])
    folder.announce(RUN)
    assert known() == ([], ["starting"])
    for _ in range(2):
        folder.describe(RUN)
        assert known() == ([RUN], ["up"])
    for _ in range(2):
        folder.forget()
        assert known() == ([], [])


def test_a_guard_that_dies_is_replaced(folder: RunFolder) -> None:
    """And that is said, once."""
    (guard,) = until(lambda: guards(folder), "a guard")
    guard.kill()
    said = until(folder.look_after_guard, "the news")
    assert said == "the guard of this run was killed; another has taken its place"
    assert folder.look_after_guard() == ""
    (other,) = until(lambda: guards(folder), "another guard")
    assert other.pid != guard.pid


def test_a_guard_that_cannot_be_replaced(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is not tried again and again; the folder goes all the same."""
    (guard,) = until(lambda: guards(folder), "a guard")
    with monkeypatch.context() as without:
        without.setattr(sys, "executable", "/nowhere/python")
        guard.kill()
        said = until(folder.look_after_guard, "the news")
    assert said.startswith("the guard of this run is gone, and no other can be started (No such file or directory)")
    assert said.endswith(": only kill -9 would leave something behind")
    assert folder.look_after_guard() == ""
    assert guards(folder) == []
    assert folder.closed
    assert not folder.path.exists()


def test_closed_step_by_step(folder: RunFolder) -> None:
    """The guard does it while others go on; then it is gone."""
    sleeper = subprocess.Popen(["sleep", "600"], start_new_session=True)
    (folder.path / "groups" / str(sleeper.pid)).touch()
    folder.begin_to_close()
    assert sleeper.wait(30) == -signal.SIGTERM
    until(lambda: folder.closed, "the end of the guard")
    assert not folder.path.exists()


def test_killed_without_grace(folder: RunFolder) -> None:
    """Whoever runs; the folder stays until it is closed."""
    sleeper = subprocess.Popen(["sh", "-c", "trap '' TERM; exec sleep 600"], start_new_session=True)
    (folder.path / "servers" / str(sleeper.pid)).touch()
    folder.kill_all()
    assert sleeper.wait(30) == -signal.SIGKILL
    assert folder.path.exists()


def test_no_room_for_what_is_written(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is said in words."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        for write in (
            folder.write_python,
            lambda: folder.write_stand_ins({"python": "exec python3"}),
            lambda: folder.describe(RUN),
            lambda: folder.tell(Address("h", 1, "t", 0.0)),
        ):
            with pytest.raises(StartError, match=r"temporary files cannot be written: .* export TMPDIR=~/\.tmp"):
                write()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_a_folder_in_which_no_program_may_be_started(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, with what to type."""
    folder.check_python()
    monkeypatch.setattr(os, "access", lambda path, mode: (path, mode) != (folder.python, os.X_OK))
    with pytest.raises(StartError, match=rf"^Programs in '{folder.path.parent}' may not be started, .* noexec\. Name"):
        folder.check_python()


def test_a_guard_that_dies_over_its_work(folder: RunFolder) -> None:
    """What is left of it is done here."""
    (guard,) = until(lambda: guards(folder), "a guard")
    guard.suspend()
    folder.begin_to_close()
    guard.kill()
    folder.close()
    assert folder.closed
    assert not folder.path.exists()


def test_a_folder_whose_python_cannot_be_written_does_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does its guard."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5, hard))
    try:
        with pytest.raises(StartError, match="folder for temporary files cannot be written: File too large"):
            RunFolder.create()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []
    assert not [each for each in psutil.Process().children() if str(tmp_path) in line_of(each)]
