"""One clock: `ASYNCDEMO_SPEED=10` makes every built-in duration ten times shorter."""

import os

SPEED = float(os.environ.get("ASYNCDEMO_SPEED", "1"))


def real_seconds(seconds: float) -> float:
    """Seconds of the lesson -> seconds on the wall: `real_seconds(60)` is 6 at speed 10."""
    return seconds / SPEED
