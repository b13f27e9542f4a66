"""What happens in step1, where each request has a thread and there is no channel: from around its WSGI application.

Whether a visitor is still there, his socket tells, which a handler of `wsgiref` has as `request`.
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler

import django.core.wsgi
from django.core.signals import request_finished

from asyncdemo.channel_http import HTTP_CHANNEL
from asyncdemo.channel_http.messages import new_id
from asyncdemo.channel_http.signals import current_slot

from ..base.text import printable
from ..events.sending import Emitter
from .hello import hello_name
from .leaving import Leaving
from .teller import Teller

WORKERS_ARE, THREADS = "ASYNCDEMO_WORKERS_ARE", "THREADS"
"""The environment variable that says who the workers of the stage are, and what it says where they are threads."""
ARRIVAL = "asyncdemo.arrival"
"""Where a server with a queue of its own leaves the request's `Arrival` in the WSGI environment."""
CONNECTION = "asyncdemo.connection"
"""Where a server without one leaves its socket."""


@dataclass
class Arrival:
    """A request that has reached the server."""

    method: str
    path: str
    """Safe to show."""
    name: str | None
    id: str = field(default_factory=new_id)
    at: float = field(default_factory=time.monotonic)
    watched: bool = False
    """Whether it is seen when its visitor leaves."""
    left: bool = False
    """Whether he was gone when its answer began."""

    @property
    def request(self) -> dict[str, Any]:
        """What is told of it."""
        return {"method": self.method, "path": self.path, "name": self.name}

    @property
    def total_s(self) -> float:
        """Seconds since then."""
        return round(time.monotonic() - self.at, 6)


class Arrivals:
    """Requests that have reached the server and have no answer yet."""

    def __init__(self, emitter: Emitter, teller: Teller) -> None:
        self._emitter, self._teller, self._leaving = emitter, teller, Leaving()

    def report(self, method: str, path: str, query: str, connection: socket.socket | None) -> Arrival:
        """Begin to tell of one, now; and look whether its visitor stays, if he has a connection."""
        arrival = Arrival(method, printable(path, 60), hello_name(method, path, query.encode("latin-1")))
        self._teller.begun("Arrived", arrival.id, **arrival.request)
        if connection is not None:
            arrival.watched = True
            self._leaving.waits(arrival.id, connection, lambda: self._left(arrival))
        return arrival

    def answer(self, arrival: Arrival) -> None:
        """The answer begins."""
        arrival.left = arrival.watched and not self._leaving.answered(arrival.id)

    def answered(self, arrival: Arrival, **end: object) -> None:
        """The answer is over, if there was one for somebody."""
        self._teller.over("Arrived", arrival.id)
        if not arrival.left:
            self._emitter.emit("Answered", id=arrival.id, **arrival.request, total_s=arrival.total_s, **end)

    def _left(self, arrival: Arrival) -> None:
        """He got nothing. The request is worked on, or waits, as before."""
        self._teller.over("Arrived", arrival.id)
        self._emitter.emit("Answered", id=arrival.id, **arrival.request, total_s=arrival.total_s, status=None)


@cache
def arrivals(emitter: Emitter, teller: Teller) -> Arrivals:
    """The one of this process: a server's own probe reports there, too."""
    return Arrivals(emitter, teller)


class ThreadNames:
    """Numbers of the threads at work: 3 is the lowest that was free when its request began."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: set[int] = set()

    def take(self) -> int:
        """The lowest free number, taken now."""
        with self._lock:
            number = next(n for n in range(1, len(self._taken) + 2) if n not in self._taken)
            self._taken.add(number)
            return number

    def free(self, number: int) -> None:
        """Give a number back."""
        with self._lock:
            self._taken.discard(number)


def thread_name(number: int) -> str:
    """What a thread with this number is called wherever it is shown."""
    return f"thread {number}"


def threads_work() -> bool:
    """Whether the threads that serve the page are the workers of the stage, and not processes of their own."""
    return os.environ.get(WORKERS_ARE, THREADS) == THREADS


def attach(emitter: Emitter, teller: Teller) -> None:
    """Put what tells of each request around Django's application, where the stage's `wsgi.py` gets it from."""
    names, requests = ThreadNames(), arrivals(emitter, teller)
    tells_work = threads_work()
    current = threading.local()
    get_application = django.core.wsgi.get_wsgi_application
    get_environ = WSGIRequestHandler.get_environ

    def get_telling_application() -> Callable[..., Any]:
        application = get_application()

        def telling(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            request = environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", "")
            arrival = environ.get(ARRIVAL) or requests.report(*request, environ.get(CONNECTION))
            current.arrival, current.number = arrival, names.take()
            queued_s = time.monotonic() - arrival.at
            worker, current.began = thread_name(current.number), time.monotonic()
            current_slot.set(worker)
            if environ["SERVER_PROTOCOL"] == "HTTP/1.1":
                environ.setdefault("HTTP_HOST", "")  # RFC 9112, 3.2: Django refuses it, its servers let it pass
            if tells_work:
                teller.begun("Taken", arrival.id, channel=HTTP_CHANNEL, worker=worker, age_s=round(queued_s, 6))

            def start(status: str, headers: list[tuple[str, str]], *arguments: Any) -> Any:
                requests.answer(arrival)
                current.status, current.queued_s = int(status.split()[0]), queued_s
                view_s = time.monotonic() - current.began
                timing = f"queued;dur={queued_s * 1000:.1f}, view;dur={view_s * 1000:.1f}"
                return start_response(status, [*headers, ("Server-Timing", timing)], *arguments)

            return application(environ, start)

        return telling

    def finished(**_: object) -> None:
        arrival, worker = current.arrival, thread_name(current.number)
        teller.over("Taken", arrival.id)
        queued_s = round(current.queued_s, 6)
        requests.answered(arrival, status=current.status, worker=worker, queued_s=queued_s)
        times = {"busy_s": round(time.monotonic() - current.began, 6), "age_s": queued_s}
        if tells_work:
            emitter.emit("Done", id=arrival.id, channel=HTTP_CHANNEL, worker=worker, **times)
        names.free(current.number)

    def environ_with_connection(self: WSGIRequestHandler) -> dict[str, Any]:
        return {**get_environ(self), CONNECTION: self.request}

    setattr(WSGIRequestHandler, "get_environ", environ_with_connection)  # noqa: B010  # of another type
    setattr(django.core.wsgi, "get_wsgi_application", get_telling_application)  # noqa: B010  # of another type
    request_finished.connect(finished, weak=False)
