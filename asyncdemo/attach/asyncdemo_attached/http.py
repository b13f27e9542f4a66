"""Requests, as Django's own handlers get them: by whatever server, in whatever process."""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import Any

from .telling import Numbers, sender, visitor, worker

CHANNEL = "http.request"
numbers = Numbers()
current: ContextVar[Request | None] = ContextVar("asyncdemo_request", default=None)
"""What the running code answers."""
waited: ContextVar[Arrival | None] = ContextVar("asyncdemo_waited", default=None)
"""The request that is about to be served, where a server has let it wait."""


class Arrival:
    """A request that a server has taken in, for a thread that is free one day."""

    def __init__(self, method: str, path: str) -> None:
        self.id, self.at = sender.new_id(), time.monotonic()
        arrived = {"id": self.id, "t": self.at, "method": method, "path": path[:60], "name": visitor(path)}
        sender.begun(self.id, ("Arrived", arrived))


class Request:
    """One that has reached Django."""

    def __init__(self, method: str, path: str, static: bool) -> None:
        arrival, self.number = waited.get(), numbers.take()
        waited.set(None)
        self.worker, self.began = worker(f"thread {self.number}"), time.monotonic()
        self.id = sender.new_id() if arrival is None else arrival.id
        self.came = self.began if arrival is None else arrival.at
        self.what = {"method": method, "path": path[:60], "name": visitor(path)}
        self.route = "static files" if static else ""
        self.status: int | None = None
        self.over = False
        taken = {"channel": CHANNEL, "worker": self.worker, "age_s": self.queued_s}
        events = [("Taken", {"id": self.id, "t": self.began, **taken})]
        if arrival is None:
            events = [("Arrived", {"id": self.id, "t": self.came, **self.what}), *events]
        sender.begun(self.id, *events)

    @property
    def queued_s(self) -> float:
        """How long it waited for a thread."""
        return round(self.began - self.came, 6)

    def end(self) -> None:
        """The response is out, or never will be. Can be called twice."""
        if self.over:
            return
        self.over = True
        now = time.monotonic()
        numbers.free(self.number)
        view_s, total_s = round(now - self.began, 6), round(now - self.came, 6)
        times = {"total_s": total_s, "queued_s": self.queued_s, "view_s": view_s}
        what = {**self.what, "route": self.route, "status": self.status}
        done = {"channel": CHANNEL, "busy_s": view_s, "age_s": self.queued_s}
        whose = {"id": self.id, "t": now, "worker": self.worker}
        sender.ended(
            self.id,
            ("Answered", {**whose, **what, **times}),
            ("Done", {**whose, **done}),
        )


def is_static(handler: object) -> bool:
    """Whether it is the handler that `runserver` has for static files."""
    return "StaticFilesHandler" in type(handler).__name__


def wsgi(module: Any) -> None:
    """From the call of the application to the close of its response (PEP 3333)."""
    call = module.WSGIHandler.__call__

    def watched(self: Any, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ["REQUEST_METHOD"], environ.get("PATH_INFO") or "/", is_static(self))
        token = current.set(request)

        def start(status: str, *rest: Any) -> Any:
            request.status = int(status.split()[0])
            return start_response(status, *rest)

        try:
            response = call(self, environ, start)
        except BaseException:
            request.end()
            raise
        finally:
            current.reset(token)
        ends_with(response, request)
        return response

    module.WSGIHandler.__call__ = watched


def ends_with(response: Any, request: Request) -> None:
    """Have a request end when the server closes its response; now, if that cannot be seen."""
    close = getattr(response, "close", None)

    def closed() -> None:
        try:
            if close is not None:
                close()
        finally:
            request.end()

    try:
        response.close = closed
    except AttributeError:
        request.end()


def asgi(module: Any) -> None:
    """From the call of the application to its return."""
    call = module.ASGIHandler.__call__

    async def watched(self: Any, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        if scope["type"] != "http":
            return await call(self, scope, receive, send)
        request = Request(scope["method"], scope["path"], is_static(self))
        token = current.set(request)

        async def sent(message: dict[str, Any]) -> Any:
            if message["type"] == "http.response.start":
                request.status = message["status"]
            return await send(message)

        try:
            return await call(self, scope, receive, sent)
        finally:
            current.reset(token)
            request.end()

    module.ASGIHandler.__call__ = watched


def routes(module: Any) -> None:
    """Which route of the project's a request has taken, as its URLconf writes it."""
    resolve = module.BaseHandler.resolve_request

    def watched(self: Any, request: Any) -> Any:
        match = resolve(self, request)
        answering = current.get()
        if answering is not None:
            answering.route = f"/{match.route}"[:60]
        return match

    module.BaseHandler.resolve_request = watched
