"""What was asked of a load: its options, as one value that can be handed to another process."""

import json
import re
from dataclasses import asdict, dataclass
from math import isfinite

from ..base.durations import check_speed, rate_number
from ..base.errors import UsageError
from ..base.text import is_text
from .target import Target

MAX_RATE = 100_000.0
"""Requests a second on the wall. Far more than one Python process can send: the schedule alone would keep it busy."""
MAX_VISITORS = 10_000
ARRIVALS = ("even", "poisson")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""Not HEAD, whose responses say how long they would be."""
BODY_LIMIT_BYTES = 2**14
"""It is handed to the process that sends as an argument, and these may be so long when every byte is escaped."""
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
HEADER_EXAMPLE = "Type it like 'Cookie: sessionid=abc'."
FRAMING = ("content-length", "transfer-encoding")


@dataclass(frozen=True)
class LoadOptions:
    """Rates and durations are of the lesson: the properties have what they are on the wall, by the speed."""

    target: Target
    rate: float = 1.0
    """Requests a second; of a ramp, what it begins with."""
    rate_end: float | None = None
    """What a ramp ends with; None: no ramp."""
    duration: float = 60.0
    """Seconds in which requests leave."""
    arrivals: str = "even"
    """`even`, or `poisson`: as independent visitors come."""
    seed: int = 1
    """Of the chance in `poisson`: the same visitors each time, so that two loads can be compared."""
    closed: int = 0
    """So many visitors who each send again when they have an answer; 0: an open loop, which waits for none."""
    timeout: float = 150.0
    """Seconds that a visitor waits for an answer."""
    speed: float = 1.0
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    """(name, value) of more header lines; `Host`, `User-Agent` and `Accept` take the place of the load's own."""
    body: str | None = None
    """Sent in UTF-8 with every request; None: none."""
    names: tuple[str, ...] = ()
    """Whom they ask to be greeted, in turn; empty: as the target says."""
    parameter: str = "name"
    """What in the query says that."""
    known_as: str = ""
    """Where the server is for whoever reads of it, `localhost:8000`; empty: where the target is."""

    def __post_init__(self) -> None:
        check(self)

    @property
    def where(self) -> str:
        """`localhost:8000`: as messages call it."""
        return self.known_as or self.target.where

    @property
    def wall_rate(self) -> float:
        """Requests a second, when the load begins."""
        return self.rate * self.speed

    @property
    def wall_rate_end(self) -> float:
        """Requests a second, when it ends."""
        return (self.rate if self.rate_end is None else self.rate_end) * self.speed

    @property
    def wall_duration_s(self) -> float:
        return self.duration / self.speed

    @property
    def wall_timeout_s(self) -> float:
        return self.timeout / self.speed

    @property
    def most_times(self) -> float:
        """So many times the rate that was asked for can be sent."""
        return MAX_RATE / max(self.wall_rate, self.wall_rate_end)

    def as_json(self) -> str:
        """All of it on one line, for another process."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "LoadOptions":
        """What `as_json` made."""
        values = json.loads(text)
        lists = {"names": tuple(values["names"]), "headers": tuple(map(tuple, values["headers"]))}
        return cls(**values | {"target": Target(**values["target"])} | lists)


def check(options: LoadOptions) -> None:
    """Raises UsageError for what cannot be done, with what to type instead."""
    check_speed(options.speed)
    if options.arrivals not in ARRIVALS:
        raise UsageError(f"--arrivals {options.arrivals!r}: type one of {', '.join(ARRIVALS)}.")
    if options.seed < 0:
        raise UsageError(f"--seed {options.seed}: type a whole number, 0 or more.")
    for flag, seconds in (("--duration", options.duration), ("--timeout", options.timeout)):
        if not (isfinite(seconds) and seconds > 0):
            raise UsageError(f"{flag} {seconds:g}: type a duration above 0, like 60s.")
    if not 0 <= options.closed <= MAX_VISITORS:
        raise UsageError(f"--closed {options.closed}: type a number of visitors from 1 to {MAX_VISITORS}.")
    if options.closed and options.rate_end is not None:
        raise UsageError("--closed and --ramp: in a closed loop the answers set the rate. Leave one of them out.")
    if options.closed and options.arrivals != "even":
        raise UsageError(
            "--closed and --arrivals: in a closed loop the answers say who comes when. Leave one of them out."
        )
    check_rates(options)
    check_question(options)


def check_question(options: LoadOptions) -> None:
    """Raises UsageError for a request that nobody could read."""
    if options.method not in METHODS:
        raise UsageError(f"--method {options.method!r}: type one of {', '.join(METHODS)}.")
    for name, value in options.headers:
        if not HEADER_NAME.fullmatch(name) or not value.isprintable():
            raise UsageError(f"--header {f'{name}: {value}'!r} is no header. {HEADER_EXAMPLE}")
        if name.lower() in FRAMING:
            raise UsageError(f"--header {name!r}: where a request ends is said by the load itself. Leave it out.")
    if options.body is not None and not is_text(options.body):
        raise UsageError("--body is no text in UTF-8.")
    if len((options.body or "").encode()) > BODY_LIMIT_BYTES:
        raise UsageError(f"--body is longer than {BODY_LIMIT_BYTES // 2**10} KiB.")


def parse_header(text: str) -> tuple[str, str]:
    """`Cookie: a=b`, typed after `--header` -> ("Cookie", "a=b"). Raises UsageError."""
    name, colon, value = text.partition(":")
    if not colon:
        raise UsageError(f"--header {text!r} has no colon. {HEADER_EXAMPLE}")
    return name.strip(), value.strip()


def check_rates(options: LoadOptions) -> None:
    """Raises UsageError for rates at which nothing is sent, or too much."""
    rates = [options.rate] if options.rate_end is None else [options.rate, options.rate_end]
    flag = "--rate" if options.rate_end is None else "--ramp"
    typed = "..".join(f"{rate:.10g}" for rate in rates)
    if not all(isfinite(rate) and rate >= 0 for rate in rates) or not any(rates):
        example = "1" if options.rate_end is None else "0..5"
        raise UsageError(f"{flag} {typed} sends nothing. Type requests a second, like {example}.")
    check_most(max(rates), options.speed, f"{flag} {typed}")


def check_most(rate: float, speed: float, typed: str) -> None:
    """Raises UsageError, naming what was `typed`, for a rate that nobody can send."""
    if rate * speed > MAX_RATE:
        most = f"Type at most {int(MAX_RATE / speed)}"
        raise UsageError(f"{typed} at speed {speed:g} is more than {MAX_RATE:.0f} requests a second. {most}.")


def parse_ramp(text: str, flag: str = "--ramp") -> tuple[float, float]:
    """`0..5`, typed after `flag` -> (0.0, 5.0): requests a second at the start and at the end. Raises UsageError."""
    begin, dots, end = text.partition("..")
    rates = rate_number(begin), rate_number(end)
    if not dots or rates[0] is None or rates[1] is None or not any(rates):
        raise UsageError(f"{flag} {text!r} is no ramp. Type the rate at its start and at its end: 0..5 or 5..1.")
    return rates[0], rates[1]
