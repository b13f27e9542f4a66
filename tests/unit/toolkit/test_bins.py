"""A window of time in slices."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from asyncdemo.toolkit.seen.bins import COUNT, Bins


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
