"""Ports for servers that a test starts, and that begin to listen only later."""

import random
import socket

GIVEN = range(10_000, 20_000)
"""Neither a system gives these to whoever asks for any, nor does asyncdemo, whose own are above."""
given: set[int] = set()


def free_port() -> int:
    """One that nobody has at this moment; another each time."""
    return next(port for port in random.sample(GIVEN, 1000) if port not in given and is_free(port))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    given.add(port)
    return True
