"""The visitors: who waits now, and how long the others did, in the window that is looked at."""

from typing import Any

import pytest

from asyncdemo.base.histogram import bucket
from asyncdemo.events import events as e
from asyncdemo.known.visitors import Latency, Visitors
from asyncdemo.load.outcome import TIMED_OUT
from tests.histories import hello
from tests.loads import BEGAN, jam, load_of


def visitors(*events: e.Event) -> Visitors:
    seen = Visitors()
    for event in events:
        seen.fold(event)
    return seen


def arrived(t: float, number: int = 1, name: str | None = "Ada") -> e.Event:
    return e.Arrived(t=t, process="web.1", id=f"h{number}", method="GET", path="/", name=name)


def answered(t: float, took: float, number: int = 1, **fields: Any) -> e.Event:
    values = {"status": 200, "name": "Ada"} | fields
    return e.Answered(t=t, process="web.1", id=f"h{number}", total_s=took, **values)


def test_who_waits_now_is_drawn_as_long_as_he_has_waited() -> None:
    """At the end of each slice: nothing before he came, all of it at the end."""
    seen = visitors(arrived(45.0), arrived(55.0, 2))
    assert seen.longest_waits(60.0, 6) == pytest.approx([0.0, 0.0, 0.0, 0.0, 5.0, 15.0])
    assert seen.longest_wait(60.0) == 15.0
    assert visitors().longest_waits(60.0, 3) == [0.0, 0.0, 0.0]
    assert visitors().longest_wait(60.0) == 0.0


def test_who_has_waited_is_drawn_as_long_as_he_had_by_then() -> None:
    """The longest of each slice; also when others wait now."""
    seen = visitors(*hello(1, 10.0, 25.0), *hello(2, 12.0, 3.0))
    assert seen.longest_waits(60.0, 6) == pytest.approx([0.0, 10.0, 20.0, 25.0, 0.0, 0.0])
    seen.fold(arrived(35.0, 3))
    assert seen.longest_waits(60.0, 6) == pytest.approx([0.0, 10.0, 20.0, 25.0, 15.0, 25.0])


def test_the_window() -> None:
    """The last minute, or what was set: who ended before is not in it, who waits is at his wait so far."""
    seen = visitors(*hello(1, 0.0, 1.0), *hello(2, 50.0, 2.0), arrived(57.0, 3))
    assert seen.window_s == 60.0
    assert seen.recent(60.0).count == 3
    late = seen.recent(61.5)
    assert (late.count, late.max) == (2, pytest.approx(4.5, rel=0.02))
    assert seen.endings(61.5) == {"200": 1}
    assert seen.recent(50.0).count == 2, "whoever comes later has not waited less than not at all"
    short = Visitors()
    short.look_back(6.0)
    for event in hello(1, 0.0, 1.0):
        short.fold(event)
    assert short.window_s == 6.0
    assert short.recent(6.9).count == 1
    assert short.recent(7.1) == Latency(0, 0.0, 0.0, 0.0, 0.0)
    assert short.longest_waits(7.1, 1) == [0.0]


def test_the_longest_wait_of_lately_is_of_a_slice_at_least() -> None:
    """However short a time is asked for: a quarter of a second, of a minute."""
    seen = visitors(*hello(1, 1.0, 2.0))
    assert seen.slice_s == 0.25
    assert [seen.longest_lately(now, 0.01) for now in (2.99, 3.01)] == [pytest.approx(2.0), 0.0]
    assert [seen.longest_lately(now, 0.5) for now in (3.24, 3.26)] == [pytest.approx(2.0), 0.0]
    assert visitors(arrived(1.0)).longest_lately(3.0, 0.01) == 2.0


def test_an_end_is_counted_as_what_it_was() -> None:
    """Answered below 400; another answer; or who left, whose wait is the page's, and in neither's times."""
    seen = visitors(
        answered(1.0, 0.1),
        answered(2.0, 0.2, 2, status=399),
        answered(3.0, 0.3, 3, status=400),
        answered(4.0, 0.4, 4, status=503, problem="full"),
        answered(5.0, 0.5, 5, status=503, problem="time limit"),
        answered(6.0, 0.6, 6, status=None),
    )
    assert seen.statuses == {
        "200": 1, "399": 1, "400": 1, "503 queue full": 1, "503 time limit": 1, "left": 1
    }  # fmt: skip
    assert (seen.latency.count, seen.refusals.count) == (2, 3)
    assert (seen.recent(7.0).count, seen.recent_errors(7.0).count) == (3, 3)


def test_what_is_no_hello_is_none() -> None:
    """Another page; and one whose end was told before its beginning does not wait."""
    seen = visitors(arrived(1.0, name=None), answered(2.0, 1.0, 2, name=None))
    assert (seen.waiting, seen.statuses) == ({}, {})
    late = visitors(answered(2.0, 1.0), arrived(1.0))
    assert late.waiting == {}
    assert visitors(arrived(1.0), answered(2.0, 1.0)).waiting == {}


def test_who_waits_in_vain_is_of_the_past() -> None:
    """His request is lost: he stands in the whole window, not in its newest seconds, and in none when it is over."""
    lost = e.Expired(t=50.0, process="web.1", ids=["h1", "h9"], channel="http.request")
    seen = visitors(arrived(5.0), arrived(58.0, 2), lost)
    assert seen.recent(60.0).max == 55.0
    assert seen.recent(60.0, 1 / 12).max == 2.0
    seen = visitors(arrived(5.0), lost, answered(59.0, 54.0, status=503))
    assert (seen.in_vain, seen.waiting) == (set(), {})


OUTSIDE = jam([15.0] * 60, 1.0, TIMED_OUT)
"""One a second, of whom none is taken in: each leaves after 15 s."""


def told(t: float, number: int, *waits: float) -> e.Event:
    """What a load tells while so many wait, for so long."""
    waiting = [(0, bucket(wait), 1) for wait in waits]
    return e.LoadTold(t=t, process="load.1", number=number, scheduled=len(waits), sent=len(waits), waiting=waiting)


def outside(until: float, *events: e.Event) -> Visitors:
    """What is known `until` seconds after they began to come."""
    return visitors(*load_of(OUTSIDE, 60.0, until=until, timeout_s=15.0), *events)


def test_who_waits_outside_is_known_by_the_load() -> None:
    """A server has told of nobody: how many wait, for how long, and at each moment of the chart."""
    seen = outside(10.0)
    assert (seen.many_wait, len(seen.waiting)) == (10, 0)
    assert seen.longest_wait(BEGAN + 10.0) == pytest.approx(10.0, rel=0.02)
    assert seen.longest_waits(BEGAN + 10.0, 12)[-3:] == pytest.approx([0.0, 5.0, 10.0], abs=1.2)
    page = seen.recent(BEGAN + 10.0)
    assert (page.count, page.p50, page.max) == (10, pytest.approx(5.0, rel=0.05), pytest.approx(10.0, rel=0.02))
    seen.fold(e.LoadEnded(t=BEGAN + 10.0, process="load.1", unfinished=10))
    assert (seen.many_wait, seen.longest_wait(BEGAN + 10.0)) == (0, 0.0)


def test_the_chart_keeps_who_has_left_outside() -> None:
    """At each moment somebody had waited for 14 s and more."""
    waits = outside(50.0).longest_waits(BEGAN + 50.0, 60)
    assert all(13.5 < wait <= 15.1 for wait in waits[-30:]), waits


def test_who_was_answered_before_the_window_is_not_in_it() -> None:
    """Though the load has told of it later: as many are counted as were answered."""
    waits = {"200": [(0, bucket(0.4), 1)]}
    told = {"process": "load.1", "scheduled": 1, "sent": 1, "by_end": waits, "ended": {"200": 1}}
    seen = visitors(
        answered(9.9, 0.3),
        e.LoadTold(t=10.1, number=1, **told),  # type: ignore[arg-type]
        answered(10.5, 0.3, 2),
        e.LoadTold(t=10.6, number=2, **told),  # type: ignore[arg-type]
    )
    assert seen.endings(70.05) == {"200": 1}
    assert (seen.recent(70.05).count, seen.recent(70.05).max) == (1, pytest.approx(0.4, rel=0.02))
    assert seen.recent(60.0).count == 2
    unheard = visitors(e.LoadTold(t=10.1, number=1, **told))  # type: ignore[arg-type]
    assert unheard.recent(20.0).count == 1, "where no server tells of anybody, the load does"


def test_who_left_outside_makes_nothing_look_fast() -> None:
    """A server that takes in who has gone sees him leave at once."""
    gone = [answered(BEGAN + 40.0 + number / 10, 0.02, number, status=None) for number in range(40)]
    alone, both = visitors(*gone), outside(45.0, *gone)
    for share in (1.0, 5 / 60):
        assert alone.recent(BEGAN + 45.0, share) == Latency(0, 0.0, 0.0, 0.0, 0.0), "nobody knows how long they waited"
    assert alone.endings(BEGAN + 45.0) == {"left": 40}
    assert both.recent(BEGAN + 45.0).count == 45
    assert both.recent(BEGAN + 45.0).p50 == pytest.approx(15.0, rel=0.03)
    assert both.recent(BEGAN + 45.0, 5 / 60).p50 == pytest.approx(10.0, rel=0.2), "five who left, and fifteen who wait"
    assert outside(45.0).endings(BEGAN + 45.0) == {"left": 31}, "of whom no server has told yet"


def test_nobody_waits_whom_a_server_has_answered_since_the_load_has_told() -> None:
    """Four times a second: a page that is fast is not one for which somebody waits."""
    seen = visitors(told(5.0, 1, 0.2, 0.03))
    assert seen.many_wait == 1, "who has waited for less than 50 ms is not told of by a server either"
    seen.fold(answered(5.1, 0.3))
    assert (seen.many_wait, seen.longest_wait(5.2)) == (0, 0.0)
    seen.fold(told(5.25, 2, 0.2))
    assert seen.many_wait == 1, "another one"


def test_a_server_and_a_load_do_not_tell_of_two_visitors_where_one_waits() -> None:
    """Whoever of them knows of more, or of one for longer; and a visitor who is none of the load's counts."""
    seen = visitors(told(5.0, 1, 3.0), arrived(4.0, 1))
    assert (seen.many_wait, seen.recent(5.0).count) == (1, 1)
    assert seen.longest_wait(5.0) == pytest.approx(3.0, rel=0.02)
    seen.fold(arrived(1.0, 2))
    assert (seen.many_wait, seen.longest_wait(5.0)) == (2, 4.0)


def test_who_waits_in_vain_is_not_among_the_last_few_seconds_for_the_load_either() -> None:
    """So that a page that is fast again is seen to be at once."""
    lost = e.Expired(t=59.0, process="web.1", ids=["h1"], channel="http.request")
    seen = visitors(arrived(30.0), lost, told(60.0, 1, 30.0))
    assert (seen.recent(60.0).count, seen.recent(60.0, 5 / 60).count) == (1, 0)
