"""How busy a worker has been: over whatever time, on however wide a screen, and whatever became of it."""

import itertools
from dataclasses import replace
from typing import Any

import pytest

from asyncdemo.events import events as e
from asyncdemo.events.stage import Channel, StageEntry, WorkerKind
from asyncdemo.known.workers import (
    Cell,
    Worker,
    Workers,
    added,
    cell_of,
    natural,
    no_seconds,
    overlap,
)
from asyncdemo.stages.catalogue import STAGES
from tests.histories import RUN

NOW = 60.0


def told(kind: type[e.Event], t: float, **values: Any) -> e.Event:
    """An event of the only worker."""
    return kind(t=t, process="worker.1", **values)


def taken(t: float, message: str = "n1", worker: str = "worker.1") -> e.Event:
    return told(e.Taken, t, id=message, channel="notify", worker=worker, age_s=0.0)


def done(t: float, busy_s: float, message: str = "n1", worker: str = "worker.1") -> e.Event:
    return told(e.Done, t, id=message, channel="notify", worker=worker, busy_s=busy_s)


def killed(t: float) -> e.Event:
    return told(e.ProcessEnded, t, code=-9)


def started(t: float) -> e.Event:
    return told(e.ProcessStarted, t, pid=7)


READY = told(e.WorkerReady, 0.0, worker="worker.1", channels=["notify"])


def folded(*events: e.Event) -> tuple[Workers, Worker]:
    """The workers after these, and the only one."""
    workers = Workers()
    for event in events:
        workers.fold(event)
    (row,) = workers.rows()
    return workers, row


@pytest.mark.parametrize("order", list(itertools.permutations([READY, taken(20.0), killed(50.0)])))
def test_what_a_killed_worker_had_in_hand_kept_it_busy(order: tuple[e.Event, ...]) -> None:
    """From the take to its end, in whatever order these are told; its strip is not wiped out."""
    workers, row = folded(*order)
    assert workers.share(row, NOW) == pytest.approx(0.5)
    assert [cell.share for cell in workers.strip(row, NOW, 6)] == pytest.approx([0.0, 0.0, 1.0, 1.0, 1.0, 0.0])


def test_the_successor_of_a_killed_worker_keeps_its_strip() -> None:
    """Of one name: what the first had in hand, and then what the second does, each counted once."""
    history = [READY, taken(10.0), killed(20.0), started(21.0), taken(30.0, "n2")]
    workers, row = folded(*history)
    assert workers.share(row, 40.0) == pytest.approx(0.5)
    workers, row = folded(*history, done(35.0, 5.0, "n2"), taken(50.0, "n3"))
    assert workers.share(row, NOW) == pytest.approx(25 / 60)
    assert [cell.share for cell in workers.strip(row, NOW, 6)] == pytest.approx([0.0, 1.0, 0.0, 0.5, 0.0, 1.0])


def test_what_was_done_before_a_kill_is_counted_once() -> None:
    """Its end explains nothing that was over."""
    workers, row = folded(READY, taken(10.0), done(20.0, 10.0), killed(30.0))
    assert workers.share(row, NOW) == pytest.approx(10 / 60)


def test_the_idle_time_of_a_thread_counts() -> None:
    """One without a bound is there from the first thing that it does, not from the last."""
    early = [taken(0.0, worker="thread 1"), done(5.0, 5.0, worker="thread 1")]
    workers, row = folded(*early, taken(50.0, "n2", "thread 1"))
    assert workers.share(row, 50.0) == pytest.approx(0.1)


@pytest.mark.parametrize("cells", [8, 31, 79, 80, 120, 133, 150, 200, 239, 240, 251, 400])
def test_a_worker_that_was_busy_all_the_time_has_an_even_strip(cells: int) -> None:
    """On a screen of any width, by what it has done, and by what it has in hand."""
    for history in ([taken(0.0)], [taken(0.0), done(NOW, NOW)], [taken(0.0), done(31.3, 31.3), taken(31.3001, "n2")]):
        workers, row = folded(READY, *history)
        strip = workers.strip(row, NOW, cells)
        assert {round(cell.share, 2) for cell in strip} == {1.0}
        assert {cell.work for cell in strip} == {"notify"}


def test_an_idle_worker_has_an_empty_strip() -> None:
    """No tick where nothing was."""
    workers, row = folded(READY)
    assert workers.strip(row, NOW, 300) == [Cell(0.0, "")] * 300


def test_a_worker_is_frozen_until_it_goes_on_or_starts_anew() -> None:
    """In whatever order it is told."""
    frozen, goes_on = told(e.Frozen, 2.0, frozen=True), told(e.Frozen, 3.0, frozen=False)
    for events, expected in (
        ([READY], False),
        ([READY, frozen], True),
        ([goes_on, READY, frozen], False),
        ([READY, frozen, started(4.0)], False),
        ([READY, frozen, started(2.0)], False),
        ([READY, started(1.9), frozen], True),
    ):
        workers, row = folded(*events)
        assert workers.frozen(row) is expected


def call(t: float, worker: str = "worker.1", process: str = "worker.1") -> e.Event:
    return e.CallStarted(t=t, process=process, id="n1", text="Hi", seconds=5.0, worker=worker, direct=False)


def run_of(stage: str) -> e.Event:
    """Of a stage of the catalogue."""
    facts: dict[str, Any] = {"general": 2, "reserved": 0, "speed": 1.0, "delays": [5.0], "url": ""}
    return e.RunStarted(t=0.0, process="asyncdemo", stage=STAGES[stage], **facts)


@pytest.mark.parametrize(
    ("stage", "events", "expected"),
    [
        ("bonus", [taken(1.0), call(1.1)], {"worker.1"}),
        ("bonus", [taken(1.0)], set()),  # whether it has begun to call, it has not told yet
        ("bonus", [taken(1.0), call(1.1), done(6.2, 5.2)], set()),
        ("bonus", [taken(1.0), call(1.1), done(6.2, 5.2), taken(7.0, "n2")], set()),
        ("bonus", [taken(1.0), call(1.1), taken(1.0, "n2", "worker.1, second")], set()),
        ("bonus", [taken(1.0), call(1.1), killed(2.0)], set()),
        ("bonus", [told(e.Taken, 1.0, id="r1", channel="http.request", worker="worker.1", age_s=0.0)], set()),
        (
            "step3",
            [
                e.Taken(t=1.0, process="web.1", id="n1", channel="notify", worker="slot 1", age_s=0.0),
                call(1.1, "slot 1", "web.1"),
            ],
            set(),
        ),
    ],
)
def test_who_only_waits_for_a_slow_call(stage: str, events: list[e.Event], expected: set[str]) -> None:
    """And has told all else: no other worker of its process has anything to tell. A server may have."""
    workers = Workers()
    for event in [run_of(stage), *events]:
        workers.fold(event)
    assert workers.calling() == expected


def at(process: str, seconds: float, work: str = "long") -> list[e.Event]:
    """A worker process of that name waits for a call of so many seconds."""
    id_ = f"n {process}"
    what: dict[str, Any] = {"process": process, "id": id_, "worker": process}
    return [
        e.Taken(t=1.0, channel=work, age_s=0.0, **what),
        e.CallStarted(t=1.1, text="Hi", seconds=seconds, direct=True, **what),
    ]


@pytest.mark.parametrize(
    ("own", "expected"), [(False, ["worker.1", "worker.2"]), (True, ["worker.1", "worker.3", "worker.2"])]
)
def test_whoever_waits_longest_for_a_call_is_named_first(own: bool, expected: list[str]) -> None:
    """Of a stage, where its work is known to be slow; of a project of the user's, whatever it is. No server."""
    stage = replace(STAGES["today"], own=own, tasks=() if own else STAGES["today"].tasks)
    run = e.RunStarted(t=0.0, process="asyncdemo", stage=stage, general=2, reserved=0, speed=1.0, delays=[5.0], url="")
    workers = Workers()
    calls = [*at("worker.2", 0.5), *at("worker.1", 30.0), *at("worker.3", 5.0, "of mine"), *at("web.1", 60.0)]
    for event in [run, *calls]:
        workers.fold(event)
    assert workers.callers() == expected


def test_a_worker_that_has_gone_is_replaced_soon() -> None:
    """By a server that recycles them: it has as many, but for the moment, and one that stays away is missed."""
    web = Channel(name="web", short="web", queue=False)
    stage = StageEntry(name="mine", title="", worker_kind=WorkerKind.THREADS, channels=(web,), own=True)

    def worker(t: float, name: str, *channels: str) -> e.Event:
        return e.WorkerReady(t=t, process="web.1", worker=name, channels=list(channels))

    workers = Workers()
    for event, there, rows in (
        (replace(RUN, stage=stage), 0, []),
        (worker(1, "a", "web"), 1, ["a"]),
        (worker(2, "b", "web"), 2, ["a", "b"]),
        (worker(3, "a"), 2, ["b"]),
        (worker(4, "c", "web"), 2, ["b", "c"]),
        (worker(5, "b"), 2, ["c"]),
        (e.ProcessStarted(t=34.9, process="x.1", pid=1), 2, ["c"]),
        (e.ProcessStarted(t=35, process="x.1", pid=1), 1, ["c"]),
        (e.Stopping(t=40, process="asyncdemo"), 1, ["c"]),
        (worker(41, "c"), 1, ["c"]),
        (worker(42, "d", "web"), 1, ["c"]),
    ):
        workers.fold(event)
        assert workers.servers() == there
        assert [row.name for row in workers.rows()] == rows


def test_who_comes_for_another_comes_for_the_first_that_has_gone() -> None:
    """The one that has gone last is awaited for as long as any."""
    web = Channel(name="web", short="web", queue=False)
    stage = StageEntry(name="mine", title="", worker_kind=WorkerKind.THREADS, channels=(web,), own=True)
    workers = Workers()
    workers.fold(replace(RUN, stage=stage))
    for t, name, channels in ((1, "a", ["web"]), (1, "b", ["web"]), (3, "a", []), (20, "b", []), (21, "c", ["web"])):
        workers.fold(e.WorkerReady(t=t, process="web.1", worker=name, channels=channels))
    for t, there in ((49.9, 2), (50, 1)):
        workers.fold(e.ProcessStarted(t=t, process="x.1", pid=1))
        assert workers.servers() == there


@pytest.mark.parametrize(
    ("span", "other", "seconds"),
    [((0, 2), (1, 3), 1), ((0, 9), (2, 3), 1), ((2, 3), (0, 9), 1), ((0, 1), (1, 2), 0), ((0, 1), (5, 6), 0)],
)
def test_what_two_spans_have_in_common(span: tuple[float, float], other: tuple[float, float], seconds: float) -> None:
    assert overlap(*span, *other) == overlap(*other, *span) == seconds


def test_what_a_cell_shows() -> None:
    """Its busy share, never more than all of it, and what kept it busy longest; nothing where nothing did."""
    assert cell_of({"a": 0.5, "b": 0.25}, 3.0) == Cell(0.25, "a")
    assert cell_of({"a": 1.0, "b": 2.0}, 2.0) == Cell(1.0, "b")
    assert cell_of({}, 1.0) == cell_of({"a": 0.0}, 1.0) == cell_of({"a": 1.0}, 0.0) == Cell(0.0, "")


def test_names_are_in_the_order_of_their_numbers() -> None:
    names = ["slot 10", "slot 9", "slot", "a.2", "a.10", "a"]
    assert sorted(names, key=natural) == ["a", "a.2", "a.10", "slot", "slot 9", "slot 10"]


def test_seconds_are_added_by_work() -> None:
    first, second = no_seconds(), no_seconds()
    first["a"], second["a"], second["b"] = 1.0, 2.0, 4.0
    assert dict(added([first, second])) == {"a": 3.0, "b": 4.0}
    assert dict(added([])) == {}


def test_a_worker_is_idle_from_when_it_could_have_worked() -> None:
    """When it was there, and the page could be opened; before that it has no share."""
    ready = told(e.WorkerReady, 10.0, worker="worker.1", channels=["notify"])
    opened = e.Ready(t=12.0, process="asyncdemo")
    workers, row = folded(ready, opened, taken(12.0), done(15.0, 3.0))
    assert workers.share(row, 16.0) == pytest.approx(3 / 4)
    assert [workers.share(row, now) for now in (11.0, 12.0)] == [0.0, 0.0]
    again = told(e.WorkerReady, 20.0, worker="worker.1", channels=["notify"])
    assert folded(ready, again)[1].ready_at == folded(again, ready)[1].ready_at == 10.0


def test_who_has_said_nothing_of_an_old_task_is_not_remembered_for_ever() -> None:
    """Twice the window, and no longer; whatever is in hand now counts as well."""
    _, row = folded(READY, taken(10.0, "old"), taken(130.0, "edge"), taken(130.5, "new"))
    assert list(row.unfinished) == ["edge", "new"]
    _, row = folded(READY, taken(10.0, "old"), taken(129.9, "new"))
    assert list(row.unfinished) == ["old", "new"]
    _, row = folded(READY, done(20.0, 5.0, "a"), taken(19.0, "late"), taken(20.0, "with its end"), taken(20.1, "next"))
    assert list(row.unfinished) == ["next"]


def test_of_two_that_were_taken_at_once_one_is_in_hand() -> None:
    """Whichever is told first; and the newest call is the one that it makes."""
    for order in itertools.permutations([taken(5.0, "a"), taken(5.0, "b"), taken(4.0, "c")]):
        assert folded(READY, *order)[1].taken_id == "b"
    calls = [call(6.0), replace(call(5.0), seconds=1.0), replace(call(6.0), seconds=2.0)]  # type: ignore[call-arg]
    _, row = folded(READY, taken(5.0), *calls)
    assert (row.call_at, row.call_s) == (6.0, calls[0].seconds)  # type: ignore[attr-defined]


def test_who_comes_as_the_run_ends_comes_too_late() -> None:
    """It serves nobody any more; the first word of the end counts."""
    ends = [e.Stopping(t=t, process="asyncdemo") for t in (30.0, 20.0)]
    workers = Workers()
    for event in (*ends, told(e.WorkerReady, 20.0, worker="worker.1", channels=["notify"])):
        workers.fold(event)
    assert workers.rows() == []
    workers.fold(told(e.WorkerReady, 19.9, worker="worker.1", channels=["notify"]))
    assert len(workers.rows()) == 1


def test_how_many_are_there_of_each_sort() -> None:
    """None before any is known; who has died is none of them, and who takes nothing of what is slow is reserved."""
    workers = Workers()
    workers.fold(RUN)
    assert workers.crew() is None
    for name, channels in (("worker.1", ["notify", "http.request"]), ("webworker.1", ["http.request"])):
        workers.fold(e.WorkerReady(t=1.0, process=name, worker=name, channels=channels))
    assert workers.crew() == (1, 1)
    assert workers.listened_to() == {"notify", "http.request"}
    workers.fold(killed(2.0))
    assert workers.crew() == (0, 1)
    assert workers.listened_to() == {"http.request"}
    workers.fold(started(1.9))
    assert workers.crew() == (0, 1), "it has ended since"
    workers.fold(started(2.0))
    assert workers.crew() == (1, 1)
