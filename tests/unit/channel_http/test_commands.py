"""`runserver` and `runworker`, as far as they need neither a server nor a process of their own."""

import asyncio
import logging
import os
import signal
import weakref
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from io import StringIO
from logging.handlers import BufferingHandler
from typing import Any

import pytest
from django.core.management.base import CommandError, CommandParser

from asyncdemo.channel_http.layers import InMemoryLayer, QueueLayer
from asyncdemo.channel_http.management.commands import runserver, runworker
from asyncdemo.channel_http.slots import Slot
from asyncdemo.channel_http.thread import DaemonExecutor
from tests.waiting import soon, until

UseLayer = Callable[[QueueLayer], QueueLayer]


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
    async with asyncio.timeout(30):
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
    assert executor.submit(lambda thing: 7, held).result(30) == 7
    del held
    until(lambda: seen() is None, "its end")
    executor.shutdown()


def test_a_slot_has_its_own_list_of_channels() -> None:
    """Whoever changes his does not change what it takes from."""
    channels = ["a", "b"]
    slot = Slot("slot 1", InMemoryLayer(), None, channels)  # type: ignore[arg-type]
    channels.clear()
    assert slot.channels == ["a", "b"]
