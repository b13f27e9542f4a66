"""A worker's row: what it does is named beside what is in its pocket, for how long, and how busy it was."""

from dataclasses import replace
from typing import Any

import pytest

from asyncdemo.events import events as e
from asyncdemo.known.state import State
from asyncdemo.showing.panels import View
from asyncdemo.showing.panels.workers import Columns, worker_line, worker_lines, workers_panel
from asyncdemo.stages.catalogue import STAGES
from tests.histories import RUN

COLUMNS = Columns(takes=0, now=22, strip=10, worker=11)
AT: Any = {"process": "worker.1", "worker": "worker.1"}


def state_of(*events: e.Event, workers: int = 1) -> State:
    """So many workers that are there, after these events."""
    state = State()
    there = [
        e.WorkerReady(t=0.5, process=f"worker.{n}", worker=f"worker.{n}", channels=["http.request", "notify"])
        for n in range(1, workers + 1)
    ]
    for event in (replace(RUN, stage=STAGES["bonus"]), *there, *events):
        state.fold(event)
    return state


TAKEN = e.Taken(t=2.0, id="n", channel="notify", age_s=0.0, **AT)
CALL = e.CallStarted(t=2.5, id="n", text="Hello, Ada!", seconds=5.0, direct=False, **AT)


def row(state: State, now: float, pocket: str = "", selected: bool = False) -> str:
    (worker, *_) = state.workers.rows()
    return "".join(text for text, _ in worker_line(state, worker, now, COLUMNS, pocket, selected))


@pytest.mark.parametrize(
    ("pocket", "shown"),
    [
        ("", "notify Ada            "),
        (" +3 notify", "notify Ada   +3 notify"),
        (" +30 notify", "notify Ada  +30 notify"),
        (" +300 notify", "notify Ada +300 notify"),
        (" +3000 notify", "notify    +3000 notify"),
        (" +3 notify +3 mm", "notify +3 notify +3 mm"),
        (" +3 notify +3 mmm", "notify +3 notify +3 m…"),
    ],
)
def test_what_it_does_makes_room_for_its_pocket(pocket: str, shown: str) -> None:
    """Whom it is for is left out first; what it does never is."""
    line = row(state_of(TAKEN, CALL), 3.0, pocket)
    assert line[12:34] == shown
    assert len(line) == 11 + 1 + 22 + 1 + 11 + 6 + 1


def test_how_long_it_has_done_that() -> None:
    """Of how long, where it calls; nothing before it took anything, whatever clock is behind."""
    assert row(state_of(), 3.0)[12:46].split() == ["free"]
    assert row(state_of(TAKEN), 3.0)[12:46].split() == ["notify", "1.0", "s"]
    assert row(state_of(TAKEN), 1.5)[12:46].split() == ["notify", "0.000", "s"]
    assert row(state_of(TAKEN, CALL), 3.0)[12:46].split() == ["notify", "Ada", "0.5/5", "s"]
    assert row(state_of(TAKEN, CALL), 2.0)[12:46].split() == ["notify", "Ada", "0.0/5", "s"]
    at_once = replace(CALL, t=2.0)
    assert row(state_of(TAKEN, at_once), 3.0)[12:46].split() == ["notify", "Ada", "1.0/5", "s"]
    done = e.Done(t=7.5, id="n", channel="notify", busy_s=5.5, **AT)
    again = e.Taken(t=8.0, id="m", channel="notify", age_s=0.0, **AT)
    assert row(state_of(TAKEN, CALL, done, again), 9.0)[12:46].split() == ["notify", "1.0", "s"], "the call is over"


@pytest.mark.parametrize(("code", "how"), [(1, "exit 1"), (-9, "signal 9")])
def test_how_it_died(code: int, how: str) -> None:
    line = row(state_of(e.ProcessEnded(t=2.0, process="worker.1", code=code)), 3.0)
    assert line[12:46].split(maxsplit=1)[0] == "dead"
    assert line[12:46].endswith(how)


def test_the_selected_one_is_marked() -> None:
    assert row(state_of(), 3.0).startswith("worker.1   ")
    assert row(state_of(), 3.0, selected=True).startswith("▸worker.1   ")


@pytest.mark.parametrize(
    ("rows", "names", "rest"), [(4, 4, ""), (3, 2, "+2 more, 1 of them busy"), (1, 0, "+4 more, 2")]
)
def test_those_for_whom_there_is_no_room_are_counted(rows: int, names: int, rest: str) -> None:
    """In the last row, with how many of them are busy."""
    others = [replace(TAKEN, process=name, worker=name) for name in ("worker.1", "worker.4")]
    state = state_of(*others, workers=4)
    lines = ["".join(text for text, _ in line) for line in worker_lines(state, 3.0, View(88, 24), rows, 84)]
    assert [line.split()[0] for line in lines[1 : names + 1]] == [f"worker.{n}" for n in range(1, names + 1)]
    assert ["".join(lines[names + 1 :])[: len(rest)]] == [rest]
    assert len(lines) == 1 + rows
    panel = workers_panel(state, 3.0, View(88, 24), rows)
    assert len(panel) == rows + 3
    assert "workers 2 of 4 busy" in "".join(text for text, _ in panel[0])
