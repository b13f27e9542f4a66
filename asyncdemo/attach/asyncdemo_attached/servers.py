"""How many there are to serve requests, and how long a request has waited for one, where a server knows that."""

from __future__ import annotations

from typing import Any

from .http import CHANNEL, Arrival, waited
from .telling import sender, worker


def is_there(number: int, serves: bool = True) -> None:
    """Tell of one that serves, or does no longer."""
    channels = [CHANNEL] if serves else []
    sender.tell(("WorkerReady", {"worker": worker(f"thread {number}"), "channels": channels}))


def waitress(module: Any) -> None:
    """Its threads, and the queue before them."""
    dispatcher, task = module.ThreadedTaskDispatcher, module.Task
    set_thread_count, add_task, service = dispatcher.set_thread_count, dispatcher.add_task, task.service

    def set_count(self: Any, count: int) -> None:
        set_thread_count(self, count)
        for number in range(1, count + 1):
            is_there(number)

    def add(self: Any, channel: Any) -> None:
        request = channel.requests[0]
        if not request.error:
            request.asyncdemo_arrival = Arrival(request.command, request.path)
        add_task(self, channel)

    def serve(self: Any) -> None:
        waited.set(getattr(self.request, "asyncdemo_arrival", None))
        service(self)

    dispatcher.set_thread_count, dispatcher.add_task, task.service = set_count, add, serve


def gunicorn(module: Any) -> None:
    """Its worker processes: one request at a time each, or as many as it has threads. With `--max-requests`, one that
    has had so many goes, and another comes."""
    init_process = module.Worker.init_process

    def begin(self: Any) -> None:
        numbers = range(1, (self.cfg.threads if "thread" in type(self).__name__.lower() else 1) + 1)
        for number in numbers:
            is_there(number)
        try:
            init_process(self)  # which serves, and returns at its end
        finally:
            for number in numbers:
                is_there(number, serves=False)

    module.Worker.init_process = begin
