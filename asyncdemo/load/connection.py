"""One connection to the server: asks, and says what became of the question. HTTP/1.1, no pipelining."""

import asyncio
import select
from contextlib import suppress
from typing import Protocol

import httptools

from . import outcome
from .request import Request

RESPONSE_LIMIT_BYTES = 10 * 2**20
"""Of a longer response no more is read."""
HEAD_BYTES = 2**16
"""So much of a response is kept until it is complete, in case its head has to be looked at again."""
STATUS_LINE = b"HTTP/"
"""How every response begins (RFC 9112, 4)."""
CLOSED = select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0)
"""What a socket says whose other end was closed; the last in Linux alone."""


class Owner(Protocol):
    """Who lends connections to requests."""

    where: str

    def answered(self, connection: "Connection", request: Request, status: int, kept: bool) -> None:
        """The response is complete. `kept`: the connection can take another request."""

    def failed(self, request: Request, outcome: str, words: str) -> None:
        """No response will come."""

    def lost(self, connection: "Connection") -> None:
        """The connection is closed."""


class Connection(asyncio.Protocol):
    """Carries one request at a time. `request` is the one that it carries now."""

    def __init__(self, owner: Owner, request: Request) -> None:
        self.request: Request | None = request
        self.opening: asyncio.Task[None] | None = None
        self._owner = owner
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._look = select.poll()
        self._status = 0
        """Of the response, once it is complete."""
        self._kept = False
        self._received = 0
        """Bytes of a response that is not complete yet."""
        self._head = b""
        """The first of them."""

    def ask(self, request: Request) -> None:
        """Send a request over a connection that is open and idle."""
        self.request = request
        self._status = 0
        self._transport.write(request.question)  # type: ignore[union-attr]  # open

    def unfit(self) -> str:
        """Why it takes no request any more, though nobody has read that yet; empty for one that is open and idle."""
        seen = self._look.poll(0)
        if not seen:
            return ""
        ((_, what),) = seen
        return outcome.CLOSED_WHILE_IDLE if what & CLOSED else outcome.NOT_IDLE

    def give_up(self) -> None:
        """Forget the request and close."""
        self.request = None
        self._owner.lost(self)
        if self._transport is not None:
            self._transport.abort()
        elif self.opening is not None:
            self.opening.cancel()

    # What asyncio says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream's
        self._look.register(transport.get_extra_info("socket"), select.POLLIN | CLOSED)
        if self.request is None:  # given up in the meantime
            self._transport.abort()  # type: ignore[union-attr]
        else:
            self.ask(self.request)

    def data_received(self, data: bytes) -> None:
        if self.request is None:  # nobody has asked: it must not become the answer to the next question
            self.give_up()
            return
        why: Exception | None = None
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            why, self._kept = error, False
        if self._status:
            self._answered(self.request)
        else:
            self._go_on(self.request, data, why)

    def _answered(self, request: Request) -> None:
        self.request = None
        if self._received:
            self._received, self._head = 0, b""
        if not self._kept:
            self.give_up()
        self._owner.answered(self, request, self._status, self._kept)

    def _go_on(self, request: Request, data: bytes, why: Exception | None) -> None:
        """A part of a response, unless there is a reason `why` it is none."""
        self._received += len(data)
        if len(self._head) < HEAD_BYTES:
            self._head += data
        if why is not None:
            self._fail(request, outcome.NO_HTTP, f"no HTTP from {self._owner.where}: {self._what_it_is(why)}")
        elif self._received > RESPONSE_LIMIT_BYTES:
            words = f"a response of {self._owner.where} is longer than {RESPONSE_LIMIT_BYTES // 2**20} MiB"
            self._fail(request, outcome.TOO_LONG, words)

    def _what_it_is(self, error: Exception) -> str:
        """Why a response cannot be read."""
        if not self._head.startswith(STATUS_LINE[: len(self._head)]):
            return f"it says {outcome.quoted(self._head)}"
        if isinstance(error, httptools.HttpParserUpgrade):  # whose text is a place in the data
            return "another protocol"
        return str(error).lower()

    def eof_received(self) -> None:
        if self.request is None:
            self._owner.lost(self)  # at once, so that no request takes it

    def connection_lost(self, error: Exception | None) -> None:
        self._owner.lost(self)
        request, self.request = self.request, None
        if request is None:
            return
        if not self._received:
            words = f"connection closed by {self._owner.where} without a response"
            self._owner.failed(request, outcome.CLOSED_UNANSWERED, words)
        elif error is None and (status := status_ended_by_close(self._head)):
            self._owner.answered(self, request, status, False)
        elif len(self._head) >= HEAD_BYTES and b"\r\n\r\n" not in self._head:
            words = f"the head of a response of {self._owner.where} is longer than {HEAD_BYTES // 2**10} KiB"
            self._owner.failed(request, outcome.TOO_LONG, words)
        else:
            words = f"connection closed by {self._owner.where} in the middle of a response"
            self._owner.failed(request, outcome.CUT_OFF, words)

    # What the parser says

    def on_message_begin(self) -> None:
        if self._status:
            self._kept = False  # more than was asked for

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status >= 200 and not self._status:  # 1xx only announce a response
            self._status, self._kept = status, self._parser.should_keep_alive()

    def _fail(self, request: Request, how: str, words: str) -> None:
        self.give_up()
        self._owner.failed(request, how, words)


class Head:
    """Reads the head of a response again, with its header lines, which are not looked at otherwise: it saves time."""

    def __init__(self) -> None:
        self.complete = self.says_its_length = False

    def on_header(self, name: bytes, value: bytes) -> None:
        chunked = name.lower() == b"transfer-encoding" and b"chunked" in value.lower()
        self.says_its_length |= chunked or name.lower() == b"content-length"

    def on_headers_complete(self) -> None:
        self.complete = True

    def on_message_complete(self) -> None:
        self.complete = self.says_its_length = False  # a 1xx: the response follows


def status_ended_by_close(data: bytes) -> int:
    """The status of a response that is as long as its connection lives; 0 for one that should have gone on."""
    head = Head()
    parser = httptools.HttpResponseParser(head)
    with suppress(httptools.HttpParserError, httptools.HttpParserUpgrade):  # neither comes in such a response's body
        parser.feed_data(data)
    return parser.get_status_code() if head.complete and not head.says_its_length else 0
