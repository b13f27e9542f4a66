"""The picture of a comparison as SVG: a strip for each row on the same axes, the others in it as thin grey lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from ..base.durations import SLOW_S, number_text, seconds_text
from ..measuring.rows import Row
from ..showing.lines.load_lines import longest_wait_text
from .axes import Curve, Point, Scale, around_a_second, curves, failures, failures_of, tick_text, time_ticks
from .markup import Markup, element, together
from .paint import FONTS, SERIES, dark_css, painted
from .picture import instead, slow_from
from .table import label_of

NAMESPACE = "http://www.w3.org/2000/svg"
"""The name of the language, not an address: nobody opens it."""


@dataclass(frozen=True)
class Sheet:
    """What a picture is drawn on, in units that are pixels where it is shown as large as it is meant to be."""

    name: str
    width: int
    left: int
    """Where the axis of time begins."""
    above: int = 0
    """Room above each strip, for its label; without any, that stands to its left."""

    @property
    def right(self) -> int:
        """Where the axis of time ends."""
        return self.width - EDGE


WIDE = Sheet("wide", 960, 262)
NARROW = Sheet("narrow", 360, 50, 40)
"""For a phone held upright, and for a picture that shall be read there."""
EDGE, STRIP, LOW_STRIP, GAP, FOOT = 8, 84, 46, 18, 36
HEAD_LINE = 18
"""From one line of words to the next."""
LABEL, LABEL_ABOVE = 24, 36
"""Characters of a label's line, beside its strip and above it."""
TITLE = "How long visitors waited, by when they came"
MARKS = ("circle", "square", "triangle", "diamond", "cross", "wedge")
MARK_PATHS = {
    "circle": "M-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0-7.2 0z",
    "square": "M-3.2-3.2h6.4v6.4h-6.4z",
    "triangle": "M0-4.2L4 3.2H-4z",
    "diamond": "M0-4.6L4.2 0L0 4.6L-4.2 0z",
    "cross": "M-1.3-4h2.6v2.7h2.7v2.6h-2.7v2.7h-2.6v-2.7h-2.7v-2.6h2.7z",
    "wedge": "M0 4.2L4-3.2H-4z",
}
X = "M-3-3L3 3M-3 3L3-3"
"""The mark of those who got no page, of whatever row."""
MARKS_AT_MOST = 90
"""Curves of more points carry a mark on some of them."""


def picture_svg(rows: Sequence[Row], headed: bool = True, sheet: Sheet = WIDE) -> Markup:
    """To stand in a page, which has the colours of the dark; where that has a heading, the picture needs none."""
    drawn = curves(rows)
    scale = around_a_second([*drawn, *failures(rows)])
    seconds = max((curve.seconds for curve in drawn), default=0.0) or 1.0
    title = picture_title(sheet, rows) if headed else []
    head = 18 + HEAD_LINE * len(title) if headed else EDGE
    tall = LOW_STRIP if sheet.above else STRIP
    pitch = sheet.above + tall + (GAP if not sheet.above else EDGE)
    tops = [head + sheet.above + number * pitch for number in range(len(rows))]
    foot = (tops[-1] if tops else head) + tall
    strips = [
        strip_group(number, row, drawn, Frame(top, scale, seconds, sheet, tall))
        for number, (row, top) in enumerate(zip(rows, tops, strict=True))
    ]
    body = [*title, *strips, time_axis(foot, seconds, sheet)]
    size = (sheet.width, foot + GAP + FOOT + (HEAD_LINE if sheet.above else 0))
    return drawing(f"picture-{sheet.name}", TITLE, description(rows), size, *body)


def standalone(svg: Markup, times: float = 1.25) -> str:
    """A picture as a file of its own, with the colours of the dark; so many times as large where there is room."""
    style = element("style", Markup(dark_css()))
    opening, _, rest = svg.partition(">")
    _, _, width, height = opening.partition('viewBox="')[2].partition('"')[0].split()
    size = f'width="{int(width) * times:g}" height="{int(height) * times:g}"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{opening} {size} xmlns="{NAMESPACE}">{style}{rest}\n'


def drawing(name: str, title: str, desc: str, size: tuple[int, int], *body: Markup) -> Markup:
    """An SVG that a screen reader can tell of, on paper of its own. `name` begins its ids."""
    width, height = size
    texts = [element("title", title, id=f"{name}-title"), element("desc", desc, id=f"{name}-desc")]
    paper = painted("rect", "paper", width=width, height=height)
    labelled = f"{name}-title {name}-desc"
    facts = {"viewBox": f"0 0 {width} {height}", "role": "img", "aria_labelledby": labelled, "class_": "asyncdemo"}
    return element("svg", *texts, paper, *body, **facts, font_family=FONTS, font_size=13)


def description(rows: Sequence[Row]) -> str:
    """What the picture shows, in words."""
    told = [
        f"{row.label}: of those who got the page or wait for it half waited up to "
        f"{seconds_text(row.percentile_s(50))}; {longest_wait_text(row.page, row.failed, row.speed)}."
        for row in rows
        if row.page.count
    ]
    told += [f"{more[0].upper()}{more[1:]}."] if (more := instead(rows)) else []
    return " ".join(["A strip for each row, latency on a log scale with 1 s in the middle.", *told])


class Frame:
    """Where a strip stands, and where a moment and a duration are in it."""

    def __init__(self, top: float, scale: Scale, seconds: float, sheet: Sheet = WIDE, height: float = STRIP) -> None:
        self.top, self.scale, self.seconds, self.sheet, self.height = top, scale, seconds, sheet, height

    def x(self, came_s: float) -> float:
        """Where a moment of the load stands, from the left."""
        return self.sheet.left + came_s / self.seconds * (self.sheet.right - self.sheet.left)

    def y(self, waited_s: float) -> float:
        """Where a duration stands, from the top."""
        return self.top + (1 - self.scale.level(waited_s)) * self.height

    def across(self, y: float) -> str:
        """The data of a line from its left to its right."""
        return f"M{self.sheet.left} {y:.1f}H{self.sheet.right}"


def picture_title(sheet: Sheet, rows: Sequence[Row]) -> list[Markup]:
    """What is shown, and how to read it."""
    how = (
        "A mark is a visitor, or of all who came at a moment the slowest; x: got no page. Shaded: slow. Thin grey "
        "lines: the other rows."
    )
    if more := instead(rows):
        how = f"{how} {more[0].upper()}{more[1:]}."
    lines = [*((line, "head") for line in wrap(TITLE, sheet.width // 11))]
    lines += [(line, "soft") for line in wrap(how, sheet.width // 7)]
    return [painted("text", look, line, x=EDGE, y=26 + HEAD_LINE * n) for n, (line, look) in enumerate(lines)]


def strip_group(number: int, row: Row, drawn: Sequence[Curve], frame: Frame) -> Markup:
    """One row: its label and figures, the axes, the others in grey, and its own curve on top."""
    style = f"s{number % SERIES}"
    others = [
        painted("path", "ghost", d=path_data([(point.came_s, point.longest_s) for point in other.points], frame))
        for other in drawn
        if other is not drawn[number] and len(other.points) > 1
    ]
    return element(
        "g",
        slow_rect(row, frame),
        *level_lines(frame),
        *others,
        row_label(number, row, frame),
        curve_of(drawn[number], style, MARKS[number % SERIES], frame),
        failures_group(failures_of(row.load, row.speed), frame),
    )


def slow_rect(row: Row, frame: Frame) -> Markup:
    """Where a wait is slow."""
    left, width = frame.sheet.left, frame.sheet.right - frame.sheet.left
    return painted("rect", "slow", x=left, y=frame.top, width=width, height=frame.y(slow_from(row)) - frame.top)


def failures_group(failures: Curve, frame: Frame) -> Markup:
    """An x for those who got no page, where that was said to the one who waited longest for it."""
    places = [(frame.x(point.came_s), frame.y(point.longest_s)) for point in marked(failures.points)]
    return together(*(painted("path", "failed", d=X, transform=f"translate({x:.1f} {y:.1f})") for x, y in places))


def row_label(number: int, row: Row, frame: Frame) -> Markup:
    """The row's mark and name, and three figures below them."""
    known = row.page.count > 0
    waits = f"p50 {seconds_text(row.percentile_s(50))}, p95 {seconds_text(row.percentile_s(95))}" if known else "-"
    if (kind := row.quick) is not None and kind.latency.count:
        p50, p95 = (seconds_text(kind.latency.percentile(percent) * row.speed) for percent in (50, 95))
        waits = f"{kind.task.short} p50 {p50}, p95 {p95}"
    counts = "did not start" if row.did_not_start else f"{row.answered} of {row.visitors} answered"
    style = f"s{number % SERIES}"
    sheet = frame.sheet
    if sheet.above:
        lines, x, y = [(f"{waits}; {counts}", "soft")], EDGE + 16, frame.top - sheet.above + 16
    else:
        lines, x, y = [(waits, "waits"), (counts, "soft")], 34, frame.top + 19
    room, most = (LABEL_ABOVE, 1) if sheet.above else (LABEL, 2)
    names = wrap(label_of(row), room, max_lines=most, placeholder="…") or [""]
    lines = [(name, f"label {style}") for name in names] + lines
    texts = [painted("text", look, text, x=x, y=y + 18 * place) for place, (text, look) in enumerate(lines)]
    return together(mark_path(MARKS[number % SERIES], style, x - 12, y - 5, scale=1.4), *texts)


def level_lines(frame: Frame) -> list[Markup]:
    """Lines across the strip, a label on every second one."""
    lines = []
    for tick in frame.scale.ticks:
        y = frame.y(tick)
        lines.append(painted("path", "second" if tick == SLOW_S else "grid", d=frame.across(y)))
        if tick in (0.01, SLOW_S, 100.0):
            place = {"x": frame.sheet.left - 6, "y": y + 4}
            lines.append(painted("text", "soft", tick_text(tick), text_anchor="end", **place))
    return lines


def curve_of(curve: Curve, style: str, shape: str, frame: Frame) -> Markup:
    """The longest wait of each moment; the median too, where several came at a moment."""
    points = curve.points
    parts = []
    if sum(point.count for point in points) > 1.5 * len(points):
        there = [(point.came_s, point.longest_s) for point in points]
        back = [(point.came_s, point.median_s) for point in reversed(points)]
        parts.append(painted("path", f"band {style}", d=path_data([*there, *back], frame) + "z"))
        parts.append(painted("path", f"median {style}", d=path_data(list(reversed(back)), frame)))
    if len(points) > 1:
        longest = [(point.came_s, point.longest_s) for point in points]
        parts.append(painted("path", f"line {style}", d=path_data(longest, frame)))
    parts += [mark_path(shape, style, frame.x(point.came_s), frame.y(point.longest_s)) for point in marked(points)]
    return together(*parts)


def marked(points: Sequence[Point]) -> Sequence[Point]:
    """Those that carry a mark."""
    return points[:: 1 + len(points) // MARKS_AT_MOST]


def path_data(points: Sequence[tuple[float, float]], frame: Frame) -> str:
    """Straight lines from one (came, waited) to the next."""
    return "M" + "L".join(f"{frame.x(came):.1f} {frame.y(waited):.1f}" for came, waited in points) if points else "M0 0"


def mark_path(shape: str, style: str, x: float, y: float, scale: float = 1.0) -> Markup:
    """A row's mark."""
    grown = f" scale({scale})" if scale != 1 else ""
    return painted("path", f"mark {style}", d=MARK_PATHS[shape], transform=f"translate({x:.1f} {y:.1f}){grown}")


def time_axis(top: float, seconds: float, sheet: Sheet, name: str = "when the visitor came") -> Markup:
    """The axis of time, below the last strip. Its name stands to its left, or below it where there is no room."""
    parts = [painted("path", "axis", d=f"M{sheet.left} {top + 6}H{sheet.right}")]
    for tick in time_ticks(seconds, 7 if sheet.width > 500 else 4):
        x = sheet.left + tick / seconds * (sheet.right - sheet.left)
        text = f"{number_text(tick)} s"
        anchor = "middle" if x + 3.5 * len(text) < sheet.width else "end"
        parts.append(painted("path", "axis", d=f"M{x:.1f} {top + 6}v5"))
        parts.append(painted("text", "soft", text, x=x, y=top + 24, text_anchor=anchor))
    place = {"x": sheet.left - 26, "y": top + 24} if not sheet.above else {"x": sheet.right, "y": top + 24 + HEAD_LINE}
    return together(*parts, *([painted("text", "soft", name, text_anchor="end", **place)] if name else []))
