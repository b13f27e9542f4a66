"""What a sender keeps of its requests: those that are late, and the figures that it tells."""

import errno
import socket
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncdemo.base.histogram import bucket
from asyncdemo.load import outcome
from asyncdemo.load.backlog import Backlog
from asyncdemo.load.options import LoadOptions
from asyncdemo.load.request import Request
from asyncdemo.load.tally import Tally
from asyncdemo.load.target import parse_target
from asyncdemo.load.traffic import Traffic


@given(st.lists(st.floats(0, 100)))
def test_what_is_late_leaves_in_its_order(times: list[float]) -> None:
    """And none is lost."""
    late = Backlog(0.01)
    for t in sorted(times):
        late.add(t)
    assert len(late) == len(times)
    assert [late.pop() for _ in times] == sorted(times)
    assert not late


def test_very_many_that_are_late_take_little_room() -> None:
    """Beyond those that are kept as they are, one for each grain of time; all are counted, and none seems shorter."""
    late = Backlog(0.1, exact=10)
    times = [number / 1000 for number in range(2000)]
    for t in times:
        late.add(t)
    cells = list(late.cells())
    assert len(late) == sum(count for _, count in cells) == 2000
    assert len(cells) <= 10 + 2 / 0.1 + 1
    left = [late.pop() for _ in times]
    assert all(a <= b for a, b in pairwise(left))
    assert all(meant - 0.1 <= t <= meant for t, meant in zip(left, times, strict=True))
    assert not late
    assert list(late.cells()) == []


def test_the_figures() -> None:
    """Latency from the moment it was meant to leave, by how it ended; service from when it did, of the page alone."""
    tally = Tally(began=100.0, seconds=240.0, patience_s=5.0)
    tally.scheduled(4)
    for lag in (0.0, 0.5):
        tally.left(lag)
    tally.sent_again(outcome.CLOSED_WHILE_IDLE)
    tally.ended(Request(1, intended=100.0, begun=101.0, question=b""), "200", "", now=103.0)
    tally.ended(Request(2, intended=110.5, begun=110.5, question=b""), outcome.REFUSED, "connection refused", now=110.6)
    tally.ended(Request(3, intended=120.0, begun=120.0, question=b""), outcome.TIMED_OUT, "no answer", now=150.0)
    told = tally.take([(101.5, 1), (101.6, 2)], now=200.0, rate=1 / 3)
    assert (told["number"], told["scheduled"], told["sent"]) == (1, 4, 2)
    assert told["ended"] == {"200": 1, "refused": 1, "timed out": 1}
    assert told["again"] == {"closed while idle": 1}
    assert told["by_end"] == {
        "200": [[0, bucket(3.0), 1]],
        "refused": [[10, bucket(110.6 - 110.5), 1]],
        "timed out": [[20, bucket(30.0), 1]],
    }
    assert told["service"] == [[bucket(2.0), 1]]
    assert told["lag"] == [[bucket(0.0), 1], [bucket(0.5), 1]]
    assert told["waiting"] == [[1, bucket(98.5), 3]]
    assert (told["problem"], told["rate"]) == ("no answer", 0.333333)
    assert told["first_waited"] == 3
    again = tally.take([], now=201.0, rate=1.0)
    assert (again["number"], again["scheduled"], again["ended"], again["problem"]) == (2, 0, {}, "no answer")
    assert again["again"] == {}


@pytest.mark.parametrize("how", [outcome.CUT_OFF, outcome.CLOSED_UNANSWERED, outcome.NO_HTTP, outcome.TOO_LONG, "503"])
def test_a_wait_in_vain_is_a_wait(how: str) -> None:
    """A server that crashes under those who wait has not made them faster; nor is it the page that was served."""
    tally = Tally(began=100.0, seconds=240.0, patience_s=5.0)
    tally.ended(Request(1, intended=120.0, begun=120.0, question=b""), how, "in words", now=170.0)
    told = tally.take([], now=200.0, rate=1.0)
    assert (told["by_end"], told["service"]) == ({how: [[20, bucket(50.0), 1]]}, [])


async def test_what_this_machine_could_not_send_in_time_is_not_held_against_the_server() -> None:
    """It never left, and its visitor has waited all the same."""
    options = LoadOptions(parse_target("http://localhost:1/"), timeout=2.0)
    tally = Tally(began=100.0, seconds=240.0, patience_s=5.0)
    traffic = Traffic(options, 10, tally)
    traffic.begin(intended=100.0, now=102.0)
    told = tally.take(traffic.waiting(), now=103.0, rate=1.0)
    assert (told["ended"], told["sent"], len(traffic)) == ({"not sent in time": 1}, 0, 0)
    assert told["by_end"] == {"not sent in time": [[0, bucket(2.0), 1]]}
    assert told["problem"] == "this machine could not send a request within its time limit"


def test_what_the_system_says_is_said() -> None:
    """Not what a library makes of it, addresses and all."""
    reset = OSError(errno.ECONNRESET, "Connect call failed ('10.0.0.1', 80)")
    assert outcome.of_error(reset, "h:80") == ("closed unanswered", "connection closed by h:80 without a response")
    error = OSError(errno.EHOSTUNREACH, "Connect call failed ('10.0.0.1', 80)")
    assert outcome.of_error(error, "h:80") == ("unreachable", "h:80 cannot be reached: no route to host")
    assert outcome.of_error(OSError("Odd"), "h:80") == ("unreachable", "h:80 cannot be reached: odd")
    unknown = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    assert outcome.of_error(unknown, "h:80") == ("unreachable", "h:80 cannot be reached: name or service not known")


def test_the_first_who_waited_is_the_lowest_number() -> None:
    """In whatever order it becomes known."""
    tally = Tally(0.0, 60.0, patience_s=1.0)
    first = []
    for number, seconds in ((9, 0.9), (7, 1.0), (7, 1.5), (8, 2.0), (4, 1.1), (5, 9.0), (1, 1.1), (2, 2.0)):
        tally.waited(number, seconds)
        first.append(tally.first_waited)
    assert first == [0, 0, 7, 7, 4, 4, 1, 1]


def test_whoever_leaves_at_the_end_is_in_the_last_slice() -> None:
    """There are 240 of them, however the division is rounded."""
    tally = Tally(0.0, 10.0, 1.0)
    told = tally.take([(10.0, 1), (9.999999, 1), (0.0, 1)], now=10.0, rate=0.0)
    assert sorted((part, count) for part, _, count in told["waiting"]) == [(0, 1), (239, 2)]


@pytest.mark.parametrize("seconds", [6.0, 1.3, 60.0])
@pytest.mark.parametrize("began", [0.0, 1234.567, 98765.4321])
def test_a_request_on_the_edge_of_two_slices_belongs_to_the_later(began: float, seconds: float) -> None:
    """Sixty evenly spaced ones fill every fourth of the 240, whatever the clock says and however it is rounded."""
    tally = Tally(began, seconds, 1.0)
    meant = [(began + number * seconds / 60, 1) for number in range(60)]
    told = tally.take(meant, began + seconds, 1.0)
    assert [part for part, _, _ in told["waiting"]] == [4 * number for number in range(60)]
