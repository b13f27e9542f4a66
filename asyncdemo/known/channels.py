"""The channels, as last measured: how many messages each holds, and how old the oldest is."""

from dataclasses import dataclass, field
from math import inf

from ..events import events as e


@dataclass
class Channels:
    """Depth and age by channel."""

    depths: dict[str, int] = field(default_factory=dict)
    ages: dict[str, float] = field(default_factory=dict)
    """Of the oldest message, in seconds when it was measured."""
    measured_at: float = -inf
    _broker: str = ""
    """The process that holds them, where the run has one of its own."""

    def fold(self, event: e.Event) -> None:
        """Take in one event."""
        if isinstance(event, e.RunStarted):
            self._broker = event.stage.broker
        elif isinstance(event, e.Queues) and event.t > self.measured_at:
            self.measured_at = event.t
            self.depths = {channel: len(ids) for channel, ids in event.ids.items()}
            self.ages = event.ages
        elif isinstance(event, e.ProcessEnded) and event.process == self._broker and event.t > self.measured_at:
            self.measured_at = event.t
            self.depths = dict.fromkeys(self.depths, 0)
