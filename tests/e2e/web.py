"""Small real servers, in a thread of the test or in a process of their own, that answer as a test wants."""

import asyncio
import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tests.waiting import DEADLINE_S, closed

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHECKOUT = Path(__file__).parents[2]
BACKLOG = 1024
"""Connections that wait to be accepted, in a frozen server too."""


@dataclass
class Question:
    """One request, as a server sees it."""

    head: bytes
    number: int
    """1, 2, … of the server."""
    nth: int
    """1, 2, … of its connection."""
    _writer: asyncio.StreamWriter

    @property
    def socket(self) -> socket.socket:
        """Of its connection."""
        return self._writer.get_extra_info("socket")  # type: ignore[no-any-return]  # asyncio says Any

    async def say(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def hang_up(self) -> None:
        """Close, as a server does that wants to say no more."""
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


Answer = Callable[[Question], Awaitable[None]]


async def ok(question: Question) -> None:
    """200, at once."""
    await question.say(OK)


async def never(question: Question) -> None:
    """Nothing at all."""


def saying(data: bytes) -> Answer:
    """The same bytes to everybody."""

    async def answer(question: Question) -> None:
        await question.say(data)

    return answer


def saying_last(data: bytes) -> Answer:
    """The same bytes to everybody, and that was it."""

    async def answer(question: Question) -> None:
        await question.say(data)
        await question.hang_up()

    return answer


class Web:
    """A server in a thread. Use it in a `with`."""

    def __init__(self, answer: Answer, host: str = "127.0.0.1", port: int = 0) -> None:
        self._answer, self._loop = answer, asyncio.new_event_loop()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=BACKLOG)
        self.port = int(self._socket.getsockname()[1])
        self.url = f"http://[{host}]:{self.port}/" if ":" in host else f"http://{host}:{self.port}/"
        self.heads: list[bytes] = []
        self.connections = 0
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "Web":
        self._thread.start()
        serve = asyncio.start_server(self._serve, sock=self._socket, backlog=BACKLOG)
        self._server = asyncio.run_coroutine_threadsafe(serve, self._loop).result(DEADLINE_S)
        return self

    def __exit__(self, *exception: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(DEADLINE_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        await closed(self._server, self._hang_up)

    def _hang_up(self) -> None:
        for task, writer in self._open.items():
            writer.transport.abort()
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._open[task] = writer
        nth = 0
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                nth += 1
                self.heads.append(head)
                await self._answer(Question(head, len(self.heads), nth, writer))
        except (asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
            pass  # the visitor has left, or the test is over
        finally:
            del self._open[task]
            writer.close()


class WebProcess:
    """A server that says 200, in a process that can be frozen. Use it in a `with`."""

    def __enter__(self) -> "WebProcess":
        command = [sys.executable, "-m", "tests.e2e.web"]
        self.process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        return self

    def __exit__(self, *exception: object) -> None:
        self.process.kill()
        self.process.communicate()


def main() -> None:
    with Web(ok) as web:
        print(web.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
