"""The first answer of a server that nobody here knows: whatever it says, it is ready when it says something in HTTP.

Asked for is a page that no project has: what its pages do, they do when somebody has come.
"""

import http.client
import threading
from contextlib import closing

from ...base.addresses import visited
from ...events.events import NO_PAGE

TRY_AGAIN_S = 0.2
"""After a connection that was closed without an answer."""


class FirstAnswer:
    """Asked for in a thread of its own: a server may take its time."""

    def __init__(self, host: str, port: int) -> None:
        self.came = False
        """Whether there was one."""
        self._given_up = threading.Event()
        self._address = visited(host), port
        threading.Thread(target=self._ask, daemon=True, name="first answer").start()

    def give_up(self) -> None:
        """Nobody waits for it any more. Can be called twice, and after it came."""
        self._given_up.set()

    def _ask(self) -> None:
        while not self.came:
            try:
                with closing(http.client.HTTPConnection(*self._address)) as connection:
                    connection.request("GET", NO_PAGE, headers={"Host": f"localhost:{self._address[1]}"})
                    connection.getresponse().read()
                self.came = True
            except OSError:  # closed without an answer, which to http.client is an error of HTTP as well
                if self._given_up.wait(TRY_AGAIN_S):
                    return
            except http.client.HTTPException:
                return  # it is no HTTP: it will not be ready
