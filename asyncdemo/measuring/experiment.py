"""One experiment: a setup is started, a load is put on it, it is watched to its end, and a row comes of it."""

import signal
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from math import inf

from ..base.errors import StartError
from ..events.events import NO_PAGE, Event, LaneEnded, Printed, ProcessEnded
from ..events.stage import MIGRATE, WorkerKind
from ..known.kept.bins import WINDOW_S
from ..known.lanes import AFTER_S, Lane
from ..known.state import State
from ..load.options import LoadOptions
from ..load.process import LoadProcess
from ..load.target import parse_target
from ..load.visitor import ask
from ..running.live_run import LiveRun
from ..running.options import RunOptions
from ..running.run import Run
from ..running.starting import Interrupted
from .rows import Row, row_of
from .setups import Conditions, Setup, setup_with

LAST_S = 65.0
"""How long what is queued is waited for when the load is over, in seconds of the lesson: by then it has expired."""
LONG_S = 3600.0
"""Longer than anybody compares for, in seconds of the lesson."""
LOAD_LIMIT_S = 60.0
"""How long a load may take to be ready, beside all that starts with it."""
HEARD_S = 0.3
"""From when all are ready to the start: every load has been told of it by then."""
WARM_UP = NO_PAGE.removeprefix("/")
WARM_UP_LIMIT_S = 15.0
"""A worker that has said nothing for so long has something else in the way than that it is cold."""


@dataclass(frozen=True)
class Experiment:
    """What is started, and what is done to it. Rates and durations are of the lesson."""

    options: RunOptions
    rate: float = 1.0
    """Requests a second."""
    duration: float = 60.0
    """Seconds in which requests leave."""
    arrivals: str = "even"
    seed: int = 1
    """Of the chance in `poisson`."""
    names: tuple[str, ...] = ()
    """Whom its visitors ask to be greeted, in turn; empty: they do not say."""
    lasts: float | None = None
    """How long it is watched, in seconds from the first request. None: until the load is over and nothing is queued
    any more that may expire, or has been for long enough."""
    reserve_at: float | None = None
    """When somebody adds a worker reserved for web, in seconds from the first request; None: nobody does."""
    kill_at: float | None = None
    """From when on, in seconds from the first request, somebody kills (SIGKILL) the first worker that has a slow call
    in hand; None: nobody does. A process that serves the page is spared."""
    whole: bool = False
    """Whether it fails where a process of a project fails in the middle of it, as honcho has it; but for one that was
    killed here."""

    @property
    def setup(self) -> Setup:
        """What it is called in a row."""
        options = self.options
        if options.project is not None:
            return Setup(options.stage, project=options.project)
        return setup_with(options.stage, options.workers, options.reserved_web, options.choices)

    def lane(self, number: int) -> Lane:
        """What is known of it before it begins. It looks back on all of itself, if its load comes to an end."""
        window_s = self.duration + AFTER_S if self.duration < LONG_S else WINDOW_S
        return Lane(number, self.setup.label, self.command, State(window_s=window_s, in_lesson=True))

    @property
    def command(self) -> str:
        """What repeats it, to be watched."""
        speed, delays = self.options.speed, self.options.delays
        return self.setup.command(Conditions(self.rate, self.duration, speed, delays, self.arrivals, self.seed))

    def load(self, url: str) -> LoadOptions:
        """What is sent to its page. Raises UsageError for what cannot be."""
        return LoadOptions(
            parse_target(url),
            rate=self.rate,
            duration=self.duration,
            arrivals=self.arrivals,
            seed=self.seed,
            speed=self.options.speed,
            names=self.names,
            parameter=self.options.stage.parameter,
        )


@dataclass(frozen=True)
class Outcome:
    """What has come of an experiment, or of the part of it that has been played."""

    row: Row
    events: tuple[Event, ...]
    """All that happened, but for what was printed."""
    exit_code: int | None
    """Of whoever ended it; None: it has come to its own end."""


class Together:
    """What so many attempts share: the clock, the moment at which their loads begin, and the lock of what is known."""

    def __init__(self, attempts: int = 1, before: "Together | None" = None) -> None:
        self.began: float = time.monotonic() if before is None else before.began
        """When the clock began to count; those `before` them had it already."""
        self.lock: threading.RLock = threading.RLock() if before is None else before.lock
        """Held while anything that is known of them changes."""
        self.starts_at: float | None = None
        """The loads begin at this moment of `time.monotonic()`; None: they are not all ready yet."""
        self._missing = attempts

    def one_less(self) -> None:
        """The load of one is ready, or will never be."""
        with self.lock:
            self._missing -= 1
            if not self._missing:
                self.starts_at = time.monotonic() + HEARD_S


class Attempt:
    """An experiment while it goes on: it can be looked at, and stopped from another thread.

    `on_event` gets every event when `state` has it in. With `hears_signals`, a signal to this process asks for the end;
    only the main thread may do that. In a comparison it has a `lane`, and goes on `together` with others.
    """

    def __init__(
        self,
        experiment: Experiment,
        on_event: Callable[[Event], None] = lambda event: None,
        *,
        hears_signals: bool = True,
        lane: Lane | None = None,
        together: Together | None = None,
    ) -> None:
        self.experiment = experiment
        self.lane = lane if lane is not None else experiment.lane(0)
        """All that is known so far."""
        self._on_event = on_event
        self._events: list[Event] = []
        self._together = together or Together()
        self._run = Run(
            experiment.options,
            self._listen,
            hears_signals=hears_signals,
            began=self._together.began,
            needless=lambda: self.state.workers.calling(),  # what ends from then on does not count
        )
        self._waited_for = True
        """Whether others wait for its load to be ready."""
        self._exit_code: int | None = None
        self._problem = ""
        self._reserved, self._killed = False, ""
        self._failed: ProcessEnded | None = None
        """A process of a project that has ended with an error, and nobody told it to."""

    def play(self, on_tick: Callable[[], None] = lambda: None) -> int | None:
        """From its start to its end: None; or until somebody ends it: the exit code.

        Raises StartError, naming what failed.
        """
        try:
            with ExitStack() as until_the_end, self._run as starting:
                run = starting.until_up(on_tick)
                if run.elsewhere and not run.options.confirmed:
                    raise StartError(
                        f"It works with what is not on this machine, its {' and its '.join(run.elsewhere)}: nothing "
                        "was sent to it. If it may be loaded, add --yes."
                    )
                options = self.experiment.load(run.server_url)
                load = until_the_end.enter_context(LoadProcess(options, run.telemetry, held=True))
                run.before_close(load.end)
                self._exit_code = self._play(run, load, on_tick)
        except Interrupted:
            if not self._problem:
                raise
        finally:
            self._wait_no_more()
        if self._problem:
            raise StartError(self._problem)
        return self._exit_code

    def stop(self, exit_code: int = 0) -> None:
        """End it before its time. From any thread."""
        self._run.stop(exit_code)

    def lost_its_broker(self) -> None:
        """What it shares with others is gone, and what was queued there; it ends, and says so. From any thread."""
        broker = self.experiment.options.stage.broker
        self._problem = "Redis ended in the middle of the comparison."
        self._listen(ProcessEnded(t=self.now(), process=broker, code=-signal.SIGKILL))
        self.stop(1)

    def now(self) -> float:
        """Seconds since its clock began."""
        return time.monotonic() - self._together.began

    def not_begun(self) -> None:
        """It will never be ready: nobody waits for it."""
        self._wait_no_more()

    def ended(self, cut: bool, problem: str) -> None:
        """Nothing more comes of it: how it has ended, as the last of its events."""
        self._listen(LaneEnded(t=self.now(), process="asyncdemo", cut=cut, problem=problem))

    @property
    def state(self) -> State:
        """What is known of its run."""
        return self.lane.state

    @property
    def outcome(self) -> Outcome:
        """Of what has been played so far, also when that has failed."""
        row = row_of(self.lane.label, self.lane.command, self._events)
        return Outcome(row, tuple(self._events), self._exit_code)

    def _listen(self, event: Event) -> None:
        event = replace(event, lane=self.lane.number) if self.lane.number else event
        with self._together.lock:
            self.lane.fold(event)
            if isinstance(event, ProcessEnded) and self._fails(event):
                self._failed = event
            if not isinstance(event, Printed):
                self._events.append(event)
            self._on_event(event)

    def _play(self, run: LiveRun, load: LoadProcess, on_tick: Callable[[], None]) -> int | None:
        """What comes when the page can be opened: the exit code of who ends it."""

        def look() -> None:
            on_tick()
            self._look_after(run, load)

        warm, deadline = warming_up(run), time.monotonic() + LOAD_LIMIT_S

        def ready() -> bool:
            if not self.state.load.ready and time.monotonic() > deadline:
                raise StartError(
                    f"The load was not ready within {LOAD_LIMIT_S:g} s. Is the machine very busy? Try again."
                )
            return warm() and self.state.load.ready

        code = run.watch(ready, look)
        self._wait_no_more()
        if code is None:
            code = run.watch(lambda: self._together.starts_at is not None, look)
        if code is None and self._together.starts_at is not None:
            load.go(self._together.starts_at)
            code = run.watch(self._over, look)
        return code

    def _fails(self, event: ProcessEnded) -> bool:
        """Whether this end is that of a whole run."""
        may_end = event.process in (MIGRATE, self._killed)
        return self.experiment.whole and event.code != 0 and not may_end

    def _wait_no_more(self) -> None:
        waited_for, self._waited_for = self._waited_for, False
        if waited_for:
            self._together.one_less()

    def _look_after(self, run: LiveRun, load: LoadProcess) -> None:
        """Do what is due. Raises StartError if the load breaks."""
        load.check(self.state.load.ended_at < inf)
        reserve_at = self.experiment.reserve_at
        if reserve_at is not None and not self._reserved and self._loaded_for() >= reserve_at:
            self._reserved = True
            run.workers.add_worker(run.options.stage.reserved)
        if self.experiment.kill_at is not None and not self._killed and self._loaded_for() >= self.experiment.kill_at:
            caller = next(iter(self.state.workers.callers()), "")
            self._killed = caller if caller and run.workers.send_signal(caller, signal.SIGKILL) else ""
        if self._failed is not None:
            raise run.death(self._failed)

    def _over(self) -> bool:
        """What is queued when the load is over waits for a worker, or in vain: to be seen, and not for ever."""
        if self.experiment.lasts is not None:
            return self._loaded_for() >= self.experiment.lasts
        expires = self.state.books.queued and self.state.stage.bounded  # else it would wait for ever, and so would we
        waits_s = LAST_S / self.experiment.options.speed if expires else 0.0
        return self.now() > self.state.load.ended_at + waits_s

    def _loaded_for(self) -> float:
        """Seconds of the lesson since the load began; 0.0 before."""
        started = self.state.load.started
        return (self.now() - started.t) * self.experiment.options.speed if started is not None else 0.0


def warming_up(run: LiveRun) -> Callable[[], bool]:
    """Have every worker answer something, so that nothing cold is measured: whether they have."""
    asked = (f"{run.server_url}{WARM_UP}", WARM_UP_LIMIT_S)
    visitors = [threading.Thread(target=ask, args=asked, daemon=True) for _ in range(to_warm_up(run.options))]
    for visitor in visitors:
        visitor.start()
    return lambda: not any(visitor.is_alive() for visitor in visitors)


def play(experiment: Experiment) -> Outcome:
    """An experiment from its start to its end. Raises StartError, naming what failed."""
    attempt = Attempt(experiment)
    attempt.play()
    return attempt.outcome


def to_warm_up(options: RunOptions) -> int:
    """How many answer for the first time: every worker is cold by itself, one stands for a thread per request."""
    threads = options.stage.worker_kind is WorkerKind.THREADS
    return max(1, options.total_workers) if threads else options.total_workers
