"""The threads of waitress, and the requests that wait for one: they have arrived, and no view has seen them yet.

waitress tells nobody of them. Its own classes are changed: `ThreadedTaskDispatcher.set_thread_count` says how many
threads there are to be (0 at the end), `add_task` gets a channel whose first of `requests` is complete (`error`,
`command`, `path`, `query`), and `WSGITask.get_environment` makes the environment of its `request`. Were they others,
step1 would end with an error before it is ready, or at its first request.
"""

from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher, WSGITask

from asyncdemo.channel_http import HTTP_CHANNEL

from ..events.events import WorkerReady
from ..events.sending import Emitter
from .teller import Teller
from .wsgi import ARRIVAL, report_arrival, thread_name


def attach(emitter: Emitter, teller: Teller) -> None:
    """Tell of each thread; note a request's arrival when it is queued, and hand it on in its WSGI environment."""
    set_thread_count = ThreadedTaskDispatcher.set_thread_count
    add_task = ThreadedTaskDispatcher.add_task
    get_environment = WSGITask.get_environment

    def set_count(self: ThreadedTaskDispatcher, count: int) -> None:
        set_thread_count(self, count)
        for number in range(1, count + 1):
            emitter.emit(WorkerReady, worker=thread_name(number), channels=[HTTP_CHANNEL])

    def add(self: ThreadedTaskDispatcher, channel: HTTPChannel) -> None:
        request = channel.requests[0]
        if not request.error:
            request.arrival = report_arrival(teller, request.command, request.path, request.query)
        add_task(self, channel)

    def environment(self: WSGITask) -> dict[str, Any]:
        environ: dict[str, Any] = get_environment(self)
        environ[ARRIVAL] = self.request.arrival
        return environ

    ThreadedTaskDispatcher.set_thread_count = set_count
    ThreadedTaskDispatcher.add_task = add
    WSGITask.get_environment = environment
