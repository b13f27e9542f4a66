"""Where every notification is, by what has been told of it; the books are drawn from that.

In a stage with several kinds of work each of them is a notification, whatever its kind, and has books of its kind too.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

from ..base.histogram import Histogram
from ..events import events as e
from ..events.stage import NO_STAGE, StageEntry
from .books import Books, total
from .kept.bins import WINDOW_S
from .kept.ids import Begun, RecentIds
from .waits import Waits
from .workers import TOLD_TO_GO

MEASURING_S = 0.05
"""How old a message must be to be missed in a measurement: news of it may have overtaken it."""
TELLING_S = 0.2
"""A message that was missed for the first time so lately is in somebody's hands who has not told it yet."""
MEASUREMENTS_S = 2.5
"""Measurements that are older than the newest by more than this are forgotten."""
EARLIEST = ("sent_at", "delivered_at")
ABANDONED = "abandoned"
"""What was not done when its run ended, which takes its queue along: lost, and in no other term of the books."""
WAITING = ("queued", "running", ABANDONED)
Whose = tuple[str, str]
"""(process, worker); a view has no worker's name."""


@dataclass(slots=True)
class Story:
    """What has been told of one notification. It only ever grows, so the order of the telling does not matter."""

    sent_at: float = inf
    task: str = ""
    """Which kind of work it is; empty where there is one kind, or nobody has told."""
    hands: dict[Whose, float] = field(default_factory=dict)
    """Who has begun with it -> when he last did."""
    pockets: dict[Whose, float] = field(default_factory=dict)
    """Who has it for himself and had not begun -> when he last got it."""
    delivered_at: float = inf
    done: bool = False
    lost: str = ""
    """`refused`, `expired` or `failed`."""

    def add(self, news: dict[str, Any]) -> None:
        """Take in what is new; of several who tell of one moment, the earliest is right."""
        for name, value in news.items():
            if name in EARLIEST:
                value = min(value, getattr(self, name))
            if name in ("hands", "pockets"):
                known: dict[Whose, float] = getattr(self, name)
                value = known | {whose: max(t, known.get(whose, -inf)) for whose, t in value.items()}
            if value != "":
                setattr(self, name, value)

    @property
    def delivered(self) -> bool:
        """Whether anybody has told that it was."""
        return self.delivered_at < inf

    @property
    def finished(self) -> bool:
        """Whether its end is known, and its beginning too."""
        return self.lost == "refused" or ((self.delivered or bool(self.lost)) and self.sent_at < inf)


@dataclass(frozen=True)
class Measured:
    """What was on the channels when they were measured."""

    ids: dict[str, str] = field(default_factory=dict)
    """Message -> the channel that it was on."""
    whole: bool = True
    """Whether all that were there are named."""


@dataclass
class Notifications:
    """The stories of all notifications, and the books drawn from them."""

    stage: StageEntry = NO_STAGE
    keeps: bool = False
    """Whether what a worker had in hand that died is held, and not lost."""
    window_s: float = WINDOW_S
    took: Histogram = field(default_factory=Histogram)
    """From the sending of each to its delivery, of those of which both are known."""
    open: dict[str, Story] = field(default_factory=dict)
    """Those without an end yet."""
    _waits: dict[str, Waits] = field(default_factory=dict)
    """Of a stage with several kinds of work, how long each kind takes."""
    _closed: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Kind -> how many have ended how."""
    _again: Counter[str] = field(default_factory=Counter)
    """Kind -> how often one was begun that had been begun before."""
    _begun: Begun = field(default_factory=Begun)
    over: RecentIds = field(default_factory=RecentIds)
    """Those whose end is known, and whose beginning too."""
    _deaths: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    """Process -> when it ended, and its exit code."""
    _closed_at: float = inf
    """When the run began to end: of what workers have in hand then, it is said that they had it."""
    _stopping: bool = False
    _crew: set[str] = field(default_factory=set)
    """Processes that have taken messages, or were about to."""
    _latest: dict[Whose, float] = field(default_factory=dict)
    """Worker -> when it took its latest message: whatever it took before is no longer in its hands."""
    _holder: str = ""
    """The process with which goes what is on the channels of a project of the user's, where that is known."""
    _measurements: dict[float, Measured] = field(default_factory=dict)
    """When the channels were measured, and what was on them: the newest ones."""
    _books: dict[str, Books] | None = None
    """By kind, since the newest event; None before anybody has asked."""

    def look_back(self, window_s: float) -> None:
        """Set the window, before there is anything in it."""
        self.window_s, self._waits = window_s, {}

    def fold(self, event: e.Event) -> None:
        """Take in one event."""
        self._books = None
        match event:
            case e.RunStarted(stage=stage):
                self.stage, self.keeps = stage, stage.keeps and "defaults" not in event.choices
            case e.WorkerReady():
                self._crew.add(event.process)
                self._holds(event)
            case e.Stopping():
                self._stopping = True
                self._closed_at = min(event.t, self._closed_at) if self.stage.tasks else inf
            case e.ProcessEnded():
                self._deaths.setdefault(event.process, []).append((event.t, event.code))
            case e.Queues():
                self._measured(event)
            case e.CallStarted(direct=True):
                self._tell(event.id, sent_at=event.t, hands={(event.process, ""): event.t})
            case e.CallDelivered() if event.direct or not (self.stage.tasks or self.stage.own):  # which may go on
                self._tell(event.id, delivered_at=event.t, **({"sent_at": event.t} if event.direct else {}))
            case _:
                self._fold_message(event)

    def _holds(self, event: e.WorkerReady) -> None:
        """Learn of a project of the user's whether its channels are in its server, whose workers take from them."""
        in_server = event.process == f"{self.stage.web}.1" and any(map(self.stage.in_background, event.channels))
        if self.stage.own and in_server:
            self._holder = event.process

    def _fold_message(self, event: e.Event) -> None:
        """What becomes of a message."""
        match event:
            case e.Taken():
                self._took(event, event.t, event.age_s)
            case e.Done():
                self._done(event)
            case e.Sent(channel=channel) if self.stage.in_background(channel):
                self._tell(event.id, sent_at=event.t, task=event.task)
            case e.Received(channel=channel) if self.stage.in_background(channel):
                self._tell(event.id, task=event.task, pockets={(event.process, event.worker): event.t})
            case e.Refused(channel=channel) if self.stage.in_background(channel):
                self._tell(event.id, lost="refused")
            case e.Expired(channel=channel) if self.stage.in_background(channel):
                for message_id in event.ids:
                    self._tell(message_id, lost="expired")

    def _measured(self, event: e.Queues) -> None:
        channels = [name for name in event.ids if self.stage.in_background(name)]
        ids = {message_id: name for name in channels for message_id in event.ids.get(name, ())}
        named = all(len(event.ids.get(name, ())) >= event.depths.get(name, 0) for name in channels)
        self._measurements[event.t] = Measured(ids, named)
        newest = max(self._measurements)
        for old in [t for t in self._measurements if t < newest - MEASUREMENTS_S]:
            del self._measurements[old]

    def _took(self, event: e.Taken | e.Done, t: float, age_s: float) -> None:
        whose = event.process, event.worker
        self._crew.add(event.process)
        self._latest[whose] = max(t, self._latest.get(whose, -inf))
        if self.stage.in_background(event.channel):
            if self.stage.tasks:
                self._again[event.task] += self._begun.again(event.id, "/".join(whose), t)
            self._tell(event.id, sent_at=t - age_s, task=event.task, hands={whose: t})

    def _done(self, event: e.Done) -> None:
        self._took(event, event.t - event.busy_s, event.age_s)
        for message_id in event.sent:
            self._tell(message_id, sent_at=event.t)
        if self.stage.in_background(event.channel):
            delivered = event.calls or ((self.stage.tasks or self.stage.own) and not event.failed)
            end = {"lost": "failed"} if event.failed else {"delivered_at": event.t} if delivered else {}
            self._tell(event.id, done=True, **end)

    def _tell(self, message_id: str, **news: object) -> None:
        if message_id in self.over:
            return
        story = self.open.setdefault(message_id, Story())
        story.add(news)
        if not story.finished:
            return
        del self.open[message_id]
        if story.sent_at < story.delivered_at < inf:
            self.took.record(story.delivered_at - story.sent_at)
            if self.stage.tasks:
                self._waits_of(story.task).over(story.sent_at, story.delivered_at)
        self._closed[story.task]["delivered" if story.delivered else story.lost] += 1
        self.over.add(message_id)

    def _waits_of(self, task: str) -> Waits:
        return self._waits.setdefault(task, Waits(self.window_s))

    def books(self) -> Books:
        """Where they all are, as far as can be told."""
        return total(self._by_kind().values())

    def books_of(self, task: str) -> Books:
        """Where those of one kind are."""
        return replace(self._by_kind().get(task, Books()))

    def waits_of(self, task: str) -> Waits:
        """How long those of one kind take."""
        self._by_kind()
        return self._waits_of(task)

    def _by_kind(self) -> dict[str, Books]:
        if self._books is None:
            self._books = self._drawn()
        return self._books

    def _drawn(self) -> dict[str, Books]:
        """The books of each kind; and the waits of those that wait are set."""
        statuses = {message_id: self.status(message_id) for message_id in self.open}
        along = self._taken_along({id_: self.open[id_].sent_at for id_, told in statuses.items() if told == "vanished"})
        gone = dict.fromkeys(statuses, "unknown") | dict.fromkeys(along, "held" if self.keeps else "died")
        statuses = {id_: gone[id_] if status == "vanished" else status for id_, status in statuses.items()}
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for task, ended in self._closed.items():
            counts[task].update(ended)
        for message_id, status in statuses.items():
            counts[self.open[message_id].task][status] += 1
        for message_id, channel in self._newest.items():
            if message_id not in self.open and message_id not in self.over:
                counts[self._kind_on(channel)][ABANDONED if self._is_over else "queued"] += 1
        for books in counts.values():
            books["died"] += books.pop(ABANDONED, 0)
        self._set_waits(statuses)
        kinds = counts.keys() | self._again.keys()
        return {task: Books(**counts[task], again=self._again[task]) for task in kinds}

    def _set_waits(self, statuses: dict[str, str]) -> None:
        for task in self.stage.tasks:
            since = [(status, self.open[id_]) for id_, status in statuses.items() if self.open[id_].task == task.name]
            known = [(status, story.sent_at) for status, story in since if story.sent_at < inf]
            waits = self._waits_of(task.name)
            waits.waiting = tuple(sent_at for status, sent_at in known if status in WAITING)
            waits.held = tuple(sent_at for status, sent_at in known if status == "held")

    def _kind_on(self, channel: str) -> str:
        """Which kind of work a channel holds; empty where it may be any."""
        slow = self.stage.channel(channel).slow
        kinds = [task.name for task in self.stage.tasks if task.slow == slow]
        return kinds[0] if len(self.stage.background) > 1 and len(kinds) == 1 else ""

    def pockets(self) -> dict[Whose, Counter[str]]:
        """Of each worker that has got what it has not begun with: how many of each kind."""
        found: defaultdict[Whose, Counter[str]] = defaultdict(Counter)
        for message_id, story in self.open.items():
            if story.pockets and self.status(message_id) == "queued":
                for whose in self._living(story.pockets):
                    found[whose][story.task] += 1
        return dict(found)

    def status(self, message_id: str) -> str:
        """A term of the books; `abandoned`; or `vanished`: it left its channel, and nobody has said that he took it."""
        story = self.open[message_id]
        told = self._status(message_id, story)
        return ABANDONED if self._is_over and self._goes_along(story, told) else told

    def _goes_along(self, story: Story, told: str) -> bool:
        """Whether the end of its run is the end of it: nobody will do it who had not begun, or has ended since. What is
        held for ever nobody would have done anyway."""
        if told == "running":
            return all(any(t >= since for t, _ in self._deaths.get(who, ())) for (who, _), since in story.hands.items())
        return told == "queued" or (told == "held" and self.stage.held_s is not None)

    @property
    def _is_over(self) -> bool:
        """Whether the run of a stage has ended, and its page is gone: it takes along what holds its queue, or what is
        its own in a Redis or a database of the user's."""
        return self._stopping and not self.stage.own and f"{self.stage.web}.1" in self._deaths

    def _status(self, message_id: str, story: Story) -> str:
        """As it was when the run began to end, if its stage keeps what a worker has in hand."""
        if story.delivered:
            return "delivered"
        if story.lost:
            return story.lost
        if story.done:
            return "unknown"
        if story.hands or self._pockets_of(story):
            return self._status_in_hand(message_id, story)
        if story.sent_at - MEASURING_S < self.emptied_at:
            return "died"
        missed = self._missed(message_id, story)
        if message_id in self._newest or not missed:
            return "queued"
        return "vanished" if min(missed) <= max(self._measurements) - TELLING_S else "running"

    def _status_in_hand(self, message_id: str, story: Story) -> str:
        """Of one that somebody has begun with, or has in his pocket: which he empties when the broker is gone."""
        living = self._living(story.hands)
        if living:
            mine = any(not worker or self._latest[process, worker] <= t for (process, worker), t in living.items())
            return "running" if mine else "unknown"
        in_pockets = self._pockets_of(story)
        measured_at = max(self._measurements, default=-inf)
        last_end = max((self._end_of(whose, t) for whose, t in (story.hands | in_pockets).items()), default=-inf)
        if any(t > self.emptied_at for t in self._living(in_pockets).values()) or (
            message_id in self._newest and measured_at > last_end
        ):
            return "queued"
        if story.sent_at - MEASURING_S < self.emptied_at:
            return "died"
        return "held" if self.keeps or in_pockets else "died"

    def _pockets_of(self, story: Story) -> dict[Whose, float]:
        """Those who have it there, or had when they died; who went as he was told gave it back."""
        unbegun = {whose: t for whose, t in story.pockets.items() if story.hands.get(whose, -inf) < t}
        return {whose: t for whose, t in unbegun.items() if self._code_of(whose, t) not in TOLD_TO_GO}

    def _living(self, those: dict[Whose, float]) -> dict[Whose, float]:
        """Those of them whose process has not ended since."""
        return {whose: t for whose, t in those.items() if self._end_of(whose, t) == inf}

    def _end_of(self, whose: Whose, since: float) -> float:
        """When the process that took something then ended, if it has."""
        return min((t for t, _ in self._ends_of(whose[0]) if t >= since), default=inf)

    def _code_of(self, whose: Whose, since: float) -> int | None:
        """Its exit code; None while it is there."""
        return min(((t, code) for t, code in self._ends_of(whose[0]) if t >= since), default=(inf, None))[1]

    def _ends_of(self, process: str) -> list[tuple[float, int]]:
        """When a process ended before the run began to, and its exit codes."""
        return [(t, code) for t, code in self._deaths.get(process, ()) if t <= self._closed_at]

    @property
    def _newest(self) -> dict[str, str]:
        """What was on the channels when they were last measured, if what holds them is still there."""
        measured_at = max(self._measurements, default=-inf)
        return self._measurements[measured_at].ids if measured_at > self.emptied_at else {}

    @property
    def emptied_at(self) -> float:
        """When what holds the channels last ended: the run's own Redis, or its server."""
        return max((t for t, _ in self._ends_of(self.stage.holder or self._holder)), default=-inf)

    def _missed(self, message_id: str, story: Story) -> list[float]:
        """The measurements that it should have been in, and was not."""
        return [
            t
            for t, found in self._measurements.items()
            if found.whole and story.sent_at + MEASURING_S <= t and message_id not in found.ids
        ]

    def _taken_along(self, sent: dict[str, float]) -> list[str]:
        """Which of the messages that vanished went with a worker: each death may explain an earlier one."""
        deaths = iter(self._empty_handed_deaths())
        return [id_ for id_ in sorted(sent, key=lambda id_: sent[id_]) if any(death >= sent[id_] for death in deaths)]

    def _empty_handed_deaths(self) -> list[float]:
        """When workers died of which no story tells. Not with exit code 0: who went as he was told had finished."""
        unfinished = (story for story in self.open.values() if not story.done)
        explained = {(whose[0], self._end_of(whose, t)) for story in unfinished for whose, t in story.hands.items()}
        return sorted(
            t
            for process in self._crew & self._deaths.keys()
            for t, code in self._ends_of(process)
            if code != 0 and (process, t) not in explained
        )
