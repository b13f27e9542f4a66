"""Whether a port can be had, and whether somebody answers there."""

import errno
import socket

from ..base.addresses import visited
from ..base.errors import StartError, UsageError


def check_port(port: int) -> None:
    """Raises UsageError for a number that is no port."""
    if not 0 <= port <= 65535:
        raise UsageError(f"--port {port}: type a number from 1 to 65535, or 0 for any free port.")


def claim(host: str, port: int) -> int:
    """The port to use: `port` itself, or a free one for 0. Raises StartError when it cannot be had."""
    with bound(host, port) as probe:
        return int(probe.getsockname()[1])


def bound(host: str, port: int) -> socket.socket:
    """A socket that has an address and does not listen yet. Raises StartError when it cannot be had."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError):  # the latter for a name that no host can have
        raise StartError(
            f"--host {host!r} is no address of this machine. Try --host 127.0.0.1, or 0.0.0.0 for all of them."
        ) from None
    one = socket.socket(family, socket.SOCK_STREAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        one.bind(address)
    except OSError as error:
        one.close()
        raise StartError(_refusal(host, port, error)) from None
    return one


def _refusal(host: str, port: int, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"Port {port} needs root. Try --port 8000."
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else 8000
        return f"Port {port} on {host} is in use by another program. Stop it, or try --port {other}."
    return f"--host {host!r} cannot be listened on: {error.strerror}. Try --host 127.0.0.1."


def answers(host: str, port: int) -> bool:
    """Whether a server listens there now."""
    try:
        with socket.create_connection((visited(host), port), timeout=0.5):
            return True
    except OSError:
        return False
