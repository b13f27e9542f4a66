"""`manage.py runserver`: daphne, and the workers in the same process, as the runserver of Channels 1 had them.

daphne documents its command line only. Of its `runserver`, this one sets `server_cls` and has its own `inner_run` and
`log_action`; of its `Server`, `ready_callable` starts the workers in its event loop, and `listen_error` tells of a port
that cannot be had. Were they others, there would be no workers, no line per request, or exit code 0 without a server.
"""

import asyncio
import logging
import sys
import time
import warnings
from argparse import ArgumentParser
from typing import Any

from channels.layers import get_channel_layer
from daphne.management.commands.runserver import Command as DaphneRunserver
from daphne.server import Server

from asyncdemo.channel_http.clock import real_seconds
from asyncdemo.channel_http.interface import HttpInterface
from asyncdemo.channel_http.routes import channels_of, http_of
from asyncdemo.channel_http.slots import Slot

SLOTS = 4
"""Worker threads of the 2016 runserver."""
TIME_LIMIT_S = 60.0
"""Its time limit for a worker's reply."""

logger = logging.getLogger("django.server")


class ServerWithSlots(Server):  # type: ignore[misc]  # daphne has no types
    """daphne, with slots started in its event loop as soon as there is one."""

    slots: list[Slot] = []
    exit_code = 0

    def __init__(self, **options: Any) -> None:
        super().__init__(ready_callable=self.start_slots, **options)
        self._tasks: list[asyncio.Task[None]] = []
        self._warn = warnings.showwarning

    def start_slots(self) -> None:
        warnings.showwarning = self._warn  # Twisted, whose log daphne throws away, has taken it by now
        loop = asyncio.get_event_loop()  # set by daphne, and about to run
        never = asyncio.Event()
        self._tasks = [loop.create_task(slot.run(never)) for slot in self.slots]
        for task in self._tasks:
            task.add_done_callback(self.slot_ended)

    def slot_ended(self, task: "asyncio.Task[None]") -> None:
        """No server without its workers: the first one that breaks ends it."""
        if task.cancelled() or self.exit_code:
            return
        if (error := task.exception()) is not None:
            logger.error("A worker has ended: %s", error, extra={"server_time": now_text()})
            type(self).exit_code = 1
            self.stop()

    def listen_error(self, failure: Any) -> None:
        """The port is in use, say: daphne logs it and stops, and would exit as if all were well."""
        type(self).exit_code = 1
        super().listen_error(failure)


class Command(DaphneRunserver):  # type: ignore[misc]
    help = "Run the server and its workers in one process."
    server_cls = ServerWithSlots

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--workers", type=int, default=SLOTS, help=f"Worker slots in this process ({SLOTS}).")

    def inner_run(self, *args: Any, **options: Any) -> None:
        application, layer = self.get_application(options), get_channel_layer()
        channels = channels_of(application)
        self.server_cls.slots = [
            Slot(f"slot {number}", layer, application, channels) for number in range(1, options["workers"] + 1)
        ]
        interface = http_of(application)
        if isinstance(interface, HttpInterface):
            interface.time_limit_s = real_seconds(TIME_LIMIT_S)
        self.stdout.write(f"Channel layer default ({type(layer).__name__})")
        for slot in self.server_cls.slots:
            self.stdout.write(
                f"Worker {slot.name}, in this process, takes one message at a time: {', '.join(channels)}"
            )
        super().inner_run(*args, **options)
        if self.server_cls.exit_code:
            sys.exit(self.server_cls.exit_code)

    def log_action(self, protocol: str, action: str, details: dict[str, Any]) -> None:
        """A line per request, as Django's own runserver prints it, whether DEBUG is on or not."""
        if protocol == "http" and action == "complete":
            request = '"{method} {path}" {status} {size} [{time_taken:.2f} s]'.format(**details)
            logger.info("%s", request, extra={"server_time": now_text()})


def now_text() -> str:
    """As Django's own runserver writes it before a line."""
    return time.strftime("%d/%b/%Y %H:%M:%S")
