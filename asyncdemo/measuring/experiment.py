"""One experiment: a setup is started, a load is put on it, it is watched to its end, and a row comes of it."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from math import inf

from ..events.events import Event, Printed
from ..events.stage import WorkerKind
from ..known.state import State
from ..load.options import LoadOptions
from ..load.process import LoadProcess
from ..load.target import parse_target
from ..load.visitor import ask
from ..running.live_run import LiveRun
from ..running.options import RunOptions
from ..running.run import Run
from .rows import Row, row_of
from .setups import Conditions, Setup, setup_with

LAST_S = 65.0
"""How long what is queued is waited for when the load is over, in seconds of the lesson: by then it has expired."""
WARM_UP = "warm-up"
"""A page that no stage has: Django itself says so, and the view never hears of it."""
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
    any more, or has been for long enough."""
    reserve_at: float | None = None
    """When somebody adds a worker reserved for web, in seconds from the first request; None: nobody does."""

    @property
    def setup(self) -> Setup:
        """What it is called in a row."""
        return setup_with(self.options.stage, self.options.workers, self.options.reserved_web)

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


class Attempt:
    """An experiment while it goes on: it can be looked at, and stopped from another thread.

    `on_event` gets every event when `state` has it in. With `hears_signals`, a signal to this process asks for the end;
    only the main thread may do that.
    """

    def __init__(
        self,
        experiment: Experiment,
        on_event: Callable[[Event], None] = lambda event: None,
        *,
        hears_signals: bool = True,
    ) -> None:
        self.experiment = experiment
        self.state = State()
        """All that is known so far."""
        self.now: Callable[[], float] = lambda: 0.0
        """Seconds since its run began."""
        self._on_event = on_event
        self._events: list[Event] = []
        self._run = Run(experiment.options, self._listen, hears_signals=hears_signals)
        self._exit_code: int | None = None
        self._reserved = False

    def play(self, on_tick: Callable[[], None] = lambda: None) -> int | None:
        """From its start to its end: None; or until somebody ends it: the exit code.

        Raises StartError, naming what failed.
        """
        with ExitStack() as until_the_end, self._run as starting:
            self.now = starting.now
            run = starting.until_up(on_tick)
            self._exit_code = self._warm_up(run, on_tick)
            if self._exit_code is None:
                options = self.experiment.load(run.server_url)
                load = until_the_end.enter_context(LoadProcess(options, run.telemetry))
                run.before_close(load.end)
                self._exit_code = run.watch(self._over, lambda: self._look_after(run, load, on_tick))
        return self._exit_code

    def stop(self, exit_code: int = 0) -> None:
        """End it before its time. From any thread."""
        self._run.stop(exit_code)

    @property
    def outcome(self) -> Outcome:
        """Of what has been played so far, also when that has failed."""
        row = row_of(self.experiment.setup.label, self.experiment.command, self._events)
        return Outcome(row, tuple(self._events), self._exit_code)

    def _listen(self, event: Event) -> None:
        self.state.fold(event)
        if not isinstance(event, Printed):
            self._events.append(event)
        self._on_event(event)

    def _warm_up(self, run: LiveRun, on_tick: Callable[[], None]) -> int | None:
        """Have every worker answer something, so that nothing cold is measured: the exit code of who ends that."""
        asked = (f"{run.server_url}{WARM_UP}", WARM_UP_LIMIT_S)
        visitors = [threading.Thread(target=ask, args=asked, daemon=True) for _ in range(to_warm_up(run.options))]
        for visitor in visitors:
            visitor.start()
        return run.watch(lambda: not any(visitor.is_alive() for visitor in visitors), on_tick)

    def _look_after(self, run: LiveRun, load: LoadProcess, on_tick: Callable[[], None]) -> None:
        """Do what is due. Raises StartError if the load breaks."""
        on_tick()
        load.check(self.state.load.ended_at < inf)
        reserve_at = self.experiment.reserve_at
        if reserve_at is not None and not self._reserved and self._loaded_for() >= reserve_at:
            self._reserved = True
            run.workers.add_worker(run.options.stage.reserved)

    def _over(self) -> bool:
        """What is queued when the load is over waits for a worker, or in vain: to be seen, and not for ever."""
        if self.experiment.lasts is not None:
            return self._loaded_for() >= self.experiment.lasts
        waits_s = LAST_S / self.experiment.options.speed if self.state.books.queued else 0.0
        return self.now() > self.state.load.ended_at + waits_s

    def _loaded_for(self) -> float:
        """Seconds of the lesson since the load began; 0.0 before."""
        started = self.state.load.started
        return (self.now() - started.t) * self.experiment.options.speed if started is not None else 0.0


def play(experiment: Experiment) -> Outcome:
    """An experiment from its start to its end. Raises StartError, naming what failed."""
    attempt = Attempt(experiment)
    attempt.play()
    return attempt.outcome


def to_warm_up(options: RunOptions) -> int:
    """How many answer for the first time: every worker is cold by itself, one stands for a thread per request."""
    threads = options.stage.worker_kind is WorkerKind.THREADS
    return max(1, options.total_workers) if threads else options.total_workers
