"""Sends what happens in this process to the command, and never holds it up: no wait, no error.

Each event is a line of JSON, as `asyncdemo/events/wire.py` has it. A request that is soon over is told once, at its
end, together with others, by a thread: so it waits for no socket, and for no other thread.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import threading
import time
from collections import deque
from itertools import count

CONNECT_TIMEOUT_S = 1.0
SHORT_S = 0.05
"""What is over by then is told at its end alone; and so long an end waits for others."""
LATE_S = 0.5
"""Where the thread has not looked for so long, it does not run: there are servers that have none run."""
encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
KEPT_BYTES = 2**22
"""When so much is kept of what the system does not take, since the command is stopped, what comes next is dropped."""


Event = tuple[str, dict[str, object]]
"""(kind, its fields)."""


class Sender:
    """Lines to the command. It connects when there is something to tell: who serves nothing never does."""

    def __init__(self, late_s: float = LATE_S) -> None:
        self._late_s = late_s
        self._connection: socket.socket | None = None
        self._kept = bytearray()
        self._lock = threading.Lock()
        self._gone = False
        self._numbers = count()
        self._news: deque[tuple[str, bool, tuple[Event, ...]]] = deque()
        """(id, whether it is over, what happened) that nobody has looked at."""
        self._begun: dict[str, list[Event]] = {}
        self._some, self._started, self._looking = threading.Event(), threading.Lock(), threading.Lock()
        self._looked_at = time.monotonic()
        self._at_the_end = False

    def new_id(self) -> str:
        """Of something that has none."""
        return f"{os.getpid()}-{next(self._numbers)}"

    def tell(self, *events: Event) -> None:
        """What happens now; with `t` among the fields, at that moment of `time.monotonic()`."""
        if self._gone:
            return
        with self._lock:
            try:
                if self._connection is None:
                    self._connect()
                lines = b"".join(self._line(kind, fields) for kind, fields in events)
                if len(self._kept) < KEPT_BYTES:
                    self._kept += lines
                self._hand_over()
            except (OSError, KeyError, ValueError):
                self._gone = True  # the command is: nobody is to be told any more

    def begun(self, id_: str, *events: Event) -> None:
        """Something has begun, or gone on: it is told if it lasts. Each event has its `t`."""
        self._news.append((id_, False, events))
        self._wake()

    def ended(self, id_: str, *events: Event) -> None:
        """It is over, which is told soon, and says all of it."""
        self._news.append((id_, True, events))
        self._wake()

    def _wake(self) -> None:
        """Have the thread look at what there is to tell; do it here where none runs, or there is no time left."""
        if self._started.acquire(blocking=False):
            self._start()
        if not self._some.is_set():
            self._some.set()
        if self._at_the_end or time.monotonic() > self._looked_at + self._late_s:
            self._look()

    def _start(self) -> None:
        """Once: whoever comes first."""
        self._looked_at = time.monotonic()
        try:
            threading.Thread(target=self._run, args=(self._some,), daemon=True, name="asyncdemo").start()
        except RuntimeError:  # there is no room for one, or the process is about to end
            self._late_s = 0.0

    def _run(self, some: threading.Event) -> None:
        while some.wait():
            time.sleep(SHORT_S)
            some.clear()
            self._look()

    def _look(self) -> None:
        """Tell what has lasted, and what has ended. Who finds another at it goes on: the thread looks once more."""
        while self._looking.acquire(blocking=False):
            try:
                self._tell_news()
            finally:
                self._looking.release()
            if not (self._at_the_end and self._news):
                break
        if self._begun or self._news:
            self._some.set()

    def _tell_news(self) -> None:
        now = self._looked_at = time.monotonic()
        until = now if self._at_the_end else now - SHORT_S
        ended: list[Event] = []
        while self._news:
            id_, over, events = self._news.popleft()
            if over:
                self._begun.pop(id_, None)
                ended += events
            else:
                self._begun.setdefault(id_, []).extend(events)
        lasted = [id_ for id_, events in self._begun.items() if events[0][1]["t"] <= until]  # type: ignore[operator]
        told = [event for id_ in lasted for event in self._begun.pop(id_)]
        if told or ended:
            self.tell(*told, *ended)

    def _line(self, kind: str, fields: dict[str, object]) -> bytes:
        t = float(fields.pop("t", time.monotonic())) - self._began  # type: ignore[arg-type]
        told = {"kind": kind, "t": round(max(0.0, t), 6), "process": self._process, **fields}
        return encode(told).encode("utf-8", "replace") + b"\n"

    def _connect(self) -> None:
        """Raises OSError after the end of the run."""
        with open(os.environ["ASYNCDEMO_TELEMETRY"], encoding="ascii") as file:  # noqa: PTH123  # no pathlib for it
            host, port, token, began = file.read().split(":")
        self._began = float(began)
        self._process = os.environ.get("HONCHO_PROCESS_NAME", "project")
        self._connection = socket.create_connection((host, int(port)), CONNECT_TIMEOUT_S)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection.sendall(token.encode() + b"\n")
        self._connection.setblocking(False)

    def _hand_over(self) -> None:
        """What the system takes of what is kept; the rest goes with the next event."""
        while self._kept and self._connection is not None:
            try:
                del self._kept[: self._connection.send(self._kept)]
            except BlockingIOError:
                return

    def close(self) -> None:
        """Tell nothing any more."""
        self._gone = True
        if self._connection is not None:
            self._connection.close()

    def at_the_end(self) -> None:
        """Hand over what is kept, if it is taken; and from now on at once: a server's threads go on until the last."""
        self._at_the_end = True
        self._look()
        if self._kept:
            self.tell()

    def after_fork(self) -> None:
        """The connection is the parent's."""
        self.__init__()  # type: ignore[misc]


sender = Sender()
os.register_at_fork(after_in_child=sender.after_fork)
atexit.register(sender.at_the_end)


class Numbers:
    """Of those at work in this process: 3 is the lowest that was free when its work began."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: set[int] = set()

    def take(self) -> int:
        """The lowest free number, taken now."""
        with self._lock:
            number = next(n for n in count(1) if n not in self._taken)
            self._taken.add(number)
            return number

    def free(self, number: int) -> None:
        """Give a number back."""
        with self._lock:
            self._taken.discard(number)


FIRST_ANSWER = "/warm-up"
"""What a run asks for by itself, to see that the server is there."""
FIRST = os.getpid()
"""Who has imported this: a process that was forked since is another."""


def worker(name: str) -> str:
    """What whoever works here is called: with the process where it is one of several of a server's."""
    import sys

    spawned = getattr(sys.modules.get("multiprocessing.process"), "_parent_process", None) is not None
    if spawned or os.getpid() != FIRST:
        return f"pid {os.getpid()} {name}".strip()
    return name or os.environ.get("HONCHO_PROCESS_NAME", "process")


def visitor(path: str) -> str | None:
    """Who asks for a page: nobody tells his name here; None where it is nobody, but the run itself."""
    return None if path == FIRST_ANSWER else ""
