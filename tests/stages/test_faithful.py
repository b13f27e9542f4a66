"""HTTP over a layer is HTTP: a project of the tests' own, served in one process, and by daphne and a worker."""

import hashlib
import http.client
import json
from pathlib import Path

import pytest

from tests.conftest import Valkey
from tests.stages.conftest import HERE, Answer, Server, Start, daphne, runserver, worker
from tests.waiting import DEADLINE_S, until

PROJECT = HERE / "faithful_project"
BODY_LIMIT = 100_000


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where views leave notes, and look for them."""
    return tmp_path_factory.mktemp("notes")


@pytest.fixture(scope="module", params=["in memory", "over Redis"])
def server(request: pytest.FixtureRequest, start_for_all: Start, notes: Path) -> Server:
    """The project, served one way and the other."""
    env = {"NOTES": str(notes), "BODY_LIMIT": str(BODY_LIMIT)}
    if request.param == "in memory":
        return runserver(start_for_all, PROJECT, **env)
    valkey: Valkey = request.getfixturevalue("valkey")
    env |= {"REDIS_URL": valkey.url, "REDIS_PREFIX": "faithful:"}
    server = daphne(start_for_all, PROJECT, "faithful.asgi", **env)
    server.others = [worker(start_for_all, PROJECT, **env)]
    return server


def seen(answer: Answer) -> dict[str, object]:
    assert answer.status == 200, answer.body
    whole: dict[str, object] = json.loads(answer.body)
    return whole


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_methods_and_bodies(server: Server, method: str) -> None:
    """Every method arrives as it is, and every byte of its body."""
    body = bytes(range(256)) * 100
    echo = seen(server.ask("/echo", method, body, Content_Type="application/octet-stream"))
    assert (echo["method"], echo["length"], echo["sha"]) == (method, len(body), hashlib.sha256(body).hexdigest())
    assert echo["content_type"] == "application/octet-stream"


def test_path_and_query(server: Server) -> None:
    """The path is decoded, the query string is not, and repeated names keep their order."""
    echo = seen(server.ask("/echo/%C3%BC%20%2F/x?a=1&b=%26&a=2&a="))
    assert echo["path"] == "/echo/ü //x"
    assert echo["query"] == "a=1&b=%26&a=2&a="
    assert echo["a"] == ["1", "2", ""]


def test_headers_client_and_scheme(server: Server) -> None:
    """Headers, repeated ones too, the client's address and the scheme are what the visitor's connection has."""
    request = b"GET /echo HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Two: one\r\nX-Two: two\r\nCookie: a=1\r\n" % server.port
    answer = server.raw(request + b"Connection: close\r\n\r\n")
    echo = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert (echo["headers"]["X-Two"], echo["headers"]["Cookie"]) == ("one,two", "a=1")
    assert (echo["client"], echo["scheme"], echo["server_port"]) == ("127.0.0.1", "http", str(server.port))


def test_forms_and_files(server: Server) -> None:
    """A form is parsed by Django as ever, with its fields and files."""
    echo = seen(server.ask("/echo", "POST", b"a=1&a=2", Content_Type="application/x-www-form-urlencoded"))
    assert echo["form"] == {"a": ["1", "2"]}
    parts = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\n\r\nthe file\r\n--x--\r\n'
    echo = seen(server.ask("/echo", "POST", parts, Content_Type="multipart/form-data; boundary=x"))
    assert echo["files"] == {"f": "the file"}


def test_cookies_and_repeated_headers(server: Server) -> None:
    """Each cookie is a header of its own; status and latin-1 headers come through."""
    answer = server.ask("/cookies")
    assert (answer.status, answer.body) == (203, b"cookies")
    assert [cookie.split("=")[0] for cookie in answer.values("set-cookie")] == ["one", "two", "three"]
    assert all("SameSite=Lax" in cookie for cookie in answer.values("set-cookie"))
    assert (answer.values("x-latin"), answer.values("vary")) == (["ü"], ["Cookie"])


@pytest.mark.parametrize("status", [200, 301, 304, 404, 418, 503])
def test_status_codes(server: Server, status: int) -> None:
    """The view's status is the visitor's, with its page where there may be one."""
    answer = server.ask(f"/status/{status}")
    assert (answer.status, answer.values("location")) == (status, ["/elsewhere"])
    assert answer.body == (b"" if status == 304 else b"page")


@pytest.mark.parametrize("path", ["/echo", "/stream", "/big", "/cookies"])
def test_head(server: Server, path: str) -> None:
    """HEAD gives no body, and the connection can be used again: nothing of one is left in it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=DEADLINE_S)
    for _ in range(2):
        connection.request("HEAD", path)
        response = connection.getresponse()
        assert (response.status, response.read()) == (203 if path == "/cookies" else 200, b"")
    connection.request("GET", "/async")
    assert connection.getresponse().read() == b"async GET"
    connection.close()


def test_big_and_empty_bodies(server: Server) -> None:
    """3 MiB arrive whole with their length; a file too; a 204 has nothing."""
    answer = server.ask("/big")
    assert answer.values("x-sha") == [hashlib.sha256(answer.body).hexdigest()]
    assert answer.values("content-length") == [str(3 * 2**20)]
    assert server.ask("/big?file").body == (PROJECT / "faithful/views.py").read_bytes()
    answer = server.ask("/empty")
    assert (answer.status, answer.body) == (204, b"")


def test_a_stream(server: Server) -> None:
    """500 parts arrive in order, all of them."""
    assert server.ask("/stream").body == b"".join(b"%06d\n" % number for number in range(500))


def test_views_that_raise(server: Server) -> None:
    """Before the response a 500 page; in the middle of one it ends short; the worker goes on."""
    answer = server.ask("/raise")
    assert (answer.status, b"Server Error" in answer.body) == (500, True)
    assert server.ask("/raise-in-stream").body == b"begun"
    assert server.ask("/nope").status == 404


def test_async_views(server: Server) -> None:
    """A coroutine is answered like any view."""
    assert server.ask("/async", "POST", b"x").body == b"async POST"


def test_a_body_over_the_limit(server: Server) -> None:
    """413 with a page that names the limit, one byte over it; at the limit all is well."""
    answer = server.ask("/echo", "POST", b"x" * (BODY_LIMIT + 1))
    assert (answer.status, b"over the limit of 100,000 bytes" in answer.body) == (413, True)
    assert seen(server.ask("/echo", "POST", b"x" * BODY_LIMIT))["length"] == BODY_LIMIT


def test_many_visitors_each_get_their_own_page(server: Server) -> None:
    """Sixty requests at once, answered by few workers: nobody gets another's answer."""
    pending = [server.begin(f"/echo?a={number}") for number in range(60)]
    assert [seen(visitor.answer())["a"] for visitor in pending] == [[str(number)] for number in range(60)]


def test_a_visitor_who_leaves_a_stream(server: Server, notes: Path, request: pytest.FixtureRequest) -> None:
    """The view is stopped and closed, and its worker serves others."""
    note = f"left-{request.node.callspec.params['server']}".replace(" ", "-")
    visitor = server.begin(f"/endless?note={note}")
    assert visitor.response().read(4) == b"0\n1\n"
    assert not (notes / note).exists()
    visitor.leave()
    until((notes / note).exists, "the end of the stream")
    for _ in range(5):  # more than there are workers
        assert server.ask("/async").status == 200


def test_a_visitor_who_leaves_while_waiting(server: Server, notes: Path, request: pytest.FixtureRequest) -> None:
    """The view runs to its end all the same, as in 2016; nobody else is disturbed, and nothing is printed about it."""
    note = f"held-{request.node.callspec.params['server']}".replace(" ", "-")
    visitor = server.begin(f"/held?note={note}")
    until((notes / f"{note}-begun").exists, "the view")
    visitor.leave()
    (notes / f"{note}-go").touch()
    until((notes / f"{note}-ended").exists, "the view's end")
    assert server.ask("/async").status == 200
    assert "took too long" not in server.process.text


def test_what_was_printed(server: Server) -> None:
    """After all of that: one traceback, of the view that failed in its stream, and no warning."""
    texts = [server.process.text, *(process.text for process in server.others)]
    tracebacks = sum(text.count("Traceback (most recent call last)") for text in texts)
    assert tracebacks == sum(text.count("RuntimeError: in the middle") for text in texts)
    assert not any("Warning" in text for text in texts)
