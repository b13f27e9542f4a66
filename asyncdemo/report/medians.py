"""Several races of the same lanes as one table: the median of each figure, and how far apart the races were."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf
from statistics import median_low

from ..base.durations import seconds_text
from ..base.text import counted
from ..events.stage import Task
from ..measuring.places import places
from ..measuring.rows import NOTHING, Row

Value = Callable[[Row, int], float | None]
"""Of a row and its place."""


@dataclass(frozen=True)
class Figure:
    """One figure of a lane, over the races in which it is known."""

    median: float
    """One that was measured: of two in the middle, the lower one."""
    low: float
    high: float
    races: int

    def text(self, written: Callable[[float], str]) -> str:
        """`56 (50-60)`, or `60` where all races agree as far as can be read."""
        middle, low, high = (written(value) for value in (self.median, self.low, self.high))
        return middle if low == high else f"{middle} ({low.removesuffix(' s')}-{high.removesuffix(' s')})"


@dataclass(frozen=True)
class Lane:
    """A setup in several races, and its figures by name; None for one that no race knows. Seconds of the lesson."""

    label: str
    visitors: int
    races: int
    """In which it was measured to its end."""
    figures: dict[str, Figure | None]


def page(percent: float) -> Value:
    """What so many % of the page's visitors did not wait longer than."""
    return lambda row, place: row.percentile_s(percent) if row.page.count else None


def took(percent: float) -> Value:
    """Until so many % of the notifications were done that were."""
    return lambda row, place: row.took.percentile(percent) * row.speed if row.took.count else None


def done(task: Task, percent: float) -> Value:
    """Until so many % of one kind of tasks were done; what waits counts as long as it has waited."""

    def value(row: Row, place: int) -> float | None:
        took = next((kind.latency for kind in row.kinds if kind.task == task), None)
        return took.percentile(percent) * row.speed if took is not None and took.count else None

    return value


def whole(number: float) -> str:
    """A count; for a visitor that never came, `nobody`."""
    return "nobody" if number == inf else f"{number:.0f}"


Figures = dict[str, tuple[Value, Callable[[float], str]]]
"""Name -> its value, and how it is written."""
FIGURES: Figures = {
    "place": (lambda row, place: place or None, whole),
    "answered": (lambda row, place: row.answered, whole),
    "p50": (page(50), seconds_text),
    "p95": (page(95), seconds_text),
    "max": (lambda row, place: row.max_s if row.page.count else None, seconds_text),
    "1st slow": (lambda row, place: row.first_waited or inf, whole),
    "done p50": (took(50), seconds_text),
    "lost": (lambda row, place: row.books.lost, whole),
}
"""Of every lane."""
WRITTEN = {name: written for name, (_, written) in FIGURES.items()}


def over(races: Sequence[Sequence[Row]]) -> list[Lane]:
    """A lane for each label, in the order in which they come. A row that was cut, or did not start, does not count."""
    placed = [each for race in races for each in zip(race, places(race), strict=True)]
    labels, asked = dict.fromkeys(row.label for row, _ in placed), figures_of([row for row, _ in placed])
    return [lane_of(label, [(row, place) for row, place in placed if row.label == label], asked) for label in labels]


def figures_of(rows: Sequence[Row]) -> Figures:
    """Those of every lane; where some send quick tasks, which are what is watched then, how long those took as well."""
    quick = dict.fromkeys(kind.task for row in rows for kind in row.kinds if not kind.task.slow)
    of_tasks = {
        f"{task.short} p{percent}": (done(task, percent), seconds_text) for task in quick for percent in (50, 95)
    }
    return FIGURES | of_tasks


def lane_of(label: str, placed: Sequence[tuple[Row, int]], asked: Figures) -> Lane:
    """A lane, with its place in each race."""
    rows = [(row, place) for row, place in placed if row.over and row.visitors and not row.cut]
    figures = {name: figure_of([value(*each) for each in rows]) for name, (value, _) in asked.items()}
    return Lane(label, max((row.visitors for row, _ in rows), default=0), len(rows), figures)


def figure_of(values: Sequence[float | None]) -> Figure | None:
    """Of those that are known."""
    known = [value for value in values if value is not None]
    return Figure(median_low(known), min(known), max(known), len(known)) if known else None


def markdown(lanes: Sequence[Lane]) -> str:
    """A table in Markdown, and below it what its figures are."""
    names = list(lanes[0].figures if lanes else FIGURES)
    head = f"| | {' | '.join(names)} |\n|---|{'---:|' * len(names)}\n"
    lines = [f"| {cell(lane.label)} | {' | '.join(map(partial(figure_text, lane), names))} |\n" for lane in lanes]
    most = max((lane.races for lane in lanes), default=0)
    told = f"Medians of {counted(most, 'race')}, in brackets the lowest and the highest; seconds are the lesson's."
    return f"{head}{''.join(lines)}\n{told}\n"


def figure_text(lane: Lane, name: str) -> str:
    """`56 (50-60) of 60`; of a figure that not every race has, in how many."""
    figure = lane.figures[name]
    if figure is None:
        return NOTHING
    text = figure.text(WRITTEN.get(name, seconds_text))
    some = f", in {figure.races} of {lane.races}" if figure.races < lane.races else ""
    return f"{text} of {lane.visitors}" if name == "answered" else f"{text}{some}"


def cell(text: str) -> str:
    """A label that cannot end its cell."""
    return text.replace("\\", "\\\\").replace("|", "\\|")
