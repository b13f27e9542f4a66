"""What the original demo of 2016 did under the same load, from `talk/2016.md`: facts about it, not a promise of ours.

Django 1.10.2, Channels 0.17.3, measured from its tags on 2026-11-22: 1 request/s for 90 s, the original delays.
Its percentiles are of the **answered only**: whoever still waited at the end is not in them, which flatters a jam.
"""

from dataclasses import dataclass

from ..measuring.rows import Row

YEAR = 2016
MEASURED_ON = "2026-11-22"
REQUESTS = 90
RATE = 1.0
SLOW_S = 1.0
"""From where on a wait counts in `Measured.first_waited`."""
DELAYS = [5.0, 5.0, 5.0, 30.0]
"""Seconds that the outside service took, in turn."""
WHAT = "Django 1.10.2 and Channels 0.17.3"


@dataclass(frozen=True)
class Measured:
    """A stage of 2016. Seconds; percentiles of the 200s alone."""

    answered: int
    p50_s: float
    p95_s: float
    first_waited: int
    """Which visitor was the first to wait for more than 1 s; 0: nobody did."""
    printed: int
    """Notifications that went out."""
    lost: int
    """Dropped without a word."""


MEASURED = {
    ("step1", 0, 0): Measured(90, 5.0, 30.0, 1, 90, 0),
    ("step3", 4, 0): Measured(49, 17.0, 41.0, 5, 49, 0),
    ("bonus", 3, 0): Measured(46, 39.0, 59.0, 4, 46, 0),
    ("bonus", 2, 1): Measured(90, 0.037, 0.056, 0, 30, 60),
}
"""By stage, general and reserved workers."""


def measured(row: Row) -> Measured | None:
    """What 2016 did with what this row was loaded with; None where there is nothing to compare."""
    asked = row.load.started
    if row.run is None or asked is None or list(row.run.delays) != DELAYS:
        return None
    if abs(row.rate - RATE) > 0.01 or asked.rate_end != asked.rate or asked.arrivals != "even":
        return None
    return MEASURED.get((row.run.stage.name, row.run.general, row.run.reserved))
