"""The channels between two measurements: what has been taken since is gone, and makes nobody look old."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncdemo.events import events as e
from asyncdemo.known.channels import Channels
from asyncdemo.known.state import State
from asyncdemo.stages.catalogue import STAGES
from tests.simulated_today import today_events

RUN = e.RunStarted(
    t=0.0, process="asyncdemo", stage=STAGES["bonus"], general=2, reserved=1, speed=1.0, delays=[5.0], url="u"
)
VIEW = {"process": "worker.1", "worker": "worker.1", "channel": "http.request"}
CONSUMER = VIEW | {"channel": "notify"}
MEASURED = e.Queues(
    t=10.0,
    process="web.1",
    ids={"http.request": ["h"], "notify": ["a", "b"]},
    ages={"http.request": 0.0, "notify": 4.0},
)
SENT = [e.Sent(t=t, process="web.1", id=id_, channel="notify") for t, id_ in ((6.0, "a"), (8.0, "b"))]
ANSWERED = e.Done(t=10.008, id="h", busy_s=0.008, **VIEW)  # type: ignore[arg-type]
TAKEN = [e.Taken(t=10.5, id=id_, age_s=1.0, **CONSUMER) for id_ in "ab"]  # type: ignore[arg-type]


def folded(*events: e.Event) -> Channels:
    channels = Channels()
    for event in (RUN, *events):
        channels.fold(event)
    return channels


def test_what_was_measured_is_shown_as_it_was_measured() -> None:
    """And what is there yet grows older."""
    channels = folded(*SENT, MEASURED)
    assert channels.depths == {"http.request": 1, "notify": 2}
    assert channels.oldest_s("notify", 10.0) == 4.0
    assert channels.oldest_s("notify", 10.75) == 4.75


def test_a_hello_that_was_answered_in_8_ms_waits_no_more() -> None:
    """Though it was on its channel in the moment of the measurement."""
    channels = folded(MEASURED, ANSWERED)
    assert channels.depths == {"http.request": 0, "notify": 2}
    assert channels.oldest_s("http.request", 10.76) == 0.0


def test_the_oldest_is_the_oldest_that_nobody_has_taken() -> None:
    """By when it was sent, or at the least by the measurement that has seen it."""
    assert folded(*SENT, MEASURED, TAKEN[0]).oldest_s("notify", 11.0) == 3.0
    assert folded(MEASURED, TAKEN[0]).oldest_s("notify", 11.0) == 1.0
    assert folded(*SENT, MEASURED, *TAKEN).depths["notify"] == 0
    sent_by_a_view = e.Done(t=7.5, id="x", busy_s=0.008, sent=["b"], **VIEW)  # type: ignore[arg-type]
    assert folded(sent_by_a_view, MEASURED, TAKEN[0]).oldest_s("notify", 11.0) == 3.5


def sent(t: float, id_: str, channel: str = "notify") -> e.Sent:
    return e.Sent(t=t, process="web.1", id=id_, channel=channel)


def test_what_was_sent_since_waits_as_well() -> None:
    """Also where a view has told it at its end; not what was in the measurement, taken since, refused, or pocketed."""
    by_a_view = e.Done(t=10.4, id="x", busy_s=0.008, sent=["c"], **VIEW)  # type: ignore[arg-type]
    channels = folded(*SENT, MEASURED, by_a_view, sent(10.6, "d"), sent(10.7, "r", "http.request"))
    assert channels.depths == {"http.request": 2, "notify": 4}
    for gone in (
        e.Taken(t=10.8, id="c", age_s=0.4, **CONSUMER),  # type: ignore[arg-type]
        e.Refused(t=10.8, process="web.1", id="d", channel="notify"),
        e.Received(t=10.8, process="worker.1", worker="worker.1", id="d", channel="notify"),
    ):
        assert folded(*SENT, MEASURED, by_a_view, sent(10.6, "d"), gone).depths["notify"] == 3
    assert folded(sent(10.001, "b"), MEASURED, sent(10.001, "a")).depths["notify"] == 2
    assert folded(MEASURED, sent(9.96, "c"), sent(9.9, "d")).depths["notify"] == 3


def test_the_oldest_is_one_that_was_sent_since_where_no_other_is_there() -> None:
    """By when it was sent."""
    assert folded(*SENT, MEASURED, *TAKEN, sent(10.6, "d")).oldest_s("notify", 11.0) == pytest.approx(0.4)


def test_from_when_on_something_was_sent_since() -> None:
    """A moment before the measurement, in which it may have been sent after it; of two of one moment, the first is."""
    assert [folded(MEASURED, sent(t, "c")).depths["notify"] for t in (9.95, 9.9501)] == [2, 3]
    nothing = e.Queues(t=10.0, process="web.1", ids={"notify": []}, ages={})
    earlier = e.Queues(t=9.0, process="web.1", ids={"notify": []}, ages={})
    assert folded(MEASURED, nothing).depths == folded(MEASURED, earlier).depths == folded(MEASURED).depths


def test_when_something_was_sent_is_known_for_a_second() -> None:
    """It is not in this measurement, and may be in the next."""
    later = e.Queues(t=11.0, process="web.1", ids={"notify": ["a", "c"]}, ages={"notify": 5.0})
    for t, oldest_s in ((9.0, 1.0), (9.001, 2.999)):
        assert folded(sent(t, "c"), MEASURED, later, TAKEN[0]).oldest_s("notify", 12.0) == pytest.approx(oldest_s)


def test_what_was_sent_before_its_broker_died_is_gone_with_it() -> None:
    """However lately."""
    died = e.ProcessEnded(t=10.7, process="redis", code=-9)
    assert folded(*SENT, MEASURED, sent(10.69, "c"), died).depths == {"http.request": 0, "notify": 0}
    assert folded(*SENT, MEASURED, died, sent(10.9, "c")).depths["notify"] == 1


@pytest.mark.parametrize("case", ["today", "today reserved", "priority", "nobody"])
def test_as_many_wait_as_the_books_say(case: str) -> None:
    """Whenever somebody looks: it is one figure, in two panels."""
    state, told = State(), False
    for event in today_events(case):
        state.fold(event)
        told = told or isinstance(event, e.Queues)
        assert not told or sum(state.channels.depths.values()) == state.books.queued, event


@pytest.mark.parametrize(("status", "problem"), [(None, ""), (503, "time limit")])
def test_the_request_of_a_visitor_who_waits_no_more_is_there_yet(status: int | None, problem: str) -> None:
    """A worker will take it, in vain, as in 2016."""
    gone = e.Answered(t=10.5, process="web.1", id="h", status=status, problem=problem, total_s=5.0, name="Ada")
    assert folded(MEASURED, gone).depths["http.request"] == 1


def test_what_has_expired_is_gone() -> None:
    """Before the next measurement says so."""
    expired = e.Expired(t=10.2, process="web.1", ids=["a"], channel="notify")
    assert folded(*SENT, MEASURED, expired).depths["notify"] == 1


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_news_does_not_matter(chance: random.Random) -> None:
    """Taken may be told before it was measured, and sent after; what was sent since, before."""
    events = [*SENT, MEASURED, ANSWERED, TAKEN[0], sent(10.3, "c")]
    chance.shuffle(events)
    channels = folded(*events)
    assert channels.depths == {"http.request": 0, "notify": 2}
    assert channels.oldest_s("notify", 11.0) == 3.0


def test_how_old_those_are_of_whom_only_the_number_is_told() -> None:
    """As old as the oldest was, when that was measured; and nobody is old where nobody is."""
    many = e.Queues(t=10.0, process="web.1", depths={"notify": 700}, ids={"notify": []}, ages={"notify": 9.0})
    assert folded(many).oldest_s("notify", 10.5) == 9.0
    nobody = e.Queues(t=10.0, process="web.1", ids={"notify": []}, ages={"notify": 0.0})
    assert folded(nobody).oldest_s("notify", 10.5) == 0.0


def test_how_old_the_oldest_is_by_its_measurement_alone() -> None:
    """Whoever sent it has told nothing; of one whose age was not measured, it is known since when it is there."""
    assert folded(MEASURED).oldest_s("notify", 11.0) == 5.0
    unmeasured = e.Queues(t=10.0, process="web.1", ids={"notify": ["a"]}, ages={})
    assert folded(unmeasured).oldest_s("notify", 11.5) == 1.5
    unnamed = e.Queues(t=10.0, process="web.1", ids={}, depths={"notify": 7, "mail": 0}, ages={"notify": 3.0})
    assert [folded(unnamed).oldest_s(channel, 11.0) for channel in ("notify", "mail")] == [3.0, 0.0]
    assert folded(e.Queues(t=10.0, process="web.1", ids={}, depths={"notify": 7}, ages={})).oldest_s("notify", 11) == 0
