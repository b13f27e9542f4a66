"""A page that nothing keeps waiting, in a process of its own: if it is slow, the machine is.

It is computed, as pages are. What needs the processor for a moment only gets it at once, however many want it: a load
leaves in time and a greeting alone comes at once on a machine where every worker has fallen behind.

`python -m asyncdemo.measuring.reference` serves it until its standard input ends, and prints its port first.
"""

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ..base.addresses import LOOPBACK
from ..base.installation import ROOT, environment_of_ours
from ..load.visitor import ask

MODULE = "asyncdemo.measuring.reference"
LIMIT_S = 10.0
"""How long one who asks for it waits."""
GRACE_S = 2.0
HELLO = b"Hello World"
WORK = 200_000
"""Steps of a sum: 12 to 17 ms of one processor's time, twice what Django takes for a page. A scheduler lets what has
slept go first for about 3 ms, and shares after that."""


class ReferencePage:
    """Served from when it is entered to when it is left."""

    def __enter__(self) -> "ReferencePage":
        """Raises OSError where no process can be started."""
        self._server = subprocess.Popen(
            [sys.executable, "-m", MODULE],
            cwd=ROOT,
            env=environment_of_ours(),
            start_new_session=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._port = 0
        return self

    def __exit__(self, *exception: object) -> None:
        with self._server as server:
            with suppress(subprocess.TimeoutExpired):
                server.communicate(timeout=GRACE_S)
            server.kill()

    def seconds(self) -> float | None:
        """How long it takes now, from the connection to the whole answer, or until that is given up; None if there is
        no such page."""
        if not self._port and self._server.stdout is not None:
            self._port = int(self._server.stdout.readline() or 0)
        began = time.monotonic()
        answered = self._port > 0 and ask(f"http://{LOOPBACK}:{self._port}/", LIMIT_S)
        took = time.monotonic() - began
        return took if answered or took >= LIMIT_S else None


class Page(BaseHTTPRequestHandler):
    """Greets as soon as it is computed."""

    def do_GET(self) -> None:
        compute(WORK)
        self.send_response(200)
        self.send_header("Content-Length", str(len(HELLO)))
        self.end_headers()
        self.wfile.write(HELLO)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name for it
        """Nobody reads it."""


def compute(steps: int) -> int:
    """The sum of so many squares, for the time that it takes."""
    return sum(step * step for step in range(steps))


def main() -> None:
    server = ThreadingHTTPServer((LOOPBACK, 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.write(sys.stdout.fileno(), b"%d\n" % server.server_port)
    while os.read(0, 4096):
        pass


if __name__ == "__main__":
    main()
