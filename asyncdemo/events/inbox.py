"""What comes in while something goes on, from any thread: events, and wishes to end it."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import BinaryIO

from .events import Event, Printed
from .recording import record


@dataclass(frozen=True)
class Stop:
    """A wish to end it, and the exit code that goes with it."""

    exit_code: int = 0
    urgent: bool = False
    """As a second wish: without grace."""


class Inbox:
    """Events are recorded and passed on to `listen` in the thread of whoever takes them out."""

    def __init__(self, listen: Callable[[Event], None]) -> None:
        self.stop: Stop | None = None
        """The first wish to end, once it has been taken out."""
        self.on_urgent: Callable[[], None] = lambda: None
        """What a further wish does, if it is urgent."""
        self.recording: BinaryIO | None = None
        self._listen = listen
        self._items: SimpleQueue[Event | Stop | None] = SimpleQueue()
        self._none = threading.Lock()
        """Held while nothing has come in. A wait for the queue itself, which a signal interrupts when its time is just
        over, would go on for ever (CPython's `SimpleQueue.get`)."""
        self._none.acquire()

    def put(self, item: Event | Stop) -> None:
        """From any thread, and from a signal's handler."""
        self._put(item)

    def wake(self) -> None:
        """Have `take` return now, from any thread: there is something else to do."""
        self._put(None)

    def _put(self, item: Event | Stop | None) -> None:
        self._items.put(item)
        with suppress(RuntimeError):  # it is not held: something else has come in
            self._none.release()

    def take(self, timeout_s: float) -> list[Event]:
        """What has come in, passed on already; waits up to `timeout_s` seconds for the first, or until `wake`.

        What comes in meanwhile is for the next time: whoever looks at a wish to end may not wait until nothing comes.
        """
        events: list[Event] = []
        try:
            self._none.acquire(timeout=timeout_s)
            item = self._items.get_nowait()
            for more in range(self._items.qsize(), -1, -1):
                if isinstance(item, Stop):
                    self._take_stop(item)
                elif item is not None:
                    self.pass_on(item)
                    events.append(item)
                if more:
                    item = self._items.get_nowait()
        except Empty:
            pass
        return events

    def pass_on(self, event: Event) -> None:
        """Record an event, and let whoever listens know."""
        if self.recording is not None:
            try:
                record(self.recording, event)
            except OSError as error:
                self.recording = None
                line = f"the recording ends here: {error.strerror}"
                self._listen(Printed(t=event.t, process="asyncdemo", line=line))
        self._listen(event)

    def _take_stop(self, stop: Stop) -> None:
        if self.stop is not None and stop.urgent:
            self.on_urgent()
        self.stop = self.stop or stop
