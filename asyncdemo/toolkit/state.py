"""What is known of a run, folded from its events. Pure: no clock, no screen, no process.

    notifications sent = delivered + running + queued + lost + unknown
    lost = refused + expired + died with a worker

Events of one notification may arrive in any order; each is kept by its message's id until its story is complete.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import singledispatchmethod

from .histogram import Histogram
from .telemetry import events as e

NOTIFY = "notify"


@dataclass
class Notification:
    """The story of one notification, as far as it has been told."""

    sent: bool = False
    taken: bool = False
    delivered: bool = False
    lost: str = ""
    """`refused`, `expired`, `died` or `failed`; empty while it is not lost."""
    process: str = ""
    """Who has it in hand."""
    sent_at: float | None = None
    delivered_at: float | None = None

    @property
    def status(self) -> str:
        """One of the terms of the books."""
        if self.delivered:
            return "delivered"
        if self.lost:
            return self.lost
        if self.taken:
            return "running"
        return "queued" if self.sent else "unknown"

    @property
    def complete(self) -> bool:
        """Whether nothing more will be told of it. One that died may not have: the last words may be on their way."""
        return self.lost == "refused" or (self.sent and (self.delivered or self.lost in ("expired", "failed")))


@dataclass
class Books:
    """Where the notifications are."""

    delivered: int = 0
    running: int = 0
    queued: int = 0
    refused: int = 0
    expired: int = 0
    died: int = 0
    """In the hands of a worker when it died."""
    failed: int = 0
    """The consumer raised an exception."""
    unknown: int = 0

    @property
    def lost(self) -> int:
        """All that nobody will ever deliver."""
        return self.refused + self.expired + self.died + self.failed

    @property
    def sent(self) -> int:
        """All of them."""
        return self.delivered + self.running + self.queued + self.lost + self.unknown


@dataclass
class State:
    """What is known of a run."""

    run: e.RunStarted | None = None
    workers: dict[str, list[str]] = field(default_factory=dict)
    """Worker -> the channels that it takes from, once it listens."""
    waiting: dict[str, float] = field(default_factory=dict)
    """Hellos under way -> when they arrived."""
    statuses: Counter[str] = field(default_factory=Counter)
    """How hellos ended: `200`, `503 time limit`, `left`."""
    latency: Histogram = field(default_factory=Histogram)
    """Of the hellos that were answered."""
    printed: int = 0
    """Notifications seen on the console: the count that the books are checked against."""
    open: dict[str, Notification] = field(default_factory=dict)
    """Notifications whose story is not complete."""
    closed: Counter[str] = field(default_factory=Counter)
    """How the others ended."""
    ended: set[str] = field(default_factory=set)
    """Processes that are gone. Their last words may arrive after the news of their death."""

    @property
    def books(self) -> Books:
        """The notifications, counted."""
        counts = self.closed + Counter(notification.status for notification in self.open.values())
        return Books(**counts)

    def fold(self, event: e.Event) -> None:
        """Take in one event."""
        self._fold(event)

    @singledispatchmethod
    def _fold(self, event: e.Event) -> None:
        """Most events change nothing that is counted."""

    @_fold.register
    def _(self, event: e.RunStarted) -> None:
        self.run = event

    @_fold.register
    def _(self, event: e.WorkerReady) -> None:
        self.workers[event.worker] = event.channels

    @_fold.register
    def _(self, event: e.Arrived) -> None:
        if event.name is not None:
            self.waiting[event.id] = event.t

    @_fold.register
    def _(self, event: e.Answered) -> None:
        if self.waiting.pop(event.id, None) is None:
            return  # not a hello
        self.statuses["left" if event.status is None else f"{event.status} {event.problem}".strip()] += 1
        if event.status is not None:
            self.latency.record(event.total_s)

    @_fold.register
    def _(self, event: e.Sent) -> None:
        if event.channel == NOTIFY:
            self._note(event.id, sent=True, sent_at=event.t)

    @_fold.register
    def _(self, event: e.Refused) -> None:
        if event.channel == NOTIFY:
            self._note(event.id, lost="refused")

    @_fold.register
    def _(self, event: e.Expired) -> None:
        if event.channel == NOTIFY:
            for message_id in event.ids:
                self._note(message_id, lost="expired")

    @_fold.register
    def _(self, event: e.Taken) -> None:
        if event.channel == NOTIFY:
            self._note(event.id, taken=True, process=event.process)

    @_fold.register
    def _(self, event: e.Done) -> None:
        if event.channel == NOTIFY and event.failed:
            self._note(event.id, lost="failed")

    @_fold.register
    def _(self, event: e.CallStarted) -> None:
        if event.direct:
            self._note(event.id, sent=True, taken=True, sent_at=event.t, process=event.process)

    @_fold.register
    def _(self, event: e.CallDelivered) -> None:
        self._note(event.id, delivered=True, delivered_at=event.t)

    @_fold.register
    def _(self, event: e.Printed) -> None:
        self.printed += is_notification(event.line)

    @_fold.register
    def _(self, event: e.ProcessStarted) -> None:
        self.ended.discard(event.process)

    @_fold.register
    def _(self, event: e.ProcessEnded) -> None:
        self.ended.add(event.process)
        for message_id, notification in list(self.open.items()):
            if notification.process == event.process:
                self._note(message_id)

    def _note(self, message_id: str, **news: object) -> None:
        notification = self.open.setdefault(message_id, Notification())
        for name, value in news.items():
            setattr(notification, name, value)
        if notification.status == "running" and notification.process in self.ended:
            notification.lost = "died"
        if notification.complete:
            self.closed[notification.status] += 1
            del self.open[message_id]


def is_notification(line: str) -> bool:
    """Whether this line of output is the outside service at work."""
    return line.startswith("Hello, ")
