"""Events as lines of JSON: what travels to the command, and what a recording holds.

Whoever reads one gets an event that holds what its class says, or a ValueError: nothing behind `decode` guesses. A
process of a stage only writes them, and imports nothing for reading: `lines`.
"""

from dataclasses import asdict, fields
from itertools import chain
from math import isfinite
from typing import Any

from ..base.text import printable
from ..base.typed import typed
from .events import KINDS, Answered, Event, LoadStarted, LoadTold, RunStarted
from .lines import line
from .older_stages import OLDER_STAGES

NAMES = {kind: [field.name for field in fields(kind)] for kind in KINDS.values()}
MOSTLY_EMPTY = {"lane", "task", "route", "other_method"}
"""What is left out where there is none."""
BELOW_ZERO = {"code"}
"""The numbers that may be: all others are times, durations, rates and counts."""
MOST = 1e18
"""Of any number: more than any count, and than any seconds that a histogram has a bucket for. A seed may be any."""
SLICES = 240
"""Of a load's time."""
BUCKETS = range(-(2**13), 2**13)
"""Of a histogram: from less than a nanosecond to longer than anybody waits."""
STATUSES = range(100, 1000)
"""Of an answer: three digits, as HTTP has it."""


class UnknownStage(ValueError):
    """A run, recorded by an older asyncdemo, of a stage that it had and this one has not."""

    def __init__(self, stage: object) -> None:
        self.stage = stage


def encode(event: Event) -> bytes:
    """One line, with its newline: `{"kind": "Sent", "t": 1.5, …}`."""
    values = {"kind": type(event).__name__} | {name: getattr(event, name) for name in NAMES[type(event)]}
    return line({name: value for name, value in values.items() if value or name not in MOSTLY_EMPTY})


def decode(said: bytes) -> Event:
    """The event of one line, its texts safe for a terminal. Raises ValueError for a line that holds none."""
    import msgspec  # not where a stage's process only writes

    try:
        values: dict[str, Any] = msgspec.json.decode(said)
        if may_act(said):
            values = safe(values)
        kind = KINDS[values.pop("kind")]
        if unknown := values.keys() - set(NAMES[kind]):
            raise ValueError(f"{kind.__name__} has no {unknown}")
        if kind is RunStarted and not isinstance(values.get("stage"), dict):
            values["stage"] = older_stage(values.get("stage"))
        event = typed(values, kind)
        check(event)
    except UnknownStage:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not an event: {said[:80]!r}") from error
    return event


def older_stage(name: object) -> dict[str, Any]:
    """The entry of a stage that is given by its name. Raises UnknownStage."""
    if not isinstance(name, str) or name not in OLDER_STAGES:
        raise UnknownStage(name)
    return asdict(OLDER_STAGES[name])


def check(event: Event) -> None:
    """Raises ValueError for values that their types allow and nothing can have."""
    for name in NAMES[type(event)]:
        value = getattr(event, name)
        most = float("inf") if name == "seed" else MOST
        if isinstance(value, int | float) and name not in BELOW_ZERO and not 0 <= value < most:
            raise ValueError(f"{name} is {value}")
    if isinstance(event, Answered) and event.status is not None and event.status not in STATUSES:
        raise ValueError("a status has three digits")
    if isinstance(event, RunStarted):
        check_run(event)
    elif isinstance(event, LoadStarted) and not (event.speed and event.seconds):
        raise ValueError("a load takes some time")
    elif isinstance(event, LoadTold):
        check_counts(event)


def check_run(run: RunStarted) -> None:
    """Raises ValueError for a run without a speed, or with delays that nothing can take. A project may have none."""
    has_delays = run.delays or run.stage.own
    if not run.speed or not has_delays or not all(delay >= 0 and isfinite(delay) for delay in run.delays):
        raise ValueError("a run has a speed, and delays")


def check_counts(told: LoadTold) -> None:
    """Raises ValueError for a slice or a bucket that is none, or fewer than none in it."""
    parts = [*told.latency, *told.waiting, *chain.from_iterable(told.by_end.values())]
    buckets = [*(part[1:] for part in parts), *told.service, *told.lag]
    counts = [*told.ended.values(), *told.again.values()]
    counts += [count for _, count in buckets]
    if any(part[0] not in range(SLICES) for part in parts) or any(bucket not in BUCKETS for bucket, _ in buckets):
        raise ValueError("a load has 240 slices, and a histogram buckets")
    if not all(0 <= count < MOST for count in counts):
        raise ValueError("a load has counts")


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
