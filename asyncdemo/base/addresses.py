"""Addresses: to listen on, to visit, to show; with brackets where a port or a URL is about to follow."""

from ipaddress import ip_address

LOOPBACK = "127.0.0.1"
LOOPBACK_6 = "::1"
LOCAL = frozenset({"localhost", LOOPBACK, LOOPBACK_6})
"""The usual names of this machine, which lead to the same server."""

DEFAULT_REDIS = "redis://127.0.0.1:6379/0"
"""What a stage that is started by hand expects, and where `asyncdemo redis` listens."""


def is_wildcard(host: str) -> bool:
    """Whether it stands for all addresses of this machine, as 0.0.0.0 and :: do."""
    return is_address(host) and ip_address(host).is_unspecified


def is_loopback(host: str) -> bool:
    """Whether nobody can come there from another machine."""
    return host in LOCAL or (is_address(host) and ip_address(host).is_loopback)


def is_address(host: str) -> bool:
    """Whether it is an address of IPv4 or IPv6, and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def visited(host: str) -> str:
    """Where to go to whoever listens on `host`: for a wildcard, this machine's own address."""
    if not is_wildcard(host):
        return host
    return LOOPBACK_6 if ":" in host else LOOPBACK


def overlap(host: str, other: str) -> bool:
    """Whether whoever comes to the one may find the server of the other: one address, or one that stands for both.

    The usual names of this machine are one. `0.0.0.0` stands for all of IPv4, `::` for IPv4's too.
    """
    same = host == other or {visited(host), visited(other)} <= LOCAL
    return same or covers(host, other) or covers(other, host)


def covers(host: str, other: str) -> bool:
    """Whether `host` is a wildcard that stands for the other."""
    return is_wildcard(host) and (":" in host or ":" not in other)


def bracketed(host: str) -> str:
    """An IPv6 address as it stands in a URL and before a port; any other as it is."""
    return f"[{host}]" if ":" in host else host


def page_url(host: str, port: int, page: str = "/") -> str:
    """The URL of the page that is served on `host`, to click on."""
    return f"http://{bracketed(visited(host))}:{port}{page}"
