"""How long a talk has taken, of how long it is meant to. Pure."""

from dataclasses import dataclass

from ..base.durations import minutes_text


@dataclass(frozen=True)
class Clock:
    """How long a talk has taken, of how long it is meant to. Seconds."""

    elapsed_s: float
    budget_s: float = 0.0

    @property
    def text(self) -> str:
        """`6:10 of 22:00`, `23:10 of 22:00, 1:10 over`."""
        if not self.budget_s:
            return minutes_text(self.elapsed_s)
        over = self.elapsed_s - self.budget_s
        late = f", {minutes_text(over)} over" if over >= 1 else ""
        return f"{minutes_text(self.elapsed_s)} of {minutes_text(self.budget_s)}{late}"
