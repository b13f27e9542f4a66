"""What visitors go through who come at a steady rate, whatever the server does: computed, not measured."""

from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Stall:
    """A server that answers after `answer_s`, and stands still once, `after_s` after its first visitor came."""

    rate: int = 200
    """Visitors a second."""
    seconds: int = 10
    after_s: float = 4.0
    freeze_s: float = 2.0
    answer_s: float = 0.002

    def waits(self) -> list[float]:
        """How long each visitor waits, in the order in which they come."""
        return [self._answered(number / self.rate) - number / self.rate for number in range(self.rate * self.seconds)]

    def _answered(self, came: float) -> float:
        """When: who comes before the freeze and is not done by then is so after it, as is all that comes in it."""
        thaw = self.after_s + self.freeze_s
        if self.after_s <= came < thaw:
            return thaw + self.answer_s
        ready = came + self.answer_s
        return thaw if came < self.after_s <= ready else ready

    def percentile(self, percent: float) -> float:
        """The wait, in seconds, that `percent` % of the visitors do not exceed, by nearest rank."""
        waits = sorted(self.waits())
        return waits[ceil(round(len(waits) * percent / 100, 9)) - 1]
