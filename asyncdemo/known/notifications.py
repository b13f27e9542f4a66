"""The books: where every notification is.

sent = delivered + running + queued + lost + unknown
lost = refused + expired + died with a worker, or with the queue + failed in the consumer
"""

from collections import Counter
from dataclasses import dataclass, field
from math import inf
from typing import Any

from ..base.histogram import Histogram
from ..events import events as e
from .ids import RecentIds

MEASURING_S = 0.05
"""How old a message must be to be missed in a measurement: news of it may have overtaken it."""
TELLING_S = 0.2
"""A message that was missed for the first time so lately is in somebody's hands who has not told it yet."""
MEASUREMENTS_S = 2.5
"""Measurements that are older than the newest by more than this are forgotten."""


@dataclass
class Books:
    """The notifications, counted."""

    delivered: int = 0
    running: int = 0
    queued: int = 0
    refused: int = 0
    """The channel was full."""
    expired: int = 0
    """It waited on its channel for too long."""
    died: int = 0
    """It was in the hands of a worker that died or was stopped, or on its channel when what holds that was."""
    failed: int = 0
    """Its consumer raised an exception."""
    unknown: int = 0
    """It was sent, and nobody can tell where it is."""

    @property
    def lost(self) -> int:
        """All that nobody will ever deliver."""
        return self.refused + self.expired + self.died + self.failed

    @property
    def sent(self) -> int:
        """All of them."""
        return self.delivered + self.running + self.queued + self.lost + self.unknown


LOSSES = {
    "refused": "refused, the channel was full",
    "expired": "expired in the queue",
    "died": "in the hands of a worker that died or was stopped, or in a queue that went with its process",
    "failed": "failed in the consumer",
}
"""The terms of `lost`, in words."""

MOMENTS = ("sent_at", "taken_at", "delivered_at")


@dataclass(slots=True)
class Story:
    """What has been told of one notification. It only ever grows, so the order of the telling does not matter."""

    sent_at: float = inf
    taken_at: float = inf
    worker: str = ""
    """Who took it: `process/worker`."""
    process: str = ""
    delivered_at: float = inf
    done: bool = False
    lost: str = ""
    """`refused`, `expired` or `failed`."""

    def add(self, news: dict[str, Any]) -> None:
        """Take in what is new; of several who tell of one moment, the earliest is right."""
        for name, value in news.items():
            setattr(self, name, min(value, getattr(self, name)) if name in MOMENTS else value)

    @property
    def delivered(self) -> bool:
        """Whether anybody has told that it was."""
        return self.delivered_at < inf

    @property
    def finished(self) -> bool:
        """Whether its end is known, and its beginning too."""
        return self.lost == "refused" or ((self.delivered or bool(self.lost)) and self.sent_at < inf)


@dataclass
class Notifications:
    """The stories of all notifications, and the books drawn from them."""

    channel: str = ""
    """That they travel on; empty where the view makes the call."""
    holder: str = ""
    """The process that holds the channels, if a run has it for itself: what is on them goes with it."""
    took: Histogram = field(default_factory=Histogram)
    """From the sending of each to its delivery, of those of which both are known."""
    open: dict[str, Story] = field(default_factory=dict)
    """Those without an end yet."""
    _closed: Counter[str] = field(default_factory=Counter)
    over: RecentIds = field(default_factory=RecentIds)
    """Those whose end is known, and whose beginning too."""
    _deaths: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    """Process -> when it ended, and its exit code."""
    _crew: set[str] = field(default_factory=set)
    """Processes that have taken messages, or were about to."""
    _latest: dict[str, float] = field(default_factory=dict)
    """Worker -> when it took its latest message: whatever it took before is no longer in its hands."""
    _measurements: dict[float, frozenset[str]] = field(default_factory=dict)
    """When the channel was measured, and what was on it: the newest ones."""

    def fold(self, event: e.Event) -> None:  # noqa: C901  # a table, one line for each kind of event
        """Take in one event."""
        match event:
            case e.RunStarted(stage=stage):
                self.channel, self.holder = stage.slow, stage.holder
            case e.Sent(channel=channel) if channel == self.channel:
                self._tell(event.id, sent_at=event.t)
            case e.Refused(channel=channel) if channel == self.channel:
                self._tell(event.id, lost="refused")
            case e.Expired(channel=channel) if channel == self.channel:
                for message_id in event.ids:
                    self._tell(message_id, lost="expired")
            case e.Taken():
                self._took(event, event.t, event.age_s)
            case e.CallStarted(direct=True):
                self._tell(event.id, sent_at=event.t, taken_at=event.t, process=event.process)
            case e.CallDelivered():
                self._tell(event.id, delivered_at=event.t, **({"sent_at": event.t} if event.direct else {}))
            case e.Done():
                self._done(event)
            case e.WorkerReady():
                self._crew.add(event.process)
            case e.ProcessEnded():
                self._deaths.setdefault(event.process, []).append((event.t, event.code))
            case e.Queues():
                self._measurements[event.t] = frozenset(event.ids.get(self.channel, ()))
                newest = max(self._measurements)
                for old in [t for t in self._measurements if t < newest - MEASUREMENTS_S]:
                    del self._measurements[old]

    def _took(self, event: e.Taken | e.Done, t: float, age_s: float) -> None:
        worker = f"{event.process}/{event.worker}"
        self._crew.add(event.process)
        self._latest[worker] = max(t, self._latest.get(worker, -inf))
        if event.channel == self.channel:
            self._tell(event.id, sent_at=t - age_s, taken_at=t, process=event.process, worker=worker)

    def _done(self, event: e.Done) -> None:
        self._took(event, event.t - event.busy_s, event.age_s)
        for message_id in event.sent:
            self._tell(message_id, sent_at=event.t)
        if event.channel == self.channel:
            end = {"lost": "failed"} if event.failed else {"delivered_at": event.t} if event.calls else {}
            self._tell(event.id, done=True, **end)

    def _tell(self, message_id: str, **news: object) -> None:
        if message_id in self.over:
            return
        story = self.open.setdefault(message_id, Story())
        story.add(news)
        if not story.finished:
            return
        del self.open[message_id]
        if story.sent_at < story.delivered_at < inf:
            self.took.record(story.delivered_at - story.sent_at)
        self._closed["delivered" if story.delivered else story.lost] += 1
        self.over.add(message_id)

    def books(self) -> Books:
        """Where they all are, as far as can be told."""
        statuses = {message_id: self.status(message_id) for message_id in self.open}
        counts = self._closed + Counter(statuses.values())
        unheard = self._newest - self.open.keys()
        counts["queued"] += sum(message_id not in self.over for message_id in unheard)
        found = self._taken_along([self.open[id_].sent_at for id_, status in statuses.items() if status == "vanished"])
        counts["died"] += found
        counts["unknown"] += counts.pop("vanished", 0) - found
        return Books(**counts)

    def status(self, message_id: str) -> str:
        """A term of the books, or `vanished`: it left its channel, and nobody has said that he took it."""
        story = self.open[message_id]
        if story.delivered:
            return "delivered"
        if story.lost:
            return story.lost
        if story.taken_at < inf:
            return self._status_in_hand(story)
        if story.done:
            return "unknown"
        if story.sent_at - MEASURING_S < self.emptied_at:
            return "died"
        if message_id in self._newest or self._never_missed(story):
            return "queued"
        return "vanished" if self._long_missed(message_id, story) else "running"

    @property
    def _newest(self) -> frozenset[str]:
        """What was on the channel when it was last measured, if what holds it is still there."""
        measured_at = max(self._measurements, default=-inf)
        return self._measurements[measured_at] if measured_at > self.emptied_at else frozenset()

    @property
    def emptied_at(self) -> float:
        """When what holds the channels last ended: the run's own Redis, or its server."""
        return max((t for t, _ in self._deaths.get(self.holder, ())), default=-inf)

    def _never_missed(self, story: Story) -> bool:
        """Whether no measurement can have missed it: it was sent after them all."""
        return story.sent_at > max(self._measurements, default=-inf) - MEASURING_S

    def _long_missed(self, message_id: str, story: Story) -> bool:
        """Whether it was missed long enough ago for whoever took it to have told so."""
        last = max(self._measurements) - TELLING_S
        missed = (t for t, found in self._measurements.items() if message_id not in found)
        return any(story.sent_at + MEASURING_S <= t <= last for t in missed)

    def _status_in_hand(self, story: Story) -> str:
        if self._died_with(story):
            return "died"
        gone = story.done or (story.worker and self._latest[story.worker] > story.taken_at)
        return "unknown" if gone else "running"

    def _died_with(self, story: Story) -> bool:
        return not story.done and self._end_of(story) < inf

    def _end_of(self, story: Story) -> float:
        """When the process that took it ended, if it has."""
        return min((t for t, _ in self._deaths.get(story.process, ()) if t >= story.taken_at), default=inf)

    def _taken_along(self, sent: list[float]) -> int:
        """Of messages that vanished, sent then, how many went with a worker: each death may explain an earlier one."""
        deaths = iter(self._empty_handed_deaths())
        return sum(any(death >= sent_at for death in deaths) for sent_at in sorted(sent))

    def _empty_handed_deaths(self) -> list[float]:
        """When workers died of which no story tells. Not with exit code 0: who went as he was told had finished."""
        explained = {(story.process, self._end_of(story)) for story in self.open.values() if not story.done}
        return sorted(
            t
            for process in self._crew & self._deaths.keys()
            for t, code in self._deaths[process]
            if code != 0 and (process, t) not in explained
        )
