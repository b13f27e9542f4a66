"""The installed command as a user has it: in a pipe or a terminal of its own, watched from outside."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import psutil

from asyncdemo.events import events as e
from asyncdemo.events.wire import decode
from asyncdemo.known.state import State
from tests.waiting import DEADLINE_S, until

ASYNCDEMO = Path(sys.executable).parent / "asyncdemo"
"""The console script that the installation made."""
CHECKOUT = Path(__file__).parents[2]
MARK = "ASYNCDEMO_STAGE_TEST"
"""An environment variable that every process of one test inherits, those of a stage by how it begins."""
UNSET = "(unset)"
"""The value of a variable that is not there."""
Kind = TypeVar("Kind", bound=e.Event)


TYPED = ("PYTHON", "PAGER", "LESS", "LV")
"""What somebody may have set for themselves."""


def clean_environment(**extra: str) -> dict[str, str]:
    """The environment of the tests, without what would turn a command's options."""
    env = {
        k: v for k, v in os.environ.items() if not k.startswith(("ASYNCDEMO_", "REDIS_", "DJANGO_")) and k not in TYPED
    }
    env |= {"TERM": "xterm", "COLUMNS": "120"} | extra
    return {name: value for name, value in env.items() if value != UNSET}


def asyncdemo(*arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """Run a command that ends by itself."""
    command = [str(ASYNCDEMO), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, env=clean_environment(**env))


def listens(port: int) -> bool:
    """Whether somebody answers on this port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def visit(url: str, timeout_s: float = DEADLINE_S) -> tuple[int, str]:
    """Status and body of a page, whatever the status."""
    try:
        with urllib.request.urlopen(url, timeout=timeout_s) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


class Command:
    """One command of a user's, in a folder for temporary files of its own. Use it in a `with`.

    At the end, however it was reached, nothing of it may be left: no process, no port, no file.
    """

    def __init__(self, *command: str, **env: str) -> None:
        self.tmp = Path(tempfile.mkdtemp(prefix="adt-"))  # short: a socket's path has 108 bytes at most
        self.record = self.tmp / "record.jsonl"
        self.mark = self.tmp.name
        self.command = [argument.replace("RECORD", str(self.record)) for argument in command]
        self.env = clean_environment(**{"TMPDIR": str(self.tmp), MARK: self.mark} | env)
        self.visitors = ThreadPoolExecutor(64)
        self.port: int | None = None
        self._events: list[e.Event] = []
        self._read_to = 0
        self._url = ""

    def __enter__(self) -> "Command":
        self._output = (self.tmp / "output").open("wb")
        self.process = self._spawn()
        return self

    def _spawn(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=self._output, stderr=subprocess.STDOUT, env=self.env
        )

    def __exit__(self, exception: object, *_: object) -> None:
        failed = exception is not None
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        try:
            if not failed:
                self.leaves_nothing()
        finally:
            with contextlib.suppress(AssertionError):  # the guard needs a moment
                until(lambda: not self.processes(), "the end of all", 10)
            for process in self.processes():
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            self.visitors.shutdown(wait=True, cancel_futures=True)
            self._output.close()
            if failed:
                print(self.text)
            shutil.rmtree(self.tmp, ignore_errors=True)

    # What it says

    @property
    def raw(self) -> bytes:
        """Everything that it has put out so far."""
        return (self.tmp / "output").read_bytes()

    @property
    def text(self) -> str:
        return self.raw.decode("utf-8", "replace")

    def line(self, pattern: str) -> "re.Match[str]":
        """The first match in its output, as soon as there is one."""
        return until(lambda: re.search(pattern, self.text, re.MULTILINE), lambda: f"{pattern!r} in\n{self.text}")

    @property
    def url(self) -> str:
        """Where the page is, when it is ready."""
        if not self._url:
            self._url = self.line(r" s  ready +(\S+)\r?\n")[1]
            self.port = urlsplit(self._url).port
        return self._url

    # What happens in it

    @property
    def events(self) -> list[e.Event]:
        """Every event so far; `--record RECORD` must be among the arguments. While the command tries whether the file
        can be written, it is there, and gone again."""
        with contextlib.suppress(FileNotFoundError), self.record.open("rb") as lines:
            lines.seek(self._read_to)
            for line in lines:
                if line.endswith(b"\n"):
                    if self._read_to:  # the first line says what the file is
                        self._events.append(decode(line))
                    self._read_to += len(line)
        return self._events

    def all(self, kind: type[Kind], **values: Any) -> list[Kind]:
        """The events of one kind, in the order of their times, with these values."""
        found = [event for event in self.events if isinstance(event, kind)]
        wanted = [event for event in found if all(getattr(event, name) == value for name, value in values.items())]
        return sorted(wanted, key=lambda event: event.t)

    def wait_for(self, count: int, kind: type[Kind], **values: Any) -> list[Kind]:
        """That many of them, or more, as soon as they are there."""
        what = f"{count} x {kind.__name__} {values}"
        return until(lambda: found if len(found := self.all(kind, **values)) >= count else None, what)

    def wait_for_deliveries(self, count: int) -> None:
        """Return when that many notifications have been delivered, or more."""
        until(lambda: sum(len(e.delivered(event)) for event in self.events) >= count, f"{count} deliveries")

    def takers(self, channel: str) -> dict[str, str]:
        """Message -> who took it, as told while he was at it or when he was done."""
        told = [event for event in self.events if isinstance(event, e.Taken | e.Done)]
        return {event.id: event.worker for event in told if event.channel == channel}

    @property
    def state(self) -> State:
        """Its events, folded."""
        state = State()
        for event in self.events:
            state.fold(event)
        return state

    # Visitors

    def hello(self, name: str = "World") -> tuple[int, str]:
        """One visitor's answer."""
        return visit(f"{self.url}?name={quote(name)}")

    def visitor(self, name: str = "World") -> "Future[tuple[int, str]]":
        """One visitor who may have to wait. Whose connection breaks, has status 0."""
        url = f"{self.url}?name={quote(name)}"

        def wait() -> tuple[int, str]:
            try:
                return visit(url)
            except OSError as error:
                return 0, str(error)

        return self.visitors.submit(wait)

    # The end

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ends(self) -> int:
        """Its exit code, when it has ended."""
        until(lambda: self.process.poll() is not None, lambda: f"the end of {self.command} after\n{self.text}")
        return int(self.process.returncode)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.send(number)
        return self.ends()

    def processes(self) -> list[psutil.Process]:
        """Every process of this test, the command itself left out: by the mark that it has inherited, or, where a
        server writes its title over its environment, by its title or its folder."""
        found = []
        for process in psutil.process_iter():
            try:
                ours = self.mark in process.environ().get(MARK, "") or self.mark in " ".join(process.cmdline())
                ours = ours or self.mark in process.cwd()
                if ours and process.pid != self.process.pid and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
                continue
        return found

    def leaves_nothing(self) -> None:
        """No process, no port, no folder of a run."""
        until(lambda: not self.processes(), lambda: f"the end of {list(map(str, self.processes()))}")
        assert [path.name for path in self.tmp.glob("asyncdemo-*")] == []
        assert self.port is None or not listens(self.port)
        forbidden = [c for c in self.text if not c.isprintable() and c not in "\n\r"]
        assert forbidden == [], self.text


def stage(name: str, *arguments: str, **env: str) -> Command:
    """`asyncdemo run NAME` on any free port, with every event recorded."""
    return Command(str(ASYNCDEMO), "run", name, "--port", "0", "--record", "RECORD", *arguments, **env)


def event_of_a_notification(event: e.Event, channel: str = "notify") -> bool:
    """Whether it tells that a message was delivered, by its id."""
    return bool(e.delivered(event)) and getattr(event, "channel", channel) == channel


def balanced(command: Command) -> None:
    """The summary's books: an equation that holds, and what was printed is what was delivered."""
    pattern = (
        r"notifications +(\d+) sent = (\d+) delivered \+ (\d+) running \+ (\d+) queued \+ (\d+) lost \+ (\d+) unknown"
    )
    sent, *parts = map(int, command.line(pattern).groups())
    assert sent == sum(parts)
    state = command.state
    books = state.books
    assert [books.sent, books.delivered, books.running, books.queued, books.lost, books.unknown] == [sent, *parts]
    assert state.printed == books.delivered
    assert books.unknown == 0
    texts = [text for event in command.events for text in e.delivered(event)]
    ids = [event.id for event in command.events if event_of_a_notification(event, state.stage.slow)]
    assert len(set(ids)) == len(ids), "a notification was delivered twice"
    printed = [event.line for event in command.all(e.Printed) if state.stage.is_notification(event.line)]
    assert sorted(line[:199] for line in printed) == sorted(text[:199] for text in texts)
