"""A server in threads of this process, with limits: anybody in the network may open connections to it.

Python's own. daphne is an ASGI server and there anyway, but it runs once in a process, in the main thread, and has no
such limits.
"""

import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "connect-src 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""A page needs nothing from elsewhere, and its address, which may be the key, goes nowhere."""
MOST_CONNECTIONS = 16
CONNECTION_S = 10.0
"""How long one may take, from its beginning to its end: it is for one request."""
LOOK_S = 0.1
"""How often the server looks whether one has taken longer, and whether it is to end."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    """What is asked for."""

    method: str
    """GET or POST; the server refuses all others."""
    path: str
    """As it came, with its slash, and with the query if there is one."""


@dataclass(frozen=True)
class Answer:
    """What is sent back, with `HEADERS`."""

    status: HTTPStatus = HTTPStatus.OK
    body: bytes = b""
    kind: str = "text/plain"
    """The body's Content-Type."""


Routes = Callable[[Request], Answer]
"""The answer to any request. Called in the threads of the server, several at a time."""


class WebServer:
    """Serves on a port from when it is made until it is closed. Raises OSError for a port that cannot be had."""

    def __init__(self, host: str, port: int, routes: Routes) -> None:
        handler = type("Bound", (Handler,), {"routes": staticmethod(routes)})
        self._server = Server(host, port, handler)
        threading.Thread(target=self._server.serve_forever, args=(LOOK_S,), daemon=True, name="web").start()

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()


class Server(ThreadingHTTPServer):
    """Serves a few connections at a time, each for a short time."""

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
        """Mostly a connection that was cut. Not on the terminal, which shows something else."""
        logger.debug("No answer for %s", client_address, exc_info=True)


class Handler(BaseHTTPRequestHandler):
    """Answers one request as its route says."""

    routes: Routes
    server_version, sys_version = "asyncdemo", ""

    def do_GET(self) -> None:
        """A page, or what one asks for."""
        self._answer()

    def do_POST(self) -> None:
        """A button that was pressed."""
        self._answer()

    def log_message(self, *arguments: Any) -> None:
        """Nothing: the terminal shows something else."""

    def _answer(self) -> None:
        answer = self.routes(Request(self.command, self.path))
        self.send_response(answer.status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)


def cut(connection: socket.socket) -> None:
    """Whoever reads from it or writes to it finds its end."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it has just ended


def family_of(host: str) -> socket.AddressFamily:
    """IPv4 or IPv6."""
    return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][0]
