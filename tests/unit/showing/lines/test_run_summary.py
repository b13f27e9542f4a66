"""What a run has shown, in a few lines."""

import pytest

from asyncdemo.base.histogram import bucket
from asyncdemo.events import events as e
from asyncdemo.known.state import State
from asyncdemo.showing.lines.run_summary import summary

from .run_events import at, run_started


def test_the_summary_sums_up() -> None:
    """Answers by status, latency, the books as an equation, and each reason for a loss."""
    state = State()
    for event in [
        run_started(),
        *(at(1, e.Arrived, id=i, method="GET", path="/", name="Ada") for i in "abc"),
        at(2, e.Answered, id="a", status=200, total_s=0.02, worker="slot 1", name="Ada"),
        at(2, e.Answered, id="b", status=500, total_s=0.01, worker="slot 1", name="Ada"),
        *(at(1, e.Sent, id=i, channel="notify") for i in "defgh"),
        *(at(2, e.Taken, process, id=i, channel="notify", worker="", age_s=0) for i, process in ("dx", "ey", "fz")),
        at(3, e.CallDelivered, "x", id="d", text="Hello, Ada!"),
        at(3, e.ProcessEnded, "y", code=-9),
        at(3, e.Expired, ids=["g"], channel="notify"),
        at(3, e.Refused, id="i", channel="notify"),
    ]:
        state.fold(event)
    hellos, latency, refusals, books, took, lost = summary(state)
    assert hellos == "  hellos         1 x 200, 1 x 500; 1 without an answer"
    assert latency.startswith("  answered in    p50 0.020 s · p95 0.020 s · max 0.020 s")
    assert refusals.startswith("  errors in      p50 0.010 s · p95 0.010 s · max 0.010 s")
    assert books == "  notifications  6 sent = 1 delivered + 1 running + 1 queued + 3 lost + 0 unknown"
    assert lost == (
        "  lost           1 refused, the channel was full, 1 expired in the queue, "
        "1 in the hands of a worker that died or was stopped, or in a queue that is gone"
    )
    assert took.startswith("  delivered in   p50 2.0 s · p95 2.0 s · max 2.0 s")


@pytest.mark.parametrize(
    ("waiting", "left", "text"),
    [
        (0, 0, "none; 0 without an answer"),
        (2, 0, "none; 2 without an answer"),
        (0, 1, "none; 1 without an answer: 1 left"),
        (2, 3, "none; 5 without an answer: 3 left, 2 still waiting"),
    ],
)
def test_those_who_left_are_among_those_without_an_answer(waiting: int, left: int, text: str) -> None:
    """Of a server that does not see them go, nobody knows which of them still wait."""
    state = State()
    for number in range(waiting + left):
        state.fold(at(1, e.Arrived, id=str(number), method="GET", path="/", name="Ada"))
    for number in range(left):
        state.fold(at(2, e.Answered, id=str(number), status=None, total_s=1.0, worker="", name="Ada"))
    assert next(summary(state)) == f"  hellos         {text}"


def test_the_summary_of_a_quiet_run_is_short() -> None:
    """No latency and no losses where there are none."""
    assert list(summary(State())) == [
        "  hellos         none; 0 without an answer",
        "  notifications  0 sent = 0 delivered + 0 running + 0 queued + 0 lost + 0 unknown",
    ]


def test_what_was_asked_for_besides_is_counted_apart() -> None:
    """A POST, a page that is not there: no hello, and not forgotten."""
    state = State()
    for number, status in enumerate((403, 404, 403)):
        state.fold(at(1, e.Arrived, id=str(number), method="POST", path="/", name=None))
        state.fold(at(2, e.Answered, id=str(number), status=status, total_s=0.01, worker="", name=None))
    state.fold(at(2, e.Answered, id="a run's own", status=404, total_s=0.01, worker="", path=e.NO_PAGE, name=None))
    hellos, others, _ = summary(state)
    assert hellos == "  hellos         none; 0 without an answer"
    assert others == "  other requests 2 x 403, 1 x 404"


def test_workers_that_came_are_in_the_summary() -> None:
    """Since the page could be opened."""
    state = State()
    crew = {"general": 3, "reserved": 1}
    for event in (run_started("bonus", general=2), at(4, e.Ready), at(6, e.CrewChanged, "asyncdemo", **crew)):
        state.fold(event)
    assert "  workers        2 at first; 3 + 1 reserved after 2.0 s" in list(summary(state))


def test_the_summary_says_of_whom_the_server_knew_nothing() -> None:
    """Who was not taken in is counted by the load alone, and who was had waited before."""
    state, by_end = State(), {"200": [[0, bucket(8), 1]]}
    for event in [
        run_started(),
        at(9, e.Answered, id="a", status=200, total_s=0.05, worker="thread 1", name="Ada"),
        at(9, e.Answered, id="b", status=None, total_s=0.02, worker="", name="Ada"),
        at(9, e.LoadTold, "load.1", number=1, scheduled=5, sent=5, ended={"200": 1}, by_end=by_end),
    ]:
        state.fold(event)
    hellos, latency, *_ = summary(state)
    assert hellos == "  hellos         1 x 200; 1 without an answer: 1 left; the server saw 2, the load sent 5"
    assert latency == "  answered in    p50 0.050 s · p95 0.050 s · max 0.050 s, since the server took each in"
