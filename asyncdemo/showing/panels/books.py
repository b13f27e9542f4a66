"""The panels of the notifications, of one kind or of several, and of the channels they wait on."""

from math import inf

from ...base.durations import seconds_text
from ...base.histogram import Histogram
from ...known.books import LOSSES, Books
from ...known.state import State
from ..lines.run_words import held_for
from .lines import Line, box, left, plain, right
from .style import ALARM, DIM, NONE, NOTIFY, STRONG, TITLE, work_style

OLDEST = 14
"""Cells of `oldest 46.0 s`, with a blank behind it; of what is longer, more."""
NOBODY, NOBODY_SHORT = "nobody takes it", "no taker"
QUEUE, DEPTH = 7, 5
"""Cells of a queue's name, and of how many wait on it."""
TERM = 10
"""Cells of a term's name, beside its counts."""
WITH_TIMES = 32
"""The least width of the notifications' panel at which there is room for how long they took."""
WITH_MORE = 23
"""The least width of the channels' panel at which its title says more than its name."""


def books_panel(state: State, width: int, height: int) -> list[Line]:
    """Where all are of one kind that were sent, one term a line; `lost` whole, with its reasons. Beside them, how long
    they took."""
    books, took = state.books, state.notifications.took
    lines: list[Line] = []
    terms = ("sent", "delivered", "running", "queued", "lost", "unknown")
    beside = times(took, state.clock) if width >= WITH_TIMES else [[]] * len(terms)
    for name, time in zip(terms, beside, strict=True):
        style = ALARM if name == "lost" and books.lost else STRONG
        lines.append([left(name, 11, DIM), left(str(getattr(books, name)), 6, style), *time])
    lines.append(plain(reasons(books), ALARM) if books.lost else plain("nothing lost", DIM))
    return box([(f"{state.stage.job}s", TITLE)], lines, width, height, NOTIFY)


def times(took: Histogram, clock: float) -> list[Line]:
    """From the sending of a notification until it was done: a figure a line; none before there is any."""
    seconds = {"p50": took.percentile(50), "p95": took.percentile(95), "max": took.max_s}
    figures: list[Line] = [
        [left(name, 4, DIM), (seconds_text(value * clock) if took.count else "-", STRONG)]
        for name, value in seconds.items()
    ]
    return [[("until done", DIM)], *figures, [], []]


TERMS = ("sent", "delivered", "running", "queued", "held", "lost", "again")
"""Of each kind of work. What is unknown is told below them."""
KINDS = 1 + len(TERMS) + 1 + 2
"""Height of the books of several kinds: their names, the terms, what became of some, and a frame."""


def kinds_panel(state: State, width: int, height: int) -> list[Line]:
    """Where everything is that was sent, a term a line, a column for each kind of work."""
    kinds = [(task, state.notifications.books_of(task.name)) for task in state.stage.tasks]
    column = (width - 4 - TERM) // max(1, len(kinds))
    names = [right(task.short, column, work_style(state.stage, task.name)) for task, _ in kinds]
    lines: list[Line] = [[left("", TERM), *names]]
    for name in TERMS:
        counts = [getattr(books, name) for _, books in kinds]
        loud = ALARM if name in ("held", "lost") else STRONG
        lines.append(
            [left(name, TERM, DIM), *(right(str(count), column, loud if count else STRONG) for count in counts)]
        )
    lines.append(became(state))
    return box([("tasks", TITLE), (": where they are", NONE)], lines, width, height, NOTIFY)


def became(state: State) -> Line:
    """`held for ever; 3 failed`: what has become of those that nobody will do."""
    books = state.books
    told = [f"held {held_for(state)}"] if books.held else []
    told += [reasons(books)] if books.lost else []
    told += [f"{books.unknown} unknown"] if books.unknown else []
    return plain("; ".join(told), ALARM) if told else plain("nothing lost, nothing held", DIM)


def reasons(books: Books) -> str:
    """Why they were lost: `58 expired, 2 died`."""
    counts = [(getattr(books, name), name) for name in LOSSES]
    return ", ".join(f"{count} {name}" for count, name in counts if count)


def channels_panel(state: State, now: float, width: int, height: int) -> list[Line]:
    """How many messages wait on each channel, and how old the oldest is."""
    names = list(state.channels.depths)
    rows = max(1, (height - 2) // max(1, len(names)))
    lines = [line for name in names for line in channel_lines(state, now, name, width - 4, rows)]
    if not lines:
        lines = [[left(channel.short, 7, DIM), (NOBODY, ALARM)] for channel in state.left_alone]
    if not lines:
        none = state.run is not None and not state.stage.queues
        idle = state.ready_at < inf and not state.visitors.seen  # a server measures from its first visitor on
        lines.append(plain("none here" if none else "nobody has come yet" if idle else "not measured yet", DIM))
    more: Line = [(", waiting", NONE)] if width >= WITH_MORE else []
    return box([("channels", TITLE), *more], lines, width, height)


def channel_lines(state: State, now: float, name: str, width: int, rows: int) -> list[Line]:
    """How many messages wait on a channel, how old the oldest is, and a bar, in so many rows."""
    channel, depth, unknown = state.stage.channel(name), state.channels.depths[name], state.channels_unknown(now)
    if not state.stage.bounded:
        return queue_lines(state, now, name, width, rows)
    oldest = f"oldest {seconds_text(state.channels.oldest_s(name, now) * state.clock)}" if depth else "empty"
    beside = max(OLDEST, len(oldest) + 1)
    room = width if rows >= 3 else width - beside
    filled = 0 if unknown else min(room, -(-room * depth // channel.capacity))
    known = (f"{depth} of {channel.capacity}", STRONG) if not unknown else ("not known", ALARM)
    head: Line = [left(channel.short, 7, DIM), known]
    bar: Line = [("█" * filled, work_style(state.stage, name)), ("░" * (room - filled), DIM)]
    if channel in state.left_alone and not unknown:
        bar = plain(NOBODY if room >= len(NOBODY) else NOBODY_SHORT, ALARM)
    if rows >= 3:
        return [head, bar, plain(unknown or oldest, DIM)]
    return [head, plain(unknown, DIM) if unknown else [left(oldest, beside, DIM), *bar]][:rows]


def queue_lines(state: State, now: float, name: str, width: int, rows: int) -> list[Line]:
    """Of a queue without a bound: how many wait on it, how old the oldest is, and a bar with a block for each."""
    depth = state.channels.depths[name]
    called = state.stage.short_of(name)
    if unknown := state.channels_unknown(now):
        return [[left(called, QUEUE, DIM), ("not known: ", ALARM), (unknown, DIM)], [], []][:rows]
    nobody = state.stage.channel(name) in state.left_alone
    oldest = f"oldest {seconds_text(state.channels.oldest_s(name, now) * state.clock)}" if depth else "empty"
    if nobody and rows == 1:
        oldest = oldest.replace("oldest", NOBODY_SHORT) if depth else NOBODY
    head = [left(called, QUEUE, DIM), left(str(depth), DEPTH, STRONG), (oldest, ALARM if nobody and rows == 1 else DIM)]
    blocks = "█" * depth if depth <= width else "█" * (width - 1) + "…"
    return [head, [(NOBODY, ALARM) if nobody else (blocks, work_style(state.stage, name))]][:rows]
