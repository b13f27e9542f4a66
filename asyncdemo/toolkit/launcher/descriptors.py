"""How many sockets this process may have."""

import resource

MOST = 65_536
"""More than there are ports to call one server from. On macOS "unlimited" cannot be set."""
OTHERS = 64
"""Descriptors that are no connections of the load: those of Python and the event loop, with room."""


def most_connections() -> int:
    """Raises the limit of this process as far as it may: how many connections there can be at a time."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        except (OSError, ValueError):
            pass  # with fewer connections, then
    most = wanted if soft == resource.RLIM_INFINITY else min(soft, MOST)
    return max(1, most - OTHERS)
