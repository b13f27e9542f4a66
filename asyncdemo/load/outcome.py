"""How a request can end other than by an answer, whose status is its outcome: `200`, `503`."""

import errno
import os
import socket

from ..base.text import printable
from ..events.events import NO_SOCKET as NO_SOCKET
from ..events.events import NOT_SENT as NOT_SENT
from ..events.events import REFUSED as REFUSED
from ..events.events import TIMED_OUT as TIMED_OUT
from ..events.events import UNREACHABLE as UNREACHABLE

CUT_OFF = "cut off"
"""The connection was closed in the middle of a response."""
CLOSED_UNANSWERED = "closed unanswered"
"""It was closed without a byte of a response. The server may have seen the request, and worked on it."""
NO_HTTP = "no HTTP"
"""What came is no response."""
TOO_LONG = "too long"

NO_WEB_SERVER = {NO_HTTP, CLOSED_UNANSWERED}
"""Where nobody has ever ended otherwise, there may be none."""

NO_WORD = {TIMED_OUT, NOT_SENT}
"""Nobody has said no to whoever ended so: a server that is slow may be one that answers."""

CLOSED_WHILE_IDLE = "closed while idle"
"""Why a request was sent on another connection: the end of its own could be read before the first byte was written."""
NOT_IDLE = "data nobody asked for"
"""As above; what could be read was more than its end."""

EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL}
"""No descriptor, no memory, no port of our own to call from."""
BROKEN = {errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE}
TOO_SLOW = "this machine could not send a request within its time limit"
NO_SOCKET_LEFT = "this machine has no socket left for another visitor"


def of_error(error: OSError, where: str) -> tuple[str, str]:
    """(outcome, in words) of a connection to `where` that could not be made."""
    if error.errno == errno.ECONNREFUSED:
        return REFUSED, f"connection refused by {where}"
    if error.errno in EXHAUSTED:
        return NO_SOCKET, NO_SOCKET_LEFT
    if error.errno in BROKEN:
        return CLOSED_UNANSWERED, f"connection closed by {where} without a response"
    return UNREACHABLE, f"{where} cannot be reached: {reason(error).lower()}"


def reason(error: OSError) -> str:
    """What the system says, not what a library makes of it."""
    if isinstance(error, socket.gaierror):  # whose numbers are of its own
        return str(error.strerror)
    return os.strerror(error.errno) if error.errno else str(error)


def quoted(said: bytes) -> str:
    """The first line of what a server has said, to be shown."""
    first, *_ = said.splitlines() or [b""]
    return f"'{printable(first.decode('utf-8', 'replace'), 60)}'"
