"""What happens in step1, where each request has a thread and there is no channel: from around its WSGI application."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import django.core.wsgi
from django.core.signals import request_finished

from asyncdemo.channel_http import HTTP_CHANNEL
from asyncdemo.channel_http.messages import new_id
from asyncdemo.channel_http.signals import current_slot

from ..base.text import printable
from ..events.events import Answered, Arrived, Done, Taken
from ..events.sending import Emitter
from .hello import hello_name
from .teller import Teller

ARRIVAL = "asyncdemo.arrival"
"""Where a server with a queue of its own leaves the request's `Arrival` in the WSGI environment."""


@dataclass
class Arrival:
    """A request that has reached the server."""

    method: str
    path: str
    """Safe to show."""
    name: str | None
    id: str = field(default_factory=new_id)
    at: float = field(default_factory=time.monotonic)

    @property
    def request(self) -> dict[str, Any]:
        """What is told of it."""
        return {"method": self.method, "path": self.path, "name": self.name}


def report_arrival(teller: Teller, method: str, path: str, query: str) -> Arrival:
    """Begin to tell it, now."""
    arrival = Arrival(method, printable(path, 60), hello_name(method, path, query.encode("latin-1")))
    teller.begun(Arrived, arrival.id, **arrival.request)
    return arrival


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


def attach(emitter: Emitter, teller: Teller) -> None:
    """Put what tells of each request around Django's application, where the stage's `wsgi.py` gets it from."""
    names = ThreadNames()
    current = threading.local()
    get_application = django.core.wsgi.get_wsgi_application

    def get_telling_application() -> Callable[..., Any]:
        application = get_application()

        def telling(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            request = environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", "")
            arrival = environ.get(ARRIVAL) or report_arrival(teller, *request)
            current.arrival, current.number = arrival, names.take()
            queued_s = time.monotonic() - arrival.at
            worker, current.began = thread_name(current.number), time.monotonic()
            current_slot.set(worker)
            if environ["SERVER_PROTOCOL"] == "HTTP/1.1":
                environ.setdefault("HTTP_HOST", "")  # RFC 9112, 3.2: Django refuses it, its servers let it pass
            teller.begun(Taken, arrival.id, channel=HTTP_CHANNEL, worker=worker, age_s=round(queued_s, 6))

            def start(status: str, headers: list[tuple[str, str]], *arguments: Any) -> Any:
                current.status, current.queued_s = int(status.split()[0]), queued_s
                view_s = time.monotonic() - current.began
                timing = f"queued;dur={queued_s * 1000:.1f}, view;dur={view_s * 1000:.1f}"
                return start_response(status, [*headers, ("Server-Timing", timing)], *arguments)

            return application(environ, start)

        return telling

    def finished(**_: object) -> None:
        arrival, worker = current.arrival, thread_name(current.number)
        teller.over(Arrived, arrival.id)
        teller.over(Taken, arrival.id)
        queued_s = round(current.queued_s, 6)
        times = {"total_s": round(time.monotonic() - arrival.at, 6), "queued_s": queued_s}
        emitter.emit(Answered, id=arrival.id, **arrival.request, status=current.status, worker=worker, **times)
        times = {"busy_s": round(time.monotonic() - current.began, 6), "age_s": queued_s}
        emitter.emit(Done, id=arrival.id, channel=HTTP_CHANNEL, worker=worker, **times)
        names.free(current.number)

    setattr(django.core.wsgi, "get_wsgi_application", get_telling_application)  # noqa: B010  # of another type
    request_finished.connect(finished, weak=False)
