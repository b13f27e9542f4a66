"""A recording at a moment of it: what is known then, and what it looks like."""

from collections.abc import Sequence
from functools import cached_property
from math import inf

from ..base.histogram import Histogram
from ..events.events import Event, LoadStarted, RunStarted
from ..events.recording import Recording
from ..known.lanes import AFTER_S, Lane, Lanes
from ..known.state import State
from ..measuring.rows import Row, empty_row, row_of, row_so_far
from ..measuring.setups import conditions_of, setup_of
from ..report.remarks import notice
from ..report.table import as_text, final, with_table
from ..showing.load_lines import summary_of_load
from ..showing.panels import Drawing, View, render
from ..showing.panels.race import race
from ..showing.race_lines import RaceLines
from ..showing.run_lines import PlainLines, summary

WIDTH = 88
"""Of a table in words."""


class Player:
    """A recording at a moment of it. `seek` goes anywhere; the state is always that of the run of the moment."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._runs = recording.runs
        self._restart(0)

    def _restart(self, number: int) -> None:
        self._number, self._next = number, 0
        self._events = self._runs[number]
        self.state = State()
        self._lines = PlainLines(self.state)

    def seek(self, t: float) -> list[str]:
        """Go to a moment; the lines of what happens on the way, when that is forward."""
        number = max((number for number, run in enumerate(self._runs) if run[0].t <= t), default=0)
        if number < self._number or (self._next and t < self._events[self._next - 1].t):
            self._restart(number)
        told: list[str] = []
        while self._number < number:
            told += self._go_on(inf)
            self._restart(self._number + 1)
        return told + self._go_on(t)

    def _go_on(self, t: float) -> list[str]:
        """As far as this run goes."""
        told: list[str] = []
        while self._next < len(self._events) and self._events[self._next].t <= t:
            told += self._lines.take(self._events[self._next])
            self._next += 1
        return told

    @cached_property
    def _rows(self) -> list[Row]:
        """Of all runs, whole."""
        return [recorded_row(run) for run in self._runs]

    @property
    def compares(self) -> bool:
        """Whether it shows several runs side by side."""
        return len(self._runs) > 1

    def picture(self, state: State, now: float, view: View) -> Drawing:
        """The panels; of several runs, those of the one that goes on, above the table of all."""
        if not self.compares:
            return render(state, now, view)
        here, *to_come = self._rows[self._number :]
        running = row_so_far(here.label, here.command, state, now)
        rows = [*self._rows[: self._number], running, *(empty_row(row.label, row.command) for row in to_come)]
        return with_table(rows, state, now, view)

    def summary(self) -> list[str]:
        """What came of it, in words, when it has come to its end."""
        if self.compares:
            return as_text(final(self._rows, WIDTH)).splitlines()
        return [*summary(self.state), *summary_of_load(self.state.load)]


class RacePlayer:
    """A recording of runs side by side at a moment of it. `seek` goes anywhere."""

    compares = True

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._events = recording.events
        self._runs = {run[0].lane: run for run in recording.runs}
        self.rows = [recorded_row(run, reference_of(recording.events)) for run in self._runs.values()]
        self.state = State()
        """Of no run: each lane has its own."""
        self._restart()

    def _restart(self) -> None:
        self._next = 0
        lanes = {}
        for (number, run), row in zip(self._runs.items(), self.rows, strict=True):
            lane = lanes[number] = Lane(number, row.label, row.command, State(window_s=window_s(run)))
            lane.take = PlainLines(lane.state).take
        self.lanes = Lanes(lanes)
        self._lines = RaceLines(self.lanes, max(row.speed for row in self.rows))

    @property
    def lanes_now(self) -> Lanes:
        """Those that go on at this moment, or went on last, with all that go on beside them."""
        at = self._events[max(0, self._next - 1)].t
        spans = {number: (run[0].t, run[-1].t) for number, run in self._runs.items()}
        newest = max((begin for begin, _ in spans.values() if begin <= at), default=0.0)
        end = max(end for begin, end in spans.values() if begin <= newest)
        return self.lanes.only(number for number, span in spans.items() if span[0] < end and span[1] > newest)

    def seek(self, t: float) -> list[str]:
        """Go to a moment; the lines of what happens on the way, when that is forward."""
        if self._next and t < self._events[self._next - 1].t:
            self._restart()
        told: list[str] = []
        while self._next < len(self._events) and self._events[self._next].t <= t:
            event = self._events[self._next]
            self.lanes.fold(event)
            told += self._lines.lines(event.t)
            self._next += 1
        return told

    def picture(self, state: State, now: float, view: View) -> Drawing:
        """All lanes side by side."""
        return race(self.lanes_now, now, view, notice(self.lanes_now))

    def summary(self) -> list[str]:
        """What came of it, in words, when it has come to its end."""
        return as_text(final(self.rows, WIDTH)).splitlines()


AnyPlayer = Player | RacePlayer


def player_of(recording: Recording) -> AnyPlayer:
    """What plays it."""
    return RacePlayer(recording) if recording.side_by_side else Player(recording)


def window_s(events: Sequence[Event]) -> float:
    """How long a run lasted at the most, in seconds of the lesson."""
    seconds = (event.seconds * event.speed for event in events if isinstance(event, LoadStarted))
    return max(seconds, default=0.0) + AFTER_S


def reference_of(events: Sequence[Event]) -> Histogram | None:
    """What a page took that nothing keeps waiting; None where nobody has asked for one."""
    lanes = Lanes({})
    for event in events:
        lanes.fold(event)
    return lanes.reference if lanes.reference.count else None


def recorded_row(events: Sequence[Event], reference: Histogram | None = None) -> Row:
    """The row of a recorded run, and what was seen beside it."""
    run = next((event for event in events if isinstance(event, RunStarted)), None)
    if run is None:
        return row_of(f"lane {events[0].lane}", "", events, reference)
    load = next((event for event in events if isinstance(event, LoadStarted)), None)
    setup = setup_of(run)
    return row_of(setup.label, setup.command(conditions_of(run, load)), events, reference)
