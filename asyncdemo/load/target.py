"""Where the load goes: the URL that a user has typed, taken apart and checked."""

import re
import socket
from dataclasses import dataclass, replace
from ipaddress import IPv6Address
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from ..base.addresses import bracketed
from ..base.errors import StartError, UsageError
from ..running.ports import answers

EXAMPLE = "http://localhost:8000/"
HOST = re.compile(r"[A-Za-z0-9._-]+")
SAFE = "/:?#[]@!$&'()*+,;=%~"
"""What stands in a path or query as it is typed; everything else is encoded."""


@dataclass(frozen=True)
class Target:
    """A page on an HTTP server."""

    host: str
    """A name or an address; an IPv6 address without its brackets."""
    port: int
    path_and_query: str
    """ASCII, as it goes into the request line."""

    @property
    def where(self) -> str:
        """`localhost:8000`, `[::1]:8000`: for messages."""
        return f"{bracketed(self.host)}:{self.port}"

    @property
    def host_header(self) -> str:
        """What the request says in `Host`."""
        return bracketed(self.host) if self.port == 80 else self.where

    @property
    def url(self) -> str:
        return f"http://{self.host_header}{self.path_and_query}"


def parse_target(text: str) -> Target:
    """`http://localhost:8000/?name=Ada` -> a Target. Raises UsageError, with what to type instead."""
    if not text or not text.isprintable() or " " in text:
        raise UsageError(f"{text!r} is no URL: it is empty, or has blanks or control characters. Try: {EXAMPLE}")
    if "://" not in text:
        raise UsageError(f"{text!r} has no scheme. Try: {with_scheme(text)}")
    try:
        parts = urlsplit(text)
    except ValueError:
        raise UsageError(f"{text!r} has brackets that hold no IPv6 address. Try: http://[::1]:8000/") from None
    check_scheme(text, parts)
    host, port = checked_host(text, parts), checked_port(text, parts)
    path = quote(parts.path or "/", safe=SAFE)
    return Target(host, port, f"{path}?{quote(parts.query, safe=SAFE)}" if parts.query else path)


def with_scheme(text: str) -> str:
    """What somebody means who leaves the scheme out."""
    text = text.lstrip("/") if text.startswith("//") else text
    text = f"localhost{text}" if text.startswith((":", "/", "?")) else text
    return f"http://{text}" if re.search(r"[/?]", text) else f"http://{text}/"


def check_scheme(text: str, parts: SplitResult) -> None:
    """Raises UsageError for what is not http."""
    if parts.scheme == "https":
        raise UsageError(f"{text!r}: https is not spoken here. The load is for servers of your own. Try: {EXAMPLE}")
    if parts.scheme != "http":
        raise UsageError(f"{text!r} begins with {parts.scheme}://, only http:// is spoken here. Try: {EXAMPLE}")
    if "@" in parts.netloc:
        raise UsageError(f"{text!r} has a user or a password in it, and these are not sent. Try: {EXAMPLE}")


def checked_host(text: str, parts: SplitResult) -> str:
    """Raises UsageError for a host that cannot be one."""
    if parts.netloc.count(":") > 1 and "[" not in parts.netloc:
        raise UsageError(f"{text!r}: put an IPv6 address in brackets. Try: http://[::1]:8000/")
    host = parts.hostname or ""
    if not host:
        raise UsageError(f"{text!r} has no host. Try: {EXAMPLE}")
    try:
        if "[" in parts.netloc:
            return str(IPv6Address(host))
        host = host.encode("idna").decode()
    except ValueError:
        raise UsageError(f"{text!r}: {host!r} is no host. Try: {EXAMPLE}") from None
    if not HOST.fullmatch(host):
        raise UsageError(f"{text!r}: {host!r} is no host. Try: {EXAMPLE}")
    return host


def checked_port(text: str, parts: SplitResult) -> int:
    """80 when none is given. Raises UsageError for a port that cannot be one."""
    typed = parts.netloc.rpartition("]")[2].rpartition(":")[2] if ":" in parts.netloc.rpartition("]")[2] else ""
    if not typed:
        return 80
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 5 and 0 < int(typed) <= 65535):
        raise UsageError(f"{text!r}: {typed!r} is no port, these go from 1 to 65535. Try: {EXAMPLE}")
    return int(typed)


def target_with_name(target: Target, name: str, parameter: str = "name") -> Target:
    """The page, asked for by somebody: `?name=NAME` in place of any other name. Raises UsageError."""
    path, _, query = target.path_and_query.partition("?")
    others = [(key, value) for key, value in parse_qsl(query, keep_blank_values=True) if key != parameter]
    try:
        query = urlencode([*others, (parameter, name)], quote_via=quote)
    except UnicodeEncodeError:
        raise UsageError(f"--name {name!r} is no text in UTF-8. Try: --name Ada") from None
    return replace(target, path_and_query=f"{path}?{query}")


def resolve(target: Target) -> str:
    """The address of its host, of several the first that answers. Raises StartError when there is none."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError:
        raise StartError(f"There is no host {target.host!r}. Check the spelling, or try: {EXAMPLE}") from None
    addresses = list(dict.fromkeys(numeric(address) for *_, address in found))
    if len(addresses) > 1:  # localhost is often ::1 and 127.0.0.1, and a server listens on one of them
        for address in addresses:
            if answers(address, target.port):
                return address
    return min(addresses, key=lambda address: ":" in address)


def numeric(address: tuple[object, ...]) -> str:
    """`127.0.0.1`, `::1`, `fe80::1%eth0`: of a socket's address."""
    return socket.getnameinfo(address, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)[0]  # type: ignore[arg-type]
