"""What is known of a run, folded from its events. Pure: no clock, no screen, no process."""

from collections import Counter
from dataclasses import dataclass, field, replace
from math import inf

from ..base.durations import slow_from_s
from ..base.histogram import Histogram
from ..events import events as e
from ..events.stage import NO_STAGE, Channel, StageEntry, Task, WorkerKind
from .books import Books
from .channels import Channels
from .kept.bins import WINDOW_S, keep_newest
from .load import Load
from .log import Log
from .marks import Marks
from .notifications import Notifications
from .routes import Routes
from .tracebacks import Tracebacks
from .visitors import Visitors
from .workers import Workers

STALE_S = 5.0
"""The channels are measured once a second; what has been measured so long ago is not known any more."""


@dataclass
class State:
    """What is known of a run. Each part takes what concerns it from every event."""

    run: e.RunStarted | None = None
    ready_at: float = inf
    """When the page could be opened."""
    notifications: Notifications = field(default_factory=Notifications)
    visitors: Visitors = field(default_factory=Visitors)
    workers: Workers = field(default_factory=Workers)
    channels: Channels = field(default_factory=Channels)
    load: Load = field(default_factory=Load)
    log: Log = field(default_factory=Log)
    marks: Marks = field(default_factory=Marks)
    routes: Routes = field(default_factory=Routes)
    """Of a project of the user's."""
    tracebacks: Tracebacks = field(default_factory=Tracebacks)
    crews: dict[float, tuple[int, int]] = field(default_factory=dict)
    """When workers had come or gone -> how many were there then, (general, reserved)."""
    newest_at: float = 0.0
    """When the newest event was."""
    printed: int = 0
    """Notifications seen on the console: the count that the books are checked against."""
    window_s: float = WINDOW_S
    """How far the visitors and the workers look back, in seconds of the lesson."""
    in_lesson: bool = False
    """Whether all is told in seconds of the lesson, as what stands beside others is; else in those of the wall."""

    def fold(self, event: e.Event) -> None:
        """Take in one event."""
        self.newest_at = max(self.newest_at, event.t)
        if isinstance(event, e.RunStarted):
            self.run = event
            self.notifications.look_back(self.window_s / event.speed)
            self.visitors.look_back(self.window_s / event.speed)
            self.workers.look_back(self.window_s / event.speed)
        elif isinstance(event, e.Ready):
            self.ready_at = event.t
        elif isinstance(event, e.Printed):
            self.printed += self.stage.is_notification(event.line)
        elif isinstance(event, e.Answered):
            self.tracebacks.serves(event.process)
        elif isinstance(event, e.WorkerReady):
            self._is_held_for(event.held_s)
        elif isinstance(event, e.CrewChanged):
            self.crews[event.t] = event.general, event.reserved
            keep_newest(self.crews)
        self.notifications.fold(event)
        self.visitors.fold(event)
        self.workers.fold(event)
        self.channels.fold(event)
        self.load.fold(event)
        self.marks.fold(event)
        self.routes.fold(event)

    def _is_held_for(self, held_s: float | None) -> None:
        """What a worker says of it counts more than what is known of its stage, which somebody may have edited."""
        if held_s is not None and self.run is not None:
            self.run = replace(self.run, stage=replace(self.run.stage, held_s=held_s))

    @property
    def stage(self) -> StageEntry:
        """What it is a run of."""
        return self.run.stage if self.run is not None else NO_STAGE

    @property
    def serves_nothing(self) -> str:
        """With what its server has died, that waits for a file to be mended; empty while it is well."""
        return self.tracebacks.serves_nothing.get(f"{self.stage.web}.1", "")

    @property
    def until(self) -> float:
        """The last moment that is known of it, before it was told to stop."""
        return min(self.newest_at, self.marks.closed_at)

    @property
    def run_now(self) -> e.RunStarted | None:
        """The run, with as many workers as are there now where they come and go."""
        crew = self.workers.crew() if self.ready_at < inf else self.crews[max(self.crews)] if self.crews else None
        if self.run is None or crew is None or self.stage.worker_kind is not WorkerKind.PROCESSES:
            return self.run
        return replace(self.run, general=crew[0], reserved=crew[1])

    def crews_since(self, t: float) -> tuple[tuple[float, int, int], ...]:
        """(seconds since `t`, general, reserved) of each time from then on that workers had come or gone."""
        return tuple((moment - t, *self.crews[moment]) for moment in sorted(self.crews) if moment >= t)

    @property
    def left_alone(self) -> list[Channel]:
        """The channels from which nobody takes, where workers come and go, as soon as the page can be opened."""
        if self.stage.worker_kind is not WorkerKind.PROCESSES or self.ready_at == inf:
            return []
        listened_to = self.workers.listened_to()
        return [channel for channel in self.stage.queues if channel.name not in listened_to]

    def channels_unknown(self, now: float) -> str:
        """Why nobody can tell what is on the channels; empty if it can be told, or they were never measured."""
        measured_at = self.channels.measured_at
        if measured_at == -inf:
            return ""
        if self.stage.broker and measured_at <= self.notifications.emptied_at:
            return "Redis is stopped"
        return "no news of it" if now - measured_at > STALE_S else ""

    @property
    def clock(self) -> float:
        """How many seconds are told for one on the wall."""
        return self.speed if self.in_lesson else 1.0

    @property
    def speed(self) -> float:
        """How many seconds of the lesson go by in one on the wall."""
        told = self.run or self.load.started
        return told.speed if told is not None else 1.0

    @property
    def slow_s(self) -> float:
        """From where on a wait is slow, in seconds on the wall."""
        return slow_from_s(self.speed)

    def slow_after_s(self, task: Task) -> float:
        """From where on a kind of work takes too long, on the wall; inf for what is slow by itself."""
        return inf if task.slow else self.slow_s + task.soon_s / self.speed

    @property
    def finished_at(self) -> float:
        """When the last of a load's visitors had the page; inf where one waits for it, or has got none; and where no
        page waits for anything: it is not what is watched there."""
        load = self.load
        if self.stage.tasks:
            return inf
        whole = load.answered and load.ended_at < inf and not load.stopped and not load.errors
        return self.last_page_at if whole else inf

    @property
    def last_page_at(self) -> float:
        """When the newest visitor had the page; where the server tells nothing of them, when the load was over."""
        return self.visitors.answered_at or self.load.ended_at

    @property
    def books(self) -> Books:
        """The notifications, counted."""
        return self.notifications.books()

    @property
    def waiting(self) -> dict[str, float]:
        """Hellos under way -> when they arrived."""
        return self.visitors.waiting

    @property
    def statuses(self) -> Counter[str]:
        """How hellos ended: `200`, `503 time limit`, `left`."""
        return self.visitors.statuses

    @property
    def latency(self) -> Histogram:
        """Of the hellos that were answered with a status below 400, all of them."""
        return self.visitors.latency
