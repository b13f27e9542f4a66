"""What was turned while a run went on: workers that came and went, Redis, the rate of its load."""

from dataclasses import dataclass, field
from math import inf

from ..base.durations import number_text
from ..events import events as e
from ..events.stage import NO_STAGE, StageEntry
from .kept.bins import KEPT
from .load import Load
from .workers import TOLD_TO_GO


@dataclass(frozen=True, order=True)
class Mark:
    """A moment at which something was turned, by a key or by itself."""

    t: float
    key: str
    """That does it: `w` for a worker reserved for web, `K` for one that died, however it did."""
    what: str
    """What came, went or changed: `webworker.1`, `Redis`, `2/s`."""


@dataclass
class Marks:
    """All that was turned, whatever order it is told in."""

    stage: StageEntry = NO_STAGE
    open_at: float = inf
    """When the page could be opened: what came before was there from the start."""
    closed_at: float = inf
    """When the run began to end."""
    _lives: dict[str, list[tuple[float, str]]] = field(default_factory=dict)
    """Process -> when it started (`start`), was told to go and went (`go`), died (`die`), was frozen (`freeze`)."""

    def fold(self, event: e.Event) -> None:
        """Take in one event."""
        match event:
            case e.RunStarted(stage=stage):
                self.stage = stage
            case e.Ready():
                self.open_at = event.t
            case e.Stopping():
                self.closed_at = event.t
            case e.ProcessStarted():
                self._lived(event, "start")
            case e.ProcessEnded(code=code):
                self._lived(event, "go" if code in TOLD_TO_GO else "die")
            case e.Frozen():
                self._lived(event, "freeze")

    def _lived(self, event: e.Event, how: str) -> None:
        life = self._lives.setdefault(event.process, [])
        life.append((event.t, how))
        life.sort()
        del life[:-KEPT]

    def since(self, t: float, load: Load, *, real: bool = False) -> list[Mark]:
        """Those from `t` on, in seconds of the run, the oldest first; those of its load among them, with rates of the
        lesson or in `real` time."""
        marks = [*marks_of(load, real), *(mark for name, life in self._lives.items() for mark in self._of(name, life))]
        return sorted(mark for mark in marks if t <= mark.t < self.closed_at)

    def _of(self, name: str, life: list[tuple[float, str]]) -> list[Mark]:
        """The moments of a process; none of one that is neither a worker nor the broker."""
        keys = self._keys(name)
        what = "Redis" if name == self.stage.broker else name
        before = ["", *(how for _, how in life)]
        again = keys | {"start": keys["again"]} if keys else keys
        return [
            Mark(t, (again if then == "die" else keys)[how], what)
            for then, (t, how) in zip(before, life, strict=False)
            if keys and t > self.open_at
        ]

    def _keys(self, name: str) -> dict[str, str]:
        """Which key does what to a process."""
        kind = name.split(".")[0]
        if name and name == self.stage.broker:
            return dict.fromkeys(("start", "again", "go", "die", "freeze"), "X")
        plus, minus = {self.stage.reserved: ("w", "W"), self.stage.general: ("+", "-")}.get(kind, ("", ""))
        return {"start": plus, "again": "R", "go": minus, "die": "K", "freeze": "Z"} if plus and kind else {}


def marks_of(load: Load, real: bool) -> list[Mark]:
    """Each turn of its rate, with the rate as the screen's other rates are, unless it ended the load."""
    asked = load.started
    if asked is None:
        return []
    clock = 1.0 if real else asked.speed
    rates = [asked.rate_at(after_s) / clock * factor for after_s, factor in load.turns]
    factors = [1.0, *(factor for _, factor in load.turns)]
    return [
        Mark(asked.t + after_s, ">" if factor > before else "<", rate_text(rate))
        for before, rate, (after_s, factor) in zip(factors, rates, load.turns, strict=False)
        if factor
    ]


def rate_text(rate: float) -> str:
    """`0.25/s`: requests a second."""
    return f"{number_text(round(rate, 3))}/s"
