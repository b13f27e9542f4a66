"""The visitors of a run, one below the other: who came when, how long he waited, and who was in front of him."""

from collections.abc import Sequence

from ...base.durations import seconds_text
from ...course.visits import Visit
from ...showing.panels.lines import Line, Part, left, right
from ...showing.panels.style import ALARM, DIM, NONE, NOTIFY, STRONG, WEB

MARK, NAME, CAME, WAITED, GAP = 3, 10, 6, 9, 2
"""Cells of these columns, and between some of them."""
HEAD = "who was in front"
LEAST_BAR, MOST_BAR = 6, 18
EIGHTHS = "▏▎▍▌▋▊▉█"
BETWEEN: Part = (" " * GAP, NONE)
LEAST_SCALE_S = 1.0
"""Of the lesson, what a whole bar is at the least: what takes no time has no bar."""
SLOW_S = 0.5
"""Of the lesson: a wait that somebody notices."""
FIRST = 8
"""So many are shown where not all are asked for."""


def visitor_lines(visits: Sequence[Visit], width: int, asked: int = 0) -> list[Line]:
    """A line for each, the one with the number `asked` marked."""
    if not visits:
        return []
    longest = max(LEAST_SCALE_S, *(visit.waited_s for visit in visits))
    fixed = MARK + NAME + CAME + WAITED + 2 * GAP
    front = max(len(HEAD), *(len(visit.front) for visit in visits))
    bar = max(LEAST_BAR, min(MOST_BAR, width - fixed - front))
    room = width - fixed - bar
    lines = [heading(bar, room >= front)]
    for visit in visits:
        lines += visitor_line(visit, bar_text(visit.waited_s, longest, bar).ljust(bar), room, visit.number == asked)
    return lines


def heading(bar: int, beside: bool) -> Line:
    """What the columns are."""
    names = [left("visitor", NAME, DIM), right("came", CAME, DIM), BETWEEN, left("waited", bar + WAITED, DIM)]
    front = [BETWEEN, (HEAD, DIM)] if beside else []
    return [(" " * MARK, NONE), *names, *front]


def visitor_line(visit: Visit, bar: str, room: int, asked: bool) -> list[Line]:
    """One of them; who was in front of him comes below where there is no `room` for it beside."""
    style = ALARM if not visit.got_page or visit.waited_s >= SLOW_S else WEB
    line: Line = [
        (" ▌ " if asked else " " * MARK, STRONG),
        left(visit.name, NAME, STRONG if asked else NONE),
        right(f"{round(visit.came_s, 1):g} s", CAME, DIM),
        BETWEEN,
        (bar, style),
        right(waited_text(visit), WAITED, style),
    ]
    if not visit.front:
        return [line]
    if len(visit.front) <= room:
        return [[*line, BETWEEN, (visit.front, NOTIFY)]]
    return [line, [(" " * (MARK + GAP), NONE), (visit.front, NOTIFY)]]


def waited_text(visit: Visit) -> str:
    """How long; and what came in the end, if that was no page."""
    if visit.got_page:
        return seconds_text(visit.waited_s)
    return {"waits": "waits on", "left": "left"}.get(visit.ending, f"a {visit.ending}")


def bar_text(seconds: float, longest: float, cells: int) -> str:
    """A bar as long as the wait; the longest fills its cells, and any leaves a tick."""
    eighths = max(1, round(seconds / longest * cells * 8)) if longest else 1
    return "█" * (eighths // 8) + (EIGHTHS[eighths % 8 - 1] if eighths % 8 else "")


def visitor_words(visit: Visit) -> str:
    """As a line for who hears it, or reads it in a pipe."""
    came = f"{visit.name} came at {round(visit.came_s, 1):g} s"
    waited = f"waited {seconds_text(visit.waited_s)}" if visit.got_page or visit.ending == "waits" else "got no page"
    ending = "" if visit.got_page else f", {waited_text(visit)}"
    front = f"; in front: {visit.front}" if visit.front else ""
    return f"{came}, {waited}{ending}{front}"
