"""An address whose visitors are passed on to a server behind it, which can be started before it is wanted there."""

import asyncio
import socket
import threading
from contextlib import suppress

from ..base.addresses import LOOPBACK
from . import ports
from .descriptors import most_descriptors

READ = 65536
"""Bytes passed on at a time, at most."""
OWN_FILES = 128
"""Of those that this process may have open, what it needs for anything else."""


class Proxy:
    """Passes what comes to `port` of `host` on to `behind`, a port of this machine, and back: from `open` to `close`.

    Both may be called from any thread. For port 0, a free one is taken at once; any other must be free when it opens.
    """

    def __init__(self, host: str, port: int, behind: int) -> None:
        self._held = ports.bound(host, 0) if port == 0 else None
        self.host, self.port, self._behind = host, self._held.getsockname()[1] if self._held else port, behind
        self._lock = threading.Lock()
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Listen from now on, unless it is closed already.

        Raises StartError when the address cannot be had, RuntimeError where no thread can be started.
        """
        with self._lock:
            if self._closed:
                return
            listener, self._held = self._held or ports.bound(self.host, self.port), None
            relay, loop = Relay(listener, self._behind), asyncio.new_event_loop()

            def serve() -> None:
                loop.run_until_complete(relay.serve())

            self._thread = threading.Thread(target=serve, daemon=True, name="proxy")
            try:
                self._thread.start()
            except RuntimeError:  # there is no room for it
                listener.close()
                loop.close()
                raise
            self._loop, self._closing = loop, relay.closing

    def close(self) -> None:
        """Let nobody in any more, and let everybody go: the address is free when this returns. Safe to call twice."""
        with self._lock:
            self._closed = True
            if self._held is not None:
                self._held.close()
            loop, self._loop = self._loop, None
            if loop is not None:
                loop.call_soon_threadsafe(self._closing.set)
                self._thread.join()
                loop.close()


class Relay:
    """Lets visitors in, and passes each on."""

    def __init__(self, listener: socket.socket, behind: int) -> None:
        self.closing = asyncio.Event()
        listener.setblocking(False)
        listener.listen()
        self._listener, self._behind = listener, behind
        self._visits: set[asyncio.Task[None]] = set()
        self._most = max(1, (most_descriptors() - OWN_FILES) // 2)

    async def serve(self) -> None:
        """Until it is closing; then nobody is left."""
        loop, listener = asyncio.get_running_loop(), self._listener
        with listener:
            loop.add_reader(listener, self.let_in)
            await self.closing.wait()
            loop.remove_reader(listener)  # whoever is being forked has it still: its events would go on
        for visit in self._visits:
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)

    def let_in(self) -> None:
        """Whoever knocks, if he is still there. When there is no room, the next has to wait outside."""
        loop = asyncio.get_running_loop()
        with suppress(OSError):
            visitor, _ = self._listener.accept()
            visit = loop.create_task(pass_on(visitor, self._behind))
            self._visits.add(visit)
            visit.add_done_callback(lambda _: self._let_go(visit, visitor))
        if len(self._visits) >= self._most:
            loop.remove_reader(self._listener)

    def _let_go(self, visit: "asyncio.Task[None]", visitor: socket.socket) -> None:
        visitor.close()
        self._visits.discard(visit)
        if not self.closing.is_set():
            asyncio.get_running_loop().add_reader(self._listener, self.let_in)


async def pass_on(visitor: socket.socket, behind: int) -> None:
    """Until both sides have said all they had to say, or one of them has gone."""
    visitor.setblocking(False)
    with suppress(OSError):  # gone, or nobody there
        reader, writer = await asyncio.open_connection(sock=visitor)
        try:
            from_server, to_server = await asyncio.open_connection(LOOPBACK, behind)
            try:
                await asyncio.gather(copy(reader, to_server), copy(from_server, writer))
            finally:
                to_server.transport.abort()
        finally:
            writer.transport.abort()


async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """All that comes from one side, to the other, and its end. Raises OSError when one of them has gone."""
    while data := await source.read(READ):
        target.write(data)
        await target.drain()
    with suppress(OSError):
        target.write_eof()
