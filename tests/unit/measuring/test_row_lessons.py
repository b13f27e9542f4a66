"""What a row of a comparison teaches: in the words of the talk, and no more than its figures say."""

from dataclasses import replace
from typing import Any

import pytest

from asyncdemo.events import events as e
from asyncdemo.measuring.rows import Kind, Row, kind_of, row_of
from asyncdemo.report.lessons import lesson
from asyncdemo.stages.catalogue import STAGES
from tests.simulation import SIX, events_of, row_named, six_rows

LESSONS = {
    "step1": ("Every visitor waits for the call, 5.0 s", "13 at once", "memory, database connections"),
    "step1, 4 workers": ("4 workers at 11.25 s a call carry 0.36 a second", "(2 timed out, half of them within 120 s)"),
    "step2": ("a channel in between makes no call shorter", "0.36 a second", "26 x 503, half of them within 60."),
    "step3": ("Fast until visitor 5", "all 4 workers", "0.36 a second"),
    "bonus": ("the same jam", "visitor 4", "all 3 workers", "0.27 a second"),
    "reserved": ("the page stays fast (p95 0.0", "lost without a word", "The notifications pay for it"),
}


@pytest.mark.parametrize("name", SIX)
def test_each_row_teaches_its_own_lesson(name: str) -> None:
    """In the words of the talk, with the row's own figures."""
    text = lesson(dict(zip(SIX, six_rows(), strict=True))[name])
    for words in LESSONS[name]:
        assert words in text


@pytest.mark.parametrize("name", SIX)
def test_a_lesson_claims_no_wait_that_nobody_had(name: str) -> None:
    """At a visitor in ten seconds every stage has a worker to spare: no queue, no jam, and so nobody says so."""
    row = row_named(name, rate=0.1, seconds=30.0)
    text = lesson(row)
    assert not any(words in text for words in ("queues up", "jam", "occupy", "lost without", "pay for it"))
    assert not any(words in text for words in ("got no page", "still wait"))


def test_a_jam_that_loses_notifications_says_so() -> None:
    """And one that does not, does not."""
    jam = row_named("bonus")
    assert "lost" not in lesson(jam)
    lossy = replace(jam, books=replace(jam.books, delivered=jam.books.delivered - 7, expired=7))
    assert f"7 of {jam.books.sent} notifications were lost without a word" in lesson(lossy)


def test_a_cold_start_is_no_jam() -> None:
    """A visitor before whom fewer came than there are workers did not wait behind notifications."""
    jam = row_named("bonus")
    told = jam.load.latest
    assert told is not None
    cold = replace(jam, load=replace(jam.load, latest=replace(told, first_waited=1)))
    assert "the same jam: notifications occupy all 3 workers" in lesson(cold)
    assert "until visitor" not in lesson(cold)


def quick(row: Row) -> Row:
    """The same row of visitors who were all answered in 3 ms."""
    events: list[e.Event] = [row.run] if row.run is not None else []
    asked = row.load.started
    assert asked is not None
    told = e.LoadTold(t=6.0, process="asyncdemo", number=1, scheduled=60, sent=60, ended={"200": 60})
    return row_of("", "", [*events, asked, replace(told, latency=[[number * 4, -520, 1] for number in range(60)])])


@pytest.mark.parametrize("name", SIX)
def test_a_lesson_of_a_fast_page_calls_it_fast(name: str) -> None:
    """Whatever the stage is known for: if it was fast, its row says nothing of waiting visitors."""
    row = quick(dict(zip(SIX, six_rows(), strict=True))[name])
    text = lesson(row)
    assert row.first_waited == 0
    assert "Every visitor waits" not in text
    assert "queues up" not in text
    assert "until visitor" not in text


@pytest.mark.parametrize(
    ("name", "words"), [("step2", "At 0 to 1 visitors a second the rest queues up"), ("step1", "0 to 1")]
)
def test_a_ramp_from_nothing_is_no_closed_loop(name: str, words: str) -> None:
    """What it comes to counts against what the workers can carry."""
    row = row_named(name)
    assert row.load.started is not None
    ramp = replace(row, load=replace(row.load, started=replace(row.load.started, rate=0.0)))
    assert ramp.rate == row.rate == 1.0
    assert words in lesson(ramp)


def test_all_who_were_refused_teach_that() -> None:
    """No latency of a page is made of refusals."""
    refused = {"503": [(0, -400, 60)]}
    told = e.LoadTold(t=6.0, process="load.1", number=1, scheduled=60, sent=60, ended={"503": 60}, by_end=refused)
    begun = [event for event in events_of("step2") if isinstance(event, e.RunStarted | e.LoadStarted)]
    row = row_of("", "", [*begun, told])
    assert (row.page.count, row.max_s) == (0, 0.0)
    assert lesson(row).startswith("60 of 60 got no page (60 x 503, half of them within ")


@pytest.mark.parametrize(
    ("stage", "general", "reserved", "kind"),
    [
        ("step1", 0, 0, Kind.THREADS),
        ("step1", 4, 0, Kind.QUEUE),
        ("step2", 4, 0, Kind.QUEUE),
        ("step3", 4, 0, Kind.SHARED),
        ("bonus", 3, 0, Kind.SHARED),
        ("bonus", 2, 1, Kind.RESERVED),
        ("bonus", 0, 1, Kind.RESERVED),
        ("bonus", 0, 0, Kind.NOBODY),
        ("today", 3, 0, Kind.TASKS),
        ("today", 0, 0, Kind.TASKS),
    ],
)
def test_what_a_run_can_teach(stage: str, general: int, reserved: int, kind: Kind) -> None:
    """By its stage and its workers."""
    facts: Any = {"speed": 1.0, "delays": [5.0], "url": "u", "general": general, "reserved": reserved}
    assert kind_of(e.RunStarted(t=0.0, process="asyncdemo", stage=STAGES[stage], **facts)) is kind


def test_what_a_project_of_the_users_can_teach() -> None:
    """What its pages hold; of a run of which nobody has told, nothing."""
    facts: Any = {"speed": 1.0, "delays": [5.0], "url": "u", "general": 0, "reserved": 0}
    own = replace(STAGES["step1"], own=True)
    assert kind_of(e.RunStarted(t=0.0, process="asyncdemo", stage=own, **facts)) is Kind.OWN
    assert kind_of(None) is Kind.UNKNOWN
