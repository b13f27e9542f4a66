"""Who of a race was done first."""

from collections.abc import Sequence

from ..known.bins import COUNT
from .rows import Row


def places(rows: Sequence[Row]) -> list[int]:
    """For each row its place, from 1: the first is the one whose last visitor had the page first. 0: it has none.

    A row has a place when it is over, nobody has cut it, and every visitor got the page. Rows that are done at one
    moment share a place, and the next is left out.
    """
    done = [done_s(row) if finished(row) else None for row in rows]
    return [0 if mine is None else 1 + sum(other is not None and other < mine for other in done) for mine in done]


def finished(row: Row) -> bool:
    """Whether everybody got the page."""
    return row.over and not row.cut and 0 < row.visitors == row.answered


def done_s(row: Row) -> float:
    """When the last visitor had the page, in seconds of the lesson from the first request; as fine as a load tells."""
    width_s = row.seconds / COUNT
    longest = row.load.page.longest(COUNT)
    return max(number * width_s + longest_s * row.speed for number, longest_s in enumerate(longest) if longest_s)
