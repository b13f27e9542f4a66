"""A comparison of runs side by side, simulated: the events of each run with its lane, on one clock."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from heapq import merge
from math import inf

from asyncdemo.events import events as e
from asyncdemo.known.lanes import AFTER_S, Lane, Lanes
from asyncdemo.known.state import State
from tests.simulated_today import CASES as TODAY_CASES
from tests.simulated_today import TodaySimulation
from tests.simulation import READY_S, SIX, Case, Simulation

REFERENCE_S = 0.5
"""Between two requests that nothing keeps waiting."""
MORE = {
    "step3, 8 workers": Case("step3, 8 workers", "step3 --workers 8", SIX["step3"].stage, 8),
    "bonus, 5+1 reserved": Case("bonus, 5+1 reserved", "bonus --workers 6 --reserved-web 1", SIX["bonus"].stage, 5, 1),
}
CASES = SIX | MORE | TODAY_CASES


def lanes_of(names: Sequence[tuple[str, str]], window_s: float) -> Lanes:
    """Lanes with these (label, command), which look back on so many seconds of the lesson."""
    numbered = enumerate(names, 1)
    return Lanes({number: Lane(number, *told, State(window_s=window_s, in_lesson=True)) for number, told in numbered})


class Race:
    """A race of these cases, of a minute of the lesson at ten times its speed."""

    def __init__(
        self,
        *names: str,
        failed: Mapping[int, str] | None = None,
        cut_at: float = inf,
        linger_s: float = 0.0,
        **options: float,
    ) -> None:
        self.cases = [CASES[name] for name in names]
        self.failed = failed or {}
        """Lane -> the problem that it fails with instead of being ready."""
        self.cut_at = cut_at
        """When somebody ends it, on its clock: at a quarter of a second, when its loads tell what they have seen."""
        self.seconds = options.get("seconds", 60.0)
        self._linger_s, self._options = linger_s, options

    def lanes(self, now: float = inf) -> Lanes:
        """What is known of it at a moment."""
        (lanes,) = self.lanes_at(now)
        return lanes

    def lanes_at(self, *moments: float) -> Iterator[Lanes]:
        """What is known of it at each of these moments, which come one after the other: the same lanes, grown."""
        lanes = lanes_of([(case.label, case.command) for case in self.cases], self.seconds + AFTER_S)
        to_come = deque(self._events)
        for now in moments:
            while to_come and to_come[0].t <= now:
                lanes.fold(to_come.popleft())
            yield lanes

    def events(self) -> list[e.Event]:
        """All of them, by time."""
        return list(self._events)

    @cached_property
    def _events(self) -> list[e.Event]:
        runs = [self._lane(number, case) for number, case in enumerate(self.cases, 1)]
        return list(merge(*runs, self._references(), key=lambda event: event.t))

    def _lane(self, number: int, case: Case) -> list[e.Event]:
        linger_s = self._linger_s if case.stage.slow else 0.0
        kind = TodaySimulation if case.stage.tasks else Simulation
        simulation = kind(case, linger_s=linger_s, **self._options)  # type: ignore[arg-type]
        told = [*simulation.run(), e.LoadReady(t=READY_S + 0.01 * number, process="asyncdemo")]
        if number in self.failed:
            told = [event for event in told if event.t < READY_S]
        end = min(max(event.t for event in told), self.cut_at)
        cut = end == self.cut_at
        if cut:
            told = [event for event in told if event.t <= end]
            waiting = sum(visit.meant <= end < visit.end for visit in simulation.visits)
            told += [
                e.Stopping(t=end, process="asyncdemo"),
                e.LoadEnded(t=end, process="asyncdemo", unfinished=waiting),
            ]
        told.append(e.LaneEnded(t=end, process="asyncdemo", cut=cut, problem=self.failed.get(number, "")))
        return [replace(event, lane=number) for event in sorted(told, key=lambda event: event.t)]

    def _references(self) -> Iterator[e.Event]:
        for number in range(1, 40):
            yield e.Reference(t=READY_S + number * REFERENCE_S, process="asyncdemo", seconds=0.004)
