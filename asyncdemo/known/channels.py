"""The channels: how many messages each holds, and how old the oldest is.

Both are measured once a second. What has been taken since is no longer there; what has been sent since is seen when the
channel is measured again.
"""

from dataclasses import dataclass, field
from math import inf

from ..events import events as e
from .kept.ids import RecentIds

LATE_S = 1.0
"""News of a message may come so much later than it was measured, or earlier."""
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
    _gone: RecentIds = field(default_factory=lambda: RecentIds(TAKEN_IDS))
    """Messages that are on no channel any more."""
    _holder: str = ""
    """The process that holds them, if the run has it for itself."""

    def fold(self, event: e.Event) -> None:
        """Take in one event."""
        match event:
            case e.RunStarted():
                self._holder = event.stage.holder
            case e.Queues() if event.t > self.measured_at:
                self._measured(event)
            case e.ProcessEnded(process=self._holder) if event.t > self.measured_at:
                self._measured(e.Queues(t=event.t, process="", ids={channel: [] for channel in self._ids}))
            case e.Sent() | e.Arrived():
                self._came([event.id], event.t)
            case e.Done():
                self._came(event.sent, event.t)
                self._went([event.id])
            case e.Taken():
                self._went([event.id])
            case e.Answered() if event.worker:  # else the visitor has got 503, or left, and his request is still there
                self._went([event.id])
            case e.Expired():
                self._went(event.ids)

    def _came(self, ids: list[str], t: float) -> None:
        self._sent_at |= {message_id: t for message_id in ids if message_id not in self._gone}

    def _went(self, ids: list[str]) -> None:
        for message_id in ids:
            self._gone.add(message_id)
            self._sent_at.pop(message_id, None)

    def _measured(self, seen: e.Queues) -> None:
        channels = dict.fromkeys((*seen.ids, *seen.depths))
        self.measured_at, self._ages, self._measured_depths = seen.t, seen.ages, seen.depths
        self._ids = {channel: seen.ids.get(channel, []) for channel in channels}
        kept = {message_id for on_channel in seen.ids.values() for message_id in on_channel}
        self._sent_at = {id_: sent for id_, sent in self._sent_at.items() if id_ in kept or sent > seen.t - LATE_S}

    @property
    def depths(self) -> dict[str, int]:
        """Channel -> how many of those that were measured are there yet."""
        return {channel: len(self._there(channel)) + self._unnamed(channel) for channel in self._ids}

    def _unnamed(self, channel: str) -> int:
        """How many more were there than are named: the older ones are, and go first."""
        return max(0, self._measured_depths.get(channel, 0) - len(self._ids[channel]))

    def _there(self, channel: str) -> list[str]:
        return [message_id for message_id in self._ids[channel] if message_id not in self._gone]

    def oldest_s(self, channel: str, now: float) -> float:
        """How old the oldest of them is, in seconds; 0.0 when there is none. At the least, if nobody told of it."""
        there = self._there(channel)
        if not there and not self._unnamed(channel):
            return 0.0
        if not there:  # of the others, nobody knows more than how old the oldest was
            return self._ages.get(channel, 0.0)
        since = min(self._sent_at.get(message_id, self.measured_at) for message_id in there)
        if there[0] == self._ids[channel][0]:
            since = self.measured_at - self._ages.get(channel, 0.0)
        return max(0.0, now - since)
