"""What a load must not show: `--fail-if 'p95>200ms'`."""

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..base.durations import number_text, parse_duration, seconds_text
from ..base.errors import AsyncdemoError, UsageError
from ..base.histogram import PERCENTS, Histogram, at_least
from ..known.load import Load

FAILED = 3
"""The exit code of a load that showed what it must not."""
PERCENTILES = {f"p{number_text(percent)}": percent for percent in PERCENTS} | {"max": 100}
COUNTS: dict[str, Callable[[Load], int]] = {"errors": lambda load: load.errors, "answered": lambda load: load.answered}
PAGE = "page"
GROUPS: dict[str, Callable[[Load], Histogram]] = {
    PAGE: lambda load: load.page.whole,
    "errors": lambda load: load.failed.whole,
    "all": Load.everybody,
}
"""Whose latency: of those who got the page, of those who got none, of everybody, however they ended."""
OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
CRITERION = re.compile(rf"\s*(?:({'|'.join(GROUPS)})\.)?(\w+(?:\.\d+)?)\s*(>=|<=|>|<)\s*(\S+)\s*", re.ASCII)
BARE = re.compile(r"\d+(\.\d+)?|\.\d+", re.ASCII)
"""A number without its unit."""
EXAMPLE = "Type it like 'p95>200ms', 'max>2s', 'all.p95>200ms', 'errors>1%' or 'answered<99%'."


@dataclass(frozen=True)
class Criterion:
    """A limit. Latencies are of those who got the page, or wait for it, if they are not said to be of others."""

    text: str
    """As it was typed."""
    figure: str
    """`p50`, `p90`, `p95`, `p99`, `p99.9`, `max`, `errors` or `answered`."""
    relation: str
    limit: float
    """Seconds of the lesson, a count, or a percentage."""
    percent: bool = False
    group: str = PAGE
    """Whose latency: a name of `GROUPS`."""

    @property
    def counts(self) -> bool:
        """Whether it says how many, not how fast."""
        return self.figure in COUNTS

    def failure(self, load: Load, speed: float) -> str:
        """What is wrong, in a sentence; empty when nothing is. Nobody at all in a load is wrong, too."""
        if self.counts:
            return self._failure_by_count(load)
        seen = GROUPS[self.group](load)
        if not seen.count:
            return self._failure_by_nobody(load)
        seconds = seen.percentile(PERCENTILES[self.figure])
        sure = at_least(seconds) if ">" in self.relation else seconds  # it has failed whatever is lost in its bucket
        if not OPERATORS[self.relation](sure, self.limit / speed):
            return ""
        lesson = f", at x{speed:g} {seconds_text(self.limit / speed)}" if speed != 1 else ""
        return f"{self.text}{lesson}: {self._name} is {seconds_text(seconds)}{self._together(load)}"

    @property
    def _name(self) -> str:
        return self.figure if self.group == PAGE else f"{self.group}.{self.figure}"

    def _together(self, load: Load) -> str:
        apart = load.tells_apart or self.group == "all"
        return "" if apart else ", of pages and errors together"

    def _failure_by_nobody(self, load: Load) -> str:
        if self.group == "errors" and load.ended:
            return ""  # there are none, and so none that took long
        return f"{self.text}: nobody {'got the page' if self.group == PAGE and load.ended else 'was answered'}"

    def _failure_by_count(self, load: Load) -> str:
        count, ended = COUNTS[self.figure](load), load.ended.total()
        if not ended and "<" in self.relation:
            return f"{self.text}: nobody was answered"
        if not OPERATORS[self.relation](100 * count / max(1, ended) if self.percent else count, self.limit):
            return ""
        verb = "are errors" if self.figure == "errors" else "were answered"
        return f"{self.text}: {count} of {ended} {verb}"


def blind_spot(criteria: Sequence[Criterion], load: Load) -> str:
    """What limits that a load has kept do not look at, in a sentence; empty where there is nothing to be seen."""
    if not load.errors or not criteria or any(one.counts or one.group != PAGE for one in criteria):
        return ""
    return f"the limits are about the page: {load.errors} got none. Add --fail-if 'answered<99%'"


def parse_criterion(text: str) -> Criterion:
    """`p95>200ms`, `all.p95>1s`, `errors>1%`, typed after `--fail-if`. Raises UsageError."""
    match = CRITERION.fullmatch(text)
    if match is None or match[2] not in (PERCENTILES if match[1] else [*PERCENTILES, *COUNTS]):
        known = ", ".join([*PERCENTILES, *COUNTS])
        raise UsageError(f"--fail-if {text!r} is no limit. It begins with one of {known}. {EXAMPLE}")
    group, figure, relation, limit = match.groups()
    if figure in PERCENTILES:
        return Criterion(text, figure, relation, parse_limit(text, limit), group=group or PAGE)
    number = re.fullmatch(r"(\d+(?:\.\d+)?)(%?)", limit, re.ASCII)
    if number is None:
        what = "errors" if figure == "errors" else "answers"
        raise UsageError(f"--fail-if {text!r}: {limit!r} is no number of {what}. {EXAMPLE}")
    return Criterion(text, figure, relation, float(number[1]), percent=bool(number[2]))


def parse_limit(text: str, limit: str) -> float:
    """A duration, in seconds of the lesson; its unit is said: a limit that is met by mistake is not seen to be one."""
    if BARE.fullmatch(limit) and float(limit):
        known, number = text[: text.rindex(limit)], limit if limit[0] != "." else f"0{limit}"
        raise UsageError(f"--fail-if {text!r}: {limit} of what? Type '{known}{number}ms' or '{known}{number}s'.")
    try:
        return parse_duration(limit)
    except AsyncdemoError:
        raise UsageError(f"--fail-if {text!r}: {limit!r} is no duration. {EXAMPLE}") from None
