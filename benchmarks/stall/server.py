"""A server that answers after a while and stands still once: `python -m benchmarks.stall.server STALL`, as JSON.

It prints its port, and ends with its standard input. Frozen, it does what a long garbage collection, a lock or a full
disk make of a real one: it accepts nothing, reads nothing, and answers nobody. Its listen queue has room for all, and
it is no more than a loop over sockets: what has gathered in the freeze is answered within a few milliseconds.
"""

import json
import selectors
import socket
import sys
import time
from collections import deque
from math import inf

from .truth import Stall

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ROOM = 4096
REQUEST_BYTES = 4096
AT_ONCE = 20


class Site:
    """One connection asks one thing at a time, in one piece."""

    def __init__(self, stall: Stall) -> None:
        self.stall = stall
        self.asked = False
        self.freeze_at = inf
        self.door = socket.create_server(("127.0.0.1", 0), backlog=ROOM)
        self.door.setblocking(False)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.door, selectors.EVENT_READ, self.accept)
        self.selector.register(sys.stdin, selectors.EVENT_READ, lambda _: sys.exit())
        self.due: deque[tuple[float, socket.socket, bool]] = deque()
        """(when to answer, whom, whether he asks no more) of all that have asked, the first one first."""

    def serve(self) -> None:
        """Until standard input ends."""
        print(self.door.getsockname()[1], flush=True)
        while True:
            for key, _ in self.selector.select(self.due[0][0] - time.monotonic() if self.due else None):
                key.data(key.fileobj)
            while self.due and self.due[0][0] <= time.monotonic():
                self.answer(*self.due.popleft()[1:])
            if time.monotonic() >= self.freeze_at:
                self.freeze_at = inf
                time.sleep(self.stall.freeze_s)

    def accept(self, door: socket.socket) -> None:
        """Some at once, and what they ask, if they have."""
        for _ in range(AT_ONCE):
            try:
                connection, _ = door.accept()
            except BlockingIOError:
                return
            connection.setblocking(False)
            self.selector.register(connection, selectors.EVENT_READ, self.read)
            self.read(connection)

    def read(self, connection: socket.socket) -> None:
        """The first who asks has the freeze follow."""
        try:
            request = connection.recv(REQUEST_BYTES)
        except BlockingIOError:
            return
        except OSError:
            request = b""
        if not request:
            self.leave(connection)
            return
        now = time.monotonic()
        if not self.asked:
            self.asked, self.freeze_at = True, now + self.stall.after_s
        self.due.append((now + self.stall.answer_s, connection, b" HTTP/1.0\r\n" in request))

    def answer(self, connection: socket.socket, last: bool) -> None:
        try:
            connection.send(ANSWER)
        except OSError:
            last = True
        if last:
            self.leave(connection)

    def leave(self, connection: socket.socket) -> None:
        """He may have left before his answer."""
        if connection.fileno() >= 0:
            self.selector.unregister(connection)
            connection.close()


if __name__ == "__main__":
    Site(Stall(**json.loads(sys.argv[1]))).serve()
