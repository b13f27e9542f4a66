"""How much waits in a pipe."""

import fcntl
import sys
import termios
from typing import IO


def unread_bytes(pipe: int | IO[bytes]) -> int:
    """So many that nobody has read yet."""
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)
