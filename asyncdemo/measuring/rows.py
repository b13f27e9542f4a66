"""A row of a comparison: one run under one load, with every figure that a report shows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from math import inf

from ..base.durations import SLOW_S, slow_from_s
from ..base.histogram import Histogram, at_least
from ..events import events as e
from ..events.stage import NO_STAGE, Sort, StageEntry, Task, WorkerKind
from ..known.books import Books
from ..known.kept.bins import COUNT
from ..known.lanes import Lane
from ..known.load import Load
from ..known.routes import Page
from ..known.state import State
from ..known.workers import Cell, Worker

NOTHING = "-"
"""Where there is no figure."""
MOMENT_S = 0.001
"""The least length of a run that has workers' strips."""


class Kind(Enum):
    """What a row can teach."""

    THREADS = "a thread per request, the call in the view"
    QUEUE = "so many workers, the call in the view"
    SHARED = "so many workers, the call on a channel that all of them take"
    RESERVED = "so many workers, some of which leave the slow channel alone"
    TASKS = "so many workers, and several kinds of work that no visitor waits for"
    NOBODY = "no worker at all"
    OWN = "a project of the user's"
    UNKNOWN = "nothing is known of what was loaded"


@dataclass(frozen=True)
class Strip:
    """A worker's time, from the first request to the end of the run."""

    worker: str
    process: str
    channels: tuple[str, ...]
    """What it takes; empty for a thread that is there for its request alone."""
    busy: float
    """busy / (busy + idle), from 0 to 1, while requests left."""
    notifying: float
    """The part of that time that notifications took; a cell counts for what took most of it."""
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class OfKind:
    """One kind of work in a row."""

    task: Task
    books: Books
    latency: Histogram
    """From its sending until it was done; what waits, or is held by a dead worker, at its wait so far. On the wall."""
    by_sent: tuple[tuple[float, Histogram], ...]
    """(when, in seconds since the load began, how long those took that were sent then). On the wall."""

    @classmethod
    def of(cls, state: State, task: Task, now: float) -> "OfKind":
        """What is known of it at a moment."""
        waits, asked = state.notifications.waits_of(task.name), state.load.started
        parts = waits.by_sent(asked.t, asked.seconds, now) if asked is not None else ()
        by_sent = tuple((came_s, took) for came_s, took in parts if took.count)
        return cls(task, state.notifications.books_of(task.name), waits.latency(now), by_sent)


@dataclass(frozen=True)
class Row:
    """One run under one load. Times are seconds of the lesson: those of the wall, times `speed`."""

    label: str
    command: str
    """The command line that repeats the run."""
    run: e.RunStarted | None
    """What was started; None for a target that no events told of."""
    load: Load
    """In seconds on the wall, like everything that is folded from events."""
    page: Histogram
    """Latency since a request was meant to leave, of those who got the page, and of those who wait for it, at their
    wait so far. On the wall."""
    failed: Histogram
    """That of those who got none."""
    books: Books
    took: Histogram
    """How long notifications took, from being sent to being done; where the view makes the call, that alone. On the
    wall."""
    strips: tuple[Strip, ...]
    begin: float
    """When requests began to leave, on the run's clock."""
    end: float
    """What came after it is not looked at: the run was told to stop, and what ended then was told to."""
    over: bool
    """Whether nothing is to come any more."""
    crews: tuple[tuple[float, int, int], ...] = ()
    """(when, how many general, how many reserved workers were there then), each time that some had come or gone. The
    time in seconds on the wall since the load began."""
    cut: bool = False
    """Whether somebody ended it before its time."""
    problem: str = ""
    """Why it did not start, or broke off in the middle; empty for one that came to its end."""
    finished_s: float = inf
    """From the first request until the last visitor had the page, on the wall; inf where one waits or got none."""
    reference: Histogram | None = None
    """Latency of a page that nothing keeps waiting, asked for beside this one; None where that was not measured. On the
    wall."""
    kinds: tuple[OfKind, ...] = ()
    """Each kind of work, where there are several."""
    slowest: Page | None = None
    """Of a project of the user's: the page that holds its workers for most of their time, if it does so for long."""
    servers: int = 0
    """And how many serve its pages, as far as their servers tell; 0: nothing bounds them."""
    unheard: int = 0
    """Visitors that the stage has seen by now, and of whom the load, which tells four times a second, has not told."""

    @property
    def speed(self) -> float:
        """How many seconds of the lesson went by in one on the wall."""
        if self.run is not None:
            return self.run.speed
        return self.load.started.speed if self.load.started is not None else 1.0

    @property
    def stage(self) -> StageEntry:
        """What was loaded."""
        return self.run.stage if self.run is not None else NO_STAGE

    @property
    def kind(self) -> Kind:
        """What it can teach."""
        return kind_of(self.run)

    @property
    def quick(self) -> OfKind | None:
        """The kind of work that is worth watching, where no visitor waits for any: it is soon done, if nothing keeps
        it."""
        return next((kind for kind in self.kinds if not kind.task.slow), None)

    @property
    def workers(self) -> int:
        """How many there were; at a thread per request the most at a time."""
        return len(self.strips)

    @property
    def answered(self) -> int:
        """Requests that got what they asked for: a status below 400."""
        return self.load.answered

    @property
    def errors(self) -> int:
        """Requests that ended in any other way."""
        return self.load.errors

    @property
    def waiting(self) -> int:
        """Requests without an end."""
        return self.load.waiting + self.unheard

    @property
    def visitors(self) -> int:
        """Requests that were to leave: answered + errors + waiting + those on their way when the load was ended."""
        return self.load.scheduled + self.unheard

    @property
    def did_not_start(self) -> bool:
        """Whether something kept it from that: then it has no figures."""
        return bool(self.problem) and not self.visitors

    @property
    def slow_s(self) -> float:
        """From where on a wait is slow: a second, or what is felt on the wall where that is more."""
        asked = self.load.started
        told_s = asked.slow_s if asked is not None else slow_from_s(self.speed)
        return told_s * self.speed or SLOW_S

    @property
    def late_from_s(self) -> float:
        """From where on this machine is late, on the wall: half a second of the lesson, or what is felt."""
        return late_from_s(self.speed)

    @property
    def first_waited(self) -> int:
        """Which visitor was the first to wait for longer than `slow_s`; 0: nobody did."""
        return self.load.latest.first_waited if self.load.latest is not None else 0

    @property
    def max_s(self) -> float:
        """How long whoever waited longest for the page waited."""
        return self.page.max_s * self.speed

    @property
    def least_s(self) -> float:
        """What every visitor waited at the least."""
        return at_least(self.page.percentile(0)) * self.speed

    def percentile_s(self, percent: float) -> float:
        """The wait for the page that `percent` % of its visitors did not exceed; 0.0 when there are none."""
        return self.page.percentile(percent) * self.speed

    @property
    def failed_p50_s(self) -> float:
        """What half of those who got no page waited at the most, until that was said; 0.0 when there are none."""
        return self.failed.percentile(50) * self.speed

    @property
    def rates(self) -> tuple[float, float]:
        """Requests a second of the lesson, at the least and at the most, as they were turned; 0.0 in a closed loop."""
        asked = self.load.started
        if asked is None:
            return 0.0, 0.0
        factors = [1.0, *(factor for _, factor in self.load.turns)]
        rates = [rate * factor / self.speed for rate in (asked.rate, asked.rate_end) for factor in factors]
        return min(rates), max(rates)

    @property
    def rate(self) -> float:
        """Requests a second of the lesson, at the most; 0.0 in a closed loop and before the load."""
        return self.rates[1]

    @property
    def seconds(self) -> float:
        """How long requests left."""
        return self.load.started.seconds * self.speed if self.load.started is not None else 0.0

    @property
    def length_s(self) -> float:
        """From the first request to the end: what the strips show."""
        return (self.end - self.begin) * self.speed

    @property
    def busy(self) -> float | None:
        """The mean of the workers' busy shares; None where a worker is there only while it works, or there is none."""
        if self.kind is Kind.THREADS or not self.strips:
            return None
        return sum(strip.busy for strip in self.strips) / len(self.strips)

    @property
    def notify_share(self) -> float:
        """The part of their time that notifications took of the workers that take them, from 0 to 1."""
        takers = [strip for strip in self.strips if self.stage.slow in strip.channels]
        return sum(strip.notifying for strip in takers) / max(1, len(takers))

    @property
    def mean_delay_s(self) -> float:
        """What a call to the outside service takes on the average; 0.0 when that is not known."""
        return sum(self.run.delays) / len(self.run.delays) if self.run is not None and self.run.delays else 0.0

    @property
    def work_s(self) -> float:
        """What a visitor is to the workers: a call to the outside service, and whatever else is sent with it."""
        return self.mean_delay_s + sum(kind.task.seconds for kind in self.kinds)

    @property
    def capacity(self) -> float:
        """Visitors a second that the workers can serve; infinite without a bound, or without a wait."""
        run, work_s = self.run, self.work_s
        return run.general / work_s if run is not None and run.general and work_s else inf


def late_from_s(speed: float) -> float:
    """From where on a machine is late, on the wall: half a second of the lesson, or what is felt."""
    return slow_from_s(speed, SLOW_S / 2)


def kind_of(run: e.RunStarted | None) -> Kind:
    """What a run can teach."""
    if run is None:
        return Kind.UNKNOWN
    if run.stage.own and not run.stage.slow:
        return Kind.OWN
    if run.stage.tasks:
        return Kind.TASKS
    if run.general + run.reserved == 0:
        return Kind.THREADS if run.stage.worker_kind is WorkerKind.THREADS else Kind.NOBODY
    if not run.stage.slow:
        return Kind.QUEUE
    return Kind.RESERVED if run.reserved else Kind.SHARED


def row_of(label: str, command: str, events: Sequence[e.Event], reference: Histogram | None = None) -> Row:
    """The row of a run that is over, or of its events so far: the strips span all of it. The `reference` is what was
    seen beside it.

    What the load tells when it is stopped belongs to it: who came until then, and who was on the way. They are taken in
    by time, as from a recording, in whatever order they were told: the row of a run is that of its replay.
    """
    events = sorted(events, key=lambda event: event.t)
    stopped = min((event.t for event in events if isinstance(event, e.Stopping)), default=inf)
    of_load = (e.LoadTold, e.LoadEnded)
    seen = [event for event in events if event.t <= stopped]
    last_words = [event for event in events if event.t > stopped and isinstance(event, of_load)]
    end = max((event.t for event in seen), default=0.0)
    begin = next((event.t for event in seen if isinstance(event, e.LoadStarted)), 0.0)
    speed = next((event.speed for event in seen if isinstance(event, e.RunStarted)), 1.0)
    state = State(window_s=max(end - begin, MOMENT_S) * speed)
    for event in [*seen, *last_words]:
        state.fold(event)
    row = replace(row_so_far(label, command, state, end, over=stopped < inf), reference=reference)
    lane_ended = next((event for event in events if isinstance(event, e.LaneEnded)), None)
    if lane_ended is None:
        return row
    return replace(row, over=True, cut=lane_ended.cut, problem=lane_ended.problem)


def row_so_far(label: str, command: str, state: State, now: float, over: bool = False) -> Row:
    """The row of a run that somebody folds anyway: the strips span the window of that state."""
    load = state.load
    begin = load.started.t if load.started is not None else 0.0
    begin = max(begin, now - state.workers.window_s)
    over = over or load.ended_at < inf
    return Row(
        label=label,
        command=command,
        run=state.run,
        load=load,
        page=load.page.whole,
        failed=load.failed.whole,
        books=state.books,
        took=state.notifications.took,
        strips=tuple(strip_of(state, worker, now) for worker in state.workers.rows()),
        begin=begin,
        end=now,
        over=over,
        cut=over and was_cut(load),
        finished_s=state.finished_at - load.started.t if load.started is not None else inf,
        slowest=state.routes.slowest,
        servers=state.workers.servers(),
        crews=state.crews_since(load.started.t if load.started is not None else 0.0),
        kinds=tuple(OfKind.of(state, task, now) for task in state.stage.tasks),
        unheard=0 if over or load.started is None or state.stage.own else max(0, state.visitors.seen - load.scheduled),
    )


def row_of_lane(lane: Lane, now: float) -> Row:
    """The row of a lane that goes on, or is to come."""
    if lane.state.run is None:
        return empty_row(lane.label, lane.command)
    return row_so_far(lane.label, lane.command, lane.state, lane.now(now))


def strip_of(state: State, worker: Worker, now: float) -> Strip:
    """A worker's time in the window that ends now."""
    cells = tuple(state.workers.strip(worker, now, COUNT))
    width_s = state.workers.window_s / COUNT
    asked = state.load.started
    since, until = (asked.t, asked.t + asked.seconds) if asked is not None else (-inf, inf)
    since = max(since, worker.ready_at if worker.ready_at < inf else since)
    middles = [now - (COUNT - number - 0.5) * width_s for number in range(COUNT)]
    counted = [cell for cell, middle in zip(cells, middles, strict=True) if since <= middle <= until]
    busy = sum(cell.share for cell in counted) / max(1, len(counted))
    notifying = sum(cell.share for cell in counted if state.stage.sort_of(cell.work) is Sort.SLOW) / max(
        1, len(counted)
    )
    return Strip(worker.name, worker.process, tuple(worker.takes), busy, notifying, cells)


def was_cut(load: Load) -> bool:
    """Whether a load of a run that is over was ended before its time, or with its stage."""
    return load.stopped or (load.started is not None and load.ended_at == inf)


def empty_row(label: str, command: str) -> Row:
    """A row whose run has not begun."""
    return row_so_far(label, command, State(), 0.0)


def failed_row(label: str, command: str, problem: str) -> Row:
    """A row whose stage did not start, and why."""
    return replace(empty_row(label, command), over=True, problem=problem)
