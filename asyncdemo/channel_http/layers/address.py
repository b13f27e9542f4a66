"""The address of a Redis, as a URL in the settings: what may stand in it, and what of it may be shown."""

import inspect
import re
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from redis.asyncio import SSLConnection
from redis.asyncio.connection import parse_url

SCHEMES = ("redis", "rediss", "unix")
OPTIONS = ("db", "username", "password", "client_name")
"""What may stand in the query. All others of redis-py's are the layer's to set: how many connections there may be, how
long they wait, and what comes out of them."""
ENCODED = "in a password, @ / ? and # are written %40 %2F %3F and %23"


def connection_options(address: str) -> dict[str, Any]:
    """What redis-py makes of a URL. Raises ValueError, in words that tell nothing of a password."""
    if not address.isprintable() or " " in address:
        raise ValueError("it has blanks or control characters in it")
    if address.partition("://")[0] not in SCHEMES:
        raise ValueError(f"it begins with none of {', '.join(f'{scheme}://' for scheme in SCHEMES)}")
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        raise ValueError(f"its host or its port is none{f'; {ENCODED}' if '@' in address else ''}") from None
    check_place(parts)
    check_query(parts)
    try:
        return dict(parse_url(address))
    except ValueError as error:
        raise ValueError(str(error).rstrip(".")) from None


def check_place(parts: SplitResult) -> None:
    """Raises ValueError for what names no place."""
    if parts.scheme == "unix":
        if not parts.path or parts.hostname:
            raise ValueError("the path of its socket has to begin with a slash: unix:///run/redis.sock")
    elif parts.fragment or parts.geturl().count("@") > 1:
        raise ValueError(f"there is an @ or a # too many in it; {ENCODED}")
    elif not re.fullmatch(r"(/\d*)?", parts.path):
        raise ValueError(f"{parts.path!r} is no number of a database")


def check_query(parts: SplitResult) -> None:
    """Raises ValueError for an option that is not the user's to give."""
    options = [*OPTIONS, *(tls_options() if parts.scheme == "rediss" else ())]
    for name, _ in parse_qsl(parts.query, keep_blank_values=True):
        if not name.isidentifier():
            raise ValueError(f"its query is none; {ENCODED}")
        if name not in options:
            can = f"{', '.join(OPTIONS)}, and with rediss:// those that begin with ssl_"
            raise ValueError(f"its option {name!r} is not for this. What can stand there: {can}")


def tls_options() -> list[str]:
    """`ssl_ca_certs` and the others that redis-py knows."""
    return [name for name in inspect.signature(SSLConnection).parameters if name.startswith("ssl_")]


def shown(address: str) -> str:
    """A URL without its user, its password and its query: an audience reads it."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
