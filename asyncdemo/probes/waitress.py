"""The threads of waitress, and the requests that wait for one: they have arrived, and no view has seen them yet.

And one thing that it leaves to applications, and Django to servers: the response to HEAD has no body (RFC 9110, 9.3.2).

waitress tells nobody of them. Its own classes are changed: `ThreadedTaskDispatcher.set_thread_count` says how many
threads there are to be (0 at the end), `add_task` gets a channel with its `socket`, whose first of `requests` is
complete (`error`, `command`, `path`, `query`), `WSGITask.get_environment` makes the environment of its `request`,
`Task.service` writes its response with its channel's `write_soon`, the headers first. Were they others, step1 would end
with an error before it is ready, or at its first request.
"""

from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import Task, ThreadedTaskDispatcher, WSGITask

from asyncdemo.channel_http import HTTP_CHANNEL

from ..events.sending import Emitter
from .teller import Teller
from .wsgi import ARRIVAL, arrivals, thread_name, threads_work


class HeadersOnly:
    """A channel for the response to HEAD: what is written after the headers goes nowhere."""

    def __init__(self, channel: HTTPChannel) -> None:
        self._channel = channel
        self._headers_sent = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)

    def write_soon(self, data: Any) -> int:
        """As the channel's: how much was written."""
        if self._headers_sent:
            return len(data)
        self._headers_sent = True
        written: int = self._channel.write_soon(data)
        return written


def attach(emitter: Emitter, teller: Teller) -> None:
    """Tell of each thread; note a request's arrival when it is queued, and hand it on in its WSGI environment."""
    requests = arrivals(emitter, teller)
    set_thread_count = ThreadedTaskDispatcher.set_thread_count
    add_task = ThreadedTaskDispatcher.add_task
    get_environment = WSGITask.get_environment
    service = Task.service

    def set_count(self: ThreadedTaskDispatcher, count: int) -> None:
        set_thread_count(self, count)
        for number in range(1, count + 1 if threads_work() else 0):
            emitter.emit("WorkerReady", worker=thread_name(number), channels=[HTTP_CHANNEL])

    def add(self: ThreadedTaskDispatcher, channel: HTTPChannel) -> None:
        request = channel.requests[0]
        if not request.error:
            asked = request.command, request.path, request.query
            request.arrival = requests.report(*asked, channel.socket)
        add_task(self, channel)

    def environment(self: WSGITask) -> dict[str, Any]:
        environ: dict[str, Any] = get_environment(self)
        environ[ARRIVAL] = self.request.arrival
        return environ

    def serve(self: Task) -> None:
        if getattr(self.request, "command", "") == "HEAD":
            self.channel = HeadersOnly(self.channel)
        service(self)

    ThreadedTaskDispatcher.set_thread_count = set_count
    ThreadedTaskDispatcher.add_task = add
    WSGITask.get_environment = environment
    Task.service = serve
