"""One request of a load."""

from dataclasses import dataclass
from typing import Protocol

from .options import LoadOptions
from .target import Target, target_with_name

WITH_BODY = ("POST", "PUT", "PATCH")
"""These say how long their body is, even of none."""


class Carrier(Protocol):
    """What a request travels on."""

    def give_up(self) -> None:
        """Forget the request."""


@dataclass(slots=True, eq=False)
class Request:
    """Times are of `time.monotonic()`."""

    number: int
    """1, 2, … in the order in which they were meant to leave."""
    intended: float
    """When it was meant to leave: its visitor waits from then on."""
    begun: float
    """When it did leave, on a connection that was there or by making one."""
    question: bytes
    """As it goes over the wire."""
    carrier: Carrier | None = None


def questions(options: LoadOptions) -> list[bytes]:
    """What its visitors ask, in turn. Raises UsageError for a name that cannot be sent."""
    targets = [target_with_name(options.target, name, options.parameter) for name in options.names]
    return [question(target, options) for target in targets or [options.target]]


def question(target: Target, options: LoadOptions) -> bytes:
    """The request as it goes over the wire."""
    own = {"Host": target.host_header, "User-Agent": "asyncdemo", "Accept": "*/*"}
    typed = {name.lower() for name, _ in options.headers}
    headers = [*((name, value) for name, value in own.items() if name.lower() not in typed), *options.headers]
    body = (options.body or "").encode()
    if body or options.method in WITH_BODY:
        headers.append(("Content-Length", str(len(body))))
    lines = [f"{options.method} {target.path_and_query} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode() + body
