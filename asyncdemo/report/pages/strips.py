"""A worker's time as SVG: the height of a bar is how busy it was, its colour and its hatching what kept it so."""

from collections.abc import Iterator
from itertools import groupby

from ...base.durations import number_text
from ...events.stage import Sort, StageEntry
from ...known.kept.bins import COUNT
from ...known.workers import Cell
from ...measuring.rows import Row, Strip
from ..axes import time_ticks
from ..markup import Markup, element, together
from ..paint import FONTS, painted

WIDTH, HEIGHT = 720, 26
CELL = WIDTH / COUNT
TICKS = 5
"""The most labels of the axis of time."""
CLASSES = {Sort.PAGE: "web", Sort.SLOW: "notify", Sort.QUICK: "quick", Sort.STRANGE: "other"}
LEVELS = 12
"""Heights of a bar: finer ones nobody sees."""


def strip_svg(strip: Strip, row: Row, name: str) -> Markup:
    """One worker. `name` begins the ids, which a page may have once."""
    parts = [painted("rect", "track", width=WIDTH, height=HEIGHT)]
    for work, shape in shapes(strip.cells).items():
        style = css_class(row.stage, work)
        parts.append(painted("path", style, d=shape))
        if style == "notify":
            parts.append(element("path", d=shape, fill=f"url(#{name}-hatch)"))
    parts.append(end_of_load(row))
    title = element("title", in_words(strip, row.stage), id=f"{name}-title")
    facts = {"viewBox": f"0 0 {WIDTH} {HEIGHT}", "role": "img", "aria_labelledby": f"{name}-title"}
    return element("svg", title, hatch(f"{name}-hatch"), *parts, class_="asyncdemo strip", **facts)


def css_class(stage: StageEntry, work: str) -> str:
    """What the style sheet calls work: for the page, slow, soon done, another."""
    return CLASSES[stage.sort_of(work)]


def hatch(name: str) -> Markup:
    """What notifications are hatched with, so that colour is not the only sign."""
    line = painted("path", "hatch", d="M-1.5 7.5L7.5-1.5M-1.5 1.5L1.5-1.5M4.5 7.5L7.5 4.5")
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
    looks = [(cell.work, max(1, round(cell.share * LEVELS)) if cell.share > 0 else 0) for cell in cells]
    for (channel, level), group in groupby(enumerate(looks), key=lambda numbered: numbered[1]):
        numbers = [number for number, _ in group]
        if level:
            yield channel, level, numbers[0], numbers[-1] + 1


def end_of_load(row: Row) -> Markup:
    """A line where requests stop coming; none where that is the end."""
    share = row.seconds / row.length_s if row.length_s > 0 else 1.0
    return painted("path", "second", d=f"M{share * WIDTH:.1f} 0V{HEIGHT}") if share < 0.99 else Markup()


def in_words(strip: Strip, stage: StageEntry) -> str:
    """For whoever does not see it."""
    rest = max(0.0, strip.busy - strip.notifying)
    slow, other = names_of(stage)
    parts = f"{strip.notifying:.0%} with {slow}, {rest:.0%} with {other}"
    return f"{strip.worker}: busy for {strip.busy:.0%} of the load's time, {parts}"


def time_scale(row: Row) -> Markup:
    """The axis of time below strips: its text stays as large as it is, however narrow the strips are."""
    length = row.length_s
    parts = [painted("path", "axis", d="M0 .5H5000")]
    for tick in time_ticks(length, TICKS):
        percent = tick / length * 100 if length else 0.0
        anchor = "start" if percent < 4 else "end" if percent > 92 else "middle"
        text = f"{number_text(tick)} s"
        parts.append(painted("text", "soft", text, x=f"{percent:.1f}%", y=15, text_anchor=anchor))
    return element("svg", *parts, height=20, class_="asyncdemo strip time", font_family=FONTS, aria_hidden="true")


def key_svg(kind: str, name: str) -> Markup:
    """A sample of a colour, for the words beside it."""
    parts = [painted("rect", kind, width=22, height=14)]
    if kind == "notify":
        parts += [hatch(f"{name}-hatch"), element("rect", width=22, height=14, fill=f"url(#{name}-hatch)")]
    return element("svg", *parts, viewBox="0 0 22 14", class_="asyncdemo key", aria_hidden="true")


def names_of(stage: StageEntry) -> tuple[str, str]:
    """What is called slow there, and what else workers do."""
    quick = stage.quick
    return ("notifications", "requests") if quick is None else (stage.task_that_is_slow, quick.short)


def legend(name: str, stage: StageEntry) -> Markup:
    """What the bars of a strip mean."""
    slow, other = names_of(stage)
    kind = "web" if stage.quick is None else "quick"
    return together(key_svg(kind, name), f" {other}   ", key_svg("notify", name), f" {slow}")
