"""How many files and sockets this process may have open."""

import resource

MOST = 65_536
"""More than there are ports to call one server from."""
STEPS = (MOST, 24_576, 10_240, 4096)
"""What is asked for in turn: some systems say "unlimited" and mean less, macOS 24,576 or 10,240."""


def most_descriptors() -> int:
    """Raises the limit of this process as far as it may, and returns it; `MOST` where there is none."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in STEPS:
        wanted = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        if soft == resource.RLIM_INFINITY or soft >= wanted:
            break
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return wanted
        except (OSError, ValueError):
            continue  # with fewer, then
    return MOST if soft == resource.RLIM_INFINITY else min(soft, MOST)
