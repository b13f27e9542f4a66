"""An event's line as a process of a stage writes it: from its values, without the classes, which take time to make."""

import json
from dataclasses import asdict
from typing import Any

ENCODE = json.JSONEncoder(separators=(",", ":"), check_circular=False, default=asdict).encode


def line(values: dict[str, Any]) -> bytes:
    """The line of an event that is given by its values, `kind` among them; what has a default may be missing."""
    return ENCODE(values).encode() + b"\n"
