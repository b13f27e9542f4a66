"""What one run has shown, as figures with names. Times are seconds of the lesson."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import ceil, inf

from ..base.durations import seconds_text
from ..events import events as e
from ..events.stage import StageEntry, Task
from ..measuring.experiment import Outcome
from ..measuring.rows import Row
from .visits import AT_ONCE_S, WEB, Story, Visit


@dataclass(frozen=True)
class Seen:
    """One run, as it is judged. `stage` is what it is one of, or what a copy began as."""

    outcome: Outcome
    stage: StageEntry

    @property
    def row(self) -> Row:
        """Its figures, as a comparison has them."""
        return self.outcome.row

    @property
    def redirected(self) -> int:
        """How many were sent elsewhere: a load does not go there, and a browser that is sent round gets nothing."""
        return sum(count for ending, count in self.row.load.ended.items() if ending.startswith("3"))

    @property
    def answered(self) -> int:
        """How many got the page."""
        return self.row.answered - self.redirected

    @cached_property
    def story(self) -> Story:
        """Its visitors, and the work in it."""
        return Story(self.outcome.events, self.stage)

    @cached_property
    def visits(self) -> list[Visit]:
        """In the order in which they came."""
        return self.story.visits()

    @cached_property
    def printed(self) -> Counter[str]:
        """How often each text was printed, of those that greet a visitor."""
        names = {visit.name for visit in self.visits}
        return Counter(text for text, _ in self.story.printed() if self.stage.greeted(text) in names)

    @cached_property
    def stray(self) -> list[str]:
        """What was printed, and is for none of the visitors, or is not what they are told: once each."""
        kinds = (self.slow, self.stage.quick)
        meant = {self.text(task, visit) for task in kinds for visit in self.visits}
        return list(dict.fromkeys(text for text, _ in self.story.printed() if text not in meant))

    def delivered(self, task: Task | None) -> int:
        """How many visitors have theirs of a kind of work."""
        return sum(self.text(task, visit) in self.printed for visit in self.visits)

    def text(self, task: Task | None, visit: Visit) -> str:
        """What is printed of a visitor's work of that kind."""
        return (task.greeting if task is not None else self.stage.greeting).format(visit.name)

    def took(self, task: Task | None) -> list[float]:
        """How long each visitor's work of a kind took, from his coming until it was printed, or until the end."""
        at: dict[str, float] = {}
        for text, t in self.story.printed():
            at.setdefault(text, t)
        end_s = self.story.lesson_s(self.story.end)
        return [at.get(self.text(task, visit), end_s) - visit.came_s for visit in self.visits if visit.got_page]

    def waits(self, figure: str) -> list[Visit]:
        """Each visitor, with the wait that a figure of that name is about: for his mail, or for the page."""
        return self.mails() if figure.startswith("mail ") else self.visits

    def mails(self) -> list[Visit]:
        """Those who got the page, each with how long his quick work took in place of that, and whose work its worker
        had in hand before."""
        task = self.stage.quick
        got = [visit for visit in self.visits if visit.got_page]
        return [
            self.story.until_printed(visit, self.text(task, visit), took)
            for visit, took in zip(got, self.took(task), strict=True)
        ]

    @property
    def slow(self) -> Task | None:
        """The kind of work that takes long, where there are several."""
        return next((task for task in self.stage.tasks if task.slow), None)

    @cached_property
    def takers(self) -> int:
        """How many workers have had work in hand that is no page: notifications, mails."""
        return len({work.worker for work in self.story.work.values() if work.channel != WEB})

    @cached_property
    def workers(self) -> int:
        """How many have had anything in hand, be it a page."""
        return len({work.worker for work in self.story.work.values()})

    @property
    def mean_call_s(self) -> float:
        """What a notification takes on the average, as those were that were begun."""
        calls = [event.seconds for event in self.outcome.events if isinstance(event, e.CallStarted)]
        return sum(calls) / len(calls) * self.story.speed if calls else 0.0


def seen_of(outcome: Outcome, stage: StageEntry | None = None) -> Seen:
    """What a run has shown; of a copy, say the `stage` that it began as."""
    return Seen(outcome, stage or outcome.row.stage)


def percentile(values: list[float], percent: float) -> float:
    """The value that `percent` % of them do not exceed, by nearest rank; 0.0 of none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)] if ordered else 0.0


def wait(seen: Seen, number: int) -> float:
    """How long a visitor waited for the page; inf where he has not got it."""
    visit = next((visit for visit in seen.visits if visit.number == number), None)
    return visit.waited_s if visit is not None and visit.got_page else inf


def capacity(seen: Seen) -> float:
    """Notifications a second that so many workers can carry; 0.0 where none was seen."""
    return seen.takers / seen.mean_call_s if seen.mean_call_s else 0.0


@dataclass(frozen=True)
class FigureKind:
    """A figure: how it is found in a run, and how it is read."""

    of: Callable[[Seen, int], float]
    in_words: Callable[[float], str] = lambda value: f"{value:g}"
    numbered: bool = False
    """Whether it is said of which: `wait of visitor 5`."""


def in_seconds(seconds: float) -> str:
    """A duration, or that there was none."""
    return seconds_text(seconds) if seconds < inf else "no page"


def a_second(rate: float) -> str:
    """How many a second."""
    return f"{rate:.2g} a second"


def of_page(percent: float) -> FigureKind:
    """Latency of those who got the page, or wait for it."""
    return FigureKind(lambda seen, _: seen.row.percentile_s(percent), in_seconds)


def of_work(task: Callable[[Seen], Task | None], percent: float) -> FigureKind:
    """From a visitor's coming until his work of a kind was printed, or until the end."""
    return FigureKind(lambda seen, _: percentile(seen.took(task(seen)), percent), in_seconds)


def counted(count: Callable[[Seen], int]) -> FigureKind:
    """A figure that is a number of something."""
    return FigureKind(lambda seen, _: count(seen))


FIGURES: dict[str, FigureKind] = {
    "wait of visitor": FigureKind(wait, in_seconds, numbered=True),
    "page p50": of_page(50),
    "page p95": of_page(95),
    "page max": of_page(100),
    "mail p50": of_work(lambda seen: seen.stage.quick, 50),
    "mail p95": of_work(lambda seen: seen.stage.quick, 95),
    "notify p50": of_work(lambda seen: seen.slow, 50),
    "notify p95": of_work(lambda seen: seen.slow, 95),
    "visitors": counted(lambda seen: seen.row.visitors),
    "answered": counted(lambda seen: seen.answered),
    "errors": counted(lambda seen: seen.row.errors + seen.redirected),
    "first waited": counted(lambda seen: seen.row.first_waited),
    "waited": counted(lambda seen: sum(visit.waited_s > seen.row.slow_s for visit in seen.visits)),
    "blocked": counted(lambda seen: sum(bool(visit.front) and visit.waited_s > AT_ONCE_S for visit in seen.visits)),
    "delivered": counted(lambda seen: seen.delivered(seen.slow)),
    "mails": counted(lambda seen: seen.delivered(seen.stage.quick)),
    "twice": counted(lambda seen: sum(count > 1 for count in seen.printed.values())),
    "sent": counted(lambda seen: seen.row.books.sent),
    "lost": counted(lambda seen: seen.row.books.lost),
    "refused": counted(lambda seen: seen.row.books.refused),
    "expired": counted(lambda seen: seen.row.books.expired),
    "queued": counted(lambda seen: seen.row.books.queued),
    "held": counted(lambda seen: seen.row.books.held),
    "again": counted(lambda seen: seen.row.books.again),
    "takers": counted(lambda seen: seen.takers),
    "workers": counted(lambda seen: seen.workers),
    "capacity": FigureKind(lambda seen, _: capacity(seen), a_second),
    "mean call": FigureKind(lambda seen, _: seen.mean_call_s, in_seconds),
}
