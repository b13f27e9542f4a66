"""An event's line as a process of a stage writes it: from its values, without the classes, which take time to make."""

import json
from dataclasses import asdict
from typing import Any

ENCODE = json.JSONEncoder(separators=(",", ":"), check_circular=False, ensure_ascii=False, default=asdict).encode


def line(values: dict[str, Any]) -> bytes:
    """The line of an event that is given by its values, `kind` among them; what has a default may be missing.

    Bytes that are no text, as in the name of a folder, are question marks: no reader of JSON takes such a half.
    """
    return ENCODE(values).encode("utf-8", "replace") + b"\n"
