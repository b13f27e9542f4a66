"""What is said of a run: who its workers are, and what becomes of whom. Pure."""

from collections.abc import Mapping
from math import inf

from ...base.durations import FELT_S, number_text, seconds_text
from ...events import events as e
from ...events.stage import Channel, StageEntry, WorkerKind
from ...known.state import State
from ...known.tracebacks import CANNOT_COME_UP, SERVES_NOTHING
from ...known.visitors import problem_words

WAITED_S = 0.05
"""A wait for a worker that is worth a word."""

CHOICES = {
    "one-queue": "one queue for all",
    "priority": "what is quick has priority",
    "defaults": "the engine as it comes",
}
"""What else of a stage may be asked for, in words."""


def died_text(state: State) -> str:
    """`cannot come up until this is mended: SyntaxError: invalid syntax`, and the like of one that was up."""
    return f"{CANNOT_COME_UP if state.ready_at == inf else SERVES_NOTHING}: {state.serves_nothing}"


def workers_text(run: e.RunStarted) -> str:
    """`3 workers: 2 general + 1 reserved for web, which leaves notify alone`."""
    stage, total = run.stage, run.general + run.reserved
    kind = stage.worker_kind
    if kind is WorkerKind.THREADS:
        return f"{total} waitress threads" if total else "a thread per request, no bound"
    if kind is WorkerKind.SLOTS:
        return f"{total} in the server process, one message at a time each"
    names = stage.taken
    if not total:
        kept = f"{' and '.join(names)} wait until there is one"
        return f"none: {kept if stage.tasks else f'{in_vain_text(run)}, since nobody takes the request'}"
    chosen = f"; {', '.join(CHOICES.get(choice, choice) for choice in run.choices)}" if run.choices else ""
    if not run.reserved:
        one = "task" if stage.tasks else "message"
        return f"{total} general: each takes {' and '.join(names)}, one {one} at a time{chosen}"
    alone = "which leaves" if run.reserved == 1 else "which leave"
    slow = stage.channel(stage.slow).short
    nobody = "" if run.general else f": nobody takes {slow}"
    kept = stage.reserved_for
    return f"{total}: {run.general} general + {run.reserved} reserved for {kept}, {alone} {slow} alone{nobody}{chosen}"


def left_alone_text(run: e.RunStarted, channel: Channel, clock: float) -> str:
    """That nobody takes from a channel, and what becomes of what comes there."""
    if not run.stage.bounded:
        return f"nobody takes {channel.short}: what is sent there waits until somebody does"
    if channel.slow:
        after = told_text(channel.expiry_s, run, clock)
        return f"nobody takes {channel.short}: what is sent there is lost after {after}"
    return f"nobody takes {channel.short}: {in_vain_text(run, clock)}"


def held_text(stage: StageEntry, clock: float) -> str:
    """Until when nobody else may begin with what a dead worker had."""
    if stage.held_s is None:
        return "for ever, the queue has it as begun and never gives it back"
    return f"until it is given out again, {number_text(stage.held_s * clock)} s after its worker got it"


def dies_with(state: State, process: str) -> str:
    """` Its notify is held for ever.`: what becomes of all that a worker has, were it killed now."""
    stage, notifications = state.stage, state.notifications
    busy = [row.work for row in state.workers.rows() if row.process == process and state.workers.at_work(row)]
    pocket = sum(kinds.total() for (owner, _), kinds in notifications.pockets().items() if owner == process)
    kept = f"held {held_for(state)}"
    told = [f"Its {stage.short_of(busy[0])} is {kept if notifications.keeps else 'lost'}"] if busy else []
    told += [f"{pocket} in its pocket {kept}"] if pocket else []
    return f" {', '.join(told)}." if told and stage.tasks else ""


def held_for(state: State) -> str:
    """Until when nobody else may begin with what a dead worker had: `for ever`, `for 3600 s`."""
    held_s = state.stage.held_s
    return "for ever" if held_s is None else f"for {number_text(held_s * state.clock)} s"


def in_vain_text(run: e.RunStarted, clock: float = 1.0) -> str:
    """What becomes of visitors where nobody takes their requests."""
    return f"each visitor waits {told_text(run.stage.time_limit_s or inf, run, clock)} and then gets 503"


def told_text(seconds: float, run: e.RunStarted | None, clock: float) -> str:
    """Seconds of the lesson, as they are where `clock` seconds are told for one on the wall."""
    return seconds_text(seconds / (run.speed if run is not None else 1.0) * clock)


def delays_text(run: e.RunStarted) -> str:
    """`the outside service takes 5, 5, 5, 30 s in turn, x10: real time is that much shorter`."""
    delays = ", ".join(number_text(delay) for delay in run.delays)
    fast = "" if run.speed == 1 else f", x{number_text(run.speed)}: real time is that much shorter"
    return f"the outside service takes {delays} s in turn{fast}"


def answer_text(event: e.Answered, clock: float) -> str:
    """`200 in 5.0 s by slot 1, after 4.9 s in the queue`: `clock` seconds are told for one on the wall."""
    took = seconds_text(event.total_s * clock)
    if event.status is None:
        return f"left after {took}" if event.total_s > FELT_S else f"left {took} after the server took it in"
    text = f"{event.status} in {took}"
    if event.problem:
        return f"{text} ({problem_words(event)})"
    if event.queued_s is not None and event.queued_s >= WAITED_S:
        return f"{text} by {event.worker}, after {seconds_text(event.queued_s * clock)} in the queue"
    return f"{text} by {event.worker}"


def delivered_text(text: str, worker: str, since_s: float) -> str:
    """`Hello, Ada! by worker.1, 5.0 s after it was sent`; without the end where nobody has told when that was."""
    since = f", {seconds_text(since_s)} after it was sent" if since_s > -inf else ""
    return f"{text} by {worker}{since}"


def exit_text(code: int) -> str:
    """`exit code 1`, `killed by signal 9`."""
    return f"exit code {code}" if code >= 0 else f"killed by signal {-code}"


def endings_text(endings: Mapping[str, int]) -> str:
    """`32 x 200, 3 x 503 time limit`."""
    return ", ".join(f"{count} x {ending}" for ending, count in sorted(endings.items()))
