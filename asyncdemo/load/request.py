"""One request of a load."""

from dataclasses import dataclass
from typing import Protocol


class Carrier(Protocol):
    """What a request travels on."""

    def give_up(self) -> None:
        """Forget the request."""


@dataclass(slots=True, eq=False)
class Request:
    """Times are of `time.monotonic()`."""

    number: int
    """1, 2, … in the order in which they were meant to leave."""
    intended: float
    """When it was meant to leave: its visitor waits from then on."""
    begun: float
    """When it did leave, on a connection that was there or by making one."""
    carrier: Carrier | None = None
    retried: bool = False
