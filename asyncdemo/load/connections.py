"""All connections to the server: one that is idle for each request, or a new one. No request waits for another."""

import asyncio
from collections.abc import Callable

from . import outcome
from .connection import Connection
from .host import Host
from .request import Request
from .target import Target

Ended = Callable[[Request, str, str], None]
"""Called with a request, its outcome, and what happened in words (empty for an answer)."""

SentAgain = Callable[[str], None]
"""Called with the reason when a request took another connection than the one it was meant for."""


class Connections:
    """Sends requests and says how each has ended."""

    def __init__(self, target: Target, limit: int, ended: Ended, sent_again: SentAgain, where: str) -> None:
        self.where = where
        self._host, self._limit, self._ended = Host(target), limit, ended
        self._sent_again = sent_again
        self._loop = asyncio.get_running_loop()
        self._all: set[Connection] = set()
        self._idle: dict[Connection, None] = {}
        """The newest is the last, and the first to be taken."""

    @property
    def full(self) -> bool:
        """Whether another request would need a socket that cannot be had."""
        return not self._idle and len(self._all) >= self._limit

    def send(self, request: Request) -> None:
        """Send it now, on an idle connection if there is one that the server has not left."""
        moved = ""
        while self._idle:
            connection, _ = self._idle.popitem()
            if not (why := connection.unfit()):
                request.carrier = connection
                connection.ask(request)
                break
            moved = moved or why
            connection.give_up()
        else:
            self._open(request)
        if moved:
            self._sent_again(moved)

    def give_up(self, request: Request) -> None:
        """Close its connection; it does not end by itself any more."""
        if request.carrier is not None:
            request.carrier.give_up()

    def close(self) -> None:
        """Close those that are idle."""
        for connection in list(self._idle):
            connection.give_up()

    def _open(self, request: Request) -> None:
        connection = request.carrier = Connection(self, request)
        self._all.add(connection)
        connection.opening = self._loop.create_task(self._connect(connection))

    async def _connect(self, connection: Connection) -> None:
        try:
            await self._host.connect(connection)
        except OSError as error:
            self._all.discard(connection)
            request, connection.request = connection.request, None
            if request is not None:
                self._ended(request, *outcome.of_error(error, self.where))
        finally:
            connection.opening = None

    # What connections say

    def answered(self, connection: Connection, request: Request, status: int, kept: bool) -> None:
        if kept:
            self._idle[connection] = None
        self._ended(request, str(status), "")

    def failed(self, request: Request, how: str, words: str) -> None:
        self._ended(request, how, words)

    def lost(self, connection: Connection) -> None:
        self._all.discard(connection)
        self._idle.pop(connection, None)
