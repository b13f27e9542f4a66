"""Beginnings that are told only when what has begun turns out to last, and ends that can wait for each other."""

import atexit
import threading
from collections import deque
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..events.sending import Emitter

if TYPE_CHECKING:
    from ..events.sending import Kind

SHORT_S = 0.05
"""What is over by then is told once, at its end. Nobody sees on a screen that it began."""


class Teller:
    """Tells of a beginning when it is `SHORT_S` to twice as old. Whoever ends it before tells all of it himself.

    A process that is killed in that time has kept a beginning to itself: the books know it as `vanished`.
    """

    def __init__(self, emitter: Emitter) -> None:
        self._emitter = emitter
        self._open: dict[tuple[Kind, str], tuple[float, dict[str, object]]] = {}
        self._ended: deque[tuple[float, Kind, dict[str, object]]] = deque()
        self._some = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="teller")
        self._thread.start()
        atexit.register(self.flush)

    def begun(self, kind: "Kind", id: str, **fields: object) -> None:  # noqa: A002  # the event's name for it
        """Something has begun: `kind` with its fields will tell it."""
        self._open[kind, id] = self._emitter.now(), {"id": id, **fields}
        if not self._some.is_set():
            self._some.set()

    def over(self, kind: "Kind", id: str) -> bool:  # noqa: A002
        """It is over. Returns whether its beginning was told: if not, nobody is going to tell it."""
        return self._open.pop((kind, id), None) is None

    def ended(self, kind: "Kind", **fields: object) -> None:
        """Tell of an end soon, together with others: where no notification is lost with a process that is killed."""
        self._ended.append((self._emitter.now(), kind, fields))
        if not self._some.is_set():
            self._some.set()

    def flush(self) -> None:
        """Tell now what has ended."""
        ended = []
        try:
            while self._ended:
                ended.append(self._ended.popleft())
        except IndexError:
            pass  # another thread has told the last one
        if ended:
            self._emitter.send(ended)

    def _run(self) -> None:
        pause = threading.Event()
        while self._some.wait():
            pause.wait(SHORT_S)
            self._some.clear()
            self._tell(self._emitter.now() - SHORT_S)
            self.flush()
            if self._open or self._ended:
                self._some.set()

    def _tell(self, until: float) -> None:
        """Tell of all that had begun by then. Each is told by whoever takes it out, here or in `over`."""
        for (kind, id_), (t, fields) in list(self._open.items()):
            if t <= until and not self.over(kind, id_):
                self._emitter.emit_at(t, kind, fields)


@dataclass
class Work:
    """A message or request in a worker's hands, and what has come of it on the way."""

    sent: list[str] = field(default_factory=list)
    """Ids of the messages that it has sent."""
    calls: list[str] = field(default_factory=list)
    """What the outside service has printed, as far as it was not told."""


current_work: ContextVar[Work | None] = ContextVar("current_work", default=None)
"""What the running code works on."""
