"""The remote: a page with two big buttons, and a third where a demo can run, for the phone in the speaker's hand.

While a demo runs that has the one key of the lesson, it has a button too.

Served by threads of the presenter, on loopback unless another address is asked for. Its path is a token that only the
notes terminal shows; any other path is refused. It sends commands and nothing else: no file can be asked for.
"""

import hmac
import json
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from importlib.resources import files
from urllib.parse import urlsplit

from ...base.addresses import LOOPBACK, is_wildcard, page_url
from ...base.errors import StartError
from ...running import ports
from ...web.server import Answer, Request, WebServer, family_of
from .talk_progress import TalkProgress

PAGE = "remote.html"
BUTTONS = ("forward", "back", "demo", "key")
ELSEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
"""What would be reached over the network that a phone is in."""


@dataclass(frozen=True)
class RemoteOptions:
    """Where the remote is to listen."""

    host: str = LOOPBACK
    port: int = 0
    """0: any free one."""


NO_TOKEN = b"This address is not the whole of it: open the one that asyncdemo talk --notes shows, to its last letter.\n"


class Remote:
    """Serves the page. `press` gets a button, `progress` says where the talk is: both from the server's threads.

    With the address of one that was there `before` a crash, at that address if it can be had.
    """

    def __init__(
        self,
        wanted: RemoteOptions,
        press: Callable[[str], None],
        progress: Callable[[], TalkProgress],
        before: str = "",
    ) -> None:
        port, token = as_before(wanted, before) or (ports.claim(wanted.host, wanted.port), secrets.token_urlsafe(12))
        self.address = f"{page_url(reachable(wanted.host), port)}{token}"
        self._token, self._press, self._progress = token, press, progress
        self._server = WebServer(wanted.host, port, self._answer)

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.close()

    def _answer(self, request: Request) -> Answer:
        """What stands behind the token; nothing for another token."""
        token, _, what = request.path.removeprefix("/").partition("/")
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            return Answer(HTTPStatus.FORBIDDEN, NO_TOKEN)
        if (request.method, what) == ("GET", ""):
            return Answer(body=files(__package__).joinpath(PAGE).read_bytes(), kind="text/html; charset=utf-8")
        if (request.method, what) == ("GET", "progress"):
            return self._told()
        if request.method == "POST" and what in BUTTONS:
            return self._pressed(what)
        return Answer(HTTPStatus.NOT_FOUND)

    def _pressed(self, button: str) -> Answer:
        """Where the talk is, after a button."""
        try:
            self._press(button)
        except Exception:  # the talk is ending: there is nobody who could hear it
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE)
        return self._told()

    def _told(self) -> Answer:
        told = {name: value for name, value in asdict(self._progress()).items() if name not in ("address", "pid")}
        told["now"] = time.time()  # a phone's clock is another
        return Answer(body=json.dumps(told).encode(), kind="application/json")


def as_before(wanted: RemoteOptions, address: str) -> tuple[int, str] | None:
    """Port and token of a remote that a crash has ended: the phone finds this one. None if they cannot be had."""
    known = urlsplit(address)
    if known.port is None or wanted.port not in (0, known.port):
        return None
    try:
        return ports.claim(wanted.host, known.port), known.path.strip("/")
    except StartError:
        return None


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
