"""All keys, the same everywhere."""

from rich.console import RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from .style import STRONG

Keys = tuple[tuple[str, str], ...]

KEYS_OF_A_RUN: Keys = (
    ("h", "one hello, with a fresh name"),
    ("w  W", "add, remove a worker reserved for web"),
    ("+  -", "add, remove a general worker"),
    ("space", "pause the picture, not the run"),
    ("up down", "select a worker"),
    ("K", "kill it: what it has in hand is lost"),
    ("R", "restart it"),
    ("Z", "freeze it, or let it go on"),
    ("X", "stop Redis, or start it again"),
    ("?", "this page; any key closes it"),
    ("q", "quit; Ctrl-C too, a second one at once"),
)

KEYS_OF_A_REPLAY: Keys = (
    ("space", "hold, go on"),
    ("left right", "5 seconds back, forward"),
    ("<  >", "slower, faster"),
    ("0", "from the beginning"),
    ("?", "this page; any key closes it"),
    ("q", "quit"),
)


def help_screen(keys: Keys, width: int, height: int) -> RenderableType:
    """The key table."""
    table = Table.grid(padding=(0, 3, 0, 0))
    for key, what in keys:
        table.add_row(Text(key, STRONG), what)
    return Panel(table, title=Text("keys", STRONG), title_align="left", width=width, height=min(height, len(keys) + 2))
