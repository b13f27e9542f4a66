"""One connection, byte by byte: what becomes of the question, told once, and whether another one can follow."""

import asyncio
import select
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest

from asyncdemo.load.connection import CLOSED, HEAD_BYTES, RESPONSE_LIMIT_BYTES, Connection, status_ended_by_close
from asyncdemo.load.request import Request
from tests.waiting import soon

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CLOSING = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
LAST_1XX = b"HTTP/1.1 199 Another Hint\r\n\r\n"
UPGRADE = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"
UNTIL_CLOSED = b"HTTP/1.1 200 OK\r\n\r\nok"
CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"
Told = tuple[object, ...]


class Owner:
    """Keeps what a connection tells."""

    where = "h:80"

    def __init__(self) -> None:
        self.told: list[Told] = []

    def answered(self, connection: Connection, request: Request, status: int, kept: bool) -> None:
        assert connection.request is None
        self.told.append(("answered", request.number, status, kept))

    def failed(self, request: Request | None, outcome: str, words: str) -> None:
        self.told.append(("failed", request and request.number, outcome, words))

    def lost(self, connection: Connection) -> None:
        self.told.append(("lost",))


class Opened:
    """A connection that has asked, and the server's end of it, which the test holds."""

    def __init__(self, connection: Connection, owner: Owner, peer: socket.socket) -> None:
        self.connection, self.owner, self.peer = connection, owner, peer

    def say(self, *parts: bytes) -> list[Told]:
        """What is told when these have come, one after the other."""
        for part in parts:
            self.connection.data_received(part)
        return self.owner.told

    async def asked(self) -> bytes:
        return await asyncio.get_running_loop().sock_recv(self.peer, 4096)

    async def ended(self) -> bool:
        """Whether the server reads the end of it, without being given a reason to wait for it."""
        try:
            return await self.asked() == b""
        except ConnectionResetError:
            return True


def request(number: int) -> Request:
    return Request(number, 0.0, 0.0, f"question {number}".encode())


@asynccontextmanager
async def opened() -> AsyncIterator[Opened]:
    owner, asked = Owner(), request(1)
    ours, peer = socket.socketpair()
    peer.setblocking(False)
    with ours, peer:
        connection = Connection(owner, asked)
        transport, _ = await asyncio.get_running_loop().create_connection(lambda: connection, sock=ours)
        there = Opened(connection, owner, peer)
        assert await there.asked() == b"question 1"
        assert connection.request is asked
        yield there
        transport.abort()
        for _ in range(3):  # in which it loses its socket
            await asyncio.sleep(0)


@pytest.mark.parametrize("response", [OK, NO_CONTENT, CHUNKED, HINTS + OK, LAST_1XX + OK, HINTS + HINTS + CHUNKED])
async def test_an_answer_and_the_next_question(response: bytes) -> None:
    """In one piece, and then byte by byte, over the connection that is kept."""
    status = 204 if response is NO_CONTENT else 200
    async with opened() as there:
        assert there.say(response) == [("answered", 1, status, True)]
        assert there.connection.unfit() == ""
        there.connection.ask(request(2))
        assert await there.asked() == b"question 2"
        *first, last = (response[place : place + 1] for place in range(len(response)))
        assert len(there.say(*first)) == 1
        assert there.say(last)[1:] == [("answered", 2, status, True)]


@pytest.mark.parametrize("response", [CLOSING, OK.replace(b"1.1", b"1.0"), OK + OK, OK + b"?", OK + b"\0", OK + HINTS])
async def test_an_answer_after_which_nothing_can_be_asked(response: bytes) -> None:
    """The server says so, or has said more than it was asked for. Its place is free before the answer is told."""
    async with opened() as there:
        assert there.say(response) == [("lost",), ("answered", 1, 200, False)]
        assert await there.ended()


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (b"220 smtp.test ESMTP\r\n", "it says '220 smtp.test ESMTP'"),
        (UPGRADE, "another protocol"),
        (b"HTTP/1.1 2x0 OK\r\n", "invalid status code"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "invalid character in content-length"),
    ],
)
async def test_no_http(response: bytes, why: str) -> None:
    """It is said who speaks it, and what is wrong with it."""
    async with opened() as there:
        assert there.say(response) == [("lost",), ("failed", 1, "no HTTP", f"no HTTP from h:80: {why}")]
        assert await there.ended()


async def test_a_long_response_and_one_that_is_too_long() -> None:
    """10 MiB, the head included; a byte more is not waited for. Each response is measured by itself."""
    assert RESPONSE_LIMIT_BYTES == 10 * 1024 * 1024
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"
    async with opened() as there:
        assert there.say(OK) == [("answered", 1, 200, True)]
        there.connection.ask(request(2))
        assert there.say(head, bytes(RESPONSE_LIMIT_BYTES - len(head)))[1:] == []
        words = "a response of h:80 is longer than 10 MiB"
        assert there.say(b"x")[1:] == [("lost",), ("failed", 2, "too long", words)]
        assert there.say(b"x")[3:] == [("lost",)], "it is over"


async def closed(response: bytes, error: Exception | None = None, *, more: bytes = b"") -> list[Told]:
    """What is told of a response when the connection is lost in it, or when `more` of it has come."""
    async with opened() as there:
        there.say(*filter(None, [response, more]))
        told = len(there.owner.told)
        there.connection.connection_lost(error)
        return there.owner.told[told:]


@pytest.mark.parametrize("response", [UNTIL_CLOSED, HINTS + UNTIL_CLOSED, UNTIL_CLOSED.replace(b"1.1", b"1.0")])
async def test_a_response_as_long_as_its_connection(response: bytes) -> None:
    """Its end is the answer; a reset is none."""
    assert await closed(response) == [("lost",), ("answered", 1, 200, False)]
    words = "connection closed by h:80 in the middle of a response"
    assert await closed(response, ConnectionResetError()) == [("lost",), ("failed", 1, "cut off", words)]


@pytest.mark.parametrize("response", [CUT, HINTS, b"H", OK[:20], CHUNKED[:-2]])
async def test_a_response_that_is_cut_off(response: bytes) -> None:
    words = "connection closed by h:80 in the middle of a response"
    assert await closed(response) == [("lost",), ("failed", 1, "cut off", words)]


async def test_a_question_without_a_byte_of_an_answer() -> None:
    words = "connection closed by h:80 without a response"
    assert await closed(b"") == [("lost",), ("failed", 1, "closed unanswered", words)]


async def test_a_head_that_is_too_long_to_be_read() -> None:
    """64 KiB of it are kept; what ends before them is cut off, and so is one whose head was read."""
    line = b"HTTP/1.1 200 OK\r\nX: "
    words = "the head of a response of h:80 is longer than 64 KiB"
    assert HEAD_BYTES == 64 * 1024
    assert (await closed(line.ljust(HEAD_BYTES, b"x")))[1:] == [("failed", 1, "too long", words)]
    assert (await closed(line.ljust(HEAD_BYTES, b"x"), more=b"\r\n\r\n"))[1:] == [("failed", 1, "too long", words)]
    for cut in (line.ljust(HEAD_BYTES - 1, b"x"), CUT.replace(b"9", b"99999").ljust(HEAD_BYTES, b"x")):
        ((_, _, outcome, _),) = (await closed(cut))[1:]
        assert outcome == "cut off"


async def test_the_head_is_looked_at_again_however_it_came() -> None:
    """In parts, before a long body, and of the response of now: not of the one before."""
    async with opened() as there:
        there.say(OK)
        there.connection.ask(request(2))
        there.say(UNTIL_CLOSED[:10], UNTIL_CLOSED[10:], bytes(HEAD_BYTES), bytes(HEAD_BYTES))
        there.connection.connection_lost(None)
        assert there.owner.told[1:] == [("lost",), ("answered", 2, 200, False)]


async def test_who_leaves_while_nothing_is_asked() -> None:
    """The place is free as soon as the end is read, or a word that nobody has asked for."""
    async with opened() as there:
        there.say(OK)
        there.connection.eof_received()
        assert there.owner.told[1:] == [("lost",)]
    async with opened() as there:
        there.say(OK)
        assert there.say(b"?")[1:] == [("lost",)]
        assert await there.ended()
        assert there.connection.request is None


async def test_an_end_that_is_read_while_an_answer_is_awaited_is_none_yet() -> None:
    """The connection tells it when it is lost, with what has come."""
    async with opened() as there:
        there.connection.eof_received()
        assert there.owner.told == []


async def test_given_up() -> None:
    """Its place is free, it is closed, and what comes of it is nobody's."""
    async with opened() as there:
        there.connection.give_up()
        assert there.owner.told == [("lost",)]
        assert await there.ended()
        await soon(lambda: len(there.owner.told) > 1, "the end of the connection")
        assert there.owner.told == [("lost",)] * 2


async def test_given_up_before_it_was_there() -> None:
    """Nothing is asked."""
    owner = Owner()
    connection = Connection(owner, request(1))
    connection.give_up()
    ours, peer = socket.socketpair()
    peer.setblocking(False)
    with ours, peer:
        await asyncio.get_running_loop().create_connection(lambda: connection, sock=ours)
        assert await Opened(connection, owner, peer).ended()


async def test_what_can_be_read_of_a_connection_before_the_loop_has() -> None:
    """Nothing; more than was asked for; its end."""
    async with opened() as there:
        there.say(OK)
        assert there.connection.unfit() == ""
        there.peer.send(b"?")
        assert there.connection.unfit() == "data nobody asked for"
        there.peer.close()
        assert there.connection.unfit() == "closed while idle"


def test_a_look_at_a_connection_waits_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is taken for every request."""
    limits: list[float] = []

    class Poll:
        def poll(self, limit_ms: float) -> list[tuple[int, int]]:
            limits.append(limit_ms)
            return []

    monkeypatch.setattr(select, "poll", Poll)
    assert Connection(Owner(), request(1)).unfit() == ""
    assert limits == [0]


def spelled(*headers: bytes) -> bytes:
    return b"".join(line + b"\r\n" for line in (b"HTTP/1.1 200 OK", *headers, b"")) + b"ok"


@pytest.mark.parametrize(
    ("heads", "status"),
    [
        ([spelled(), spelled(b"Server: x"), HINTS + spelled(), UNTIL_CLOSED[:-2]], 200),
        ([spelled(b"Transfer-Encoding: gzip")], 200),
        ([spelled(b"Content-Length: 9"), spelled(b"content-length: 9"), spelled(b"Content-Length: 9", b"X: y")], 0),
        ([spelled(b"Transfer-Encoding: Chunked"), spelled(b"transfer-encoding: gzip, chunked")], 0),
        ([b"", b"HTTP/1.1 200 OK\r\n", UNTIL_CLOSED[:-3], HINTS, HINTS + HINTS, b"no HTTP at all", UPGRADE], 0),
    ],
)
def test_who_may_end_by_closing(heads: Iterable[bytes], status: int) -> None:
    """A response that does not say where it ends; 0 for every other (RFC 9112, 6.3)."""
    assert {head: status_ended_by_close(head) for head in heads} == dict.fromkeys(heads, status)


async def test_each_response_is_measured_by_itself() -> None:
    """Also where the one before it came in parts: neither its length nor its head is that of the next."""
    body = 6 * 2**20
    long = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % body
    async with opened() as there:
        assert there.say(long, bytes(body - 1), b"x") == [("answered", 1, 200, True)]
        there.connection.ask(request(2))
        assert there.say(long, bytes(body - 1), b"x")[1:] == [("answered", 2, 200, True)]
        there.connection.ask(request(3))
        there.say(UNTIL_CLOSED[:10], UNTIL_CLOSED[10:])
        there.connection.connection_lost(None)
        assert there.owner.told[2:] == [("lost",), ("answered", 3, 200, False)]


def test_what_a_socket_says_whose_other_end_is_closed() -> None:
    """By hanging up, by an error, and on Linux by having said all."""
    assert CLOSED & select.POLLHUP
    assert CLOSED & select.POLLERR
    assert CLOSED & getattr(select, "POLLRDHUP", CLOSED)
    assert not CLOSED & select.POLLIN
