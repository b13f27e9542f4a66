"""What a row of a project of the user's teaches: what holds its workers, or what became of its tasks."""

from dataclasses import replace

import pytest

from asyncdemo.base.histogram import Histogram
from asyncdemo.events.stage import StageEntry, WorkerKind
from asyncdemo.known.books import Books
from asyncdemo.known.routes import Page
from asyncdemo.measuring.rows import Row
from asyncdemo.report.lessons import lesson
from tests.simulation import row_named

SLOW = Page("GET", "/slow/", busy_s=20.0)
SLOW.statuses["200"] = 10


def own_row(books: Books, took_s: float = 0.0) -> Row:
    """That of a project with a slow page, and with such books."""
    took = Histogram()
    if took_s:
        took.record(took_s)
    row = row_named("reserved")
    assert row.run is not None
    stage = StageEntry(name="mysite", title="", worker_kind=WorkerKind.THREADS, own=True)
    run = replace(row.run, stage=stage, general=0, reserved=0, speed=1.0, delays=[])
    return replace(row, run=run, books=books, took=took, slowest=SLOW, servers=4)


@pytest.mark.parametrize(
    ("books", "took_s", "words"),
    [
        (Books(), 0.0, "GET /slow/ holds a worker for 2.0 s: 4 carry 2 a second."),
        (Books(delivered=60), 2.0, "Of 60 tasks 60 are done, half of them within 2.0 s."),
        (
            Books(delivered=1, running=2, queued=3, held=4, failed=5),
            0.0,
            "Of 15 tasks 1 is done; 2 in hand, 3 still queued, 4 held by a dead worker, 5 lost (5 failed).",
        ),
        (Books(delivered=1, unknown=2), 0.0, "Of 3 tasks 1 is done; of 2 nobody knows where they are."),
    ],
)
def test_a_row_of_a_project(books: Books, took_s: float, words: str) -> None:
    """Where its pages send tasks, how long they hold workers says little: a worker may do both."""
    told = lesson(own_row(books, took_s))
    assert words in told
    assert ("holds a worker" in told) == (not books.sent)
