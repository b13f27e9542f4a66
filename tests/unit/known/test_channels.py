"""The channels between two measurements: what has been taken since is gone, and makes nobody look old."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncdemo.events import events as e
from asyncdemo.known.channels import Channels
from asyncdemo.stages.catalogue import STAGES

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
    """Taken may be told before it was measured, and sent after."""
    events = [*SENT, MEASURED, ANSWERED, TAKEN[0]]
    chance.shuffle(events)
    channels = folded(*events)
    assert channels.depths == {"http.request": 0, "notify": 1}
    assert channels.oldest_s("notify", 11.0) == 3.0


def test_how_old_those_are_of_whom_only_the_number_is_told() -> None:
    """As old as the oldest was, when that was measured; and nobody is old where nobody is."""
    many = e.Queues(t=10.0, process="web.1", depths={"notify": 700}, ids={"notify": []}, ages={"notify": 9.0})
    assert folded(many).oldest_s("notify", 10.5) == 9.0
    nobody = e.Queues(t=10.0, process="web.1", ids={"notify": []}, ages={"notify": 0.0})
    assert folded(nobody).oldest_s("notify", 10.5) == 0.0
