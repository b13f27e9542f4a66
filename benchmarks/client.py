"""A closed-loop load client: so many connections, each asks again as soon as it has its answer."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import cast

REQUEST = b"GET /?name=bench HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@dataclass
class Load:
    """What the answers to one burst of requests were."""

    left: int
    """Requests not sent yet."""
    pause_s: float = 0.0
    """Between an answer and the next question of that connection."""
    statuses: Counter[int] = field(default_factory=Counter)
    latencies_s: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def p50_ms(self) -> float:
        return 1000 * median(self.latencies_s)


class Asker(asyncio.Protocol):
    """One keep-alive connection."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.transport: asyncio.WriteTransport | None = None
        self.asked_at = 0.0
        self.buffer = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.WriteTransport, transport)
        self.ask()

    def ask(self) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        if not self.load.left:
            self.transport.close()
            return
        self.load.left -= 1
        self.asked_at = time.perf_counter()
        self.transport.write(REQUEST)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, end, body = self.buffer.partition(b"\r\n\r\n")
        if not end or len(body) < content_length(head):
            return
        self.buffer = b""
        self.load.latencies_s.append(time.perf_counter() - self.asked_at)
        self.load.statuses[int(head.split(b" ", 2)[1])] += 1
        if self.load.pause_s:
            asyncio.get_running_loop().call_later(self.load.pause_s, self.ask)
        else:
            self.ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(error)


def content_length(head: bytes) -> int:
    """The length of the body. Raises ValueError for an answer that does not say it."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    raise ValueError(f"an answer without a length: {head!r}")


async def ask(port: int, requests: int, connections: int, pause_s: float = 0.0) -> Load:
    """Ask that many times over that many connections. Raises OSError if a server does not listen."""
    load = Load(requests, pause_s)
    started = time.perf_counter()
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda: Asker(load), "127.0.0.1", port) for _ in range(connections)]
    await asyncio.gather(*(asker.done for _, asker in made))
    load.seconds = time.perf_counter() - started
    return load
