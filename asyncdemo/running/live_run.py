"""A run that is up: its page can be opened, its workers are there, and it goes on until somebody wants to stop."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..base.addresses import is_loopback, page_url
from ..base.errors import StartError, no_room_said
from ..base.text import with_last_lines
from ..events.collector import Collector
from ..events.events import Answered, CrewChanged, Event, Printed, ProcessEnded, RunStarted, Uses, WorkerReady
from ..events.inbox import Inbox
from ..events.sending import Address
from ..events.stage import StageEntry
from . import plan
from .options import RunOptions
from .own.missing import what_is_missing
from .processes import Processes
from .run_folder import RunFolder
from .worker_control import WorkerControl

if TYPE_CHECKING:
    from .proxy import Proxy

WATCH_S = 0.1
"""While a run is watched and nothing happens in it: between two looks at whatever else there is."""

UNHEARD_S = 2.0
"""So long after a page has answered, whoever is watched has told of it."""
UNHEARD = (
    "the page answers, and nothing in the project tells of it: is its Python started with -I, -E or -S, or in a "
    "container? Its lines are seen, its requests are not"
)


@dataclass
class Crew:
    """The workers that are there, of a stage whose workers are processes."""

    stage: StageEntry
    _names: set[str] = field(default_factory=set)

    def see(self, event: Event) -> bool:
        """Take in an event: whether somebody has come or gone."""
        before = len(self._names)
        if isinstance(event, WorkerReady) and self._kind(event.process) in (self.stage.general, self.stage.reserved):
            self._names.add(event.process)
        elif isinstance(event, ProcessEnded):
            self._names.discard(event.process)
        return len(self._names) != before

    def count(self, kind: str) -> int:
        """How many are there of a process of the Procfile; 0 for a stage that has none such."""
        return sum(self._kind(name) == kind for name in self._names)

    @staticmethod
    def _kind(name: str) -> str:
        return name.rpartition(".")[0]


@dataclass(frozen=True)
class RunParts:
    """What a run has from before its first process to after its last."""

    options: RunOptions
    place: plan.Where
    inbox: Inbox
    folder: RunFolder
    collector: Collector
    processes: Processes
    workers: WorkerControl
    proxy: "Proxy | None"
    """In front of the server, if that was started where nobody knows it."""
    crew: Crew
    elsewhere: set[str] = field(default_factory=set)
    """What a project of the user's works with that is not on this machine: `database on db.example.com`."""
    heard: set[str] = field(default_factory=set)
    """Processes that have told of a request."""
    first_to_stop: list[Callable[[], None]] = field(default_factory=list)

    @property
    def server_url(self) -> str:
        """Where the server itself listens."""
        return page_url(self.place.host, self.place.port, self.options.stage.page)

    @property
    def url(self) -> str:
        """What visitors type."""
        port = self.place.port if self.proxy is None else self.proxy.port
        return page_url(self.options.host, port, self.options.stage.page)

    def look_after_guard(self) -> None:
        """Start another guard if it has died, and say so."""
        if told := self.folder.look_after_guard():
            self.inbox.pass_on(Printed(t=self.collector.now(), process="asyncdemo", line=told))

    def see_use(self, event: Event) -> bool:
        """Take in an event: whether it tells of something that is not on this machine, and was not known."""
        before = len(self.elsewhere)
        if isinstance(event, Uses) and event.where and not is_loopback(event.where):
            self.elsewhere.add(str(event))
        return len(self.elsewhere) != before

    def see(self, event: Event) -> bool:
        """Take in an event: whether it tells of something that other terminals are to be told of."""
        if isinstance(event, Answered):
            self.heard.add(event.process)
        return self.see_use(event)

    def tell_crew(self, started: RunStarted) -> None:
        """Say how many workers are there now, here and to the commands of other terminals."""
        stage = self.options.stage
        general, reserved = self.crew.count(stage.general), self.crew.count(stage.reserved)
        now = self.collector.now()
        self.inbox.pass_on(CrewChanged(t=now, process="asyncdemo", general=general, reserved=reserved))
        with suppress(StartError):  # no room for it: the run goes on
            self.folder.describe(replace(started, general=general, reserved=reserved))

    def described(self, started: RunStarted) -> RunStarted:
        """The run as other terminals are told of it now, with what it works with elsewhere."""
        now = replace(started, elsewhere=sorted(self.elsewhere))
        with suppress(StartError):  # no room for it: the run goes on
            self.folder.describe(now)
        return now

    def death(self, event: ProcessEnded, doing: str) -> StartError:
        """That a process has ended while the stage was `doing` something, with its last words."""
        ended = f"{event.process} ended while {self.options.stage.name} was {doing}."
        if why := no_room_said(self.processes.last_lines[event.process]):
            return StartError(f"{ended} {why}")
        return self.failure(ended, event.process)

    def failure(self, problem: str, process: str) -> StartError:
        """A problem of a process, with what it lacks if that is known, and its last words."""
        last = self.processes.last_lines[process]
        return StartError(with_last_lines(f"{problem} {self.missing(process)}".rstrip(), last))

    def missing(self, process: str) -> str:
        """What a process of a project lacks, by what it said last, and what to type; empty where nothing is known."""
        project = self.options.project
        return what_is_missing(project, self.processes.last_lines[process]) if project is not None else ""


class LiveRun:
    """What can be asked of a run while it is up."""

    def __init__(self, parts: RunParts, started: RunStarted) -> None:
        self.options = parts.options
        self.url = parts.url
        """What visitors type."""
        self.server_url = parts.server_url
        """Where the server itself listens."""
        self.workers = parts.workers
        self.now = parts.collector.now
        self._parts, self._started = parts, started
        self._up_at, self._said_unheard = self.now(), False

    @property
    def telemetry(self) -> Address:
        """Where a process that is not the stage's tells what it sees of the run."""
        return self._parts.collector.address

    @property
    def elsewhere(self) -> list[str]:
        """What a project of the user's works with that is not on this machine: `database on db.example.com`."""
        return sorted(self._parts.elsewhere)

    def death(self, event: ProcessEnded) -> StartError:
        """That a process has ended in the middle of it, with its last words."""
        return self._parts.death(event, "running")

    def before_close(self, stop: Callable[[], None]) -> None:
        """Something that is no process of the stage, and is to be told of the end before these are."""
        self._parts.first_to_stop.append(stop)

    def watch(self, over: Callable[[], bool] = lambda: False, on_tick: Callable[[], None] = lambda: None) -> int | None:
        """Pass events on until somebody wants to stop: the exit code; or until it is `over`: None.

        Raises StartError if the server dies.
        """
        inbox = self._parts.inbox
        while inbox.stop is None:
            if over():
                return None
            self._look_at(inbox.take(WATCH_S))
            self._say_if_unheard()
            self._parts.look_after_guard()
            on_tick()
        return inbox.stop.exit_code

    def _say_if_unheard(self) -> None:
        """Of a project of the user's, whose page has answered, and which has told of nothing."""
        parts, now = self._parts, self.now()
        if self.options.project is None or parts.heard or self._said_unheard or now < self._up_at + UNHEARD_S:
            return
        self._said_unheard = True
        parts.inbox.pass_on(Printed(t=now, process="asyncdemo", line=UNHEARD))

    def _look_at(self, events: list[Event]) -> None:
        for event in events:
            if self._parts.crew.see(event):
                self._parts.tell_crew(self._started)
            if self._parts.see(event):
                self._started = self._parts.described(self._started)
            if self._parts.inbox.stop is not None:  # who is in a hurry has all killed
                continue
            if isinstance(event, ProcessEnded) and event.process == f"{self.options.stage.web}.1":
                raise self.death(event)
