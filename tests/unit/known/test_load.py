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
    by_end=st.dictionaries(st.sampled_from(["200", "302", "503", "timed out"]), SLICED),
    latency=st.just([]),
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
    parts = [*load.page.parts(24), *load.failed.parts(24)]
    histograms = [load.page.whole, load.failed.whole, load.service, load.lag, load.everybody(), *parts]
    names = ("scheduled", "sent", "unfinished", "ended", "again", "waiting", "ended_at")
    shown = {name: getattr(load, name) for name in names}
    by_end = {end: histogram.buckets() for end, histogram in load.by_end.items()}
    return shown | {"histograms": [each.buckets() for each in histograms], "by_end": by_end, "turns": load.turns}


@given(st.lists(TOLD, max_size=6), st.randoms(use_true_random=False))
def test_the_order_does_not_matter(told: list[e.LoadTold], chance: Any) -> None:
    """Events of a process come in order, but a fold should not need it."""
    turned = [e.LoadTurned(t=float(n), process="load.1", factor=n) for n in (2, 5, 3)]
    events: list[Any] = [*numbered(told), *turned, e.LoadEnded(t=9.0, process="load.1", unfinished=3)]
    shuffled = list(events)
    chance.shuffle(shuffled)
    assert figures(folded(shuffled)) == figures(folded(events))


@given(st.lists(TOLD, min_size=1, max_size=6))
def test_everybody_counts(told: list[e.LoadTold]) -> None:
    """Those who still wait, at their wait so far: of the newest window, for they are told anew each time."""
    load = folded(numbered(told))
    waiting = sum(count for _, _, count in told[-1].waiting)
    assert load.waiting == waiting
    ended = {end: histogram.count for end, histogram in load.by_end.items()}
    got = sum(count for end, count in ended.items() if end in ("200", "302"))
    assert load.page.whole.count == got + waiting
    assert load.failed.whole.count == sum(ended.values()) - got
    assert load.everybody().count == sum(ended.values()) + waiting
    assert sum(part.count for part in load.page.parts(60)) == load.page.whole.count
    assert load.page.longest(24) == [part.max_s for part in load.page.parts(24)]


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
    load = folded([e.LoadTold(**AT, number=1, scheduled=240, sent=240, by_end={"200": every_slice})])
    parts = load.page.parts(cells)
    assert len(parts) == cells
    assert all(part.count for part in parts)
    assert cells > 240 or sum(part.count for part in parts) == 240


def older(ended: dict[str, int], seconds: float, number: int = 1) -> e.LoadTold:
    """A window as it was told up to format 3."""
    count = sum(ended.values())
    cells = {"latency": [(0, bucket(seconds), count)], "service": [(bucket(seconds), count)]}
    return e.LoadTold(**AT, number=number, scheduled=count, sent=count, ended=ended, **cells)


def test_an_older_recording_is_told_apart_where_it_can_be() -> None:
    """By the second: where all of a window ended in one way, it is known which."""
    load = folded([older({"200": 3}, 2.0, 1), older({"503": 5, "refused": 0}, 0.006, 2)])
    assert load.tells_apart
    assert (load.page.whole.count, load.failed.whole.count, load.service.count) == (3, 5, 3)
    assert load.page.whole.percentile(0) >= 2.0


def test_an_older_recording_that_cannot_be_told_apart_says_so() -> None:
    """Its figures are of all, then, and nobody takes them for those of the page."""
    load = folded([older({"200": 3}, 2.0, 1), older({"200": 1, "503": 5}, 0.006, 2), older({"503": 1}, 0.006, 3)])
    assert not load.tells_apart
    assert (load.page.whole.count, load.failed.whole.count) == (10, 0)
    assert (load.answered, load.errors) == (4, 6)


def test_what_was_turned_by_hand_and_when() -> None:
    """In seconds since the load began; and that it was ended before its time."""
    asked: Any = {"url": "http://h/", "rate": 10.0, "rate_end": 10.0, "seconds": 60.0, "arrivals": "even"}
    begun = e.LoadStarted(t=2.0, process="load.1", visitors=0, timeout_s=9.0, speed=1.0, **asked)
    turned = [e.LoadTurned(t=t, process="load.1", factor=factor) for t, factor in ((12.0, 2.0), (9.5, 0.5))]
    load = folded([begun, *turned])
    assert (load.turns, load.factor, load.stopped) == ([(7.5, 0.5), (10.0, 2.0)], 2.0, False)
    load.fold(e.LoadEnded(t=33.0, process="load.1", unfinished=0))
    assert load.stopped
    load.fold(e.LoadEnded(t=62.1, process="load.1", unfinished=0))
    assert not load.stopped
