"""The page of a comparison: the picture, the table, and each row with all that is known of it."""

from collections.abc import Sequence

from ...base.durations import number_text, seconds_text
from ...base.histogram import STEPS
from ...base.text import counted, in_one_line, ordinal
from ...known.books import Books, losses
from ...measuring.places import places
from ...measuring.rows import NOTHING, Kind, Row
from ...showing.lines.load_lines import failures_text
from .. import measured_2016
from ..about import About
from ..columns import (
    KINDS,
    KINDS_NOTE,
    PAGE,
    UNTIL_DONE,
    Column,
    books_columns,
    busy,
    errors_p50,
    first_waited,
    kinds_columns,
    seconds,
    took,
)
from ..lessons import lesson
from ..markup import Markup, element
from ..measured_2016 import Measured, measured
from ..picture import instead
from ..remarks import SIGN, remarks
from ..svg import NARROW, WIDE, picture_svg
from ..table import how_counted, kind_rows, label_of, place_text
from .page import figure, page, paragraph, section, table
from .strips import legend, strip_svg, time_scale

MOST_STRIPS = 40
"""More workers are counted, not drawn."""
CAPTION = (
    "Each mark is a visitor who got the page, or the one who waited longest of those who came at about the same time; "
    "who still waits counts with the wait so far. A red x is one who got no page, and how long that took to be said. "
    "The scale is logarithmic, the same for all: 1 s is the dark line in the middle, and who is in the shaded part "
    "waits for so long that it is slow. Thin grey lines are the other rows."
)
COUNTED = "of those who got it or still wait"
IN_THE_TABLE = (
    "err p50: half of those who got no page waited so long at the most. "
    "1st: which visitor was the first to wait for longer than that. busy: busy / (busy + idle), mean of the workers."
)


def compare_page(rows: Sequence[Row], about: About) -> str:
    """The whole file, of as many rows as there are."""
    title = f"One load, {len(rows)} {'way' if len(rows) == 1 else 'ways'} to run the same page"
    wide, narrow = (picture_svg(rows, headed=False, sheet=sheet) for sheet in (WIDE, NARROW))
    sections = [row_section(number, row) for number, row in enumerate(rows, 1)]
    return page(
        title,
        about,
        section("How long visitors waited", figure(wide, narrow, caption(rows)), name="waits"),
        section("All figures", *overview(rows), *noted(rows), name="figures"),
        section("What to learn from each", *sections, name="rows"),
        section("How this was measured", *how_measured(rows), name="measured"),
    )


def caption(rows: Sequence[Row]) -> str:
    """How to read the picture."""
    more = instead(rows)
    return f"{CAPTION} {more[0].upper()}{more[1:]}." if more else CAPTION


def noted(rows: Sequence[Row]) -> list[Markup]:
    """How the figures count, and of which rows something has to be known first."""
    told = [paragraph(f"{label_of(row)}: {remark}", "remark") for row in rows for remark in remarks(row)]
    return [*told, paragraph(how_counted(rows), "soft")]


def overview(rows: Sequence[Row]) -> list[Markup]:
    """The tables of all rows."""
    of_page = overview_table(PAGE, rows, f"The page, as its visitors saw it. {IN_THE_TABLE}", first=True)
    of_all = overview_table(books_columns(rows), rows, f"The notifications. {UNTIL_DONE}")
    kinds = kind_rows(rows)
    return [
        of_page,
        of_all,
        *([overview_table(kinds_columns(rows), kinds, f"The tasks, by kind. {KINDS_NOTE}.")] if kinds else []),
    ]


def overview_table(columns: Sequence[Column], rows: Sequence[Row], caption: str, first: bool = False) -> Markup:
    """A line for each row; the `first` has places and problems."""
    names = [*(["place"] if first else []), "run"]
    heads = [element("th", name, scope="col", class_="words") for name in names]
    heads += [
        element("th", column.title(rows), scope="col", class_="words" if column.words else None) for column in columns
    ]
    lines = []
    for row, place in zip(rows, places(rows), strict=True):
        before = [element("td", place_text(place), class_="place", data_name="place")] if first else []
        label = element("th", label_of(row), scope="row")
        lines.append(element("tr", *before, label, *overview_cells(row, columns, rows, first)))
    parts = [element("caption", caption), element("thead", element("tr", *heads)), element("tbody", *lines)]
    return element("table", *parts, class_="overview")


def overview_cells(row: Row, columns: Sequence[Column], rows: Sequence[Row], first: bool) -> list[Markup]:
    """The figures of a row, or why it has none."""
    if row.did_not_start and first:
        return [element("td", f"did not start: {in_one_line(row.problem)}", colspan=len(columns), class_="alarm words")]
    return [overview_cell(row, column, rows) for column in columns]


def overview_cell(row: Row, column: Column, rows: Sequence[Row]) -> Markup:
    """A figure, loud where it should be; its name is for a screen that has no room for a head."""
    classes = " ".join([*(["alarm"] if column.alarming(row) else []), *(["words"] if column.words else [])])
    return element("td", column.value(row), class_=classes or None, data_name=column.title(rows))


def row_section(number: int, row: Row) -> Markup:
    """All that is known of a row."""
    name = f"row-{number}"
    parts = [
        *(paragraph(f"{SIGN} {remark}", "remark") for remark in remarks(row)),
        paragraph(lesson(row), "lesson"),
        *([] if row.did_not_start else figures(row, name)),
        paragraph("To see it happen:", "soft"),
        element("pre", element("code", row.command)),
    ]
    return section(row.label, *parts, name=name, level=3, class_="row")


def figures(row: Row, name: str) -> list[Markup]:
    """Of a row that did start."""
    books = [books_table(row.books, row.stage.job)] if row.run is not None and not row.kinds else []
    books += [kinds_figures(row)] if row.kinds else []
    return [element("div", page_figures(row), *books, class_="side"), workers_table(row, name)]


def page_figures(row: Row) -> Markup:
    """Today, and beside it 2016 where there is something to compare."""
    today = {
        "answered": f"{row.answered} of {row.visitors}",
        "p50": seconds(50)(row),
        "p95": seconds(95)(row),
        "max": seconds(None)(row),
        first_name(row): first_waited(row),
        "no page, p50": errors_p50(row),
        "no page": failures_text(row.load) or "0",
        "workers busy": busy(row),
        "notifications out": str(row.books.delivered),
        "until done, p50": took(50)(row),
        "until done, p95": took(95)(row),
        "until done, max": took(None)(row),
        "lost without a word": str(row.books.expired),
    }
    then = measured(row)
    if then is None:
        return table(f"The page today, {COUNTED}", ["", "today"], today.items())
    now, year = f"today, {counted(row.visitors, 'visitor')}", f"{measured_2016.YEAR}, {measured_2016.REQUESTS} visitors"
    beside = figures_of(then, row)
    lines = [(name, value, beside.get(name, NOTHING)) for name, value in today.items()]
    return table(f"The page today, {COUNTED}; in {measured_2016.YEAR}, answered only", ["", now, year], lines)


def first_name(row: Row) -> str:
    """`first to wait > 1 s`."""
    return f"first to wait > {number_text(round(row.slow_s, 2))} s"


def figures_of(then: Measured, row: Row) -> dict[str, str]:
    """What is known of 2016, by the same names."""
    first = ordinal(then.first_waited) if then.first_waited else "nobody"
    return {
        "answered": f"{then.answered} of {measured_2016.REQUESTS}",
        "p50": seconds_text(then.p50_s),
        "p95": seconds_text(then.p95_s),
        first_name(row): first if row.slow_s <= measured_2016.SLOW_S else f"{first} (> {measured_2016.SLOW_S:g} s)",
        "notifications out": str(then.printed),
        "lost without a word": str(then.lost),
    }


def books_table(books: Books, job: str) -> Markup:
    """Where every notification is: the terms add up."""
    lost = [(f"lost: {words}", str(count)) for count, words in losses(books, job)]
    lines = [
        ("delivered", str(books.delivered)),
        ("running", str(books.running)),
        ("queued", str(books.queued)),
        *(lost or [("lost", "0")]),
        ("unknown", str(books.unknown)),
        ("sent, all of these", str(books.sent)),
    ]
    return table("The notifications", ["", "count"], lines)


def kinds_figures(row: Row) -> Markup:
    """Where the tasks of each kind are, the terms that add up; and how long they took."""
    heads = ["", *(kind.task.short for kind in row.kinds)]
    each = kind_rows([row])
    lines = [(column.name, *(column.value(part) for part in each)) for column in KINDS]
    unknown = ("unknown", *(str(part.books.unknown) for part in each))
    return table("The tasks, by kind", heads, [*lines, *([unknown] if row.books.unknown else [])])


def workers_table(row: Row, name: str) -> Markup:
    """A strip for every worker, over the whole run."""
    if not row.strips:
        return paragraph("No worker has been seen.", "soft")
    shown = row.strips[:MOST_STRIPS]
    one_by_one = row.kind is not Kind.THREADS
    what = "worker" if one_by_one else "thread"
    heads = [element("th", what, scope="col", class_="words"), element("th", "takes", scope="col", class_="words")]
    heads.append(element("th", "busy", scope="col"))
    heads.append(element("th", "from the first request to the end of the run", scope="col", class_="words"))
    lines = [
        element(
            "tr",
            element("th", strip.worker, scope="row"),
            element("td", row.stage.takes(strip.channels), class_="words"),
            element("td", f"{strip.busy:.0%}"),
            element("td", strip_svg(strip, row, f"{name}-{number}"), class_="strip"),
        )
        for number, strip in enumerate(shown)
    ]
    lines.append(
        element("tr", *[element("td")] * 3, element("td", time_scale(row), class_="strip"), aria_hidden="true")
    )
    words = element("caption", strips_caption(row), element("div", legend(f"{name}-key", row.stage)))
    parts = [words, element("thead", element("tr", *heads)), element("tbody", *lines)]
    more = len(row.strips) - len(shown)
    rest = [paragraph(f"and {more} more", "soft")] if more else []
    return element("div", element("table", *parts, class_="workers"), *rest, class_="wide")


def strips_caption(row: Row) -> str:
    """How a strip is to be read."""
    line = "; the line across is where requests stopped coming" if row.seconds < row.length_s * 0.99 else ""
    return f"Each strip is a worker's time, as high as it was busy{line}. busy: while requests came."


def how_measured(rows: Sequence[Row]) -> list[Markup]:
    """What a careful reader asks."""
    told = [
        "The load is open: requests leave on a schedule, whether or not earlier ones were answered, as visitors come. "
        "Latency counts from the moment a request was meant to leave, so that a server that stalls cannot hide it "
        "(no coordinated omission). Whoever has no answer yet counts with the wait so far; whoever got another "
        "than the page is among the errors, with a latency of their own: a fast refusal is no fast page.",
        f"Latencies are kept in a histogram whose steps are 1/{STEPS} = {1 / STEPS:.1%} of the value; percentiles are "
        "by nearest rank and never too small.",
    ]
    if any(row.speed != 1 for row in rows):
        told.append(
            "Seconds are those of the lesson: delays, time limits and pauses were shortened by the speed, and measured "
            "times are multiplied by it. What the machine itself takes is not shortened: at x10, a page of 4 ms reads "
            "as 0.04 s."
        )
    if any(measured(row) for row in rows):
        told.append(
            f"The figures of {measured_2016.YEAR} are those of the original demo ({measured_2016.WHAT}), measured on "
            f"{measured_2016.MEASURED_ON} at 1 request a second for {measured_2016.REQUESTS} s. Their percentiles are "
            "of the answered alone: whoever had no answer at the end is not in them, so that a jam looks shorter there."
        )
    return [paragraph(text) for text in told]
