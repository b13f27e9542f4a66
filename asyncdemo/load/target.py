"""Where the load goes: the URL that a user has typed, taken apart and checked."""

import re
from dataclasses import dataclass, replace
from ipaddress import IPv6Address
from urllib.parse import SplitResult, quote, unquote_plus, urlsplit

from ..base.addresses import bracketed
from ..base.errors import UsageError
from ..base.text import is_text

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
    if not is_text(text):
        raise UsageError(f"{text!r} has bytes that are no text in UTF-8. Type such a byte like %E9.")
    if not text or not text.isprintable() or " " in text:
        raise UsageError(f"{text!r} is no URL: it is empty, or has blanks or control characters. Try: {EXAMPLE}")
    if begun := re.match(r"(https?)(?::/{0,1}|/{2})(?!/)(?=\w)", text):
        raise UsageError(f"{text!r}: :// comes before the host. Try: {begun[1]}://{text[begun.end() :]}")
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
    text = f":{text}" if re.match(r"\d{2,5}(?![\w.:])", text) else text
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


def target_with_path(target: Target, path: str) -> Target:
    """Another page of the server, `/slow/?n=3`, typed after `--path`. Raises UsageError."""
    if not is_text(path):
        raise UsageError(f"--path {path!r} has bytes that are no text in UTF-8. Type such a byte like %E9.")
    if not path.startswith("/") or not path.isprintable() or " " in path:
        raise UsageError(f"--path {path!r} is no path. Type it like /slow/ or '/search?q=ada'.")
    return replace(target, path_and_query=quote(path.partition("#")[0], safe=SAFE))


def target_with_name(target: Target, name: str, parameter: str = "name") -> Target:
    """The page, asked for by somebody: `?name=NAME` in place of any other, all else as typed. Raises UsageError."""
    path, _, query = target.path_and_query.partition("?")
    others = [part for part in query.split("&") if query and unquote_plus(part.partition("=")[0]) != parameter]
    try:
        parts = [*others, f"{quote(parameter, safe='')}={quote(name, safe='')}"]
    except UnicodeEncodeError:
        raise UsageError(f"--name {name!r} is no text in UTF-8. Try: --name Ada") from None
    return replace(target, path_and_query=f"{path}?{'&'.join(parts)}")
