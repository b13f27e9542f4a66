"""A run as plain lines: one per hello and per notification, with times. Pure."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from math import inf
from typing import Any

from ...events import events as e
from ...events.stage import MIGRATE, NO_STAGE, Channel, StageEntry
from ...known.state import State
from ...known.tracebacks import BEGIN
from .load_lines import clock_name, crew_now, rate_then
from .own_lines import asked_text
from .run_words import (
    answer_text,
    delays_text,
    delivered_text,
    died_text,
    exit_text,
    held_text,
    left_alone_text,
    told_text,
    workers_text,
)

ACCESS_LOG = re.compile(r'(\S+ - - )?\[\d\d/\w{3}/\d{4}[ :]\d\d:\d\d:\d\d\] "')
"""A server's own line about a request: the events tell it better."""
NOT_LOOKED_AT = "nobody knows whether all are applied: python manage.py migrate --check has failed"
ASKED_IN_VAIN = (BEGIN, "CommandError:")
"""How the line begins with which that says it."""
NOT_APPLIED = "some are not applied, and are left so: python manage.py migrate"

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


def as_line(t: float, who: str, what: str) -> str:
    """A line of the console."""
    return f"{t:8.2f} s  {who:<11} {what}".rstrip()


def told_elsewhere(line: str, stage: StageEntry) -> bool:
    """Whether events tell what this line of output tells."""
    return stage.is_notification(line) or ACCESS_LOG.match(line) is not None
