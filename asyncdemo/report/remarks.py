"""What has to be known of a row before its figures: that it did not start, was cut, or tells of the machine."""

from collections.abc import Iterator

from ..base.durations import FELT_S, number_text, seconds_text
from ..base.histogram import Histogram
from ..base.text import in_one_line
from ..events.events import NO_SOCKET, NOT_SENT
from ..known.lanes import Lanes
from ..measuring.rows import Row, late_from_s
from .lessons import on_their_way

SIGN = "!"
"""Before the label of a row of which something has to be known."""
WHAT_TO_DO = "End what else runs here, take fewer lanes or --in-turn, or a lower --speed."


def remarks(row: Row) -> list[str]:
    """A sentence or two each, of one that did start."""
    return [] if row.did_not_start else [*broken_text(row), *cut_text(row), *machine_text(row)]


def marked(row: Row) -> bool:
    """Whether it carries the sign."""
    return bool(row.problem or remarks(row))


def broken_text(row: Row) -> Iterator[str]:
    """What it failed at, when visitors had come."""
    if row.problem:
        yield f"It broke off: {in_one_line(row.problem)}"


def cut_text(row: Row) -> Iterator[str]:
    """What became of everybody who came to a row that was cut."""
    if not row.cut:
        return
    if not row.visitors:
        yield "It was cut before anybody came."
        return
    ends = [f"{row.answered} got the page", f"{row.errors} did not"]
    ends += [f"{row.waiting} wait"] if row.waiting else []
    ends += [on_their_way(row)] if row.load.unfinished else []
    yield f"It was cut: of the {row.visitors} who had come by then {', '.join(ends)}."


def machine_text(row: Row) -> Iterator[str]:
    """That this machine was too small for what ran on it, and what to do."""
    late = too_late(row.load.lag, row.reference, row.speed)
    kept = sum(row.load.ended[end] for end in (NOT_SENT, NO_SOCKET))
    if told := " and ".join(filter(None, (late, f"{kept} never left" if kept else ""))):
        yield (
            f"This machine was too small for all that ran on it: {told}. The figures are of the machine, "
            f"not of the stage. {WHAT_TO_DO}"
        )


def too_late(lag: Histogram, reference: Histogram | None, speed: float) -> str:
    """What of a load, and of a page beside it, took longer than a machine may; empty where nothing did."""
    told = late_text("requests left {} late", lag, speed)
    if reference is not None:
        told += late_text("a page with nothing to wait for took {}", reference, speed)
    return " and ".join(told)


def late_text(what: str, seen: Histogram, speed: float) -> list[str]:
    """`requests left 0.31 s late on the wall (p95)`, where that is too late."""
    late_s = seen.percentile(seen.slowest)
    return [f"{what.format(seconds_text(late_s))} on the wall (p{seen.slowest})"] if late_s > late_from_s(speed) else []


def of_the_machine(row: Row) -> bool:
    """Whether its figures are."""
    return bool(list(machine_text(row)))


def notice(lanes: Lanes) -> str:
    """That this machine is too small for a race that goes on; empty where it is not."""
    late = (too_late(lane.state.load.lag, lanes.reference, lane.speed) for lane in lanes)
    told = next(filter(None, late), "")
    return f"this machine is too small: {told}" if told else ""


def slow_text(row: Row) -> str:
    """`slow from 2 s of the lesson on: 0.1 s on the wall`, where that is more than a second; else nothing."""
    if row.slow_s <= 1.0001:
        return ""
    return f"slow from {number_text(round(row.slow_s, 2))} s of the lesson on: {number_text(FELT_S)} s on the wall"
