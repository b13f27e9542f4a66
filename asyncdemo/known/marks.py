"""What was turned while a run went on: workers that came and went, Redis, the rate of its load."""

from dataclasses import dataclass, field
from math import inf

from ..base.durations import number_text
from ..events import events as e
from ..events.stage import NO_STAGE, StageEntry
from .workers import TOLD_TO_GO

KEPT = 200
"""The newest of each kind: no chart has room for more."""


@dataclass(frozen=True, order=True)
class Mark:
    """A moment at which something was turned, by a key or by itself."""

    t: float
    key: str
    """That does it: `w` for a worker reserved for web, `K` for one that died, however it did."""
    what: str
    """What came, went or changed: `webworker.1`, `Redis`, `10/s`."""


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
    _load: e.LoadStarted | None = None
    _turns: dict[float, float] = field(default_factory=dict)
    """When the rate of the load was turned, and to how many times what was asked for."""

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
            case e.LoadStarted():
                self._load = event
            case e.LoadTurned():
                self._turns[event.t] = event.factor
                if len(self._turns) > KEPT:
                    del self._turns[min(self._turns)]

    def _lived(self, event: e.Event, how: str) -> None:
        life = self._lives.setdefault(event.process, [])
        life.append((event.t, how))
        life.sort()
        del life[:-KEPT]

    def since(self, t: float) -> list[Mark]:
        """Those from `t` on, in seconds of the run, the oldest first."""
        marks = [*self._of_the_load(), *(mark for name, life in self._lives.items() for mark in self._of(name, life))]
        return sorted(mark for mark in marks if t <= mark.t < self.closed_at)

    def _of_the_load(self) -> list[Mark]:
        """Each turn of its rate, unless it ended the load."""
        if self._load is None:
            return []
        turns = sorted(self._turns.items())
        factors = [1.0, *(factor for _, factor in turns)]
        return [
            Mark(t, ">" if factor > before else "<", f"{number_text(round(rate_asked(self._load, t) * factor, 1))}/s")
            for before, (t, factor) in zip(factors, turns, strict=False)
            if factor
        ]

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


def rate_asked(load: e.LoadStarted, t: float) -> float:
    """What was asked for at a moment, in requests a second: a ramp goes from one rate to another."""
    way = min(1.0, max(0.0, (t - load.t) / load.seconds))
    return load.rate + (load.rate_end - load.rate) * way
