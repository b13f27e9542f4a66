"""The panel of the workers: who is busy with what, for how long, and how the last minute went."""

from itertools import groupby

from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ..durations import number_text, seconds_text
from ..seen.workers import Cell, Worker
from ..state import State
from .style import ALARM, BLOCKS, DIM, SHADES, SHORT, TITLE, block, channel_style

NOW_WIDTH = 22


def workers_panel(state: State, now: float, width: int, rows: int, selected: str, colour: bool) -> Panel:
    """At most `rows` workers; the others in a last line, folded."""
    workers = state.workers.rows()
    busy = sum(state.workers.at_work(worker) for worker in workers)
    shown = workers if len(workers) <= rows else workers[: rows - 1]
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, expand=True, header_style=DIM)
    narrow = width < 80
    table.add_column("worker", no_wrap=True, min_width=11)
    if not narrow:
        table.add_column("takes", no_wrap=True, min_width=12)
    table.add_column("now", no_wrap=True, width=NOW_WIDTH if not narrow else 16)
    table.add_column("for", no_wrap=True, justify="right", width=11)
    table.add_column("busy", no_wrap=True, justify="right", width=5)
    strip_width = max(8, width - 4 - 12 - (0 if narrow else 13) - (NOW_WIDTH if not narrow else 16) - 1 - 12 - 6)
    table.add_column(f"last {number_text(state.workers.window_s)} s", no_wrap=True, width=strip_width)
    for worker in shown:
        name = Text(("▸" if worker.process == selected else "") + worker.name)
        cells = [name, takes(worker), *work(state, worker, now)]
        if narrow:
            del cells[1]
        table.add_row(*cells, strip_text(state.workers.strip(worker, now, strip_width), colour))
    if len(shown) < len(workers):
        rest = workers[len(shown) :]
        at_work = sum(state.workers.at_work(worker) for worker in rest)
        table.add_row(Text(f"+{len(rest)} more", DIM), *([] if narrow else [Text()]), Text(f"{at_work} busy", DIM))
    title = Text.assemble(("workers", TITLE), f" {busy} of {len(workers)} busy")
    return Panel(table, title=title, title_align="left", height=min(rows, max(len(workers), 1)) + 3, padding=(0, 1))


def strip_text(strip: list[Cell], colour: bool) -> Text:
    """A worker's last minute: the height is its busy share, the colour what kept it busy longest."""
    text = Text()
    for channel, cells in groupby(strip, key=lambda cell: cell.channel):
        glyphs = BLOCKS if colour or channel != "notify" else SHADES
        text.append("".join(block(cell.share, glyphs) for cell in cells), channel_style(channel))
    return text


def takes(worker: Worker) -> Text:
    """`web + notify`."""
    return Text(" + ".join(SHORT.get(channel, channel) for channel in worker.channels) or "web")


def work(state: State, worker: Worker, now: float) -> list[Text]:
    """What it does, for how long, and its busy share."""
    share = Text(f"{state.workers.share(worker, now):.0%}")
    death = state.workers.death(worker)
    if death is not None:
        return [Text("dead", ALARM), Text(f"signal {-death}" if death < 0 else f"exit {death}"), share]
    if not state.workers.at_work(worker):
        return [Text("free", DIM), Text(), share]
    what, seconds = SHORT.get(worker.channel, worker.channel), seconds_text(max(0.0, now - worker.taken_at))
    if worker.call_at >= worker.taken_at:
        what = f"{what} {worker.text.removeprefix('Hello, ').removesuffix('!')}"
        seconds = f"{max(0.0, now - worker.call_at):.1f}/{number_text(round(worker.call_s, 1))} s"
    text = Text(what, channel_style(worker.channel))
    text.truncate(NOW_WIDTH, overflow="ellipsis")
    return [text, Text(seconds), share]
