"""A server that says 200 and remembers when it was asked: `python -m benchmarks.arrivals`, as a process of its own.

It prints its port; when its standard input ends, the moments, in seconds, as JSON.
"""

import asyncio
import json
import sys
import time

import uvloop

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
moments: list[float] = []


class Visit(asyncio.Protocol):
    """One connection; a request comes in one piece."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        moments.append(time.monotonic())
        self.transport.write(ANSWER)


async def serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Visit, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    print(json.dumps(moments), flush=True)


if __name__ == "__main__":
    uvloop.run(serve())
