"""The panel of the workers: who is busy with what, for how long, and how the last minute went."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from ...base.durations import number_text, seconds_text, span_text
from ...events.stage import Sort, StageEntry
from ...known.state import State
from ...known.workers import Cell, Worker
from .lines import Line, Part, box, left, right
from .style import ALARM, BLOCKS, DIM, NONE, SHADES, STRONG, TITLE, block, work_style
from .view import View

WORKER, TAKES = 11, 12
"""Cells of `webworker.1`, with a mark before it, and of `web + notify`."""
MOST = 16
"""Of a longer name, or of more that a worker takes."""
LEAST_STRIP = 10
"""Cells of a strip, which has `last 60 s` above it."""
LEAST_NOW = 6
"""Cells of what a worker does, beside what is in its pocket: `notify`."""
NARROW = 76
"""In fewer cells there is no room to say what each takes."""


@dataclass(frozen=True)
class Columns:
    """Widths of the columns, in cells."""

    takes: int
    now: int
    strip: int
    worker: int
    seconds: int = 11
    busy: int = 5

    @classmethod
    def of(cls, width: int, takes: int = TAKES, worker: int = WORKER) -> "Columns":
        """What fits into so many cells, where a worker's name needs so many, and what it takes."""
        takes, now = (0, 16) if width < NARROW else (takes, 22)
        columns = [worker, takes, now, cls.seconds, cls.busy]
        strip = width - sum(columns) - sum(column > 0 for column in columns)
        lent = max(0, min(LEAST_STRIP - strip, now - 16))
        return cls(takes, now - lent, max(8, strip + lent), worker)


def workers_panel(state: State, now: float, view: View, rows: int) -> list[Line]:
    """Room for `rows` workers, in a frame."""
    workers = state.workers.rows()
    busy = sum(state.workers.at_work(worker) for worker in workers)
    title: Line = [("workers", TITLE), (f" {busy} of {len(workers)} busy", NONE)]
    return box(title, worker_lines(state, now, view, rows, view.width - 4), view.width, rows + 3)


def worker_lines(state: State, now: float, view: View, rows: int, width: int) -> list[Line]:
    """The names of the columns, and at most `rows` workers; those for whom there is no room are counted in the last."""
    workers = state.workers.rows()
    shown = workers if len(workers) <= rows else workers[: rows - 1]
    columns = columns_for(state.stage, workers, width)
    pockets = state.notifications.pockets()
    lines = [names_line(columns, state.workers.window_s * state.clock, "now +pocket" if pockets else "now")]
    for worker in shown:
        strip = strip_parts(state.stage, state.workers.strip(worker, now, columns.strip), view.colour)
        pocket = pocket_text(state.stage, pockets.get((worker.process, worker.name), Counter()))
        row = worker_line(state, worker, now, columns, pocket, selected=worker.process == view.selected)
        lines.append([*row, *strip])
    if len(shown) < len(workers):
        rest = workers[len(shown) :]
        at_work = sum(state.workers.at_work(worker) for worker in rest)
        lines.append([(f"+{len(rest)} more, {at_work} of them busy", DIM)])
    return lines


def columns_for(stage: StageEntry, workers: list[Worker], width: int) -> Columns:
    """As wide as these workers need them."""
    takes = max([TAKES, *(min(MOST, len(stage.takes(worker.takes))) for worker in workers)])
    return Columns.of(width, takes, max([WORKER, *(min(MOST, len(worker.name) + 1) for worker in workers)]))


def names_line(columns: Columns, window_s: float, what: str = "now") -> Line:
    """The names of the columns."""
    takes = [left("takes", columns.takes + 1, DIM)] if columns.takes else []
    names = [left("worker", columns.worker + 1, DIM), *takes, left(what, columns.now + 1, DIM)]
    figures = [right("for", columns.seconds, DIM), right("busy", columns.busy + 1, DIM)]
    return [*names, *figures, (f" last {span_text(window_s)}", DIM)]


def pocket_text(stage: StageEntry, pocket: Counter[str]) -> str:
    """` +3 notify`: what a worker has for itself and has not begun with; empty for nothing."""
    return "".join(f" +{count} {stage.short_of(task)}" for task, count in sorted(pocket.items()))


def worker_line(state: State, worker: Worker, now: float, columns: Columns, pocket: str, selected: bool) -> Line:
    """One worker, without its strip."""
    what, seconds = work(state, worker, now)
    name = left(("▸" if selected else "") + worker.name, columns.worker)
    takes = [left(state.stage.takes(worker.takes), columns.takes), (" ", NONE)] if columns.takes else []
    share = right(f"{state.workers.share(worker, now):.0%}", columns.busy + 1)
    pocket = pocket if len(pocket) <= columns.now - LEAST_NOW else pocket[: columns.now - LEAST_NOW - 1] + "…"
    room = columns.now - len(pocket)
    text = what[0] if len(what[0]) <= room or not pocket else what[0].split()[0]
    now_parts = [left(text, room, what[1]), (pocket, STRONG)]
    return [name, (" ", NONE), *takes, *now_parts, (" ", NONE), right(seconds, columns.seconds), share, (" ", NONE)]


def work(state: State, worker: Worker, now: float) -> tuple[Part, str]:
    """What a worker does, and for how long of how long."""
    death = state.workers.death(worker)
    if death is not None:
        return ("dead", ALARM), f"signal {-death}" if death < 0 else f"exit {death}"
    if state.workers.frozen(worker):
        return ("frozen", ALARM), ""
    if not state.workers.at_work(worker):
        return ("free", DIM), ""
    clock = state.clock
    what, seconds = state.stage.short_of(worker.work), seconds_text(max(0.0, now - worker.taken_at) * clock)
    if worker.call_at >= worker.taken_at:
        what = f"{what} {state.stage.greeted(worker.text)}"
        seconds = f"{max(0.0, now - worker.call_at) * clock:.1f}/{number_text(round(worker.call_s * clock, 1))} s"
    return (what, work_style(state.stage, worker.work)), seconds


def strip_parts(stage: StageEntry, strip: list[Cell], colour: bool) -> Line:
    """A worker's last minute: the height is its busy share, the colour what kept it busy longest."""
    parts: Line = []
    for work, cells in groupby(strip, key=lambda cell: cell.work):
        glyphs = SHADES if stage.sort_of(work) is Sort.SLOW and not colour else BLOCKS
        parts.append(("".join(block(cell.share, glyphs) for cell in cells), work_style(stage, work)))
    return parts
