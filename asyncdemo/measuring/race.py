"""Experiments side by side, each in a lane: the same visitors come to all of them at the same moments."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace

from ..base.errors import AsyncdemoError, no_room_text
from ..events.events import Event, Reference
from ..known.lanes import Lanes
from ..running.descriptors import most_descriptors
from ..running.redis.shared import SharedRedis
from ..running.starting import Interrupted
from .experiment import Attempt, Experiment, Outcome, Together
from .reference import ReferencePage
from .rows import Row

AT_ONCE = 8
"""Lanes side by side at the most: beyond it, nobody can follow them, and few machines can carry them."""
TICK_S = 0.05
"""While they run: how long a key may have to wait."""
ASK_S = 0.5
"""From one look at the reference page to the next."""


class Race:
    """Experiments with the same load, so many `at_once`, and the others after them. Each has a lane.

    `on_event` gets every event of all lanes, on one clock, with `lock` held. Whoever looks at `lanes` holds it, too.
    `attempt` makes what plays each of them.
    """

    def __init__(
        self,
        experiments: Sequence[Experiment],
        on_event: Callable[[Event], None] = lambda event: None,
        *,
        at_once: int = AT_ONCE,
        attempt: type[Attempt] = Attempt,
    ) -> None:
        numbered = list(enumerate(experiments, 1))
        self.lanes = Lanes({number: experiment.lane(number) for number, experiment in numbered})
        self.outcomes: dict[int, Outcome] = {}
        """Of the lanes that are over, by their numbers."""
        self.exit_code: int | None = None
        """Of whoever has ended it before its time; None: nobody has."""
        self._heats = [dict(numbered[first : first + at_once]) for first in range(0, len(numbered), at_once)]
        self._on_event, self._attempt_type = on_event, attempt
        self._together = Together()
        self.lock = self._together.lock
        self._attempts: list[Attempt] = []
        self._redis: SharedRedis | None = None
        self._redis_missed = False
        self._broken: Exception | None = None

    def row(self, number: int) -> Row:
        """What came of a lane that is over, with what this machine was able to do meanwhile."""
        reference = self.lanes.reference
        return replace(self.outcomes[number].row, reference=reference if reference.count else None)

    @property
    def lanes_now(self) -> Lanes:
        """Those that go on, or went on last; before the first, those that will."""
        numbers = [attempt.lane.number for attempt in self._attempts]
        return self.lanes.only(numbers or self._heats[0])

    def now(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self._together.began

    def stop(self, exit_code: int = 0) -> None:
        """End it before its time. From any thread; the first exit code stays."""
        with self.lock:
            self.exit_code = exit_code if self.exit_code is None else self.exit_code
            for attempt in self._attempts:
                attempt.stop(exit_code)

    def play(self, on_tick: Callable[[], None] = lambda: None) -> None:
        """From the start of the first to the end of the last, or until somebody ends it. `on_tick` is called often.

        What an experiment fails at is told in its lane; the others go on. Raises StartError if there is no Redis.
        """
        most_descriptors()
        every = [experiment for heat in self._heats for experiment in heat.values()]
        with ExitStack() as until_the_end:
            if sum(experiment.options.needs_own_redis for experiment in every) > 1:
                self._redis = until_the_end.enter_context(SharedRedis())
            for heat in self._heats:
                if self.exit_code is None:
                    self._play(heat, on_tick)

    def _play(self, heat: dict[int, Experiment], on_tick: Callable[[], None]) -> None:
        """These, side by side."""
        together = Together(len(heat), self._together)
        attempts = [self._attempt(number, experiment, together) for number, experiment in heat.items()]
        with self.lock:
            self._attempts = attempts if self.exit_code is None else []
        threads = [threading.Thread(target=self._run, args=(attempt,), daemon=True) for attempt in self._attempts]
        for thread, attempt in zip(threads, self._attempts, strict=True):
            try:
                thread.start()
            except RuntimeError as error:
                attempt.not_begun()
                self._ended(attempt, problem=why_not_started(error))
        with ExitStack() as until_the_end:
            self._watch_the_machine(until_the_end, together)
            until_the_end.callback(self._wait_for, threads)
            while any(thread.is_alive() for thread in threads):
                self._look_after_redis()
                on_tick()
                time.sleep(TICK_S)
        if self._broken is not None:
            raise self._broken

    def _wait_for(self, threads: Sequence[threading.Thread]) -> None:
        """Nothing goes on without whoever plays it, whatever has ended that."""
        if any(thread.is_alive() for thread in threads):
            self.stop(1)
            for thread in threads:
                thread.join()

    def _attempt(self, number: int, experiment: Experiment, together: Together) -> Attempt:
        options = experiment.options
        if self._redis is not None and options.needs_own_redis:
            lent = replace(options, redis_url=self._redis.url, redis_is_ours=True)
            experiment = replace(experiment, options=lent)
        lane = self.lanes[number]
        return self._attempt_type(experiment, self._on_event, hears_signals=False, lane=lane, together=together)

    def _look_after_redis(self) -> None:
        """Where the one that is shared has ended, so have those that need it."""
        if self._redis is None or not self._redis.ended or self._redis_missed:
            return
        self._redis_missed = True
        with self.lock:
            for attempt in self._attempts:
                if attempt.experiment.options.redis_is_ours and not attempt.lane.over:
                    attempt.lost_its_broker()

    def _run(self, attempt: Attempt) -> None:
        """One lane, in a thread of its own."""
        cut, problem = False, ""
        try:
            cut = attempt.play() is not None
        except Interrupted:
            cut = True
        except AsyncdemoError as error:
            problem = str(error)
        except (OSError, RuntimeError) as error:
            problem = why_not_started(error)
        except Exception as error:  # a fault of this program, to be seen where it is heard
            self._broken = error
        self._ended(attempt, cut, problem)

    def _ended(self, attempt: Attempt, cut: bool = False, problem: str = "") -> None:
        attempt.ended(cut, problem)
        self.outcomes[attempt.lane.number] = attempt.outcome

    def _tell(self, event: Event) -> None:
        with self.lock:
            self.lanes.fold(event)
            self._on_event(event)

    def _watch_the_machine(self, until_the_end: ExitStack, together: Together) -> None:
        """Ask for a page that nothing keeps waiting, from when the visitors come until the end."""
        page, over = ReferencePage(), threading.Event()
        try:
            until_the_end.enter_context(page)
        except OSError:  # there is no room for it: the race is one without
            return

        def watch() -> None:
            pause_s = TICK_S
            while not over.wait(pause_s):
                if together.starts_at is None or time.monotonic() < together.starts_at:
                    continue
                pause_s, seconds = ASK_S, page.seconds()
                if seconds is not None:
                    self._tell(Reference(t=self.now(), process="asyncdemo", seconds=seconds))

        watcher = threading.Thread(target=watch, daemon=True, name="reference")
        watcher.start()
        until_the_end.callback(watcher.join, 1.0)
        until_the_end.callback(over.set)


def why_not_started(error: OSError | RuntimeError) -> str:
    """Why something could not be started, and what to do."""
    return no_room_text(error) or f"{type(error).__name__}: {error}"
