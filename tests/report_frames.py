"""`make frames`: what a report is made of, in tests/unit/report/frames, to be looked at: a browser shows it.

One that is not as it was drawn fails a test. Whoever changes a picture or a table draws them anew, and sees in the
diff what has changed.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.color import ANSI_COLOR_NAMES
from rich.style import Style

from asyncdemo import __version__
from asyncdemo.base.histogram import Histogram
from asyncdemo.events.events import CrewChanged, LoadTurned
from asyncdemo.measuring.rows import Row, row_of, row_so_far
from asyncdemo.report import load_svg
from asyncdemo.report.about import About
from asyncdemo.report.document import compare_document
from asyncdemo.report.load_svg import histogram_svg, over_time_svg
from asyncdemo.report.medians import markdown, over
from asyncdemo.report.pages.compare_page import compare_page
from asyncdemo.report.pages.load_page import load_page
from asyncdemo.report.picture import picture
from asyncdemo.report.screens.glyphs import DRAWN
from asyncdemo.report.screens.screen_svg import screen_svg
from asyncdemo.report.svg import NARROW, WIDE, picture_svg
from asyncdemo.report.table import compact, final
from asyncdemo.showing.panels import Drawing, View
from tests.frames import text_of
from tests.loads import bad_day, counted
from tests.simulated_today import today_events
from tests.simulation import row_named

FOLDER = Path(__file__).parent / "unit" / "report" / "frames"
ROWS = ("step2", "step3", "reserved")
WIDTHS = (40, 60, 88, 110)
ABOUT = About(datetime(2026, 11, 28, 15, 30, tzinfo=UTC), "asyncdemo compare", (("rate", "1"),), (("Python", "3.13"),))
COLOURS = [name for name, number in ANSI_COLOR_NAMES.items() if number < 16]


def lines_of(markup: str) -> str:
    """An element a line, so that a diff shows which is another."""
    return markup.replace("><", ">\n<").rstrip() + "\n"


def without_style(page: str) -> str:
    """A page by what is in it: how that looks is `page.css`, which has a diff of its own."""
    before, _, rest = page.partition("<style>")
    return f"{before}<style></style>{rest.partition('</style>')[2]}"


def without_pictures(page: str) -> str:
    """A page by its words and tables: the pictures in it have frames of their own."""
    return re.sub(r"<svg.*?</svg>", "<svg></svg>", page, flags=re.DOTALL)


def main_of(page: str) -> str:
    """What is below the head of a page: that is in the frame of another."""
    return page[page.index("<main>") : page.index("</main>")] + "</main>"


def figures_of(page: str) -> str:
    """Of a comparison, what hangs on how long something took, and no strips: all else is in the frame of another."""
    others = r'<section aria-labelledby="(?:waits|measured)">.*?</section>|<table class="workers">.*?</table>'
    return re.sub(others, "", main_of(page), flags=re.DOTALL)


def in_lines(document: str) -> str:
    """JSON with each list of numbers, or of lists of them, in a line; whatever the version."""
    lines = re.sub(r"\[[\s\d.,e\[\]-]+\]", lambda found: " ".join(found[0].split()), document)
    return lines.replace(f'"asyncdemo": "{__version__}"', '"asyncdemo": ""')


def spread(least_s: float) -> Histogram:
    """A hundred durations, no two of which are counted together: each percentile is another."""
    return counted(*(least_s * 1.07**number for number in range(100)))


def spread_row() -> Row:
    """A run whose every percentile is another, of what took how long is told of anywhere."""
    row = row_named("reserved")
    load = replace(row.load, service=spread(0.0015), lag=spread(1e-5), by_end={"200": spread(0.002)})
    facts = {"page": spread(0.002), "took": spread(0.03), "failed": spread(0.3), "reference": spread(0.001)}
    return replace(row, load=load, kinds=(), **facts)  # type: ignore[arg-type]  # all of them are histograms


def day() -> Row:
    """A load on which much goes wrong, turned and helped by hand, at random moments."""
    state = bad_day()
    state.fold(LoadTurned(t=3.0, process="asyncdemo", factor=2.0))
    state.fold(CrewChanged(t=3.5, process="asyncdemo", general=4, reserved=1))
    assert state.load.started is not None
    state.load.started = replace(state.load.started, arrivals="poisson", seed=7)
    state.load.problem = "Connection refused"
    return row_so_far("hammer", "asyncdemo hammer", state, 5.0)


def glyphs() -> Drawing:
    """Every character that is drawn as a shape, and every colour that has a name, in each way to write in it."""
    shapes = [[(character * 2 + " ", Style()) for character in sorted(DRAWN)]]
    looks = [{}, {"bold": True}, {"dim": True}, {"reverse": True}, {"underline": True}, {"italic": True}]
    return Drawing([*shapes, *([(f"{name} ", Style(color=name, **look)) for name in COLOURS] for look in looks)])


def drawn() -> Iterator[tuple[str, str]]:
    """(file name, text) of all."""
    rows = [row_named(name) for name in ROWS]
    for width in WIDTHS:
        tables = [final(rows, width), compact(rows, width), picture(rows, width)]
        yield f"table-{width}.txt", "\n".join(text_of(each, View(width, 24)) for each in tables)
    for sheet in (WIDE, NARROW):
        yield f"race-{sheet.name}.svg", lines_of(picture_svg(rows, sheet=sheet))
    held = row_of("today, a worker is killed", "", today_events("today", {"worker.2": 4.2}))
    yield "kinds.txt", text_of(final([held], 110), View(110, 24))
    yield "kinds.svg", lines_of(picture_svg([held]))
    load = bad_day().load
    load.fold(LoadTurned(t=3.0, process="asyncdemo", factor=2.0))
    for sheet in (load_svg.WIDE, load_svg.NARROW):
        yield f"load-{sheet.name}.svg", lines_of(over_time_svg(load, sheet) + histogram_svg(load, sheet))
    yield "compare.html", lines_of(without_style(compare_page(rows[1:], ABOUT)))
    yield "load.html", lines_of(without_pictures(main_of(load_page(day(), ABOUT))))
    yield "spread.html", lines_of(figures_of(compare_page([spread_row()], ABOUT)))
    yield "spread.json", in_lines(compare_document([spread_row(), day()], ABOUT))
    races = [[spread_row(), day()], [replace(spread_row(), page=spread(0.003), took=spread(0.02)), day()]]
    yield "spread.md", markdown(over(races))
    yield "spread.txt", text_of(final([spread_row(), day()], 110), View(110, 24))
    yield "glyphs.svg", lines_of(screen_svg(glyphs(), "glyphs"))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in drawn():
        (FOLDER / name).write_text(text)
