"""The curve of a load: the longest wait by when the visitor came, for each cell of a chart."""

from dataclasses import dataclass
from math import ceil

from .kept.bins import ROUNDING
from .load import Load


@dataclass(frozen=True)
class Came:
    """Who came at a moment of a load or, where nobody did, who came last before it."""

    wait_s: float = 0.0
    """The longest wait of those who got the page or wait for it; 0.0 where there is none."""
    still: bool = False
    """Whether that one waits on."""


NOBODY = Came()


def curve(load: Load, cells: int) -> list[Came]:
    """The load's time in so many cells, as far as anything has been told of it; nobody in those after that.

    There are more cells than visitors in many a chart: so that no holes are in it, a cell in which nobody came has
    whoever came last before, unless the rate was turned to nothing.
    """
    shown, last = [NOBODY] * cells, NOBODY
    for cell, came in enumerate(arrivals(load, cells)):
        last = came or (last if flows(load, cell / cells) else NOBODY)
        shown[cell] = last
    return shown


def arrivals(load: Load, cells: int) -> list[Came | None]:
    """Who came in each cell that anything has been told of; None where nobody did."""
    got, waits, failed = (group.longest(cells) for group in (load.got, load.unanswered, load.failed))
    came = [
        Came(max(page, wait), wait >= page and wait > 0) if page or wait or error else None
        for page, wait, error in zip(got, waits, failed, strict=True)
    ]
    return came[: told_cells(load, cells)]


def told_cells(load: Load, cells: int) -> int:
    """Those that had begun when it was last told."""
    if load.started is None or load.latest is None:
        return 0
    share = (min(load.latest.t, load.ended_at) - load.started.t) / load.started.seconds
    return max(0, min(cells, ceil(share * cells - ROUNDING)))


def flows(load: Load, share: float) -> bool:
    """Whether anybody was to come at that moment, a share of the load's time."""
    return load.started is not None and load.factor_at(share * load.started.seconds) > 0
