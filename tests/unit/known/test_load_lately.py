"""What is known of a load while it goes on: of those who still wait most of all."""

from itertools import pairwise

import pytest

from asyncdemo.events import events as e
from asyncdemo.known.curve import NOBODY, Came, curve, told_cells
from asyncdemo.known.load import Load
from asyncdemo.load.tally import Tally
from tests.loads import BEGAN, jam, load_of

GROWING = jam([0.02] * 5 + [60.0] * 95, 10.0)
"""Five are quick; then the page gums up, and nobody gets it any more."""


def folded(events: list[e.Event]) -> Load:
    load = Load()
    for event in events:
        load.fold(event)
    return load


@pytest.mark.parametrize("speed", [1.0, 10.0, 50.0])
def test_it_gets_no_better_while_a_jam_grows(speed: float) -> None:
    """Neither while visitors still come nor after the last of them; and nobody has waited for a window's time only."""
    load, seen = Load(), []
    for event in load_of(GROWING, 10.0, until=20.0, speed=speed):
        load.fold(event)
        if event.t - BEGAN >= 2.0:
            lately = load.lately(event.t)
            seen.append([lately.percentile(percent) for percent in (50, 90, 99)] + [lately.max_s])
    for figures in zip(*seen, strict=True):
        assert all(earlier <= later for earlier, later in pairwise(figures)), figures
    assert seen[-1][0] > 14.0
    assert 19.0 < seen[-1][-1] < 20.0


def test_who_got_it_just_now_is_counted_whenever_he_came() -> None:
    """An answer after 15 s belongs to the last 10 s, and one of 12 s ago does not."""
    visitors = [(0.0, 15.0, "200"), (1.0, 1.0, "200"), (13.0, 0.5, "503")]
    lately = folded(list(load_of(visitors, 20.0, until=15.0))).lately(BEGAN + 15.0)
    assert lately.count == 1
    assert lately.max_s == pytest.approx(15.0, rel=0.02)


def test_the_last_seconds_are_of_the_lesson_and_a_second_of_the_wall_at_the_least() -> None:
    """A load tells four times a second: in less, there may be nothing."""
    found = {speed: folded(list(load_of([], 10.0, 1.0, speed=speed))).lately_s for speed in (0.5, 1.0, 2.0, 10.0, 50.0)}
    assert found == {0.5: 10.0, 1.0: 10.0, 2.0: 5.0, 10.0: 1.0, 50.0: 1.0}


def test_what_was_lately_is_of_its_end_when_it_is_over() -> None:
    """Its last seconds, with those who were on their way then, however long one looks at them."""
    events = [*load_of(jam([0.02] * 50 + [60.0] * 50, 10.0), 10.0, until=10.0)]
    load = folded([*events, e.LoadEnded(t=BEGAN + 10.0, process="load.1", unfinished=50)])
    assert load.lately(BEGAN + 99.0).buckets() == load.lately(BEGAN + 10.0).buckets()
    assert load.lately(BEGAN + 99.0).count == 100


@pytest.mark.parametrize(("visitors", "cells"), [(60, 71), (60, 60), (60, 53), (60, 240), (6, 71), (1, 40)])
def test_fewer_visitors_than_columns_leave_no_holes(visitors: int, cells: int) -> None:
    """Where nobody came, the one who came last stands."""
    load = folded(list(load_of(jam([0.5] * visitors, visitors / 6.0), 6.0, until=8.0)))
    shown = curve(load, cells)
    assert len(shown) == cells
    assert all(came.wait_s == pytest.approx(0.5, rel=0.02) and not came.still for came in shown)


def test_nothing_is_shown_of_what_has_not_been_told() -> None:
    """The curve ends at the newest news."""
    shown = curve(folded(list(load_of(jam([0.5] * 60, 10.0), 6.0, until=3.0))), 60)
    assert all(came.wait_s for came in shown[:30])
    assert shown[30:] == [NOBODY] * 30
    assert curve(Load(), 3) == [NOBODY] * 3


def test_whoever_waits_on_is_marked() -> None:
    """Where the longest wait of a cell is his."""
    waits = [0.5] * 20 + [60.0] * 40
    shown = curve(folded(list(load_of(jam(waits, 10.0), 6.0, until=9.0))), 60)
    assert [came.still for came in shown] == [False] * 20 + [True] * 40
    assert shown[20].wait_s == pytest.approx(7.0, rel=0.02)
    assert curve(folded(list(load_of(jam(waits, 10.0), 6.0, until=9.0))), 2) == [
        Came(shown[20].wait_s, still=True),
        Came(shown[30].wait_s, still=True),
    ]


def test_where_nobody_got_the_page_there_is_a_hole() -> None:
    """It is told of below the chart."""
    load = [*jam([0.5] * 20, 10.0), *((came + 2.0, 0.1, "503") for came, *_ in jam([0.0] * 20, 10.0))]
    shown = curve(folded(list(load_of(load, 6.0, until=6.0))), 71)
    assert all(came.wait_s for came in shown[:23])
    assert shown[24:] == [NOBODY] * 47


def test_where_nobody_was_to_come_there_is_a_hole() -> None:
    """The rate was turned to nothing for two seconds."""
    came = [number / 10 for number in range(60) if not 2.0 <= number / 10 < 4.0]
    events = list(load_of([(t, 0.5, "200") for t in came], 6.0, until=6.0))
    turns = [e.LoadTurned(t=BEGAN + t, process="load.1", factor=factor) for t, factor in ((2.0, 0.0), (4.0, 1.0))]
    shown = [bool(came.wait_s) for came in curve(folded([*events, *turns]), 71)]
    assert shown == [True] * 24 + [False] * 23 + [True] * 24


def turned(t: float, factor: float) -> e.LoadTurned:
    return e.LoadTurned(t=t, process="load.1", factor=factor)


def test_turns_are_told_from_when_the_load_began() -> None:
    """One that came before is one of its beginning; where nobody has told of that, the run's clock has to do."""
    assert folded([turned(0.5, 2.0)]).turns == [(0.5, 2.0)]
    began, *_ = load_of([], 10.0, until=0.1)
    load = folded([turned(BEGAN + 4.0, 0.5), began, turned(BEGAN - 1.0, 3.0), turned(BEGAN + 2.0, 2.0)])
    assert load.turns == [(0.0, 3.0), (2.0, 2.0), (4.0, 0.5)]
    assert [load.factor_at(after_s) for after_s in (0.0, 1.99, 2.0, 3.99, 4.0, 99.0)] == [3.0, 3.0, 2.0, 2.0, 0.5, 0.5]
    assert load.factor == 0.5
    assert (folded([began]).factor, folded([began, turned(BEGAN + 4.0, 0.5)]).factor_at(3.0)) == (1.0, 1.0)


def test_who_has_waited_for_a_moment_only_is_marked_as_well() -> None:
    """And nobody is, where there is nobody."""
    shown = curve(folded(list(load_of(jam([0.05] * 30 + [60.0] * 30, 10.0), 6.0, until=6.0))), 60)
    assert (shown[59].still, shown[29].still) == (True, False)
    assert 0.0 < shown[59].wait_s < 0.2


def test_a_load_that_has_not_begun_or_told_anything_has_no_curve() -> None:
    """Whatever else is known of it."""
    begun, *_ = load_of([], 6.0, until=0.0)
    assert isinstance(begun, e.LoadStarted)
    assert told_cells(folded([begun]), 60) == 0
    assert told_cells(Load(), 60) == 0
    for t, cells in ((-1.0, 0), (0.0, 0), (3.0, 30), (3.01, 31), (6.0, 60), (7.0, 60)):
        told = e.LoadTold(t=BEGAN + t, process="load.1", **Tally(BEGAN, 6.0, 1.0).take([], BEGAN + t, 0.0))
        assert told_cells(folded([begun, told]), 60) == cells
