"""The sending end, inside a process of a stage."""

import os
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .lines import line
from .outbox import Outbox

if TYPE_CHECKING:
    from .events import Event

    Kind = type[Event] | str  # a class or its name: a process of a stage imports no class

TELEMETRY = "ASYNCDEMO_TELEMETRY"
"""The environment variable that names the file that says where to send: `host:port:token:start of the run`."""
CONNECT_TIMEOUT_S = 1.0


@dataclass(frozen=True)
class Address:
    """Where events go, and when the run began."""

    host: str
    port: int
    token: str
    began: float
    """`time.monotonic()` at the start of the run: one clock for all processes of a machine."""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}:{self.token}:{self.began!r}"

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Raises ValueError for a text that `str` did not make."""
        host, port, token, began = text.split(":")
        return cls(host, int(port), token, float(began))


class Emitter:
    """Sends each event at once: a process that is killed has told all it knew. A command that is stopped (Ctrl-Z) and
    goes on has missed nothing, and the stage does not wait for it.
    """

    def __init__(self, address: Address, process: str) -> None:
        self.process = process
        self._began = address.began
        connection = socket.create_connection((address.host, address.port), CONNECT_TIMEOUT_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(address.token.encode() + b"\n")
        self._outbox = Outbox(connection, self._missed)

    @classmethod
    def from_environment(cls) -> "Emitter":
        """Raises KeyError outside a run, OSError after its end."""
        told = Path(os.environ[TELEMETRY]).read_text(encoding="ascii")
        return cls(Address.parse(told), os.environ["HONCHO_PROCESS_NAME"])

    def now(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._began

    def emit(self, kind: "Kind", **fields: object) -> None:
        """Send one event of now. Never raises or waits: a command that is gone, or stopped, must not hurt the stage."""
        self.emit_at(self.now(), kind, fields)

    def emit_at(self, t: float, kind: "Kind", fields: Mapping[str, object]) -> None:
        """Send one event of the moment `t`, in seconds since the run began."""
        self.send([(t, kind, fields)])

    def send(self, events: Iterable["tuple[float, Kind, Mapping[str, object]]"]) -> None:
        """Send events of these moments, together. Never raises."""
        # Without making the events: a stage at work should hardly notice that it is watched.
        told = b"".join(
            line({"kind": name_of(kind), "t": round(t, 6), "process": self.process, **fields})
            for t, kind, fields in events
        )
        self._outbox.put(told)

    @property
    def closed(self) -> bool:
        """Whether nothing goes out any more: it was closed, or the command is gone."""
        return self._outbox.closed

    def close(self) -> None:
        """Send nothing more. Can be called twice."""
        self._outbox.close()

    def _missed(self, count: int) -> bytes:
        """The line that says that so many events were not told."""
        said = f"asyncdemo was stopped for too long: {count} events of {self.process} were not told"
        return line({"kind": "Printed", "t": round(self.now(), 6), "process": self.process, "line": said})


def name_of(kind: "Kind") -> str:
    """The name of an event's class, which may be all that is there of it."""
    return kind if isinstance(kind, str) else kind.__name__
