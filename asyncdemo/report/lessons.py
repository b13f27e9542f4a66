"""What to learn from a row, in a sentence or two: chosen by what was loaded, said only where the figures say so too."""

from collections.abc import Callable
from math import inf

from ..base.durations import number_text, seconds_text
from ..base.text import counted, wait, was
from ..events.events import RunStarted
from ..events.stage import WorkerKind
from ..measuring.rows import Kind, OfKind, Row
from ..showing.lines.load_lines import failures_text, longest_wait_text
from ..showing.lines.own_lines import held_text
from ..showing.panels.books import reasons

MOSTLY = 0.5
"""From this part of the workers' time on, notifications keep them from the page."""


def lesson(row: Row) -> str:
    """One that the figures bear out."""
    if row.did_not_start:
        return f"It did not start: {row.problem}"
    if not row.visitors:
        return "No visitor yet." if not row.over else "No visitor came: there is nothing to learn from."
    if row.page.count == 0:
        return trouble(row) or f"{counted(row.visitors, 'visitor')} came: nothing is known of how long that took."
    says = figures_only if row.cut or row.problem else LESSONS.get(row.kind, figures_only)
    return " ".join(says(row).split())  # parts of it may be empty


def threads(row: Row) -> str:
    """step1: fine as long as nothing bounds it."""
    if row.least_s <= row.slow_s:
        return figures_only(row)
    if row.errors or row.waiting or row.max_s > longest_call(row) * 1.5 + row.slow_s:
        return (
            f"{all_wait(row)} {trouble(row)}"
            + f" There is a thread for each, whatever comes: what bounds it is {BOUNDS}."
        )
    most = f" of its own, {row.workers} at once at the most" if row.workers else " of its own"
    return (
        f"{all_wait(row)} None waits for another, since each has a thread{most}. That looks good at "
        f"{rate_text(row)} because no number of workers bounds it; what does is {BOUNDS}."
    )


def queue(row: Row) -> str:
    """step1 with so many workers, and step2: so many calls at a time, the others queue."""
    opening = NOT_FASTER if row.stage.queues else ""
    if row.rate > row.capacity and longest_s(row) > longest_call(row) + row.slow_s:
        return (
            f"{opening}{capacity_text(row)} At {rate_text(row)} the rest queues up: {longest_text(row)}. {trouble(row)}"
        )
    if row.least_s <= row.slow_s:
        return figures_only(row)
    return f"{opening}{all_wait(row)} {trouble(row)}"


def shared(row: Row) -> str:
    """step3, and the bonus with general workers alone: fast until notifications occupy every worker."""
    processes = row.stage.worker_kind is WorkerKind.PROCESSES
    opening = "Processes of their own, the same jam: " if processes else ""
    if row.first_waited and row.notify_share > MOSTLY:
        jammed = row.first_waited > row.workers  # whoever waited sooner did so for another reason: a cold start
        fast = f"fast until visitor {row.first_waited}: " if jammed else ""
        told = f"{opening}{fast}notifications occupy {every_worker(row)}, and the page waits behind them."
        return f"{told[0].upper()}{told[1:]} {capacity_text(row)} {trouble(row)} {expired_text(row)}"
    if not row.first_waited and row.percentile_s(95) <= row.slow_s and not row.errors:
        room = "That lasts up to" if row.rate <= row.capacity else "That cannot last beyond"
        return (
            f"Fast: the slow call is out of the request (p95 {seconds_text(row.percentile_s(95))}). "
            f"{room} what the workers deliver: {capacity_text(row)}"
        )
    return figures_only(row)


def reserved(row: Row) -> str:
    """The bonus with a worker that never takes a notification: who pays for the fast page is said too."""
    if row.run is None or row.percentile_s(95) > row.slow_s:
        return f"{figures_only(row)} {paid(row)}"
    who = "The reserved worker takes" if row.run.reserved == 1 else f"The {row.run.reserved} reserved workers take"
    waited = f", though visitor {row.first_waited} waited" if row.first_waited else ""
    return (
        f"{who} no notification, and the page stays fast (p95 {seconds_text(row.percentile_s(95))}{waited}). "
        f"{paid(row)} {trouble(row)}"
    )


def tasks(row: Row) -> str:
    """today: the page is fast whatever the workers do, and what is quick waits behind what is slow, unless a worker
    takes nothing else."""
    quick = row.quick
    if quick is None or row.run is None or not quick.latency.count or row.percentile_s(95) > row.slow_s or row.errors:
        return f"{figures_only(row)} {kept_text(row)}"
    waited = f", though visitor {row.first_waited} waited" if row.first_waited else ""
    page = f"The page is fast, whatever the workers do (p95 {seconds_text(row.percentile_s(95))}{waited})."
    if not quick.books.delivered:
        return f"{page} No {quick.task.short} is done: {waiting_text(row)}. {kept_text(row)}"
    says = soon_done if kind_s(row, quick, 95) <= quick.task.soon_s + row.slow_s else jammed
    return f"{page} {says(row, row.run, quick)} {kept_text(row)}"


def soon_done(row: Row, run: RunStarted, quick: OfKind) -> str:
    """Where what is quick does not wait."""
    slow, short = row.stage.task_that_is_slow, quick.task.short
    done = f"half of all {short} is done within {seconds_text(kind_s(row, quick, 50))} (p95 "
    done += f"{seconds_text(kind_s(row, quick, 95))})"
    if not run.reserved:
        return f"Nothing keeps {short} for long: {done}. That lasts as long as a worker is free. {capacity_text(row)}"
    who = "The reserved worker takes" if run.reserved == 1 else f"The {run.reserved} reserved workers take"
    pays = f" {sentence(slow)} pays for it: {waiting_text(row)}." if row.books.queued else ""
    return f"{who} no {slow}, and {short} does not wait behind it: {done}.{pays}"


def jammed(row: Row, run: RunStarted, quick: OfKind) -> str:
    """Where it waits behind what is slow, and what does not help."""
    slow, short = row.stage.task_that_is_slow, quick.task.short
    half, most = seconds_text(kind_s(row, quick, 50)), seconds_text(kind_s(row, quick, 100))
    own = f"though one takes {number_text(quick.task.seconds)} s"
    if "priority" in run.choices:
        return (
            f"{sentence(short)} goes first, but only when a worker is free: half of all {short} takes up to {half}, "
            f"the longest {most}, {own}. No priority interrupts a {slow} that a worker has begun."
        )
    behind = f"behind {slow}" if run.general else "for a worker"
    told = f"{sentence(short)} waits {behind}: half of all {short} takes up to {half}, the longest {most}, {own}."
    if not run.reserved and not row.stage.one_queue:
        told += f" A queue of its own changes nothing while the same {counted(run.general, 'worker')} take both."
    return f"{told} {capacity_text(row)}"


def kept_text(row: Row) -> str:
    """What is lost, and what is held; that nothing is, where much waits: what that costs beside the others."""
    books, told = row.books, []
    if books.held:
        told.append(f"{books.held} {'is' if books.held == 1 else 'are'} held {held_words(row)}")
    if books.again:
        told.append(f"{counted(books.again, 'task')} begun again")
    if books.lost:
        told.append(f"{books.lost} of {books.sent} lost ({reasons(books)})")
    elif books.sent:
        told.append(f"0 of {books.sent} lost: what is queued waits until a worker takes it")
    return f"{'; '.join(told)}." if told else ""


def sentence(words: str) -> str:
    """Words with the capital that begins a sentence."""
    return f"{words[:1].upper()}{words[1:]}"


def held_words(row: Row) -> str:
    """Until when nobody else may begin with what a dead worker had, as a sentence ends."""
    until = row.stage.held_s
    if until is None:
        return "for ever: its worker is dead, and the queue never gives it back"
    wall = " on the wall" if row.speed != 1 else ""
    return f"by a dead worker, until the queue gives it out again after {number_text(until)} s{wall}"


def waiting_text(row: Row) -> str:
    """`46 notify and 1 mail still queued`."""
    parts = [f"{kind.books.queued} {kind.task.short}" for kind in row.kinds if kind.books.queued]
    return f"{' and '.join(parts)} still queued" if parts else "nothing is queued"


def kind_s(row: Row, kind: OfKind, percent: float) -> float:
    """So many % of a kind of work did not take longer, in seconds of the lesson."""
    return kind.latency.percentile(percent) * row.speed


def paid(row: Row) -> str:
    """What becomes of the notifications."""
    books, told = row.books, []
    if books.expired:
        told.append(f"{books.expired} of {books.sent} {lost_text(row)}")
    if books.refused:
        told.append(f"{books.refused} {was(books.refused)} refused, since the channel was full")
    if books.queued:
        doomed = (
            "" if books.expired else f", and whatever is not taken within {expiry_s(row):g} s is lost without a word"
        )
        told.append(f"{books.queued} {'is' if books.queued == 1 else 'are'} still queued{doomed}")
    if told:
        return f"The notifications pay for it: {'; '.join(told)}."
    if books.lost or not books.sent:
        return ""
    if books.sent == 1:
        return "The notification went out or is on its way."
    return f"All {books.sent} notifications went out or are on their way."


def expired_text(row: Row) -> str:
    """What a jam costs beside the wait."""
    books = row.books
    return f"{books.expired} of {counted(books.sent, 'notification')} {lost_text(row)}." if books.expired else ""


def lost_text(row: Row) -> str:
    """What became of notifications that nobody took."""
    return f"{was(row.books.expired)} lost without a word, after {expiry_s(row):g} s in the queue"


def expiry_s(row: Row) -> float:
    """How long its notifications wait for a worker, in seconds of the lesson."""
    return row.stage.channel(row.stage.slow).expiry_s


def nobody(row: Row) -> str:
    """The bonus without a worker."""
    return f"Nobody takes what daphne puts on the channel. {trouble(row)}"


def figures_only(row: Row) -> str:
    """What can be said of any row."""
    first = f"visitor {row.first_waited} was the first to wait for more than {number_text(round(row.slow_s, 2))} s"
    waited = first if row.first_waited else f"nobody waited for more than {number_text(round(row.slow_s, 2))} s"
    if not row.first_waited and longest_s(row) > row.slow_s:
        waited = longest_text(row)
    answered = f"{row.answered} {was(row.answered)} answered"
    return f"Of {counted(row.visitors, 'visitor')} {answered}; {waited}. {trouble(row)}"


def longest_s(row: Row) -> float:
    """How long whoever waited longest waited, for the page or for an error."""
    return max(row.max_s, row.failed.max_s * row.speed)


def longest_text(row: Row) -> str:
    """That, in words, for each of both."""
    return longest_wait_text(row.page, row.failed, row.speed)


def all_wait(row: Row) -> str:
    """For the call in the view, every visitor."""
    return f"Every visitor waits for the call, {seconds_text(row.least_s)} at the least."


def trouble(row: Row) -> str:
    """Who got no page, how, and how soon; who waits."""
    told = []
    if row.errors:
        told.append(f"{row.errors} of {row.visitors} got no page ({failures_text(row.load)}{failed_in(row)})")
    if row.waiting:
        told.append(f"{row.waiting} still {wait(row.waiting)}")
    if row.load.unfinished:
        told.append(f"{on_their_way(row)} when the load was ended")
    return f"{'; '.join(told)}." if told else ""


def on_their_way(row: Row) -> str:
    """`1 was on its way`, `2 were on their way`."""
    count = row.load.unfinished
    return f"{count} {was(count)} on {'its' if count == 1 else 'their'} way"


def failed_in(row: Row) -> str:
    """`, half of them within 60.1 s`: of those who got no page."""
    return f", half of them within {seconds_text(row.failed_p50_s)}" if row.failed.count else ""


def capacity_text(row: Row) -> str:
    """`4 workers at 11.25 s a call carry 0.36 a second, no more.`"""
    if row.capacity == inf or row.run is None:
        return ""
    few = row.run.general
    calls = {Kind.QUEUE: "a call", Kind.TASKS: "a visitor"}.get(row.kind, "a notification")
    verb = "carries" if few == 1 else "carry"
    work = f"{number_text(round(row.work_s, 2))} s {calls}"
    return f"{counted(few, 'worker')} at {work} {verb} {row.capacity:.2f} a second, no more."


def rate_text(row: Row) -> str:
    """`1 visitor a second`, `1 to 5 visitors a second`, `20 visitors at a time`."""
    asked = row.load.started
    if asked is None or asked.visitors:
        return f"{counted(asked.visitors if asked is not None else row.visitors, 'visitor')} at a time"
    rates = (asked.rate / row.speed, asked.rate_end / row.speed) if not row.load.turns else row.rates
    number, end = (number_text(round(rate, 2)) for rate in rates)
    if number != end:
        return f"{number} to {end} visitors a second"
    return f"{number} visitor{'' if number == '1' else 's'} a second"


def every_worker(row: Row) -> str:
    """`the one worker`, `all 4 workers`."""
    return "the one worker" if row.workers == 1 else f"all {row.workers} workers"


def longest_call(row: Row) -> float:
    """Seconds of the lesson that the slowest call takes."""
    return max(row.run.delays, default=0.0) if row.run is not None else 0.0


def own(row: Row) -> str:
    """A project of the user's: what holds its workers; where its pages send tasks, what became of these."""
    if row.books.sent:
        return f"{figures_only(row)} {own_tasks(row)}"
    held = held_text(row.slowest, row.servers)
    return f"{held}. {trouble(row)}" if held else figures_only(row)


def own_tasks(row: Row) -> str:
    """How many are done, and how soon; where the others are."""
    books = row.books
    verb = "is" if books.delivered == 1 else "are"
    took = f", half of them within {seconds_text(row.took.percentile(50) * row.speed)}" if row.took.count else ""
    others = {"in hand": books.running, "still queued": books.queued, "held by a dead worker": books.held}
    told = [f"{count} {where}" for where, count in others.items() if count]
    told += [f"{books.lost} lost ({reasons(books)})"] if books.lost else []
    told += [f"of {books.unknown} nobody knows where they are"] if books.unknown else []
    left = f"; {', '.join(told)}" if told else ""
    return f"Of {counted(books.sent, 'task')} {books.delivered} {verb} done{took}{left}."


BOUNDS = "memory, database connections and the outside service"
NOT_FASTER = "The same view on as many workers: a channel in between makes no call shorter. "
LESSONS: dict[Kind, Callable[[Row], str]] = {
    Kind.THREADS: threads,
    Kind.QUEUE: queue,
    Kind.SHARED: shared,
    Kind.RESERVED: reserved,
    Kind.TASKS: tasks,
    Kind.OWN: own,
    Kind.NOBODY: nobody,
}
