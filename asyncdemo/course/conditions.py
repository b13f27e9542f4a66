"""What is asked of a run: `page p95 < 1`, `answered >= 100%`, `page p95 of run 2 < 0.5 times page p95 of run 1`."""

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..base.errors import UsageError
from .figures import FIGURES, Seen

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
FIGURE = re.compile(r"(?P<name>[a-z][a-z0-9. ]*?)(?: (?P<of>\d+))?(?: of run (?P<run>\d+))?")
CONDITION = re.compile(
    r"(?P<left>.+?) (?P<relation><=|>=|<|>|=) (?:(?P<number>[\d.]+)(?P<percent>%?)(?: times )?)?(?P<right>.*)"
)
EXAMPLE = "One is like 'page p95 < 1', 'answered >= 100%' or 'page p95 of run 2 < 0.5 times page p95 of run 1'."


@dataclass(frozen=True)
class Figure:
    """A figure of a run, by its name."""

    name: str
    argument: int = 0
    """`wait of visitor 5`: which; 0 for a figure that is one alone."""
    run: int = 1
    """Of which of the runs, from 1 on."""

    def of(self, seen: Sequence[Seen]) -> float:
        """In seconds of the lesson, or a count; inf of a wait that has no end."""
        return FIGURES[self.name].of(seen[self.run - 1], self.argument)

    def in_words(self, seen: Sequence[Seen]) -> str:
        """With its unit: `1.1 s`, `24`, `0.36 a second`."""
        return FIGURES[self.name].in_words(self.of(seen))


@dataclass(frozen=True)
class Condition:
    """Something that is true of what was measured, or not."""

    text: str
    """As it is written."""
    figure: Figure
    relation: str
    limit: float
    """A number; with `other`, so many times that figure."""
    percent: bool = False
    """Whether the limit is a part of all visitors."""
    other: Figure | None = None

    def holds(self, seen: Sequence[Seen]) -> bool:
        """Whether it is true."""
        return OPERATORS[self.relation](self.figure.of(seen), self.bound(seen))

    def bound(self, seen: Sequence[Seen]) -> float:
        """What the figure is compared with."""
        if self.percent:
            return self.limit / 100 * seen[self.figure.run - 1].row.visitors
        return self.limit * (self.other.of(seen) if self.other is not None else 1.0)


def parse_figure(text: str) -> Figure:
    """`page p95`, `wait of visitor 5`, `page p50 of run 2`. Raises UsageError."""
    found = FIGURE.fullmatch(text.strip())
    if found is None or found["name"] not in FIGURES:
        raise UsageError(f"{text!r} is no figure. Take one of: {', '.join(FIGURES)}.")
    if bool(found["of"]) != FIGURES[found["name"]].numbered:
        raise UsageError(f"{text!r}: {'say of which, by its number' if not found['of'] else 'it has no number'}.")
    return Figure(found["name"], int(found["of"] or 0), int(found["run"] or 1))


def parse_condition(text: str) -> Condition:
    """What an author has written. Raises UsageError."""
    found = CONDITION.fullmatch(text.strip())
    if found is None or not (found["number"] or found["right"]) or (found["percent"] and found["right"]):
        raise UsageError(f"{text!r} is no condition. {EXAMPLE}")
    other = parse_figure(found["right"]) if found["right"] else None
    try:
        limit = float(found["number"] or 1)
    except ValueError:
        raise UsageError(f"{text!r}: {found['number']!r} is no number. {EXAMPLE}") from None
    return Condition(text, parse_figure(found["left"]), found["relation"], limit, bool(found["percent"]), other)
