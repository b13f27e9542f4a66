"""The panels of the notifications and of the channels they wait on."""

from ...base.durations import seconds_text
from ...base.histogram import Histogram
from ...known.notifications import LOSSES, Books
from ...known.state import State
from .lines import Line, box, left, plain
from .style import ALARM, DIM, NONE, NOTIFY, STRONG, TITLE, channel_style

OLDEST = 14
"""Cells of `oldest 46.0 s`, with a blank behind it."""
NOBODY, NOBODY_SHORT = "nobody takes it", "no taker"
WITH_TIMES = 32
"""The least width of the notifications' panel at which there is room for how long they took."""
WITH_MORE = 23
"""The least width of the channels' panel at which its title says more than its name."""


def books_panel(books: Books, took: Histogram, width: int, height: int, clock: float = 1.0) -> list[Line]:
    """Where the notifications are, one term a line; `lost` whole, with its reasons. Beside them, how long they took:
    `clock` seconds are told for one on the wall."""
    lines: list[Line] = []
    terms = ("sent", "delivered", "running", "queued", "lost", "unknown")
    beside = times(took, clock) if width >= WITH_TIMES else [[]] * len(terms)
    for name, time in zip(terms, beside, strict=True):
        style = ALARM if name == "lost" and books.lost else STRONG
        lines.append([left(name, 11, DIM), left(str(getattr(books, name)), 6, style), *time])
    lines.append(plain(reasons(books), ALARM) if books.lost else plain("nothing lost", DIM))
    return box([("notifications", TITLE)], lines, width, height, NOTIFY)


def times(took: Histogram, clock: float) -> list[Line]:
    """From the sending of a notification until it was done: a figure a line; none before there is any."""
    seconds = {"p50": took.percentile(50), "p95": took.percentile(95), "max": took.max_s}
    figures: list[Line] = [
        [left(name, 4, DIM), (seconds_text(value * clock) if took.count else "-", STRONG)]
        for name, value in seconds.items()
    ]
    return [[("until done", DIM)], *figures, [], []]


def reasons(books: Books) -> str:
    """Why they were lost: `58 expired 2 died`."""
    counts = [(getattr(books, name), name) for name in LOSSES]
    return " ".join(f"{count} {name}" for count, name in counts if count)


def channels_panel(state: State, now: float, width: int, height: int) -> list[Line]:
    """How many messages wait on each channel, and how old the oldest is."""
    names = list(state.channels.depths)
    rows = max(1, (height - 2) // max(1, len(names)))
    lines = [line for name in names for line in channel_lines(state, now, name, width - 4, rows)]
    if not lines:
        lines = [[left(channel.short, 7, DIM), (NOBODY, ALARM)] for channel in state.left_alone]
    if not lines:
        none = state.run is not None and not state.stage.queues
        lines.append(plain("none here" if none else "not measured yet", DIM))
    more: Line = [(", waiting", NONE)] if width >= WITH_MORE else []
    return box([("channels", TITLE), *more], lines, width, height)


def channel_lines(state: State, now: float, name: str, width: int, rows: int) -> list[Line]:
    """How many messages wait on a channel, how old the oldest is, and a bar, in so many rows."""
    channel, depth, unknown = state.stage.channel(name), state.channels.depths[name], state.channels_unknown(now)
    oldest = f"oldest {seconds_text(state.channels.oldest_s(name, now) * state.clock)}" if depth else "empty"
    room = width if rows >= 3 else width - OLDEST
    filled = 0 if unknown else min(room, -(-room * depth // channel.capacity))
    known = (f"{depth} of {channel.capacity}", STRONG) if not unknown else ("not known", ALARM)
    head: Line = [left(channel.short, 7, DIM), known]
    bar: Line = [("█" * filled, channel_style(state.stage, name)), ("░" * (room - filled), DIM)]
    if channel in state.left_alone and not unknown:
        bar = plain(NOBODY if room >= len(NOBODY) else NOBODY_SHORT, ALARM)
    if rows >= 3:
        return [head, bar, plain(unknown or oldest, DIM)]
    return [head, plain(unknown, DIM) if unknown else [left(oldest, OLDEST, DIM), *bar]][:rows]
