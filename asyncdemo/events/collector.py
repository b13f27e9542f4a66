"""The receiving end, inside the command."""

import os
import selectors
import socket
import threading
import time
from collections.abc import Callable

from ..base.addresses import LOOPBACK
from ..base.text import printable
from .events import Event, Printed
from .sending import Address
from .wire import decode

PAUSE_S = 0.1
"""After a look that has found something. A process has told an event when it is in the kernel's hands; here many are
taken at once."""
RECEIVE_BYTES = 2**18
LINE_LIMIT_BYTES = 2**20
"""No event is as long."""
BACKLOG = 64
"""Connections that may wait to be accepted."""
STRANGERS = 32
"""Connections that may be there without having said the token: one more, and the oldest has to go."""
UNREADABLE = b"\0"
"""What no line that holds an event begins with."""
PATIENCE_S = 10.0
"""How long one may take to say it. A process of ours says it as soon as it is connected, if the machine lets it."""
TOKEN_LIMIT_BYTES = 128
"""Whoever sends more without a line end is none of ours."""


class Collector:
    """Receives the events of all processes over loopback TCP and hands each to `on_event`, in a thread of its own.

    A connection begins with the run's token: nobody else on the machine can add to the stream, or keep others from it.
    """

    def __init__(
        self, on_event: Callable[[Event], None], began: float | None = None, patience_s: float = PATIENCE_S
    ) -> None:
        self._on_event, self._patience_s = on_event, patience_s
        self._token = os.urandom(16).hex().encode()
        self._server = socket.create_server((LOOPBACK, 0), backlog=BACKLOG)
        self._server.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._server, selectors.EVENT_READ)
        self._readers: dict[socket.socket, Reader] = {}
        self._closing = threading.Event()
        began = time.monotonic() if began is None else began
        self.address = Address(LOOPBACK, self._server.getsockname()[1], self._token.decode(), began)
        self._thread = threading.Thread(target=self._run, daemon=True, name="collector")
        self._thread.start()

    def now(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.address.began

    def close(self) -> None:
        """Take in what has been told so far, and no more. Safe to call twice."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._thread.join()
        for connection in (self._server, *self._readers):
            connection.close()
        self._selector.close()

    def _run(self) -> None:
        while not self._closing.is_set():
            if self._look(0.1):
                self._closing.wait(PAUSE_S)
        while self._look(0):
            pass

    def _look(self, timeout_s: float) -> bool:
        """Take in what is there, after `timeout_s` seconds at most. Whether there was anything."""
        began = time.monotonic()
        ready = {key.fileobj for key, _ in self._selector.select(timeout_s)}
        said = [self._read(connection) for connection in list(self._readers) if connection in ready]
        if self._server in ready:
            said += self._accept()
        for stranger in self._strangers():
            if self._readers[stranger].began < began - self._patience_s:  # and has said nothing until now
                self._drop(stranger)
        return any(said)

    def _accept(self) -> list[bool]:
        """Take in who waits. Of each, whether it is one of ours, and has said something."""
        said = []
        for _ in range(BACKLOG):
            try:
                connection, _ = self._server.accept()
            except BlockingIOError:
                break
            except OSError:  # no descriptor is left, or it went again
                self._drop_strangers(most=0)
                break
            self._drop_strangers(most=STRANGERS - 1)
            connection.setblocking(False)
            self._selector.register(connection, selectors.EVENT_READ)
            self._readers[connection] = Reader(self._token, self._on_event, self.now)
            said.append(self._read(connection))
        return said

    def _read(self, connection: socket.socket) -> bool:
        """Take in what one says. Whether it is one of ours, and has said something."""
        reader = self._readers[connection]
        try:
            going_on = reader.read(connection)
        except BlockingIOError:
            return False
        if not going_on:
            self._drop(connection)
        return reader.known and going_on

    def _strangers(self) -> list[socket.socket]:
        """Who has not said the token yet, the oldest first."""
        return [connection for connection, reader in self._readers.items() if not reader.known]

    def _drop_strangers(self, most: int) -> None:
        strangers = self._strangers()
        for stranger in strangers[: max(0, len(strangers) - most)]:
            self._drop(stranger)

    def _drop(self, connection: socket.socket) -> None:
        del self._readers[connection]
        self._selector.unregister(connection)
        connection.close()


class Reader:
    """One process's stream."""

    def __init__(self, token: bytes, on_event: Callable[[Event], None], now: Callable[[], float]) -> None:
        self.known = False
        """Whether it has said the token."""
        self.began = time.monotonic()
        self._token, self._on_event, self._now = token, on_event, now
        self._rest = b""
        self._lost = False
        """Whether a line was, and that was said."""

    def read(self, connection: socket.socket) -> bool:
        """Take in what has come. False: it has ended, or does not know the token. Raises BlockingIOError: nothing."""
        try:
            data = connection.recv(RECEIVE_BYTES)
        except BlockingIOError:
            raise
        except OSError:
            return False
        *lines, self._rest = (self._rest + data).split(b"\n")  # a killed process may leave half a line
        for line in lines:
            if not self._take(line):
                return False
        if self.known and len(self._rest) > LINE_LIMIT_BYTES:
            self._rest = UNREADABLE  # and what follows of it
        return bool(data) and (self.known or len(self._rest) <= TOKEN_LIMIT_BYTES)

    def _take(self, line: bytes) -> bool:
        """False for who begins with something else than the token. Of a line that is no event, only that is lost."""
        if not self.known:
            import hmac  # whose library is a large one: when a process is on its way

            self.known = hmac.compare_digest(line, self._token)
            return self.known
        try:
            self._on_event(decode(line))
        except ValueError:
            self._say_lost(line)
        return True

    def _say_lost(self, line: bytes) -> None:
        if not self._lost:
            self._lost = True
            said = printable(f"a process has told something that is no event: {line[:80]!r}")
            self._on_event(Printed(t=self._now(), process="asyncdemo", line=said))
