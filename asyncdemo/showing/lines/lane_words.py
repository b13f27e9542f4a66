"""A race in words: what happens in each of its lanes, said only where what is known of it says so. Pure."""

from dataclasses import dataclass
from math import inf

from ...base.durations import seconds_text
from ...base.histogram import Histogram
from ...base.text import counted, in_one_line, wait
from ...events.events import ProcessEnded, RunStarted
from ...events.stage import Sort, WorkerKind
from ...known.lanes import Lane, Lanes, Phase
from ...known.workers import Worker
from .load_lines import failures_text, longest_wait_text
from .run_words import exit_text

UNITS = {WorkerKind.THREADS: "thread", WorkerKind.SLOTS: "slot", WorkerKind.PROCESSES: "worker"}
"""What a worker is called."""
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")
LATELY_S = 2.0
"""Where nobody waits, the longest wait of so many seconds of the lesson is told."""
TO_COME = "Once all are ready, visitors come: the same one in every lane at the same moment."


@dataclass(frozen=True)
class News:
    """A sentence about a lane, and since when it has been true: as near as is known, for what is newer comes first."""

    since: float
    lane: int
    name: str
    words: str
    """What follows the name; empty for nothing to tell."""


def in_words(lanes: Lanes, now: float, selected: str = "") -> list[News]:
    """A sentence a lane, as far as there is one: the selected lane's first, then the newest."""
    begun = lanes.begun_at < inf
    told = [
        news for news in (news_of(lanes, lane, now) if begun else trouble(lanes, lane) for lane in lanes) if news.words
    ]
    told += [death_of(lanes, lane, death) for lane in lanes for death in lane.deaths]
    told.sort(key=lambda news: (str(news.lane) != selected, -news.since, news.lane))
    return told if begun or all(lane.over for lane in lanes) else [*told, News(inf, 0, "", TO_COME)]


def news_of(lanes: Lanes, lane: Lane, now: float) -> News:
    """What happens in a lane."""
    if lane.phase in (Phase.FAILED, Phase.CUT):
        return trouble(lanes, lane)
    if lane.state.load.ended_at < inf or lane.over:
        return News(lane.state.load.ended_at, lane.number, name_of(lanes, lane), finish(lanes, lane))
    if lane.state.run is None or lane.begun_at == inf:
        return News(-inf, lane.number, "", "")
    since, words = happening(lane, lane.state.run, lane.now(now))
    return News(since, lane.number, name_of(lanes, lane), words)


def death_of(lanes: Lanes, lane: Lane, death: ProcessEnded) -> News:
    """That a process of a lane has ended in the middle of it."""
    return News(death.t, lane.number, name_of(lanes, lane), f": {death.process} ended, {exit_text(death.code)}")


def name_of(lanes: Lanes, lane: Lane) -> str:
    """`step3`; with what its workers are where another lane is of the same stage."""
    name, _, rest = lane.label.partition(", ")
    alone = [other.label.partition(", ")[0] for other in lanes].count(name) == 1
    return name if alone else f"{name}, {crew_of(lane) or rest}"


def crew_of(lane: Lane) -> str:
    """`a thread each`, `4 slots`, `2 + 1 for web`: its workers; what its label says of them before it has started."""
    run = lane.state.run_now
    if run is None:
        return lane.label.partition(", ")[2]
    if run.stage.own:
        servers = lane.state.workers.servers()
        return counted(servers, "worker") if servers else ""  # what serves it may tell nothing of that
    if run.reserved:
        return f"{run.general} + {run.reserved} for {run.stage.reserved_for}{chosen(run)}"
    return "a thread each" if unbounded(run) else f"{counted(run.general, unit(run))}{chosen(run)}"


def crew_within(lane: Lane, room: int) -> str:
    """Its workers, in so many cells: `2+1`, `3, priority`; what was chosen says more than how many."""
    run, whole = lane.state.run_now, crew_of(lane)
    if run is None or unbounded(run):
        return whole
    number = f"{run.general}+{run.reserved}" if run.reserved else str(run.general)
    shorter = (whole, f"{number}{chosen(run)}", chosen(run).removeprefix(", "))
    return next((words for words in shorter if words and len(words) <= room), whole)


def chosen(run: RunStarted) -> str:
    """`, one queue, priority`: what else of its stage was asked for."""
    return "".join(f", {choice.replace('-', ' ')}" for choice in run.choices)


def unit(run: RunStarted) -> str:
    """What one of its workers is called: `slot`."""
    return UNITS[run.stage.worker_kind]


def unbounded(run: RunStarted) -> bool:
    """Whether there is a thread for each request, whatever comes."""
    return run.stage.worker_kind is WorkerKind.THREADS and not run.general


def longest_wait_s(lane: Lane, now: float) -> float:
    """How long whoever waits longest has waited, or has by just now, on the wall; 0.0: nobody has waited lately.
    Of a stage whose page waits for nothing, that of its quick tasks."""
    if quick := lane.state.stage.quick:
        return lane.state.notifications.waits_of(quick.name).longest_lately(now, LATELY_S / lane.speed)
    return page_wait_s(lane, now)


def page_wait_s(lane: Lane, now: float) -> float:
    """How long whoever waits longest for the page has waited, or has by just now, whatever else is watched."""
    return lane.state.visitors.longest_lately(now, LATELY_S / lane.speed)


def slow_after_s(lane: Lane) -> float:
    """From where on that is slow, on the wall."""
    quick = lane.state.stage.quick
    return lane.state.slow_s if quick is None else lane.state.slow_after_s(quick)


def is_slow(lane: Lane, now: float) -> bool:
    """Whether whoever waits longest has waited for longer than that."""
    return longest_wait_s(lane, now) > slow_after_s(lane)


def watched(lane: Lane) -> Histogram:
    """How long the page took, of those who got it or wait; of a stage whose page waits for nothing, its quick tasks."""
    if quick := lane.state.stage.quick:
        return lane.state.notifications.waits_of(quick.name).latency(lane.state.until)
    return lane.state.load.page.whole


def trouble(lanes: Lanes, lane: Lane) -> News:
    """Why a lane came to no end of its own; nothing of one that did."""
    words = ""
    if lane.phase is Phase.FAILED:
        words = f" failed: {in_one_line(lane.problem)}"
    if lane.phase is Phase.CUT:
        waited = lane.state.load.unfinished
        words = f" was ended before its time: {counted(waited, 'visitor') if waited else 'nobody'} waited then"
    return News(lane.ended_at, lane.number, name_of(lanes, lane), words)


def finish(lanes: Lanes, lane: Lane) -> str:
    """How a lane ended whose visitors all have an answer, or none any more."""
    load, lost = lane.state.load, lane.state.books.lost
    took = seconds_text((min(lane.state.last_page_at, lane.ended_at) - lanes.begun_at) * lane.speed)
    longest = longest_wait_text(load.page.whole, load.failed.whole, lane.speed)
    if quick := lane.state.stage.quick:
        longest = f"the longest wait was {seconds_text(watched(lane).max_s * lane.speed)} for {quick.short}"
    got = f"all {load.scheduled} got the page" if load.answered == load.scheduled else some_got(lane)
    told = f", {counted(lost, lane.state.stage.job)} lost" if lost else ""
    return f": {got} in {took}, {longest}{told}" if load.scheduled else ""


def some_got(lane: Lane) -> str:
    """`53 of 60 got the page (7 x 503)`."""
    load = lane.state.load
    how = f" ({failures_text(load)})" if load.errors else ""
    return f"{load.answered} of {load.scheduled} got the page{how}"


def happening(lane: Lane, run: RunStarted, now: float) -> tuple[float, str]:
    """What keeps the page, while visitors come or wait: since when, and in words that follow a lane's name."""
    if run.stage.quick is not None:
        return lane.begun_at, tasks_text(lane, run, now)
    if run.stage.own:
        return lane.begun_at, slow_pages(lane, now)
    if not run.stage.slow:
        return lane.begun_at, calls_in_the_view(lane, run, now)
    fast = not is_slow(lane, now)
    words = fast_page(lane, run) if fast else jam(lane, run)
    return came_at(lane, run.general + 1 if fast and run.reserved else first_waited(lane)), words


def tasks_text(lane: Lane, run: RunStarted, now: float) -> str:
    """Where nothing keeps the page: what keeps the quick tasks."""
    quick, slow = run.stage.quick, run.stage.task_that_is_slow
    if quick is None or not lane.state.load.answered:
        return ""
    waits = lane.state.notifications.waits_of(quick.name)
    longest = seconds_text(waits.longest_wait(now) * lane.speed)
    if waits.waiting and waits.longest_wait(now) > lane.state.slow_after_s(quick):
        takers = takers_of_slow(lane)
        held = all(holds_slow(lane, worker) for worker in takers) and bool(takers) and not run.reserved
        behind = f" behind {slow}, which holds {all_of(run)}" if held else ""
        return f": the page is fast, {quick.short} waits {longest}{behind}"
    late_s = waits.recent(now).p95
    if late_s > lane.state.slow_after_s(quick):
        return f": the page is fast, {quick.short} has p95 {seconds_text(late_s * lane.speed)}"
    kept = "1 worker is" if run.reserved == 1 else f"{run.reserved} workers are"
    return f": the page is fast, {quick.short} too{f': {kept} kept for it' if run.reserved else ''}"


def slow_pages(lane: Lane, now: float) -> str:
    """Of a project of the user's, whose pages may be slow for any reason."""
    workers, waiting = lane.state.workers, lane.state.load.waiting
    busy, servers = sum(workers.at_work(worker) for worker in workers.rows()), workers.servers()
    if not is_slow(lane, now):
        return ""
    if servers and busy >= servers and waiting > servers:
        return f": its pages hold {all_so_many(servers, 'worker')}, {more_wait(waiting - servers)}"
    return f": {counted(waiting, 'visitor')} {wait(waiting)} for the page" if waiting else ""


def calls_in_the_view(lane: Lane, run: RunStarted, now: float) -> str:
    """Where the view makes the slow call."""
    workers, waiting = lane.state.workers, lane.state.load.waiting
    busy = sum(workers.at_work(worker) for worker in workers.rows())
    if not is_slow(lane, now):
        return ""
    if unbounded(run):
        each = f"{wait(busy)} for a slow call{' each' if busy > 1 else ''}"
        return f": {counted(busy, 'visitor')} {each}, none for another: a thread for each"
    if busy == run.general and waiting > busy:
        return f": the view's slow calls hold {all_of(run)}, {more_wait(waiting - busy)}"
    return ": whoever comes waits for the slow call in the view"


def jam(lane: Lane, run: RunStarted) -> str:
    """Where the page is slow though no view makes a slow call: notifications are in its way, if they are."""
    takers = takers_of_slow(lane)
    held = [worker for worker in takers if holds_slow(lane, worker)]
    if not takers or len(held) < len(takers) or run.reserved:
        return ""
    number = first_waited(lane)
    opening = f" fast until visitor {number}" if number > run.general else ""
    return f"{opening}: notifications hold {all_of(run)}, the page waits behind them"


def fast_page(lane: Lane, run: RunStarted) -> str:
    """Where the slow call is out of the request, and the page is fast now."""
    books = lane.state.books
    waiting = f"{counted(books.queued, 'notification')} queue{'' if books.queued > 1 else 's'}"
    lost = f", {books.lost} {'are' if books.lost > 1 else 'is'} lost" if books.lost else ""
    if run.reserved and books.queued:
        kept = "1 worker is" if run.reserved == 1 else f"{run.reserved} workers are"
        return f": the page is fast, {kept} kept for it; {waiting}{lost}"
    if first_waited(lane) or not lane.state.load.answered:
        return ""
    return ": the page is fast, the slow call is out of the request"


def takers_of_slow(lane: Lane) -> list[Worker]:
    """The workers that take notifications."""
    slow = lane.state.stage.slow
    return [worker for worker in lane.state.workers.rows() if slow in worker.channels]


def holds_slow(lane: Lane, worker: Worker) -> bool:
    """Whether a worker has a notification in hand."""
    return lane.state.workers.at_work(worker) and lane.state.stage.sort_of(worker.work) is Sort.SLOW


def all_of(run: RunStarted) -> str:
    """`all 4 slots`, `the one worker`."""
    return all_so_many(run.general, unit(run))


def all_so_many(count: int, noun: str) -> str:
    """`all 4 slots`, `the one worker`."""
    return f"all {counted(count, noun)}" if count > 1 else f"the one {noun}"


def more_wait(count: int) -> str:
    """`3 more wait for one to be free`, beside those who are held."""
    return f"{count} more {wait(count)} for one to be free"


def first_waited(lane: Lane) -> int:
    """Which visitor was the first to wait for more than a second of the lesson; 0: none so far."""
    latest = lane.state.load.latest
    return latest.first_waited if latest is not None else 0


def came_at(lane: Lane, number: int) -> float:
    """About when a visitor came."""
    asked = lane.state.load.started
    return lane.begun_at + max(0, number - 1) / asked.most if asked is not None and asked.most else lane.begun_at
