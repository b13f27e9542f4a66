"""One run of a stage, from the first check to the last process gone."""

import secrets
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from math import inf
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO

from ..base.addresses import LOOPBACK, page_url
from ..base.errors import StartError
from ..events.collector import Collector
from ..events.events import Event, Printed, ProcessEnded, Ready, RunStarted, Stopping, WorkerReady
from ..events.recording import open_record, record
from ..events.sending import TELEMETRY, Address
from ..stages.catalogue import WorkerKind
from . import plan, ports, redis
from .browser import open_page
from .options import RunOptions
from .processes import Children
from .proxy import Front
from .run_folder import RunFolder
from .signals import signals
from .worker_control import Crew

START_LIMIT_S = 20.0
"""When nothing has died and nothing answers: a machine that is far too slow."""
TICK_S = 0.02
"""While something is awaited."""
WATCH_S = 0.05
"""While a run is watched: how long a key may have to wait."""


@dataclass(frozen=True)
class Stop:
    """A wish to end the run, and the exit code that goes with it."""

    exit_code: int = 0
    urgent: bool = False
    """As a second wish: without grace."""


class Run:
    """A stage and everything that belongs to it. `listen` gets every event, in the caller's thread.

    Use it as a context manager: however the body ends, everything is stopped and the folder is gone.

    With `hears_signals`, a signal to this process asks for the end. Only the main thread may do that: a run in another
    has to be told by `stop`.

    With `offstage`, the stage serves on a port that nobody knows, and has its own address from `announce` on.
    """

    def __init__(
        self,
        options: RunOptions,
        listen: Callable[[Event], None],
        *,
        hears_signals: bool = True,
        offstage: bool = False,
    ) -> None:
        self.options, self._offstage = options, offstage
        self._front: Front | None = None
        self._hears_signals = hears_signals
        self._listen = listen
        self._inbox: SimpleQueue[Event | Stop] = SimpleQueue()
        self._stop: Stop | None = None
        self._workers_ready = 0
        self._first_to_stop: list[Callable[[], None]] = []
        self._record: BinaryIO | None = None

    @property
    def telemetry(self) -> Address:
        """Where a process that is not the stage's tells what it sees of the run."""
        return self._collector.address

    # Start

    def __enter__(self) -> "Run":
        with ExitStack() as begun:
            self._begin(begun)
            self._until_the_end = begun.pop_all()
        return self

    def _begin(self, begun: ExitStack) -> None:
        """What comes before the first process; what ends with the run goes into `begun`. Raises StartError."""
        options = self.options
        self.host, port = (LOOPBACK, 0) if self._offstage else (options.host, options.port)
        self.port = ports.claim(self.host, port)
        self.server_url = page_url(self.host, self.port)
        """Where the server itself listens."""
        if options.redis_url is not None:
            redis.check(options.redis_url)
        if options.record is not None:
            self._record = open_record(options.record)
            begun.callback(self._record.close)
        if self._offstage:
            self._front = Front(options.host, options.port, self.port)
            begun.callback(self._front.close)
        self.url = self.server_url if self._front is None else page_url(options.host, self._front.port)
        """What visitors type."""
        if self._hears_signals:
            begun.enter_context(signals(self._on_signal))
        self.folder = RunFolder.create()
        self._collector = Collector(self._inbox.put)
        self.now = self._collector.now
        env = {TELEMETRY: str(self._collector.address)}
        self._children = Children(self.folder, env, self._inbox.put, self.now)

    def start(self, on_tick: Callable[[], None] = lambda: None) -> None:
        """Start the stage and return when the page can be opened. Raises StartError, naming what failed."""
        self.spawn()
        self.wait_until_ready(on_tick)

    def spawn(self) -> None:
        """Start the processes, after Redis. Raises StartError, naming what failed."""
        options = self.options
        self._facts: dict[str, Any] = {
            "stage": options.stage.name,
            "general": options.general_workers,
            "reserved": options.reserved_web,
            "speed": options.speed,
            "delays": list(options.delays),
            "url": self.url,
        }
        if options.stage.workers is WorkerKind.PROCESSES:
            self._facts["redis"] = redis.description(options.redis_url)
        self._receive(RunStarted(t=self.now(), process="asyncdemo", **self._facts))
        self._place = self._where()
        self.crew = Crew(options, self._place, self._children, self.folder.redis_socket)
        if self.crew.own_redis:
            self.crew.start_redis()
            self._wait(lambda: redis.accepts(self.folder.redis_socket), "Redis")
        for command in plan.commands(options, self._place, options.stage.procfile):
            self._children.start(command)

    def wait_until_ready(self, on_tick: Callable[[], None] = lambda: None) -> None:
        """Return when the page can be opened. Raises StartError, naming what failed."""
        self.wait_until_up(on_tick)
        self.announce()

    def wait_until_up(self, on_tick: Callable[[], None] = lambda: None) -> None:
        """Return when the server answers and all workers are there. Raises StartError, naming what failed."""
        options = self.options
        expected = options.total_workers if options.stage.workers is not WorkerKind.THREADS else 0

        def up() -> bool:
            return self._workers_ready >= expected and ports.answers(self.host, self.port)

        self._wait(up, "the stage", on_tick)

    def wait_until_wanted(self, wanted: Callable[[], bool]) -> None:
        """Return when somebody wants it, however late. Raises StartError if it does not live so long."""
        self._wait(wanted, "the stage", limit_s=inf)

    def announce(self) -> None:
        """Let visitors and other terminals know. Raises StartError when the address cannot be had."""
        if self._front is not None:
            self._front.open()
        self.folder.describe(**self._facts)  # whoever reads `ready` may look for it at once
        self._receive(Ready(t=self.now(), process="asyncdemo"))
        self._children.start(plan.migrate(self.options, self._place))
        if self.options.open_browser:
            open_page(self.url)

    def _where(self) -> plan.Where:
        own = redis.url_of(self.folder.redis_socket) if self.options.needs_own_redis else ""
        return plan.Where(
            host=self.host,
            port=self.port,
            database=self.folder.database,
            secret_key=secrets.token_urlsafe(32),
            redis_url=self.options.redis_url or own,
            redis_prefix=self.folder.redis_prefix,
        )

    def _wait(
        self,
        ready: Callable[[], bool],
        what: str,
        on_tick: Callable[[], None] = lambda: None,
        limit_s: float = START_LIMIT_S,
    ) -> None:
        deadline = time.monotonic() + limit_s
        while not ready():
            for event in self._events(TICK_S):
                if isinstance(event, ProcessEnded) and event.process != "migrate":
                    raise StartError(self._death(event))
            on_tick()
            if self._stop is not None:
                raise Interrupted(self._stop.exit_code)
            if time.monotonic() > deadline:
                raise StartError(f"{what} was not ready within {limit_s:g} s. Is the machine very busy? Try again.")

    def _death(self, event: ProcessEnded) -> str:
        lines = "\n".join(f"  {line}" for line in self._children.last_lines[event.process] if line)
        return f"{event.process} ended while {self.options.stage.name} was starting. Its last lines:\n{lines}"

    # Live

    def watch(self, until_s: float | None, on_tick: Callable[[], None] = lambda: None) -> int:
        """Pass events on until somebody wants to stop or `until_s` is over: the exit code.

        Raises StartError if the server dies.
        """
        while self._stop is None:
            if until_s is not None and self.now() >= until_s:
                return 0
            for event in self._events(WATCH_S):
                if isinstance(event, ProcessEnded) and event.process == "web.1":
                    raise StartError(self._death(event).replace("was starting", "was running"))
            on_tick()
        return self._stop.exit_code

    def stop(self, exit_code: int = 0) -> None:
        """Ask for the end. From any thread. An address that it was given from `announce` on is free at once."""
        self._inbox.put(Stop(exit_code))
        if self._front is not None:
            self._front.close()

    def before_close(self, stop: Callable[[], None]) -> None:
        """Something that is no process of the stage, and is to be told of the end before these are."""
        self._first_to_stop.append(stop)

    def _on_signal(self, exit_code: int) -> None:
        """A second one ends the grace; but a terminal that closes may say so more than once."""
        self._inbox.put(Stop(exit_code, urgent=exit_code != 128 + signal.SIGHUP))

    def _events(self, timeout_s: float) -> list[Event]:
        """What has come in, passed on already; waits up to `timeout_s` seconds for the first."""
        events: list[Event] = []
        try:
            item = self._inbox.get(timeout=timeout_s)
            while True:
                if isinstance(item, Stop):
                    if self._stop is not None and item.urgent:
                        self.folder.kill_all()
                    self._stop = self._stop or item
                else:
                    self._receive(item)
                    events.append(item)
                item = self._inbox.get_nowait()
        except Empty:
            return events

    def _receive(self, event: Event) -> None:
        self._workers_ready += isinstance(event, WorkerReady)
        if self._record is not None:
            try:
                record(self._record, event)
            except OSError as error:
                self._record = None
                line = f"the recording ends here: {error.strerror}"
                self._listen(Printed(t=event.t, process="asyncdemo", line=line))
        self._listen(event)

    # End

    def close(self) -> None:
        """Stop everything, and pass on what is still said on the way. Safe to call twice."""
        if self.folder.closed:
            return
        self.folder.forget()
        if self._front is not None:
            self._front.close()
        self._receive(Stopping(t=self.now(), process="asyncdemo"))
        for stop in self._first_to_stop:
            stop()
        self.folder.begin_to_close()
        while not self.folder.closed:
            self._events(TICK_S)
        self._children.join(1.0)
        self._collector.close()
        self._events(0)
        if self.options.redis_url is not None:
            redis.remove_keys(self.options.redis_url, self.folder.redis_prefix)

    def __exit__(self, *exception: object) -> None:
        try:
            self.close()
        finally:
            self._collector.close()
            self._until_the_end.close()


class Interrupted(StartError):
    """The user stopped it before it was ready."""

    def __init__(self, exit_code: int) -> None:
        super().__init__("Stopped before it was ready.")
        self.exit_code = exit_code
