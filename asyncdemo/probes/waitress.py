"""Requests that wait in waitress for one of its threads: they have arrived, and no view has seen them yet.

waitress tells nobody of them. Its own classes are changed: `ThreadedTaskDispatcher.add_task` gets a channel whose first
of `requests` is complete (`error`, `command`, `path`, `query`), and `WSGITask.get_environment` makes the environment of
its `request`. Were they others, step1 would end with an error at its first request.
"""

from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher, WSGITask

from ..events.sending import Emitter
from .teller import Teller
from .wsgi import ARRIVAL, report_arrival


def attach(emitter: Emitter, teller: Teller) -> None:
    """Note a request's arrival when it is queued, and hand it on in its WSGI environment."""
    add_task = ThreadedTaskDispatcher.add_task
    get_environment = WSGITask.get_environment

    def add(self: ThreadedTaskDispatcher, channel: HTTPChannel) -> None:
        request = channel.requests[0]
        if not request.error:
            request.arrival = report_arrival(teller, request.command, request.path, request.query)
        add_task(self, channel)

    def environment(self: WSGITask) -> dict[str, Any]:
        environ: dict[str, Any] = get_environment(self)
        environ[ARRIVAL] = self.request.arrival
        return environ

    ThreadedTaskDispatcher.add_task = add
    WSGITask.get_environment = environment
