"""Values that came from outside, made what a class says."""

import json
import threading
from typing import Any, TypeVar

T = TypeVar("T")
LEARNING = threading.Lock()
"""msgspec learns what a class holds when it first meets it, and puts that on the class before it is whole. A second
thread that meets it meanwhile follows a null pointer, and the program is gone (msgspec 0.22, SIGSEGV)."""


def read_json(text: str | bytes) -> Any:
    """What a text in JSON says. Raises ValueError for one that is none, and for one that nobody has written."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("too many brackets") from None


def typed(values: Any, kind: type[T]) -> T:
    """An object of that class, a dataclass, with these values. From any thread. Raises ValueError for values that are
    of other types than it says."""
    import msgspec  # not where a stage's process only writes

    with LEARNING:
        return msgspec.convert(values, kind)
