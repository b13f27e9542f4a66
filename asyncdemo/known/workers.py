"""The workers: what each takes, what it does, and how busy it has been."""

import re
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from math import inf

from ..events import events as e
from ..events.stage import NO_STAGE, StageEntry
from .kept.bins import WINDOW_S, Bins

REPLACED_S = 30.0
"""So long after one of its workers has gone, a server that recycles them has started another: on the wall."""
TOLD_TO_GO = (0, -15)
"""Exit codes of a worker that went as it was told to: it did not die."""


def no_seconds() -> "defaultdict[str, float]":
    """Seconds by work: none yet."""
    return defaultdict(float)


@dataclass
class Worker:
    """One worker, slot or request thread."""

    name: str
    process: str
    busy: "Bins[defaultdict[str, float]]"
    """Seconds busy by work, for each small slice of time."""
    channels: list[str] = field(default_factory=list)
    """From which it takes, as it has told."""
    taken_from: set[str] = field(default_factory=set)
    """From which it has taken, in a project of the user's, where many tell of nothing before."""
    ready_at: float = inf
    first_at: float = inf
    """When it took something for the first time."""
    taken_id: str = ""
    """The message in hand, as last told."""
    taken_at: float = -inf
    work: str = ""
    """What kind of work that is; where a stage has one kind, from which channel."""
    unfinished: dict[str, tuple[float, str]] = field(default_factory=dict)
    """Messages that it is not done with -> when it took them, and which work. Its process may have ended since."""
    done_until: float = -inf
    """When it was last known to be done with something."""
    text: str = ""
    """What the outside service was told to say, for the call it makes now."""
    call_at: float = -inf
    call_s: float = 0.0

    @property
    def takes(self) -> list[str]:
        """From which channels it takes, as far as is known."""
        return self.channels or sorted(self.taken_from)


@dataclass(frozen=True)
class Cell:
    """A small slice of a worker's time."""

    share: float
    """Busy, from 0 to 1."""
    work: str
    """What kept it busy longest, a kind of work or a channel; empty when nothing did."""


IDLE = Cell(0.0, "")


@dataclass
class Workers:
    """All workers of a run, in the order of their names."""

    window_s: float = WINDOW_S
    stage: StageEntry = NO_STAGE
    _rows: dict[str, Worker] = field(default_factory=dict)
    _ended: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    """Process -> when it ended, and its exit code: each time, the last one at the end."""
    _started: dict[str, float] = field(default_factory=dict)
    """Process -> when it last started."""
    _frozen: dict[str, tuple[float, bool]] = field(default_factory=dict)
    """Process -> when it was last frozen, or went on, and which."""
    _open_at: float = -inf
    """When the page could be opened."""
    _vacant: list[float] = field(default_factory=list)
    """When workers of a server of the user's have gone for which no other has come."""
    _newest_at: float = -inf
    _closed_at: float = inf
    """When the run began to end: who goes then was there, and who comes then for another serves nobody any more."""

    def look_back(self, window_s: float) -> None:
        """Set the window, before there is anything in it."""
        self.window_s = window_s

    def fold(self, event: e.Event) -> None:
        """Take in one event."""
        self._newest_at = max(event.t, self._newest_at)
        match event:
            case e.RunStarted(stage=stage):
                self.stage = stage
            case e.WorkerReady() if event.t < self._closed_at:
                row = self._row(event.process, event.worker)
                self._replace(row, event)
                row.channels, row.ready_at = event.channels, min(event.t, row.ready_at)
            case e.Taken():
                self._took(event, event.t)
            case e.Done():
                self._took(event, event.t - event.busy_s)
                row = self._row(event.process, event.worker)
                row.done_until = max(event.t, row.done_until)
                row.unfinished.pop(event.id, None)
                self._was_busy(row, work_of(event), event.t - event.busy_s, event.t)
            case e.CallStarted():
                row = self._row(event.process, event.worker)
                if event.t > row.call_at:
                    row.call_at, row.call_s, row.text = event.t, event.seconds, event.text
            case e.Ready():
                self._open_at = event.t
            case e.Stopping():
                self._closed_at = min(event.t, self._closed_at)
            case _:
                self._fold_process(event)

    def _replace(self, row: Worker, event: e.WorkerReady) -> None:
        """One goes, or comes for another that has gone."""
        if not event.channels and row.channels:
            self._vacant.append(event.t)
        elif event.channels and row.ready_at == inf and self._vacant:
            self._vacant.pop(0)

    def _fold_process(self, event: e.Event) -> None:
        """What becomes of a process."""
        match event:
            case e.ProcessStarted(process=name):
                self._started[name] = max(event.t, self._started.get(name, -inf))
            case e.ProcessEnded(process=name):
                insort(self._ended.setdefault(name, []), (event.t, event.code))
            case e.Frozen(process=name):
                self._frozen[name] = max((event.t, event.frozen), self._frozen.get(name, (-inf, False)))

    def _took(self, event: e.Taken | e.Done, t: float) -> None:
        row = self._row(event.process, event.worker)
        row.first_at = min(t, row.first_at)
        if self.stage.own:
            row.taken_from.add(event.channel)
        if (t, event.id) > (row.taken_at, row.taken_id):
            row.taken_at, row.taken_id, row.work = t, event.id, work_of(event)
        if t > row.done_until:
            kept = row.unfinished.items()
            row.unfinished = {id_: take for id_, take in kept if take[0] > t - 2 * self.window_s}
            row.unfinished[event.id] = t, work_of(event)

    def _row(self, process: str, worker: str) -> Worker:
        key = f"{process}/{worker}"
        if key not in self._rows:
            self._rows[key] = Worker(worker, process, Bins(self.window_s, no_seconds))
        return self._rows[key]

    @staticmethod
    def _was_busy(row: Worker, work: str, start: float, end: float) -> None:
        for part_start, part_end in row.busy.parts(start, end):
            row.busy.at(part_start)[work] += part_end - part_start

    def rows(self) -> list[Worker]:
        """Those that are there, and those that died; not those that were told to stop and did."""
        rows = [row for row in self._rows.values() if self._is_counted(row) and not self._dismissed(row)]
        return sorted(rows, key=lambda row: (self._is_reserved(row), natural(row.process), natural(row.name)))

    def _is_reserved(self, row: Worker) -> bool:
        return bool(self.stage.reserved) and row.process.split(".")[0] == self.stage.reserved

    def _is_counted(self, row: Worker) -> bool:
        """Not a thread of the server's, where workers are processes of their own and take no request."""
        return not self.stage.tasks or row.process.split(".")[0] != self.stage.web

    def crew(self) -> tuple[int, int] | None:
        """How many are there that take notifications, and that leave them alone; None before any is known."""
        known = [row for row in self._rows.values() if row.ready_at < inf and self._is_counted(row)]
        there = [row for row in known if self.death(row) is None]
        general = sum(self.stage.slow in row.channels for row in there)
        return (general, len(there) - general) if known else None

    def servers(self) -> int:
        """How many serve pages, as far as their servers tell, or did until the end; 0 where nothing bounds them."""
        there = [row for row in self._rows.values() if self.death(row) in (None, *TOLD_TO_GO)]
        web = {channel.name for channel in self.stage.channels} - self.stage.background
        soon = sum(t > self._newest_at - REPLACED_S for t in self._vacant)  # another is on its way
        return soon + sum(bool(web.intersection(row.channels)) for row in there)

    def listened_to(self) -> set[str]:
        """The channels from which somebody takes who is there."""
        there = [row for row in self._rows.values() if self.death(row) is None]
        return {channel for row in there for channel in row.channels}

    def death(self, row: Worker) -> int | None:
        """The exit code of a worker's process if that is gone, else None."""
        ended_at, code = self._last_end(row)
        return code if ended_at > self._started.get(row.process, -inf) else None

    def frozen(self, row: Worker) -> bool:
        """Whether a worker's process was stopped in the middle of things, and has not gone on since."""
        since, frozen = self._frozen.get(row.process, (-inf, False))
        return frozen and since > self._started.get(row.process, -inf)

    def _dismissed(self, row: Worker) -> bool:
        gone = self.stage.own and row.ready_at < inf and not row.channels  # as it has said: its process may go on
        never_there = row.ready_at == inf and row.done_until == -inf
        return self.death(row) in TOLD_TO_GO or ((gone or never_there) and not self.at_work(row))

    def at_work(self, row: Worker) -> bool:
        """Whether a worker has something in hand. One that has died since has nothing, nor has its successor."""
        ended_at, _ = self._last_end(row)
        return row.taken_at > max(row.done_until, ended_at)

    def calling(self) -> set[str]:
        """The worker processes that do nothing but wait for a slow call, and have told all that they did before."""
        others = {row.process for row in self._rows.values() if not self._calls(row)}
        return {row.process for row in self._rows.values()} - others - {f"{self.stage.web}.1"}

    def callers(self) -> list[str]:
        """The worker processes that wait for a slow call, whatever else they do: the longest call first. In a project
        of the user's, where nobody has said which work is slow, those that wait for any."""
        rows = [row for row in self._rows.values() if self._calls(row) or (self.stage.own and self._waits(row))]
        longest = sorted(rows, key=lambda row: (-row.call_s, row.process))
        return [row.process for row in longest if row.process != f"{self.stage.web}.1"]

    def _calls(self, row: Worker) -> bool:
        work = self.stage.background.union(task.name for task in self.stage.tasks)
        return self._waits(row) and row.work in work

    def _waits(self, row: Worker) -> bool:
        return self.at_work(row) and row.call_at >= row.taken_at

    def _last_end(self, row: Worker) -> tuple[float, int]:
        return self._ended[row.process][-1] if row.process in self._ended else (-inf, 0)

    def share(self, row: Worker, now: float) -> float:
        """busy / (busy + idle) in the last window, or since worker and page are there."""
        since = row.first_at if row.ready_at == inf else max(row.ready_at, self._open_at)
        span = min(self.window_s, now - since)
        busy = sum(added(row.busy.last(now)).values())
        busy += sum(overlap(start, end, now - self.window_s, now) for start, end, _ in self._not_done(row, now))
        return min(1.0, busy / span) if span > 0 else 0.0

    def _not_done(self, row: Worker, now: float) -> list[tuple[float, float, str]]:
        """(start, end, which) of the work that no `Done` tells of: what is in hand, and what was when it died."""
        spans = []
        for taken_at, work in row.unfinished.values():
            died_at = next((t for t, _ in self._ended.get(row.process, ()) if t >= taken_at), inf)
            if died_at < inf or taken_at == row.taken_at:
                spans.append((taken_at, min(died_at, now), work))
        return spans

    def strip(self, row: Worker, now: float, cells: int) -> list[Cell]:
        """The last window in `cells` slices, the oldest first."""
        return self._shown(row, now, row.busy.cells(now, cells))

    def strip_between(self, row: Worker, begin: float, now: float, cells: int) -> list[Cell]:
        """As `strip`, from a moment until now."""
        return self._shown(row, now, row.busy.between(begin, now, cells))

    def _shown(
        self, row: Worker, now: float, cells: "list[tuple[float, float, list[defaultdict[str, float]]]]"
    ) -> list[Cell]:
        """What these (start, end, seconds by work) show, with the work that no `Done` tells of."""
        not_done = self._not_done(row, now)
        shown = []
        for start, end, parts in cells:
            spans = [span for span in not_done if span[0] < end and span[1] > start]
            if not parts and not spans:
                shown.append(IDLE)
                continue
            seconds = added(parts)
            for began, until, work in spans:
                seconds[work] += overlap(began, until, start, end)
            shown.append(cell_of(seconds, end - start))
        return shown


def work_of(event: e.Taken | e.Done) -> str:
    """Which kind of work a worker has taken; where a stage has one kind, from which channel."""
    return event.task or event.channel


def cell_of(seconds: dict[str, float], width_s: float) -> Cell:
    """What a cell of this width shows."""
    if width_s <= 0 or not any(seconds.values()):
        return IDLE
    return Cell(min(1.0, sum(seconds.values()) / width_s), max(seconds, key=lambda name: seconds[name]))


def overlap(start: float, end: float, other_start: float, other_end: float) -> float:
    """How many seconds two spans of time have in common."""
    return max(0.0, min(end, other_end) - max(start, other_start))


def added(parts: "Iterable[defaultdict[str, float]]") -> "defaultdict[str, float]":
    """Seconds by work, of all parts together."""
    total = no_seconds()
    for part in parts:
        for work in part:
            total[work] += part[work]
    return total


@lru_cache(1024)
def natural(name: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts `slot 10` after `slot 9`."""
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name))
