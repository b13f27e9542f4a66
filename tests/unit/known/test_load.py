"""A load, folded from its events: the same in any order."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from asyncdemo.base.histogram import Histogram, bucket, upper_edge
from asyncdemo.events import events as e
from asyncdemo.events.wire import decode, encode
from asyncdemo.known.load import Load

AT: Any = {"t": 0.0, "process": "load.1"}
BUCKETS = st.floats(0.0001, 100).map(bucket)
COUNTS = st.integers(1, 9)
SLICED = st.lists(st.tuples(st.integers(0, 239), BUCKETS, COUNTS).map(list), max_size=5)
PLAIN = st.lists(st.tuples(BUCKETS, COUNTS).map(list), max_size=5)
ENDED = st.dictionaries(st.sampled_from(["200", "503", "timed out", "refused"]), COUNTS)
TOLD = st.builds(
    e.LoadTold,
    t=st.just(1.0),
    process=st.just("load.1"),
    number=st.just(0),
    scheduled=COUNTS,
    sent=COUNTS,
    ended=ENDED,
    again=st.dictionaries(st.sampled_from(["closed while idle", "data nobody asked for"]), COUNTS),
    latency=SLICED,
    service=PLAIN,
    lag=PLAIN,
    waiting=SLICED,
    problem=st.sampled_from(["", "connection refused by 127.0.0.1:8000", "no HTTP"]),
)


def numbered(told: list[e.LoadTold]) -> list[e.LoadTold]:
    """As a sender tells them."""
    return [decode(encode(each).replace(b'"number":0', b'"number":%d' % number)) for number, each in enumerate(told, 1)]  # type: ignore[misc]


def folded(events: list[Any]) -> Load:
    load = Load()
    for event in events:
        load.fold(event)
    return load


def figures(load: Load) -> dict[str, Any]:
    """All that can be seen of it."""
    histograms = [load.latency, load.service, load.lag, load.everybody(), *load.by_time(24)]
    names = ("scheduled", "sent", "unfinished", "ended", "again", "waiting", "ended_at")
    shown = {name: getattr(load, name) for name in names}
    return shown | {"histograms": [each.buckets() for each in histograms]}


@given(st.lists(TOLD, max_size=6), st.randoms(use_true_random=False))
def test_the_order_does_not_matter(told: list[e.LoadTold], chance: Any) -> None:
    """Events of a process come in order, but a fold should not need it."""
    events: list[Any] = [*numbered(told), e.LoadEnded(t=9.0, process="load.1", unfinished=3)]
    shuffled = list(events)
    chance.shuffle(shuffled)
    assert figures(folded(shuffled)) == figures(folded(events))


@given(st.lists(TOLD, min_size=1, max_size=6))
def test_everybody_counts(told: list[e.LoadTold]) -> None:
    """Those who still wait, at their wait so far: of the newest window, for they are told anew each time."""
    load = folded(numbered(told))
    waiting = sum(count for _, _, count in told[-1].waiting)
    assert load.waiting == waiting
    assert load.everybody().count == load.latency.count + waiting
    assert sum(part.count for part in load.by_time(60)) == load.everybody().count


def test_whoever_is_given_up_waits_no_more_and_still_counts() -> None:
    """Survivors alone would look fast."""
    told = e.LoadTold(**AT, number=1, scheduled=3, sent=3, ended={"200": 2}, waiting=[[5, bucket(30.0), 1]])
    load = folded([told, e.LoadEnded(**AT, unfinished=1)])
    assert (load.waiting, load.unfinished, sum(load.ended.values())) == (0, 1, 2)
    assert load.everybody().max_s >= 30.0


def test_the_newest_problem_stays() -> None:
    """A window without one does not take it away."""
    windows = [e.LoadTold(**AT, number=n, scheduled=0, sent=0, problem=words) for n, words in ((1, "refused"), (2, ""))]
    assert folded(windows).problem == "refused"


@given(st.lists(st.floats(0.0001, 1000), min_size=1), st.floats(0.1, 100))
def test_a_histogram_that_was_told_is_the_same(values: list[float], percent: float) -> None:
    """Bucket by bucket: a percentile is that of the values, up to the width of a bucket."""
    told, local = Histogram(), Histogram()
    for value in values:
        local.record(value)
        told.record_bucket(bucket(value), 1)
    assert told.count == local.count
    assert local.percentile(percent) <= told.percentile(percent) <= upper_edge(bucket(local.percentile(percent)))


@given(st.integers(1, 600))
def test_a_chart_of_any_width_has_no_holes(cells: int) -> None:
    """Where it is wider than there are slices, some are drawn twice."""
    every_slice = [[number, bucket(1.0), 1] for number in range(240)]
    load = folded([e.LoadTold(**AT, number=1, scheduled=240, sent=240, latency=every_slice)])
    parts = load.by_time(cells)
    assert len(parts) == cells
    assert all(part.count for part in parts)
    assert cells > 240 or sum(part.count for part in parts) == 240
