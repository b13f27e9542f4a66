"""The picture of a comparison as SVG: a strip for each row on the same axes, the others in it as thin grey lines."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap

from ..base.durations import SLOW_S, number_text, seconds_text
from ..measuring.rows import Row
from .axes import Curve, Point, Scale, around_a_second, curves, failures_of, tick_text, time_ticks
from .markup import Markup, element, together
from .table import label_of

COLOURS = Path(__file__).with_name("colours.css")
NAMESPACE = "http://www.w3.org/2000/svg"
"""The name of the language, not an address: nobody opens it."""
WIDTH = 960
LEFT, RIGHT = 262, 944
"""Where the axis of time begins and ends."""
HEAD, EDGE, STRIP, GAP, FOOT = 62, 8, 84, 18, 36
LABEL = 24
"""Characters of a label's line."""
TITLE = "How long visitors waited, by when they came"
STYLES = 6
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


def picture_svg(rows: Sequence[Row], headed: bool = True) -> Markup:
    """To stand in a page that has the colours; a page with a heading of its own needs none in the picture."""
    drawn = curves(rows)
    scale, seconds = around_a_second(drawn), max((curve.seconds for curve in drawn), default=0.0) or 1.0
    head = HEAD if headed else EDGE
    foot = head + len(rows) * (STRIP + GAP) - GAP
    strips = [
        strip_group(number, row, drawn, Frame(head + number * (STRIP + GAP), scale, seconds))
        for number, row in enumerate(rows)
    ]
    body = [*([picture_title()] if headed else []), *strips, time_axis(foot, seconds)]
    return drawing("picture", TITLE, description(rows), (WIDTH, foot + GAP + FOOT), *body)


def standalone(svg: Markup) -> str:
    """A picture as a file of its own, with the colours in it."""
    style = element("style", Markup(COLOURS.read_text(encoding="utf-8")))
    opening, _, rest = svg.partition(">")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{opening} xmlns="{NAMESPACE}">{style}{rest}\n'


def drawing(name: str, title: str, desc: str, size: tuple[int, int], *body: Markup) -> Markup:
    """An SVG that a screen reader can tell of, on paper of its own. `name` begins its ids."""
    width, height = size
    texts = [element("title", title, id=f"{name}-title"), element("desc", desc, id=f"{name}-desc")]
    paper = element("rect", class_="paper", width=width, height=height)
    labelled = f"{name}-title {name}-desc"
    facts = {"viewBox": f"0 0 {width} {height}", "role": "img", "aria_labelledby": labelled, "class_": "asyncdemo"}
    return element("svg", *texts, paper, *body, **facts)


def description(rows: Sequence[Row]) -> str:
    """What the picture shows, in words."""
    told = [
        f"{row.label}: half of its visitors waited up to {seconds_text(row.percentile_s(50))}, the longest "
        f"{seconds_text(row.max_s)}."
        for row in rows
        if row.page.count
    ]
    return " ".join(["A strip for each row, latency on a log scale with 1 s in the middle.", *told])


class Frame:
    """Where a strip stands, and where a moment and a duration are in it."""

    def __init__(self, top: float, scale: Scale, seconds: float, height: float = STRIP, left: float = LEFT) -> None:
        self.top, self.scale, self.seconds, self.height, self.left = top, scale, seconds, height, left

    def x(self, came_s: float) -> float:
        """Where a moment of the load stands, from the left."""
        return self.left + came_s / self.seconds * (RIGHT - self.left)

    def y(self, waited_s: float) -> float:
        """Where a duration stands, from the top."""
        return self.top + (1 - self.scale.level(waited_s)) * self.height


def picture_title() -> Markup:
    """What is shown, and how to read it."""
    how = "A mark is a visitor, or of all who came at a moment the slowest; x: got no page. Shaded: slow. "
    return together(
        element("text", TITLE, x=16, y=26, class_="head"),
        element("text", how + "Thin grey lines: the other rows.", x=16, y=46, class_="soft"),
    )


def strip_group(number: int, row: Row, drawn: Sequence[Curve], frame: Frame) -> Markup:
    """One row: its label and figures, the axes, the others in grey, and its own curve on top."""
    style = f"s{number % STYLES}"
    others = [
        element("path", class_="ghost", d=path_data([(point.came_s, point.longest_s) for point in other.points], frame))
        for other in drawn
        if other is not drawn[number] and len(other.points) > 1
    ]
    return element(
        "g",
        element("rect", class_="slow", x=LEFT, y=frame.top, width=RIGHT - LEFT, height=frame.y(row.slow_s) - frame.top),
        *level_lines(frame),
        *others,
        row_label(number, row, frame.top),
        curve_of(drawn[number], style, MARKS[number % STYLES], frame),
        failures_group(failures_of(row.load, row.speed), frame),
    )


def failures_group(failures: Curve, frame: Frame) -> Markup:
    """An x for those who got no page, where that was said to the one who waited longest for it."""
    places = [(frame.x(point.came_s), frame.y(point.longest_s)) for point in marked(failures.points)]
    return together(
        *(element("path", class_="failed", d=X, transform=f"translate({x:.1f} {y:.1f})") for x, y in places)
    )


def row_label(number: int, row: Row, top: float) -> Markup:
    """The row's mark and name, and three figures below them."""
    known = row.page.count > 0
    waits = f"p50 {seconds_text(row.percentile_s(50))}, p95 {seconds_text(row.percentile_s(95))}" if known else "-"
    counts = "did not start" if row.problem else f"{row.answered} of {row.visitors} answered"
    names = wrap(label_of(row), LABEL, max_lines=2, placeholder="…") or [""]
    lines = [(name, f"label name s{number % STYLES}") for name in names] + [(waits, "waits"), (counts, "soft")]
    texts = [
        element("text", text, x=34, y=top + 19 + 19 * place, class_=style) for place, (text, style) in enumerate(lines)
    ]
    return together(mark_path(MARKS[number % STYLES], f"s{number % STYLES}", 22, top + 14, scale=1.4), *texts)


def level_lines(frame: Frame) -> list[Markup]:
    """Lines across the strip, a label on every second one."""
    lines = []
    for tick in frame.scale.ticks:
        y = frame.y(tick)
        lines.append(element("path", class_="second" if tick == SLOW_S else "grid", d=f"M{LEFT} {y:.1f}H{RIGHT}"))
        if tick in (0.01, SLOW_S, 100.0):
            lines.append(element("text", tick_text(tick), x=LEFT - 8, y=y + 4, text_anchor="end", class_="soft"))
    return lines


def curve_of(curve: Curve, style: str, shape: str, frame: Frame) -> Markup:
    """The longest wait of each moment; the median too, where several came at a moment."""
    points = curve.points
    parts = []
    if sum(point.count for point in points) > 1.5 * len(points):
        there = [(point.came_s, point.longest_s) for point in points]
        back = [(point.came_s, point.median_s) for point in reversed(points)]
        parts.append(element("path", class_=f"band {style}", d=path_data([*there, *back], frame) + "z"))
        parts.append(element("path", class_=f"median {style}", d=path_data(list(reversed(back)), frame)))
    if len(points) > 1:
        longest = [(point.came_s, point.longest_s) for point in points]
        parts.append(element("path", class_=f"line {style}", d=path_data(longest, frame)))
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
    return element("path", class_=f"mark {style}", d=MARK_PATHS[shape], transform=f"translate({x:.1f} {y:.1f}){grown}")


def time_axis(top: float, seconds: float, left: float = LEFT, name: str = "when the visitor came") -> Markup:
    """The axis of time, below the last strip."""
    parts = [element("path", class_="axis", d=f"M{left} {top + 6}H{RIGHT}")]
    for tick in time_ticks(seconds):
        x = left + tick / seconds * (RIGHT - left)
        parts.append(element("path", class_="axis", d=f"M{x:.1f} {top + 6}v5"))
        text = f"{number_text(tick)} s"
        parts.append(element("text", text, x=x, y=top + 24, text_anchor="middle", class_="soft"))
    named = element("text", name, x=left - 26, y=top + 24, text_anchor="end", class_="soft")
    return together(*parts, named)
