"""The six rows of a comparison, simulated: the events that a load on each stage makes, the same on every machine."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from heapq import heappop, heappush
from itertools import count, cycle
from typing import Any

from asyncdemo.base.histogram import bucket
from asyncdemo.events import events as e
from asyncdemo.events.events import is_answer
from asyncdemo.events.stage import StageEntry, WorkerKind
from asyncdemo.measuring.rows import Row, row_of
from asyncdemo.stages.catalogue import STAGES

DELAYS = [5.0, 5.0, 5.0, 30.0]
PAGE_S = 0.003
"""What the page itself takes, on the wall, whatever the speed."""
TAKE_S = 1e-6
"""From the end of one message to the take of the next."""
READY_S = 0.4
TELL_S = 0.25
PATIENCE_S = 120.0
"""How long a visitor waits where nobody sends him away."""


@dataclass(frozen=True)
class Case:
    """A row: what is started, and the command that says so."""

    label: str
    arguments: str
    stage: StageEntry
    general: int
    reserved: int = 0

    @property
    def limit_s(self) -> float:
        """After so many seconds of the lesson a visitor gets 503, or leaves where there is no such limit."""
        return self.stage.time_limit_s or PATIENCE_S

    @property
    def command(self) -> str:
        return f"asyncdemo run {self.arguments} --speed 10 --hammer 1"


SIX = {
    "step1": Case("step1", "step1", STAGES["step1"], 0),
    "step1, 4 workers": Case("step1, 4 workers", "step1 --workers 4", STAGES["step1"], 4),
    "step2": Case("step2", "step2", STAGES["step2"], 4),
    "step3": Case("step3", "step3", STAGES["step3"], 4),
    "bonus": Case("bonus, 3 general", "bonus --workers 3", STAGES["bonus"], 3),
    "reserved": Case("bonus, 2 general + 1 reserved", "bonus --workers 3 --reserved-web 1", STAGES["bonus"], 2, 1),
}


@dataclass
class Worker:
    """A worker, slot or thread of the simulation."""

    name: str
    process: str
    channels: list[str]
    delays: Iterator[float]
    free: bool = True


@dataclass
class Visit:
    """One request of the load, and how it ended."""

    number: int
    meant: float
    end: float = float("inf")
    outcome: str = ""


@dataclass
class Simulation:
    """Runs a case and keeps what would have been told."""

    case: Case
    rate: float = 1.0
    """Requests a second of the lesson."""
    seconds: float = 60.0
    speed: float = 10.0
    linger_s: float = 0.0
    """Seconds of the lesson that the run goes on for when all requests have ended."""
    name: str = "Ada"
    events: list[e.Event] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    _agenda: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)
    _random: random.Random = field(default_factory=lambda: random.Random(4))
    _queues: dict[str, list[tuple[float, str]]] = field(default_factory=dict)
    _workers: list[Worker] = field(default_factory=list)
    _now: float = 0.0

    def __post_init__(self) -> None:
        stage = self.case.stage
        self._web = next(channel.name for channel in stage.channels if not channel.slow)
        self._slow = stage.channel(stage.slow)
        self._has_threads = stage.worker_kind is WorkerKind.THREADS
        self._queues |= {self._web: [], self._slow.name: []}

    def at(self, t: float, what: Callable[[], None]) -> None:
        heappush(self._agenda, (t, next(self._numbers), what))

    def tell(self, kind: type[e.Event], process: str, t: float | None = None, **values: Any) -> None:
        self.events.append(kind(t=self._now if t is None else t, process=process, **values))

    def run(self) -> list[e.Event]:
        """All events, by time."""
        self._start()
        begin, length = READY_S + 0.1, self.seconds / self.speed
        total = round(self.rate * self.seconds)
        for number in range(total):
            meant = begin + number / (self.rate * self.speed)
            self.at(meant, partial(self._arrive, Visit(number, meant)))
        while self._agenda:
            now = self._agenda[0][0]
            ended = len(self.visits) == total and all(visit.end <= now for visit in self.visits)
            if ended and now > max(visit.end for visit in self.visits) + self.linger_s / self.speed:
                break
            self._now, _, what = heappop(self._agenda)
            what()
        ended_at = max([begin + length, *(visit.end for visit in self.visits)])
        self._tell_load(begin, length, ended_at)
        stop = ended_at + self.linger_s / self.speed + 0.01
        self.tell(e.Queues, "asyncdemo", stop, ids={name: [i for _, i in q] for name, q in self._queues.items()})
        self.tell(e.Stopping, "asyncdemo", stop + 0.01)
        for process in {worker.process for worker in self._workers}:
            self.tell(e.ProcessEnded, process, stop + 0.02, code=-15)
        return sorted((event for event in self.events), key=lambda event: event.t)

    def _start(self) -> None:
        case = self.case
        facts = {"general": case.general, "reserved": case.reserved, "speed": self.speed, "delays": DELAYS}
        self.tell(e.RunStarted, "asyncdemo", 0.0, stage=case.stage, url="http://127.0.0.1:8000/", **facts)
        self.tell(e.Ready, "asyncdemo", READY_S)
        shared = cycle(DELAYS)
        for number in range(1, case.general + case.reserved + 1):
            self._workers.append(self._worker(number, shared))
            ready = self._workers[-1]
            self.tell(e.WorkerReady, ready.process, READY_S - 0.05, worker=ready.name, channels=ready.channels)
        self._shared = shared

    def _worker(self, number: int, shared: Iterator[float]) -> Worker:
        """The general ones first. A process has delays of its own, in one process all have the same."""
        stage, reserved = self.case.stage, number - self.case.general
        channels = [self._web, stage.slow] if stage.slow and reserved <= 0 else [self._web]
        if stage.worker_kind is WorkerKind.PROCESSES:
            name = f"{stage.reserved}.{reserved}" if reserved > 0 else f"{stage.general}.{number}"
            return Worker(name, name, channels, cycle(DELAYS))
        kind = "thread" if self._has_threads else "slot"
        return Worker(f"{kind} {number}", f"{stage.web}.1", channels, shared)

    def _arrive(self, visit: Visit) -> None:
        self.visits.append(visit)
        self.tell(e.Arrived, "web.1", id=f"h{visit.number}", method="GET", path="/", name=self.name)
        self._queues[self._web].append((self._now, f"h{visit.number}"))
        self.at(self._now + self.case.limit_s / self.speed, lambda: self._give_up(visit))
        if self.case.general == 0:
            self._take(self._thread(), self._web)
        else:
            self._work()

    def _thread(self) -> Worker:
        """A thread for a request: the first that is free, or a new one."""
        worker = next((worker for worker in self._workers if worker.free), None)
        if worker is None:
            worker = Worker(f"thread {len(self._workers) + 1}", "web.1", [], self._shared)
            self._workers.append(worker)
        return worker

    def _give_up(self, visit: Visit) -> None:
        if visit.outcome:
            return
        if self._has_threads:
            self._end(visit, None, "")
        else:
            self._end(visit, 503, "", problem="time limit")
        self._queues[self._web] = [(t, i) for t, i in self._queues[self._web] if i != f"h{visit.number}"]

    def _work(self) -> None:
        """Every free worker takes a message, from a channel by chance."""
        for worker in sorted(self._workers, key=lambda _: self._random.random()):
            self._expire()
            channels = [name for name in worker.channels or [self._web] if self._queues[name]]
            if worker.free and channels:
                self._take(worker, self._random.choice(channels))

    def _expire(self) -> None:
        old = [i for t, i in self._queues[self._slow.name] if t < self._now - self._slow.expiry_s / self.speed]
        if old:
            self._queues[self._slow.name] = [(t, i) for t, i in self._queues[self._slow.name] if i not in old]
            self.tell(e.Expired, "web.1", ids=old, channel=self._slow.name)

    def _take(self, worker: Worker, channel: str) -> None:
        sent_at, message = self._queues[channel].pop(0)
        by: dict[str, Any] = {"process": worker.process, "worker": worker.name}
        worker.free = False
        began = self._now + TAKE_S
        self.tell(e.Taken, t=began, id=message, channel=channel, age_s=began - sent_at, **by)
        calls = channel == self.case.stage.slow or not self.case.stage.slow
        length = next(worker.delays) / self.speed if calls else 0.0
        if calls:
            call = message if channel == self._slow.name else f"n{message}"
            text, direct = self.case.stage.greeting.format(self.name), channel == self._web
            self.tell(e.CallStarted, t=began, id=call, text=text, seconds=length, direct=direct, **by)
            self.at(began + length, lambda: self.tell(e.CallDelivered, id=call, text=text, **by))
        length += PAGE_S * (1 + self._random.random()) if channel == self._web else 0.0

        def done() -> None:
            worker.free = True
            self.tell(e.Done, id=message, channel=channel, busy_s=self._now - began, **by)
            if channel == self._web:
                visit = next(visit for visit in self.visits if message == f"h{visit.number}")
                if not calls:
                    self._notify(f"n{message}")
                if not visit.outcome:
                    self._end(visit, 200, worker.name)
            self._work()

        self.at(began + length, done)

    def _notify(self, message: str) -> None:
        full = len(self._queues[self._slow.name]) >= self._slow.capacity
        self.tell(e.Refused if full else e.Sent, "web.1", id=message, channel=self._slow.name)
        if not full:
            self._queues[self._slow.name].append((self._now, message))
            self.at(self._now + self._slow.expiry_s / self.speed + 0.01, self._expire)

    def _end(self, visit: Visit, status: int | None, worker: str, problem: str = "") -> None:
        visit.end, visit.outcome = self._now, "timed out" if status is None else str(status)
        total_s = self._now - visit.meant
        facts: dict[str, Any] = {
            "id": f"h{visit.number}",
            "status": status,
            "total_s": total_s,
            "name": self.name,
            "problem": problem,
        }
        self.tell(e.Answered, "web.1", worker=worker, **facts)

    def _tell_load(self, begin: float, length: float, ended_at: float) -> None:
        rate = self.rate * self.speed
        asked = {"rate": rate, "rate_end": rate, "seconds": length, "arrivals": "even", "visitors": 0}
        limits = {"timeout_s": 120 / self.speed, "speed": self.speed}
        self.tell(e.LoadStarted, "asyncdemo", begin, url="http://127.0.0.1:8000/", **asked, **limits)
        number, told = 0, begin
        while told < ended_at:
            number, last, told = number + 1, told if number else begin - 1, told + TELL_S
            self.tell(e.LoadTold, "asyncdemo", min(told, ended_at), **self._window(number, last, told, begin, length))
        self.tell(e.LoadEnded, "asyncdemo", ended_at, unfinished=0)

    def _window(self, number: int, last: float, now: float, begin: float, length: float) -> dict[str, object]:
        came = [visit for visit in self.visits if last < visit.meant <= now]
        ended = [visit for visit in self.visits if last < visit.end <= now]
        waiting = [visit for visit in self.visits if visit.meant <= now < visit.end]
        slow = [v.number + 1 for v in self.visits if v.meant <= now and min(now, v.end) - v.meant > 1 / self.speed]
        by_end: dict[str, Counter[tuple[int, int]]] = {}
        for v in ended:
            by_end.setdefault(v.outcome, Counter())[part(v, begin, length), bucket(v.end - v.meant)] += 1
        pages = [v for v in ended if is_answer(v.outcome)]
        waits = Counter((part(v, begin, length), bucket(now - v.meant)) for v in waiting)
        return {
            "number": number,
            "scheduled": len(came),
            "sent": len(came),
            "ended": dict(Counter(visit.outcome for visit in ended)),
            "by_end": {end: [[*key, n] for key, n in counts.items()] for end, counts in by_end.items()},
            "service": [[b, n] for b, n in Counter(bucket(v.end - v.meant - 0.0002) for v in pages).items()],
            "lag": [[bucket(0.0002), len(came)]] if came else [],
            "waiting": [[*key, n] for key, n in waits.items()],
            "rate": self.rate * self.speed,
            "first_waited": min(slow, default=0),
        }


def part(visit: Visit, begin: float, length: float) -> int:
    """The slice of the load's time that a visit belongs to."""
    return min(239, int((visit.meant - begin) / length * 240 + 1e-9))


@cache
def six_rows() -> tuple[Row, ...]:
    """All of them, of a minute of the lesson at ten times its speed; the last run goes on until messages expire."""
    return tuple(row_named(name, linger_s=60.0 if name == "reserved" else 0.0) for name in SIX)


def row_named(name: str, **options: float) -> Row:
    """One of them, under another load."""
    return row_of(SIX[name].label, SIX[name].command, events_of(name, **options))


def events_of(case: str, **options: float) -> list[e.Event]:
    """The events of one of the six."""
    return Simulation(SIX[case], **options).run()  # type: ignore[arg-type]
