"""A window of time in slices."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncdemo.known.kept.bins import COUNT, Bins, keep_newest


@given(st.floats(0.05, 5000), st.floats(0, 3), st.floats(0, 1))
def test_a_span_is_cut_into_parts_of_one_slice_each(window_s: float, start: float, length: float) -> None:
    """Whatever the window: none holds more than its slice has room for, and together they are the span."""
    bins: Bins[list[float]] = Bins(window_s, list)
    start, end = start * window_s, (start + length) * window_s
    seconds: Counter[int] = Counter()
    for part_start, part_end in bins.parts(start, end):
        seconds[bins.index(part_start)] += part_end - part_start  # type: ignore[assignment]
    assert all(part <= bins.width_s * 1.0001 for part in seconds.values())
    assert abs(sum(seconds.values()) - (end - start)) <= window_s * 1e-6
    assert len(seconds) <= COUNT + 1


@pytest.mark.parametrize(("end", "begin"), [(100.0, 0.0), (120.0, 0.0), (300.0, 180.0)])
def test_a_span_reaches_back_over_two_windows(end: float, begin: float) -> None:
    """As what is kept does; what is older is forgotten with the next that is told."""
    bins: Bins[list[float]] = Bins(60.0, list)
    assert next(bins.parts(0.0, end))[0] == begin
    bins.at(0.0)
    bins.at(end)
    assert [len(values) for _, _, values in bins.between(0.0, 0.25, 1)] == [begin == 0.0]


@pytest.mark.parametrize("cells", [1, 7, 20, 80, 120, 140, 200, 239, 240, 241, 300, 480])
@given(window_s=st.floats(0.05, 5000), now=st.floats(1, 3))
def test_the_cells_of_a_strip_follow_each_other(cells: int, window_s: float, now: float) -> None:
    """However many: each spans at least a slice, and all that is in a slice of the window is in a cell."""
    now *= window_s
    bins: Bins[list[float]] = Bins(window_s, list)
    for start, end in bins.parts(now - 1.5 * window_s, now):
        bins.at(start).append(end - start)
    shown = bins.cells(now, cells)
    assert len(shown) == cells
    assert shown[-1][1] == pytest.approx(now)
    assert all(sum(sum(value) for value in values) <= (end - start) * 1.0001 for start, end, values in shown)
    assert all(values for _, _, values in shown)
    if cells <= COUNT:
        assert all(one[1] == other[0] for one, other in itertools.pairwise(shown))


@given(window_s=st.floats(0.05, 5000), begin=st.floats(0, 1), length=st.floats(0.01, 1.5))
@pytest.mark.parametrize("cells", [1, 7, 36, 120, 500])
def test_cells_between_two_moments_hold_all_between_them(
    cells: int, window_s: float, begin: float, length: float
) -> None:
    """From the slice of the first to the last moment, and nothing of what came later."""
    bins: Bins[list[float]] = Bins(window_s, list)
    first, last = begin * window_s, (begin + length) * window_s
    kept = {start for start, _ in bins.parts(0, last + 3 * bins.width_s)}
    for start in sorted(kept):
        bins.at(start).append(start)
    shown = bins.between(first, last, cells)
    assert len(shown) == cells
    assert shown[0][0] <= first * (1 + 1e-5) + 1e-9
    assert shown[-1][1] == pytest.approx(last)
    told = {t for _, _, values in shown for value in values for t in value}
    kept = {t for t in kept if t > last - window_s}
    edge = bins.width_s * 1e-3
    assert {t for t in kept if first + edge <= t < last - edge} <= told
    assert all(first - bins.width_s - edge <= t <= last + edge for t in told)


def test_of_moments_the_newest_two_hundred_are_kept() -> None:
    """However they came: somebody who holds a key down does not fill the memory."""
    moments: dict[float, int] = {}
    for moment in [5.0, *(float(number) for number in range(1000, 1200)), 1.0]:
        moments[moment] = 0
        keep_newest(moments)
    assert sorted(moments) == [float(number) for number in range(1000, 1200)]
