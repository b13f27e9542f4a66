"""How fast the lesson goes: at 10, ten seconds of it are one on the wall."""

from .errors import UsageError

MAX_SPEED = 60.0
"""Beyond it the constants of the machine are no longer small against the delays of the lesson."""


def check_speed(speed: float) -> None:
    """Raises UsageError for one that no lesson goes at."""
    if not 0 < speed <= MAX_SPEED:
        raise UsageError(f"--speed {speed:g}: type a number above 0 and up to {MAX_SPEED:g}, like 10.")
