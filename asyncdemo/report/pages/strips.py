"""A worker's time as SVG: the height of a bar is how busy it was, its colour and its hatching what kept it so."""

from collections.abc import Iterator
from itertools import groupby

from ...base.durations import number_text
from ...events.stage import StageEntry
from ...known.bins import COUNT
from ...known.workers import Cell
from ...measuring.rows import Row, Strip
from ..axes import time_ticks
from ..markup import Markup, element, together

WIDTH, HEIGHT = 720, 26
CELL = WIDTH / COUNT
LEVELS = 12
"""Heights of a bar: finer ones nobody sees."""


def strip_svg(strip: Strip, row: Row, name: str) -> Markup:
    """One worker. `name` begins the ids, which a page may have once."""
    parts = [element("rect", class_="track", width=WIDTH, height=HEIGHT)]
    for channel, shape in shapes(strip.cells).items():
        style = css_class(row.stage, channel)
        parts.append(element("path", class_=style, d=shape))
        if style == "notify":
            parts.append(element("path", d=shape, fill=f"url(#{name}-hatch)"))
    parts.append(end_of_load(row))
    title = element("title", in_words(strip), id=f"{name}-title")
    facts = {"viewBox": f"0 0 {WIDTH} {HEIGHT}", "role": "img", "aria_labelledby": f"{name}-title"}
    return element("svg", title, hatch(f"{name}-hatch"), *parts, class_="asyncdemo strip", **facts)


def css_class(stage: StageEntry, channel: str) -> str:
    """What the style sheet calls a channel: that of the page, that of the notifications, another."""
    known = {each.name: "notify" if each.slow else "web" for each in stage.channels}
    return known.get(channel, "other")


def hatch(name: str) -> Markup:
    """What notifications are hatched with, so that colour is not the only sign."""
    line = element("path", class_="hatch", d="M-1.5 7.5L7.5-1.5M-1.5 1.5L1.5-1.5M4.5 7.5L7.5 4.5")
    pattern = element("pattern", line, id=name, width=6, height=6, patternUnits="userSpaceOnUse")
    return element("defs", pattern)


def shapes(cells: tuple[Cell, ...]) -> dict[str, str]:
    """By channel, the outline of its bars: neighbours of one height are one."""
    drawn: dict[str, str] = {}
    for channel, level, start, end in runs(cells):
        tall = HEIGHT * level / LEVELS
        bar = f"M{start * CELL:g} {HEIGHT - tall:.1f}H{end * CELL:g}V{HEIGHT}H{start * CELL:g}z"
        drawn[channel] = drawn.get(channel, "") + bar
    return drawn


def runs(cells: tuple[Cell, ...]) -> Iterator[tuple[str, int, int, int]]:
    """(channel, height, first cell, the one after the last) of what was busy at all: that leaves a tick."""
    looks = [(cell.channel, max(1, round(cell.share * LEVELS)) if cell.share > 0 else 0) for cell in cells]
    for (channel, level), group in groupby(enumerate(looks), key=lambda numbered: numbered[1]):
        numbers = [number for number, _ in group]
        if level:
            yield channel, level, numbers[0], numbers[-1] + 1


def end_of_load(row: Row) -> Markup:
    """A line where requests stop coming; none where that is the end."""
    share = row.seconds / row.length_s if row.length_s > 0 else 1.0
    return element("path", class_="second", d=f"M{share * WIDTH:.1f} 0V{HEIGHT}") if share < 0.99 else Markup()


def in_words(strip: Strip) -> str:
    """For whoever does not see it."""
    rest = max(0.0, strip.busy - strip.notifying)
    parts = f"{strip.notifying:.0%} with notifications, {rest:.0%} with requests"
    return f"{strip.worker}: busy for {strip.busy:.0%} of the load's time, {parts}"


def time_svg(row: Row) -> Markup:
    """The axis of time below strips."""
    length = row.length_s
    parts = [element("path", class_="axis", d=f"M0 1H{WIDTH}")]
    for tick in time_ticks(length):
        x = tick / length * WIDTH if length else 0.0
        anchor = "start" if x < 10 else "end" if x > WIDTH - 20 else "middle"
        parts.append(element("path", class_="axis", d=f"M{min(x, WIDTH - 0.5):.1f} 1v5"))
        parts.append(element("text", f"{number_text(tick)} s", x=x, y=20, text_anchor=anchor, class_="soft"))
    return element("svg", *parts, viewBox=f"0 0 {WIDTH} 24", class_="asyncdemo strip", aria_hidden="true")


def key_svg(kind: str, name: str) -> Markup:
    """A sample of a colour, for the words beside it."""
    parts = [element("rect", class_=kind, width=22, height=14)]
    if kind == "notify":
        parts += [hatch(f"{name}-hatch"), element("rect", width=22, height=14, fill=f"url(#{name}-hatch)")]
    return element("svg", *parts, viewBox="0 0 22 14", class_="asyncdemo key", aria_hidden="true")


def legend(name: str) -> Markup:
    """What the bars of a strip mean."""
    return together(key_svg("web", name), " requests   ", key_svg("notify", name), " notifications")
