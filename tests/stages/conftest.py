"""Starts the stages by hand, as a reader would: real processes, with their output in a file that the test reads."""

import http.client
import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import asyncdemo
from tests.conftest import Valkey, end_with_pytest
from tests.ports import free_port
from tests.waiting import DEADLINE_S, until

STAGES = Path(asyncdemo.__file__).parent / "stages"
HERE = Path(__file__).parent
READY = "takes one message at a time"
HELLO = re.compile(r"<h1>(.*)</h1>")


class Process:
    """A command that runs, and what it has printed so far, standard error included."""

    def __init__(self, arguments: list[str], folder: Path, env: dict[str, str], output: Path) -> None:
        self._output = output
        with output.open("wb") as file:
            self._popen = subprocess.Popen(
                arguments,
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
                preexec_fn=end_with_pytest,
            )
        self.pid = self._popen.pid

    @property
    def printed(self) -> bytes:
        return self._output.read_bytes()

    @property
    def text(self) -> str:
        return self.printed.decode()

    def prints(self, text: str) -> "Process":
        """Wait until it has printed this."""
        until(lambda: text in self.text or not self.runs, f"{text!r}")
        assert text in self.text, self.text
        return self

    @property
    def runs(self) -> bool:
        return self._popen.poll() is None

    def signal(self, number: signal.Signals) -> None:
        self._popen.send_signal(number)

    def ended(self) -> int:
        """Wait for its end; its exit code."""
        return self._popen.wait(DEADLINE_S)

    def kill(self) -> None:
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._popen.wait()


Start = Callable[..., Process]


def starter(folder: Path) -> Iterator[Start]:
    """`start(project, *arguments, **env)` runs `python *arguments` in a project's folder. All are killed at the end."""
    started: list[Process] = []

    def start(project: str | Path, *arguments: str, **env: str) -> Process:
        whole = {k: v for k, v in os.environ.items() if not k.startswith(("ASYNCDEMO_", "DJANGO_", "REDIS_", "PYTHON"))}
        whole |= {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "default", "DATABASE": str(folder / "db.sqlite3")}
        command = [sys.executable, *arguments]
        started.append(Process(command, STAGES / project, whole | env, folder / f"output-{len(started)}"))
        return started[-1]

    yield start
    for process in reversed(started):
        process.kill()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts processes for one test."""
    yield from starter(tmp_path)


@pytest.fixture(scope="module")
def start_for_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts processes for all tests of a file."""
    yield from starter(tmp_path_factory.mktemp("servers"))


@dataclass
class Answer:
    """What a visitor got."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def hello(self) -> str:
        """The page's headline, as it is in the HTML."""
        found = HELLO.search(self.body.decode())
        assert found, self.body
        return found[1]

    def values(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


class Pending:
    """A request that has been sent. Its answer is read when the test wants it."""

    def __init__(self, port: int, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE_S)
        self._connection.request(method, path, body, headers)
        self._response: http.client.HTTPResponse | None = None

    @property
    def answered(self) -> bool:
        """Whether the answer has begun to come in."""
        return bool(select.select([self._connection.sock], [], [], 0)[0])

    def response(self) -> http.client.HTTPResponse:
        self._response = self._connection.getresponse()
        return self._response

    def answer(self) -> Answer:
        response = self.response()
        try:
            return Answer(response.status, response.getheaders(), response.read())
        finally:
            self.leave()

    def leave(self) -> None:
        if self._response is not None:  # holds the socket too
            self._response.close()
        self._connection.close()


@dataclass
class Server:
    """A web server that listens, and who keeps it running."""

    port: int
    process: Process
    others: list[Process] = field(default_factory=list)

    def begin(self, path: str = "/", method: str = "GET", body: bytes | None = None, **headers: str) -> Pending:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Pending(self.port, method, path, body, named)

    def ask(self, path: str = "/", method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        return self.begin(path, method, body, **headers).answer()

    def hello(self, name: str) -> Answer:
        return self.ask(f"/?name={quote(name, errors='surrogatepass')}")

    def raw(self, request: bytes) -> bytes:
        """All that comes back for these bytes."""
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE_S) as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(2**16), b""))

    @property
    def listens(self) -> bool:
        assert self.process.runs, self.process.text
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True


def serve(start: Start, project: str | Path, *arguments: str, **env: str) -> Server:
    """`serve(start, "step1", "manage.py", "runserver", "--noreload", "{port}")`: returns when it listens."""
    port = free_port()
    process = start(project, *(argument.format(port=port) for argument in arguments), **env)
    server = Server(port, process)
    until(lambda: server.listens, "the server to listen")
    return server


def runserver(start: Start, project: str | Path, **env: str) -> Server:
    return serve(start, project, "manage.py", "runserver", "--noreload", "127.0.0.1:{port}", **env)


def waitress(start: Start, project: str | Path, **env: str) -> Server:
    arguments = ["-m", "waitress", "--threads=4", "--listen=127.0.0.1:{port}", "hello.wsgi:application"]
    return serve(start, project, *arguments, **env)


def daphne(start: Start, project: str | Path, module: str = "hello.asgi", **env: str) -> Server:
    arguments = ["-m", "daphne", "--bind", "127.0.0.1", "--port", "{port}", f"{module}:application"]
    return serve(start, project, *arguments, **env)


def worker(start: Start, project: str | Path, *options: str, **env: str) -> Process:
    """A worker that has begun to take."""
    return start(project, "manage.py", "runworker", *options, **env).prints(READY)


@dataclass
class Gate:
    """The test's hand on the calls of the outside service."""

    folder: Path

    @property
    def env(self) -> dict[str, str]:
        return {"GATE": str(self.folder), "PYTHONPATH": str(HERE / "gate"), "DJANGO_SETTINGS_MODULE": "gated_settings"}

    def running(self) -> list[str]:
        """The calls that wait at the gate, `<pid>-<number>`."""
        return [path.stem for path in sorted(self.folder.glob("*.running"))]

    def holds(self, count: int) -> list[str]:
        """Wait until so many calls wait at the gate."""
        return until(lambda: running if len(running := self.running()) == count else [], f"{count} calls at the gate")

    def end(self, call: str) -> None:
        (self.folder / f"{call}.end").touch()

    def open(self) -> None:
        (self.folder / "open").touch()


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """A closed gate."""
    (tmp_path / "gate").mkdir()
    return Gate(tmp_path / "gate")


@dataclass
class Bonus:
    """The bonus of one test: its Redis, and what to start its processes with."""

    start: Start
    valkey: Valkey
    env: dict[str, str]

    def up(self, *workers: list[str]) -> tuple[Server, list[Process]]:
        """daphne and a worker for each list of options, all starting at once."""
        processes = [self._begin(options) for options in workers]
        return self.daphne(), [process.prints(READY) for process in processes]

    def workers(self, *workers: list[str]) -> list[Process]:
        """A worker for each list of options, all starting at once."""
        processes = [self._begin(options) for options in workers]
        return [process.prints(READY) for process in processes]

    def _begin(self, options: list[str]) -> Process:
        return self.start("bonus", "manage.py", "runworker", *options, **self.env)

    def daphne(self, **env: str) -> Server:
        return daphne(self.start, "bonus", **self.env | env)

    def worker(self, *options: str, **env: str) -> Process:
        return worker(self.start, "bonus", *options, **self.env | env)

    def queued(self, channel: str) -> int:
        """How many messages lie on a channel, asked of Redis itself."""
        with self.valkey.client() as client:
            depth: Any = client.zcard(f"{self.env['REDIS_PREFIX']}{channel}")
            return int(depth)


@pytest.fixture
def bonus(start: Start, valkey: Valkey, prefix: str, gate: Gate) -> Bonus:
    """The bonus with a gate before its outside service."""
    return Bonus(start, valkey, {"REDIS_URL": valkey.url, "REDIS_PREFIX": prefix} | gate.env)
