"""Who has left before there was an answer, where a server is busy with a request and does not look: by its socket.

A visitor who is gone has closed his end (RFC 9293, 3.6): what can be read there ends, or the connection is reset.
"""

import socket
import threading
from collections.abc import Callable

LOOK_S = 0.05
"""So long may pass until it is seen."""


def has_left(connection: socket.socket) -> bool:
    """Whether the other end is closed. What it has sent stays where it is."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:  # it was reset, or is closed here too
        return True


class Leaving:
    """Looks at the connections of requests that wait for their answer, every so many seconds."""

    def __init__(self, every_s: float = LOOK_S) -> None:
        self._every_s = every_s
        self._waiting: dict[str, tuple[socket.socket, Callable[[], None]]] = {}
        self._some = threading.Event()
        threading.Thread(target=self._run, daemon=True, name="leaving").start()

    def waits(self, id: str, connection: socket.socket, tell: Callable[[], None]) -> None:  # noqa: A002  # as in events
        """A request has arrived. `tell` is called once if its visitor leaves before it is `answered`."""
        self._waiting[id] = connection, tell
        self._some.set()

    def answered(self, id: str) -> bool:  # noqa: A002
        """Its answer begins now: whether somebody is there for it. If not, that is told, or about to be, by now."""
        if (waits := self._waiting.get(id)) is not None and has_left(waits[0]):
            self._leaves(id)
        return self._waiting.pop(id, None) is not None

    def _leaves(self, id: str) -> None:  # noqa: A002
        """Told by whoever sees it first."""
        if (waits := self._waiting.pop(id, None)) is not None:
            waits[1]()

    def _run(self) -> None:
        pause = threading.Event()
        while self._some.wait():
            pause.wait(self._every_s)
            self._some.clear()
            for id_, (connection, _) in list(self._waiting.items()):
                if has_left(connection):
                    self._leaves(id_)
            if self._waiting:
                self._some.set()
