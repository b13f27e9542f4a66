"""The runs of a comparison side by side: a lane each, with a state of its own, all on one clock. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from math import inf

from ..base.histogram import Histogram
from ..events import events as e
from ..events.stage import MIGRATE
from .state import State
from .visitors import Visitors

AFTER_S = 70.0
"""How long a run may go on when its load is over, in seconds of the lesson: by then what was queued has expired."""
NOBODY = Visitors()
OF_THE_LOAD = (e.LoadTold, e.LoadEnded)
"""What is told of a run when it has been stopped: its load's last words."""


class Phase(Enum):
    """Where a lane is."""

    STARTING = "starting"
    READY = "ready"
    COMING = "visitors come"
    DRAINING = "nobody comes any more"
    OVER = "over"
    CUT = "cut"
    FAILED = "failed"


@dataclass
class Lane:
    """One run of a comparison."""

    number: int
    """From 1."""
    label: str
    command: str = ""
    """What repeats it."""
    state: State = field(default_factory=State)
    stopped_at: float = inf
    """When it was told to stop: what ends later was told to."""
    cut: bool = False
    """Whether somebody has ended it before its time."""
    problem: str = ""
    """What it failed at; empty for nothing."""
    over: bool = False
    """Whether nothing more is to come of it."""
    take: Callable[[e.Event], object] | None = None
    """What takes an event into the state, if not the state itself alone."""
    ended_at: float = inf
    """When it was over."""
    deaths: list[e.ProcessEnded] = field(default_factory=list)
    """Its processes that ended in the middle of it, whoever ended them."""
    _early: list[e.Event] = field(default_factory=list, repr=False)
    """Of a project of the user's, what was told of requests before the load has said that it begins."""

    def fold(self, event: e.Event) -> None:
        """Take in one event of its own."""
        if self.state.stage.own and self.state.load.started is None and isinstance(event, e.Arrived | e.Answered):
            self._early.append(event)
            return
        self._fold(event)
        if isinstance(event, e.LoadStarted):
            self._fold_early(event.t)

    def _fold_early(self, begun_at: float) -> None:
        """Whoever came when the load had begun is a visitor, also where the server's word was the first; before, it was
        asked whether it is there."""
        for event in self._early:
            if event.t >= begun_at:
                self._fold(event)
        self._early.clear()

    def _fold(self, event: e.Event) -> None:
        if isinstance(event, e.LaneEnded):
            self.over, self.cut, self.problem, self.ended_at = True, event.cut, event.problem, event.t
        elif isinstance(event, e.Stopping):
            self.stopped_at = min(self.stopped_at, event.t)
        elif event.t <= self.stopped_at or isinstance(event, OF_THE_LOAD):
            if isinstance(event, e.ProcessEnded) and not self._may_end(event):
                self.deaths.append(event)
            (self.take or self.state.fold)(event)

    def _may_end(self, event: e.ProcessEnded) -> bool:
        """Whether it is a process that makes tables, or asks whether somebody has to, and has done so."""
        return event.process == MIGRATE and (event.code == 0 or self.state.stage.own)

    def now(self, now: float) -> float:
        """The moment at which it is looked at: its last, when it has been told to stop."""
        return min(now, self.stopped_at)

    @property
    def phase(self) -> Phase:
        """Where it is."""
        load = self.state.load
        if self.problem:
            return Phase.FAILED
        if self.over:
            return Phase.CUT if self.cut else Phase.OVER
        if load.started is None:
            return Phase.READY if load.ready else Phase.STARTING
        return Phase.DRAINING if load.over_for_visitors else Phase.COMING

    @property
    def speed(self) -> float:
        """How many seconds of the lesson go by in one on the wall."""
        told = self.state.load.started or self.state.run
        return told.speed if told is not None else 1.0

    @property
    def begun_at(self) -> float:
        """When the first visitor came; inf before."""
        started = self.state.load.started
        return started.t if started is not None else inf

    @property
    def visitors(self) -> int:
        """All who have come, as soon as the load or the stage knows of them."""
        return max(self.state.load.scheduled, self._seen.seen, self.answered + self.without)

    @property
    def answered(self) -> int:
        """Who has the page, as soon as the load or the stage knows."""
        return max(self.state.load.answered, self._seen.ended[0])

    @property
    def without(self) -> int:
        """Who has got no page, and will not, as soon as the load or the stage knows."""
        return self.failures.total()

    @property
    def failures(self) -> Counter[str]:
        """How those have ended, `503` or `left`, as whoever knows of more of them tells it."""
        return max(self.state.load.failures, self._seen.failures, key=Counter.total)

    @property
    def waiting(self) -> int:
        """Who has come and has no answer yet; when the load has been ended, who had none then."""
        return self.visitors - self.answered - self.without

    @property
    def _seen(self) -> Visitors:
        """Those whom the stage has seen: nobody before the load begins, nor when it has ended, and so has told all."""
        return NOBODY if self.state.load.ended_at < inf or self.begun_at == inf else self.state.visitors

    @property
    def finished_at(self) -> float:
        """When the last visitor had the page; inf where somebody has got none, or not yet."""
        return inf if self.cut or self.problem else self.state.finished_at


@dataclass
class Lanes:
    """All lanes of a comparison, by number."""

    by_number: dict[int, Lane]
    reference: Histogram = field(default_factory=Histogram)
    """What a page took that nothing keeps waiting, asked for beside the runs. Seconds on the wall."""

    def __iter__(self) -> Iterator[Lane]:
        return iter(self.by_number.values())

    def __getitem__(self, number: int) -> Lane:
        return self.by_number[number]

    def fold(self, event: e.Event) -> None:
        """Take in one event; of a lane that is none of these, nothing."""
        if isinstance(event, e.Reference):
            self.reference.record(event.seconds)
        elif event.lane in self.by_number:
            self.by_number[event.lane].fold(event)

    def only(self, numbers: Iterable[int]) -> "Lanes":
        """Those with these numbers."""
        return Lanes({number: self.by_number[number] for number in numbers}, self.reference)

    @property
    def begun_at(self) -> float:
        """When the first visitors came, in all lanes at once; inf before."""
        return min((lane.begun_at for lane in self), default=inf)

    @property
    def places(self) -> Mapping[int, int]:
        """Number of a lane -> its place, 1 for the first whose last visitor had the page. Who is not done has none."""
        return places({lane.number: lane.finished_at for lane in self})


def numbers_of(lanes: Lanes) -> list[str]:
    """By which these are chosen, where there are several."""
    return [str(number) for number in lanes.by_number] if len(lanes.by_number) > 1 else []


def places(finished: Mapping[int, float]) -> dict[int, int]:
    """Of those that have finished, by when: 1, 2 and so on; the same for the same moment."""
    times = sorted(t for t in finished.values() if t < inf)
    return {number: times.index(t) + 1 for number, t in finished.items() if t < inf}
