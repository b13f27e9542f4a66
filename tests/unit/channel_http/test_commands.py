"""`runserver` and `runworker`, as far as they need neither a server nor a process of their own."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import warnings
import weakref
from argparse import ArgumentParser
from collections.abc import Iterator
from io import StringIO
from logging.handlers import BufferingHandler
from typing import Any

import channels.layers
import pytest
from channels.routing import ChannelNameRouter, ProtocolTypeRouter
from daphne.management.commands.runserver import Command as DaphneRunserver
from daphne.server import Server
from django.core.management.base import CommandError, CommandParser

from asyncdemo.base.installation import ROOT
from asyncdemo.channel_http.interface import HttpInterface
from asyncdemo.channel_http.layers import InMemoryLayer, RedisLayer
from asyncdemo.channel_http.management.commands import runserver, runworker
from asyncdemo.channel_http.slots import Slot
from asyncdemo.channel_http.thread import DaemonExecutor
from tests.conftest import Valkey
from tests.unit.channel_http.conftest import Recorder, UseLayer
from tests.waiting import DEADLINE_S, soon, until


class Waiting:
    """Stands for a slot: works until it is told to stop, and no longer."""

    def __init__(self) -> None:
        self.runs = 0
        self.stopping: asyncio.Event | None = None

    async def run(self, stopping: asyncio.Event) -> None:
        self.runs, self.stopping = self.runs + 1, stopping
        await stopping.wait()


def parsed(command: Any, *typed: str) -> dict[str, Any]:
    parser = CommandParser(prog="manage.py")
    command.add_arguments(parser)
    return vars(parser.parse_args(list(typed)))


def test_the_options_of_runserver() -> None:
    """Four workers, as in 2016, or so many."""
    assert parsed(runserver.Command())["workers"] == 4
    assert parsed(runserver.Command(), "--workers", "7")["workers"] == 7
    assert "Worker slots in this process (4)." in " ".join(help_of(runserver.Command()).split())


def help_of(command: Any) -> str:
    parser = ArgumentParser()
    command.add_arguments(parser)
    return parser.format_help()


def test_the_options_of_runworker() -> None:
    """Each may be given more than once."""
    typed = parsed(runworker.Command(), "--only-channels", "a", "--only-channels", "b", "--exclude-channels", "c")
    assert (typed["only_channels"], typed["exclude_channels"]) == (["a", "b"], ["c"])
    assert (parsed(runworker.Command())["only_channels"], parsed(runworker.Command())["exclude_channels"]) == ([], [])


def test_a_worker_of_its_own_needs_redis(use_layer: UseLayer) -> None:
    """A layer inside one process would be another one here."""
    use_layer(InMemoryLayer())
    with pytest.raises(CommandError, match="need Redis; the layer here is inside one process"):
        runworker.Command(stdout=StringIO()).handle(only_channels=[], exclude_channels=[])


def test_a_layer_of_another_kind_is_named(use_layer: UseLayer) -> None:
    """It may well reach over processes: nothing else is said of it."""
    use_layer(channels.layers.InMemoryChannelLayer())
    with pytest.raises(CommandError, match=r"RedisLayer, and here is channels\.layers\.InMemoryChannelLayer\.$"):
        runworker.Command(stdout=StringIO()).handle(only_channels=[], exclude_channels=[])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_worker_works_until_it_is_told_to_stop(number: signal.Signals) -> None:
    """It says that it is ready before, and finishes what it has in hand."""
    slot, said = Waiting(), list[int]()
    work = asyncio.create_task(runworker.work(slot, lambda: said.append(slot.runs)))  # type: ignore[arg-type]
    await soon(lambda: slot.stopping, "the slot")
    assert said == [0]
    await asyncio.sleep(0)
    assert not work.done()
    os.kill(os.getpid(), number)
    async with asyncio.timeout(DEADLINE_S):
        await work
    assert slot.runs == 1


async def test_the_slots_of_a_server_start_with_its_loop() -> None:
    """All of them; they end with the process."""
    slots = [Waiting(), Waiting()]
    server = runserver.ServerWithSlots(application=None, endpoints=["tcp:0"])
    server.slots = slots
    server.start_slots()
    await soon(lambda: all(slot.runs == 1 for slot in slots), "the slots")
    (stopping,) = {slot.stopping for slot in slots}
    assert stopping is not None
    assert not stopping.is_set()
    stopping.set()
    assert server.ready_callable == server.start_slots


@pytest.fixture
def heard() -> Iterator[list[logging.LogRecord]]:
    """What Django's server logs, which it tells no other logger."""
    logger, handler = logging.getLogger("django.server"), BufferingHandler(100)
    logger.addHandler(handler)
    yield handler.buffer
    logger.removeHandler(handler)


class Ending(runserver.ServerWithSlots):
    """A server that keeps what it was told, and of the class alone whether it has failed."""

    def stop(self) -> None:
        self.stops = getattr(self, "stops", 0) + 1


@pytest.fixture
def ending() -> Ending:
    """One of a class of its own."""

    class One(Ending):
        """Has not failed."""

    return One(application=None, endpoints=["tcp:0"])


async def test_no_server_without_its_workers(ending: Ending, heard: list[logging.LogRecord]) -> None:
    """The first that breaks ends it, and says why; not one that ends with it."""

    async def breaks(why: str) -> None:
        raise RuntimeError(why)

    tasks = [asyncio.create_task(breaks(why)) for why in ("first", "second")]
    cancelled, over = asyncio.create_task(breaks("never")), asyncio.create_task(asyncio.sleep(0))
    cancelled.cancel()
    await asyncio.wait([*tasks, cancelled, over])
    for task in (cancelled, over):
        ending.slot_ended(task)
    assert (type(ending).exit_code, hasattr(ending, "stops")) == (0, False)
    for task in tasks:
        ending.slot_ended(task)
    assert [record.getMessage() for record in heard] == ["A worker has ended: first"]
    assert (type(ending).exit_code, ending.stops) == (1, 1)
    assert str(tasks[1].exception()) == "second"


async def test_a_slot_that_breaks_is_heard(ending: Ending) -> None:
    class Broken(Waiting):
        async def run(self, stopping: asyncio.Event) -> None:
            raise RuntimeError("no thread")

    ending.slots = [Waiting(), Broken()]  # type: ignore[list-item]
    ending.start_slots()
    await soon(lambda: type(ending).exit_code, "the end")


def test_a_port_that_cannot_be_had(ending: Ending, monkeypatch: pytest.MonkeyPatch) -> None:
    """daphne logs it, and the exit code is no 0."""
    told: list[str] = []
    monkeypatch.setattr(Server, "listen_error", lambda self, failure: told.append(failure))
    ending.listen_error("in use")
    assert (told, type(ending).exit_code) == (["in use"], 1)


CHANNELS = ["http.request", "notify"]


@pytest.mark.parametrize("code", [0, 1])
def test_a_server_and_its_workers(code: int, use_layer: UseLayer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What they take and how long a visitor waits for one, in the words of 2016; a server that failed has its code."""
    layer, interface = use_layer(InMemoryLayer()), HttpInterface()
    served: list[tuple[object, ...]] = []
    monkeypatch.setattr(DaphneRunserver, "inner_run", lambda self, *args, **options: served.append((args, options)))
    out = StringIO()

    class Server(Ending):
        exit_code = code

    class Command(runserver.Command):
        server_cls = Server

        def get_application(self, options: dict[str, Any]) -> ProtocolTypeRouter:
            return ProtocolTypeRouter({"http": interface, "channel": ChannelNameRouter({"notify": None})})

    command = Command(stdout=out)
    if code:
        with pytest.raises(SystemExit) as ended:
            command.inner_run("a", workers=2)
        assert ended.value.code == 1
    else:
        command.inner_run("a", workers=2)
    assert served == [(("a",), {"workers": 2})]
    assert [(slot.name, slot.layer, slot.channels) for slot in Server.slots] == [
        ("slot 1", layer, CHANNELS),
        ("slot 2", layer, CHANNELS),
    ]
    assert interface.time_limit_s == 60.0
    assert out.getvalue().splitlines() == [
        "Channel layer default (InMemoryLayer)",
        "Worker slot 1, in this process, takes one message at a time: http.request, notify",
        "Worker slot 2, in this process, takes one message at a time: http.request, notify",
    ]


def test_how_long_a_visitor_waits_and_how_much_he_may_send() -> None:
    """As the documentation has it: 120 s in a server whose workers are processes, and 10 MiB."""
    interface = HttpInterface()
    assert interface.time_limit_s == 120.0
    assert interface.body_limit == 10 * 1024 * 1024


class Stopping(StringIO):
    """Where a worker says that it is ready: it is told to stop then."""

    def write(self, text: str) -> int:
        if "takes one message at a time" in text:
            os.kill(os.getpid(), signal.SIGTERM)
        return super().write(text)


@pytest.mark.parametrize("named", [True, False])
def test_a_worker_of_its_own(
    named: bool, use_layer: UseLayer, valkey: Valkey, prefix: str, monkeypatch: pytest.MonkeyPatch, recorder: Recorder
) -> None:
    """It says who it is, where it takes from and what, when it is ready; and works until it is told to stop."""
    use_layer(RedisLayer(hosts=[valkey.url], prefix=prefix))
    out = Stopping()
    monkeypatch.delenv("HONCHO_PROCESS_NAME", raising=False)
    if named:
        monkeypatch.setenv("HONCHO_PROCESS_NAME", "worker.3")
    runworker.Command(stdout=out).handle(only_channels=["http.*", "notify"], exclude_channels=["http.*"])
    name = "worker.3" if named else f"worker {os.getpid()}"
    (started,) = recorder.of("slot_started")
    assert (started["slot"], started["channels"]) == (name, ["notify"])
    assert out.getvalue().splitlines() == [
        f"Using channel layer default (RedisLayer at {valkey.url})",
        f"Worker {name} takes one message at a time from: notify",
    ]


STUBBORN = """
import asyncio
from asyncdemo.channel_http.management.commands import runworker

class Stubborn:
    async def run(self, stopping):
        await stopping.wait()
        print("told", flush=True)
        await asyncio.Event().wait()

asyncio.run(runworker.work(Stubborn(), lambda: print("ready", flush=True)))
"""


def test_a_worker_that_is_told_twice_does_not_wait() -> None:
    """For the message in hand."""
    with subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True, cwd=ROOT) as worker:
        assert worker.stdout is not None
        for word, number in (("ready", signal.SIGTERM), ("told", signal.SIGINT)):
            assert worker.stdout.readline() == f"{word}\n"
            worker.send_signal(number)
        assert worker.wait(DEADLINE_S) == 1


def test_a_line_for_each_request(heard: list[logging.LogRecord]) -> None:
    """When it is complete, as Django's own runserver has it."""
    details = {"method": "GET", "path": "/", "status": 200, "size": 5, "time_taken": 0.126, "client": "h:1"}
    runserver.Command().log_action("http", "complete", details)
    runserver.Command().log_action("http", "disconnected", details)
    runserver.Command().log_action("websocket", "complete", details)
    (record,) = heard
    assert record.getMessage() == '"GET /" 200 5 [0.13 s]'
    assert len(record.__dict__["server_time"]) == len("27/Nov/2026 12:00:00")


def test_what_a_job_held_is_free_when_it_is_done() -> None:
    """Not only when the next one comes."""

    class Held:
        """Something large."""

    executor = DaemonExecutor()
    held = Held()
    seen = weakref.ref(held)
    assert executor.submit(lambda thing: 7, held).result(DEADLINE_S) == 7
    del held
    until(lambda: seen() is None, "its end")
    executor.shutdown()


def test_a_slot_has_its_own_list_of_channels() -> None:
    """Whoever changes his does not change what it takes from."""
    channels = ["a", "b"]
    slot = Slot("slot 1", InMemoryLayer(), None, channels)  # type: ignore[arg-type]
    channels.clear()
    assert slot.channels == ["a", "b"]


async def test_what_python_warns_of_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As by every other server: a coroutine that nobody awaits is told by nothing else."""
    shown = warnings.showwarning
    server = runserver.ServerWithSlots(application=None, endpoints=["tcp:0"])
    monkeypatch.setattr(warnings, "showwarning", lambda *_: None)  # as Twisted has it, when daphne runs
    server.start_slots()
    assert warnings.showwarning is shown
