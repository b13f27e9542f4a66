"""Rows of today in every report: each kind of work with its books and its times, and the lesson that they bear out."""

import json
import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from asyncdemo.base.durations import seconds_text
from asyncdemo.known.books import total
from asyncdemo.measuring.rows import Kind, OfKind, Row, row_of
from asyncdemo.report.about import About
from asyncdemo.report.axes import curves
from asyncdemo.report.document import compare_document, load_document
from asyncdemo.report.lessons import lesson
from asyncdemo.report.pages.compare_page import compare_page
from asyncdemo.report.paint import LIGHT
from asyncdemo.report.picture import picture
from asyncdemo.report.svg import picture_svg
from asyncdemo.report.table import as_text, compact, final
from asyncdemo.showing.panels.lines import length
from tests.simulated_today import CASES, today_events
from tests.simulation import row_named

ABOUT = About(datetime(2026, 11, 27, tzinfo=UTC), "asyncdemo compare", (), ())
KILLED = {"celery": {"worker.2": 6.0}, "celery defaults": {"worker.2": 6.0}}
CASE_NAMES = [*CASES]


@cache
def row(case: str) -> Row:
    return row_of(CASES[case].label, CASES[case].command, today_events(case, KILLED.get(case)))


@cache
def rows() -> tuple[Row, ...]:
    """A row of bonus, and all of today."""
    return (row_named("reserved"), *map(row, CASE_NAMES))


def mail(case: str) -> OfKind:
    quick = row(case).quick
    assert quick is not None
    return quick


def p50(case: str) -> str:
    return seconds_text(mail(case).latency.percentile(50) * 10)


@pytest.mark.parametrize("case", CASE_NAMES)
def test_the_kinds_of_a_row_add_up_to_its_books(case: str) -> None:
    here = row(case)
    assert here.kind is Kind.TASKS
    assert [kind.task.short for kind in here.kinds] == ["notify", "mail"]
    assert total([kind.books for kind in here.kinds]) == here.books
    assert [kind.books.sent for kind in here.kinds] == [60, 60]
    assert here.workers == len([strip for strip in here.strips if "worker" in strip.worker])
    assert here.capacity in (float("inf"), pytest.approx(CASES[case].general / 11.75))


def told(row: Row) -> Any:
    """Its object, read back."""
    return json.loads(compare_document([row], ABOUT))["rows"][0]


@pytest.mark.parametrize("case", CASE_NAMES)
def test_the_document_has_each_kind_by_its_tasks_name(case: str) -> None:
    here = told(row(case))
    assert list(here["kinds"]) == ["notify", "password_mail"]
    for kind in row(case).kinds:
        found = here["kinds"][kind.task.name]
        parts = (found[term] for term in ("delivered", "running", "queued", "held", "lost", "unknown"))
        assert found["sent"] == sum(parts) == 60
        assert found["latency"].keys() == here["latency"].keys()
        assert found["latency"]["p50_s"] == pytest.approx(kind.latency.percentile(50), abs=1e-5)
        assert found["latency"]["count"] == 60 - found["lost"]
    sums = {term: sum(kind[term] for kind in here["kinds"].values()) for term in here["notifications"]}
    assert sums == here["notifications"]
    assert here["run"]["choices"] == list(CASES[case].choices)


def test_where_there_is_one_kind_there_are_no_kinds() -> None:
    assert told(row_named("reserved"))["kinds"] == {}
    assert json.loads(load_document(row("today"), ABOUT))["rows"][0]["kinds"] is None


def test_the_document_has_what_a_killed_worker_holds() -> None:
    kinds = told(row("celery defaults"))["kinds"]
    assert (kinds["notify"]["held"], kinds["notify"]["died"]) == (3, 1)
    assert sum(kind["held"] for kind in told(row("celery"))["kinds"].values()) == 1


@pytest.mark.parametrize("width", [60, 80, 88, 110, 160])
def test_the_table_has_a_line_for_each_kind(width: int) -> None:
    lines = as_text(final(rows(), width))
    assert (
        max(length(line) for drawing in (final(rows(), width), compact(rows(), width)) for line in drawing.lines)
        <= width
    )
    words = " ".join(lines.split())
    assert "the tasks, by kind" in lines
    assert "what still waits, or is held, so far" in words
    for case in CASE_NAMES:
        for kind in row(case).kinds:
            assert seconds_text(kind.latency.percentile(95) * 10) in lines
    assert "the tasks, by kind" not in as_text(final([row_named("reserved")], width))


def test_while_it_goes_on_a_row_has_what_is_worth_watching() -> None:
    lines = as_text(compact(rows(), 110)).splitlines()
    assert "mail p50" in lines[0]
    for case, line in zip(CASE_NAMES, lines[2:], strict=True):
        assert p50(case) in line
    assert "mail" not in as_text(compact([row_named("reserved")], 110))


def test_held_is_a_column_where_it_can_be() -> None:
    lines = as_text(final(rows(), 110)).splitlines()
    head = next(line for line in lines if " queued " in line and "lost how" in line)
    (celery,) = [line for line in lines if line.startswith("today_celery, 2+1 reserved ") and "1 died" in line]
    assert celery[head.index("held") : head.index("held") + 4].strip() == "3"
    assert "held" not in as_text(final([row_named("reserved")], 110))


def test_the_lesson_of_workers_for_all_is_that_a_mail_waits() -> None:
    for case in ("today", "one queue", "celery"):
        words = lesson(row(case))
        assert words.startswith("The page is fast, whatever the workers do")
        assert f"Mail waits behind notify: half of all mail takes up to {p50(case)}" in words
        assert ("A queue of its own changes nothing while the same 3 workers take both." in words) == (
            case != "one queue"
        )
        assert "0 of 120 lost" in words
    assert "3 workers at 11.75 s a visitor carry 0.26 a second, no more." in lesson(row("today"))


def test_the_lesson_of_priority_is_that_a_worker_must_be_free() -> None:
    words = lesson(row("priority"))
    assert f"Mail goes first, but only when a worker is free: half of all mail takes up to {p50('priority')}" in words
    assert "A queue of its own" not in words


def test_the_lesson_of_a_reserved_worker_is_that_mail_does_not_wait() -> None:
    words = lesson(row("today reserved"))
    assert "The reserved worker takes no notify, and mail does not wait behind it" in words
    assert f"done within {p50('today reserved')}" in words
    assert "Notify pays for it: 46 notify still queued." in words
    assert "0 of 120 lost" in words


def test_the_lesson_says_what_is_held_and_what_is_lost() -> None:
    assert "1 is held by a dead worker, until the queue gives it out again after 3600 s" in lesson(row("celery"))
    assert "3 are held" in lesson(row("celery defaults"))
    assert "1 of 120 lost (1 died)" in lesson(row("celery defaults"))
    killed = row_of("today", "", today_events("today", {"worker.1": 5.0}))
    assert "1 is held for ever: its worker is dead, and the queue never gives it back" in lesson(killed)
    assert "No mail is done: 60 notify and 60 mail still queued" in lesson(row("nobody"))


def test_the_picture_shows_mail_by_when_it_was_sent() -> None:
    drawn = dict(zip(["bonus", *CASE_NAMES], curves(rows()), strict=True))
    for case in CASE_NAMES:
        points = drawn[case].points
        assert sum(point.count for point in points) == mail(case).latency.count
        assert max(point.longest_s for point in points) == pytest.approx(mail(case).latency.max_s * 10, rel=0.02)
        assert 0 <= points[0].came_s < points[-1].came_s <= drawn[case].seconds == 60
    assert max(point.longest_s for point in drawn["bonus"].points) < 0.1
    words = as_text(picture(rows(), 88))
    assert "mail in place of the page, where that waits for nothing" in words
    assert f"mail p95 {seconds_text(mail('today').latency.percentile(95) * 10)}" in words
    svg = str(picture_svg(rows()))
    assert f"mail p50 {p50('today')}" in svg
    assert "Mail in place of the page" in svg
    assert "in place of the page" not in str(picture_svg([row_named("reserved")]))


def test_the_page_has_each_kind_and_a_third_colour() -> None:
    page = compare_page(rows(), ABOUT)
    assert page.count("The tasks, by kind") == 1 + len(CASE_NAMES)
    text = re.sub(r"<[^>]*>", " ", page)
    for case in CASE_NAMES:
        assert p50(case) in text
    assert LIGHT["quick"] in page
    assert "with notify" in page
    busy = r"shortworker\.1: busy for \d+% of the load.{1,6}s time, "
    strips = re.findall(busy + r"(\d+)% with notify, (\d+)% with mail", page)
    assert strips
    assert all(int(notify) == 0 < int(quick) for notify, quick in strips)
    assert LIGHT["quick"] not in compare_page([row_named("reserved")], ABOUT)
