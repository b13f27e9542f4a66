"""Who decides when a request leaves: with the real alarm, and requests that are only written down."""

import asyncio
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from typing import Any

import pytest

from asyncdemo.load.arrivals import Alarm, ClosedLoop, OpenLoop, of_options
from asyncdemo.load.options import LoadOptions
from asyncdemo.load.target import Target
from tests.waiting import soon

pytestmark = pytest.mark.usefixtures("alarm_off")
TARGET = Target("127.0.0.1", 1, "/")
FAR = 3000.0
"""A load that is not over while a test looks."""


@dataclass
class Written:
    """Stands for the traffic and for the tally."""

    takes_s: float = 0.0
    """How long it takes to send one."""
    began: float = field(default_factory=time.monotonic)
    meant: list[float] = field(default_factory=list)
    """When each was meant to leave, in seconds from the start."""
    left: list[float] = field(default_factory=list)
    """When each did, as it was told."""
    due: int = 0
    on_end: Callable[[str], None] = lambda how: None

    def begin(self, intended: float, now: float) -> None:
        self.meant.append(intended - self.began)
        self.left.append(now - self.began)
        time.sleep(self.takes_s)

    def scheduled(self, count: int) -> None:
        self.due += count


def open_loop(written: Written, **options: Any) -> OpenLoop:
    asked = LoadOptions(TARGET, **{"duration": FAR, "timeout": 100.0} | options)
    return OpenLoop(asked, written, written, written.began)  # type: ignore[arg-type]


def closed_loop(written: Written, **options: Any) -> ClosedLoop:
    asked = LoadOptions(TARGET, **{"duration": FAR} | options)
    return ClosedLoop(asked, written, written, written.began)  # type: ignore[arg-type]


def to_ring() -> float:
    """In how many seconds the alarm will; 0.0: it will not."""
    return signal.getitimer(signal.ITIMER_REAL)[0]


async def test_a_load_from_its_first_request_to_its_last() -> None:
    """Each leaves when it was meant to, not before, and is known to be late by nothing else."""
    written = Written()
    visitors = open_loop(written, rate=200.0, duration=0.1)
    visitors.start()
    assert written.meant, "the first at once"
    assert not visitors.over(written.began)
    await soon(lambda: len(written.meant) == 20, "the last")
    assert written.meant == pytest.approx([number / 200 for number in range(20)])
    assert all(left > meant - 1e-6 for left, meant in zip(written.left, written.meant, strict=True))
    assert written.due == 20
    assert visitors.over(written.began + 0.1)
    assert list(visitors.unsent()) == []
    await asyncio.sleep(0.01)
    assert len(written.meant) == 20


async def test_the_alarm_is_set_to_the_next_one() -> None:
    """And not to a grain of time. A load is not over with its last request, but with its time."""
    written = Written()
    visitors = open_loop(written, rate=0.01, duration=150.0)
    visitors.start()
    assert to_ring() == pytest.approx(100.0, abs=25.0)
    assert written.due == len(written.meant) == 1
    visitors.stop()
    assert to_ring() == 0.0
    written = Written()
    visitors = open_loop(written, rate=0.001, duration=150.0)
    visitors.start()
    assert not visitors.over(written.began + 149.9)
    assert visitors.over(written.began + 150.0)


async def test_the_moment_of_the_alarm_is_not_rounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of visitors who come by chance, each is waited for to the microsecond: a grain would be in the latency."""
    asked: list[float] = []
    written = Written()
    moments = list(of_options(LoadOptions(TARGET, rate=100.0, duration=1.0, arrivals="poisson")).take(inf))
    now = [written.began]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(signal, "setitimer", lambda timer, seconds: asked.append(seconds))
    visitors = open_loop(written, rate=100.0, duration=1.0, arrivals="poisson")
    visitors.start()
    for moment in moments[:-1]:
        now[0] = written.began + moment + 0.000_01
        visitors.start()
    gaps = [later - moment - 0.000_01 for moment, later in pairwise(moments)]
    assert asked[1:] == pytest.approx(gaps, abs=2e-6)


async def test_what_is_late_leaves_in_stretches() -> None:
    """In its order; between them the loop does its other work; what waits is known with the moment it was meant for."""
    written = Written(takes_s=0.002, began=time.monotonic() - 1.0)
    visitors = open_loop(written, rate=20.0, duration=1.0)
    visitors.start()
    first = len(written.meant)
    assert 1 <= first <= 3
    assert written.due == 20
    assert list(visitors.unsent()) == [(pytest.approx(written.began + n / 20), 1) for n in range(first, 20)]
    assert not visitors.over(written.began + 1.0), "they have not left"
    await soon(lambda: len(written.meant) == 20, "the last")
    assert written.meant == pytest.approx([number / 20 for number in range(20)])
    assert visitors.over(written.began + 1.0)


async def test_who_is_late_by_thousands_is_kept_in_little_room() -> None:
    """Within the ten-thousandth part of the time limit they count as one."""
    written = Written(takes_s=1.0, began=time.monotonic() - 10.0)
    visitors = open_loop(written, rate=10_000.0, timeout=100.0)
    visitors.look(written.began + 10.0)
    waiting = list(visitors.unsent())
    assert sum(count for _, count in waiting) == written.due == 100_001
    assert {count for _, count in waiting[:9_999]} == {1}
    assert waiting[9_999][1] > 1
    assert len(waiting) == pytest.approx(10_000 + 90_000 / 100, abs=20)


@pytest.mark.parametrize(("apart_s", "last"), [(1.0, 1), (0.99995, 2)])
async def test_a_grain_is_the_ten_thousandth_part_of_the_time_limit(apart_s: float, last: int) -> None:
    """Who is meant to leave a whole one later does not count with the one before."""
    visitors = open_loop(Written(began=0.0), rate=1 / apart_s, duration=20_000.0, timeout=10_000.0)
    visitors.look(10_000 * apart_s + 0.01)
    counts = [count for _, count in visitors.unsent()]
    assert (len(counts), counts[-1]) == (10_002 - last, last)


async def test_an_alarm_is_never_further_away_than_an_hour_and_never_off(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    alarm = Alarm(lambda: None)
    monkeypatch.setattr(signal, "setitimer", lambda timer, seconds: asked.append(seconds))
    for seconds in (inf, 3600.5, 3600.0, 0.5, 0.0, -1.0):
        alarm.set(seconds)
    assert asked == [3600.0, 3600.0, 3600.0, 0.5, 0.000_001, 0.000_001]


async def test_the_rate_is_turned() -> None:
    """From now on; what was due before has been counted at the old one; never below nothing or above the most."""
    written = Written()
    visitors = open_loop(written, rate=0.5, speed=2.0)
    visitors.start()
    now = time.monotonic()
    assert visitors.rate(now) == 1.0
    for factor, rate in ((3.0, 3.0), (0.0, 0.0), (-1.0, 0.0), (1e9, 100_000.0)):
        visitors.turn(factor)
        assert visitors.rate(now) == pytest.approx(rate)
        assert (to_ring() > 3000.0) == (rate == 0.0), "the alarm is set anew"
    visitors.turn(200.0)
    count = len(written.meant)
    await soon(lambda: len(written.meant) > count + 5, "those who come now")
    visitors.stop()
    assert len(written.meant) + sum(count for _, count in visitors.unsent()) == written.due


async def test_what_is_due_when_the_rate_is_turned_leaves_then() -> None:
    """The alarm need not have rung."""
    written = Written(began=time.monotonic() - 1000.0)
    visitors = open_loop(written, rate=0.01)
    visitors.turn(0.0)
    assert written.due == 11
    assert written.meant, "some of them at once"
    await soon(lambda: len(written.meant) == 11, "the others")
    assert written.meant == pytest.approx(range(0, 1001, 100))


async def test_no_more_is_sent_and_nothing_becomes_due() -> None:
    """After it was stopped, whatever is asked for, and however the alarm rings."""
    written = Written(takes_s=1.0, began=time.monotonic() - 2000.0)
    visitors = open_loop(written, rate=0.01)
    visitors.stop()
    assert (written.due, to_ring()) == (21, 0.0), "what was due is counted"
    late = list(visitors.unsent())
    assert len(late) == 21
    visitors.start()
    visitors.turn(5.0)
    visitors.look(time.monotonic() + 1000.0)
    assert visitors.over(time.monotonic())
    assert visitors.rate(time.monotonic()) == 0.0
    assert (written.due, written.meant, list(visitors.unsent()), to_ring()) == (21, [], late, 0.0)


async def test_whether_it_is_over_is_asked_when_the_last_is_due() -> None:
    """And the alarm has not rung: it has to leave first."""
    written = Written(began=time.monotonic() - 10.0)
    visitors = open_loop(written, rate=1.0, duration=5.0)
    assert not visitors.over(time.monotonic())
    assert written.due == 5


async def test_the_alarm() -> None:
    """There is one, and it can be turned off; neither a very short nor a very long time does that."""
    rung = asyncio.Event()
    alarm = Alarm(rung.set)
    alarm.set(50.0)
    assert to_ring() == pytest.approx(50.0, abs=25.0)
    for seconds in (1e12, inf):
        alarm.set(seconds)
        assert to_ring() == pytest.approx(3600.0, abs=60.0)
    alarm.off()
    assert to_ring() == 0.0
    for seconds in (0.0, -5.0, 0.001):
        rung.clear()
        alarm.set(seconds)
        await soon(rung.is_set, "the alarm")
        assert to_ring() == 0.0, "once"


async def test_visitors_who_wait_for_their_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many come at once; each comes again when he has his, at once, and without one after a tenth of a second."""
    written = Written()
    visitors = closed_loop(written, closed=3)
    visitors.start()
    assert (len(written.meant), written.due) == (3, 3)
    written.on_end("200")
    written.on_end("503")
    assert (len(written.meant), written.due) == (5, 5)
    assert written.meant == written.left
    call_later, waits = asyncio.get_running_loop().call_later, list[float]()
    monkeypatch.setattr(
        asyncio.get_running_loop(), "call_later", lambda s, *call: (waits.append(s), call_later(s, *call))
    )
    written.on_end("refused")
    assert (len(written.meant), waits) == (5, [0.1]), "not at once"
    monkeypatch.undo()
    await soon(lambda: len(written.meant) == 6, "another try")
    assert (written.due, list(visitors.unsent()), visitors.rate(time.monotonic())) == (6, [], 0.0)
    visitors.look(written.began + FAR)
    visitors.turn(2.0)
    assert written.due == 6


async def test_visitors_do_not_come_after_the_end() -> None:
    """Of the load's time, or by a user."""
    written = Written()
    visitors = closed_loop(written, closed=2, duration=20.0, speed=2.0)
    assert not visitors.over(written.began + 9.99)
    assert visitors.over(written.began + 10.0)
    visitors.stop()
    assert visitors.over(written.began)
    visitors.start()
    written.on_end("200")
    assert (written.meant, written.due) == ([], 0)
    late = Written(began=time.monotonic() - 30.0)
    closed_loop(late, closed=2, duration=20.0).start()
    assert (late.meant, late.due) == ([], 0)


def test_when_they_come() -> None:
    """Even or by chance, and the seed says which chance; all of it on the wall."""

    def times(**options: Any) -> list[float]:
        asked = LoadOptions(TARGET, rate=2.0, duration=60.0, speed=10.0, **options)
        return list(of_options(asked).take(inf))

    assert times() == times(seed=2) == pytest.approx([number / 20 for number in range(120)])
    chance = times(arrivals="poisson")
    assert chance == times(arrivals="poisson", seed=1) != times(arrivals="poisson", seed=2)
    assert chance[:2] != pytest.approx([0.0, 0.05])
    assert max(chance) < 6.0
    ramp = times(rate_end=6.0)
    assert len(ramp) == 240


@dataclass
class Counted(Written):
    """Each request takes 2.5 ms, by a clock that nothing else moves."""

    now: float = 0.0

    def begin(self, intended: float, now: float) -> None:
        super().begin(intended, now)
        self.now += 0.0025


async def test_a_stretch_is_five_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the loop does its other work, however many are late."""
    written, asked = Counted(began=-1.0), list[float]()
    monkeypatch.setattr(time, "monotonic", lambda: written.now)
    monkeypatch.setattr(signal, "setitimer", lambda timer, seconds: asked.append(seconds))
    visitors = open_loop(written, rate=5.0, duration=1.0)
    for sent in (2, 4, 5):
        visitors.start()
        assert len(written.meant) == sent
    assert asked[:2] == [0.000_001] * 2, "as soon as may be"
