"""The panels of the notifications and of the channels they wait on."""

from ...base.durations import seconds_text
from ...known.notifications import LOSSES, Books
from ...known.state import State
from .lines import Line, box, left, plain
from .style import ALARM, DIM, NONE, NOTIFY, STRONG, TITLE, channel_style

BAR_WIDTH = 17
WITH_MORE = 23
"""The least width of the channels' panel at which its title says more than its name."""


def books_panel(books: Books, width: int, height: int) -> list[Line]:
    """Where the notifications are, one term a line; `lost` whole, with its reasons."""
    lines: list[Line] = []
    for name in ("sent", "delivered", "running", "queued", "lost", "unknown"):
        style = ALARM if name == "lost" and books.lost else STRONG
        lines.append([left(name, 11, DIM), (str(getattr(books, name)), style)])
    lines.append(plain(reasons(books), ALARM) if books.lost else plain("nothing lost", DIM))
    return box([("notifications", TITLE)], lines, width, height, NOTIFY)


def reasons(books: Books) -> str:
    """Why they were lost: `58 expired 2 died`."""
    counts = [(getattr(books, name), name) for name in LOSSES]
    return " ".join(f"{count} {name}" for count, name in counts if count)


def channels_panel(state: State, now: float, width: int, height: int) -> list[Line]:
    """How many messages wait on each channel, and how old the oldest is."""
    lines: list[Line] = []
    measured = state.channels
    unknown = state.channels_unknown(now)
    for name, depth in measured.depths.items():
        channel = state.stage.channel(name)
        if unknown:
            lines += [
                [left(channel.short, 7, DIM), ("not known", ALARM)],
                plain("░" * BAR_WIDTH, DIM),
                plain(unknown, DIM),
            ]
            continue
        filled = min(BAR_WIDTH, -(-BAR_WIDTH * depth // channel.capacity))
        lines.append([left(channel.short, 7, DIM), (f"{depth} of {channel.capacity}", STRONG)])
        lines.append([("█" * filled, channel_style(state.stage, name)), ("░" * (BAR_WIDTH - filled), DIM)])
        lines.append(plain(f"oldest {seconds_text(measured.oldest_s(name, now))}" if depth else "empty", DIM))
    if not lines:
        none = state.run is not None and not state.stage.queues
        lines.append(plain("none here" if none else "not measured yet", DIM))
    more: Line = [(", waiting", NONE)] if width >= WITH_MORE else []
    return box([("channels", TITLE), *more], lines, width, height)
