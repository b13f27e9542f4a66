"""What comes in from any thread, and is passed on in one."""

import json
import signal
import threading
import time
from io import FileIO
from pathlib import Path

import pytest

from asyncdemo.events import events as e
from asyncdemo.events.inbox import Inbox, Stop
from asyncdemo.events.recording import open_record
from tests.waiting import DEADLINE_S

FIRST, SECOND = (e.Printed(t=float(number), process="web.1", line=str(number)) for number in (1, 2))


def test_events_are_passed_on_in_their_order() -> None:
    """All that are there, by whoever takes them out."""
    heard: list[e.Event] = []
    inbox = Inbox(heard.append)
    inbox.put(FIRST)
    inbox.put(SECOND)
    assert heard == []
    assert inbox.take(0) == heard == [FIRST, SECOND]
    assert inbox.take(0) == []


def test_a_further_wish_that_is_urgent_may_hurry_nobody() -> None:
    """A load, or a replay, has nothing that would end sooner."""
    inbox = Inbox(lambda event: None)
    inbox.put(Stop(1))
    inbox.put(Stop(2, urgent=True))
    assert inbox.take(0) == []
    assert inbox.stop == Stop(1)


def test_the_first_wish_to_end_counts() -> None:
    """And events among the wishes are events; a further one that is urgent is heard as such."""
    urgent: list[str] = []
    inbox = Inbox(lambda event: None)
    inbox.on_urgent = lambda: urgent.append("now")
    for item in (Stop(3, urgent=True), FIRST, Stop(4)):
        inbox.put(item)
    assert inbox.stop is None
    assert inbox.take(0) == [FIRST]
    assert inbox.stop == Stop(3, urgent=True)
    assert urgent == []
    inbox.put(Stop(5, urgent=True))
    inbox.take(0)
    assert (inbox.stop.exit_code, urgent) == (3, ["now"])


def test_events_are_recorded(tmp_path: Path) -> None:
    """Each as it is passed on."""
    inbox = Inbox(lambda event: None)
    with open_record(str(tmp_path / "run.jsonl")) as inbox.recording:
        inbox.put(FIRST)
        inbox.take(0)
        inbox.pass_on(SECOND)
    _, *lines = (tmp_path / "run.jsonl").read_text().splitlines()
    assert [json.loads(line)["line"] for line in lines] == ["1", "2"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_disk_that_is_full_ends_the_recording_alone() -> None:
    """It is said once, in the stream itself."""
    heard: list[e.Event] = []
    inbox = Inbox(heard.append)
    with FileIO("/dev/full", "w") as inbox.recording:
        inbox.pass_on(FIRST)
        inbox.pass_on(SECOND)
    said = e.Printed(t=1.0, process="asyncdemo", line="the recording ends here: No space left on device")
    assert heard == [said, FIRST, SECOND]


def test_whoever_waits_for_events_can_be_woken() -> None:
    """By a key, say: it is no event, and nobody hears of it."""
    heard: list[e.Event] = []
    inbox = Inbox(heard.append)
    waker = threading.Timer(0.01, inbox.wake)
    waker.start()
    began = time.monotonic()
    assert inbox.take(DEADLINE_S) == []
    assert time.monotonic() - began < DEADLINE_S
    inbox.wake()
    inbox.put(FIRST)
    inbox.wake()
    assert inbox.take(0) == heard == [FIRST]


def test_what_comes_while_events_are_told_is_for_the_next_time() -> None:
    """Events that come faster than they are told leave time to see that somebody wants to end it."""
    inbox = Inbox(lambda event: inbox.put(FIRST))
    inbox.put(FIRST)
    inbox.put(Stop(3))
    inbox.take(0)
    assert inbox.stop == Stop(3)


def test_a_wait_that_is_interrupted_ends_in_its_time() -> None:
    """Also where a signal comes when it is just over, as one does sooner or later."""
    inbox = Inbox(lambda event: None)
    before = signal.signal(signal.SIGALRM, lambda number, frame: None)
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
    try:
        for _ in range(300):
            assert inbox.take(0.001) == []
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
