"""What has to be known of a row before its figures: in the table, on the page, in the JSON."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from asyncdemo.base.durations import slow_from_s
from asyncdemo.measuring.rows import Row, empty_row, failed_row
from asyncdemo.report.about import About
from asyncdemo.report.document import compare_document
from asyncdemo.report.lessons import lesson
from asyncdemo.report.pages.compare_page import compare_page
from asyncdemo.report.picture import picture
from asyncdemo.report.remarks import WHAT_TO_DO, marked, remarks
from asyncdemo.report.svg import picture_svg
from asyncdemo.report.table import as_text, compact, final
from tests.loads import counted
from tests.simulation import row_named, six_rows

ABOUT = About(datetime(2026, 11, 27, 15, 30, tzinfo=UTC), "asyncdemo compare")
PROBLEM = "port 8000 is taken by <nginx>. Choose another with --port."


def late(row: Row, *lags: float) -> Row:
    """As it is when its requests left so late."""
    return replace(row, load=replace(row.load, lag=counted(*lags)))


def flat(rows: list[Row], width: int = 88) -> str:
    """The table in a terminal, its lines joined."""
    return " ".join(as_text(final(rows, width)).split())


def objects(rows: list[Row]) -> list[dict[str, Any]]:
    """The rows of the JSON."""
    return list(json.loads(compare_document(rows, ABOUT))["rows"])


def test_a_row_of_which_nothing_is_to_be_known() -> None:
    """Has no sign."""
    assert not any(marked(row) for row in six_rows())
    assert "! " not in as_text(final(six_rows(), 88))
    assert not any(row["of_the_machine"] or row["cut"] or row["problem"] for row in objects(list(six_rows())))


@pytest.mark.parametrize("width", [60, 88, 110, 160])
def test_why_a_stage_did_not_start_stands_in_its_row(width: int) -> None:
    """Where its figures would be; the others have theirs."""
    rows = list(six_rows())
    rows[1] = failed_row("step1, 4 workers", "asyncdemo run step1 --workers 4", PROBLEM)
    text = flat(rows, width)
    assert "did not start: port 8000" in text
    assert "58/60" in text
    assert "! step1, 4" in as_text(compact(rows, width))
    assert width == 60 or "did not start" in as_text(picture(rows, width))
    assert lesson(rows[1]) == f"It did not start: {PROBLEM}"
    assert text.count("did not start: port 8000") == 2, "in the table, and where there would be something to learn"


def test_why_a_stage_did_not_start_on_the_page_and_in_the_json() -> None:
    """Escaped; with no table of nothing; and no traceback in the picture."""
    rows = [failed_row("step1", "asyncdemo run step1", PROBLEM), *six_rows()[1:]]
    page = compare_page(rows, ABOUT)
    assert page.count("did not start: port 8000 is taken by &lt;nginx&gt;.") == 2
    assert "did not start" in picture_svg(rows)
    assert "No worker has been seen" not in page
    told = objects(rows)[0]
    assert (told["problem"], told["over"], told["place"], told["latency"]["p50_s"]) == (PROBLEM, True, None, None)


def test_a_row_that_was_cut_is_marked_and_adds_up() -> None:
    """In words, everywhere."""
    step2 = six_rows()[2]
    rows = [replace(step2, cut=True), six_rows()[0]]
    words = f"It was cut: of the 60 who had come by then {step2.answered} got the page, {step2.errors} did not."
    assert remarks(rows[0]) == [words]
    assert f"! {words}" in flat(rows)
    page = compare_page(rows, ABOUT)
    assert page.count(words) == 2, "below the table, and with the row"
    assert [row["cut"] for row in objects(rows)] == [True, False]
    assert "! step2" in picture_svg(rows)


def test_who_waits_and_who_was_on_the_way_are_told_of_a_cut_row() -> None:
    """Nobody is missing in the sum."""
    row = six_rows()[0]
    cut = replace(row, cut=True, unheard=2, load=replace(row.load, unfinished=3, scheduled=row.load.scheduled + 3))
    assert remarks(cut) == [
        "It was cut: of the 65 who had come by then 60 got the page, 0 did not, 2 wait, 3 were on their way."
    ]
    assert remarks(replace(empty_row("step1", ""), cut=True)) == ["It was cut before anybody came."]


@pytest.mark.parametrize(
    ("speed", "lags", "is_late"),
    [
        (1.0, [0.45] * 60, False),
        (1.0, [0.6] * 60, True),
        (10.0, [0.09] * 60, False),
        (10.0, [0.12] * 60, True),
        (60.0, [0.09] * 60, False),  # five seconds of the lesson, which nobody feels
        (10.0, [0.001] * 58 + [0.5] * 2, False),  # p95 of less than a hundred
        (10.0, [0.001] * 190 + [0.5] * 10, True),
    ],
)
def test_a_machine_that_is_too_small_is_told(speed: float, lags: list[float], is_late: bool) -> None:
    """When requests left later than half a second of the lesson, and than anybody feels."""
    row = late(row_named("step1", speed=speed, seconds=5.0), *lags)
    told = " ".join(remarks(row))
    assert marked(row) == is_late
    assert (WHAT_TO_DO in told) == is_late
    assert objects([row])[0]["of_the_machine"] == is_late
    assert ("! step1" in as_text(compact([row], 88))) == is_late


def test_a_page_with_nothing_to_wait_for_tells_of_the_machine_too() -> None:
    """What the lag cannot tell: the stages themselves get no time."""
    row = replace(six_rows()[0], reference=counted(*[0.3] * 20))
    assert remarks(row) == [
        "This machine was too small for all that ran on it: a page with nothing to wait for took 0.30 s on the wall "
        "(p95). The figures are of the machine, not of the stage. End what else runs here, take fewer lanes or "
        "--in-turn, or a lower --speed."
    ]
    both = " ".join(remarks(late(row, *[0.4] * 20)))
    assert "requests left 0.40 s late on the wall (p95) and a page with nothing" in both
    assert not remarks(replace(row, reference=counted(*[0.02] * 20)))
    told = objects([row])[0]
    assert (told["reference"]["count"], objects([six_rows()[0]])[0]["reference"]) == (20, None)


def at_speed(speed: float) -> Row:
    """A row whose load says from where on a wait is slow."""
    row = row_named("step3", speed=speed, seconds=30.0)
    assert row.load.started is not None
    return replace(row, load=replace(row.load, started=replace(row.load.started, slow_s=slow_from_s(speed))))


def test_from_where_on_a_wait_is_slow_is_said_where_that_is_no_second() -> None:
    """At x20 it is two seconds of the lesson, a tenth of a second on the wall."""
    rows = [at_speed(20.0)]
    text = flat(rows)
    assert "1st >2 s" in text
    assert "Slow from 2 s of the lesson on: 0.1 s on the wall." in text
    page = compare_page(rows, ABOUT)
    assert "1st &gt;2 s" in page
    assert "Slow from 2 s" in page
    assert objects(rows)[0]["slow_s"] == pytest.approx(0.1)
    assert "more than 1 s" not in lesson(rows[0])


def test_limits_that_differ_have_no_number() -> None:
    """Two speeds in one table."""
    text = flat([at_speed(10.0), at_speed(20.0)])
    assert "1st slow" in text
    assert "1st >" not in text


def test_a_wait_that_nobody_feels_is_not_loud() -> None:
    """1.5 s of the lesson at x20 are 75 ms."""
    row = at_speed(20.0)
    quiet = replace(row, page=counted(*[0.075] * 20))
    loud = replace(row, page=counted(*[0.11] * 20))
    alarms = ['class="alarm"' in compare_page([each], ABOUT).split("1st")[0] for each in (quiet, loud)]
    assert alarms == [False, False]
    cells = [compare_page([each], ABOUT).split("<tbody>")[1].split("</tbody>")[0] for each in (quiet, loud)]
    assert ['class="alarm" data-name="p50"' in each for each in cells] == [False, True]


def test_places_stand_before_the_labels() -> None:
    """In the first table, however narrow; and in the JSON."""
    rows = list(six_rows())
    assert [row["place"] for row in objects(rows)] == [2, None, None, None, None, 1]
    for width in (60, 76, 88, 110):
        lines = as_text(final(rows, width)).splitlines()
        assert sum(line.startswith("2 step1 ") for line in lines) == 1
        assert sum(line.startswith("- step2 ") for line in lines) == 1
    assert "place" not in flat(rows[:1])


@pytest.mark.parametrize("width", [88, 110, 200])
def test_how_long_notifications_took_is_a_column(width: int) -> None:
    """For every stage, those too whose view makes the call."""
    rows = list(six_rows())
    text = flat(rows, width)
    assert ("done p50" in text) or "p50 and max: until they were done" in text
    assert "30.0 s" in text
    assert "76.0 s" in text, "whoever waited longest, of those that were done"
    assert [row["until_done"]["count"] for row in objects(rows)] == [row.books.delivered for row in rows]
    page = compare_page(rows, ABOUT)
    assert page.count("until done, p95") == 6
