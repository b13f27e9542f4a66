"""The receiving end, inside the command."""

import hmac
import secrets
import socketserver
import threading
import time
from collections.abc import Callable

from .emit import Address
from .events import Event
from .wire import decode


class Collector:
    """Receives the events of all processes over loopback TCP and hands each to `on_event`, in the threads that read.

    A connection begins with the run's token: nobody else on the machine can add to the stream.
    """

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        token = secrets.token_hex(16)

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                if not hmac.compare_digest(self.rfile.readline(100).strip(), token.encode()):
                    return
                for line in self.rfile:
                    if line.endswith(b"\n"):  # a killed process may leave half a line
                        on_event(decode(line))

        self._server = Server(("127.0.0.1", 0), Handler)
        self.address = Address("127.0.0.1", self._server.server_address[1], token, time.monotonic())
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True, name="collector").start()

    def now(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.address.began

    def close(self) -> None:
        """Take no more events."""
        self._server.shutdown()
        self._server.server_close()


class Server(socketserver.ThreadingTCPServer):
    """A thread for each process of the group."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that breaks or sends nonsense is dropped; its process's output tells the rest."""
