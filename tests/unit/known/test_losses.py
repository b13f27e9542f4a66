"""What is lost, and who took it along: told only where a death, or the end of what held it, explains it."""

from dataclasses import replace

import pytest

from asyncdemo.events import events as e
from asyncdemo.known.books import Books
from asyncdemo.stages.catalogue import STAGES
from tests.histories import RUN, fold, measured, notification


def ready(worker: str) -> e.Event:
    return e.WorkerReady(t=0.5, process=worker, worker=worker, channels=["notify"])


def test_what_left_its_channel_unseen_is_unknown_until_a_death_explains_it() -> None:
    """A worker that is killed between taking and telling takes one message along."""
    sent = e.Sent(t=1.0, process="web.1", id="n1", channel="notify")
    gone = [measured(2.0), measured(3.0)]
    assert fold([RUN, sent]).books == Books(queued=1)
    assert fold([RUN, sent, *gone]).books == Books(unknown=1)
    death = e.ProcessEnded(t=3.0, process="worker.1", code=-9)
    assert fold([RUN, ready("worker.1"), sent, *gone, death]).books == Books(died=1)
    assert fold([RUN, death, *reversed(gone), sent, ready("worker.1")]).books == Books(died=1)


def test_a_worker_of_whom_only_his_work_is_told_takes_one_along_too() -> None:
    """Nobody has said that he was ready."""
    sent = e.Sent(t=3.0, process="web.1", id="n9", channel="notify")
    told = notification(1, 1.0, "worker.1", "delivered")
    death = e.ProcessEnded(t=8.0, process="worker.1", code=-9)
    events = [*told, sent, measured(6.5), measured(7.5), death]
    assert fold([RUN, *events]).books == fold([RUN, *reversed(events)]).books == Books(delivered=1, died=1)


def test_a_death_explains_only_what_a_worker_can_have_taken() -> None:
    """Nobody takes along what was sent after his death; and a server or a migration takes nothing."""
    gone = [measured(101.0), measured(102.0)]
    sent = e.Sent(t=100.0, process="web.1", id="n1", channel="notify")
    early = e.ProcessEnded(t=1.0, process="worker.1", code=-9)
    late = e.ProcessEnded(t=101.0, process="worker.1", code=-9)
    server = e.ProcessEnded(t=101.0, process="web.1", code=-15)
    others = [e.Sent(t=100.0, process="web.1", id=f"n{number}", channel="notify") for number in range(2, 6)]
    crew = [RUN, ready("worker.1"), ready("worker.2")]
    assert fold([*crew, early, sent, *gone]).books == Books(unknown=1)
    assert fold([*crew, sent, *others, *gone, server]).books == Books(unknown=5)
    assert fold([*crew, early, sent, *others, *gone, server, late]).books == Books(died=1, unknown=4)


def test_a_death_with_a_message_in_hand_does_not_hide_an_earlier_one() -> None:
    """A worker that died without a word, was started again, and died with one that it had told of."""
    sent = e.Sent(t=1.0, process="web.1", id="n9", channel="notify")
    first = e.ProcessEnded(t=1.5, process="worker.1", code=-9)
    second = e.ProcessEnded(t=12.0, process="worker.1", code=-9)
    told = notification(1, 10.0, "worker.1", "running")
    events = [ready("worker.1"), sent, first, measured(2.0), measured(3.0), *told, second]
    assert fold([RUN, *events]).books == Books(died=2)
    assert fold([RUN, *reversed(events)]).books == Books(died=2)


def test_a_death_with_a_message_in_hand_explains_that_one_alone() -> None:
    """What vanished at that time may be with anybody else: a death is not told twice."""
    sent = e.Sent(t=1.0, process="web.1", id="n9", channel="notify")
    told = notification(1, 1.0, "worker.1", "running")
    death = e.ProcessEnded(t=4.0, process="worker.1", code=-9)
    events = [ready("worker.1"), sent, *told, measured(2.5), measured(3.5), death]
    assert fold([RUN, *events]).books == fold([RUN, *reversed(events)]).books == Books(died=1, unknown=1)
    other = e.ProcessEnded(t=4.0, process="worker.2", code=-9)
    assert fold([RUN, *events, ready("worker.2"), other]).books == Books(died=2)


def test_what_has_just_left_its_channel_is_in_somebodys_hands() -> None:
    """Who takes a message tells so when it lasts: a moment later. Till then it is neither lost nor unknown."""
    sent = e.Sent(t=1.0, process="web.1", id="n1", channel="notify")
    death = e.ProcessEnded(t=2.0, process="web.1", code=-9)
    assert fold([RUN, death, sent, measured(1.5, "n1"), measured(2.5)]).books == Books(running=1)
    assert fold([RUN, death, sent, measured(1.5)]).books == Books(running=1)
    assert fold([RUN, death, sent, measured(1.5, "n1"), measured(2.5), measured(2.6)]).books == Books(running=1)
    assert fold([RUN, death, sent, measured(1.5, "n1"), measured(2.5), measured(3.5)]).books == Books(unknown=1)


@pytest.mark.parametrize(
    ("measurements", "books"),
    [
        ([1.049], Books(queued=1)),  # the news of it may have overtaken it
        ([1.051], Books(running=1)),
        ([0.9], Books(queued=1)),
        ([2.0, 2.19], Books(running=1)),
        ([2.0, 2.2], Books(unknown=1)),
        ([2.0, 4.5], Books(unknown=1)),
        ([2.0, 4.51], Books(running=1)),  # the first one is forgotten
        ([4.51, 2.0], Books(running=1)),
    ],
)
def test_when_a_message_is_missed(measurements: list[float], books: Books) -> None:
    """A moment after it was sent, for a moment by who has just taken it, and only by the newest measurements."""
    sent = e.Sent(t=1.0, process="web.1", id="n1", channel="notify")
    assert fold([RUN, sent, *map(measured, measurements)]).books == books


def test_what_waits_in_a_redis_that_is_stopped_is_lost() -> None:
    """In whatever order it is told; not what was taken before, nor what was sent to the next Redis."""
    queued = [e.Sent(t=float(t), process="web.1", id=f"n{t}", channel="notify") for t in (1, 2)]
    before = [RUN, *queued, *notification(3, 1.0, "worker.1", "running"), measured(2.5, "n1", "n2")]
    stopped = e.ProcessEnded(t=3.0, process="redis", code=-9)
    after = [e.Sent(t=9.0, process="web.1", id="n9", channel="notify"), measured(10.0, "n9")]
    assert fold([*before, stopped]).books == Books(running=1, died=2)
    assert fold([*before, stopped]).channels.depths == {"notify": 0}
    assert fold([*before, stopped]).channels_unknown(3.1) == "Redis is stopped"
    assert fold([RUN, *reversed([*before[1:], stopped])]).channels_unknown(3.1) == "Redis is stopped"
    assert fold([*before, stopped, *after]).channels_unknown(10.1) == ""
    ended = e.ProcessEnded(t=3.0, process="web.1", code=0)
    assert fold([replace(RUN, stage=STAGES["step3"]), *before[1:], ended]).channels_unknown(3.1) == ""
    assert fold([*before, stopped, *after]).books == Books(running=1, died=2, queued=1)
    assert fold([RUN, *reversed([*before[1:], stopped, *after])]).books == Books(running=1, died=2, queued=1)


@pytest.mark.parametrize(("sent_at", "books"), [(3.04, Books(died=1)), (3.06, Books(queued=1))])
def test_what_was_sent_as_redis_went_is_lost(sent_at: float, books: Books) -> None:
    """A moment after it was told to be gone is not too late for that."""
    sent = e.Sent(t=sent_at, process="web.1", id="n1", channel="notify")
    assert fold([RUN, e.ProcessEnded(t=3.0, process="redis", code=-9), sent]).books == books


@pytest.mark.parametrize(("stage", "holder"), [("bonus", "redis"), ("step3", "web.1")])
def test_what_waits_when_the_run_ends_is_lost(stage: str, holder: str) -> None:
    """As the question before it had said: nobody will ever take it, once what holds the channels is gone."""
    run = replace(RUN, stage=STAGES[stage])
    waits = [run, *notification(1, 1.0, "worker.1", "queued"), measured(2.0, "n1"), e.Stopping(t=3.0, process="a")]
    other = e.ProcessEnded(t=3.5, process="worker.1", code=0)
    gone = e.ProcessEnded(t=4.0, process=holder, code=0)
    assert fold([*waits, other]).books == Books(queued=1)
    assert fold([*waits, other, gone]).books == fold([run, gone, *reversed(waits[1:])]).books == Books(died=1)


def test_what_waits_in_a_redis_of_the_users_goes_with_the_run_too() -> None:
    """It stays, and what the run has put there is removed from it."""
    waits = [RUN, *notification(1, 1.0, "worker.1", "queued"), measured(2.0, "n1"), e.Stopping(t=3.0, process="a")]
    assert fold(waits).books == Books(queued=1)
    assert fold([*waits, e.ProcessEnded(t=4.0, process="web.1", code=0)]).books == Books(died=1)


def test_who_was_told_to_go_and_went_takes_nothing_along() -> None:
    """An exit code of 0: it had finished what it had in hand."""
    sent = e.Sent(t=1.0, process="web.1", id="n1", channel="notify")
    end = e.ProcessEnded(t=3.0, process="migrate", code=0)
    assert fold([RUN, sent, measured(2.0), measured(3.0), end]).books == Books(unknown=1)
