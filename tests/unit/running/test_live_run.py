"""A run that is up, without a process: how long it is watched, and what it tells of its workers meanwhile."""

import itertools
from collections.abc import Callable

import pytest

from asyncdemo.base.errors import NO_ROOM, StartError
from asyncdemo.events import events as e
from asyncdemo.events.inbox import Stop
from asyncdemo.running.live_run import LiveRun
from asyncdemo.running.starting import StartingRun
from tests.histories import RUN
from tests.unit.running.parts import Parts


def live(run: Parts) -> LiveRun:
    return LiveRun(run.all, RUN)


def test_watched_until_it_is_over(parts: Callable[..., Parts]) -> None:
    """None; or until somebody wants to stop: his exit code. What comes meanwhile is passed on."""
    run = parts("step1")
    ticks: list[int] = []
    over = iter([False, False, True])
    assert live(run).watch(lambda: next(over), lambda: ticks.append(1)) is None
    assert len(ticks) == 2
    run.inbox.put(e.Printed(t=1.0, process="web.1", line="GET /"))
    run.inbox.put(Stop(7))
    assert live(run).watch() == 7
    assert run.written.log == ["Printed"]
    assert live(run).watch(lambda: True) == 7, "the wish stands"


def test_a_death_while_it_runs(parts: Callable[..., Parts]) -> None:
    """Of the server: the run is over. A worker's is part of the lesson."""
    run = parts("bonus")
    run.ended("worker.1")
    over = iter([False, True])
    assert live(run).watch(lambda: next(over)) is None
    run.ended("web.1")
    with pytest.raises(StartError, match=r"web\.1 ended while bonus was running\. Its last lines:\n  web says why"):
        live(run).watch()


def test_a_death_for_want_of_room_is_said_to_be_that(parts: Callable[..., Parts]) -> None:
    """The words of whoever died of it help nobody."""
    run = parts("step1")
    run.last_lines["web.1"] = ["RuntimeError: can't start new thread"]
    run.ended("web.1")
    with pytest.raises(StartError) as caught:
        live(run).watch()
    assert str(caught.value) == f"web.1 ended while step1 was running. {NO_ROOM}"


def test_who_is_told_of_the_end_first(parts: Callable[..., Parts]) -> None:
    run = parts("step1")
    live(run).before_close(print)
    assert run.all.first_to_stop == [print]


def test_how_many_workers_are_there_is_told_when_one_comes_or_goes(parts: Callable[..., Parts]) -> None:
    """Here, and to other terminals; where that cannot be written, the run goes on."""
    run = parts("bonus", workers=2, reserved_web=1)
    described: list[tuple[int, int]] = []

    def describe(told: e.RunStarted) -> None:
        described.append((told.general, told.reserved))
        if told.reserved:
            raise StartError("no room")

    run.all.folder.describe = describe  # type: ignore[method-assign]
    run.ready("worker.1", "webworker.1", "worker.1", "web.1", "clock.1")
    run.ended("clock.1")
    run.ended("worker.1")
    ticks = itertools.count()
    assert live(run).watch(lambda: next(ticks) == 9) is None
    changes = [(event.general, event.reserved) for event in run.written.told if isinstance(event, e.CrewChanged)]
    assert changes == described == [(1, 0), (1, 1), (0, 1)]
    assert {event.t for event in run.written.told if isinstance(event, e.CrewChanged)} == {7.0}


def test_of_a_stage_it_is_never_said_that_nobody_sees_its_requests(parts: Callable[..., Parts]) -> None:
    run = parts("step1")
    live = StartingRun(run.all).until_up()
    run.now += 99.0
    over = iter([False, False, True])
    live.watch(lambda: next(over))
    assert not any(isinstance(event, e.Printed) for event in run.written.told)
