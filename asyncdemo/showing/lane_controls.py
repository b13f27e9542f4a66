"""The keys of lanes side by side: which of them is looked at, among all or by itself."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .screen import Controls

CHOOSE, OPENED = "up down a lane  Enter its panels  ", "Enter all lanes  up down another  "
"""What the foot says of them."""


def no_lanes() -> list[str]:
    """Of what is alone."""
    return []


@dataclass
class LaneControls(Controls):
    """Keys that choose among lanes, beside whatever others there are."""

    numbers: Callable[[], list[str]] = field(default=no_lanes, kw_only=True)
    """Of the lanes that are side by side just now; none where there is one alone."""

    def do(self, key: str) -> None:
        numbers = self.numbers()
        if numbers and key in ("up", "down"):
            self._select(-1 if key == "up" else 1, numbers)
        elif numbers and key == "enter":
            self.selected = self.selected if self.selected in numbers else numbers[0]
            self.opened = not self.opened
        elif key == "escape":
            self.selected = self.selected if self.opened else ""
            self.opened = False

    def _select(self, step: int, numbers: list[str]) -> None:
        """The next lane, or the one before; the first or the last where none is."""
        if self.selected in numbers:
            place = max(0, min(numbers.index(self.selected) + step, len(numbers) - 1))
        else:
            place = 0 if step > 0 else -1
        self.selected = numbers[place]

    @property
    def lanes_in_short(self) -> str:
        """What the foot says of these keys."""
        return "" if not self.numbers() else OPENED if self.opened else CHOOSE
