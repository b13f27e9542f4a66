"""What was turned while a run went on: which key, what, and when; nothing of how it began and ended."""

import pytest

from asyncdemo.events import events as e
from asyncdemo.known.load import Load
from asyncdemo.known.marks import rate_text
from asyncdemo.known.state import State
from asyncdemo.stages.catalogue import STAGES
from tests.histories import RUN, fold

OPEN = [
    RUN,
    e.ProcessStarted(t=0.5, process="redis", pid=1),
    e.ProcessStarted(t=0.6, process="worker.1", pid=2),
    e.ProcessStarted(t=0.6, process="web.1", pid=3),
    e.Ready(t=1.0, process="asyncdemo"),
]
START, END = (e.ProcessStarted(t=5.0, process="worker.1", pid=4), e.ProcessEnded(t=4.0, process="worker.1", code=-9))


def marked(*events: e.Event, run: list[e.Event] = OPEN) -> list[tuple[float, str, str]]:
    state = fold([*run, *events])
    return [(mark.t, mark.key, mark.what) for mark in state.marks.since(0.0, state.load)]


def test_how_a_run_begins_and_ends_was_not_turned() -> None:
    """Its first workers were there when the page could be opened, and the last went with it."""
    assert marked() == []
    ends = [e.ProcessEnded(t=9.1, process=name, code=-15) for name in ("web.1", "worker.1", "redis")]
    assert marked(e.Stopping(t=9.0, process="asyncdemo"), *ends) == []
    assert (
        marked(e.ProcessStarted(t=1.1, process="migrate", pid=9), e.ProcessEnded(t=1.4, process="migrate", code=0))
        == []
    )


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([e.ProcessStarted(t=5.0, process="webworker.1", pid=4)], [(5.0, "w", "webworker.1")]),
        ([e.ProcessStarted(t=5.0, process="worker.4", pid=4)], [(5.0, "+", "worker.4")]),
        ([e.ProcessEnded(t=5.0, process="worker.1", code=-15)], [(5.0, "-", "worker.1")]),
        ([e.ProcessEnded(t=5.0, process="webworker.1", code=0)], [(5.0, "W", "webworker.1")]),
        ([END], [(4.0, "K", "worker.1")]),
        ([END, START], [(4.0, "K", "worker.1"), (5.0, "R", "worker.1")]),
        ([START, END], [(4.0, "K", "worker.1"), (5.0, "R", "worker.1")]),
        (
            [e.Frozen(t=4.0, process="worker.1", frozen=True), e.Frozen(t=5.0, process="worker.1", frozen=False)],
            [(4.0, "Z", "worker.1"), (5.0, "Z", "worker.1")],
        ),
        (
            [e.ProcessEnded(t=4.0, process="redis", code=-9), e.ProcessStarted(t=6.0, process="redis", pid=5)],
            [(4.0, "X", "Redis"), (6.0, "X", "Redis")],
        ),
    ],
)
def test_what_a_key_does_is_marked(events: list[e.Event], expected: list[tuple[float, str, str]]) -> None:
    """Whatever order it is told in; what happens without a key is marked as the key that would have done it."""
    assert marked(*events) == expected


def test_a_worker_that_was_told_to_go_and_comes_anew_was_added() -> None:
    """Not restarted: it did not die."""
    gone = e.ProcessEnded(t=4.0, process="worker.1", code=-15)
    assert marked(gone, START) == [(4.0, "-", "worker.1"), (5.0, "+", "worker.1")]


def test_those_before_a_moment_are_left_out() -> None:
    """A chart looks back as far as it goes."""
    marks = fold([*OPEN, END, START]).marks
    assert [mark.key for mark in marks.since(4.5, Load())] == ["R"]


def load(*turns: tuple[float, float], rate: float = 1.0, rate_end: float = 1.0, speed: float = 1.0) -> list[e.Event]:
    """A load of ten seconds, turned at these moments to so many times what was asked for."""
    asked = {"rate": rate, "rate_end": rate_end, "seconds": 10.0, "arrivals": "even", "timeout_s": 9.0, "speed": speed}
    start = e.LoadStarted(t=0.0, process="load.1", url="u", visitors=0, **asked)
    return [start, *(e.LoadTurned(t=t, process="load.1", factor=factor) for t, factor in turns)]


def test_a_turned_rate_is_marked_with_the_new_one() -> None:
    """Up or down, in whatever order it is told; a ramp has another rate at each moment. Its end is none."""
    assert marked(*load(), run=[]) == []
    for turns in ([(3.0, 2.0), (5.0, 0.5), (7.0, 0.0)], [(7.0, 0.0), (5.0, 0.5), (3.0, 2.0)]):
        assert marked(*load(*turns), run=[]) == [(3.0, ">", "2/s"), (5.0, "<", "0.5/s")]
    assert marked(*load((2.0, 2.0), rate=1.0, rate_end=11.0), run=[]) == [(2.0, ">", "6/s")]


def test_a_turned_rate_is_marked_as_the_screen_tells_rates() -> None:
    """A run's in those of the lesson, however fast it goes; a load's own in real time."""
    state = fold(load((3.0, 2.0), rate=10.0, rate_end=10.0, speed=10.0))
    assert [mark.what for mark in state.marks.since(0.0, state.load)] == ["2/s"]
    assert [mark.what for mark in state.marks.since(0.0, state.load, real=True)] == ["20/s"]


def test_marks_do_not_grow_without_end() -> None:
    """A worker that dies and comes again for a day."""
    state = State()
    state.fold(
        e.RunStarted(
            t=0.0, process="asyncdemo", stage=STAGES["bonus"], general=1, reserved=0, speed=1.0, delays=[5.0], url="u"
        )
    )
    state.fold(e.Ready(t=0.5, process="asyncdemo"))
    for number in range(2000):
        state.fold(e.ProcessEnded(t=number + 1.0, process="worker.1", code=-9))
        state.fold(e.ProcessStarted(t=number + 1.5, process="worker.1", pid=1))
    assert len(state.marks.since(0.0, state.load)) == 200
    assert state.marks.since(0.0, state.load)[-1].t == 2000.5


def test_turns_and_crews_do_not_grow_without_end() -> None:
    """Somebody who holds a key down."""
    state = fold(
        [
            *(e.LoadTurned(t=float(number), process="load.1", factor=1.0 + number) for number in range(300)),
            *(e.CrewChanged(t=float(number), process="asyncdemo", general=1, reserved=0) for number in range(300)),
        ]
    )
    assert [t for t, _ in state.load.turns] == [float(number) for number in range(100, 300)]
    assert [t for t, *_ in state.crews_since(0.0)] == [float(number) for number in range(100, 300)]


def test_moments_on_the_edge() -> None:
    """From a moment on; not of what came as the page could be opened, nor of what went as the run began to end."""
    at_open = e.ProcessStarted(t=1.0, process="worker.7", pid=7)
    state = fold([*OPEN, at_open, END, START, e.Stopping(t=5.0, process="asyncdemo")])
    assert [mark.key for mark in state.marks.since(4.0, state.load)] == ["K"]


def test_a_rate_is_told_to_its_thousandth() -> None:
    assert [rate_text(rate) for rate in (0.1234, 0.1236, 2.0)] == ["0.123/s", "0.124/s", "2/s"]
