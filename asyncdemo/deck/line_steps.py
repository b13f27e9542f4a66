"""`1-3|5|all`: which lines of a code each step shows brightly."""

import re

from ..base.errors import UsageError

LINES = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")


def line_steps(text: str, count: int) -> tuple[frozenset[int] | None, ...]:
    """The lines of each step, of a code of `count` lines; None: all of them. Raises UsageError."""
    return tuple(line_step(step.strip(), count) for step in text.split("|"))


def line_step(text: str, count: int) -> frozenset[int] | None:
    """`1-3,5`."""
    if text == "all":
        return None
    numbers: set[int] = set()
    for part in text.split(","):
        match = LINES.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= count:
            raise UsageError(f"{{{text}}}: the code has lines 1 to {count}. Type steps like {{1-3|5|all}}.")
        numbers.update(range(first, last + 1))
    return frozenset(numbers)
