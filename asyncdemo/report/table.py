"""The table of a comparison: one line a row while it grows; then whole, with what there is to learn."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import TextIO

from rich.cells import cell_len, chop_cells

from ..base.durations import number_text
from ..base.terminal import terminal_size
from ..base.text import in_one_line, printable
from ..known.state import State
from ..measuring.places import places
from ..measuring.rows import NOTHING, Row
from ..showing.lines.load_lines import TOGETHER
from ..showing.panels import Drawing, View, render, with_foot
from ..showing.panels.lines import Line, fit, left, length, plain, right
from ..showing.panels.style import ALARM, DIM, NONE, STRONG, TITLE
from .columns import BOOKS, FIRST_SLOW, KINDS_NOTE, PAGE, Column, books_columns, kinds_columns, quick_columns, short
from .lessons import lesson
from .remarks import SIGN, marked, remarks, slow_text

LEAST_WIDTH, MOST_WIDTH = 40, 160
"""Of a whole table, in cells."""
PLACE = 2
"""Cells of a place before a label."""
LABEL = 10
"""The least cells that a label gets beside the figures: a longer one takes two lines."""
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
