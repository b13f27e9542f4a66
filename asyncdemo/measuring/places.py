"""Who of a race was done first."""

from collections.abc import Sequence
from math import inf

from ..known.lanes import places as places_of
from .rows import Row


def places(rows: Sequence[Row]) -> list[int]:
    """For each row its place, from 1: the first is the one whose last visitor had the page first. 0: it has none.

    A row has a place when it is over, nobody has cut it, and every visitor got the page. Rows that are done at one
    moment share a place, and the next is left out.
    """
    found = places_of({number: row.finished_s if finished(row) else inf for number, row in enumerate(rows)})
    return [found.get(number, 0) for number in range(len(rows))]


def finished(row: Row) -> bool:
    """Whether everybody got the page."""
    whole = 0 < row.visitors == row.answered and row.finished_s < inf
    return row.over and whole and not row.cut and not row.problem
