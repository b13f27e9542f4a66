"""A run whose processes start: from the first of them until the page can be opened."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from math import inf
from typing import Any

from ..base.errors import StartError
from ..base.output import OUTPUT_GONE
from ..base.text import with_last_lines, without_password
from ..events.events import Printed, ProcessEnded, Ready, RunStarted, WorkerReady
from ..events.stage import MIGRATE, WorkerKind
from ..known.tracebacks import CANNOT_COME_UP
from . import other_runs, plan, ports, redis
from .live_run import UNHEARD_S, LiveRun, RunParts
from .own.first_answer import FirstAnswer
from .processes import START_LIMIT_S, NotReady, wait_until
from .run_folder import STARTS_HERE

OWN_START_LIMIT_S = 120.0
"""Of a project of the user's, whose page may take its time."""
SHARED = "one of this comparison's own, which its runs share"
"""Which Redis a run uses that was lent one."""
OWN_DATABASE = "SQLite, this run's own, which goes with it"
TICK_S = 0.02
"""While something is awaited."""


class Interrupted(StartError):
    """The user stopped it before it was ready, or has left its output: then there is nobody to be told."""

    def __init__(self, exit_code: int, last_lines: Iterable[str] = ()) -> None:
        stopped = with_last_lines("Stopped before it was ready.", last_lines)
        super().__init__("" if exit_code == OUTPUT_GONE else stopped)
        self.exit_code = exit_code


class StartingRun:
    """What can be asked of a run while it starts: to become a live one.

    Making it starts the processes, Redis first. Raises StartError, naming what failed.
    """

    def __init__(self, parts: RunParts) -> None:
        self.now = parts.collector.now
        self._parts = parts
        self._workers_ready = 0
        self._first_answer: FirstAnswer | None = None
        self._unheard_until = inf
        """Until when the project may tell of its first answer."""
        self._started = RunStarted(t=self.now(), process="asyncdemo", **facts(parts))
        self._web = f"{parts.options.stage.web}.1"
        self._mended_until = inf
        """Until when a server that has died is to be mended."""
        self._missing = ""
        """What the page's process lacks, as far as that was told."""
        self._migrated = False
        """Whether the tables of its database are there."""
        if parts.proxy is None:
            self._claim()
        if parts.workers.own_redis:
            parts.workers.start_redis()
        if parts.options.stage.database:
            parts.processes.start(plan.migrate(parts.options, parts.place))
            self._spawn(lambda name: not parts.workers.is_worker(name))
        else:
            self._spawn()
        parts.processes.wait_for_starts()
        parts.inbox.pass_on(self._started)

    def until_up(
        self,
        on_tick: Callable[[], None] = lambda: None,
        *,
        wanted: Callable[[], bool] = lambda: True,
        patience_s: float = 0.0,
    ) -> LiveRun:
        """The run, when the page can be opened, all workers are there, and it is `wanted`, however late.

        A server that has died, and waits for a file to change, has `patience_s` until somebody has mended that.

        Visitors and other terminals know of it from then on. Raises StartError, naming what failed.
        """
        if self._parts.options.stage.database:
            self._wait(lambda: self._migrated, "the database", on_tick)
            self._spawn(self._parts.workers.is_worker)
        if self._parts.workers.own_redis:
            self._wait(lambda: redis.accepts(self._parts.folder.redis_socket), "Redis", on_tick)
        limit_s = START_LIMIT_S if self._parts.options.project is None else OWN_START_LIMIT_S
        try:
            self._wait(self._up, self._parts.options.what, partial(self._bear, on_tick, patience_s), limit_s)
        finally:
            if self._first_answer is not None:
                self._first_answer.give_up()
        self._wait(wanted, "the stage", on_tick, limit_s=inf)
        self._announce()
        return LiveRun(self._parts, self._started)

    def _bear(self, on_tick: Callable[[], None], patience_s: float) -> None:
        """Raises StartError where the server has died, and nobody has mended it in time."""
        on_tick()
        if error := self._parts.processes.serves_nothing(self._web):
            self._mended_until = min(self._mended_until, time.monotonic() + patience_s)
            if time.monotonic() >= self._mended_until:
                raise self._parts.failure(f"{self._web} {CANNOT_COME_UP}: {error}.", self._web)
            self._tell_what_is_missing()

    def _tell_what_is_missing(self) -> None:
        """What it lacks, and what to type, once: it waits to be mended, and its last words are not at hand."""
        missing, told = self._parts.missing(self._web), self._missing
        self._missing = missing
        if missing and missing != told:
            self._parts.inbox.pass_on(Printed(t=self.now(), process="asyncdemo", line=missing))

    def _claim(self) -> None:
        """Raises StartError if another run of this user's is about to take the port, and was first to say so."""
        place, folder = self._parts.place, self._parts.folder
        folder.announce(self._started)
        if not other_runs.any_but(folder.path, STARTS_HERE):
            return
        first = other_runs.at(place.host, place.port, STARTS_HERE)
        if first is not None and first.folder != str(folder.path):
            raise StartError(ports.in_use(place.host, place.port))

    def _spawn(self, wanted: Callable[[str], bool] = lambda name: True) -> None:
        """Redis is there long before a Python process has imported what asks it; tables are not. Whoever listens may
        take his time: the processes are on their way."""
        parts = self._parts
        for command in plan.commands(parts.options, parts.place):
            if wanted(command.name):
                parts.processes.start(command)

    def _up(self) -> bool:
        """Whether all workers are there and a server answers, and not somebody else's in its place."""
        options, place = self._parts.options, self._parts.place
        if self._workers_missing or not ports.answers(place.host, place.port):
            return False
        server = self._parts.processes.pids.get(self._web)
        if server is None or not ports.serves(server, place.port):
            return False
        if options.project is None:
            return True
        if self._first_answer is None:
            self._first_answer = FirstAnswer(place.host, place.port)
        return self._first_answer.came and self._is_heard

    @property
    def _is_heard(self) -> bool:
        """Whether whoever has answered has told so, and before that what else there was to tell; or has had its time:
        it may be watched by nobody."""
        now = time.monotonic()
        self._unheard_until = min(self._unheard_until, now + UNHEARD_S)
        return bool(self._parts.heard) or self._unheard_until < now

    @property
    def _workers_missing(self) -> bool:
        options, crew = self._parts.options, self._parts.crew
        kinds = {
            WorkerKind.THREADS: options.total_workers,
            WorkerKind.SLOTS: self._workers_ready,
            WorkerKind.PROCESSES: crew.count(options.stage.general) + crew.count(options.stage.reserved),
        }
        return kinds[options.stage.worker_kind] < options.total_workers

    def _announce(self) -> None:
        """Let visitors and other terminals know. Raises StartError when the address cannot be had."""
        parts = self._parts
        if parts.proxy is not None:
            parts.proxy.open()
        if parts.elsewhere:
            self._started = replace(self._started, elsewhere=sorted(parts.elsewhere))
        parts.folder.describe(self._started)  # whoever reads `ready` may look for it at once
        parts.inbox.pass_on(Ready(t=self.now(), process="asyncdemo"))
        self._look_at_tables()
        if parts.options.open_browser:
            open_page(parts.url)

    def _look_at_tables(self) -> None:
        """Make those of a stage that does without until its first request; ask for those of a project of the user's,
        whose `runserver` would say so itself."""
        parts, project = self._parts, self._parts.options.project
        if project is not None and project.asks_for_migrations:
            parts.processes.start(plan.asks_for_migrations(project))
        elif project is None and not parts.options.stage.database:
            parts.processes.start(plan.migrate(parts.options, parts.place))

    def _wait(
        self,
        ready: Callable[[], bool],
        what: str,
        on_tick: Callable[[], None] = lambda: None,
        limit_s: float = START_LIMIT_S,
    ) -> None:
        def look() -> None:
            self._take_in()
            on_tick()
            if (stop := self._parts.inbox.stop) is not None:
                own = self._parts.options.project is not None
                raise Interrupted(stop.exit_code, self._parts.processes.last_lines[self._web] if own else ())

        try:
            wait_until(ready, what, look, limit_s, lambda: bool(self._parts.processes.serves_nothing(self._web)))
        except NotReady as error:
            if self._parts.options.project is None:
                raise
            raise self._parts.failure(f"{what} was not ready within {limit_s:g} s.", self._web) from error

    def _take_in(self) -> None:
        """What comes within a tick. Raises StartError for an end that should not have been."""
        for event in self._parts.inbox.take(TICK_S):
            self._workers_ready += isinstance(event, WorkerReady)
            self._parts.crew.see(event)
            self._parts.see(event)
            if isinstance(event, ProcessEnded) and self._parts.inbox.stop is None:  # who is in a hurry has all killed
                self._look_at_end(event)
        self._parts.look_after_guard()

    def _look_at_end(self, event: ProcessEnded) -> None:
        """Raises StartError for whatever should not have ended."""
        made = event.process == MIGRATE and (event.code == 0 or not self._parts.options.stage.database)
        if not made:
            raise self._death(event)
        self._migrated = True

    def _death(self, event: ProcessEnded) -> StartError:
        """Of a process that has ended. Where the server has, and one answers, that is another's, and in its way."""
        place = self._parts.place
        if event.process == self._web and ports.answers(place.host, place.port):
            self._parts.folder.forget()  # it is not this one that has the port
            return StartError(ports.in_use(place.host, place.port))
        return self._parts.death(event, "starting")


def facts(parts: RunParts) -> dict[str, Any]:
    """What is told of a run at its start, and written down for other terminals. Raises StartError without a Redis."""
    options = parts.options
    told: dict[str, Any] = {
        "stage": options.stage.with_choices(options.choices),
        "general": options.general_workers,
        "reserved": options.reserved_web,
        "speed": options.speed,
        "delays": list(options.delays) if options.has_outside_service else [],
        "url": parts.url,
        "choices": list(options.choices),
    }
    if options.stage.broker:
        told["redis"] = SHARED if options.redis_is_ours else redis.description(options.redis_url)
    if options.stage.database:
        told["database"] = without_password(options.database_url) if options.database_url else OWN_DATABASE
    return told


def open_page(url: str) -> None:
    """Open it in a browser, which neither says anything on this terminal nor reads from it. Waits for nothing."""
    command = [sys.executable, "-I", "-m", "webbrowser", url]
    nowhere = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    apart = {**nowhere, "start_new_session": True}
    threading.Thread(target=subprocess.run, args=(command,), kwargs=apart, daemon=True, name="browser").start()
