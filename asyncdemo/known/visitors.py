"""The visitors of the hello page: who waits, and how long the others did."""

from collections import Counter
from dataclasses import dataclass, field
from math import inf

from ..base.durations import FELT_S
from ..base.histogram import Histogram, together
from ..events import events as e
from .kept.bins import COUNT, WINDOW_S, Bins
from .kept.ids import RecentIds
from .outside import Outside
from .waits import Latency, Peaks, latency_of

LEFT = "left"
"""How a hello ended whose visitor did not wait for it."""
PROBLEMS = {"full": "queue full", "layer": "Redis away", "too large": "body too large", "view": "view failed"}
"""Why the server answered by itself, in plain words, where `Answered.problem` is none."""


def problem_words(event: e.Answered) -> str:
    """Why the server answered by itself; empty if it did not."""
    return PROBLEMS.get(event.problem, event.problem)


@dataclass
class Ended:
    """The hellos that ended in a small slice of time: how long they took, and how they ended."""

    page: Histogram = field(default_factory=Histogram)
    """Of those who got it, and of those who left; not of who did so before anybody feels that he waits: he was taken in
    late, and how long he had waited is not known here."""
    errors: Histogram = field(default_factory=Histogram)
    """Of those who got another status."""
    endings: Counter[str] = field(default_factory=Counter)


def answers(endings: Counter[str]) -> tuple[int, int]:
    """How many of these got what they asked for, and how many another answer; who left got none."""
    stayed = {ending: count for ending, count in endings.items() if ending != LEFT}
    answered = sum(count for ending, count in stayed.items() if int(ending.split()[0]) < e.ERRORS_FROM)
    return answered, sum(stayed.values()) - answered


def ending_of(event: e.Answered) -> str:
    """`200`, `503 time limit`, `left`."""
    return LEFT if event.status is None else f"{event.status} {problem_words(event)}".strip()


@dataclass
class Visitors:
    """Everybody who asked for the hello page."""

    window_s: float = WINDOW_S
    """What the panels look back on, on the wall."""
    waiting: dict[str, float] = field(default_factory=dict)
    """Hello under way -> when it arrived."""
    in_vain: set[str] = field(default_factory=set)
    """Of these, those whose request is lost: they wait until the server says so, whatever the workers do now."""
    statuses: Counter[str] = field(default_factory=Counter)
    """How hellos ended, of the whole run: `200`, `503 time limit`, `left`."""
    others: Counter[str] = field(default_factory=Counter)
    """How requests of visitors ended that were for no hello: of another page, or by another method."""
    latency: Histogram = field(default_factory=Histogram)
    """Of all that were answered: with a status below 400."""
    answered_at: float = 0.0
    """When the newest of these had the page; 0.0 before."""
    refusals: Histogram = field(default_factory=Histogram)
    """Of all that got another status."""
    over: RecentIds = field(default_factory=RecentIds)
    """Requests that have ended."""
    _background: frozenset[str] = frozenset()
    """The channels that are no visitor's."""
    _outside: Outside = field(init=False)
    """What a load knows better."""
    _recent: Bins[Ended] = field(init=False)
    _peaks: Peaks = field(init=False)

    def __post_init__(self) -> None:
        self.look_back(self.window_s)

    def look_back(self, window_s: float) -> None:
        """Set the window, before there is anything in it."""
        self.window_s, self._recent, self._peaks = window_s, Bins(window_s, Ended), Peaks(window_s)
        self._outside = Outside(window_s)

    def fold(self, event: e.Event) -> None:
        """Take in one event."""
        match event:
            case e.RunStarted(stage=stage):
                self._background = stage.background
            case e.LoadTold():
                self._peaks.see(*self._outside.told(event))
            case e.LoadEnded():
                self._outside.over()
            case e.Arrived() if event.name is not None:
                self._came(event.id, event.t)
            case e.Done() if event.sent and event.channel not in self._background:
                self._came(event.id, event.t - event.busy_s - event.age_s)  # of what is over soon, nothing was told
            case e.Expired() if event.channel not in self._background:
                self.in_vain.update(self.waiting.keys() & event.ids)
            case e.Answered():
                self.waiting.pop(event.id, None)
                self.in_vain.discard(event.id)
                self.over.add(event.id)
                if event.name is not None:
                    self._answered(event)
                elif event.path != e.NO_PAGE:
                    self.others[ending_of(event)] += 1

    def _came(self, id_: str, t: float) -> None:
        if id_ not in self.over:
            self.waiting[id_] = min(t, self.waiting.get(id_, t))

    def _answered(self, event: e.Answered) -> None:
        ending = ending_of(event)
        self.statuses[ending] += 1
        recent = self._recent.at(event.t)
        refused = event.status is not None and event.status >= e.ERRORS_FROM
        if event.status is not None and not refused:
            self.answered_at = max(self.answered_at, event.t)
        recent.endings[ending] += 1
        if event.status is not None or event.total_s > FELT_S:
            (recent.errors if refused else recent.page).record(event.total_s)
        if event.status is not None:
            self._outside.answered(event.t)
            (self.refusals if refused else self.latency).record(event.total_s)
        self._peaks.see(event.t - event.total_s, event.t)

    @property
    def seen(self) -> int:
        """All who have come, as far as anything has told of them."""
        return self.statuses.total() + len(self.waiting)

    @property
    def ended(self) -> tuple[int, int]:
        """How many have the page, and how many will not get it, as far as anything has told of them."""
        return answers(self.statuses)[0], self.failures.total()

    @property
    def failures(self) -> Counter[str]:
        """How those ended who will not get it: `503`, `left`."""
        seen = Counter[str]()
        for ending, count in self.statuses.items():
            code = ending.split()[0]
            if code == LEFT or int(code) >= e.ERRORS_FROM:
                seen[code] += count
        return seen

    def recent(self, now: float, share: float = 1.0) -> Latency:
        """The page in the last window, or the newest `share` of it: those counted that left, or wait, at their wait
        so far; not those who got an error, which may be quick, nor who left at once. A load's visitors at what it knows
        of them, if that is longer. Who waits in vain is of the past, and in a whole window alone."""
        recent = [*self._recent.last(now, round(COUNT * share))]
        seen, answered = together(ended.page for ended in recent), sum(answers(ended.endings)[0] for ended in recent)
        for id_, arrived in self.waiting.items():
            if share == 1.0 or id_ not in self.in_vain:
                seen.record(max(0.0, now - arrived))
        in_vain = len(self.in_vain) if share < 1.0 else 0
        return latency_of(seen.longer(self._outside.recent(now, share, in_vain, answered if self.statuses else inf)))

    def recent_errors(self, now: float) -> Latency:
        """Those who got another status in the last window."""
        return latency_of(together(ended.errors for ended in self._recent.last(now)))

    def endings(self, now: float) -> Counter[str]:
        """How those ended that ended in the last window."""
        found: Counter[str] = Counter()
        for ended in self._recent.last(now):
            for ending, count in ended.endings.items():
                found[ending] += count
        if left := max(found[LEFT], self._outside.left(now)):
            found[LEFT] = left
        return found

    def longest_waits(self, now: float, cells: int) -> list[float]:
        """How long whoever waited longest had waited, for each of `cells` slices of the window, the oldest first."""
        return self._peaks.waits(now, cells, self.longest_wait(now))

    def longest_waits_between(self, begin: float, end: float, now: float, cells: int) -> list[float]:
        """As `longest_waits`, from one moment to another; of what comes after `now`, no cell."""
        return self._peaks.between(begin, end, now, cells, self.longest_wait(now))

    def longest_lately(self, now: float, span_s: float) -> float:
        """The longest wait at any moment of the last `span_s` seconds, at least of a slice; 0.0 for none."""
        return self._peaks.lately(now, span_s, self.longest_wait(now))

    @property
    def slice_s(self) -> float:
        """The shortest time of which the longest wait is known, in seconds."""
        return self._peaks.slice_s

    @property
    def many_wait(self) -> int:
        """How many wait now, as far as a server has told of them, or a load, which knows of those outside."""
        return max(len(self.waiting), self._outside.waiting().count)

    def longest_wait(self, now: float) -> float:
        """Of those who wait now; 0.0 when nobody does."""
        waits = (now - arrived for arrived in self.waiting.values())
        return max((*waits, self._outside.waiting().max_s))
