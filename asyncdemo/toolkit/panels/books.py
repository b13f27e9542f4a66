"""The panels of the notifications and of the channels they wait on."""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ..durations import seconds_text
from ..seen.notifications import Books
from ..stages import STAGES, Workers
from ..state import State
from .style import ALARM, DIM, NOTIFY, SHORT, STRONG, TITLE, channel_style

CAPACITY = 100
"""Messages that a channel holds: the default of Channels."""
BAR_WIDTH = 17


def books_panel(books: Books, height: int) -> Panel:
    """Where the notifications are, one term a line; `lost` whole, with its reasons."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for name in ("sent", "delivered", "running", "queued"):
        table.add_row(Text(name, DIM), Text(str(getattr(books, name)), STRONG))
    table.add_row(Text("lost", DIM), Text(str(books.lost), ALARM if books.lost else STRONG))
    table.add_row(Text("unknown", DIM), Text(str(books.unknown), STRONG))
    why = Text(reasons(books), ALARM, no_wrap=True) if books.lost else Text("nothing lost", DIM)
    title = Text("notifications", TITLE)
    return Panel(Group(table, why), title=title, title_align="left", border_style=NOTIFY, height=height, padding=(0, 1))


def reasons(books: Books) -> str:
    """Why they were lost: `58 expired 2 died`."""
    counts = [(getattr(books, name), name) for name in ("refused", "expired", "died", "failed")]
    return " ".join(f"{count} {name}" for count, name in counts if count)


def channels_panel(state: State, now: float, height: int) -> Panel:
    """How many messages wait on each channel, and how old the oldest is."""
    lines: list[RenderableType] = []
    measured = state.channels
    for channel, depth in measured.depths.items():
        age = measured.ages.get(channel, 0.0) + (now - measured.measured_at if depth else 0.0)
        lines.append(Text.assemble((f"{SHORT.get(channel, channel):<7}", DIM), (f"{depth} of {CAPACITY}", STRONG)))
        bar = round(BAR_WIDTH * min(1.0, depth / CAPACITY) + 0.49) if depth else 0
        lines.append(Text.assemble(("█" * bar, channel_style(channel)), ("░" * (BAR_WIDTH - bar), DIM)))
        lines.append(Text(f"oldest {seconds_text(age)}" if depth else "empty", DIM))
    if not lines:
        threads = state.run is not None and STAGES[state.run.stage].workers is Workers.THREADS
        lines.append(Text("none in this stage" if threads else "nothing measured yet", DIM))
    title = Text.assemble(("channels", TITLE), ", waiting")
    return Panel(Group(*lines), title=title, title_align="left", height=height, padding=(0, 1))
