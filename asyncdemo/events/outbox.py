"""A socket that is written to without ever waiting for whoever reads it."""

import atexit
import socket
import threading
import time
from collections.abc import Callable

KEPT_BYTES = 2**24
"""What is kept of what the system does not take: about a quarter of an hour of a busy process."""
AGAIN_S = 0.05
"""Between two tries to hand over what is kept."""
LAST_WAIT_S = 1.0
"""At the end of a process: how long what is kept may need. A stage that is told to go has 2 s."""


class Outbox:
    """Hands lines over to the system at once. What that does not take, since the reader is stopped, is kept and goes
    later, in order; what is too much to keep is dropped, and `missed` makes the line that says how many.
    """

    def __init__(self, connection: socket.socket, missed: Callable[[int], bytes]) -> None:
        connection.setblocking(False)
        self._connection: socket.socket | None = connection
        self._missed, self._dropped = missed, 0
        self._kept = bytearray()
        self._lock = threading.Lock()
        self._again = threading.Semaphore()
        """Tries to hand over what is kept that are still to be made; the first finds nothing."""
        threading.Thread(target=self._run, daemon=True, name="outbox").start()
        atexit.register(self._hand_over_the_last)

    @property
    def closed(self) -> bool:
        """Whether nothing goes out any more: it was closed, or the reader is gone."""
        return self._connection is None

    def put(self, lines: bytes) -> None:
        """Whole lines. Never raises, and never waits."""
        with self._lock:
            if self._connection is None:
                return
            if len(self._kept) + len(lines) > KEPT_BYTES:
                self._dropped += lines.count(b"\n")
                return
            waiting = bool(self._kept)
            self._kept += lines
            if not waiting:
                self._hand_over()

    def close(self) -> None:
        """Send nothing more. Can be called twice."""
        with self._lock:
            self._hang_up()

    def _hand_over(self) -> None:
        """What the system takes of what is kept."""
        try:
            while self._kept and self._connection is not None:
                del self._kept[: self._connection.send(self._kept)]
                if not self._kept and self._dropped:
                    self._kept += self._missed(self._dropped)
                    self._dropped = 0
        except BlockingIOError:
            self._again.release()
        except OSError:
            self._hang_up()

    def _run(self) -> None:
        while self._again.acquire() and not self.closed:
            time.sleep(AGAIN_S)
            with self._lock:
                self._hand_over()

    def _hand_over_the_last(self) -> None:
        deadline = time.monotonic() + LAST_WAIT_S
        while self._kept and not self.closed and time.monotonic() < deadline:
            time.sleep(AGAIN_S)
            with self._lock:
                self._hand_over()

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._kept.clear()
        self._again.release()  # the thread sees it, and ends
