"""Each visitor of a run: when he came, how long he waited, and who was in front of him. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf

from ..base.durations import seconds_text
from ..events import events as e
from ..events.stage import StageEntry
from ..load.visitor import NAMES, VISITORS

CALLED: tuple[str, ...] = (*NAMES, *VISITORS)
"""How a lesson's visitors are called, in the order in which they come."""
WEB = "http.request"
WAITS = "waits"
"""How a visit has ended that has not."""
OWN_CALL = "the page's own call"
"""What a visitor waits for whose view makes the call."""
AT_ONCE_S = 0.3
"""Of the lesson: who is taken so soon has had nobody in front of him."""
NEXT_S = 0.05
"""On the wall: who is taken so soon after something has ended was waiting for it."""


@dataclass(frozen=True)
class Visit:
    """Somebody who asked for the page. Times are seconds of the lesson."""

    number: int
    """1 for the first who came."""
    name: str
    came_s: float
    """Since the first was to come."""
    waited_s: float
    """Until he had an answer; where he has none, until the run was over."""
    ending: str
    """`200`, `503`, `left`, or `waits`."""
    front: str = ""
    """Whose work he waited for, in words; empty where nobody's."""

    @property
    def got_page(self) -> bool:
        """Whether that is what he got."""
        return self.ending.isdecimal() and int(self.ending) < 300


@dataclass(frozen=True)
class Work:
    """What somebody had in hand, from one moment to another on the run's clock."""

    worker: tuple[str, str]
    """(process, worker)."""
    id: str
    channel: str
    begin: float
    end: float = inf
    text: str = ""
    """What the outside service has printed of it."""


class Story:
    """What the events of a run tell of its visitors and of the work in it."""

    def __init__(self, events: Sequence[e.Event], stage: StageEntry) -> None:
        self.stage = stage
        last = max((event.t for event in events), default=0.0)
        self.end = min((event.t for event in events if isinstance(event, e.Stopping)), default=last)
        self.events = sorted((event for event in events if event.t <= self.end), key=lambda event: event.t)
        of = {type(event): event for event in reversed(self.events)}  # the first of each kind
        run, load = of.get(e.RunStarted), of.get(e.LoadStarted)
        self.speed = run.speed if isinstance(run, e.RunStarted) else 1.0
        self.begin = load.t if load is not None else inf
        self.texts = dict(self._texts())
        self.work = {work.id: work for work in self._work()}
        self.names = dict(self._names())

    def visits(self) -> list[Visit]:
        """In the order in which they came."""
        answered = {event.id: event for event in self._hellos() if isinstance(event, e.Answered)}
        came = self._came()
        return [self._visit(number, id_, came[id_], answered.get(id_)) for number, id_ in enumerate(self.names, 1)]

    def until_printed(self, visit: Visit, text: str, took_s: float) -> Visit:
        """A visit, with the wait for what is printed for him in place of that for his page."""
        own = next((self.work[id_] for id_, said in self.texts.items() if said == text and id_ in self.work), None)
        before = self._before(own) if own is not None else None
        late = before is not None and self.lesson_s(before.end) - visit.came_s >= AT_ONCE_S
        front = self._in_words(before) if before is not None and late else ""
        ending = visit.ending if any(said == text for said, _ in self.printed()) else WAITS
        return replace(visit, waited_s=took_s, ending=ending, front=front)

    def printed(self) -> Iterator[tuple[str, float]]:
        """(what the outside service has printed, when: in seconds of the lesson since the first was to come)."""
        for event in self.events:
            for text in e.delivered(event):
                yield text, self.lesson_s(event.t)

    def lesson_s(self, t: float) -> float:
        """A moment of the run's clock, in seconds of the lesson since the first visitor was to come."""
        return (t - self.begin) * self.speed

    def _came(self) -> dict[str, float]:
        """Request for the page -> when it came, on the run's clock; of those since the load began."""
        came = {event.id: event.t for event in self._hellos() if isinstance(event, e.Arrived)}
        came |= {event.id: event.t - event.total_s for event in self._hellos() if isinstance(event, e.Answered)}
        return {id_: t for id_, t in came.items() if t >= self.begin - NEXT_S}

    def _names(self) -> Iterator[tuple[str, str]]:
        """Request -> who made it, in the order in which they came. A project of the user's does not tell whom it
        greets: there it is known by that order."""
        came, told = self._came(), {event.id: event.name for event in self._hellos()}
        for place, id_ in enumerate(sorted(came, key=lambda id_: came[id_])):
            yield id_, told[id_] or CALLED[place % len(CALLED)]

    def _hellos(self) -> Iterator[e.Arrived | e.Answered]:
        """What tells of requests for the page that greets."""
        for event in self.events:
            if isinstance(event, (e.Arrived, e.Answered)) and event.name is not None and event.path == self.stage.page:
                yield event

    def _texts(self) -> Iterator[tuple[str, str]]:
        """Id of a notification -> what is printed of it."""
        for event in self.events:
            if isinstance(event, (e.CallStarted, e.CallDelivered)):
                yield event.id, event.text
            elif isinstance(event, e.Done) and event.calls:
                yield event.id, event.calls[0]

    def _work(self) -> Iterator[Work]:
        """All that anybody had in hand; what is over comes last."""
        for event in self.events:
            if isinstance(event, e.Taken):
                yield Work((event.process, event.worker), event.id, event.channel, event.t)
        for event in self.events:
            if isinstance(event, e.Done):
                whose = event.process, event.worker
                yield Work(whose, event.id, event.channel, event.t - event.busy_s, event.t)

    def _visit(self, number: int, id_: str, came: float, answer: e.Answered | None) -> Visit:
        visit = Visit(number, self.names[id_], max(0.0, self.lesson_s(came)), (self.end - came) * self.speed, WAITS)
        if answer is not None:
            ending = "left" if answer.status is None else str(answer.status)
            visit = replace(visit, waited_s=answer.total_s * self.speed, ending=ending)
        return replace(visit, front=self._front(id_, came))

    def _front(self, id_: str, came: float) -> str:
        """Whose work a request waited for."""
        own = self.work.get(id_)
        if own is not None and (own.begin - came) * self.speed < AT_ONCE_S:
            return self._call_of(own)
        before = self._before(own) if own is not None else None
        return self._in_words(before) if before is not None else ""

    def _call_of(self, page: Work) -> str:
        """The call that the page itself has made, or a task that was done in its request, if it lasted."""
        for event in self.events:
            if isinstance(event, e.CallStarted) and self._is_within(event, page):
                return f"{OWN_CALL}: {seconds_text(event.seconds * self.speed)}"
        return ""

    def _is_within(self, call: e.CallStarted, page: Work) -> bool:
        process, worker = page.worker
        same = call.worker == worker or (call.direct and call.worker == "process")
        return same and call.process == process and page.begin <= call.t < page.end

    def _before(self, own: Work) -> Work | None:
        """What its worker did until it was free for it."""
        ended = (
            work
            for work in self.work.values()
            if work.worker == own.worker and work.id != own.id and 0 <= own.begin - work.end <= NEXT_S
        )
        return max(ended, key=lambda work: work.end - work.begin, default=None)

    def _in_words(self, work: Work) -> str:
        text = self.texts.get(work.id, "")
        name = self.names.get(work.id) or (self.stage.greeted(text) if text else "")
        whose = f"{name}'s" if name else "somebody's"
        what = f"{whose} {'page' if work.channel == WEB else 'notification'}"
        return f"{what}, in {self._place(work)} until {seconds_text(self.lesson_s(work.end))}"

    def _place(self, work: Work) -> str:
        process, worker = work.worker
        return process if worker in ("", "process", process) else worker
