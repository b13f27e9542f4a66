"""What comes in while something goes on, from any thread: events, and wishes to end it."""

from collections.abc import Callable
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

    def put(self, item: Event | Stop) -> None:
        """From any thread."""
        self._items.put(item)

    def wake(self) -> None:
        """Have `take` return now, from any thread: there is something else to do."""
        self._items.put(None)

    def take(self, timeout_s: float) -> list[Event]:
        """What has come in, passed on already; waits up to `timeout_s` seconds for the first, or until `wake`.

        What comes in meanwhile is for the next time: whoever looks at a wish to end may not wait until nothing comes.
        """
        events: list[Event] = []
        try:
            item = self._items.get(timeout=timeout_s)
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
