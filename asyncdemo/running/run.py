"""One run of a stage, from the first check to the last process gone."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

from ..base.addresses import LOOPBACK
from ..events.collector import Collector
from ..events.events import Event, Stopping
from ..events.inbox import Inbox, Stop
from ..events.recording import open_record
from ..events.sending import TELEMETRY
from . import guard, plan, ports, redis
from .live_run import Crew, RunParts
from .options import RunOptions
from .own.project import OwnProject
from .processes import Processes
from .run_folder import RunFolder
from .signals import signals
from .starting import TICK_S, StartingRun
from .worker_control import WorkerControl

if TYPE_CHECKING:
    from .proxy import Proxy

OWN_GRACE_S = 10.0
"""From SIGTERM to SIGKILL for a project of the user's, as honcho and others have it: it may have something to save."""
LAST_TOLD_S = 0.15
"""So long after its end a request has been told."""
READ_S = 5.0
"""What processes that have gone have said last is read in a moment, on a busy machine later; and never to its end where
one has left somebody behind who has its output open."""


class Run:
    """A stage and everything that belongs to it. `listen` gets every event, in the caller's thread.

    `with Run(…) as starting` starts its processes, and `starting.until_up()` is the run when it is up: what can be
    asked of each is what its type offers. However the body ends, everything is stopped and the folder is gone.

    With `hears_signals`, a signal to this process asks for the end. Only the main thread may do that: a run in another
    has to be told by `stop`.

    With `offstage`, the stage serves on a port that nobody knows, and has its own address from when it is up.

    `needless` says whom its end need not wait for: processes with something in hand that nobody wants any more.

    At its end, its processes have `grace_s` seconds to go by themselves. None: as long as the stage's kind has.

    Its clock counts from `began`, a moment of `time.monotonic()`, which several runs may share. None: from its start.
    """

    def __init__(
        self,
        options: RunOptions,
        listen: Callable[[Event], None],
        *,
        hears_signals: bool = True,
        offstage: bool = False,
        began: float | None = None,
        needless: Callable[[], set[str]] = set,
        grace_s: float | None = None,
    ) -> None:
        self.options = options
        self.ended_at = inf
        """When its end began, on its own clock."""
        self._hears_signals, self._offstage, self._began = hears_signals, offstage, began
        self._inbox, self._needless = Inbox(listen), needless
        usual_s = guard.GRACE_S if options.project is None else OWN_GRACE_S
        self._grace_s = usual_s if grace_s is None else grace_s
        self._proxy: Proxy | None = None

    def stop(self, exit_code: int = 0) -> None:
        """Ask for the end. From any thread, at any time. An address that it was given only when it was up is free at
        once."""
        self._inbox.put(Stop(exit_code))
        if self._proxy is not None:
            self._proxy.close()

    def wake(self) -> None:
        """Have whoever watches it look up now, and not only when something happens in it. From any thread."""
        self._inbox.wake()

    def __enter__(self) -> StartingRun:
        with ExitStack() as begun:
            starting = StartingRun(self._begin(begun))
            self._until_the_end = begun.pop_all()
        return starting

    def __exit__(self, *exception: object) -> None:
        self._until_the_end.close()

    def _begin(self, begun: ExitStack) -> RunParts:
        """What comes before the first process; what ends with the run goes into `begun`. Raises StartError."""
        options, inbox = self.options, self._inbox
        host, port = (LOOPBACK, 0) if self._offstage else (options.host, options.port)
        host, port = ports.address_of(host), ports.claim(host, port)
        if options.redis_url is not None and not options.redis_is_ours:
            redis.check(options.redis_url)
        if self._offstage:
            from .proxy import Proxy  # and asyncio, for which other runs need not wait

            self._proxy = Proxy(options.host, options.port, port)
            begun.callback(self._proxy.close)
        if self._hears_signals:
            begun.enter_context(signals(self._on_signal))
        database_url = None
        if options.database_url is not None:
            from . import postgres

            database_url = begun.enter_context(postgres.lent(options.database_url))
        folder = RunFolder.create(ports.address_of(options.host), self._grace_s)
        begun.callback(folder.close)
        folder.check_python()
        inbox.on_urgent = folder.kill_all
        collector = Collector(inbox.put, self._began)
        begun.callback(collector.close)
        if options.record is not None:
            inbox.recording = begun.enter_context(open_record(options.record))
        telemetry = {TELEMETRY: folder.tell(collector.address)}
        base = None
        if (project := options.project) is not None:
            base = project_environment(project, folder.write_stand_ins(project.stand_ins), telemetry)
        own = options.stage.folder
        processes = Processes(folder, telemetry, inbox.put, collector.now, own, base)
        place = replace(where(options, folder, host, port), database_url=database_url)
        workers = WorkerControl(options, place, processes, folder.redis_socket)
        crew = Crew(options.stage)
        parts = RunParts(options, place, inbox, folder, collector, processes, workers, self._proxy, crew)
        begun.callback(self._end, parts)
        return parts

    def _on_signal(self, exit_code: int) -> None:
        """A second one ends the grace; but a terminal that closes may say so more than once."""
        self._inbox.put(Stop(exit_code, urgent=exit_code != 128 + signal.SIGHUP))

    def _end(self, parts: RunParts) -> None:
        """Stop everything, and pass on what is still said on the way."""
        folder, inbox, collector = parts.folder, parts.inbox, parts.collector
        self.ended_at = collector.now()
        folder.forget()
        if parts.proxy is not None:
            parts.proxy.close()
        inbox.pass_on(Stopping(t=self.ended_at, process="asyncdemo"))
        for stop in parts.first_to_stop:
            stop()
        if self.options.project is not None:
            time.sleep(LAST_TOLD_S)  # which nobody does who has been told to go
        folder.begin_to_close()
        while not folder.closed:
            inbox.take(TICK_S)
            parts.processes.kill_the_last(self._needless())
        parts.processes.join(READ_S)
        collector.close()
        inbox.take(0)
        if self.options.redis_url is not None and not self.options.redis_is_ours:
            redis.remove_keys(self.options.redis_url, folder.redis_prefix)


def project_environment(project: OwnProject, programs: str, telemetry: Mapping[str, str]) -> dict[str, str]:
    """Of a project of the user's, for this run: the folder of these programs first on PATH, and ports that were
    promised it, which are free at this moment."""
    free = {name: str(ports.free_port(LOOPBACK)) for name in project.ports}
    env = project.environment(os.environ, telemetry)
    return env | free | {"PATH": os.pathsep.join(filter(None, [programs, env.get("PATH", "")]))}


def where(options: RunOptions, folder: RunFolder, host: str, port: int) -> plan.Where:
    """The place of a run, for its processes."""
    own = redis.url_of(folder.redis_socket) if options.needs_own_redis else ""
    return plan.Where(
        host=host,
        port=port,
        database=folder.database,
        secret_key=os.urandom(32).hex(),
        redis_url=options.redis_url or own,
        redis_prefix=folder.redis_prefix,
    )
