"""The panels of the notifications and of the channels they wait on."""

from ...base.durations import seconds_text
from ...base.histogram import Histogram
from ...known.notifications import LOSSES, Books
from ...known.state import State
from .lines import Line, box, left, plain
from .style import ALARM, DIM, NONE, NOTIFY, STRONG, TITLE, channel_style

BAR_WIDTH = 17
WITH_TIMES = 32
"""The least width of the notifications' panel at which there is room for how long they took."""
WITH_MORE = 23
"""The least width of the channels' panel at which its title says more than its name."""


def books_panel(books: Books, took: Histogram, width: int, height: int) -> list[Line]:
    """Where the notifications are, one term a line; `lost` whole, with its reasons. Beside them, how long they took."""
    lines: list[Line] = []
    terms = ("sent", "delivered", "running", "queued", "lost", "unknown")
    beside = times(took) if width >= WITH_TIMES else [[]] * len(terms)
    for name, time in zip(terms, beside, strict=True):
        style = ALARM if name == "lost" and books.lost else STRONG
        lines.append([left(name, 11, DIM), left(str(getattr(books, name)), 6, style), *time])
    lines.append(plain(reasons(books), ALARM) if books.lost else plain("nothing lost", DIM))
    return box([("notifications", TITLE)], lines, width, height, NOTIFY)


def times(took: Histogram) -> list[Line]:
    """From the sending of a notification until it was done: a figure a line; none before there is any."""
    seconds = {"p50": took.percentile(50), "p95": took.percentile(95), "max": took.max_s}
    figures: list[Line] = [
        [left(name, 4, DIM), (seconds_text(value) if took.count else "-", STRONG)] for name, value in seconds.items()
    ]
    return [[("until done", DIM)], *figures, [], []]


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
