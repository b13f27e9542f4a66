"""A run of today, simulated: threads for the page, and workers of their own for two kinds of tasks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import cycle
from typing import Any

from asyncdemo.events import events as e
from asyncdemo.stages.catalogue import STAGES
from tests.simulation import DELAYS, PAGE_S, READY_S, TAKE_S, Case, Simulation, Visit, Worker

TODAY, CELERY = STAGES["today"], STAGES["today_celery"]
ONE_QUEUE = TODAY.with_choices(["one-queue"])
MAIL_S = 0.5
MEASURE_S = 0.25


@dataclass(frozen=True)
class TodayCase(Case):
    """A row of today, and how it is run."""

    choices: tuple[str, ...] = ()
    prefetch: int = 0
    """How many a worker puts into its pocket while it has one in hand."""


CASES = {
    "today": TodayCase("today, 3 general", "today --workers 3", TODAY, 3),
    "one queue": TodayCase(
        "today, 3 general, one queue", "today --workers 3 --one-queue", ONE_QUEUE, 3, choices=("one-queue",)
    ),
    "priority": TodayCase(
        "today, 3 general, priority", "today --workers 3 --priority", TODAY, 3, choices=("priority",)
    ),
    "today reserved": TodayCase("today, 2+1 reserved", "today --workers 3 --reserved-short 1", TODAY, 2, 1),
    "nobody": TodayCase("today, 0 general", "today --workers 0", TODAY, 0),
    "celery": TodayCase("today_celery, 3 general", "today_celery --workers 3", CELERY, 3),
    "celery defaults": TodayCase(
        "today_celery, 2+1 reserved",
        "today_celery --workers 3 --reserved-short 1 --defaults",
        CELERY,
        2,
        1,
        choices=("defaults",),
        prefetch=3,
    ),
}


@dataclass
class TodaySimulation(Simulation):
    """Runs a case of today, and keeps what would have been told."""

    killed: dict[str, float] = field(default_factory=dict)
    """Worker -> when it is killed, in seconds on the wall."""
    _tasks: dict[str, str] = field(default_factory=dict)
    """Task -> its kind."""
    _pockets: dict[str, list[tuple[float, str]]] = field(default_factory=dict)
    _dead: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._queues = {channel.name: [] for channel in self.case.stage.queues}

    @property
    def _choices(self) -> tuple[str, ...]:
        return self.case.choices if isinstance(self.case, TodayCase) else ()

    def _start(self) -> None:
        case = self.case
        facts = {"general": case.general, "reserved": case.reserved, "speed": self.speed, "delays": DELAYS}
        what = {"stage": case.stage, "url": "http://127.0.0.1:8000/", "choices": list(self._choices)}
        self.tell(e.RunStarted, "asyncdemo", 0.0, **what, **facts)
        for number in range(1, 5):
            self.tell(e.WorkerReady, "web.1", 0.2, worker=f"thread {number}", channels=["http.request"])
        for name, channels in self._crew():
            self._workers.append(Worker(name, name, channels, cycle(DELAYS)))
            self.tell(e.ProcessStarted, name, 0.1, pid=len(self._workers))
            self.tell(e.WorkerReady, name, READY_S - 0.05, worker=name, channels=channels)
        self.tell(e.Ready, "asyncdemo", READY_S)
        for name, t in self.killed.items():
            self.at(t, partial(self._kill, name))
        self.at(READY_S, self._measure)

    def _crew(self) -> Iterator[tuple[str, list[str]]]:
        queues = [channel.name for channel in self.case.stage.queues]
        for number in range(1, self.case.general + 1):
            yield f"worker.{number}", queues
        for number in range(1, self.case.reserved + 1):
            yield f"shortworker.{number}", ["short"]

    def _measure(self) -> None:
        ids = {name: [task for _, task in waiting] for name, waiting in self._queues.items()}
        ages = {name: self._now - waiting[0][0] if waiting else 0.0 for name, waiting in self._queues.items()}
        self.tell(e.Queues, "web.1", ids=ids, ages=ages)
        if self._now < READY_S + (self.seconds + self.linger_s) / self.speed:
            self.at(self._now + MEASURE_S, self._measure)

    def _kill(self, name: str) -> None:
        self._dead.add(name)
        self.tell(e.ProcessEnded, name, code=-9)

    def _arrive(self, visit: Visit) -> None:
        self.visits.append(visit)
        self.at(self._now + PAGE_S * (1 + self._random.random()), partial(self._answer, visit))

    def _answer(self, visit: Visit) -> None:
        by = {"worker": "thread 1", "channel": "http.request", "busy_s": self._now - visit.meant}
        for task, kind in ((f"n{visit.number}", "notify"), (f"m{visit.number}", "password_mail")):
            channel = "short" if kind == "password_mail" and "short" in self._queues else "long"
            self._tasks[task] = kind
            self._queues[channel].append((self._now, task))
            self.tell(e.Sent, "web.1", id=task, channel=channel, task=kind)
        self._end(visit, 200, "thread 1")
        self.tell(e.Done, "web.1", id=f"h{visit.number}", **by)
        self._work()

    def _work(self) -> None:
        for worker in sorted(self._workers, key=lambda _: self._random.random()):
            if worker.name in self._dead:
                continue
            pocket = self._pockets.setdefault(worker.name, [])
            if worker.free and (found := pocket[0] if pocket else self._next(worker)):
                self._begin(worker, *found)
            self._fill(worker, pocket)

    def _next(self, worker: Worker) -> tuple[float, str] | None:
        """The oldest on its queues; with priorities, the oldest mail."""
        waiting = [each for name in worker.channels for each in self._queues[name]]
        mail_first = "priority" in self._choices
        return min(waiting, key=lambda each: (mail_first and self._tasks[each[1]] == "notify", each), default=None)

    def _fill(self, worker: Worker, pocket: list[tuple[float, str]]) -> None:
        most = self.case.prefetch if isinstance(self.case, TodayCase) else 0
        while len(pocket) < most and not worker.free and (found := self._next(worker)):
            channel = self._off(*found)
            pocket.append(found)
            by = {"worker": worker.name, "channel": channel, "task": self._tasks[found[1]]}
            self.tell(e.Received, worker.process, id=found[1], **by)

    def _off(self, sent_at: float, task: str) -> str:
        """Take it off the queue that it is on."""
        for name, waiting in self._queues.items():
            if (sent_at, task) in waiting:
                waiting.remove((sent_at, task))
                return name
        return "short" if self._tasks[task] == "password_mail" and "short" in self._queues else "long"

    def _begin(self, worker: Worker, sent_at: float, task: str) -> None:
        channel, kind, worker.free = self._off(sent_at, task), self._tasks[task], False
        pocket = self._pockets[worker.name]
        if (sent_at, task) in pocket:
            pocket.remove((sent_at, task))
        took_s = (next(worker.delays) if kind == "notify" else MAIL_S) / self.speed
        began = self._now + TAKE_S
        what: dict[str, Any] = {"id": task, "channel": channel, "worker": worker.name, "task": kind}
        self.tell(e.Taken, worker.process, t=began, age_s=began - sent_at, **what)
        text = self.case.stage.task(kind).greeting.format(self.name)
        call = {"id": task, "text": text, "seconds": took_s, "direct": False, "worker": worker.name}
        self.tell(e.CallStarted, worker.process, t=began, **call)

        def done() -> None:
            if worker.name in self._dead:
                return
            worker.free = True
            self.tell(e.CallDelivered, worker.process, id=task, text=text, worker=worker.name)
            self.tell(e.Done, worker.process, busy_s=self._now - began, age_s=began - sent_at, **what)
            self._work()

        self.at(began + took_s, done)


def today_events(case: str, killed: dict[str, float] | None = None, **options: float) -> list[e.Event]:
    """The events of one of these; `killed`: worker -> when it is, in seconds on the wall."""
    return list(simulated(case, tuple((killed or {}).items()), tuple(options.items())))


@cache
def simulated(
    case: str, killed: tuple[tuple[str, float], ...], options: tuple[tuple[str, float], ...]
) -> tuple[e.Event, ...]:
    """The same, once."""
    return tuple(TodaySimulation(CASES[case], killed=dict(killed), **dict(options)).run())  # type: ignore[arg-type]
