"""Events as lines of JSON: what travels to the command, and what a recording holds."""

import json
from dataclasses import fields
from typing import Any

from .events import KINDS, Event

ENCODE = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
NAMES = {kind: [field.name for field in fields(kind)] for kind in KINDS.values()}


def encode(event: Event) -> bytes:
    """One line, with its newline: `{"kind": "Sent", "t": 1.5, …}`."""
    values = {"kind": type(event).__name__} | {name: getattr(event, name) for name in NAMES[type(event)]}
    return line(values)


def line(values: dict[str, Any]) -> bytes:
    """The line of an event that is given by its values, `kind` among them; what has a default may be missing."""
    return ENCODE(values).encode() + b"\n"


def decode(line: bytes) -> Event:
    """The event of one line. Raises ValueError for a line that holds none."""
    try:
        values: dict[str, Any] = json.loads(line)
        return KINDS[values.pop("kind")](**values)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not an event: {line[:80]!r}") from error
