"""The remote: a page with two big buttons, and a third where a demo can run, for the phone in the speaker's hand.

Served by a thread of the presenter, on loopback unless another address is asked for. Its path is a token that only the
notes terminal shows; any other path is refused. It sends commands and nothing else: no file can be asked for.
"""

import hmac
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from socketserver import TCPServer
from typing import Any
from urllib.parse import urlsplit

from ...base.addresses import is_wildcard, page_url
from ...base.errors import StartError
from ...running import ports
from .talk_progress import Standing

PAGE = "remote.html"
BUTTONS = ("forward", "back", "demo")
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "connect-src 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""The page needs nothing from elsewhere, and its address, which is the key, goes nowhere."""
MOST_CONNECTIONS = 16
CONNECTION_S = 10.0
"""How long one may take, from its beginning to its end: it is for one request."""
ELSEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
"""What would be reached over the network that a phone is in."""


@dataclass(frozen=True)
class RemoteOptions:
    """Where the remote is to listen."""

    host: str = "127.0.0.1"
    port: int = 0
    """0: any free one."""


class Remote:
    """Serves the page. `press` gets a button, `standing` says where the talk is: both from the server's threads.

    With the address of one that was there `before` a crash, at that address if it can be had.
    """

    def __init__(
        self, wanted: RemoteOptions, press: Callable[[str], None], standing: Callable[[], Standing], before: str = ""
    ) -> None:
        port, token = as_before(wanted, before) or (ports.claim(wanted.host, wanted.port), secrets.token_urlsafe(12))
        self.address = f"{page_url(reachable(wanted.host), port)}{token}"
        handler = type("Bound", (Handler,), {"token": token, "press": press, "standing": standing})
        self._server = Server(wanted.host, port, handler)
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True, name="remote").start()

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()


class Server(ThreadingHTTPServer):
    """Serves a few connections at a time, each for a short time: anybody in the network may open some."""

    def __init__(self, host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> None:
        self.address_family = family_of(host)
        self._open: dict[socket.socket, float] = {}
        """Connections, oldest first, and when they began."""
        super().__init__((host, port), handler)

    def server_bind(self) -> None:
        """Without asking the network for a name of this machine, which may take long."""
        TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        """The oldest has to go where there are too many."""
        for oldest in list(self._open)[: 1 - MOST_CONNECTIONS]:
            self._open.pop(oldest, None)
            cut(oldest)
        self._open[request] = time.monotonic()
        super().process_request(request, client_address)

    def service_actions(self) -> None:
        """Now and then: whoever takes long has to go."""
        for request, began in list(self._open.items()):
            if time.monotonic() - began > CONNECTION_S:
                cut(request)

    def shutdown_request(self, request: Any) -> None:
        """A connection has ended."""
        self._open.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a connection was cut, and the slide is on this terminal."""


class Handler(BaseHTTPRequestHandler):
    """One request."""

    token: str
    press: Callable[[str], None]
    standing: Callable[[], Standing]
    server_version, sys_version = "asyncdemo", ""

    def do_GET(self) -> None:
        """The page, or where the talk is."""
        what = self._asked()
        if what == "":
            page = files(__package__).joinpath(PAGE).read_bytes()
            self._answer(HTTPStatus.OK, page, "text/html; charset=utf-8")
        elif what == "standing":
            self._answer_standing()
        elif what is not None:
            self._answer(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        """A button."""
        what = self._asked()
        if what in BUTTONS:
            try:
                type(self).press(what)
            except Exception:  # the talk is ending: there is nobody who could hear it
                self._answer(HTTPStatus.SERVICE_UNAVAILABLE)
                return
            self._answer_standing()
        elif what is not None:
            self._answer(HTTPStatus.NOT_FOUND)

    def log_message(self, *arguments: Any) -> None:
        """Nothing: the slide is on this terminal."""

    def _asked(self) -> str | None:
        """What is asked for, behind the token; None, and an answer, for another token."""
        token, _, what = self.path.removeprefix("/").partition("/")
        if hmac.compare_digest(token.encode(), self.token.encode()):
            return what
        self._answer(HTTPStatus.FORBIDDEN)
        return None

    def _answer_standing(self) -> None:
        told = {name: value for name, value in asdict(type(self).standing()).items() if name not in ("address", "pid")}
        told["now"] = time.time()  # a phone's clock is another
        self._answer(HTTPStatus.OK, json.dumps(told).encode(), "application/json")

    def _answer(self, status: HTTPStatus, body: bytes = b"", kind: str = "text/plain") -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def as_before(wanted: RemoteOptions, address: str) -> tuple[int, str] | None:
    """Port and token of a remote that a crash has ended: the phone finds this one. None if they cannot be had."""
    known = urlsplit(address)
    if known.port is None or wanted.port not in (0, known.port):
        return None
    try:
        return ports.claim(wanted.host, known.port), known.path.strip("/")
    except StartError:
        return None


def cut(connection: socket.socket) -> None:
    """Whoever reads from it or writes to it finds its end."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it has just ended


def family_of(host: str) -> socket.AddressFamily:
    """IPv4 or IPv6."""
    return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][0]


def reachable(host: str) -> str:
    """What a phone has to type for a host that is listened on. Nothing is sent to find out."""
    if not is_wildcard(host):
        return host
    with socket.socket(family_of(host), socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((ELSEWHERE[probe.family], 9))
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()
