"""What a load is asked for: what can be done, what cannot, and what to type instead."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import typer

from asyncdemo.base.durations import parse_rate
from asyncdemo.base.errors import UsageError
from asyncdemo.cli import app, hammer
from asyncdemo.events.sending import Address
from asyncdemo.load.options import LoadOptions, parse_header, parse_ramp
from asyncdemo.load.process import LoadProcess
from asyncdemo.load.request import questions
from asyncdemo.load.target import Target, parse_target
from asyncdemo.load.visitor import NAMES, VISITORS, ask, say_hello
from tests.waiting import DEADLINE_S

TARGET = Target("localhost", 8000, "/?name=Ada")
POSTED: dict[str, Any] = {"method": "POST", "headers": (("Cookie", "a=b"), ("X", "ä")), "body": "ä\n\0" * 4000}
INF, NAN = float("inf"), float("nan")
RATES = {"1": 1.0, "1/s": 1.0, "0.5": 0.5, ".5": 0.5, "10/s": 10.0, " 2 ": 2.0, "100000": 100000.0}
NO_RATES = ["0", "0/s", "-1", "abc", "inf", "nan", "", "1/m", "1e3", "1,5", "٣", "9" * 400]
RAMPS = {"0..5": (0.0, 5.0), "5..0": (5.0, 0.0), "0.5..2/s": (0.5, 2.0), "1..1": (1.0, 1.0)}
NO_RAMPS = ["0..0", "5", "..", "1..", "..1", "a..b", "-1..5", "0..inf", "0..5..9", ""]
REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({"rate": 0.0}, ["--rate 0", "nothing"]),
    ({"rate": -1.0}, ["--rate -1"]),
    ({"rate": INF}, ["--rate inf"]),
    ({"rate": NAN}, ["--rate nan"]),
    ({"rate": 0.0, "rate_end": 0.0}, ["--ramp 0..0", "0..5"]),
    ({"rate": 0.0, "rate_end": -5.0}, ["--ramp 0..-5"]),
    ({"rate": 10_000.0, "speed": 20.0}, ["--rate 10000", "speed 20", "more than 100000 requests"]),
    ({"duration": 0.0}, ["--duration 0"]),
    ({"duration": INF}, ["--duration inf"]),
    ({"timeout": -1.0}, ["--timeout -1"]),
    ({"arrivals": "odd"}, ["'odd'", "even, poisson"]),
    ({"seed": -1}, ["--seed -1", "0 or more"]),
    ({"closed": -1}, ["--closed -1", "1 to 10000."]),
    ({"closed": 10_001}, ["--closed 10001", "1 to 10000."]),
    ({"closed": 2, "rate_end": 5.0}, ["--closed", "--ramp"]),
    ({"closed": 2, "arrivals": "poisson"}, ["--closed", "--arrivals"]),
    ({"method": "HEAD"}, ["--method 'HEAD'", "GET, POST"]),
    ({"method": "GET / HTTP/1.1\r\nX:"}, ["--method"]),
    ({"headers": (("", "a"),)}, ["--header ': a'", "Cookie: sessionid=abc"]),
    ({"headers": (("A B", "a"),)}, ["--header 'A B: a'"]),
    ({"headers": (("A", "a\r\nB: b"),)}, ["--header"]),
    ({"headers": (("A", "\udcff"),)}, ["--header"]),
    ({"headers": (("content-LENGTH", "5"),)}, ["--header 'content-LENGTH'", "Leave it out"]),
    ({"body": "\udcff"}, ["--body", "UTF-8"]),
    ({"body": "\N{CHECK MARK}" * 5461 + "xx"}, ["--body is longer than 16 KiB."]),
    ({"body": "x" * 16385}, ["--body is longer than 16 KiB."]),
    ({"speed": 0.0}, ["--speed 0", "up to 60"]),
    ({"speed": 61.0}, ["--speed 61", "up to 60"]),
    ({"speed": NAN}, ["--speed nan"]),
]


@pytest.mark.parametrize("text", RATES)
def test_rates(text: str) -> None:
    """Requests a second."""
    assert parse_rate(text) == RATES[text]


@pytest.mark.parametrize("text", NO_RATES)
def test_no_rates(text: str) -> None:
    """The message names the flag, what was typed, and an example."""
    with pytest.raises(UsageError) as refusal:
        parse_rate(text)
    for words in ("--rate", repr(text), "10/s"):
        assert words in str(refusal.value)


@pytest.mark.parametrize("text", RAMPS)
def test_ramps(text: str) -> None:
    """From one rate to another."""
    assert parse_ramp(text) == RAMPS[text]


@pytest.mark.parametrize("text", NO_RAMPS)
def test_no_ramps(text: str) -> None:
    """The message names the flag, what was typed, and an example."""
    with pytest.raises(UsageError) as refusal:
        parse_ramp(text)
    for words in ("--ramp", repr(text), "0..5"):
        assert words in str(refusal.value)


@pytest.mark.parametrize(("values", "words"), REFUSED, ids=[" ".join(values) for values, _ in REFUSED])
def test_refused(values: dict[str, Any], words: list[str]) -> None:
    """The message has the words that lead on."""
    with pytest.raises(UsageError) as refusal:
        LoadOptions(TARGET, **values)
    for word in words:
        assert word in str(refusal.value)


def test_one_clock() -> None:
    """The speed divides durations and multiplies rates."""
    options = LoadOptions(TARGET, rate=1.0, rate_end=5.0, duration=60.0, timeout=150.0, speed=10.0)
    wall = options.wall_rate, options.wall_rate_end, options.wall_duration_s, options.wall_timeout_s
    assert wall == (10.0, 50.0, 6.0, 15.0)


def test_without_a_ramp_the_rate_stays() -> None:
    """It ends with what it began with."""
    assert LoadOptions(TARGET, rate=2.0, speed=3.0).wall_rate_end == 6.0


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"rate": 0.0, "rate_end": 5.0},
        {"closed": 3},
        {"closed": 10_000},
        {"seed": 0},
        {"rate": 50_000.0, "speed": 2.0},
        {"body": "\N{CHECK MARK}" * 5461 + "x"},
        {"arrivals": "poisson", "seed": 7},
        {"names": ("Ada", "Zoë")},
        POSTED,
    ],
)
def test_handed_to_another_process(values: dict[str, Any]) -> None:
    """As one argument, and back; as many and as much as may be, too."""
    options = LoadOptions(TARGET, **values)
    assert LoadOptions.from_json(options.as_json()) == options


def test_a_step_says_what_will_be_sent(tmp_path: Path) -> None:
    """No more than can be, and of a ramp both ends; and the process that sends is told it, after where to tell."""
    heard = tmp_path / "heard"

    def listener(command: list[str], **ends: Any) -> "subprocess.Popen[bytes]":
        with heard.open("ab") as file:
            return subprocess.Popen(["cat"], **ends | {"stdout": file})

    target, address = Target("127.0.0.1", 1, "/"), Address("h", 1, "token", 0.0)
    with LoadProcess(LoadOptions(target, rate=40_000), address, spawn=listener, grace_s=DEADLINE_S) as fast:
        assert fast.step(1) == "80000/s, 2 times what was asked for"
        assert fast.step(1) == "100000/s, 2.5 times what was asked for"
    with LoadProcess(LoadOptions(target, rate=0, rate_end=5), address, spawn=listener, grace_s=DEADLINE_S) as ramp:
        assert ramp.step(-1) == "0 to 2.5/s, 0.5 times what was asked for"
    assert heard.read_text().splitlines() == [str(address), "rate 2.0", "rate 2.5", str(address), "rate 0.5"]


def test_visitors_with_names_ask_in_turn() -> None:
    """In place of any name that the target has; without names, all ask what it says."""
    lines = [question.split(b"\r\n")[0] for question in questions(LoadOptions(TARGET, names=("Zoë", "A B")))]
    assert lines == [b"GET /?name=Zo%C3%AB HTTP/1.1", b"GET /?name=A%20B HTTP/1.1"]
    (other,) = questions(LoadOptions(TARGET, names=("Ada",), parameter="who"))
    assert other.startswith(b"GET /?name=Ada&who=Ada HTTP/1.1")
    (only,) = questions(LoadOptions(TARGET))
    assert only.startswith(b"GET /?name=Ada HTTP/1.1\r\nHost: localhost:8000\r\n")


def test_visitors_of_a_load_are_told_apart() -> None:
    """From each other, and from those that come by hand."""
    assert len(VISITORS) == len(set(VISITORS)) == 520
    assert (VISITORS[51], VISITORS[52], VISITORS[-1]) == ("Zoe", "Aisha 2", "Zoe 10")
    assert not {name.split()[0] for name in VISITORS} & set(NAMES)


def test_a_request_as_it_is_typed() -> None:
    """Its headers take the place of the load's own, and its body is as long as it says."""
    asked = {"method": "POST", "headers": (("host", "a.example"), ("Cookie", "a=ä")), "body": "é"}
    (sent,) = questions(LoadOptions(TARGET, **asked))  # type: ignore[arg-type]
    head, body = sent.split(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    assert first == "POST /?name=Ada HTTP/1.1"
    assert lines == ["User-Agent: asyncdemo", "Accept: */*", "host: a.example", "Cookie: a=ä", "Content-Length: 2"]
    assert body.decode() == "é"
    assert b"Content-Length: 0\r\n\r\n" in questions(LoadOptions(TARGET, method="PUT"))[0]
    assert b"Content-Length" not in questions(LoadOptions(TARGET, method="DELETE"))[0]


def test_a_header_as_it_is_typed() -> None:
    """Blanks around its value are none of it, colons in it are."""
    assert parse_header("X-Time:  10:30 ") == ("X-Time", "10:30")
    with pytest.raises(UsageError, match="no colon"):
        parse_header("Cookie")


class Page(BaseHTTPRequestHandler):
    """Answers with the status that its path says; 0: with something else."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status = int(self.path.strip("/").partition("?")[0] or 200)
        if not status:
            self.wfile.write(b"SSH-2.0\r\n")
            return
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name for it
        """Nobody reads it."""


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where it is, on a machine whose network has a proxy."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    Page.asked = []
    with HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_visitor_of_our_own_hears_whether_there_is_an_answer(page: str) -> None:
    """Whatever it says, if it is one; where nobody listens, or something else does, there is none."""
    assert [ask(f"{page}{status}") for status in (200, 404, 500, 0)] == [True, True, True, False]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not ask(f"http://127.0.0.1:{silent.getsockname()[1]}/", 0.05)
    assert not ask("http://127.0.0.1:1/")


def test_a_visitor_of_our_own_reads_to_the_end() -> None:
    """However long the page is: one that left before would be an error to the server."""
    received: list[bool] = []

    def serve(server: socket.socket) -> None:
        visitor, _ = server.accept()
        with visitor:
            visitor.recv(4096)
            try:
                visitor.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + bytes(2**26))
            except OSError:
                return
        received.append(True)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        assert ask(f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread.join()
    assert received == [True]


def test_a_visitor_of_our_own_says_who_it_is(page: str) -> None:
    """By the parameter that the page has, if it has one."""
    say_hello(page, "Zo\u00eb & Ada/2")
    say_hello(page, "Ada", "my name")
    say_hello(page, "Ada", "")
    assert Page.asked == ["/?name=Zo%C3%AB%20%26%20Ada/2", "/?my%20name=Ada", "/"]


def test_a_load_of_which_nothing_is_said_is_that_of_the_command() -> None:
    """What `hammer --help` says of it: a visitor of a run, or of a comparison, waits as long for his answer."""
    url = "http://localhost:8000/"
    group: Any = typer.main.get_command(app)
    typed = hammer.options_from(group.get_command(None, "hammer").make_context("hammer", [url]))
    assert typed.load == LoadOptions(parse_target(url))
