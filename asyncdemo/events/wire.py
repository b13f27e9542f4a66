"""Events as lines of JSON: what travels to the command, and what a recording holds."""

import json
from dataclasses import fields
from math import isfinite
from typing import Any

from ..base.text import printable
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
    """The event of one line, its texts safe for a terminal. Raises ValueError for a line that holds none."""
    try:
        values: dict[str, Any] = json.loads(line)
        if may_act(line):
            values = safe(values)
        event = KINDS[values.pop("kind")](**values)
        if not isfinite(event.t):
            raise ValueError("no time")
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"not an event: {line[:80]!r}") from error
    return event


def may_act(line: bytes) -> bool:
    """Whether there may be more in its texts than visible characters. Quick: most lines of a busy run are plain."""
    escaped = b"\\" in line and b"\\" in line.replace(b'\\"', b"")
    return escaped or b"\x7f" in line or not line.isascii()  # JSON itself refuses other control characters


def safe(value: Any) -> Any:
    """With every text in it made printable."""
    if isinstance(value, str):
        return printable(value, len(value))
    if isinstance(value, list):
        return [safe(each) for each in value]
    if isinstance(value, dict):
        return {safe(name): safe(each) for name, each in value.items()}
    return value
