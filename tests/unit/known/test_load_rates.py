"""What a load does just now: the rates and the lag of its newest looks."""

from typing import Any

import pytest

from asyncdemo.base.histogram import bucket
from asyncdemo.events import events as e
from asyncdemo.known.load import Load
from tests.histories import LOAD


def look(number: int, **fields: Any) -> e.LoadTold:
    values = {"scheduled": 0, "sent": 0, "rate": 1.0} | fields
    return e.LoadTold(t=number / 4, process="load.1", number=number, **values)


def known(*looks: e.Event) -> Load:
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


def over(t: float, unfinished: int = 0) -> e.LoadEnded:
    return e.LoadEnded(t=t, process="load.1", unfinished=unfinished)


def test_how_many_have_not_left_yet() -> None:
    """Of those who wait; who never will does not wait. When it has ended, nobody waits."""
    waiting = [[0, bucket(1.0), 3], [1, bucket(0.5), 1]]
    never = {e.NOT_SENT: 1, e.NO_SOCKET: 2}
    load = known(look(1, scheduled=10, sent=5, ended=never, waiting=waiting))
    assert (load.waiting, load.unsent) == (4, 2)
    assert known(look(1, scheduled=20, sent=5, ended=never, waiting=waiting)).unsent == 4
    assert known(look(1, scheduled=5, sent=5, ended=never, waiting=waiting)).unsent == 0
    load.fold(over(9.0, 4))
    assert (load.waiting, load.unsent, load.unfinished) == (0, 0, 4)


def test_whether_it_was_ended_before_its_time() -> None:
    """By the clock, or with requests on their way."""
    assert [known(LOAD, over(t)).stopped for t in (5.99, 6.0)] == [True, False]
    assert known(LOAD, over(6.0, 1)).stopped
    assert [known(over(6.0)).stopped, known(LOAD).stopped] == [False, False]


def test_whether_nobody_is_to_come_any_more() -> None:
    """It has ended, or has no rate any more; not where the rate was turned to nothing by hand."""
    turned = e.LoadTurned(t=2.0, process="load.1", factor=0.0)
    assert [known(*events).over_for_visitors for events in ([LOAD], [LOAD, look(1, rate=1.0)])] == [False, False]
    assert known(LOAD, look(1, rate=0.0)).over_for_visitors
    assert not known(LOAD, turned, look(1, rate=0.0)).over_for_visitors
    assert known(LOAD, turned, look(1, rate=0.0), over(3.0)).over_for_visitors


def test_everybody_is_counted_however_it_ended() -> None:
    """Those who wait too."""
    by_end = {"200": [[0, bucket(1.0), 2]], "503": [[0, bucket(2.0), 3]], e.REFUSED: [[0, bucket(3.0), 4]]}
    ended = {"200": 2, "503": 3, e.REFUSED: 4}
    load = known(look(1, by_end=by_end, ended=ended, waiting=[[0, bucket(0.1), 5]]))
    assert load.everybody().count == 14
    assert (load.page.whole.count, load.failed.whole.count) == (7, 7)
    assert (load.answered, load.errors, load.tells_apart) == (2, 7, True)
    assert [e.is_answer(end) for end in ("200", "399", "400", "503", e.REFUSED, "")] == [True, True] + [False] * 4


def test_what_was_said_of_the_newest_failures() -> None:
    """Just now: what was said before the last nine looks is past."""
    assert known(look(1, problem="a"), look(2, problem="b"), look(3)).problem_lately == "b"
    assert known(look(1, problem="a"), *(look(number) for number in range(2, 11))).problem_lately == ""
    assert known(look(1, problem="a"), *(look(number) for number in range(2, 10))).problem_lately == "a"
    assert known().problem_lately == ""
