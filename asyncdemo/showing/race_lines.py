"""A race as plain lines: now and then one for each lane, and one for each that is over. Pure."""

from collections.abc import Iterator
from math import inf

from ..base.durations import number_text, seconds_text
from ..base.text import counted, in_one_line
from ..known.lanes import Lane, Lanes, Phase

EVERY_S = 20.0
"""Between two looks at all lanes, in seconds of the lesson."""
DONE = (Phase.OVER, Phase.CUT, Phase.FAILED)


class RaceLines:
    """What is to be told of a race at one moment after the other."""

    def __init__(self, lanes: Lanes, speed: float) -> None:
        self._lanes, self._speed = lanes, speed
        self._width = max(len(lane.label) for lane in lanes)
        self._told: set[int] = set()
        """The lanes of whose end was told."""
        self._next_s = 0.0

    def lines(self, now: float) -> list[str]:
        """What is new, with times in seconds of the lesson since the visitors began to come."""
        return [*self._ends(now), *self._looks(now)]

    def _looks(self, now: float) -> Iterator[str]:
        since_s = (now - self._lanes.begun_at) * self._speed
        if since_s < self._next_s:
            return
        if not self._next_s:
            yield clock_line(0.0, "the same visitors come to all of them")
        else:
            going_on = [lane for lane in self._lanes if not done(lane) and lane.stopped_at > now]
            yield from (
                clock_line(since_s, f"{lane.label:{self._width}}  {self._so_far(lane, now)}") for lane in going_on
            )
        self._next_s = (since_s // EVERY_S + 1) * EVERY_S

    def _ends(self, now: float) -> Iterator[str]:
        places = self._lanes.places
        for lane in self._lanes:
            if done(lane) and lane.number not in self._told:
                self._told.add(lane.number)
                ended = min(lane.finished_at, lane.now(now))
                since_s = max(0.0, (ended - self._lanes.begun_at) * self._speed)
                yield clock_line(since_s, f"{lane.label:{self._width}}  {end_text(lane, places.get(lane.number, 0))}")

    def _so_far(self, lane: Lane, now: float) -> str:
        load = lane.state.load
        longest_s = max(lane.state.visitors.longest_wait(lane.now(now)), load.longest_waiting_s) * self._speed
        waits = f", {lane.waiting} wait" if lane.waiting else ""
        longest = f", the longest for {seconds_text(longest_s)}" if lane.waiting and longest_s else ""
        errors = f", {counted(lane.without, 'error')}" if lane.without else ""
        return f"{lane.answered} of {lane.visitors} answered{errors}{waits}{longest}"


def done(lane: Lane) -> bool:
    """Whether it is over, or its last visitor has the page: whatever becomes of its notifications."""
    return lane.phase in DONE or lane.finished_at < inf


def end_text(lane: Lane, place: int) -> str:
    """How a lane has ended."""
    if lane.problem:
        return f"failed: {in_one_line(lane.problem)}"
    ended = "ended before its time: " if lane.cut else f"place {place}: " if place else "over: "
    books = lane.state.books
    lost = f"; {counted(books.lost, 'notification')} lost" if lane.phase in DONE and books.lost else ""
    return f"{ended}{lane.answered} of {lane.visitors} answered{lost}"


def clock_line(seconds: float, text: str) -> str:
    """`   20 s  step1  10 of 20 answered`."""
    return f"{number_text(round(max(0.0, seconds))):>5} s  {text}"
