"""A lane of a race: its name, its curve, its workers and its figures. A lane takes one row, two, or more."""

import textwrap
from dataclasses import dataclass
from math import ceil, inf

from rich.style import Style

from ...base.durations import seconds_text
from ...base.text import in_one_line, ordinal
from ...known.lanes import Lane, Lanes, Phase
from ...known.workers import Worker
from ..lines.lane_words import crew_within, longest_wait_s, page_wait_s, slow_after_s, unbounded, watched
from ..lines.load_lines import ends_text
from ..lines.run_words import held_for
from .books import reasons
from .chart import LABEL, Bar, eighths, joined_parts, scale_label
from .lines import Line, Part, fit, left, right
from .style import ALARM, DIM, NONE, NOTIFY, STRONG, WEB
from .view import View
from .workers import MOST, strip_parts

TO_COME, ALL_CAME = "·", "┊"
"""What is drawn of the time that is to come, and where the last visitor came."""
SELECTED = "▌"
COUNT = 6
"""Cells of a count."""
THIN_STRIP = 2
"""Cells of a worker's strip at the least."""
NAMED_STRIP = 12
"""Cells of a worker's name beside its strip, at the least."""
THREADS = 13
"""Where there is a thread for each request, there is room for so many from the first."""
FAST = Style(color="green", bold=True)
NOTIFY_STRONG = Style(color="dark_orange", bold=True)
STATES = {Phase.OVER: "over", Phase.CUT: "cut", Phase.FAILED: "failed"}
"""What is said of a lane that is over, where it has no place."""
ROOMY = 4
"""A lane of more rows than these has room for more than figures."""
BEFORE = (Phase.STARTING, Phase.READY)
UNKNOWN = "-"


@dataclass(frozen=True)
class Course:
    """The time of a race, on the wall: what its axis spans."""

    begin: float
    """When the first visitors came; inf before."""
    now: float
    coming_s: float
    """How long visitors come."""
    span_s: float
    """From the first visitor to the right edge: while they come, until the last one is to; then as far as they wait."""
    speed: float

    @classmethod
    def of(cls, lanes: Lanes, now: float) -> "Course":
        """That of these lanes."""
        begin, last = lanes.begun_at, max((visible_until(lane, now) for lane in lanes), default=now)
        coming_s = max((lane.state.load.started.seconds for lane in lanes if lane.state.load.started), default=0.0)
        speed = max((lane.speed for lane in lanes), default=1.0)
        return cls(begin, now, coming_s, max(coming_s, last - begin) if begin < inf else 0.0, speed)

    @property
    def end(self) -> float:
        """The moment at the right edge."""
        return self.begin + self.span_s

    def begins_at(self, cell: int, cells: int) -> float:
        """The moment at the left edge of a cell of so many."""
        return self.begin + self.span_s * cell / cells


def visible_until(lane: Lane, now: float) -> float:
    """Until when its visitors can be looked at."""
    return min(lane.now(now), lane.state.load.ended_at, lane.ended_at)


def known_seconds(lane: Lane, seconds: float) -> tuple[str, Style]:
    """A wait in seconds of the lesson, loud where a visitor would leave."""
    return seconds_text(seconds * lane.speed), ALARM if seconds > slow_after_s(lane) else FAST


def longest_part(lane: Lane, now: float) -> tuple[str, Style]:
    """How long whoever waits longest has waited; of all visitors once they have ended; where the lane is, before."""
    load, phase, quick = lane.state.load, lane.phase, lane.state.stage.quick
    if phase in BEFORE:
        return phase.value, DIM
    if load.ended_at < inf or lane.over:
        text, style = known_seconds(lane, (load.everybody() if quick is None else watched(lane)).max_s)
        return (f"max {text}", style) if watched(lane).count else ("failed" if lane.problem else "no page", ALARM)
    longest = longest_wait_s(lane, lane.now(now))
    text, style = known_seconds(lane, longest) if longest else (("nobody waits", DIM) if load.scheduled else ("", DIM))
    return (f"{quick.short} {text}", style) if quick is not None and longest else (text, style)


def in_short(lane: Lane, text: str, room: int) -> str:
    """The longest wait without `max`; without what it is of as well, where there is no room for that."""
    text, quick = text.removeprefix("max "), lane.state.stage.quick
    return text if len(text) <= room or quick is None else text.removeprefix(f"{quick.short} ")


def place_part(lanes: Lanes, lane: Lane) -> tuple[str, Style]:
    """`1st`; of a lane that is over and has no place, how it ended."""
    place = lanes.places.get(lane.number)
    if place is not None:
        return ordinal(place), STRONG
    return STATES.get(lane.phase, ""), ALARM if lane.phase in (Phase.CUT, Phase.FAILED) else DIM


@dataclass(frozen=True)
class Counts:
    """Where visitors or notifications are, in figures."""

    done: str
    wait: str
    lost: str


def page_counts(lane: Lane) -> Counts:
    """Of the visitors that have come: who has the page, who waits or did at the end, who got none. They add up."""
    if lane.begun_at == inf or not lane.visitors:
        return Counts(UNKNOWN, UNKNOWN, UNKNOWN)
    return Counts(str(lane.answered), str(lane.waiting), str(lane.without))


def notify_counts(lane: Lane) -> Counts:
    """Of the notifications that were sent: done, waiting or in hand (`?`: and who knows where), lost. They add up."""
    if lane.begun_at == inf or not lane.visitors:
        return Counts(UNKNOWN, UNKNOWN, UNKNOWN)
    books = lane.state.books
    waiting = f"{books.running + books.queued + books.held}{f'+{books.unknown}?' if books.unknown else ''}"
    return Counts(str(books.delivered), waiting, str(books.lost))


def count_parts(counts: Counts, done: Style, wait: Style, width: int = COUNT) -> Line:
    """Three figures, each at the right end of its column; none lost is quiet."""
    lost = DIM if counts.lost in ("0", UNKNOWN) else ALARM
    styles = zip((counts.done, counts.wait, counts.lost), (done, wait, lost), strict=True)
    return [right(text, width, DIM if text == UNKNOWN else style) for text, style in styles]


def page_parts(lane: Lane, now: float, width: int = COUNT) -> Line:
    """The visitors' figures; who waits is loud where somebody has waited for long."""
    counts = page_counts(lane)
    slow = lane.phase in (Phase.COMING, Phase.DRAINING) and page_wait_s(lane, lane.now(now)) > lane.state.slow_s
    return count_parts(counts, FAST, ALARM if slow and counts.wait != "0" else STRONG, width)


def waits_of(lane: Lane, course: Course, cells: int) -> list[float]:
    """The longest wait in each cell that has begun, in seconds on the wall.

    Where fewer come than there are cells, several have the same: a moment at which nobody can have come is no gap.
    """
    until = visible_until(lane, course.now)
    shown = sum(course.begins_at(cell, cells) < until for cell in range(cells)) if course.begin < until else 0
    if not shown:
        return []
    parts = min(cells, parts_known(lane, course))
    quick = lane.state.stage.quick
    seen = lane.state.visitors if quick is None else lane.state.notifications.waits_of(quick.name)
    waits = seen.longest_waits_between(course.begin, course.end, until, parts)
    return [waits[min(len(waits) - 1, cell * parts // cells)] for cell in range(shown)] if waits else []


def parts_known(lane: Lane, course: Course) -> int:
    """How many parts the time of a race has in each of which somebody comes, at its rate."""
    asked = lane.state.load.started
    between = 1 / asked.most if asked is not None and asked.most else 0.0
    return max(1, int(course.span_s / (between + lane.state.visitors.slice_s)))


def curve(lane: Lane, course: Course, width: int, rows: int) -> list[Line]:
    """A bar a cell: how long whoever waited longest had waited then, on the log axis that all lanes have in common."""
    waits, slow_s = waits_of(lane, course, width), slow_after_s(lane)
    quick = lane.state.stage.quick is not None
    bars = [Bar(eighths(wait * lane.speed, rows), wait > slow_s, quick=quick) for wait in waits]
    stop = last_came(course, width)
    goes_on = not lane.over and lane.state.load.ended_at == inf
    return [curve_row(bars, row, width, stop, goes_on) for row in range(rows - 1, -1, -1)]


def last_came(course: Course, width: int) -> int:
    """The cell in which the last visitor came, where the axis goes on behind it; -1 where it does not."""
    return int(course.coming_s / course.span_s * width) if course.span_s > course.coming_s else -1


def curve_row(bars: list[Bar], row: int, width: int, stop: int, goes_on: bool) -> Line:
    """One row of it, counted from the bottom."""
    ahead = (TO_COME if row == 0 and goes_on else " ", DIM)
    parts: list[Part] = [bar.part(row) for bar in bars] + [ahead] * (width - len(bars))
    if 0 <= stop < width and parts[stop][0] == " ":
        parts[stop] = (ALL_CAME, DIM)
    return joined_parts(parts)


def scale(rows: int) -> list[Line]:
    """The labels of the log axis."""
    return [[(f"{scale_label(row, rows):>{LABEL - 1}} ", DIM)] for row in range(rows - 1, -1, -1)]


def strip_lines(lane: Lane, course: Course, view: View, width: int, rows: int) -> list[Line]:
    """A strip for each worker, since the first visitor came: side by side, or one a row with its name."""
    workers, run = lane.state.workers.rows(), lane.state.run
    if course.begin == inf or run is None or not workers:
        return [[]] * rows
    if 1 < rows >= len(workers) and not unbounded(run):
        name = max([NAMED_STRIP, *(min(MOST, len(worker.name) + 1) for worker in workers)])
        named = [named_strip(lane, worker, course, view, (name, width)) for worker in workers]
        return [*named, *([[]] * (rows - len(named)))]
    a_row = ceil(max(len(workers), THREADS if unbounded(run) else 1) / rows)
    cells = max(THIN_STRIP, (width + 1) // a_row - 1)
    shown = room_for(workers, cells, width, rows)
    strips = [strip(lane, worker, course, view, cells) for worker in shown]
    return packed(strips, (width + 1) // (cells + 1), rows, len(workers) - len(shown))


def named_strip(lane: Lane, worker: Worker, course: Course, view: View, cells: tuple[int, int]) -> Line:
    """A worker's name, in so many cells, and its strip, in so many with it."""
    name, width = cells
    return [left(worker.name, name, DIM), *strip(lane, worker, course, view, width - name)]


def strip(lane: Lane, worker: Worker, course: Course, view: View, cells: int) -> Line:
    """How busy a worker was with what, since the first visitor came."""
    until = max(course.begin, min(lane.now(course.now), lane.ended_at))
    shown = lane.state.workers.strip_between(worker, course.begin, until, cells)
    return strip_parts(lane.state.stage, shown, view.colour)


def room_for(workers: list[Worker], cells: int, width: int, rows: int) -> list[Worker]:
    """Those whose strips there is room for, beside how many more there are."""
    fitting = (width + 1) // (cells + 1) * rows
    if len(workers) <= fitting:
        return workers
    return workers[: fitting - ceil((len(f"+{len(workers)}") + 1) / (cells + 1))]


def packed(strips: list[Line], a_row: int, rows: int, more: int) -> list[Line]:
    """Strips in rows, a blank between two; at the end, how many more there are."""
    lines: list[Line] = []
    for row in range(rows):
        here = strips[row * a_row : (row + 1) * a_row]
        lines.append([part for each in here for part in ((" ", NONE), *each)][1:])
    if more:
        lines[-1].append((f" +{more}", DIM))
    return lines


def name_lines(lanes: Lanes, lane: Lane, course: Course, width: int, rows: int) -> list[Line]:
    """Whose lane it is, its place, and how long whoever waits longest has waited; more where there is room."""
    name, place = lane.label.partition(", ")[0], place_part(lanes, lane)
    crew = crew_within(lane, width - 2 - len(place[0]) if rows == 2 else width)
    longest = longest_part(lane, course.now)
    if rows == 2:  # the figure beside the name, the place below it
        text, style = longest
        return [
            ends(name, (in_short(lane, text, width - len(name) - 2), style), width),
            ends(crew, place, width, DIM),
        ]
    more = percentile_lines(lane) if rows > 3 else []
    lines = [ends(name, place, width), [left(crew, width, DIM)], [longest], *more]
    return [fit(line, width) for line in [*lines, *([[]] * rows)][:rows]]


def ends(text: str, end: tuple[str, Style], width: int, style: Style = STRONG) -> Line:
    """A text at the left end of a column, another at its right end, and a blank behind it."""
    room = width - len(end[0]) - 1
    return [left(text, room, style), end, (" ", NONE)]


def percentile_lines(lane: Lane) -> list[Line]:
    """Of the page, or of the quick tasks: of what is done, and of what waits."""
    seen = watched(lane)
    if not seen.count:
        return []
    return [[(f"p{percent} ", DIM), known_seconds(lane, seen.percentile(percent))] for percent in (50, 95)]


def figure_lines(lane: Lane, course: Course, view: View, width: int, rows: int) -> list[Line]:
    """The workers' strips, and below them where visitors and notifications are; why some are lost, where there is
    room."""
    why = rows > ROOMY
    strips = strip_lines(lane, course, view, width, rows - 2 - why) if rows > 2 else []
    name = width - 3 * COUNT
    slow = lane.state.stage.slow
    short = "tasks" if lane.state.stage.tasks else lane.state.stage.channel(slow).short if slow else "notify"
    page = [left("page", name, WEB), *page_parts(lane, course.now)]
    notify = [left(short, name, NOTIFY), *notify_parts(lane)]
    return [*strips, page, notify, *([[left(why_lost(lane), width, ALARM)]] if why else [])]


def why_lost(lane: Lane) -> str:
    """`7 x 503; 58 expired`: how visitors ended who got no page, and why notifications are lost, or are held."""
    books = lane.state.books
    held = f"{books.held} held {held_for(lane.state)}" if books.held else ""
    return "; ".join(filter(None, (ends_text(lane.failures.most_common()), reasons(books) if books.lost else "", held)))


def notify_parts(lane: Lane, width: int = COUNT) -> Line:
    """The notifications' figures."""
    return count_parts(notify_counts(lane), NOTIFY_STRONG, NOTIFY_STRONG, width)


def reason_lines(lane: Lane, width: int, rows: int, head: str = "") -> list[Line]:
    """What a lane failed at, in the place of its curve."""
    words = textwrap.wrap(f"{head}{in_one_line(lane.problem)}", width - 1)
    if len(words) > rows:
        words[rows - 1] = " ".join(words[rows - 1 :])
    return [fit([left(words[row] if row < len(words) else "", width - 1, ALARM)], width) for row in range(rows)]
