"""What pictures are painted with: colours as attributes of each element, which every program that draws SVG reads.

The style sheet holds only what may differ: other colours for whoever prefers the dark. Rows have colours that differ
for everybody, and dashes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .markup import Markup, element

FONTS = "system-ui, Segoe UI, Helvetica Neue, Arial, DejaVu Sans, sans-serif"
SERIES = 6
"""Rows that look different; then the first look comes again."""
LIGHT = {
    "paper": "#ffffff",
    "ink": "#1b1f24",
    "soft": "#5b6570",
    "grid": "#d9dee4",
    "slow": "#fdf1e7",
    "ghost": "#c3cad2",
    "track": "#eef1f4",
    "web": "#00785a",
    "notify": "#e08a00",
    "quick": "#2a7fd0",
    "other": "#5b6570",
    "failed": "#c8102e",
    "s0": "#0067a5",
    "s1": "#b8470a",
    "s2": "#00785a",
    "s3": "#8f3f86",
    "s4": "#8a6500",
    "s5": "#b0154b",
}
DARK = {
    "paper": "#14181d",
    "ink": "#eceff2",
    "soft": "#a4aeb9",
    "grid": "#333b45",
    "slow": "#2b211a",
    "ghost": "#4a545f",
    "track": "#20262d",
    "web": "#3fcf9f",
    "notify": "#f0a234",
    "quick": "#63b3ff",
    "other": "#a4aeb9",
    "failed": "#ff5c6c",
    "s0": "#6cb8ef",
    "s1": "#ff9a5c",
    "s2": "#4bd3a8",
    "s3": "#dd9ad6",
    "s4": "#e3bf4a",
    "s5": "#ff86a5",
}
DASHES = {"s1": "9 3", "s2": "3 2", "s3": "10 3 2 3", "s4": "14 4", "s5": "6 2 2 2 2 2"}
OWN = "own"
"""The colour of the row."""


@dataclass(frozen=True)
class Paint:
    """The look of a class of elements: names of colours, and what else is an attribute."""

    fill: str = "none"
    stroke: str = "none"
    dashed: bool = False
    """Whether its stroke has the dash of its row."""
    more: tuple[tuple[str, str], ...] = ()


def lined(stroke: str, width: float, *, dashed: bool = False, **more: str) -> Paint:
    """A line of that colour, so many units wide."""
    return Paint(stroke=stroke, dashed=dashed, more=(("stroke_width", f"{width:g}"), *more.items()))


def letters(fill: str, size: int, *, bold: bool = False) -> Paint:
    """Text of that colour, so many units high."""
    return Paint(fill, more=(("font_size", str(size)), *([("font_weight", "bold")] if bold else [])))


PAINTS = {
    **{name: Paint(name) for name in ("paper", "slow", "track", "web", "notify", "quick", "other")},
    "bar": Paint("s0"),
    "lost": Paint("failed", more=(("fill_opacity", "0.55"),)),
    "outline": lined("s1", 1.6),
    "grid": lined("grid", 1),
    "second": lined("soft", 1.2),
    "axis": lined("soft", 1),
    "ghost": lined("ghost", 1),
    "failed": lined("failed", 1.8),
    "turned": lined("ink", 1, stroke_dasharray="4 4"),
    "hatch": lined("paper", 1.3),
    "line": lined(OWN, 2, dashed=True, stroke_linejoin="round"),
    "median": lined(OWN, 1.2, dashed=True),
    "band": Paint(OWN, more=(("fill_opacity", "0.18"),)),
    "mark": Paint(OWN, "paper", more=(("stroke_width", "0.8"),)),
    "soft": letters("soft", 12),
    "waits": letters("ink", 13),
    "head": letters("ink", 17, bold=True),
    "label": letters(OWN, 14, bold=True),
}
"""Class -> its look."""


def painted(kind: str, class_: str, /, *children: str, **attributes: str | float | None) -> Markup:
    """An element of a class, `line s3` for one that has the colour of its row."""
    name, _, series = class_.partition(" ")
    paint = PAINTS[name]
    looks = {"fill": colour(paint.fill, series), "stroke": colour(paint.stroke, series), **dict(paint.more)}
    looks |= {"stroke_dasharray": DASHES[series]} if paint.dashed and series in DASHES else {}
    return element(
        kind, *children, class_=class_, **attributes, **{n: v for n, v in looks.items() if n not in attributes}
    )


def colour(name: str, series: str, colours: dict[str, str] = LIGHT) -> str:
    """`#rrggbb`, or `none`."""
    return colours.get(series if name == OWN else name, "none")


def dark_css() -> str:
    """The style sheet: what has another colour in the dark. A printed page is light."""
    return f"@media screen and (prefers-color-scheme: dark) {{\n{''.join(dark_rules())}}}\n"


def dark_rules() -> Iterator[str]:
    """`.asyncdemo [class="line s3"] { stroke: #dd9ad6; }` for each class.

    LibreOffice reads what is in `@media` as if it were for all, but no selectors of attributes.
    """
    for name, paint in PAINTS.items():
        for series in map("s{}".format, range(SERIES)) if OWN in (paint.fill, paint.stroke) else [""]:
            named = {"fill": colour(paint.fill, series, DARK), "stroke": colour(paint.stroke, series, DARK)}
            told = " ".join(f"{what}: {value};" for what, value in named.items() if value != "none")
            yield f'.asyncdemo [class="{f"{name} {series}".strip()}"] {{ {told} }}\n'
