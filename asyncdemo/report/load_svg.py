"""The pictures of a single load, in seconds on the wall: latency over time, and how often each latency was."""

from collections import Counter
from math import ceil, floor, log10

from ..base.histogram import Histogram
from ..known.load import Load
from ..showing.lines.load_lines import longest_wait_text
from .axes import FLOOR_S, Scale, curve, failures_of, fitting, tick_text
from .markup import Markup, together
from .paint import painted
from .svg import EDGE, MARKS, Frame, Sheet, curve_of, drawing, failures_group, time_axis

WIDE, NARROW = Sheet("wide", 960, 76), Sheet("narrow", 360, 58)
TOP = 12
TALL, SHORT = 260, 190
ONE = 0.3
"""How high a bar for a single request is, in powers of ten."""
PER_DECADE = 10
"""Bars between 10 ms and 100 ms: a bar is as wide everywhere on the axis."""


def over_time_svg(load: Load, sheet: Sheet = WIDE) -> Markup:
    """The longest and the median latency of each moment, by when requests were meant to leave."""
    drawn = curve(load, 1.0)
    seconds = drawn.seconds or 1.0
    failed = failures_of(load, 1.0)
    waits = [wait for point in drawn.points for wait in (point.median_s, point.longest_s)]
    scale = fitting([*waits, *(point.longest_s for point in failed.points)])
    frame = Frame(TOP, scale, seconds, sheet, TALL)
    lines = [level(frame, tick) for tick in frame.scale.ticks]
    body = [*lines, *turns(load, frame), curve_of(drawn, "s0", MARKS[0], frame), failures_group(failed, frame)]
    body.append(time_axis(TOP + TALL, seconds, sheet, ""))
    known = bool(waits or failed.points)
    longest = longest_wait_text(load.page.whole, load.failed.whole) if known else "nothing is known yet"
    told = f"From the first request to the last, on a log scale; {longest}."
    return drawing(f"over-time-{sheet.name}", "Latency over time", told, (sheet.width, TOP + TALL + 40), *body)


def turns(load: Load, frame: Frame) -> list[Markup]:
    """A line down at each turn of the rate."""
    places = [frame.x(t) for t, _ in load.turns if t < frame.seconds]
    return [painted("path", "turned", d=f"M{x:.1f} {TOP}v{TALL}") for x in places]


def level(frame: Frame, tick: float) -> Markup:
    """A line across, and what it stands for."""
    y = frame.y(tick)
    line = painted("path", "grid", d=frame.across(y))
    text = painted("text", "soft", tick_text(tick), x=frame.sheet.left - 8, y=y + 4, text_anchor="end")
    return together(line, text)


def histogram_svg(load: Load, sheet: Sheet = WIDE) -> Markup:
    """How many requests had each latency, filled, and each service time, as an outline; both axes logarithmic."""
    latency, service, failed = bars(load.page.whole), bars(load.service), bars(load.failed.whole)
    edges = [10 ** (edge / PER_DECADE) for number in [*latency, *service, *failed] for edge in (number - 1, number)]
    scale = fitting(edges)
    top = max([*latency.values(), *service.values(), *failed.values()], default=1)
    body = [
        *count_axis(top, sheet),
        *(ticks_of(scale, sheet)),
        *(bar_rect(number, count, top, scale, sheet) for number, count in latency.items()),
        *(bar_rect(number, count, top, scale, sheet, "lost") for number, count in failed.items()),
    ]
    body.append(painted("path", "outline", d=outline(service, top, scale, sheet)))
    told = f"{latency.total()} latencies of the page, {failed.total()} of errors, {service.total()} service times."
    return drawing(
        f"histogram-{sheet.name}", "How often each latency was", told, (sheet.width, TOP + SHORT + 40), *body
    )


def bars(histogram: Histogram) -> Counter[int]:
    """Counts by bar, numbered in tenths of a power of ten of their middle."""
    counts: Counter[int] = Counter()
    for edge_s, count in histogram.buckets():
        counts[ceil(log10(max(edge_s, FLOOR_S)) * PER_DECADE - 0.05)] += count
    return counts


def place(number: float, scale: Scale, sheet: Sheet) -> float:
    """Where a bar ends, on the axis of durations."""
    return sheet.left + scale.level(10 ** (number / PER_DECADE)) * (sheet.right - sheet.left)


def bar_rect(number: int, count: int, top: int, scale: Scale, sheet: Sheet, kind: str = "bar") -> Markup:
    """A filled one, at least a line high."""
    start, end = place(number - 1, scale, sheet), place(number, scale, sheet)
    tall = height(count, top)
    width = max(1.0, end - start - 1.5)
    return painted("rect", kind, x=start + 0.75, y=TOP + SHORT - tall, width=width, height=tall)


def outline(counts: Counter[int], top: int, scale: Scale, sheet: Sheet) -> str:
    """Steps along the tops of bars that are not filled."""
    if not counts:
        return "M0 0"
    foot = TOP + SHORT
    parts: list[str] = []
    for number in range(min(counts), max(counts) + 1):
        start, end, y = place(number - 1, scale, sheet), place(number, scale, sheet), foot - height(counts[number], top)
        parts.append(f"{'L' if parts else f'M{start:.1f} {foot}L'}{start:.1f} {y:.1f}L{end:.1f} {y:.1f}")
    return "".join(parts) + f"V{foot}"


def height(count: int, top: int) -> float:
    """A bar's: logarithmic, so that a single slow request is seen beside a thousand fast ones."""
    return SHORT * (log10(count) + ONE) / (log10(top) + ONE) if count else 0.0


def count_axis(top: int, sheet: Sheet) -> list[Markup]:
    """The axis of counts."""
    parts = []
    for count in (10**power for power in range(floor(log10(top)) + 1)):
        y = TOP + SHORT - height(count, top)
        parts.append(painted("path", "grid", d=f"M{sheet.left} {y:.1f}H{sheet.right}"))
        parts.append(painted("text", "soft", str(count), x=sheet.left - 8, y=y + 4, text_anchor="end"))
    return parts


def ticks_of(scale: Scale, sheet: Sheet) -> list[Markup]:
    """The axis of durations."""
    foot = TOP + SHORT
    parts = [painted("path", "axis", d=f"M{sheet.left} {foot}H{sheet.right}")]
    for tick in scale.ticks:
        x = place(floor(log10(tick) * PER_DECADE + 0.5), scale, sheet)
        anchor = "end" if x > sheet.right - EDGE else "middle"
        parts.append(painted("path", "axis", d=f"M{x:.1f} {foot}v5"))
        parts.append(painted("text", "soft", tick_text(tick), x=x, y=foot + 20, text_anchor=anchor))
    return parts
