"""What a row says that the six do not: another wait, another load, a run that did not come to its end."""

from collections import Counter
from dataclasses import replace
from math import inf
from typing import Any

import pytest

from asyncdemo.events import events as e
from asyncdemo.measuring.rows import Row
from asyncdemo.report.lessons import lesson, rate_text
from tests.loads import counted
from tests.simulation import row_named

BOUNDS = "what bounds it is memory, database connections and the outside service."
CARRY = "4 workers at 11.25 s a notification carry 0.36 a second, no more."
JAMMED = f"Notifications occupy all 4 workers, and the page waits behind them. {CARRY}"
RESERVED = "The reserved worker takes no notification, and the page stays fast (p95 0.050 s"
PAID = (
    "The notifications pay for it: 46 are still queued, and whatever is not taken within 60 s is lost without a word."
)


def row_of_waits(name: str, *seconds: float, first: int = 0, refused: int = 0, **changed: Any) -> Row:
    """One of the six, whose visitors waited so long for the page, on the wall: ten times as long in the lesson. So many
    others got a 503, each after 6 s."""
    row = row_named(name)
    assert row.load.latest is not None
    load = replace(
        row.load,
        latest=replace(row.load.latest, first_waited=first, waiting=[]),
        scheduled=len(seconds) + refused,
        ended=+Counter({"200": len(seconds), "503": refused}),
        by_end={"200": counted(*seconds), "503": counted(*[6.0] * refused)},
    )
    return replace(row, load=load, page=counted(*seconds), failed=counted(*[6.0] * refused), **changed)


def slower_load(row: Row, rate: float) -> Row:
    """The same, of so many visitors a second of the wall."""
    assert row.load.started is not None
    return replace(row, load=replace(row.load, started=replace(row.load.started, rate=rate, rate_end=rate)))


TAUGHT: dict[str, tuple[Row, str]] = {
    "threads, fast": (
        row_of_waits("step1", 0.004, 0.005),
        "Of 2 visitors 2 were answered; nobody waited for more than 1 s.",
    ),
    "threads, an error": (
        row_of_waits("step1", 0.6, 0.7, first=1, refused=1),
        "Every visitor waits for the call, 5.9 s at the least. 1 of 3 got no page (1 x 503, half of them within "
        f"60.0 s). There is a thread for each, whatever comes: {BOUNDS}",
    ),
    "threads, slower than the slowest call explains": (
        row_of_waits("step1", 0.6, 5.0, first=1),
        f"Every visitor waits for the call, 5.9 s at the least. There is a thread for each, whatever comes: {BOUNDS}",
    ),
    "threads, at once": (
        row_of_waits("step1", 0.6, 0.7, first=1, strips=()),
        "Every visitor waits for the call, 5.9 s at the least. None waits for another, since each has a thread of its "
        "own. That looks good at 1 visitor a second because no number of workers bounds it; what does is memory, "
        "database connections and the outside service.",
    ),
    "a queue, slow for some": (
        row_of_waits("step2", 0.004, 0.3, first=2),
        "Of 2 visitors 2 were answered; visitor 2 was the first to wait for more than 1 s.",
    ),
    "a queue, slow for all": (
        row_of_waits("step1, 4 workers", 0.6, 0.7, first=1),
        "Every visitor waits for the call, 5.9 s at the least.",
    ),
    "a queue, slow for all, and a channel in between": (
        row_of_waits("step2", 0.6, 0.7, first=1),
        "The same view on as many workers: a channel in between makes no call shorter. Every visitor waits for the "
        "call, 5.9 s at the least.",
    ),
    "shared, more than it carries": (
        row_of_waits("step3", *[0.004] * 94, *[0.005] * 6),
        f"Fast: the slow call is out of the request (p95 0.050 s). That cannot last beyond what the workers deliver: "
        f"{CARRY}",
    ),
    "shared, less than it carries": (
        slower_load(row_of_waits("step3", 0.004, 0.005), 3.0),
        f"Fast: the slow call is out of the request (p95 0.050 s). That lasts up to what the workers deliver: {CARRY}",
    ),
    "shared, slow for the fourth of four": (row_of_waits("step3", *[0.004] * 3, 0.3, first=4), JAMMED),
    "shared, slow for the fifth of four": (
        row_of_waits("step3", *[0.004] * 4, 0.3, first=5),
        f"Fast until visitor 5: notifications occupy all 4 workers, and the page waits behind them. {CARRY}",
    ),
    "shared, an error": (
        row_of_waits("step3", 0.004, refused=1),
        "Of 2 visitors 1 was answered; the longest wait was 0.040 s for the page, 60.0 s for an error. 1 of 2 got no "
        "page (1 x 503, half of them within 60.0 s).",
    ),
    "shared, slow for one, and nobody knows whom": (
        row_of_waits("step3", *[0.004] * 9, 0.3),
        "Of 10 visitors 10 were answered; the longest wait was 3.0 s.",
    ),
    "reserved, fast but for one": (
        row_of_waits("reserved", *[0.004] * 94, *[0.005] * 5, 0.3, first=2),
        f"{RESERVED}, though visitor 2 waited). {PAID}",
    ),
    "reserved, fast, and an error": (
        row_of_waits("reserved", *[0.005] * 9, refused=1),
        f"{RESERVED}). {PAID} 1 of 10 got no page (1 x 503, half of them within 60.0 s).",
    ),
    "reserved, slow": (
        row_of_waits("reserved", 0.6, 0.7, first=1),
        f"Of 2 visitors 2 were answered; visitor 1 was the first to wait for more than 1 s. {PAID}",
    ),
}


@pytest.mark.parametrize(("row", "words"), TAUGHT.values(), ids=TAUGHT.keys())
def test_a_row_says_what_its_figures_bear_out(row: Row, words: str) -> None:
    """The whole of it."""
    assert lesson(row) == words


def test_a_run_with_one_worker_speaks_of_one() -> None:
    """Of one that takes notifications, and of more that take none."""
    row = row_of_waits("step3", 0.004)
    assert row.run is not None
    told = lesson(replace(row, run=replace(row.run, general=1), strips=row.strips[:1]))
    assert told.endswith("1 worker at 11.25 s a notification carries 0.09 a second, no more.")
    jam = row_of_waits("step3", 0.3, first=1)
    told = lesson(replace(jam, run=replace(row.run, general=1), strips=jam.strips[:1]))
    assert told.startswith("Notifications occupy the one worker, and the page waits behind them.")
    row = row_of_waits("reserved", 0.004)
    assert row.run is not None
    assert lesson(replace(row, run=replace(row.run, reserved=2))).startswith("The 2 reserved workers take no ")


def test_where_the_workers_did_something_else_they_are_not_to_blame() -> None:
    """For a page that was slow though no notification kept them."""
    row = row_of_waits("step3", 0.3, first=1)
    idle = replace(row, strips=tuple(replace(strip, notifying=0.4) for strip in row.strips))
    assert lesson(idle) == "Of 1 visitor 1 was answered; visitor 1 was the first to wait for more than 1 s."


def test_a_run_without_figures_says_why() -> None:
    """It did not start, nobody came so far or at all, or nothing is known of a page; what was cut short draws no
    lesson."""
    row = row_of_waits("step1")
    assert lesson(replace(row, problem="port 8000 is in use")) == "It did not start: port 8000 is in use"
    assert lesson(row) == "No visitor came: there is nothing to learn from."
    assert lesson(replace(row, over=False)) == "No visitor yet."
    assert lesson(row_of_waits("step1", refused=2)) == "2 of 2 got no page (2 x 503, half of them within 60.0 s)."
    unknown = replace(row, load=replace(row.load, scheduled=2, ended=Counter({"200": 2})))
    assert lesson(unknown) == "2 visitors came: nothing is known of how long that took."
    for ended in ({"cut": True}, {"problem": "web.1 has died"}):
        told = lesson(row_of_waits("step1", 0.6, first=1, **ended))
        assert told == "Of 1 visitor 1 was answered; visitor 1 was the first to wait for more than 1 s."


@pytest.mark.parametrize(
    ("asked", "turns", "words"),
    [
        ({"rate": 10.0, "rate_end": 10.0}, (), "1 visitor a second"),
        ({"rate": 20.0, "rate_end": 20.0}, (), "2 visitors a second"),
        ({"rate": 10.0, "rate_end": 50.0}, (), "1 to 5 visitors a second"),
        ({"rate": 50.0, "rate_end": 10.0}, (), "5 to 1 visitors a second"),
        ({"rate": 20.0, "rate_end": 20.0}, (0.5, 2.0), "1 to 4 visitors a second"),
        ({"rate": 0.0, "rate_end": 0.0, "visitors": 20}, (), "20 visitors at a time"),
        ({"rate": 0.0, "rate_end": 0.0, "visitors": 1}, (), "1 visitor at a time"),
        (None, (), "60 visitors at a time"),
    ],
)
def test_how_many_came_is_told_as_they_came(asked: dict[str, Any] | None, turns: tuple[float, ...], words: str) -> None:
    """Turned up or down by key, in a closed loop, or by an unknown load: those that were seen."""
    row = row_named("step1")
    assert row.load.started is not None
    started = replace(row.load.started, **asked) if asked is not None else None
    load = replace(row.load, started=started, ended_at=inf)
    for number, factor in enumerate(turns):
        load.fold(e.LoadTurned(t=1.0 + number, process="load.1", factor=factor))
    assert rate_text(replace(row, load=load)) == words
