"""Whether a port can be had, who else has it, and who answers there."""

import errno
import os
import random
import socket
import threading
import time
from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from ..base.addresses import LOOPBACK, LOOPBACK_6, is_address, is_loopback, is_wildcard, overlap, visited
from ..base.errors import StartError, UsageError
from . import other_runs
from .run_folder import RUNS_HERE, STARTS_HERE

if TYPE_CHECKING:
    import psutil

GIVEN: "deque[int]" = deque(maxlen=256)
"""Free ports that were given to runs of this process: whoever serves there may not have begun to listen."""
KEPT: "deque[int]" = deque()
"""Sockets, by their numbers, that keep other processes of ours from the last of them until this one ends."""
MOST_KEPT = 32
GIVING = threading.Lock()
FREE = range(20000, 32768)
"""Ports that systems give to nobody by themselves: theirs begin at 32768 (Linux), or 49152 (RFC 6335)."""
TRIES = 100


def check_port(port: int) -> None:
    """Raises UsageError for a number that is no port."""
    if not 0 <= port <= 65535:
        raise UsageError(f"--port {port}: type a number from 1 to 65535, or 0 for any free port.")


def address_of(host: str) -> str:
    """The address that a name stands for; of several, one of IPv4, where servers listen. Raises StartError."""
    if is_address(host):
        return host
    try:
        found = [str(address[0]) for *_, address in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    except (socket.gaierror, UnicodeError):  # the latter for a name that no host can have
        raise StartError(
            f"--host {host!r} is no address of this machine. Try --host 127.0.0.1, or 0.0.0.0 for all of them."
        ) from None
    return next((address for address in found if ":" not in address), found[0])


def claim(host: str, port: int) -> int:
    """The port to use: `port` itself, or a free one for 0. Raises StartError when it cannot be had, or is another's
    under another name of this machine."""
    claimed = port or free_port(host)
    if port:
        bound(host, port).close()
    for name in other_names(host) if port else ():
        if answers(name, port):
            raise StartError(in_use(name, port))
    return claimed


def free_port(host: str) -> int:
    """One that nobody has, and that was given to nobody else here a moment ago: whoever serves there listens a moment
    later, so it is none that the system gives meanwhile to a program that connects somewhere. Raises StartError."""
    with GIVING:
        free = filter(partial(is_free, host), random.sample(FREE, TRIES))
        found = next(filter(keep, free), 0)
        if not found:
            with bound(host, 0) as probe:
                found = int(probe.getsockname()[1])
        GIVEN.append(found)
        return found


def is_free(host: str, port: int) -> bool:
    """Whether it can be had, as far as can be seen."""
    try:
        bound(host, port).close()
    except StartError:
        return False
    return port not in GIVEN


def keep(port: int) -> bool:
    """Keep other processes of asyncdemo from a port for a while, where that can be done; False where one has it.

    A name in Linux's abstract namespace (unix(7)) is gone with its process, and seen where the port is, in its network.
    """
    try:
        name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    except OSError:
        return True
    try:
        name.bind(f"\0asyncdemo-port-{port}")
    except OSError as error:
        name.close()
        return error.errno != errno.EADDRINUSE
    KEPT.append(name.detach())
    if len(KEPT) > MOST_KEPT:
        os.close(KEPT.popleft())
    return True


def other_names(host: str) -> list[str]:
    """The other loopback addresses of a host that is one: visitors of `localhost` come to any of them."""
    address = address_of(host)
    here = is_wildcard(address) or is_loopback(address)
    return [name for name in (LOOPBACK, LOOPBACK_6) if here and name != address]


def bound(host: str, port: int) -> socket.socket:
    """A socket that has an address and does not listen yet. Raises StartError when it cannot be had."""
    address = address_of(host)
    try:
        if is_wildcard(address) and ":" in address:  # where IPv6 is switched off, it can be had, and nobody comes
            _bound(LOOPBACK_6, 0).close()
        return _bound(address, port)
    except OSError as error:
        raise StartError(_refusal(host, port, error)) from None


def _bound(address: str, port: int) -> socket.socket:
    """A socket at one address of this machine, which does not listen yet. Raises OSError."""
    one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((address, port))
    except OSError:
        one.close()
        raise
    return one


def _refusal(host: str, port: int, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"Port {port} needs root. Try --port 8000."
    if error.errno == errno.EADDRINUSE:
        return in_use(host, port)
    address = address_of(host)
    ours = is_wildcard(address) or is_loopback(address)
    if ":" in address and (ours or error.errno == errno.EAFNOSUPPORT):
        instead = "0.0.0.0" if is_wildcard(address) else LOOPBACK  # noqa: S104  # as it was asked for
        return f"--host {host!r} cannot be listened on: this machine has no IPv6. Try --host {instead}."
    return f"--host {host!r} cannot be listened on: {error.strerror}. Try --host 127.0.0.1."


def in_use(host: str, port: int) -> str:
    """By whom, and what to type instead."""
    other = port + 1 if port < 65535 else 8000
    place = f"Port {port} on {host} is in use by"
    address, instead = address_of(host), f"or try --port {other}, or 0 for any free one."
    if ours := other_runs.at(address, port, STARTS_HERE, RUNS_HERE):
        run = f"your own run of {ours.run.stage.name}, {ours.does} since {clock(ours.since)} as process {ours.pid}"
        return f"{place} {run}. End it with q in its terminal, {instead}"
    if overlap(LOOPBACK, address) and (redis := other_runs.redis_at(port)):
        served = f"your own asyncdemo redis, up since {clock(redis.since)} as process {redis.pid}"
        beside = f"wait beside it with asyncdemo redis --port {port} --reuse"
        return f"{place} {served}. End it with Ctrl-C in its terminal, {beside}, {instead}"
    if talk := next((pid for pid in other_runs.remotes_at(port) if has(pid, address, port)), None):
        return f"{place} the remote of your own talk, process {talk}. End that with q in its terminal, {instead}"
    return f"{place} another program. Stop it, or try --port {other}."


def clock(since: float) -> str:
    """The time of the day, of seconds since 1970."""
    return time.strftime("%H:%M", time.localtime(since))


def answers(host: str, port: int) -> bool:
    """Whether a server listens there now."""
    try:
        with socket.create_connection((visited(host), port), timeout=0.5):
            return True
    except OSError:
        return False


def has(pid: int, host: str, port: int) -> bool:
    """Whether a process of ours listens where whoever comes to this address finds it."""
    import psutil

    try:
        sockets = psutil.Process(pid).net_connections("tcp")
    except (psutil.Error, OverflowError):
        return False
    listening = (each.laddr for each in sockets if each.status == psutil.CONN_LISTEN)
    return any(at.port == port and overlap(at.ip, host) for at in listening)


def serves(pid: int, port: int) -> bool:
    """Whether it is this process that listens on a port, or one that it has started; so too where nobody can tell."""
    import psutil

    try:
        process = psutil.Process(pid)
        return listens(process, port) or any(listens(one, port) for one in process.children(recursive=True))
    except psutil.NoSuchProcess:
        return False


def listens(process: "psutil.Process", port: int) -> bool:
    """Whether a process has a socket there that lets visitors in."""
    import psutil

    try:
        sockets = process.net_connections("tcp")
    except psutil.AccessDenied:
        return True
    return any(each.status == psutil.CONN_LISTEN and each.laddr.port == port for each in sockets)
