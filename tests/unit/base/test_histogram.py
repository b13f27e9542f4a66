"""Latencies in a fixed amount of memory."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncdemo.base.histogram import STEPS, Histogram

LATENCIES = st.lists(st.floats(1e-5, 7200), min_size=1, max_size=200)


def nearest_rank(values: list[float], percent: float) -> float:
    """The exact percentile."""
    return sorted(values)[max(ceil(len(values) * percent / 100), 1) - 1]


def filled(values: list[float]) -> Histogram:
    """A histogram of these."""
    histogram = Histogram()
    for value in values:
        histogram.record(value)
    return histogram


@given(LATENCIES, st.floats(0.1, 100))
def test_a_percentile_is_off_by_one_step_at_most(values: list[float], percent: float) -> None:
    """Never below the exact one, and above it by less than 1/64."""
    exact = nearest_rank(values, percent)
    assert exact <= filled(values).percentile(percent) <= exact * (1 + 1 / STEPS)


@given(LATENCIES)
def test_the_count_and_the_maximum_are_exact(values: list[float]) -> None:
    """They are kept beside the buckets."""
    histogram = filled(values)
    assert (histogram.count, histogram.max_s, histogram.percentile(100)) == (len(values), max(values), max(values))


@given(LATENCIES)
def test_percentiles_rise(values: list[float]) -> None:
    """p50 <= p95 <= p99."""
    figures = [filled(values).percentile(percent) for percent in (50, 95, 99)]
    assert figures == sorted(figures)


@pytest.mark.parametrize("percent", [50, 99, 100])
def test_none_have_no_latency(percent: float) -> None:
    """0.0, not an error."""
    assert Histogram().percentile(percent) == 0.0


def test_no_time_at_all_can_be_recorded() -> None:
    """0 s and less than a microsecond share the lowest bucket."""
    assert filled([0.0, 1e-9]).percentile(50) <= 1e-6
