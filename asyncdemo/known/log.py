"""The last things that happened, as lines."""

from bisect import insort
from dataclasses import dataclass, field
from operator import itemgetter

KEPT = 60


@dataclass
class Log:
    """The newest lines by time, whatever order they came in."""

    lines: list[tuple[float, str, str]] = field(default_factory=list)
    """(when, who, what), the oldest first."""

    def add(self, t: float, who: str, what: str) -> None:
        """Keep a line, if it is among the newest."""
        insort(self.lines, (t, who, what), key=itemgetter(0))  # of one moment: as they came
        del self.lines[:-KEPT]
