"""A race as plain lines: now and then one for each lane, and one for each that is over. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from math import inf

from ...base.durations import number_text, seconds_text
from ...base.text import counted, in_one_line, wait
from ...known.lanes import Lane, Lanes, Phase
from .lane_words import watched
from .run_words import exit_text

OF_THE_LESSON = "x{}: all seconds are those of the lesson"
COMING, COMING_TO_ALL = "visitors come", "the same visitors come to all of them"
EVERY_S = 20.0
"""Between two looks at all lanes, in seconds of the lesson."""
DONE = (Phase.OVER, Phase.CUT, Phase.FAILED)


class ComparisonLines:
    """What is to be told of setups, of which some are side by side at a time; `titles` are what each of them is."""

    def __init__(self, titles: Mapping[int, str], speed: float) -> None:
        self._titles, self._speed = titles, speed
        self._heat: RaceLines | None = None
        self._first = 0
        """The number of the first lane of those that go on."""

    def lines(self, lanes: Lanes, now: float) -> list[str]:
        """What is new of these, which go on now: how those before them ended, who begins, and what they do."""
        first = min(lanes.by_number)
        told: list[str] = []
        if first != self._first:
            told += self._heat.lines(now) if self._heat is not None else self._which_seconds()
            told.append(self._beginning(list(lanes)))
            self._first, self._heat = first, RaceLines(lanes, self._speed)
        return [*told, *(self._heat.lines(now) if self._heat is not None else ())]

    def _which_seconds(self) -> list[str]:
        return [OF_THE_LESSON.format(number_text(self._speed))] if self._speed != 1 else []

    def _beginning(self, lanes: list[Lane]) -> str:
        """That these begin."""
        if len(lanes) > 1:
            return f"{counted(len(lanes), 'setup')} side by side: {'; '.join(lane.label for lane in lanes)}"
        (lane,) = lanes
        return f"{lane.number}/{len(self._titles)} {lane.label}: {self._titles[lane.number]}"


class RaceLines:
    """What is to be told of lanes side by side, or of one alone, at one moment after the other."""

    def __init__(self, lanes: Lanes, speed: float) -> None:
        self._lanes, self._speed = lanes, speed
        self._width = max(len(lane.label) for lane in lanes)
        self._told: set[int] = set()
        """The lanes of whose end was told."""
        self._deaths_told: Counter[int] = Counter()
        """How many of the deaths of a lane were told."""
        self._next_s = 0.0

    def lines(self, now: float) -> list[str]:
        """What is new, with times in seconds of the lesson since the visitors began to come."""
        return [*self._deaths(), *self._ends(now), *self._looks(now)]

    def _deaths(self) -> Iterator[str]:
        """Each process that has ended in the middle, whoever ended it."""
        for lane in self._lanes:
            for death in lane.deaths[self._deaths_told[lane.number] :]:
                yield self._line(lane, death.t, f"{death.process} ended: {exit_text(death.code)}")
            self._deaths_told[lane.number] = len(lane.deaths)

    def _line(self, lane: Lane, t: float, text: str) -> str:
        """What happened in a lane at a moment."""
        return clock_line((t - self._lanes.begun_at) * self._speed, f"{lane.label:{self._width}}  {text}")

    def _looks(self, now: float) -> Iterator[str]:
        since_s = (now - self._lanes.begun_at) * self._speed
        if since_s < self._next_s:
            return
        if not self._next_s:
            yield clock_line(0.0, COMING_TO_ALL if len(self._lanes.by_number) > 1 else COMING)
        else:
            going_on = [lane for lane in self._lanes if not about_to_end(lane, now) and lane.stopped_at > now]
            yield from (self._line(lane, now, self._so_far(lane, now)) for lane in going_on)
        self._next_s = (since_s // EVERY_S + 1) * EVERY_S

    def _ends(self, now: float) -> Iterator[str]:
        for lane in self._lanes:
            if lane.number not in self._told and done(lane):
                self._told.add(lane.number)
                place = self._lanes.places.get(lane.number, 0) if len(self._lanes.by_number) > 1 else 0
                yield self._line(lane, min(lane.finished_at, lane.now(now)), end_text(lane, place))

    def _so_far(self, lane: Lane, now: float) -> str:
        longest_s = lane.state.visitors.longest_wait(lane.now(now)) * self._speed
        waits = f", {lane.waiting} {wait(lane.waiting)}" if lane.waiting else ""
        longest = f", the longest for {seconds_text(longest_s)}" if lane.waiting and longest_s else ""
        errors = f", {counted(lane.without, 'error')}" if lane.without else ""
        return f"{lane.answered} of {lane.visitors} answered{errors}{waits}{longest}{self._quick(lane, now)}"

    def _quick(self, lane: Lane, now: float) -> str:
        """`, mail waits 19 s`: where the page waits for nothing, how long its quick tasks do."""
        quick = lane.state.stage.quick
        waits_s = (
            lane.state.notifications.waits_of(quick.name).longest_wait(lane.now(now)) if quick is not None else 0.0
        )
        return f", {quick.short} waits {seconds_text(waits_s * self._speed)}" if quick is not None and waits_s else ""


def done(lane: Lane) -> bool:
    """Whether it is over, or its last visitor has the page: whatever becomes of its notifications."""
    return lane.phase in DONE or lane.finished_at < inf


def about_to_end(lane: Lane, now: float) -> bool:
    """Whether it is done, or all of its visitors have the page: then its load is about to say so, and since when."""
    asked = lane.state.load.started
    all_came = asked is not None and now >= asked.t + asked.seconds
    return done(lane) or (all_came and not lane.waiting and not lane.without)


def end_text(lane: Lane, place: int) -> str:
    """How a lane has ended."""
    if lane.problem:
        return f"failed: {in_one_line(lane.problem)}"
    ended = "ended before its time: " if lane.cut else f"place {place}: " if place else "over: "
    books = lane.state.books
    what = lane.state.stage.job
    lost = f"; {counted(books.lost, what)} lost" if lane.phase in DONE and books.lost else ""
    return f"{ended}{lane.answered} of {lane.visitors} answered{lost}{quick_text(lane)}"


def quick_text(lane: Lane) -> str:
    """`; mail p50 19 s until done`: where no visitor waits for what is worth watching."""
    quick, seen = lane.state.stage.quick, watched(lane)
    if quick is None or not seen.count:
        return ""
    so_far = "" if lane.phase in DONE else ", so far"
    return f"; {quick.short} p50 {seconds_text(seen.percentile(50) * lane.speed)} until done{so_far}"


def clock_line(seconds: float, text: str) -> str:
    """`   20 s  step1  10 of 20 answered`."""
    return f"{number_text(round(max(0.0, seconds))):>5} s  {text}"
