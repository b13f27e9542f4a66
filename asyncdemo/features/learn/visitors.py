"""The visitors of a run, one below the other: who came when, how long he waited, and who was in front of him."""

from collections import Counter
from collections.abc import Callable, Sequence

from ...base.durations import seconds_text, span_text
from ...course.visits import Visit
from ...showing.panels.lines import Line, Part, left, plain, right
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
"""So many are shown where not all are asked for, and whoever matters beside them."""
SKIPPED = "…"
"""Between two who did not come one after the other."""


def chosen(visits: Sequence[Visit], asked: int = 0) -> list[Visit]:
    """Of many, those that matter: the first, whoever was asked about, the first who got no page and the first who
    waited."""
    firsts = (first(visits, lambda visit: not visit.got_page), first(visits, is_slow))
    numbers = {asked, *(visit.number for visit in firsts if visit is not None)}
    return [visit for place, visit in enumerate(visits) if place < FIRST or visit.number in numbers]


def first(visits: Sequence[Visit], is_so: Callable[[Visit], bool]) -> Visit | None:
    """The first of whom it is true."""
    return next(filter(is_so, visits), None)


def is_slow(visit: Visit) -> bool:
    """Whether somebody got a page, and noticed the wait."""
    return visit.got_page and visit.waited_s >= SLOW_S


def more_words(visits: Sequence[Visit], shown: Sequence[Visit]) -> str:
    """How many are not shown, and what those who got no page came to; empty for none."""
    numbers = {visit.number for visit in shown}
    more = [visit for visit in visits if visit.number not in numbers]
    endings = Counter(waited_text(visit) for visit in more if not visit.got_page)
    parts = [f"{count} {ended_words(ending, count)}" for ending, count in endings.items()]
    return f"and {len(more)} more{', of them ' * bool(parts)}{', '.join(parts)}" if more else ""


def ended_words(ending: str, count: int) -> str:
    """`who wait on`: how so many have ended who got no page."""
    if ending == "waits on":
        return "who waits on" if count == 1 else "who wait on"
    return "who left" if ending == "left" else f"with {ending}"


def visitor_lines(visits: Sequence[Visit], width: int, asked: int = 0, beside: Sequence[Visit] = ()) -> list[Line]:
    """A line for each, the one with the number `asked` marked; the bars are to the scale of those `beside`, too."""
    if not visits:
        return []
    alike = [*visits, *beside]
    longest = max(LEAST_SCALE_S, *(visit.waited_s for visit in alike))
    fixed = MARK + NAME + CAME + WAITED + 2 * GAP
    front = max(len(HEAD), *(len(visit.front) for visit in alike))
    bar = max(LEAST_BAR, min(MOST_BAR, width - fixed - front))
    room = width - fixed - bar
    lines = [heading(bar, room >= front)]
    for before, visit in zip([visits[0], *visits], visits, strict=False):
        lines += [plain(" " * MARK + SKIPPED, DIM)] if visit.number > before.number + 1 else []
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
        right(span_text(visit.came_s), CAME, DIM),
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
