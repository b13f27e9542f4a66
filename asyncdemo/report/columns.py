"""The figures of a comparison's rows: what stands in each column of its tables, and where it is cause for alarm."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..base.durations import number_text, seconds_text
from ..base.text import ordinal
from ..measuring.rows import NOTHING, Row
from ..showing.panels.books import reasons


@dataclass(frozen=True)
class Column:
    """A figure of every row."""

    name: str
    value: Callable[[Row], str]
    alarming: Callable[[Row], bool] = lambda row: False
    words: bool = False
    """Whether it stands at the left end of its column, as text does."""
    titled: Callable[[Sequence[Row]], str] | None = None
    """What names it, where that depends on the rows."""

    def title(self, rows: Sequence[Row]) -> str:
        """What stands above it."""
        return self.titled(rows) if self.titled is not None else self.name


def answered(row: Row) -> str:
    """`49/60`: of those who came."""
    return f"{row.answered}/{row.visitors}" if row.visitors else NOTHING


def seconds(percent: float | None) -> Callable[[Row], str]:
    """A percentile, or the maximum for None."""

    def value(row: Row) -> str:
        if not row.page.count:
            return NOTHING
        return seconds_text(row.max_s if percent is None else row.percentile_s(percent))

    return value


def errors_p50(row: Row) -> str:
    """How long half of those who got no page waited until that was said, at the most."""
    return seconds_text(row.failed_p50_s) if row.failed.count else NOTHING


def slow(percent: float | None) -> Callable[[Row], bool]:
    """Whether that is longer than a visitor likes."""
    return lambda row: (row.max_s if percent is None else row.percentile_s(percent)) > row.slow_s


def waited_title(rows: Sequence[Row]) -> str:
    """`1st >1 s`; the limit is not named where rows have different ones."""
    limits = {number_text(round(row.slow_s, 2)) for row in rows if row.visitors}
    return FIRST_SLOW if len(limits) > 1 else f"1st >{min(limits, default='1')} s"


def first_waited(row: Row) -> str:
    """`5th` for the fifth visitor, `nobody`."""
    if not row.visitors:
        return NOTHING
    return ordinal(row.first_waited) if row.first_waited else "nobody"


def busy(row: Row) -> str:
    """`98%`; nothing where there is no telling."""
    return NOTHING if row.busy is None else f"{row.busy:.0%}"


def errors(row: Row) -> str:
    """How many, for a load that was there."""
    return str(row.errors) if row.visitors else NOTHING


def notifications(name: str) -> Callable[[Row], str]:
    """A term of the books."""
    return lambda row: str(getattr(row.books, name)) if row.run is not None else NOTHING


def took(percent: float | None) -> Callable[[Row], str]:
    """How long notifications took until they were done: a percentile, or the maximum for None."""

    def value(row: Row) -> str:
        seconds = row.took.max_s if percent is None else row.took.percentile(percent)
        return seconds_text(seconds * row.speed) if row.took.count else NOTHING

    return value


FIRST_SLOW = "1st slow"
PAGE = [
    Column("answered", answered),
    Column("errors", errors, lambda row: row.errors > 0),
    Column("err p50", errors_p50),
    Column("p50", seconds(50), slow(50)),
    Column("p95", seconds(95), slow(95)),
    Column("max", seconds(None), slow(None)),
    Column(FIRST_SLOW, first_waited, lambda row: row.first_waited > 0, titled=waited_title),
    Column("busy", busy),
]
BOOKS = [
    Column("sent", notifications("sent")),
    Column("delivered", notifications("delivered")),
    Column("done p50", took(50)),
    Column("queued", notifications("queued")),
    Column("lost", notifications("lost"), lambda row: row.books.lost > 0),
]
ALL_BOOKS = [
    *BOOKS[:3],
    Column("done max", took(None)),
    Column("running", notifications("running")),
    *BOOKS[3:],
    Column("unknown", notifications("unknown")),
    Column("lost how", lambda row: reasons(row.books) or NOTHING, words=True),
]
KINDS = [
    Column("sent", notifications("sent")),
    Column("done", notifications("delivered")),
    Column("p50", took(50)),
    Column("p95", took(95)),
    Column("max", took(None)),
    Column("running", notifications("running")),
    Column("queued", notifications("queued")),
    Column("held", notifications("held"), lambda row: row.books.held > 0),
    Column("lost", notifications("lost"), lambda row: row.books.lost > 0),
    Column("again", notifications("again")),
]
"""Of each kind of work."""
KINDS_NOTE = "p50, p95 and max: from the sending of each until it was done; what still waits, or is held, so far"
HELD_AT = next(number for number, column in enumerate(ALL_BOOKS) if column.name == "lost")
HELD = Column("held", notifications("held"), lambda row: row.books.held > 0)
UNTIL_DONE = "done p50 and done max: from the sending of a notification until it was done."


def quick_columns(rows: Sequence[Row]) -> list[Column]:
    """How long half of the quick tasks took, where a row has such: what is worth watching there."""
    names = dict.fromkeys(kind.task.short for row in rows if (kind := row.quick) is not None)
    return [Column(f"{name} p50", quick_p50) for name in list(names)[:1]]


def quick_p50(row: Row) -> str:
    """In seconds of the lesson."""
    kind = row.quick
    return NOTHING if kind is None or not kind.latency.count else seconds_text(kind.latency.percentile(50) * row.speed)


def kinds_columns(rows: Sequence[Row]) -> list[Column]:
    """Of each kind of work: `again` where one was, and all others."""
    return [column for column in KINDS if column.name != "again" or any(row.books.again for row in rows)]


def short(column: Column) -> Column:
    """One of the notifications, where that is said above all of them."""
    return replace(column, name=column.name.removeprefix("done "))


def books_columns(rows: Sequence[Row]) -> list[Column]:
    """Of the notifications: `unknown` where there are any, `held` in place of how they are lost where none is and some
    can be held, and all others."""
    held = [HELD] if any(row.kinds for row in rows) else []
    columns = [*ALL_BOOKS[:HELD_AT], *held, *ALL_BOOKS[HELD_AT:]]
    without = {"unknown"} if not any(row.books.unknown for row in rows) else set()
    without |= {"lost how"} if held and not any(row.books.lost for row in rows) else set()
    return [column for column in columns if column.name not in without]
