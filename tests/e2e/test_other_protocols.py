"""`asyncdemo hammer` at a port where no web server is: what is there, what to type instead, and at once."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from asyncdemo.cli.talk import understood
from asyncdemo.deck.deck import Demo
from asyncdemo.features.hammer import HammerOptions
from asyncdemo.features.other_protocols import look_at, name_of
from asyncdemo.load.target import parse_target
from asyncdemo.running import redis
from asyncdemo.talk.demos.hammer_show import HammerShow
from tests.e2e.command import ASYNCDEMO, Command, asyncdemo, listens
from tests.e2e.screen import OnScreen
from tests.e2e.web import OK, Web, saying
from tests.ports import free_port
from tests.tools import needs
from tests.waiting import DEADLINE_S, until

LONG = ("--rate", "20", "--duration", "10m")
"""A load that would go on, if nobody said anything."""
INSTEAD = "Type the URL of a web server, like http://localhost:8000/"
Serve = Callable[[socket.socket], None]


@contextmanager
def serving(serve: Serve) -> Iterator[str]:
    """The URL of a server that does so with every connection."""

    def each(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            serve(connection)

    def accept() -> None:
        with suppress(OSError):  # it is closed
            while True:
                threading.Thread(target=each, args=(server.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        server.shutdown(socket.SHUT_RDWR)


def greeting(words: bytes) -> Serve:
    """It speaks first, and listens until its visitor leaves."""

    def serve(connection: socket.socket) -> None:
        connection.sendall(words)
        while connection.recv(1000):
            pass

    return serve


def answering(words: bytes) -> Serve:
    """It waits for a question, and leaves when it has answered."""

    def serve(connection: socket.socket) -> None:
        if connection.recv(1000):
            connection.sendall(words)

    return serve


def tls(context: ssl.SSLContext, to_others: bytes = b"") -> Serve:
    """An https server, and what it says to whoever comes without TLS."""

    def serve(connection: socket.socket) -> None:
        if to_others and connection.recv(1, socket.MSG_PEEK) == b"G":
            connection.recv(1000)
            connection.sendall(to_others)
        else:
            with context.wrap_socket(connection, server_side=True) as secure:
                secure.recv(1000)

    return serve


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """With a certificate that nobody trusts."""
    needs("openssl")
    key, certificate = (tmp_path_factory.mktemp("tls") / name for name in ("key.pem", "certificate.pem"))
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=DEADLINE_S)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


SPEAKS_FIRST = {
    "SSH": b"SSH-2.0-OpenSSH_9.6p1 Ubuntu-3ubuntu13\r\n",
    "SMTP, as mail does": b"220 mail.example ESMTP Postfix\r\n",
    "FTP": b"220 (vsFTPd 3.0.5)\r\n",
    "IMAP, as mail does": b"* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n",
    "POP3, as mail does": b"+OK Dovecot ready.\r\n",
    "VNC": b"RFB 003.008\n",
    "MySQL": b"J\0\0\0\n8.0.36\0\x08\0\0\0",
    "HTTP/2 alone": b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64",
    "another protocol": b"Who are you?\r\n",
}
ASKED = {
    "AMQP, as RabbitMQ does": b"AMQP\0\0\x09\x01",
    "memcached": b"ERROR\r\n",
    "Redis": b"-NOAUTH Authentication required.\r\n",
}


@pytest.mark.parametrize("name", SPEAKS_FIRST)
def test_who_speaks_first_is_told_at_once(name: str) -> None:
    """A load of minutes ends in a moment, with exit code 1 and what to type instead."""
    with serving(greeting(SPEAKS_FIRST[name])) as url, Command(str(ASYNCDEMO), "hammer", url, *LONG) as load:
        assert load.ends() == 1
        said = load.line(r"^asyncdemo: 127\.0\.0\.1:\d+ speaks (.*), not HTTP/1.1: it says '.*'\. (.*)$")
        assert (said[1], said[2]) == (name, INSTEAD)
        assert "Traceback" not in load.text


@pytest.mark.parametrize("name", ASKED)
def test_who_answers_is_known_by_that(name: str) -> None:
    """To what it makes of a question that is not HTTP."""
    with serving(answering(ASKED[name])) as url:
        assert f" speaks {name}, not HTTP/1.1: it says " in look_at(parse_target(url))


def test_a_postgresql() -> None:
    """It says a single letter, if it is asked in its own way."""

    def serve(connection: socket.socket) -> None:
        if connection.recv(1000) == b"\0\0\0\x08\x04\xd2\x16\x2f":
            connection.sendall(b"N")

    with serving(serve) as url:
        assert " speaks PostgreSQL, not HTTP/1.1: it says 'N'" in look_at(parse_target(url))


def test_a_redis(tmp_path: Path) -> None:
    """A real one: it closes, without a word, on whoever says `Host:`."""
    port = free_port()
    with Command("sh", "-c", redis.public_command(redis.find_server(), port, tmp_path)):
        until(lambda: listens(port), "Redis")
        done = asyncdemo("hammer", f"http://127.0.0.1:{port}/", *LONG)
    assert done.returncode == 1
    assert f"asyncdemo: 127.0.0.1:{port} speaks Redis, not HTTP/1.1: it says '+PONG'. {INSTEAD}" in done.stderr


BAD = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("to_others", [b"", BAD], ids=["closes", "400"])
def test_a_tls_port(certified: ssl.SSLContext, to_others: bytes) -> None:
    """Whether it closes on whoever speaks plainly, or says 400 as nginx does."""
    with serving(tls(certified, to_others)) as url:
        done = asyncdemo("hammer", url, *LONG)
    assert done.returncode == 1
    assert f" speaks TLS, as https does; a load is sent over plain HTTP. {INSTEAD}\n" in done.stderr


def test_a_tls_port_that_refuses_the_handshake() -> None:
    """An alert is TLS, too."""
    with serving(tls(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))) as url:
        assert " speaks TLS" in look_at(parse_target(url))


@pytest.mark.parametrize("answer", [OK, BAD, b"HTTP/1.0 500 No\r\n\r\n"])
def test_a_web_server_is_none_of_them(answer: bytes) -> None:
    """Whatever it answers."""
    with Web(saying(answer)) as web:
        assert look_at(parse_target(web.url)) == ""


def test_a_short_load_hears_of_it_too() -> None:
    """Its only request has ended long before the look has."""
    with serving(greeting(SPEAKS_FIRST["SSH"])) as url:
        done = asyncdemo("hammer", url, "--rate", "10", "--duration", "100ms")
    assert done.returncode == 1
    assert "speaks SSH" in done.stderr


@pytest.mark.parametrize(
    ("serve", "said"),
    [
        (answering(b"Who are you?\r\n"), "no HTTP from 127.0.0.1:%s: it says 'Who are you?'"),
        (answering(b"\x1b[2J\0\r\n"), "no HTTP from 127.0.0.1:%s: it says '\N{REPLACEMENT CHARACTER}[2J"),
        (lambda connection: None, "connection closed by 127.0.0.1:%s without a response"),
    ],
    ids=["says something", "says something for a terminal", "closes at once"],
)
def test_a_riddle(serve: Serve, said: str) -> None:
    """It may be a web server that is being written: the load goes on, and says what it sees."""
    with serving(serve) as url:
        done = asyncdemo("hammer", url, "--rate", "10", "--duration", "1s")
    port = url.split(":")[2].strip("/")
    assert done.returncode == 1
    assert done.stdout.count(said % port) == 2
    assert done.stdout.count("; type the URL of a web server, if that is none") == 2
    assert "\x1b" not in done.stdout
    assert "10 to send, 10 sent: 10 x " in done.stdout


def test_on_screen() -> None:
    """The panels go, and the sentence stays."""
    with serving(greeting(SPEAKS_FIRST["SSH"])) as url, OnScreen(str(ASYNCDEMO), "hammer", url, *LONG) as load:
        assert load.ends() == 1
        load.shows("speaks SSH, not HTTP/1.1", "http://localhost:8000/")


def test_in_a_slide() -> None:
    """The demo is over, and says why; its recording plays, if it has one."""
    with serving(greeting(SPEAKS_FIRST["SSH"])) as url:
        asked = understood(Demo(("asyncdemo", "hammer", url, *LONG), 1), allow_exec=False)
        assert isinstance(asked, HammerOptions)
        show = HammerShow(asked)
        show.begin([])
        until(lambda: show.over, "its end")
    assert "speaks SSH, not HTTP/1.1" in show.problem


@pytest.mark.parametrize("beginning", [b"HTTP/1.1 200 OK\r\n", b"", b"220", b"<html>"])
def test_a_beginning_without_a_name(beginning: bytes) -> None:
    """Nothing is guessed."""
    assert name_of(beginning) == ""
