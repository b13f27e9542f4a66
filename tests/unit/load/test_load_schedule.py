"""When requests are meant to leave."""

from itertools import pairwise
from math import inf, sqrt
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from asyncdemo.load.schedule import even, poisson

RATES = st.floats(0, 50)
SECONDS = st.floats(0.5, 60)
TURNS = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 4)), max_size=5)


def test_even() -> None:
    """The first at once, the last before the end: 60 in a minute at one a second."""
    assert list(even(1, 1, 60).take(inf)) == [float(second) for second in range(60)]


@pytest.mark.parametrize(("rate", "seconds"), [(1.1, 60), (0.7, 90), (3.3, 10), (12.3, 1000), (99_999.9, 10)])
def test_none_too_many(rate: float, seconds: float) -> None:
    """However the last one's time is rounded."""
    assert sum(1 for _ in even(rate, rate, seconds).take(inf)) == round(rate * seconds)


def test_only_what_is_due() -> None:
    """Each time is given once."""
    schedule = even(10, 10, 1)
    assert list(schedule.take(0.25)) == pytest.approx([0.0, 0.1, 0.2])
    assert list(schedule.take(0.25)) == []
    assert schedule.next == pytest.approx(0.3)
    assert len(list(schedule.take(inf))) == 7
    assert schedule.next == inf


def test_a_ramp_begins_slowly() -> None:
    """0..5 in 60 s: 150 requests, a quarter of them in the first half."""
    times = list(even(0, 5, 60).take(inf))
    assert len(times) == 150
    assert sum(t < 30 for t in times) == pytest.approx(150 / 4, abs=1)


@given(RATES, RATES, SECONDS)
def test_as_many_as_the_rate_says(rate: float, rate_end: float, seconds: float) -> None:
    """The integral of the rate, up to one."""
    times = list(even(rate, rate_end, seconds).take(inf))
    assert len(times) == pytest.approx((rate + rate_end) / 2 * seconds, abs=1.001)


@given(RATES, RATES, SECONDS, st.booleans(), TURNS)
def test_never_back_and_never_late(
    rate: float, rate_end: float, seconds: float, even_ones: bool, turns: list[tuple[float, float]]
) -> None:
    """However often the rate is turned."""
    asked = rate, rate_end, seconds
    schedule = even(*asked) if even_ones else poisson(*asked, Random(1))
    times: list[float] = []
    for part, factor in sorted(turns):
        times += schedule.take(part * seconds)
        assert all(t <= part * seconds for t in times)
        schedule.turn(part * seconds, factor)
        assert schedule.next >= part * seconds * (1 - 1e-9)
    times += schedule.take(inf)
    assert all(a <= b + 1e-9 for a, b in pairwise(times))
    assert all(0 <= t < seconds for t in times)


@given(st.floats(0.5, 50), st.floats(0, 1), st.floats(0, 4))
def test_a_turn_holds_from_then_on(rate: float, part: float, factor: float) -> None:
    """Before it, nothing changes; after it, so many times as many."""
    schedule = even(rate, rate, 60)
    before = list(schedule.take(part * 60))
    assert before == list(even(rate, rate, 60).take(part * 60))
    schedule.turn(part * 60, factor)
    after = list(schedule.take(inf))
    assert len(before) + len(after) == pytest.approx(rate * 60 * (part + (1 - part) * factor), abs=1.5)


def test_a_turn_makes_no_jump() -> None:
    """What is left of a gap goes by at the new rate: no burst, no hole."""
    schedule = even(1, 1, 60)
    assert list(schedule.take(10.5)) == [float(second) for second in range(11)]
    schedule.turn(10.5, 2)
    assert list(schedule.take(12)) == pytest.approx([10.75, 11.25, 11.75])
    schedule.turn(12, 0.5)
    assert schedule.next == pytest.approx(13.0)


def test_a_ramp_that_is_turned() -> None:
    """What has left counts as it was: the gap that is left over goes by at the rate that the ramp has reached."""
    schedule = even(0, 2, 10)
    assert list(schedule.take(6)) == pytest.approx([0.0, sqrt(10), sqrt(20), sqrt(30)])
    schedule.turn(6, 2)
    assert list(schedule.take(7)) == pytest.approx([sqrt(38), sqrt(43), sqrt(48)])
    schedule.turn(7, 0.5)
    assert list(schedule.take(inf)) == pytest.approx([sqrt(65), sqrt(85)])


def test_a_rate_of_none_and_back() -> None:
    """Nothing is made up for."""
    schedule = even(10, 10, 10)
    before = len(list(schedule.take(1.05)))
    schedule.turn(1.05, 0)
    assert (schedule.next, schedule.rate(2)) == (inf, 0.0)
    schedule.turn(9.05, 1)
    assert before + len(list(schedule.take(inf))) == 20


def test_the_rate_of_now() -> None:
    """On a ramp it is between its ends, times what it was turned to; after the end it is 0."""
    schedule = even(0, 6, 60)
    assert [schedule.rate(t) for t in (0, 30, 60)] == [0.0, 3.0, 0.0]
    schedule.turn(30, 2)
    assert schedule.rate(30) == 6.0


@given(st.integers(0, 1000))
def test_chance_is_that_of_its_seed(seed: int) -> None:
    """The same visitors come again."""
    first, second = (list(poisson(5, 5, 10, Random(seed)).take(inf)) for _ in range(2))
    assert first == second


def test_independent_visitors() -> None:
    """As many as the rate says, give or take their root; gaps of a mean, and of a deviation as large (Poisson)."""
    times = list(poisson(100, 100, 100, Random(1)).take(inf))
    assert len(times) == pytest.approx(10_000, abs=500)
    gaps = [b - a for a, b in pairwise(times)]
    mean = sum(gaps) / len(gaps)
    deviation = (sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) ** 0.5
    assert deviation == pytest.approx(mean, rel=0.1)


@given(RATES, RATES, SECONDS, st.floats(0, 1))
def test_a_look_in_between_changes_nothing(rate: float, rate_end: float, seconds: float, part: float) -> None:
    """Nor does turning to what it is."""
    assume(rate + rate_end > 0)
    looked, plain = even(rate, rate_end, seconds), even(rate, rate_end, seconds)
    times = list(looked.take(part * seconds))
    looked.turn(part * seconds, 1.0)
    times += looked.take(inf)
    expected = list(plain.take(inf))
    assert abs(len(times) - len(expected)) <= 1
    assert times[: len(expected)] == pytest.approx(expected[: len(times)], abs=1e-4)
