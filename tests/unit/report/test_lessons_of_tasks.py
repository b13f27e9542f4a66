"""What a row of today says where its figures are others than those that are simulated."""

from dataclasses import replace
from typing import Any

import pytest

from asyncdemo.base.histogram import Histogram
from asyncdemo.known.books import Books
from asyncdemo.measuring.rows import Row, row_of
from asyncdemo.report.lessons import held_words, kept_text, lesson
from tests.loads import counted
from tests.simulated_today import CASES, today_events


def spread(least_s: float) -> Histogram:
    """A hundred durations, no two of which are counted together: each percentile is another."""
    return counted(*(least_s * 1.03**number for number in range(100)))


def row_with(case: str, mail: Histogram, books: Books, reserved: int | None = None, **changed: Any) -> Row:
    """A case, whose mails took so long; all of its tasks have these books."""
    row = row_of(CASES[case].label, "", today_events(case))
    kinds = tuple(
        replace(kind, books=books if kind.task.slow else Books(delivered=60), latency=mail) for kind in row.kinds
    )
    run = row.run
    if reserved is not None:
        assert run is not None
        run = replace(run, reserved=reserved)
    return replace(row, kinds=kinds, books=books, run=run, **changed)


SOON = "half of all mail is done within 0.43 s (p95 1.6 s)"
LATE = "half of all mail takes up to 4.3 s, the longest 18.7 s, though one takes 0.5 s"
KEPT = "0 of 1 lost: what is queued waits until a worker takes it."
CARRY = "3 workers at 11.75 s a visitor carry 0.26 a second, no more."


@pytest.mark.parametrize(
    ("case", "mail", "books", "reserved", "words"),
    [
        (
            "today",
            spread(0.01),
            Books(delivered=1),
            None,
            f"Nothing keeps mail for long: {SOON}. That lasts as long as a worker is free. {CARRY} {KEPT}",
        ),
        (
            "today reserved",
            spread(0.01),
            Books(delivered=1),
            None,
            f"The reserved worker takes no notify, and mail does not wait behind it: {SOON}. {KEPT}",
        ),
        (
            "today reserved",
            spread(0.01),
            Books(queued=1),
            2,
            f"The 2 reserved workers take no notify, and mail does not wait behind it: {SOON}. "
            f"Notify pays for it: 1 notify still queued. {KEPT}",
        ),
        (
            "today",
            spread(0.1),
            Books(delivered=1),
            None,
            f"Mail waits behind notify: {LATE}. A queue of its own changes nothing while the same 3 workers take both. "
            f"{CARRY} {KEPT}",
        ),
        (
            "priority",
            spread(0.1),
            Books(delivered=1),
            None,
            f"Mail goes first, but only when a worker is free: {LATE}. No priority interrupts a notify that a worker "
            f"has begun. {KEPT}",
        ),
    ],
)
def test_the_page_is_fast_and_the_mail_is_or_is_not(
    case: str, mail: Histogram, books: Books, reserved: int | None, words: str
) -> None:
    """With the figures of the mails, and what that costs."""
    row = row_with(case, mail, books, reserved, page=spread(0.0001))
    assert lesson(row) == f"The page is fast, whatever the workers do (p95 0.016 s). {words}"


@pytest.mark.parametrize(
    ("books", "words"),
    [
        (Books(), ""),
        (Books(delivered=2), "0 of 2 lost: what is queued waits until a worker takes it."),
        (
            Books(delivered=1, held=1, again=1),
            "1 is held for ever: its worker is dead, and the queue never gives it back; 1 task begun again; "
            "0 of 2 lost: what is queued waits until a worker takes it.",
        ),
        (
            Books(delivered=1, held=2, again=2, died=1, failed=2),
            "2 are held for ever: its worker is dead, and the queue never gives it back; 2 tasks begun again; "
            "3 of 6 lost (1 died, 2 failed).",
        ),
    ],
)
def test_what_is_held_begun_again_and_lost_is_told(books: Books, words: str) -> None:
    """And that nothing is, where there was something to lose."""
    assert kept_text(row_with("today", spread(0.01), books)) == words


@pytest.mark.parametrize(("speed", "clock"), [(1.0, ""), (2.0, " on the wall"), (0.5, " on the wall")])
def test_a_queues_own_clock_is_that_of_the_wall(speed: float, clock: str) -> None:
    """Said where the lesson has another."""
    row = row_of("", "", today_events("celery"))
    assert row.run is not None
    told = held_words(replace(row, run=replace(row.run, speed=speed)))
    assert told == f"by a dead worker, until the queue gives it out again after 3600 s{clock}"


@pytest.mark.parametrize("slow", [{"page": spread(0.1)}, {"page": Histogram()}])
def test_where_the_page_is_not_fast_nothing_is_said_of_mails(slow: dict[str, Any]) -> None:
    """Its own figures are what matters then."""
    told = lesson(row_with("today", spread(0.01), Books(delivered=1), **slow))
    assert "mail" not in told
    assert "whatever the workers do" not in told
