"""What is to be learned from a row, to the letter: each of the six, and what may come in addition."""

from dataclasses import replace

import pytest

from asyncdemo.known.books import Books
from asyncdemo.measuring.rows import Row
from asyncdemo.report.lessons import lesson, paid, trouble
from asyncdemo.report.pages.load_page import in_short
from tests.simulation import row_named, six_rows

TAUGHT = {
    "step1": "Every visitor waits for the call, 5.0 s at the least. None waits for another, since each has a thread "
    "of its own, 13 at once at the most. That looks good at 1 visitor a second because no number of workers bounds "
    "it; what does is memory, database connections and the outside service.",
    "step1, 4 workers": "4 workers at 11.25 s a call carry 0.36 a second, no more. At 1 visitor a second the rest "
    "queues up: the longest wait was 114 s for the page, 121 s for an error. 2 of 60 got no page (2 timed out, half of "
    "them within 120 s).",
    "step2": "The same view on as many workers: a channel in between makes no call shorter. 4 workers at 11.25 s a "
    "call carry 0.36 a second, no more. At 1 visitor a second the rest queues up: the longest wait was 60.0 s for "
    "the page, 60.6 s for an error. 26 of 60 got no page (26 x 503, half of them within 60.6 s).",
    "step3": "Fast until visitor 5: notifications occupy all 4 workers, and the page waits behind them. 4 workers at "
    "11.25 s a notification carry 0.36 a second, no more. 2 of 60 got no page (2 x 503, half of them within 60.0 s).",
    "bonus": "Processes of their own, the same jam: fast until visitor 4: notifications occupy all 3 workers, and the "
    "page waits behind them. 3 workers at 11.25 s a notification carry 0.27 a second, no more. 9 of 60 got no page "
    "(9 x 503, half of them within 121 s).",
    "reserved": "The reserved worker takes no notification, and the page stays fast (p95 0.058 s). The notifications "
    "pay for it: 46 are still queued, and whatever is not taken within 60 s is lost without a word.",
}


@pytest.mark.parametrize("name", TAUGHT)
def test_each_of_the_six_rows_teaches_its_own(name: str) -> None:
    """With its figures, and nothing that they do not say."""
    assert lesson(row_named(name)) == TAUGHT[name]


def test_what_was_lost_without_a_word_is_told_in_the_end() -> None:
    """Once nobody waits for a worker any more."""
    assert lesson(six_rows()[-1]).endswith(
        "The notifications pay for it: 35 of 60 were lost without a word, after 60 s in the queue; 1 is still queued."
    )


def waiting(count: int, unfinished: int = 0) -> Row:
    """The row of step3, of which so many wait, and so many were on their way when somebody ended the load."""
    row = row_named("step3")
    latest = row.load.latest
    assert latest is not None
    load = replace(row.load, latest=replace(latest, waiting=[(1, 1, count)]), ended_at=float("inf"))
    return replace(row, load=replace(load, unfinished=unfinished))


@pytest.mark.parametrize(
    ("count", "unfinished", "words"),
    [
        (0, 0, ""),
        (1, 0, "; 1 still waits"),
        (2, 0, "; 2 still wait"),
        (0, 1, "; 1 was on its way when the load was ended"),
        (0, 2, "; 2 were on their way when the load was ended"),
    ],
)
def test_whoever_has_no_page_yet_is_counted(count: int, unfinished: int, words: str) -> None:
    """Beside those who got an error."""
    told = trouble(waiting(count, unfinished))
    assert told == f"2 of 60 got no page (2 x 503, half of them within 60.0 s){words}."


def test_who_pays_for_the_fast_page_is_told_by_how() -> None:
    """What was refused, what waits, and what that comes to; where nothing is lost and nothing waits, that."""
    row = row_named("reserved")
    doomed = "and whatever is not taken within 60 s is lost without a word"
    books = replace(row.books, expired=0)
    assert paid(replace(row, books=replace(books, queued=2, refused=3))) == (
        f"The notifications pay for it: 3 were refused, since the channel was full; 2 are still queued, {doomed}."
    )
    assert paid(replace(row, books=replace(books, queued=1))) == (
        f"The notifications pay for it: 1 is still queued, {doomed}."
    )
    assert paid(replace(row, books=replace(books, queued=0, refused=1))) == (
        "The notifications pay for it: 1 was refused, since the channel was full."
    )
    assert " 1 of 61 was lost without a word" in paid(replace(row, books=replace(books, expired=1)))
    none = replace(books, queued=0)
    assert paid(replace(row, books=none)) == f"All {none.sent} notifications went out or are on their way."
    assert paid(replace(row, books=replace(none, died=1))) == ""
    one = Books(delivered=1)
    assert paid(replace(row, books=one)) == "The notification went out or is on its way."
    assert lesson(replace(row_named("step3"), books=Books(expired=1))).endswith(
        " 1 of 1 notification was lost without a word, after 60 s in the queue."
    )


def test_the_page_of_a_load_counts_as_the_lesson_does() -> None:
    """One who waits, and one who was on the way."""
    assert in_short(waiting(1)) == "58 of 60 requests got what was asked for, 2 did not, 1 still waits."
    assert in_short(waiting(2)).endswith(", 2 still wait.")
    assert in_short(waiting(0, 1)).endswith(", 1 was on its way when it was ended.")
