"""The receiving end, inside the command."""

import hmac
import secrets
import selectors
import socket
import threading
import time
from collections.abc import Callable

from .events import Event
from .sending import Address
from .wire import decode

PAUSE_S = 0.02
"""Between two looks. A process has told an event when it is in the kernel's hands; here many are taken at once."""
RECEIVE_BYTES = 2**18
LINE_LIMIT_BYTES = 2**20
"""No event is as long; whoever sends more without a line end is none of ours."""


class Collector:
    """Receives the events of all processes over loopback TCP and hands each to `on_event`, in a thread of its own.

    A connection begins with the run's token: nobody else on the machine can add to the stream.
    """

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        self._on_event = on_event
        self._token = secrets.token_hex(16).encode()
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._server.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._server, selectors.EVENT_READ)
        self._closing = threading.Event()
        self.address = Address("127.0.0.1", self._server.getsockname()[1], self._token.decode(), time.monotonic())
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
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]  # sockets all
        self._selector.close()

    def _run(self) -> None:
        while not self._closing.wait(PAUSE_S):
            self._look(0.1)
        while self._look(0):
            pass

    def _look(self, timeout_s: float) -> bool:
        """Take in what is there, after `timeout_s` seconds at most. Whether there was anything."""
        ready = self._selector.select(timeout_s)
        for key, _ in ready:
            if key.fileobj is self._server:
                connection, _ = self._server.accept()
                connection.setblocking(False)
                self._selector.register(connection, selectors.EVENT_READ, Reader(self._token, self._on_event))
            elif not key.data.read(key.fileobj):
                self._selector.unregister(key.fileobj)
                key.fileobj.close()  # type: ignore[union-attr]
        return bool(ready)


class Reader:
    """One process's stream."""

    def __init__(self, token: bytes, on_event: Callable[[Event], None]) -> None:
        self._token, self._on_event = token, on_event
        self._known = False
        self._rest = b""

    def read(self, connection: socket.socket) -> bool:
        """Take in what has come. False: it has ended, or says what no process of the run says."""
        try:
            data = connection.recv(RECEIVE_BYTES)
        except OSError:
            return False
        *lines, self._rest = (self._rest + data).split(b"\n")  # a killed process may leave half a line
        for line in lines:
            if not self._take(line):
                return False
        return bool(data) and len(self._rest) < LINE_LIMIT_BYTES

    def _take(self, line: bytes) -> bool:
        if not self._known:
            self._known = hmac.compare_digest(line, self._token)
            return self._known
        try:
            self._on_event(decode(line))
        except ValueError:
            return False
        return True
