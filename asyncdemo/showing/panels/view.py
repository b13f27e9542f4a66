"""How the user looks at a screen, and the line at its foot."""

from dataclasses import dataclass

from .lines import Line, plain
from .style import ALARM, DIM


@dataclass(frozen=True)
class View:
    """How the user looks at a run just now."""

    width: int
    height: int
    colour: bool = True
    paused: bool = False
    selected: str = ""
    """Process of the selected worker."""
    message: str = ""
    """A line at the foot instead of the keys: a question, or what a key has done."""
    mark: str = ""
    """A word at the head: `recorded`."""
    keys: str = ""
    """The keys, in short."""


def footer(view: View) -> Line:
    """The keys, or what has to be said."""
    return plain(view.message, ALARM) if view.message else plain(view.keys, DIM)
