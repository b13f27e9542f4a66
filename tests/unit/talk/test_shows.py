"""What runs in a slide, without its processes: what it makes of how they end."""

import signal
import socket
import tempfile
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from asyncdemo.events.events import ProcessEnded, Stopping
from asyncdemo.known.state import State
from asyncdemo.running import run as run_module
from asyncdemo.running.live_run import LiveRun
from asyncdemo.running.options import RunOptions
from asyncdemo.running.processes import Processes
from asyncdemo.running.run import Run
from asyncdemo.stages.catalogue import stage_named
from asyncdemo.talk.demos.show_pool import ShowPool
from asyncdemo.talk.demos.shows import SlideControls, StageShow, WatchOptions
from tests.waiting import until

BONUS = WatchOptions(RunOptions(stage_named("bonus"), port=0))
REDIS_ENDS = ProcessEnded(t=1.0, process="redis", code=0)


def test_redis_that_ends_with_its_run_is_no_problem() -> None:
    """One that ends before is."""
    show = StageShow(BONUS)
    show._tell(REDIS_ENDS)
    assert "Redis" in show.problem
    show = StageShow(BONUS)
    show._tell(Stopping(t=0.5, process="asyncdemo"))
    show._tell(REDIS_ENDS)
    assert show.problem == ""


@pytest.mark.parametrize(
    ("name", "choices", "says"),
    [
        ("step3", (), ""),
        ("bonus", (), "w: a worker for web only"),
        ("today", (), "w: a worker for mail only"),
        ("today", ("priority",), "w: a worker for mail only"),
        ("today_celery", (), "w: a worker for mail only"),
        ("today", ("one-queue",), ""),
    ],
)
def test_the_key_of_the_lesson_is_told_as_its_stage_has_it(name: str, choices: tuple[str, ...], says: str) -> None:
    """What the worker takes that it starts; nothing where there is none."""
    options = RunOptions(stage_named(name), port=0, choices=choices)
    assert StageShow(WatchOptions(options)).lesson_key == ""
    controls = SlideControls(cast(Run, SimpleNamespace(options=options)), State())
    assert controls.lesson_key == ""
    controls.live = cast(LiveRun, SimpleNamespace())  # it is up
    assert controls.lesson_key == says


def test_a_warm_stage_that_could_not_begin_is_not_handed_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What it lacked may be there by now."""

    show_pool, ends = ShowPool(), threading.Event()
    show_pool.changed = ends.set
    with monkeypatch.context() as broken:
        broken.setattr(tempfile, "tempdir", str(tmp_path / "gone"))  # where its run's folder cannot be made
        show_pool.keep_warm(BONUS)
        assert ends.wait(30)
        until(lambda: not show_pool.busy, "its end")
    fresh = show_pool.stage(BONUS)
    assert not fresh.over
    assert fresh.problem == ""


def test_a_run_that_cannot_begin_lets_go_of_what_it_had(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its recording, its folder, its port, and the signals."""

    def no_room(*_: object) -> Processes:
        raise OSError("no space left on device")

    monkeypatch.setattr(run_module, "Processes", no_room)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = signal.getsignal(signal.SIGTERM)
    options = RunOptions(stage_named("step3"), port=0, record=str(tmp_path / "run.jsonl"))
    run = Run(options, lambda event: None, offstage=True)
    with pytest.raises(OSError, match="no space"):
        run.__enter__()
    assert signal.getsignal(signal.SIGTERM) is before
    assert run._inbox.recording is not None
    assert run._inbox.recording.closed
    assert [path.name for path in tmp_path.iterdir()] == ["run.jsonl"]
    assert run._proxy is not None
    with socket.socket() as other:
        other.bind((run._proxy.host, run._proxy.port))
