"""Requests under way, on real connections: each ends once, and gives its place back."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from asyncdemo.base.histogram import bucket
from asyncdemo.load.connection import Connection
from asyncdemo.load.connections import Connections
from asyncdemo.load.options import LoadOptions
from asyncdemo.load.request import Request
from asyncdemo.load.tally import Tally
from asyncdemo.load.target import Target
from asyncdemo.load.traffic import Traffic
from tests.unit.load.server import OK, Server, serving
from tests.waiting import soon

FAR_S = 5000.0
"""A time limit that nobody reaches while a test looks."""
QUESTION = b"GET / HTTP/1.1\r\n\r\n"


class Asked:
    """Connections of which it is kept what they tell."""

    def __init__(self, target: Target, limit: int) -> None:
        self.ends: list[tuple[int, str, str]] = []
        self.again: list[str] = []
        self.lost: set[Connection] = set()
        """Those whose end was read."""
        self.all = Connections(target, limit, self.ended, self.again.append, target.where)
        lost = self.all.lost

        def told(connection: Connection) -> None:
            lost(connection)
            self.lost.add(connection)

        self.all.lost = told  # type: ignore[method-assign]

    def ended(self, request: Request, how: str, words: str) -> None:
        self.ends.append((request.number, how, words))

    def send(self, number: int) -> Request:
        request = Request(number, 0.0, 0.0, QUESTION)
        self.all.send(request)
        return request

    async def until(self, count: int) -> None:
        await soon(lambda: len(self.ends) == count, f"{count} ends")


def gate(connecting: Callable[..., Awaitable[Any]]) -> tuple[Callable[..., Any], list[str]]:
    """A `create_connection` that is never done, and what became of each: "opening", and "cancelled" after it."""
    seen: list[str] = []

    async def never(*address: Any, **options: Any) -> Any:
        seen.append("opening")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise
        return await connecting(*address, **options)

    return never, seen


async def test_a_connection_is_kept_and_there_is_no_more_than_the_limit() -> None:
    """The one that was used last is the first to be taken; a place is that of a connection, not of a request."""
    async with serving() as server:
        asked = Asked(server.target, 2)
        for number in (1, 2):
            assert not asked.all.full
            asked.send(number)
        assert asked.all.full
        await asked.until(2)
        assert asked.ends == [(1, "200", ""), (2, "200", "")]
        assert not asked.all.full
        first, second = asked.send(3), asked.send(4)
        assert asked.all.full
        assert first.carrier is not second.carrier
        await asked.until(4)
        last = asked.send(5).carrier
        assert last is second.carrier
        await asked.until(5)
        assert (server.connections, asked.again) == (2, [])
        asked.all.close()
        await soon(lambda: not server.open, "the end of both")


async def test_giving_up_frees_the_place() -> None:
    """And nothing is told of that request any more."""
    async with serving(answers=False) as server:
        asked = Asked(server.target, 1)
        request = asked.send(1)
        await soon(lambda: server.heads, "the request")
        assert asked.all.full
        asked.all.close()
        assert asked.all.full, "it is not idle"
        asked.all.give_up(request)
        assert not asked.all.full
        await soon(lambda: not server.open, "its end")
        server.answers = True
        asked.send(2)
        await asked.until(1)
        assert asked.ends == [(2, "200", "")]
        asked.all.close()


async def test_giving_up_a_connection_that_is_still_opening_frees_its_place() -> None:
    """And does not go on opening it."""
    loop = asyncio.get_running_loop()
    connect = loop.create_connection
    async with serving() as server:
        asked = Asked(server.target, 1)
        loop.create_connection, seen = gate(connect)  # type: ignore[method-assign, assignment]
        request = asked.send(1)
        await soon(lambda: seen, "an attempt")
        assert asked.all.full
        asked.all.give_up(request)
        assert not asked.all.full
        await soon(lambda: seen == ["opening", "cancelled"], "the end of the attempt")
        loop.create_connection = connect  # type: ignore[method-assign]
        asked.send(2)
        await asked.until(1)
        assert asked.ends == [(2, "200", "")]
        asked.all.close()


async def test_a_connection_that_cannot_be_made_frees_its_place() -> None:
    """The request ends, once, in words."""
    async with serving() as server:
        nobody = server.target
    asked = Asked(nobody, 1)
    for number in (1, 2):
        assert not asked.all.full
        asked.send(number)
        assert asked.all.full
        await asked.until(number)
        assert asked.ends[-1] == (number, "refused", f"connection refused by {nobody.where}")


async def test_a_connection_that_ends_is_taken_by_nobody() -> None:
    """Not after its end was read, and not when the response says so; the answer was one all the same."""
    async with serving(answers=False) as server:
        asked = Asked(server.target, 1)
        for number, answer in enumerate((OK.replace(b"Content", b"Connection: close\r\nContent"), OK), 1):
            asked.send(number)
            await soon(lambda n=number: len(server.heads) == n, "the request")  # type: ignore[misc]
            server.open[-1].write(answer)
            await asked.until(number)
            for writer in server.open:
                writer.close()
            await soon(lambda n=number: len(asked.lost) >= n, "its end")  # type: ignore[misc]
        assert not asked.all.full
        server.answers = True
        asked.send(3)
        await asked.until(3)
        assert ([how for _, how, _ in asked.ends], server.connections) == (["200"] * 3, 3)
        assert asked.again == [], "nobody was meant to take it"
        asked.all.close()


class Sent:
    """Traffic to a server, and what it tells."""

    def __init__(self, server: Server, most: int = 10, **options: Any) -> None:
        self.began = time.monotonic()
        asked = LoadOptions(server.target, **{"timeout": 100.0} | options)
        self.tally = Tally(self.began, 100.0, 1.0)
        self.traffic = Traffic(asked, most, self.tally)
        self.ends: list[str] = []
        self.traffic.on_end = self.ends.append

    def begin(self, late_s: float = 0.0) -> float:
        now = time.monotonic()
        self.traffic.begin(now - late_s, now)
        return now - late_s

    @property
    def told(self) -> dict[str, Any]:
        return self.tally.take(self.traffic.waiting(), time.monotonic(), 0.0)


async def test_each_asks_for_its_name_in_turn() -> None:
    """And is told when it has ended."""
    async with serving() as server:
        sent = Sent(server, names=("Ada", "Alan"))
        for count in (1, 2, 3):
            sent.begin()
            assert len(sent.traffic) == 1
            await soon(lambda n=count: len(sent.ends) == n, "an answer")  # type: ignore[misc]
            assert len(sent.traffic) == 0
        assert [head.split()[1] for head in server.heads] == [b"/?name=Ada", b"/?name=Alan", b"/?name=Ada"]
        assert sent.ends == ["200"] * 3
        told = sent.told
        assert (told["sent"], told["ended"], told["waiting"], told["problem"]) == (3, {"200": 3}, [], "")
        assert sent.traffic.give_up() == 0
        await soon(lambda: not server.open, "the end of what was idle")


async def test_a_server_behind_another_is_called_what_the_user_calls_it() -> None:
    """Whatever is wrong: no answer, or nobody there."""
    async with serving(answers=False) as server:
        sent = Sent(server, timeout=0.05, known_as="127.0.0.1:8000")
        sent.begin()
        await soon(lambda: sent.ends, "the end")
        assert sent.told["problem"] == "no answer from 127.0.0.1:8000 within 0.050 s"
    sent.begin()
    await soon(lambda: len(sent.ends) == 2, "another")
    assert "127.0.0.1:8000" in sent.told["problem"]
    assert str(server.target.port) not in sent.told["problem"]


async def test_each_waits_for_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """From when it was meant to leave: who was late has less left. What comes later is nobody's answer."""
    async with serving(answers=False) as server:
        sent = Sent(server, timeout=0.2)
        sent.begin(late_s=0.15)
        late = sent.begin()
        assert [count for _, count in sent.traffic.waiting()] == [1, 1]
        await soon(lambda: sent.ends, "the first")
        assert sent.ends[0] == "timed out"
        await soon(lambda: len(sent.ends) == 2, "the second")
        assert time.monotonic() - late >= 0.2
        assert len(sent.traffic) == 0
        told = sent.told
        assert told["ended"] == {"timed out": 2}
        assert told["problem"] == f"no answer from {server.target.where} within 0.20 s"
        await soon(lambda: not server.open, "the end of both")
        server.answers = True
        sent.begin(late_s=-FAR_S)  # and so has time enough on any machine
        await soon(lambda: len(sent.ends) == 3, "an answer")
        clock, server.answers = time.monotonic, False
        monkeypatch.setattr(time, "monotonic", lambda: clock() + 2 * FAR_S)
        sent.begin()
        await soon(lambda: len(sent.ends) == 4, "the time limit, watched again after there was nobody")
        assert sent.ends[2:] == ["200", "timed out"]
        assert sent.traffic.give_up() == 0


async def test_the_time_limit_is_looked_at_when_the_oldest_reaches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a millisecond after it, since timers may be early by as much; of all who wait there is one timer."""
    waits: list[float] = []
    async with serving(answers=False) as server:
        sent = Sent(server, timeout=FAR_S)
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loop, "call_later", lambda delay, *call: waits.append(delay) or loop.call_soon(int))
        for intended in (500.0, 501.0, 502.0):
            sent.traffic.begin(intended, 510.0)
        assert waits == [pytest.approx(FAR_S - 10.0 + 0.0005, abs=0.0001)]
        assert sent.told["lag"] == [[bucket(late_s), 1] for late_s in (10.0, 9.0, 8.0)]
        assert sent.traffic.give_up() == 3


async def test_no_socket_is_left_for_another_one() -> None:
    """It ends at once, without having left; and what cannot leave in time does not."""
    async with serving(answers=False) as server:
        sent = Sent(server, most=1, timeout=50.0)
        sent.begin()
        sent.begin()
        assert sent.ends == ["no socket"]
        sent.begin(late_s=50.0)
        assert sent.ends == ["no socket", "not sent in time"]
        assert len(sent.traffic) == 1
        told = sent.told
        assert (told["sent"], told["ended"]) == (1, {"no socket": 1, "not sent in time": 1})
        assert sent.traffic.give_up() == 1
        assert len(sent.ends) == 2, "given up is no end"


async def test_given_up_in_the_middle() -> None:
    """All who are under way, and their connections; nobody's time is watched any more."""
    loop = asyncio.get_running_loop()
    call_later, watching = loop.call_later, []

    def watched(delay: float, *call: Any, **options: Any) -> asyncio.TimerHandle:
        timer = call_later(delay, *call, **options)
        if delay > FAR_S / 2:
            watching.append(timer)
        return timer

    loop.call_later = watched  # type: ignore[method-assign, assignment]
    async with serving(answers=False) as server:
        sent = Sent(server, timeout=FAR_S)
        begun = [sent.begin() for _ in range(3)]
        await soon(lambda: len(server.heads) == 3, "the requests")
        assert list(sent.traffic.waiting()) == [(moment, 1) for moment in begun]
        assert sent.traffic.give_up() == 3
        assert (len(sent.traffic), list(sent.traffic.waiting())) == (0, [])
        await soon(lambda: not server.open, "their ends")
        assert [timer.cancelled() for timer in watching] == [True]
        assert sent.ends == []


async def test_the_oldest_who_waits_is_told_by_its_number() -> None:
    """Of those under way; if there is none, of those who could not leave yet."""
    async with serving(answers=False) as server:
        sent = Sent(server)
        now = time.monotonic()
        sent.traffic.tell_the_oldest(now, None)
        assert sent.tally.first_waited == 0
        sent.traffic.tell_the_oldest(now, now - 0.9)
        assert sent.tally.first_waited == 0
        sent.traffic.tell_the_oldest(now, now - 1.1)
        assert sent.tally.first_waited == 1
    async with serving(answers=False) as server:
        sent = Sent(server)
        for began in (now, now + 0.5):
            sent.traffic.begin(began, now)
        sent.traffic.tell_the_oldest(now + 0.9, now - 5.0)
        assert sent.tally.first_waited == 0
        sent.traffic.tell_the_oldest(now + 1.1, None)
        assert sent.tally.first_waited == 1
        assert sent.traffic.give_up() == 2


@pytest.mark.parametrize("ends", [1, 2])
async def test_an_end_is_told_once(ends: int) -> None:
    """An answer that comes with the time limit's end is one or the other."""
    async with serving() as server:
        sent = Sent(server, timeout=0.05)
        sent.begin()
        if ends == 2:
            time.sleep(0.06)  # both are there when the loop looks
        await soon(lambda: sent.ends, "an end")
        await asyncio.sleep(0.06)
        assert len(sent.ends) == 1
        assert sent.traffic.give_up() == 0
