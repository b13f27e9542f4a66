"""What a load must not show: `--fail-if 'p95>200ms'`."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from ..base.durations import parse_duration, seconds_text
from ..base.errors import AsyncdemoError, UsageError
from ..base.histogram import PERCENTS, at_least
from ..known.load import Load

FAILED = 3
"""The exit code of a load that showed what it must not."""
PERCENTILES = {f"p{percent}": percent for percent in PERCENTS} | {"max": 100}
OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
CRITERION = re.compile(r"\s*(\w+)\s*(>=|<=|>|<)\s*(\S+)\s*")
EXAMPLE = "Type it like 'p95>200ms', 'max>2s', 'errors>0' or 'errors>1%'."


@dataclass(frozen=True)
class Criterion:
    """A limit. Latencies are of everybody, those who still wait at their wait so far."""

    text: str
    """As it was typed."""
    figure: str
    """`p50`, `p90`, `p95`, `p99`, `max` or `errors`."""
    relation: str
    limit: float
    """Seconds of the lesson, a count, or a percentage."""
    percent: bool = False

    def failure(self, load: Load, speed: float) -> str:
        """What is wrong, in a sentence; empty when nothing is. Nobody at all in a load is wrong, too."""
        if self.figure == "errors":
            return self._failure_by_errors(load)
        everybody = load.everybody()
        if not everybody.count:
            return f"{self.text}: nobody was answered"
        seconds = everybody.percentile(PERCENTILES[self.figure])
        sure = at_least(seconds) if ">" in self.relation else seconds  # it has failed whatever is lost in its bucket
        if not OPERATORS[self.relation](sure, self.limit / speed):
            return ""
        lesson = f", at x{speed:g} {seconds_text(self.limit / speed)}" if speed != 1 else ""
        return f"{self.text}{lesson}: {self.figure} is {seconds_text(seconds)}"

    def _failure_by_errors(self, load: Load) -> str:
        share = 100 * load.errors / max(1, load.scheduled)
        if not OPERATORS[self.relation](share if self.percent else load.errors, self.limit):
            return ""
        return f"{self.text}: {load.errors} of {load.scheduled} are errors"


def parse_criterion(text: str) -> Criterion:
    """`p95>200ms`, `errors>1%`, typed after `--fail-if`. Raises UsageError."""
    match = CRITERION.fullmatch(text)
    if match is None or match[1] not in (*PERCENTILES, "errors"):
        known = ", ".join([*PERCENTILES, "errors"])
        raise UsageError(f"--fail-if {text!r} is no limit. It begins with one of {known}. {EXAMPLE}")
    figure, relation, limit = match.groups()
    if figure != "errors":
        return Criterion(text, figure, relation, parse_limit(text, limit))
    number = re.fullmatch(r"(\d+(?:\.\d+)?)(%?)", limit, re.ASCII)
    if number is None:
        raise UsageError(f"--fail-if {text!r}: {limit!r} is no number of errors. {EXAMPLE}")
    return Criterion(text, figure, relation, float(number[1]), percent=bool(number[2]))


def parse_limit(text: str, limit: str) -> float:
    """A duration, in seconds of the lesson."""
    try:
        return parse_duration(limit)
    except AsyncdemoError:
        raise UsageError(f"--fail-if {text!r}: {limit!r} is no duration. {EXAMPLE}") from None
