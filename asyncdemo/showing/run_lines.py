"""A run as plain lines: one per hello and per notification, with times, and a summary at the end. Pure."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from math import inf
from typing import Any

from ..base.durations import FELT_S, number_text, seconds_text
from ..base.histogram import at_least
from ..events import events as e
from ..events.stage import MIGRATE, NO_STAGE, Channel, StageEntry, WorkerKind
from ..known.books import Books, losses
from ..known.outside import LASTS_S
from ..known.state import State
from ..known.tracebacks import BEGIN, CANNOT_COME_UP, SERVES_NOTHING
from ..known.visitors import LEFT, problem_words
from .load_lines import REAL, clock_name, crew_now, crews_text, percentiles_text, rate_then
from .own_lines import asked_text, summary_of_pages

ACCESS_LOG = re.compile(r'(\S+ - - )?\[\d\d/\w{3}/\d{4}[ :]\d\d:\d\d:\d\d\] "')
"""A server's own line about a request: the events tell it better."""
WAITED_S = 0.05
"""A wait for a worker that is worth a word."""
NOT_LOOKED_AT = "nobody knows whether all are applied: python manage.py migrate --check has failed"
ASKED_IN_VAIN = (BEGIN, "CommandError:")
"""How the line begins with which that says it."""
NOT_APPLIED = "some are not applied, and are left so: python manage.py migrate"
RAISED_MOST = 3
"""How many errors of the stage's own code the summary names."""

CHOICES = {
    "one-queue": "one queue for all",
    "priority": "what is quick has priority",
    "defaults": "the engine as it comes",
}
"""What else of a stage may be asked for, in words."""
HELD_CHANGES = (e.ProcessEnded, e.Queues)
"""After these it is looked at what dead workers hold: what has come of a death may be known a moment later."""
CREW_CHANGES = (e.Ready, e.WorkerReady, e.ProcessStarted, e.ProcessEnded)


class PlainLines:
    """Turns events into lines, and folds them into a state. Durations are told in the state's seconds."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._run: e.RunStarted | None = None
        self._ending = False
        self._left_alone: list[Channel] = []
        self._held: dict[str, int] = {}
        """Task -> how many a dead worker held when it was looked at last."""
        self._used: set[str] = set()
        self._calls: Counter[tuple[str, str]] = Counter()
        """(process, what it is to print) -> how many calls to the outside service of a project of the user's go on."""
        self._not_looked_at = False
        """Whether nobody could look for migrations that are not applied."""
        self._died_with = ""
        """What the server serves nothing for, when it was looked at last."""
        self._tellers: dict[type[e.Event], Callable[[Any], Iterator[tuple[str, str]]]] = {
            e.RunStarted: self._run_started,
            e.Printed: self._printed,
            e.Ready: self._ready,
            e.Stopping: self._stopping,
            e.ProcessEnded: self._process_ended,
            e.Answered: self._answered,
            e.CallStarted: self._call_started,
            e.CallDelivered: self._call_delivered,
            e.Done: self._done,
            e.Refused: self._refused,
            e.Expired: self._expired,
            e.LoadTurned: self._load_turned,
            e.CrewChanged: self._crew_changed,
            e.Uses: self._uses,
        }

    @property
    def _clock(self) -> float:
        return self._state.clock

    @property
    def _stage(self) -> StageEntry:
        return self._run.stage if self._run is not None else NO_STAGE

    def take(self, event: e.Event) -> list[str]:
        """Take an event into the state, and its log: the lines that tell of it; most have none."""
        told = list(self._tell(event))  # by what was known before it
        self._state.fold(event)
        told += self._turned() if isinstance(event, CREW_CHANGES) else ()
        told += self._kept() if isinstance(event, HELD_CHANGES) else ()
        for who, what in told:
            self._state.log.add(event.t, who, what)
        return [as_line(event.t, who, what) for who, what in told]

    def _tell(self, event: e.Event) -> Iterator[tuple[str, str]]:
        """(who, what) of each line."""
        teller = self._tellers.get(type(event))
        return iter(()) if teller is None else teller(event)

    def _turned(self) -> Iterator[tuple[str, str]]:
        """That nobody takes from a channel any more, or somebody does again: by a key, or a death."""
        if self._ending or self._run is None:
            return
        before, now = self._left_alone, self._state.left_alone
        self._left_alone = now
        yield from (
            ("workers", left_alone_text(self._run, channel, self._clock)) for channel in now if channel not in before
        )
        yield from (("workers", f"{channel.short} is taken again") for channel in before if channel not in now)

    def _kept(self) -> Iterator[tuple[str, str]]:
        """That a dead worker holds more than before, or less: it was given out again. Whoever was ended holds none."""
        if self._ending:
            return
        for task in self._stage.tasks:
            held = self._state.notifications.books_of(task.name).held
            before, self._held[task.name] = self._held.get(task.name, 0), held
            if held > before:
                yield "held", f"{held - before} {task.short}: {held_text(self._state.stage, self._clock)}"
            elif held < before:
                yield "again", f"{before - held} {task.short}: no longer held by a worker that is dead"

    def _run_started(self, event: e.RunStarted) -> Iterator[tuple[str, str]]:
        self._run = event
        yield "stage", f"{event.stage.name}: {event.stage.title}"
        if not event.stage.own:
            yield "workers", workers_text(event)
        if event.delays:
            yield "delays", delays_text(event)
        if event.redis:
            yield "redis", event.redis
        if event.database:
            yield "database", event.database

    def _printed(self, event: e.Printed) -> Iterator[tuple[str, str]]:
        stage = self._stage
        self._not_looked_at |= event.process == MIGRATE and event.line.startswith(ASKED_IN_VAIN)
        if self._calls[event.process, event.line]:
            self._calls[event.process, event.line] -= 1  # it is told as a call
            return
        if event.process != stage.broker and event.line and not told_elsewhere(event.line, stage):
            for line in self._state.tracebacks.take(event.process, event.line, stage.folder):
                yield event.process, line
        yield from self._serves_nothing()

    def _serves_nothing(self) -> Iterator[tuple[str, str]]:
        """That the server has died, once for each error."""
        before, self._died_with = self._died_with, self._state.serves_nothing
        if self._died_with and self._died_with != before:
            yield f"{self._stage.web}.1", died_text(self._state)

    def _uses(self, event: e.Uses) -> Iterator[tuple[str, str]]:
        if str(event) not in self._used:
            self._used.add(str(event))
            yield "uses", f"its {event}"

    def _ready(self, event: e.Ready) -> Iterator[tuple[str, str]]:
        if self._run is not None:
            yield "ready", self._run.url
            if self._stage.own:
                return
            yield "try", f"curl '{self._run.url}?{self._stage.parameter}=Ada'"

    def _stopping(self, event: e.Stopping) -> Iterator[tuple[str, str]]:
        self._ending = True
        if self._run is not None:
            yield "stopping", "everything that was started"

    def _process_ended(self, event: e.ProcessEnded) -> Iterator[tuple[str, str]]:
        if self._stage.own and event.process == MIGRATE:
            if event.code and not self._ending:
                yield "migrations", NOT_LOOKED_AT if event.code != 1 or self._not_looked_at else NOT_APPLIED
        elif not self._ending and (event.process != MIGRATE or event.code):
            yield event.process, f"ended: {exit_text(event.code)}"

    def _answered(self, event: e.Answered) -> Iterator[tuple[str, str]]:
        hello = event.name is not None and not self._stage.own
        who, what = ("hello", event.name) if hello else ("request", asked_text(event))
        yield who, f"{what}: {answer_text(event, self._clock)}"

    def _call_started(self, event: e.CallStarted) -> Iterator[tuple[str, str]]:
        if self._stage.own:
            self._calls[event.process, event.text] += 1
        return iter(())

    def _call_delivered(self, event: e.CallDelivered) -> Iterator[tuple[str, str]]:
        notification = self._state.notifications.open.get(event.id)
        sent_at = inf if notification is None else notification.sent_at  # of a view's own call, when it began
        yield "notified", delivered_text(event.text, event.worker or event.process, (event.t - sent_at) * self._clock)

    def _done(self, event: e.Done) -> Iterator[tuple[str, str]]:
        for text in event.calls:
            yield "notified", delivered_text(text, event.worker, (event.age_s + event.busy_s) * self._clock)
        if event.failed and event.task:
            yield "lost", f"a {self._stage.task(event.task).short}: it failed in {event.worker}"

    def _refused(self, event: e.Refused) -> Iterator[tuple[str, str]]:
        channel = self._stage.channel(event.channel)
        yield "lost" if channel.slow else "refused", f"a message to {channel.short}: the channel is full"

    def _expired(self, event: e.Expired) -> Iterator[tuple[str, str]]:
        channel, count = self._stage.channel(event.channel), len(event.ids)
        waited, them = told_text(channel.expiry_s, self._run, self._clock), "it" if count == 1 else "them"
        yield "lost" if channel.slow else "expired", f"{count} on {channel.short}: nobody took {them} within {waited}"

    def _load_turned(self, event: e.LoadTurned) -> Iterator[tuple[str, str]]:
        asked = self._state.load.started
        if asked is not None:
            clock = clock_name(self._state)
            turned = rate_then(asked, event.factor / self._clock)
            yield "load", f"turned to {turned}{f', {clock}' if clock else ''}"

    def _crew_changed(self, event: e.CrewChanged) -> Iterator[tuple[str, str]]:
        yield "workers", crew_now(event)


def died_text(state: State) -> str:
    """`cannot come up until this is mended: SyntaxError: invalid syntax`, and the like of one that was up."""
    return f"{CANNOT_COME_UP if state.ready_at == inf else SERVES_NOTHING}: {state.serves_nothing}"


def as_line(t: float, who: str, what: str) -> str:
    """A line of the console."""
    return f"{t:8.2f} s  {who:<11} {what}".rstrip()


def told_elsewhere(line: str, stage: StageEntry) -> bool:
    """Whether events tell what this line of output tells."""
    return stage.is_notification(line) or ACCESS_LOG.match(line) is not None


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


def hellos_text(state: State) -> str:
    """`32 x 200; 105 without an answer: 103 left, 2 still waiting`. Not parted where no server sees them go."""
    gone, waiting = state.statuses[LEFT], len(state.waiting)
    answered = [f"{count} x {status}" for status, count in sorted(state.statuses.items()) if status != LEFT and count]
    parts = [f"{gone} left"] if gone else []
    parts += [f"{waiting} still waiting"] if gone and waiting else []
    nobody = f"{gone + waiting} without an answer"
    return f"{', '.join(answered) or 'none'}; {': '.join([nobody, ', '.join(parts)] if parts else [nobody])}"


def unseen_text(state: State) -> str:
    """`; the server saw 251, the load sent 2133`: who was not taken in, the load alone knows of; empty for none."""
    seen, sent = state.visitors.seen, state.load.sent
    just_sent = sum(count for upper_s, count in state.load.unanswered.whole.buckets() if upper_s <= LASTS_S)
    return f"; the server saw {seen}, the load sent {sent}" if sent - just_sent > seen else ""


def since_text(state: State) -> str:
    """Since when an answer counts, where the load has seen visitors wait who had not been taken in."""
    longest_s = at_least(state.load.got.whole.max_s)
    return ", since the server took each in" if longest_s > state.latency.max_s + LASTS_S else ""


def sum_text(books: Books, stage: StageEntry) -> str:
    """`60 sent = 16 delivered + 3 running + 41 queued + 0 lost + 0 unknown`: with what is held, where that can be."""
    held = f"{books.held} held + " if stage.tasks else ""
    return (
        f"{books.sent} sent = {books.delivered} delivered + {books.running} running + "
        f"{books.queued} queued + {held}{books.lost} lost + {books.unknown} unknown"
    )


def kinds_summary(state: State) -> Iterator[str]:
    """Of each kind of work where it is, and how long it took; what a dead worker holds, and what was begun again."""
    for task in state.stage.tasks:
        books, waits = state.notifications.books_of(task.name), state.notifications.waits_of(task.name)
        took = waits.latency(state.until)
        yield f"    {task.short:<11}  {sum_text(books, state.stage)}"
        if took.count:
            waited = took.count - waits.done.count
            told = f", {waited} of them not done: their wait so far" if waited else ""
            yield f"    {'until done':<11}  {percentiles_text(took, (50, 95))}, of {took.count}{told}"
    if state.books.held:
        yield f"  held           {state.books.held}: {held_text(state.stage, state.clock)}"
    if state.books.again:
        yield f"  begun again    {state.books.again}"


def summary(state: State) -> Iterator[str]:
    """What the run has shown, in a few lines."""
    books, latency = state.books, state.latency
    yield f"  {'requests' if state.stage.own else 'hellos':13}  {hellos_text(state)}{unseen_text(state)}"
    if state.run is not None and state.run.speed != 1:
        yield f"  seconds        are those of {REAL}, x{number_text(state.run.speed)}"
    if crews := crews_text(state.run, state.crews_since(state.ready_at)):
        yield f"  workers        {crews}"
    if latency.count:
        yield f"  answered in    {percentiles_text(latency, (50, 95))}{since_text(state)}"
    if state.visitors.refusals.count:
        yield f"  errors in      {percentiles_text(state.visitors.refusals, (50, 95))}"
    yield from summary_of_pages(state)
    if books.sent or not state.stage.own:
        yield f"  {f'{state.stage.job}s':<13}  {sum_text(books, state.stage)}"
    yield from kinds_summary(state)
    if state.notifications.took.count and not state.stage.tasks:
        yield f"  delivered in   {percentiles_text(state.notifications.took, (50, 95))}"
    for what, count in state.tracebacks.counts.most_common(RAISED_MOST):
        yield f"  raised         {count} x {what}"
    if books.lost:
        counts = losses(books, state.stage.job)
        yield "  lost           " + ", ".join(f"{count} {words}" for count, words in counts)
