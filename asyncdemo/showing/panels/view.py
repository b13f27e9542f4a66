"""How the user looks at a screen, and the line at its foot."""

from dataclasses import dataclass

from .lines import Line, plain
from .style import DIM, NONE, STRONG


@dataclass(frozen=True)
class View:
    """How the user looks at a run just now."""

    width: int
    height: int
    colour: bool = True
    paused: bool = False
    selected: str = ""
    """Process of the selected worker, or number of the selected lane."""
    opened: bool = False
    """Whether the selected lane is seen by itself, with all its panels."""
    message: str = ""
    """A line at the foot instead of the keys: a question, or what a key has done."""
    loud: bool = False
    """Whether that is a question or a problem."""
    mark: str = ""
    """A word at the head: `recorded`."""
    keys: str = ""
    """The keys, in short, two blanks between them."""


def footer(view: View) -> Line:
    """The keys, or what has to be said."""
    if view.message:
        return plain(view.message, STRONG if view.loud else NONE)
    return plain(fitting(view.keys.split("  "), view.width), DIM)


def fitting(keys: list[str], width: int) -> str:
    """As many keys as there is room for; the last two, help and quit, go last."""
    while len("  ".join(keys)) > width and len(keys) > 2:
        del keys[-3]
    return "  ".join(keys)
