"""Requests as Django's handlers get them: what is told of each, from its arrival to the close of its response."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from asyncdemo.attach.asyncdemo_attached import http
from asyncdemo.attach.asyncdemo_attached.http import Arrival
from asyncdemo.attach.asyncdemo_attached.telling import FIRST_ANSWER
from asyncdemo.events import events as e
from tests.unit.attach.conftest import Heard

LONG = "/" + 99 * "x"
WHERE = {"process": "web.1", "id": "a"}


class Page(list[bytes]):
    """A response, as WSGI has it."""

    closed = False

    def close(self) -> None:
        self.closed = True


def watched(view: Callable[[], Any], name: str = "WSGIHandler") -> Any:
    """A handler of WSGI, which answers 201 and what `view` returns."""

    def call(self: Any, environ: dict[str, Any], start_response: Any) -> Any:
        assert start_response("201 Created", [("X", "y")]) == "write"
        return view()

    handler = type(name, (), {"__call__": call})
    http.wsgi(SimpleNamespace(WSGIHandler=handler))
    return handler()


def start_response(status: str, headers: list[tuple[str, str]]) -> str:
    assert (status, headers) == ("201 Created", [("X", "y")])
    return "write"


def test_a_request_lasts_until_its_response_is_closed(heard: Heard) -> None:
    """And not until the handler returns: a server may send for long. The response's own close is called, too."""
    page = Page([b"Hello"])
    assert watched(lambda: page)({"REQUEST_METHOD": "POST", "PATH_INFO": "/hello/"}, start_response) is page
    assert http.current.get() is None
    work = {"channel": "http.request", "worker": "thread 1"} | WHERE
    what = {"method": "POST", "path": "/hello/", "name": ""} | WHERE
    assert heard.take() == [e.Arrived(t=100.0, **what), e.Taken(t=100.0, age_s=0.0, **work)]
    heard.now = 102.1234567
    page.close()
    times = {"total_s": 2.123457, "queued_s": 0.0, "view_s": 2.123457}
    ends = [
        e.Answered(t=heard.now, status=201, worker="thread 1", **times, **what),
        e.Done(t=heard.now, busy_s=2.123457, age_s=0.0, **work),
    ]
    assert (heard.take(), heard.open, page.closed) == (ends, [], True)
    page.close()
    assert not heard


def test_a_request_that_waited_for_its_thread(heard: Heard) -> None:
    """Its visitor waits from when the server has taken it in; its thread works from when it has reached Django."""
    http.waited.set(Arrival("GET", LONG))
    assert heard.take() == [e.Arrived(t=100.0, method="GET", path=LONG[:60], name="", **WHERE)]
    heard.now = 103.1234567
    page = Page()
    watched(lambda: page)({"REQUEST_METHOD": "GET", "PATH_INFO": LONG}, start_response)
    assert heard.take() == [e.Taken(t=heard.now, age_s=3.123457, channel="http.request", worker="thread 1", **WHERE)]
    heard.now += 1.0
    heard.open.pop()  # one request, told of twice
    page.close()
    answered, done = heard.take()
    assert isinstance(answered, e.Answered)
    assert isinstance(done, e.Done)
    assert (answered.path, answered.total_s, answered.queued_s, answered.view_s) == (LONG[:60], 4.123457, 3.123457, 1.0)
    assert (done.busy_s, done.age_s) == (1.0, 3.123457)
    watched(list)({"REQUEST_METHOD": "GET"}, start_response)
    assert isinstance(heard[0], e.Arrived), "the next one has not waited"


@pytest.mark.parametrize("environ", [{}, {"PATH_INFO": ""}])
def test_a_path_that_a_server_leaves_out(environ: dict[str, str], heard: Heard) -> None:
    """It is the first page's. And a response that nobody can see closed is out when the handler returns."""
    watched(list)({"REQUEST_METHOD": "GET", **environ}, start_response)
    assert [getattr(event, "path", None) for event in heard] == ["/", None, "/", None]


def test_a_response_without_a_close_has_one_for_the_server(heard: Heard) -> None:
    """PEP 3333 lets it have none."""
    page = watched(SimpleNamespace)({"REQUEST_METHOD": "GET"}, start_response)
    heard.clear()
    page.close()
    assert [type(event) for event in heard] == [e.Answered, e.Done]


def test_a_request_whose_handler_or_close_raises_is_over(heard: Heard) -> None:
    """The project's error stays the project's."""

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        watched(fail)({"REQUEST_METHOD": "GET"}, start_response)
    assert [type(event) for event in heard.take()] == [e.Arrived, e.Taken, e.Answered, e.Done]
    page = watched(lambda: SimpleNamespace(close=fail))({"REQUEST_METHOD": "GET"}, start_response)
    with pytest.raises(ZeroDivisionError):
        page.close()
    assert [type(event) for event in heard] == [e.Arrived, e.Taken, e.Answered, e.Done]


def test_those_at_work_at_once_have_numbers(heard: Heard) -> None:
    """Of the threads, as an audience counts them: a number that is free again is the next one's."""
    pages = [Page(), Page(), Page()]
    for page in pages[:2]:
        watched(lambda page=page: page)({"REQUEST_METHOD": "GET"}, start_response)
    pages[0].close()
    watched(lambda: pages[2])({"REQUEST_METHOD": "GET"}, start_response)
    taken = [event.worker for event in heard if isinstance(event, e.Taken)]
    assert taken == ["thread 1", "thread 2", "thread 1"]
    for page in pages[1:]:
        page.close()


def test_nobody_has_asked_for_what_a_run_asks_for_itself(heard: Heard) -> None:
    """It has no visitor; every other page has one, whose name is not known."""
    watched(list)({"REQUEST_METHOD": "GET", "PATH_INFO": FIRST_ANSWER}, start_response)
    assert [event.name for event in heard if isinstance(event, e.Arrived | e.Answered)] == [None, None]


def resolving(route: str) -> Callable[[], object]:
    """A view that is found by the URLconf, as `routes` has it watched."""
    match = SimpleNamespace(route=route)
    handler = type("BaseHandler", (), {"resolve_request": lambda self, request: match})
    http.routes(SimpleNamespace(BaseHandler=handler))

    def view() -> Page:
        assert handler().resolve_request("request") is match
        return Page()

    return view


@pytest.mark.parametrize(
    ("name", "route", "shown"),
    [
        ("WSGIHandler", "hello/<str:name>/", "/hello/<str:name>/"),
        ("WSGIHandler", 99 * "x", "/" + 59 * "x"),
        ("StaticFilesHandler", "", "/"),
    ],
)
def test_the_route_that_a_request_has_taken(name: str, route: str, shown: str, heard: Heard) -> None:
    """As the URLconf writes it; outside of a request nobody asks for it."""
    view = resolving(route)
    watched(view, name)({"REQUEST_METHOD": "GET"}, start_response).close()
    assert [event.route for event in heard.take() if isinstance(event, e.Answered)] == [shown]
    view()
    assert not heard


def test_static_files_have_a_route_of_their_own(heard: Heard) -> None:
    """No URLconf names them; nor a page that was not found, which has none."""
    for name in ("WSGIHandler", "StaticFilesHandler"):
        watched(list, name)({"REQUEST_METHOD": "GET"}, start_response)
    assert [event.route for event in heard if isinstance(event, e.Answered)] == ["", "static files"]


def asynchronous(view: Callable[[], Any]) -> Any:
    """A handler of ASGI, which answers 404."""

    async def call(self: Any, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        assert await receive() == "body"
        answering = http.current.get()
        assert (answering is not None) == (scope["type"] == "http")
        await send({"type": "http.response.start", "status": 404})
        await send({"type": "http.response.body"})
        return view()

    handler = type("ASGIHandler", (), {"__call__": call})
    http.asgi(SimpleNamespace(ASGIHandler=handler))
    return handler()


async def asked(handler: Any, kind: str) -> tuple[Any, list[str]]:
    """(what it returns, what it has sent)."""
    sent: list[str] = []

    async def receive() -> str:
        return "body"

    async def send(message: dict[str, Any]) -> None:
        sent.append(message["type"])

    scope = {"type": kind, "method": "GET", "path": "/hello/"}
    return await handler(scope, receive, send), sent


async def test_a_request_of_asgi_lasts_until_its_application_returns(heard: Heard) -> None:
    """All of it passes as it is."""

    def view() -> str:
        heard.now = 101.5
        return "done"

    assert await asked(asynchronous(view), "http") == ("done", ["http.response.start", "http.response.body"])
    assert http.current.get() is None
    assert [type(event) for event in heard] == [e.Arrived, e.Taken, e.Answered, e.Done]
    (answered,) = (event for event in heard if isinstance(event, e.Answered))
    assert (answered.status, answered.method, answered.path, answered.view_s) == (404, "GET", "/hello/", 1.5)


async def test_an_application_of_asgi_that_raises_is_over(heard: Heard) -> None:
    """As one that returns."""

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await asked(asynchronous(fail), "http")
    assert [type(event) for event in heard] == [e.Arrived, e.Taken, e.Answered, e.Done]


async def test_what_is_no_request_is_not_told(heard: Heard) -> None:
    """A websocket's connection, say: it lasts as long as its page is open."""
    assert await asked(asynchronous(lambda: "done"), "websocket") == (
        "done",
        ["http.response.start", "http.response.body"],
    )
    assert not heard
