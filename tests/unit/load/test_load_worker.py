"""A whole load in the test's own process: what it tells from its beginning to its end."""

import asyncio
import gc
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from io import FileIO
from typing import Any

import pytest

from asyncdemo.events import events as e
from asyncdemo.load import worker
from asyncdemo.load.options import LoadOptions
from asyncdemo.load.target import Target
from asyncdemo.load.worker import TELL_S, LoadWorker, new_loop
from tests.unit.load.server import Server, serving
from tests.waiting import DEADLINE_S, soon

pytestmark = pytest.mark.usefixtures("alarm_off")


class Said:
    """Stands for the emitter: keeps what is told."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        """When each was told."""
        self.of: list[float] = []
        """The moments of those that are told of another one, in seconds since 1000 s before the machine's clock."""

    def now(self) -> float:
        return time.monotonic() + 1000.0

    def emit_at(self, t: float, kind: type[e.Event], fields: dict[str, object]) -> None:
        self.of.append(t)
        self.emit(kind, **fields)

    def emit(self, kind: type[e.Event], **fields: Any) -> None:
        kind(t=0.0, process="load.1", **fields)  # it is one
        self.events.append((kind.__name__, fields))

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.events]

    @property
    def told(self) -> list[dict[str, Any]]:
        return [fields for kind, fields in self.events if kind == "LoadTold"]

    def total(self, field: str) -> int:
        return sum(told[field] for told in self.told)

    @property
    def ended(self) -> Counter[str]:
        counted: Counter[str] = Counter()
        for told in self.told:
            counted.update(told["ended"])
        return counted


class Sending:
    """A load that runs."""

    def __init__(self, target: Target, most: int = 500, **options: Any) -> None:
        self.said = Said()
        asked = LoadOptions(target, **{"rate": 100.0, "duration": 60.0, "timeout": 1000.0} | options)
        self.worker = LoadWorker(asked, most, self.said, time.monotonic())  # type: ignore[arg-type]
        self.task = asyncio.create_task(self.worker.run())

    async def until_ended(self) -> Said:
        async with asyncio.timeout(DEADLINE_S):
            await self.task
        return self.said


@asynccontextmanager
async def sending(answers: bool = True, **options: Any) -> AsyncIterator[tuple[Sending, Server]]:
    async with serving(answers) as server:
        there = Sending(server.target, **options)
        try:
            yield there, server
        finally:
            there.worker.stop()
            await there.until_ended()


async def test_from_the_beginning_to_the_end() -> None:
    """Everybody is counted once; it ends when the last has an answer."""
    async with sending(duration=0.2) as (load, server):
        said = await load.until_ended()
    assert said.kinds[0] == "LoadStarted"
    assert said.kinds[-2:] == ["LoadTold", "LoadEnded"]
    assert said.total("scheduled") == said.total("sent") == len(server.heads) == 20
    assert said.ended == {"200": 20}
    assert said.events[-1][1] == {"unfinished": 0}
    assert said.told[-1]["waiting"] == []
    assert said.told[0]["rate"] == 0.0, "it is over by then"


async def test_it_tells_again_and_again() -> None:
    """All that was since, and who waits now."""
    async with sending(answers=False) as (load, _):
        await soon(lambda: len(load.said.told) >= 3, "three looks")
        told = load.said.told
        assert told[0]["rate"] == 100.0
        assert [each["number"] for each in told] == list(range(1, len(told) + 1))
        assert sum(count for _, _, count in told[-1]["waiting"]) == load.said.total("scheduled")


async def test_when_it_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every quarter of a second; who is late is on time for the next, and makes up for nothing."""
    loop, now = asyncio.get_running_loop(), [1000.0]
    call_later, waits = loop.call_later, list[tuple[float, Callable[[], None]]]()

    def later(delay: float, call: Callable[..., object], *rest: Any) -> asyncio.TimerHandle:
        if getattr(call, "__self__", None) is load:
            waits.append((delay, lambda: call(*rest)))  # type: ignore[arg-type,return-value]
            delay = 3600.0
        return call_later(delay, call, *rest)

    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(loop, "call_later", later)
    asked, said = LoadOptions(Target("127.0.0.1", 1, "/"), rate=1.0, duration=3000.0), Said()
    load = LoadWorker(asked, 0, said, now[0])  # type: ignore[arg-type]
    running = asyncio.create_task(load.run())
    while not waits:
        await asyncio.sleep(0)
    for now[0] in (1000.25, 1000.5, 1000.875, 1002.0, 1002.0, 1002.25):
        waits[-1][1]()
    assert [delay for delay, _ in waits] == [0.25, 0.25, 0.25, 0.125, 0.0, 0.25, 0.25]
    assert [told["number"] for told in said.told] == [1, 2, 3, 4, 5, 6]
    load.stop()
    await running


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({"rate": 2.0}, {"rate": 20.0, "rate_end": 20.0, "arrivals": "even", "visitors": 0}),
        ({"rate_end": 5.0, "rate": 0.0}, {"rate": 0.0, "rate_end": 50.0, "arrivals": "even", "visitors": 0}),
        ({"arrivals": "poisson", "rate": 1.0}, {"rate": 10.0, "rate_end": 10.0, "arrivals": "poisson", "visitors": 0}),
        ({"closed": 3}, {"rate": 0.0, "rate_end": 0.0, "arrivals": "closed", "visitors": 3}),
        ({"rate": 2.0, "method": "POST"}, {"rate": 20.0, "rate_end": 20.0, "arrivals": "even", "visitors": 0}),
    ],
)
async def test_what_was_asked_for_is_told_first(options: dict[str, Any], asked: dict[str, Any]) -> None:
    """On the wall."""
    async with sending(speed=10.0, seed=7, **options) as (load, server):
        assert await soon(lambda: load.said.events[:1], "the first event") == [
            (
                "LoadStarted",
                {
                    "url": server.target.url,
                    "seconds": 6.0,
                    "seed": 7,
                    "timeout_s": 100.0,
                    "speed": 10.0,
                    "slow_s": 0.1,
                    "other_method": options.get("method", ""),
                    **asked,
                },
            )
        ]


async def test_its_beginning_is_told_as_of_when_that_was() -> None:
    """Or is to be: whoever is held tells it a moment after or before."""
    said, now = Said(), time.monotonic()
    for apart_s in (-5000.0, 5000.0):
        worker.tell_started(LoadOptions(Target("localhost", 1, "/")), said, now + apart_s)  # type: ignore[arg-type]
    assert said.of == [pytest.approx(now + 1000.0 + apart_s, abs=2000.0) for apart_s in (-5000.0, 5000.0)]


async def test_stopped_in_the_middle() -> None:
    """Who is on the way is unfinished, and no error; nothing follows."""
    async with sending(answers=False) as (load, server):
        await soon(lambda: len(server.heads) > 3, "visitors who wait")
        load.worker.obey("stop\n")
        load.worker.stop()
        load.worker.obey("rate 5.0")
        said = await load.until_ended()
    assert said.kinds[-2:] == ["LoadTold", "LoadEnded"]
    unfinished = said.events[-1][1]["unfinished"]
    assert unfinished == said.total("scheduled") > 3
    assert sum(count for _, _, count in said.told[-1]["waiting"]) == unfinished
    assert said.ended == {}
    await soon(lambda: not server.open, "the end of their connections")
    count = len(said.events)
    await asyncio.sleep(TELL_S * 1.2)
    assert len(said.events) == count


async def test_stopped_when_it_could_not_send() -> None:
    """Those who could not leave are unfinished too."""
    async with serving(answers=False) as server:
        load = Sending(server.target, rate=10_000.0, speed=0.1)
        time.sleep(0.1)  # this machine is late
        load.worker.stop()
        said = await load.until_ended()
    unfinished = said.events[-1][1]["unfinished"]
    assert unfinished == said.total("scheduled") >= 100
    assert said.total("sent") <= unfinished
    assert said.told[-1]["first_waited"] == 0, "for a second of the lesson"


async def test_who_could_not_leave_has_waited_since_it_was_meant_to() -> None:
    """Where nobody is under way. A second of the lesson, which is ten, has not passed."""
    async with serving() as server:
        load = Sending(server.target, most=0, rate=1_000_000.0, speed=0.1)
        time.sleep(0.1)  # this machine is late
        load.worker.stop()
        said = await load.until_ended()
    assert set(said.ended) == {"no socket"}
    assert said.events[-1][1]["unfinished"] > 0
    assert said.told[-1]["first_waited"] == 0


async def test_who_still_waits_after_the_last_was_sent_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until each has an end."""
    clock, ahead_s = time.monotonic, 0.0
    monkeypatch.setattr(time, "monotonic", lambda: clock() + ahead_s)
    slow = {"speed": 0.001, "rate": 100_000.0, "duration": 0.000_05, "timeout": 0.2}  # a second of the lesson is 1000
    async with sending(answers=False, **slow) as (load, server):
        await soon(lambda: len(server.heads) == 5 and load.said.told, "all of them, and a look")
        assert load.said.ended == {}
        ahead_s = 200.0
        said = await load.until_ended()
    assert said.ended == {"timed out": 5}
    assert said.events[-1][1] == {"unfinished": 0}
    assert said.told[-1]["first_waited"] == 0, "for a second of the lesson"
    assert len(said.told) >= 2


async def test_the_first_who_waited_for_a_second_of_the_lesson() -> None:
    """Is known while it waits."""
    async with sending(answers=False, speed=60.0, rate=1.0, timeout=6000.0) as (load, _):
        await soon(lambda: any(told["first_waited"] for told in load.said.told), "the news")
        assert load.said.told[-1]["first_waited"] == 1
        assert load.said.ended == {}


@pytest.mark.parametrize(("speed", "slow_s"), [(0.5, 2.0), (1.0, 1.0), (4.0, 0.25), (10.0, 0.1), (60.0, 0.1)])
async def test_what_is_slow_is_told(speed: float, slow_s: float) -> None:
    """At x60 a second of the lesson is 17 ms, and nothing is slow before a tenth of a second has passed."""
    async with sending(rate=0.0, rate_end=0.001, speed=speed) as (load, _):  # nobody comes
        first = await soon(lambda: load.said.events[:1], "the first event")
        assert first[0][1]["slow_s"] == slow_s
        tally = load.worker.tally
        tally.waited(2, slow_s * 0.99)
        assert tally.first_waited == 0
        tally.waited(2, slow_s * 1.01)
        assert tally.first_waited == 2


async def test_the_rate_is_turned_by_a_line() -> None:
    """What is no number is none; other words are not for it."""
    async with sending(rate=1.0) as (load, _):
        for line in ("rate nan", "rate inf", "rate -inf", "", "turn 3", "stopp"):
            load.worker.obey(line)
        await soon(lambda: load.said.told, "a look")
        assert load.said.told[-1]["rate"] == 1.0
        load.worker.obey("rate 30.0\n")
        await soon(lambda: load.said.told[-1]["rate"] == 30.0, "the new rate")
        load.worker.obey("rate 0")
        await soon(lambda: load.said.told[-1]["rate"] == 0.0, "none")


async def test_a_turn_is_told_where_it_makes_a_difference() -> None:
    """By its factor, to the millionth, from nothing to the most that can be sent; not twice, nor after the end."""
    async with sending(rate=2.0) as (load, _):
        for factor in ("1", "2", "2.0", "0.33333333", "-5", "0", "1e9", "1"):
            load.worker.obey(f"rate {factor}")
        load.worker.stop()
        load.worker.obey("rate 7")
        said = await load.until_ended()
        turns = [fields["factor"] for kind, fields in said.events if kind == "LoadTurned"]
    assert turns == [2.0, 0.333333, 0.0, 50_000.0, 1.0]


@pytest.mark.parametrize("options", [{"closed": 1, "duration": 60.0}, {"rate": 1.0, "duration": 1e-6}])
async def test_a_turn_is_not_told_where_it_makes_none(options: dict[str, Any]) -> None:
    """Of visitors who come again, or when all have left."""
    async with sending(answers=False, **options) as (load, server):
        await soon(lambda: server.heads, "a visitor")
        load.worker.obey("rate 3")
        assert "LoadTurned" not in load.said.kinds


async def test_visitors_who_come_again() -> None:
    """Two of them: never more at a time, and the next ones at once."""
    async with sending(closed=2) as (load, server):
        await soon(lambda: len(server.heads) > 10, "visitors who came again")
        load.worker.stop()
        said = await load.until_ended()
    unfinished = said.events[-1][1]["unfinished"]
    assert unfinished <= 2
    assert said.total("scheduled") == said.total("sent") == said.ended["200"] + unfinished
    assert set(said.ended) == {"200"}
    assert server.connections == 2


@pytest.mark.parametrize("installed", [True, False])
def test_the_loop_is_uvloops_if_that_is_there(installed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else Python's own."""
    if installed:
        pytest.importorskip("uvloop")
    else:
        monkeypatch.setitem(sys.modules, "uvloop", None)
    loop = new_loop()
    loop.close()
    assert type(loop).__module__.startswith("uvloop" if installed else "asyncio")


@pytest.fixture
def typed() -> Iterator[FileIO]:
    """A pipe in the place of standard input: where to write."""
    ours, theirs = os.pipe()
    before = os.dup(0)
    os.dup2(ours, 0)
    with FileIO(theirs, "w") as file:
        yield file
    os.dup2(before, 0)
    for end in (before, ours):
        os.close(end)


@pytest.mark.parametrize(("descriptors", "most"), [(1024, 960), (66, 2), (65, 1), (64, 1), (20, 1)])
async def test_what_it_is_given(descriptors: int, most: int, typed: FileIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """All descriptors but 64 for connections, and one at least. `stop` is heard, and SIGTERM is as good as that."""
    given: list[tuple[int, float]] = []
    ends = asyncio.Event()

    class Worker:
        def __init__(self, options: LoadOptions, most: int, emitter: object, began: float) -> None:
            given.append((most, began))

        async def run(self) -> None:
            os.kill(os.getpid(), signal.SIGTERM)
            await ends.wait()

        def stop(self) -> None:
            ends.set()

        def obey(self, command: str) -> None:
            """Nothing is said."""

    monkeypatch.setattr(worker, "LoadWorker", Worker)
    monkeypatch.setattr(worker, "most_descriptors", lambda: descriptors)
    monkeypatch.setattr(gc, "freeze", lambda: given.append((0, 0.0)))
    typed.write(b"go 1234.5\n")
    loop = asyncio.get_running_loop()
    await worker.send(LoadOptions(Target("127.0.0.1", 1, "/")), Said(), held=True)  # type: ignore[arg-type]
    assert given == [(most, 1234.5), (0, 0.0)], "what is there is frozen last"
    assert (loop.remove_reader(0), loop.remove_signal_handler(signal.SIGTERM)) == (True, True)


async def test_commands_come_in_whatever_pieces(typed: FileIO) -> None:
    """Each is obeyed when its line has ended, once; a byte that is none of ASCII ends nothing."""
    heard: list[str] = []
    worker.listen(heard.append)
    try:
        for piece, until_then in ((b"ra", 0), (b"te 2\nsto", 1), (b"p\n\xff\nrate", 3), (b" 0\nstop\n", 5)):
            typed.write(piece)
            await soon(lambda most=until_then: len(heard) == most, "the lines that have ended")  # type: ignore[misc]
            await asyncio.sleep(0)
        assert heard == ["rate 2", "stop", "\N{REPLACEMENT CHARACTER}", "rate 0", "stop"]
    finally:
        asyncio.get_running_loop().remove_reader(0)


def test_what_follows_the_first_line_is_left_for_others(typed: FileIO) -> None:
    """Whoever is held is told where to, and then when; or that it is not to begin; or nothing any more."""
    typed.write(b"where to\ngo 1234.5\nstop\n")
    said = Said()
    assert worker.first_line() == "where to"
    assert worker.told_when(said) == 1234.5  # type: ignore[arg-type]
    assert worker.told_when(said) is None  # type: ignore[arg-type]
    typed.close()
    assert (worker.first_line(), worker.told_when(said)) == ("", None)  # type: ignore[arg-type]
    assert said.kinds == ["LoadReady"] * 3
