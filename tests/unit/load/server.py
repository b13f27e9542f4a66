"""A server in the test's own event loop, whose answers the test holds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from asyncdemo.load.target import Target
from tests.waiting import closed

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """What came, and who waits."""

    def __init__(self, answers: bool) -> None:
        self.answers = answers
        """Whether everybody gets a 200 at once."""
        self.heads: list[bytes] = []
        self.open: list[asyncio.StreamWriter] = []
        """Connections that are there, the oldest first."""
        self.connections = 0
        self.target = Target("127.0.0.1", 0, "/")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open.append(writer)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.heads.append(head)
                if self.answers:
                    writer.write(OK)
        except (asyncio.IncompleteReadError, OSError):
            pass  # the visitor has left
        finally:
            self.open.remove(writer)
            writer.transport.abort()  # `close` would wait for what nobody reads any more

    def hang_up(self) -> None:
        """On everybody, at once."""
        for writer in self.open:
            writer.transport.abort()


@asynccontextmanager
async def serving(answers: bool = True) -> AsyncIterator[Server]:
    """A server until the end of the block."""
    there = Server(answers)
    server = await asyncio.start_server(there.serve, "127.0.0.1", 0)
    there.target = Target("127.0.0.1", server.sockets[0].getsockname()[1], "/")
    try:
        yield there
    finally:
        await closed(server, there.hang_up)
