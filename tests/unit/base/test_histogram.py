"""Latencies in a fixed amount of memory."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncdemo.base.histogram import STEPS, Histogram, at_least, bucket, together, upper_edge
from tests.loads import counted

LATENCIES = st.lists(st.floats(1e-5, 7200), min_size=1, max_size=200)


def nearest_rank(values: list[float], percent: float) -> float:
    """The exact percentile."""
    return sorted(values)[max(ceil(len(values) * percent / 100), 1) - 1]


@given(LATENCIES, st.floats(0.1, 100))
def test_a_percentile_is_off_by_one_step_at_most(values: list[float], percent: float) -> None:
    """Never below the exact one, and above it by less than 1/64."""
    exact = nearest_rank(values, percent)
    assert exact <= counted(*values).percentile(percent) <= exact * (1 + 1 / STEPS)


@given(LATENCIES)
def test_the_count_and_the_maximum_are_exact(values: list[float]) -> None:
    """They are kept beside the buckets."""
    histogram = counted(*values)
    assert (histogram.count, histogram.max_s, histogram.percentile(100)) == (len(values), max(values), max(values))


@given(LATENCIES)
def test_percentiles_rise(values: list[float]) -> None:
    """p50 <= p95 <= p99."""
    figures = [counted(*values).percentile(percent) for percent in (50, 95, 99)]
    assert figures == sorted(figures)


@pytest.mark.parametrize("percent", [50, 99, 100])
def test_none_have_no_latency(percent: float) -> None:
    """0.0, not an error."""
    assert Histogram().percentile(percent) == 0.0


def test_no_time_at_all_can_be_recorded() -> None:
    """0 s and less than a microsecond share the lowest bucket."""
    assert counted(0.0, 1e-9).percentile(50) <= 1e-6


@pytest.mark.parametrize(
    ("seconds", "number", "edge"),
    [(1.0, 64, 1.015625), (0.5, 0, 0.5078125), (0.75, 32, 0.7578125), (1.5, 96, 1.515625), (0.001, -575, 0.00100708)],
)
def test_the_numbers_of_buckets_are_those_of_recordings(seconds: float, number: int, edge: float) -> None:
    """They are in files: another number for a duration would be another latency in what was recorded before."""
    assert bucket(seconds) == number
    assert upper_edge(number) == pytest.approx(edge, rel=1e-5)
    assert bucket(edge * (1 - 1e-5)) == number
    assert bucket(upper_edge(number)) == number + 1
    assert at_least(upper_edge(number)) == pytest.approx(edge / (1 + 1 / 64), rel=1e-5)


def test_less_than_a_microsecond_is_one() -> None:
    assert bucket(0.0) == bucket(1e-6) == bucket(0.99e-6) != bucket(1.1e-6)


def test_what_is_counted_by_its_bucket_is_as_long_as_that_allows() -> None:
    """And what two have counted is counted together."""
    one, other = counted(0.2, 4.0), Histogram()
    other.record_bucket(bucket(1.0), 3)
    assert (other.count, other.max_s) == (3, 1.015625)
    whole = together([one, other])
    assert (whole.count, whole.max_s, whole.percentile(50)) == (5, 4.0, 1.015625)
    assert [count for _, count in whole.buckets()] == [1, 3, 1]
    assert one.count == 2


@pytest.mark.parametrize(
    ("count", "known"),
    [
        (0, []),
        (1, [50, 90, 95]),
        (99, [50, 90, 95]),
        (100, [50, 90, 95, 99]),
        (999, [50, 90, 95, 99]),
        (1000, [50, 90, 95, 99, 99.9]),
    ],
)
def test_a_percentile_is_told_where_there_are_enough_for_it(count: int, known: list[float]) -> None:
    """Of fewer than a hundred, the 99th would be the longest."""
    histogram = Histogram()
    histogram.record_bucket(0, count)
    assert [percent for percent in (50, 90, 95, 99, 99.9) if histogram.knows(percent)] == known
    assert histogram.slowest == (99 if count >= 100 else 95)


def test_the_999th_of_a_thousand() -> None:
    """Whatever the float makes of 99.9 %."""
    histogram = counted(*[0.1] * 999, 9.0)
    assert histogram.percentile(99.9) < 0.11
    assert histogram.percentile(100) == 9.0


def test_of_what_two_know_a_part_of_the_longer_counts() -> None:
    """Rank by rank, the longest first: nobody twice, and nobody left out whom one of them does not know."""
    inside, outside = counted(0.02, 0.02, 0.02, 4.0), counted(1.0, 2.0, 3.0)
    for both in (inside.longer(outside), outside.longer(inside)):
        assert both.count == 4
        assert both.max_s == 4.0
        shown = [(round(edge, 1), count) for edge, count in both.buckets() if count]
        assert shown == [(0.0, 1), (1.0, 1), (2.0, 1), (4.1, 1)]
    alone = inside.longer(Histogram())
    assert (alone.buckets(), alone.max_s) == (inside.buckets(), 4.0)
    many = counted(*[0.01] * 99, 5.0)
    assert many.longer(counted(5.0)).percentile(50) < 0.011, "one who is slow is no median"
