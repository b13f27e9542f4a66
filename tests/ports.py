"""Ports for servers that a test starts, and that begin to listen only later."""

import fcntl
import os
import random
import socket
import tempfile
from functools import cache
from pathlib import Path

GIVEN = range(10_000, 20_000)
"""Neither a system gives these to whoever asks for any, nor does asyncdemo, whose own are above."""
given: set[int] = set()


def free_port() -> int:
    """One that nobody has at this moment; another each time, and no other process of tests is given it meanwhile."""
    return next(port for port in random.sample(GIVEN, 1000) if port not in given and is_ours(port) and is_free(port))


@cache
def table() -> int:
    """A file in which each process of tests locks a byte for each of its ports: until it ends, however it does."""
    path = Path(tempfile.gettempdir()) / f"asyncdemo-tests-{os.getuid()}.ports"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def is_ours(port: int) -> bool:
    """Whether it is now: whoever is given one begins to listen at it seconds later."""
    try:
        fcntl.lockf(table(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    given.add(port)
    return True
