"""Every stage, started by hand: the page, its errors, and names that mean harm."""

import unicodedata
from pathlib import Path

import django
import pytest

from tests.conftest import Valkey
from tests.stages.conftest import Server, Start, daphne, runserver, waitress, worker
from tests.waiting import until

STAGES = ["step1", "step2", "step3", "bonus", "bonus with daphne", "today with waitress"]
NO_DELAY = {"ASYNCDEMO_DELAYS": "0"}
HOSTILE = {
    "escape": "\x1b[31mred\x1b]0;title\x07",
    "C1": "\x9b31mred\x9d0;title\x9c",
    "newline": "one\r\ntwo\nHello, forged!",
    "bidi": "\u202egnp.exe\u2066\u200f",
    "long": "x" * 10_000,
    "markup": "[/] [link=http://example.com]x[/link] [bold red]",
    "format": "%s %(asctime)s {0} {x}",
    "not UTF-8": "\udced\udca0",
    "nul": "a\x00b",
}


GREETED = {"long": b"Hello, x", "markup": b"Hello, [/] [link=http://example.com]x[/link] [bold red]!"}
"""How their lines begin."""


@pytest.fixture(scope="module", params=STAGES)
def server(request: pytest.FixtureRequest, start_for_all: Start) -> Server:
    """A stage that serves, with an outside service that takes no time."""
    env = dict(NO_DELAY)
    stage = request.param.split()[0]
    if stage == "bonus":
        valkey: Valkey = request.getfixturevalue("valkey")
        env |= {"REDIS_URL": valkey.url, "REDIS_PREFIX": f"{request.param}:"}
    if stage == "today":
        assert start_for_all(stage, "manage.py", "migrate", "--verbosity", "0", **env).ended() == 0
        server = waitress(start_for_all, stage, **env)
        options = ("--queue-name", "*", "--interval", "0.05", "--no-startup-delay")
        server.others.append(start_for_all(stage, "manage.py", "db_worker", *options, **env))
        return server
    if "daphne" in request.param:
        server = daphne(start_for_all, stage, **env)
        server.others.append(worker(start_for_all, stage, **env))
        return server
    return runserver(start_for_all, stage, **env)


def printed(server: Server) -> bytes:
    return b"".join(process.printed for process in [server.process, *server.others])


def lines(server: Server) -> list[bytes]:
    """Those that have been printed to their end."""
    return [line for line in printed(server).splitlines(keepends=True) if line.endswith(b"\n")]


@pytest.mark.parametrize(
    ("query", "greeting"),
    [
        ("", "Hello, World!"),
        ("?name=Ada", "Hello, Ada!"),
        ("?name=", "Hello, !"),
        ("?name=%3Cscript%3E", "Hello, &lt;script&gt;!"),
        ("?name=Zo%C3%AB", "Hello, Zoë!"),
        ("?other=1", "Hello, World!"),
    ],
)
def test_hello(server: Server, query: str, greeting: str) -> None:
    """The page greets, and what is in the name is text in it."""
    answer = server.ask(f"/{query}")
    assert (answer.status, answer.hello) == (200, greeting)
    assert answer.values("content-type") == ["text/html; charset=utf-8"]
    assert answer.values("content-length") == [str(len(answer.body))]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("POST", "/", 403), ("GET", "/nope", 404), ("GET", "/favicon.ico", 404)]
)
def test_what_there_is_not(server: Server, method: str, path: str, status: int) -> None:
    """A form without a token is forbidden, a path that nobody has is not found, as in 2016."""
    assert server.ask(path, method, b"name=Ada" if method == "POST" else None).status == status


def test_head(server: Server) -> None:
    """HEAD has the headers of GET and no body."""
    head, get = server.ask("/", "HEAD"), server.ask("/")
    assert (head.status, head.body) == (200, b"")
    assert head.values("content-type") == get.values("content-type")


def test_the_notification_is_printed(server: Server) -> None:
    """What the outside service was asked to say appears on the console, once, markup and all."""
    assert server.hello("<printed> [once]").status == 200
    until(lambda: b"Hello, <printed> [once]!" in printed(server), "the notification")
    assert server.hello("the next one").status == 200
    until(lambda: b"Hello, the next one!" in printed(server), "the next notification")
    assert printed(server).count(b"Hello, <printed> [once]!\n") == 1


def assert_harmless(output: bytes) -> None:
    """Nothing that a terminal takes for more than text, and no line that could not have been so long."""
    text = output.decode()  # strict: what is not UTF-8 is not harmless
    bad = {c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert bad == set()
    assert "\nHello, forged!" not in text


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_name(server: Server, kind: str) -> None:
    """The page answers, and no control character of the visitor's reaches the console."""
    answer = server.hello(HOSTILE[kind])
    assert answer.status == 200
    server.hello(f"after {kind}")
    until(lambda: f"Hello, after {kind}!".encode() in printed(server), "the notification behind it")
    if kind in GREETED:  # another slot may be quicker with what is behind it
        until(lambda: any(line.startswith(GREETED[kind]) for line in lines(server)), "its own notification")
    assert_harmless(printed(server))
    assert all(len(line) <= 202 for line in lines(server) if line.startswith(GREETED["long"]))


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /?name=\x1b[31mraw HTTP/1.1",
        b"GET /\x1b[31mraw\xc2\x9b HTTP/1.1",
        b"GET /%1b%5b31m%0aHello,%20forged! HTTP/1.1",
        b"G\x1bT / HTTP/1.1",
    ],
)
def test_a_hostile_request_line(server: Server, request_line: bytes, request: pytest.FixtureRequest) -> None:
    """Bytes that no browser would send are answered or refused, and not passed to the console either."""
    if request.node.callspec.params["server"] == "step1" and b"\x1b" in request_line and django.VERSION < (6,):
        reason = "Django's own runserver logs the request line as it came; that of Django 6 escapes it"
        request.applymarker(pytest.mark.xfail(strict=True, reason=reason))
    processes = [server.process, *server.others]
    before = [len(process.printed) for process in processes]
    server.raw(request_line + b"\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    assert server.hello("after the raw bytes").status == 200
    for process, length in zip(processes, before, strict=True):
        assert_harmless(process.printed[length:])


def test_nothing_has_gone_wrong(server: Server) -> None:
    """After all of that no process has printed a traceback."""
    assert server.ask("/").status == 200
    assert b"Traceback" not in printed(server)
    assert b"Warning" not in printed(server)


def test_migrate(start: Start, tmp_path: Path) -> None:
    """`manage.py migrate` works in every stage, in bonus without a Redis too, and writes where DATABASE says."""
    stages = ["step1", "step2", "step3", "bonus"]
    processes = [start(stage, "manage.py", "migrate", DATABASE=str(tmp_path / stage)) for stage in stages]
    for process in processes:
        assert process.ended() == 0, process.text
        assert "Traceback" not in process.text
        assert "WARNINGS" not in process.text
    assert all((tmp_path / stage).exists() for stage in stages)
