"""What a load does just now: the rates and the lag of its newest looks."""

from typing import Any

import pytest

from asyncdemo.base.histogram import bucket
from asyncdemo.events import events as e
from asyncdemo.known.load import Load


def look(number: int, **fields: Any) -> e.LoadTold:
    values = {"scheduled": 0, "sent": 0, "rate": 1.0} | fields
    return e.LoadTold(t=number / 4, process="load.1", number=number, **values)


def known(*looks: e.LoadTold) -> Load:
    load = Load()
    for each in looks:
        load.fold(each)
    return load


def test_rates_are_those_of_the_last_eight_looks() -> None:
    """Two seconds; the look before them says only when they began. In whatever order they come."""
    looks = [look(number, sent=number, ended={"200": 2, "503": 1}) for number in range(1, 13)]
    sent = sum(range(5, 13)) / 2.0
    assert known(*looks).rates() == known(*reversed(looks)).rates() == pytest.approx((sent, 8.0))
    assert known(*looks[:2]).rates() == pytest.approx((8.0, 8.0))


def test_there_is_no_rate_before_there_are_two_looks() -> None:
    assert known().rates() == known(look(1, sent=5)).rates() == (0.0, 0.0)


def test_lag_is_that_of_the_last_looks() -> None:
    """What was long ago is in the whole load's."""
    load = known(look(1, lag=[[bucket(5.0), 1]]), *(look(number, lag=[[bucket(0.001), 2]]) for number in range(2, 12)))
    assert load.lag_lately.count == 18
    assert load.lag_lately.max_s < 1.0
    assert load.lag.count == 21


def test_nothing_has_happened_before_anything_is_told() -> None:
    """Every count is 0."""
    load = known()
    assert (load.scheduled, load.sent, load.unfinished, load.answered, load.errors, load.waiting) == (0,) * 6
    assert (load.problem, load.latest, load.started) == ("", None, None)


def test_the_newest_look_is_that_of_the_highest_number() -> None:
    """Its problem stays until another one is told."""
    load = known(look(3, problem="c"), look(2, problem="b"), look(4))
    assert load.latest is not None
    assert (load.latest.number, load.problem) == (4, "c")
