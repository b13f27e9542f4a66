"""The channels: how many messages each holds, and how old the oldest is.

They are measured once a second. What has been taken since is no longer there; what has been sent since is, as far as it
was told, so that it is as many as the books say.
"""

from dataclasses import dataclass, field
from math import inf

from ..events import events as e
from ..events.stage import StageEntry
from .kept.ids import RecentIds

LATE_S = 1.0
"""News of a message may come so much later than it was measured, or earlier."""
OVERTAKEN_S = 0.05
"""What was sent so shortly before a measurement, and is not in it, may have been sent after it."""
TAKEN_IDS = 5_000
"""So many that were taken are remembered: more than a channel holds, or passes in a second."""


@dataclass
class Channels:
    """Depth and age by channel."""

    measured_at: float = -inf
    _ids: dict[str, list[str]] = field(default_factory=dict)
    """Channel -> what was on it when it was measured, the oldest first."""
    _measured_depths: dict[str, int] = field(default_factory=dict)
    """Channel -> how many there were, where that is more than are named."""
    _ages: dict[str, float] = field(default_factory=dict)
    """Of the oldest message, in seconds when it was measured."""
    _sent_at: dict[str, float] = field(default_factory=dict)
    """Message -> when it was sent, as far as that was told."""
    _sent_on: dict[str, str] = field(default_factory=dict)
    """Message -> the channel that it was sent on, as far as that was told."""
    _named: set[str] = field(default_factory=set)
    """All that was on any of them when they were measured."""
    _news_from: float = inf
    """What was sent later is not in the measurement."""
    _background: str = ""
    """The channel of what views send, where there is one."""
    _pocketed: RecentIds = field(default_factory=lambda: RecentIds(TAKEN_IDS))
    """Messages that a worker has got and not begun with."""
    _gone: RecentIds = field(default_factory=lambda: RecentIds(TAKEN_IDS))
    """Messages that are on no channel any more."""
    _holder: str = ""
    """The process that holds them, if the run has it for itself."""

    def fold(self, event: e.Event) -> None:
        """Take in one event."""
        match event:
            case e.RunStarted():
                self._began(event.stage)
            case e.Queues() if event.t > self.measured_at:
                self._measured(event)
            case e.ProcessEnded(process=self._holder) if event.t > self.measured_at:
                self._emptied(event.t)
            case e.Arrived() | e.Sent():
                self._came([event.id], event.t, event.channel if isinstance(event, e.Sent) else "")
            case e.Done():
                self._came(event.sent, event.t, self._background)
                self._went([event.id])
            case e.Received():
                self._pocketed.add(event.id)
            case e.Taken() | e.Refused():
                self._went([event.id])
            case e.Answered() if event.worker:  # else the visitor has got 503, or left, and his request is still there
                self._went([event.id])
            case e.Expired():
                self._went(event.ids)

    def _began(self, stage: StageEntry) -> None:
        self._holder = stage.holder
        self._background = next(iter(stage.background)) if len(stage.background) == 1 else ""

    def _emptied(self, t: float) -> None:
        """What holds them has ended."""
        self._measured(e.Queues(t=t, process="", ids={channel: [] for channel in self._ids}))
        self._news_from = t

    def _came(self, ids: list[str], t: float, channel: str = "") -> None:
        new = [message_id for message_id in ids if message_id not in self._gone]
        self._sent_at |= dict.fromkeys(new, t)
        if channel:
            self._sent_on |= dict.fromkeys(new, channel)

    def _went(self, ids: list[str]) -> None:
        for message_id in ids:
            self._gone.add(message_id)
            self._sent_at.pop(message_id, None)
            self._sent_on.pop(message_id, None)

    def _measured(self, seen: e.Queues) -> None:
        channels = dict.fromkeys((*seen.ids, *seen.depths))
        self.measured_at, self._ages, self._measured_depths = seen.t, seen.ages, seen.depths
        self._news_from = seen.t - OVERTAKEN_S
        self._ids = {channel: seen.ids.get(channel, []) for channel in channels}
        kept = self._named = {message_id for on_channel in seen.ids.values() for message_id in on_channel}
        self._sent_at = {id_: sent for id_, sent in self._sent_at.items() if id_ in kept or sent > seen.t - LATE_S}
        self._sent_on = {id_: channel for id_, channel in self._sent_on.items() if id_ in self._sent_at}

    @property
    def depths(self) -> dict[str, int]:
        """Channel -> how many of those that were measured are there yet, and of those that were sent since."""
        return {
            channel: len(self._there(channel)) + self._unnamed(channel) + len(self._news(channel))
            for channel in self._ids
        }

    def _unnamed(self, channel: str) -> int:
        """How many more were there than are named: the older ones are, and go first."""
        return max(0, self._measured_depths.get(channel, 0) - len(self._ids[channel]))

    def _there(self, channel: str) -> list[str]:
        return [message_id for message_id in self._ids[channel] if message_id not in self._gone]

    def _news(self, channel: str) -> list[str]:
        """What was sent since, as far as that was told."""
        return [
            message_id
            for message_id, sent_on in self._sent_on.items()
            if sent_on == channel and self._sent_at[message_id] > self._news_from and self._seen_nowhere(message_id)
        ]

    def _seen_nowhere(self, message_id: str) -> bool:
        return message_id not in self._named and message_id not in self._pocketed

    def oldest_s(self, channel: str, now: float) -> float:
        """How old the oldest of them is, in seconds; 0.0 when there is none. At the least, if nobody told of it."""
        there = self._there(channel)
        if not there and self._unnamed(channel):  # of these, nobody knows more than how old the oldest was
            return self._ages.get(channel, 0.0)
        since = min(
            (self._sent_at.get(message_id, self.measured_at) for message_id in there or self._news(channel)),
            default=now,
        )
        if there[:1] == self._ids[channel][:1] and there:
            since = self.measured_at - self._ages.get(channel, 0.0)
        return max(0.0, now - since)
