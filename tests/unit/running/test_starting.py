"""A run from its first process to its end, without a process: what is started, what is awaited, and what ends it."""

import itertools
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from asyncdemo.base.addresses import LOOPBACK
from asyncdemo.base.errors import StartError
from asyncdemo.events import events as e
from asyncdemo.events.inbox import Stop
from asyncdemo.running import other_runs
from asyncdemo.running.run_folder import RunFolder
from asyncdemo.running.starting import Interrupted, StartingRun, facts, open_page
from asyncdemo.stages.catalogue import STAGES
from tests.histories import RUN
from tests.unit.running.parts import Parts
from tests.waiting import until


def test_everything_in_its_order(parts: Callable[..., Parts]) -> None:
    """The processes; it is told, and before anything of theirs; the address, other terminals, visitors; and the
    database, which may wait."""
    run = parts("bonus", proxied=True, workers=2)
    before: list[str] = []
    run.all.processes.wait_for_starts = lambda: before.extend(run.written.log)  # type: ignore[method-assign]
    starting = StartingRun(run.all)
    assert before == ["start web.1", "start worker.1", "start worker.2"], "they run, whatever whoever listens does"
    assert run.written.log == ["start web.1", "start worker.1", "start worker.2", "RunStarted"]
    run.ready("worker.1", "worker.2")
    live = starting.until_up()
    assert run.written.log[4:] == ["WorkerReady", "WorkerReady", "open", "describe", "Ready", "start migrate"]
    assert run.written.told[-1].t == 7.0
    assert live.url == "http://127.0.0.1:8080/"
    assert live.server_url == f"http://127.0.0.1:{run.all.place.port}/"
    assert (live.telemetry, live.now()) == ("where to tell", 7.0)
    assert live.options is run.all.options


def test_workers_that_look_into_a_database_start_when_its_tables_are_there(parts: Callable[..., Parts]) -> None:
    """The page's server need not wait; and the tables are made once."""
    run = parts("today", workers=1)
    starting = StartingRun(run.all)
    assert run.written.log == ["start migrate", "start web.1", "RunStarted"]
    run.inbox.put(e.ProcessEnded(t=1.0, process="migrate", code=0))
    looks: list[int] = []

    def look() -> None:
        if "start worker.1" in run.written.log and not looks:
            looks.append(1)
            run.ready("worker.1")

    starting.until_up(look)
    assert run.written.log[3:] == ["ProcessEnded", "start worker.1", "WorkerReady", "describe", "Ready"]


def test_tables_that_cannot_be_made_are_a_failure_to_start(parts: Callable[..., Parts]) -> None:
    """With what `migrate` says last. Another stage does without."""
    run = parts("today")
    starting = StartingRun(run.all)
    run.ended("migrate")
    with pytest.raises(
        StartError, match=r"migrate\.? ?.*ended while today was starting\. Its last lines:\n  migrate says"
    ):
        starting.until_up()


@pytest.mark.parametrize(("stage", "options", "needed"), [("bonus", {"workers": 2}, 2), ("step3", {}, 4)])
def test_all_workers_are_waited_for(
    stage: str, options: dict[str, Any], needed: int, parts: Callable[..., Parts]
) -> None:
    """Each of them; what else is told is no worker."""
    run = parts(stage, **options)
    starting = StartingRun(run.all)
    looks = 0

    def another() -> None:
        nonlocal looks
        looks += 1
        run.inbox.put(e.ProcessStarted(t=0.5, process="worker.1", pid=1))
        if looks <= needed:
            run.ready(f"worker.{looks}")

    starting.until_up(another)
    assert looks == needed + 1, "it sees who was announced at the look before"


def test_a_stage_of_threads_waits_for_no_worker(parts: Callable[..., Parts]) -> None:
    """They are made when they are needed."""
    run = parts("step1", workers=4)
    StartingRun(run.all).until_up()
    assert run.written.log == ["start web.1", "RunStarted", "describe", "Ready", "start migrate"]


def test_the_server_is_waited_for(parts: Callable[..., Parts]) -> None:
    """Until it answers."""
    run = parts("step1", answers=False)
    starting = StartingRun(run.all)
    looks = 0

    def listen() -> None:
        nonlocal looks
        looks += 1
        assert "Ready" not in run.written.log
        if looks == 3:
            run.held.enter_context(socket.create_server((LOOPBACK, run.all.place.port)))

    starting.until_up(listen)
    assert looks == 3


def test_it_is_up_when_it_is_wanted(parts: Callable[..., Parts]) -> None:
    """However late: nobody gives up on a demo that is kept warm."""
    run = parts("step1")
    starting = StartingRun(run.all)
    wanted = iter([False, False, True])

    def is_wanted() -> bool:
        assert "Ready" not in run.written.log
        return next(wanted)

    starting.until_up(wanted=is_wanted)
    assert "Ready" in run.written.log
    assert next(wanted, None) is None


def test_redis_starts_before_the_others(parts: Callable[..., Parts]) -> None:
    """They need it later. One that does not come, or dies, ends the start."""
    run = parts("bonus", workers=0)
    with_redis = replace(run.all, workers=SimpleNamespace(own_redis=True, start_redis=run.written.start_redis))  # type: ignore[arg-type]
    run.ended("redis")
    run.last_lines["redis"] = ["no room"]
    with pytest.raises(StartError, match=r"redis ended while bonus was starting\. Its last lines:\n  no room"):
        StartingRun(with_redis).until_up()
    assert run.written.log == ["start redis", "start web.1", "RunStarted", "ProcessEnded"]


def test_a_redis_that_never_listens_is_named(parts: Callable[..., Parts], monkeypatch: pytest.MonkeyPatch) -> None:
    """The server and the workers may be there."""
    run = parts("bonus", workers=0)
    with_redis = replace(run.all, workers=SimpleNamespace(own_redis=True, start_redis=run.written.start_redis))  # type: ignore[arg-type]
    starting = StartingRun(with_redis)
    now = iter([100.0, 119.9, 120.1])
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    with pytest.raises(StartError, match=r"Redis was not ready within 20 s"):
        starting.until_up()


def test_a_death_while_it_starts(parts: Callable[..., Parts]) -> None:
    """Of any process, with its last words; `migrate` is none that the stage needs."""
    run = parts("bonus", workers=2)
    starting = StartingRun(run.all)
    run.ended("migrate")
    run.ready("worker.1", "worker.2")
    starting.until_up()
    run = parts("bonus", workers=2)
    starting = StartingRun(run.all)
    run.ended("worker.1")
    words = r"worker\.1 ended while bonus was starting\. Its last lines:\n  worker says why"
    with pytest.raises(StartError, match=words):
        starting.until_up()


def test_a_wish_to_end_it_while_it_starts(parts: Callable[..., Parts]) -> None:
    """With its exit code, and before it is up."""
    run = parts("step1", answers=False)
    starting = StartingRun(run.all)
    run.inbox.put(Stop(143))
    with pytest.raises(Interrupted, match="Stopped before it was ready") as caught:
        starting.until_up()
    assert caught.value.exit_code == 143
    assert "Ready" not in run.written.log


def test_a_machine_that_is_far_too_slow(parts: Callable[..., Parts], monkeypatch: pytest.MonkeyPatch) -> None:
    """After twenty seconds, and not before."""
    run = parts("step1", answers=False)
    starting = StartingRun(run.all)
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    looks = 0

    def later() -> None:
        nonlocal looks
        looks += 1
        now[0] = {1: 119.9, 2: 120.0, 3: 120.1}.get(looks, now[0])

    with pytest.raises(StartError, match=r"the stage was not ready within 20 s\. Is the machine very busy\?"):
        starting.until_up(later)
    assert looks == 3


def test_the_guard_is_looked_after_while_it_starts_and_runs(parts: Callable[..., Parts]) -> None:
    """What happened to it is told."""
    run = parts("bonus", workers=1)
    starting = StartingRun(run.all)
    run.written.guard = "gone, while it starts"
    live = starting.until_up(lambda: run.ready("worker.1"))
    run.written.guard = "gone, while it runs"
    run.inbox.put(Stop(3))
    assert live.watch() == 3
    lines = [event.line for event in run.written.told if isinstance(event, e.Printed)]
    assert lines == ["gone, while it starts", "gone, while it runs"]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (None, "SQLite, this run's own, which goes with it"),
        ("postgresql://ada:secret@db.example.com/tasks", "postgresql://ada:***@db.example.com/tasks"),
    ],
)
def test_where_the_tasks_wait_is_told(url: str | None, shown: str, parts: Callable[..., Parts]) -> None:
    """Of a stage that has them in a database, and no password."""
    assert facts(parts("today", database_url=url).all)["database"] == shown
    assert "database" not in facts(parts("step3").all)


@pytest.mark.parametrize(
    ("stage", "options", "redis"),
    [("step1", {}, None), ("bonus", {"redis_url": "redis://:secret@h/0"}, "redis://:***@h/0")],
)
def test_what_is_told_of_a_run(
    stage: str, options: dict[str, Any], redis: str | None, parts: Callable[..., Parts]
) -> None:
    """Its stage, its workers, its speed, its address; its Redis only where it has one, and no password."""
    run = parts(stage, speed=2.0, delays=(1.0, 2.0), **options)
    told = facts(run.all)
    assert told.pop("redis", None) == redis
    assert told == {
        "stage": STAGES[stage],
        "general": 3 if stage == "bonus" else 0,
        "reserved": 0,
        "speed": 2.0,
        "delays": [1.0, 2.0],
        "url": run.all.server_url,
        "choices": [],
    }


def test_the_page_is_opened_in_the_users_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: Callable[..., Parts]
) -> None:
    """If that was asked for, and when it can be; what it says goes nowhere."""
    seen, browser, may = tmp_path / "seen", tmp_path / "browser", tmp_path / "may"
    wait = f"while ! [ -e {may} ]; do sleep 0.01; done"
    browser.write_text(f'#!/bin/sh\n{wait}; echo loud; echo "$1" >> {seen}.new; mv {seen}.new {seen}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(browser))
    open_page("http://127.0.0.1:1/?a=b&c=d")
    (opening,) = (thread for thread in threading.enumerate() if thread.name == "browser")
    assert opening.daemon, "it keeps no command from its end"
    may.touch()
    assert until(lambda: seen.exists() and seen.read_text(), "the browser") == "http://127.0.0.1:1/?a=b&c=d\n"
    seen.unlink()
    StartingRun(parts("step1").all).until_up()
    run = parts("step1", open_browser=True)
    StartingRun(run.all).until_up()
    assert until(lambda: seen.exists() and seen.read_text(), "the browser") == f"{run.all.url}\n"


def test_a_server_that_has_died_is_mended_or_given_up(parts: Callable[..., Parts]) -> None:
    """It is there, and waits for a file to change: whoever watches may mend it, a race does not wait for that."""
    run = parts("step1", answers=False)
    run.died_with = "KeyError: 'name'"
    with pytest.raises(
        StartError, match=r"web\.1 cannot come up until this is mended: KeyError: 'name'\.(?s:.)*web says why"
    ):
        StartingRun(run.all).until_up()
    looks = itertools.count()

    def look() -> None:
        if next(looks) == 9:
            run.inbox.put(Stop(130))

    with pytest.raises(Interrupted):
        StartingRun(run.all).until_up(look, patience_s=3600.0)


def test_a_server_that_has_died_is_waited_for_as_long_as_there_is_patience(
    parts: Callable[..., Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From when it was seen to be dead, and however late that is."""
    run, now = parts("step1", answers=False), [100.0]
    run.died_with = "KeyError: 'name'"
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    starting, moments = StartingRun(run.all), iter([1000.0, 1009.9, 1010.0])

    def look() -> None:
        now[0] = next(moments)

    with pytest.raises(StartError, match=r"web\.1 cannot come up until this is mended"):
        starting.until_up(look, patience_s=10.0)
    assert next(moments, None) is None


# Somebody else is in the way


def test_a_server_that_has_ended_while_another_one_answers_was_in_its_way(parts: Callable[..., Parts]) -> None:
    """It is said who has the port; the run, which has not, is not told of any more."""
    run = parts("step1")
    run.all.processes.pids.clear()
    forgotten: list[bool] = []
    run.all.folder.forget = lambda: forgotten.append(True)  # type: ignore[method-assign]
    starting = StartingRun(run.all)
    run.ended("web.1")
    with pytest.raises(StartError, match=rf"Port {run.all.place.port} on 127\.0\.0\.1 is in use by another program"):
        starting.until_up()
    assert forgotten == [True]


def test_the_first_of_two_that_start_on_a_port_has_it(parts: Callable[..., Parts]) -> None:
    """The other one says who, before it has started anything; who comes first on another port is in nobody's way."""
    run = parts("step1")
    page = f"http://127.0.0.1:{run.all.place.port}/"
    first = RunFolder.create()
    try:
        first.announce(replace(RUN, stage=STAGES["step2"], url=page.replace(":", ":1", 1)))
        StartingRun(run.all)
        first.announce(replace(RUN, stage=STAGES["step2"], url=page))
        run.written.log.clear()
        run.all.folder.announce = lambda told: run.written.log.append(told.url)  # type: ignore[method-assign]
        with pytest.raises(StartError, match="is in use by your own run of step2, starting since"):
            StartingRun(run.all)
    finally:
        first.close()
    assert run.written.log == [page], "it has said so, as the other one has"


def test_where_no_other_starts_nothing_is_read(parts: Callable[..., Parts], monkeypatch: pytest.MonkeyPatch) -> None:
    """A start need not wait for what is not there."""
    monkeypatch.setattr(other_runs, "any_but", lambda folder, name: False)
    monkeypatch.setattr(other_runs, "at", lambda *place: pytest.fail("it has looked"))
    StartingRun(parts("step1").all)
