"""The server of the tool's own pages: what its user is asked, and what whoever asks is given."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from http import HTTPStatus
from http.client import RemoteDisconnected

import pytest

from asyncdemo.running import ports
from asyncdemo.web.server import HEADERS, Answer, Request, WebServer
from tests.waiting import DEADLINE_S

HOST = "127.0.0.1"


def routes(request: Request) -> Answer:
    """Says what it was asked; `/teapot` and `/broken` are what they are called."""
    if request.path == "/teapot":
        return Answer(HTTPStatus.IM_A_TEAPOT)
    if request.path == "/broken":
        raise ValueError("a route that does not work")
    return Answer(body=f"{request.method} {request.path}".encode(), kind="text/html")


@pytest.fixture
def address() -> Iterator[str]:
    port = ports.claim(HOST, 0)
    server = WebServer(HOST, port, routes)
    yield f"http://{HOST}:{port}"
    server.close()
    with pytest.raises(urllib.error.URLError):
        ask(f"http://{HOST}:{port}")


def ask(address: str, method: str = "GET") -> tuple[int, str, dict[str, str]]:
    """Status, body and headers."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, method=method), timeout=DEADLINE_S) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), dict(error.headers)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_routes_answer(address: str, method: str) -> None:
    """They get method and path as they came; the answer goes back as it is, with the headers of every page."""
    status, body, headers = ask(f"{address}/a/b?c=%20", method)
    assert (status, body) == (200, f"{method} /a/b?c=%20")
    assert headers.items() >= {**HEADERS, "Content-Type": "text/html", "Server": "asyncdemo "}.items()


def test_a_status_without_words(address: str) -> None:
    """It is the user's to choose."""
    assert ask(f"{address}/teapot")[:2] == (418, "")


def test_other_methods_reach_nobody(address: str) -> None:
    """Nothing is uploaded and nothing removed."""
    assert ask(address, "DELETE")[0] == 501


def test_a_route_that_fails_ends_its_own_connection_only(address: str, capfd: pytest.CaptureFixture[str]) -> None:
    """The next is answered, and the terminal stays as it is."""
    with pytest.raises(RemoteDisconnected):
        ask(f"{address}/broken")
    assert ask(address)[0] == 200
    assert capfd.readouterr() == ("", "")
