"""The table of a comparison: one line a row while it grows; then whole, with what there is to learn."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TextIO

from rich.cells import cell_len, chop_cells

from ..base.durations import number_text, seconds_text
from ..base.terminal import terminal_size
from ..base.text import in_one_line, ordinal, printable
from ..known.state import State
from ..measuring.places import places
from ..measuring.rows import NOTHING, Row
from ..showing.load_lines import TOGETHER
from ..showing.panels import Drawing, View, render, with_foot
from ..showing.panels.books import reasons
from ..showing.panels.lines import Line, fit, left, length, plain, right
from ..showing.panels.style import ALARM, DIM, NONE, STRONG, TITLE
from .lessons import lesson
from .remarks import SIGN, marked, remarks, slow_text

LEAST_WIDTH, MOST_WIDTH = 40, 160
"""Of a whole table, in cells."""
PLACE = 2
"""Cells of a place before a label."""
LABEL = 10
"""The least cells that a label gets beside the figures: a longer one takes two lines."""


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
SPARED = ("err p50", "sent", "busy", "done p50", "errors", "max", "queued", FIRST_SLOW)
"""What a line does without where it is too short for all, in this order."""


def compact(rows: Sequence[Row], width: int) -> Drawing:
    """One line a row, under the live panels. The row that runs now is marked; a narrow one has fewer figures."""
    columns = [*PAGE, *quick_columns(rows), *BOOKS]
    labels = label_cells(rows) + 1
    for name in SPARED:
        if labels + cells(columns, rows, gap=1) <= width:
            break
        columns = [column for column in columns if column.name != name]
    label_width = max(0, min(labels, width - cells(columns, rows, gap=1)))
    lines = [names_line(columns, rows, label_width, gap=1, words=which_seconds(rows))]
    lines += [
        [left(label_of(row), label_width, NONE if row.over else STRONG), *row_line(row, columns, rows)] for row in rows
    ]
    return Drawing([fit(line, width) for line in lines])


def with_table(rows: Sequence[Row], state: State, now: float, view: View) -> Drawing:
    """The panels of a run, and the table of all rows below them."""
    table = compact(rows, view.width).lines
    top = render(state, now, replace(view, height=max(8, view.height - len(table)))).lines[:-1]
    blank: Line = fit([], view.width)
    return with_foot(Drawing([*top, *table, blank], (view.width, view.height)), view)


def width_for(stream: TextIO) -> int:
    """How wide a whole table is that is printed there."""
    return min(max(terminal_size(stream)[0], LEAST_WIDTH), MOST_WIDTH)


def final(rows: Sequence[Row], width: int) -> Drawing:
    """Every figure, and below them what to learn from each row and how to repeat it."""
    note = [*noted(rows, width), []] if rows else []
    columns = [*PAGE, *books_columns(rows)]
    whole = cells(columns, rows, gap=2) + label_cells(rows) + PLACE <= width
    tables = table(columns, rows, width, first=True) if whole else split(rows, width)
    lines = [*note, *tables, [], *kinds_table(rows, width), *learned(rows, width)]
    return Drawing([line if length(line) <= width else fit(line, width) for line in lines])


def quick_columns(rows: Sequence[Row]) -> list[Column]:
    """How long half of the quick tasks took, where a row has such: what is worth watching there."""
    names = dict.fromkeys(kind.task.short for row in rows if (kind := row.quick) is not None)
    return [Column(f"{name} p50", quick_p50) for name in list(names)[:1]]


def quick_p50(row: Row) -> str:
    """In seconds of the lesson."""
    kind = row.quick
    return NOTHING if kind is None or not kind.latency.count else seconds_text(kind.latency.percentile(50) * row.speed)


def kind_rows(rows: Sequence[Row]) -> list[Row]:
    """A row for each kind of work of each row that has several, its books and times those of the kind."""
    return [
        replace(row, label=f"{row.label}: {kind.task.short}", books=kind.books, took=kind.latency, kinds=())
        for row in rows
        for kind in row.kinds
    ]


def kinds_table(rows: Sequence[Row], width: int) -> list[Line]:
    """Of each kind of work where it is, and how long it takes; nothing where no row has several."""
    parts = kind_rows(rows)
    if not parts:
        return []
    return [plain("the tasks, by kind", TITLE), *parted(kinds_columns(rows), parts, width), *noted_kinds(width), []]


def kinds_columns(rows: Sequence[Row]) -> list[Column]:
    """Of each kind of work: `again` where one was, and all others."""
    return [column for column in KINDS if column.name != "again" or any(row.books.again for row in rows)]


def noted_kinds(width: int) -> list[Line]:
    """How their figures count."""
    return [plain(line, DIM) for line in wrapped(f"{KINDS_NOTE}.", width)]


def split(rows: Sequence[Row], width: int) -> list[Line]:
    """The page in one table, its notifications in another; in more where the columns of one have no room."""
    short_books = [short(column) for column in books_columns(rows)]
    return [
        plain("the page, as its visitors saw it", TITLE),
        *parted(PAGE, rows, width, first=True),
        [],
        [("the notifications", TITLE), ("; p50 and max: until they were done", NONE)],
        *parted(short_books, rows, width),
    ]


def parted(columns: list[Column], rows: Sequence[Row], width: int, first: bool = False) -> Iterator[Line]:
    """As many tables below each other as these columns need."""
    fitting = len(columns)
    while fitting > 1 and PLACE + LABEL + cells(columns[:fitting], rows, gap=2) > width:
        fitting -= 1
    yield from table(columns[:fitting], rows, width, first)
    if columns[fitting:]:
        yield []
        yield from parted(columns[fitting:], rows, width)


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


def as_text(drawing: Drawing) -> str:
    """A drawing as plain text, without any style."""
    return "".join(f"{''.join(text for text, _ in line).rstrip()}\n" for line in drawing.lines)


def table(columns: list[Column], rows: Sequence[Row], width: int, first: bool = False) -> list[Line]:
    """A line a row, or more where a label is longer than its column. The `first` of two has places and problems."""
    known = places(rows) if first and len(rows) > 1 else []
    before = PLACE if any(known) else 0
    label_width = min(label_cells(rows), max(LABEL, width - cells(columns, rows, gap=2) - before))
    lines = [names_line(columns, rows, label_width + before, gap=2, words="place" if before else "")]
    for number, row in enumerate(rows):
        place = left(place_text(known[number]), before) if before else ("", NONE)
        labels = wrapped(label_of(row), label_width)
        problem = problem_lines(row, width - before - label_width - 2) if first else []
        beside = problem or [row_cells(row, columns, rows, 2)]
        for label, values in zip_longest(labels, beside):
            lines.append([place, left(label or "", label_width, STRONG), *(values or [])])
            place = left("", before)
    return lines


def place_text(place: int) -> str:
    """`1`; nothing for a row that has none."""
    return str(place) if place else NOTHING


def problem_lines(row: Row, width: int) -> list[Line]:
    """Why a row has no figures, where they would stand."""
    words = wrapped(f"did not start: {in_one_line(row.problem)}", width) if row.did_not_start else []
    return [[("  ", NONE), (line, ALARM)] for line in words]


def row_line(row: Row, columns: list[Column], rows: Sequence[Row]) -> Line:
    """The figures of a row in a line, or why it has none."""
    if row.did_not_start:
        return plain(f" did not start: {in_one_line(row.problem)}", ALARM)
    return row_cells(row, columns, rows, 1)


def which_seconds(rows: Sequence[Row]) -> str:
    """`s of the lesson`, where those of the wall are others."""
    return "s of the lesson" if any(row.speed != 1 for row in rows) else ""


def names_line(columns: list[Column], rows: Sequence[Row], label_width: int, gap: int, words: str = "") -> Line:
    """The names of the columns, after any `words`."""
    names = [cell_text(column, column.title(rows), rows, gap) for column in columns]
    return [left(words, label_width, DIM), *((text, DIM) for text in names)]


def row_cells(row: Row, columns: list[Column], rows: Sequence[Row], gap: int) -> Line:
    """The figures of a row."""
    return [
        (cell_text(column, column.value(row), rows, gap), ALARM if column.alarming(row) else NONE) for column in columns
    ]


def cell_text(column: Column, text: str, rows: Sequence[Row], gap: int) -> str:
    """A text in its column, after the gap."""
    width = column_width(column, rows)
    place = left(text, width) if column.words else right(text, width)
    return " " * gap + place[0]


def column_width(column: Column, rows: Sequence[Row]) -> int:
    """What the name and every value need."""
    return max(cell_len(text) for text in (column.title(rows), *(column.value(row) for row in rows)))


def cells(columns: list[Column], rows: Sequence[Row], gap: int) -> int:
    """What the columns take, with the gaps before them."""
    return sum(column_width(column, rows) + gap for column in columns)


def label_cells(rows: Sequence[Row]) -> int:
    """What the longest label takes."""
    return max((cell_len(label_of(row)) for row in rows), default=0)


def label_of(row: Row) -> str:
    """The label, marked while the row's figures still change, and where something has to be known of them."""
    running = "" if row.over or row.run is None else "▸ "
    return f"{running}{f'{SIGN} ' if marked(row) else ''}{printable(row.label)}"


def noted(rows: Sequence[Row], width: int) -> list[Line]:
    """How the figures count."""
    return [plain(line, DIM) for line in wrapped(how_counted(rows), width)]


def how_counted(rows: Sequence[Row]) -> str:
    """In two sentences: who is counted, and which seconds."""
    text = (
        "p50, p95 and max are of those who got the page, and of those who still wait for it, from the moment a request "
        "was meant to leave; err p50 is of those who got none. "
    )
    if any(not row.load.tells_apart for row in rows):
        text = f"Latency is of {TOGETHER}. "
    speeds = sorted({row.speed for row in rows if row.load.started is not None})
    if speeds in ([], [1.0]):
        return text.rstrip()
    by = " and ".join(f"x{number_text(speed)}" for speed in speeds)
    limits = sorted({limit for row in rows if row.visitors and (limit := slow_text(row))})
    felt = "".join(f" {limit[0].upper()}{limit[1:]}." for limit in limits)
    return f"{text}Seconds are those of the lesson: the runs went {by}, so that much less passed on the wall.{felt}"


def learned(rows: Sequence[Row], width: int) -> Iterator[Line]:
    """The lesson of each row, and the command that repeats it."""
    for row in rows:
        yield from ([(line, STRONG)] for line in wrapped(label_of(row), width))
        for remark in remarks(row):
            yield from ([("  ", NONE), (line, ALARM)] for line in wrapped(f"{SIGN} {remark}", width - 2))
        yield from ([("  ", NONE), (line, NONE)] for line in wrapped(lesson(row), width - 2))
        lines = wrapped(printable(row.command, 1000), width - 4)
        for number, line in enumerate(lines, 1):
            yield [("  ", NONE), (line + (" \\" if number < len(lines) else ""), DIM)]


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells, broken at blanks where there are any."""
    lines = [""]
    for word in text.split():
        if lines[-1] and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines += chop_cells(word, max(2, width))
    return [line for line in lines if line] or [""]
