"""Durations, delays, rates and speeds as people type them; and from where on a duration is slow."""

import re
from math import isfinite

from .errors import UsageError

UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
RATE = re.compile(r"(\d+(?:\.\d+)?|\.\d+)(?:/s)?", re.ASCII)
NUMBER = r"(\d{1,9}(?:\.\d+)?)"
SLOW_S = 1.0
"""Of the lesson: whoever waits for longer has noticed."""
FELT_S = 0.1
"""On the wall: what takes no longer feels instantaneous (Nielsen, Usability Engineering, 1993, 5.5)."""
DURATION = re.compile(rf"(?:{NUMBER}h)?(?:{NUMBER}m(?!s))?(?:{NUMBER}(s|ms)?)?", re.ASCII)
MAX_SPEED = 60.0
"""Beyond it the constants of the machine are no longer small against the delays of the lesson."""


def slow_from_s(speed: float, lesson_s: float = SLOW_S) -> float:
    """From where on a wait is slow, in seconds on the wall, where `speed` seconds of the lesson pass in one of them.

    So much of the lesson, but nothing that nobody would feel.
    """
    return max(lesson_s / speed, FELT_S)


def parse_duration(text: str, flag: str = "--for") -> float:
    """`90`, `60s`, `1.5m`, `1m30s`, `1h30m`, `250ms`, typed after `flag` -> seconds, above 0. Raises UsageError."""
    seconds = parse_moment(text, flag)
    if seconds <= 0:
        raise UsageError(f"{flag} {text!r} is no time at all. Type a duration above 0, like 60s.")
    return seconds


def parse_moment(text: str, flag: str) -> float:
    """As `parse_duration`, for the time since something began: it may be 0. Raises UsageError."""
    match = DURATION.fullmatch(text.strip())
    if not text.strip() or match is None:
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        raise UsageError(f"{flag} {shown!r} is not a duration. Type it like 60s, 90, 1m30s or 250ms.")
    hours, minutes, number, unit = match.groups()
    return float(hours or 0) * 3600 + float(minutes or 0) * 60 + float(number or 0) * UNITS_S[unit or "s"]


def parse_delays(text: str) -> tuple[float, ...]:
    """`5,5,5,30` -> (5.0, 5.0, 5.0, 30.0): seconds, 0 or more each. Raises UsageError."""
    try:
        delays = tuple(float(part) for part in text.split(","))
    except ValueError:
        delays = ()
    if not delays or not all(0 <= delay <= 3600 for delay in delays):
        raise UsageError(f"--delays {text!r} is not a list of seconds between 0 and 3600. Type it like 5,5,5,30.")
    return delays


def parse_rate(text: str, flag: str = "--rate") -> float:
    """`1`, `1/s`, `0.5`, typed after `flag` -> requests a second, above 0. Raises UsageError."""
    rate = rate_number(text)
    if not rate:
        raise UsageError(f"{flag} {text!r} is no rate. Type requests a second, above 0: 1, 0.5 or 10/s.")
    return rate


def rate_number(text: str) -> float | None:
    """A number of requests a second, 0 or more; None for what is none."""
    match = RATE.fullmatch(text.strip())
    return float(match[1]) if match and isfinite(float(match[1])) else None


def check_speed(speed: float) -> None:
    """Raises UsageError for one at which no lesson goes: at 10, ten seconds of it are one on the wall."""
    if not 0 < speed <= MAX_SPEED:
        raise UsageError(f"--speed {speed:g}: type a number above 0 and up to {MAX_SPEED:g}, like 10.")


def parse_size(text: str) -> tuple[int, int]:
    """`88x24` -> (88, 24): columns and rows. Raises UsageError."""
    match = re.fullmatch(r"(\d{1,3})x(\d{1,3})", text)
    if match is None or int(match[1]) < 40 or int(match[2]) < 10:
        raise UsageError(f"--size {text!r} is not a size from 40x10 on. Type it like 88x24.")
    return int(match[1]), int(match[2])


def seconds_text(seconds: float) -> str:
    """A duration to read: `0.2 ms`, `0.003 s`, `0.25 s`, `5.0 s`, `120 s`; what is less than a millisecond is no 0."""
    if 0 < seconds < 0.00095:  # from there on it is rounded to 0.001 s
        return f"{1000 * seconds:.1g} ms"
    digits = 3 if seconds < 0.1 else 2 if seconds < 1 else 1 if seconds < 100 else 0
    return f"{seconds:.{digits}f} s"


def number_text(number: float) -> str:
    """`5` for 5.0, `0.25` for 0.25."""
    return f"{number:g}"


def span_text(seconds: float) -> str:
    """`2.5 s`, `60 s`, `188 s`: to a tenth of a second, from 100 s on to the second."""
    return f"{number_text(round(seconds, 1 if seconds < 99.95 else None))} s"


def minutes_text(seconds: float) -> str:
    """`6:10`."""
    whole, rest = divmod(int(seconds), 60)
    return f"{whole}:{rest:02}"
