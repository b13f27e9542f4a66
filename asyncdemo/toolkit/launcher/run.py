"""One run of a stage, from the first check to the last process gone."""

import secrets
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import FileIO
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Any

from ..errors import StartError
from ..stages import Workers
from ..telemetry.collect import Collector
from ..telemetry.emit import TELEMETRY, Address
from ..telemetry.events import Event, ProcessEnded, Ready, RunStarted, Stopping, WorkerReady
from ..telemetry.recording import open_record, record
from . import guard, plan, ports, redis
from .children import Children
from .folder import RunFolder
from .options import MAX_WORKERS, RunOptions

START_LIMIT_S = 20.0
"""When nothing has died and nothing answers: a machine that is far too slow."""
TICK_S = 0.02
"""While something is awaited."""
WATCH_S = 0.05
"""While a run is watched: how long a key may have to wait."""
STOPPERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


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
    """

    def __init__(self, options: RunOptions, listen: Callable[[Event], None], *, hears_signals: bool = True) -> None:
        self.options = options
        self._stoppers = STOPPERS if hears_signals else ()
        self._listen = listen
        self._inbox: SimpleQueue[Event | Stop] = SimpleQueue()
        self._stop: Stop | None = None
        self._workers_ready = 0
        self.frozen: set[str] = set()
        """Processes that were stopped by SIGSTOP, to go on later."""
        self._first_to_stop: list[Callable[[], None]] = []
        self._record: FileIO | None = None
        self._own_redis = options.stage.workers is Workers.PROCESSES and options.redis_url is None

    @property
    def telemetry(self) -> Address:
        """Where a process that is not the stage's tells what it sees of the run."""
        return self._collector.address

    # Start

    def __enter__(self) -> "Run":
        options = self.options
        self.port = ports.claim(options.host, options.port)
        self.url = plan.address(options.host, self.port)
        if options.redis_url is not None:
            redis.check(options.redis_url)
        if options.record is not None:
            self._record = open_record(options.record)
        self._handlers = {number: signal.signal(number, self._on_signal) for number in self._stoppers}
        self.folder = RunFolder.create()
        self._collector = Collector(self._inbox.put)
        self.now = self._collector.now
        env = {TELEMETRY: str(self._collector.address)}
        self._children = Children(self.folder, env, self._inbox.put, self.now)
        return self

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
        if options.stage.workers is Workers.PROCESSES:
            self._facts["redis"] = redis.description(options.redis_url)
        self._receive(RunStarted(t=self.now(), process="asyncdemo", **self._facts))
        if self._own_redis:
            self._start_redis()
        self._place = self._where()
        for command in plan.commands(options, self._place, options.stage.procfile):
            self._children.start(command)

    def wait_until_ready(self, on_tick: Callable[[], None] = lambda: None) -> None:
        """Return when the page can be opened. Raises StartError, naming what failed."""
        options = self.options
        expected = options.total_workers if options.stage.workers is not Workers.THREADS else 0

        def ready() -> bool:
            return self._workers_ready >= expected and ports.answers(options.host, self.port)

        self._wait(ready, "the stage", on_tick)
        self.folder.describe(**self._facts)  # whoever reads `ready` may look for it at once
        self._receive(Ready(t=self.now(), process="asyncdemo"))
        self._children.start(plan.migrate(options, self._place))
        if options.open_browser:
            import webbrowser  # seldom wanted, and not free

            webbrowser.open(self.url)

    def _start_redis(self) -> None:
        self._children.start(self._redis_command(), last_to_stop=True)
        self._wait(lambda: redis.accepts(self.folder.redis_socket), "Redis")

    def _redis_command(self) -> plan.Command:
        return plan.Command("redis", redis.private_command(redis.find_server(), self.folder.redis_socket), {})

    def _where(self) -> plan.Where:
        own = f"unix://{self.folder.redis_socket}" if self._own_redis else ""
        return plan.Where(
            port=self.port,
            database=self.folder.database,
            secret_key=secrets.token_urlsafe(32),
            redis_url=self.options.redis_url or own,
            redis_prefix=self.folder.redis_prefix,
        )

    def _wait(self, ready: Callable[[], bool], what: str, on_tick: Callable[[], None] = lambda: None) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while not ready():
            for event in self._events(TICK_S):
                if isinstance(event, ProcessEnded) and event.process != "migrate":
                    raise StartError(self._death(event))
            on_tick()
            if self._stop is not None:
                raise Interrupted(self._stop.exit_code)
            if time.monotonic() > deadline:
                raise StartError(
                    f"{what} was not ready within {START_LIMIT_S:g} s. Is the machine very busy? Try again."
                )

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
        """Ask for the end. From any thread."""
        self._inbox.put(Stop(exit_code))

    def before_close(self, stop: Callable[[], None]) -> None:
        """Something that is no process of the stage, and is to be told of the end before these are."""
        self._first_to_stop.append(stop)

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        """A second one ends the grace; but a terminal that closes may say so more than once."""
        urgent = number != signal.SIGHUP
        self._inbox.put(Stop(0 if number == signal.SIGINT else 128 + number, urgent))

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
            record(self._record, event)
        self._listen(event)

    # Turned by hand

    def add_worker(self, kind: str) -> str:
        """Start one more `worker` or `webworker`; the name it has."""
        number = next(n for n in range(1, MAX_WORKERS + 2) if f"{kind}.{n}" not in self._children.pids)
        command = plan.worker(self.options, self._place, self.options.stage.procfile, kind, number)
        self._children.start(command)
        return command.name

    def remove_worker(self, kind: str) -> str | None:
        """Tell the newest `worker` or `webworker` to finish what it has in hand and go; its name."""
        numbers = [int(name.split(".")[1]) for name in self._children.pids if name.split(".")[0] == kind]
        if not numbers:
            return None
        name = f"{kind}.{max(numbers)}"
        self.send_signal(name, signal.SIGTERM)
        return name

    def send_signal(self, name: str, number: signal.Signals) -> bool:
        """Send a signal to a process of the run; False if it is not there."""
        pid = self._children.pids.get(name)
        if pid is not None:
            guard.kill(pid, number)
            (self.frozen.add if number == signal.SIGSTOP else self.frozen.discard)(name)
        return pid is not None

    def restart_worker(self, name: str) -> None:
        """Kill a worker if it is there, and start it anew under its name."""
        kind, number = name.split(".")
        self.send_signal(name, signal.SIGKILL)
        command = plan.worker(self.options, self._place, self.options.stage.procfile, kind, int(number))
        self._children.start(command)

    def toggle_redis(self) -> str:
        """Stop this run's own Redis, or start it again: what was done. Everything on its channels is gone."""
        if not self._own_redis:
            return "the Redis is not this run's own"
        if self.send_signal("redis", signal.SIGKILL):
            return "Redis is stopped"
        self.folder.redis_socket.unlink(missing_ok=True)
        self._children.start(self._redis_command(), last_to_stop=True)
        return "Redis starts again"

    # End

    def close(self) -> None:
        """Stop everything, and pass on what is still said on the way. Safe to call twice."""
        if self.folder.closed:
            return
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
            if self._record is not None:
                self._record.close()
            for number, handler in self._handlers.items():
                signal.signal(number, handler)


class Interrupted(StartError):
    """The user stopped it before it was ready."""

    def __init__(self, exit_code: int) -> None:
        super().__init__("Stopped before it was ready.")
        self.exit_code = exit_code
