"""What was turned while a run went on: workers that came and went, Redis, the rate of its load."""

from dataclasses import dataclass, field
from math import inf

from ..base.durations import number_text
from ..events import events as e
from ..events.stage import NO_STAGE, StageEntry
from .workers import TOLD_TO_GO

TURNED = 0.02
"""A rate was turned when it is another share of what was planned for its moment, by so much of that share."""
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
    _planned: e.LoadStarted | None = None
    _share: tuple[int, float] = (0, 1.0)
    """The newest window of the load, and how many times the planned rate it had."""
    _turns: list[Mark] = field(default_factory=list)

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
                self._planned = event
            case e.LoadTold():
                self._told(event)

    def _lived(self, event: e.Event, how: str) -> None:
        life = self._lives.setdefault(event.process, [])
        life.append((event.t, how))
        life.sort()
        del life[:-KEPT]

    def _told(self, event: e.LoadTold) -> None:
        number, before = self._share
        planned = planned_rate(self._planned, event.t)
        if number < event.number and planned and event.rate:
            share = event.rate / planned
            self._share = event.number, share
            if abs(share - before) > TURNED * before:
                self._turns.append(
                    Mark(event.t, ">" if share > before else "<", f"{number_text(round(event.rate, 1))}/s")
                )
                del self._turns[:-KEPT]

    def since(self, t: float) -> list[Mark]:
        """Those from `t` on, in seconds of the run, the oldest first."""
        marks = [*self._turns, *(mark for name, life in self._lives.items() for mark in self._of(name, life))]
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


def planned_rate(planned: e.LoadStarted | None, t: float) -> float:
    """What a load was to have at a moment if nobody turned it, in requests a second; 0.0 where nothing was planned."""
    if planned is None or planned.visitors:
        return 0.0
    way = min(1.0, max(0.0, (t - planned.t) / planned.seconds))
    return planned.rate + (planned.rate_end - planned.rate) * way
