"""A recording at a moment of it: what is known then, and what it looks like."""

from collections.abc import Sequence
from dataclasses import replace

from ..base.histogram import Histogram
from ..events.events import Event, LaneEnded, LoadStarted, RunStarted, Stopping
from ..events.recording import Recording
from ..known.lanes import AFTER_S, Lane, Lanes, numbers_of
from ..known.state import State
from ..measuring.rows import Row, row_of, row_of_lane
from ..measuring.setups import conditions_of, setup_of
from ..report.remarks import notice
from ..report.table import as_text, final, with_table
from ..showing.lines.load_lines import summary_of_load
from ..showing.lines.race_lines import ComparisonLines
from ..showing.lines.run_lines import PlainLines
from ..showing.lines.run_summary import summary
from ..showing.panels import Drawing, View, lanes_screen, render

WIDTH = 88
"""Of a table in words, where nothing says how much room there is."""


class Player:
    """A recording of a run at a moment of it. `seek` goes anywhere."""

    compares = False

    def __init__(self, recording: Recording) -> None:
        self.recording, self._end_s = recording, recording.end_s
        self._restart()

    def _restart(self) -> None:
        self._next, self.state = 0, State()
        self._lines = PlainLines(self.state)

    def seek(self, t: float) -> list[str]:
        """Go to a moment; the lines of what happens on the way, when that is forward. At its end, nothing of the run
        has been stopped yet."""
        events = self.recording.events
        if self._next and not self._has_come(events[self._next - 1], t):
            self._restart()
        told: list[str] = []
        while self._next < len(events) and self._has_come(events[self._next], t):
            told += self._lines.take(events[self._next])
            self._next += 1
        return told

    def _has_come(self, event: Event, t: float) -> bool:
        return event.t <= t and not (isinstance(event, Stopping) and t <= self._end_s)

    def picture(self, state: State, now: float, view: View) -> Drawing:
        """The panels."""
        return render(state, now, view)

    def numbers(self) -> list[str]:
        """Of lanes that could be chosen: there are none."""
        return []

    def summary(self, width: int = WIDTH) -> list[str]:
        """What came of it, in words, when it has come to its end."""
        return [*summary(self.state), *summary_of_load(self.state.load)]


class ComparisonPlayer:
    """A recording of runs at a moment of it, side by side or one after the other. `seek` goes anywhere."""

    compares = True

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._events = in_lanes(recording)
        runs: dict[int, list[Event]] = {}
        for event in self._events:
            runs.setdefault(event.lane, []).append(event)
        reference = reference_of(runs.pop(0, []))
        self._runs = dict(sorted(runs.items()))
        self._spans = {number: (run[0].t, run[-1].t) for number, run in self._runs.items()}
        self.rows = [recorded_row(run, reference) for run in self._runs.values()]
        self.state = State()
        """Of no run: each lane has its own."""
        self._restart()

    def _restart(self) -> None:
        self._next = 0
        lanes, titles = {}, {}
        for (number, run), row in zip(self._runs.items(), self.rows, strict=True):
            state = State(window_s=window_s(run), in_lesson=True)
            lanes[number] = Lane(number, row.label, row.command, state)
            lanes[number].take = PlainLines(state).take
            titles[number] = row.run.stage.title if row.run is not None else ""
        self.lanes = Lanes(lanes)
        self._lines = ComparisonLines(titles, max(row.speed for row in self.rows))

    @property
    def lanes_now(self) -> Lanes:
        """Those that go on at this moment, or went on last, with all that go on beside them."""
        at = self._events[max(0, self._next - 1)].t
        spans = self._spans
        begun = [begin for begin, _ in spans.values() if begin <= at]
        newest = max(begun) if begun else min(begin for begin, _ in spans.values())
        end = max(end for begin, end in spans.values() if begin <= newest)
        return self.lanes.only(number for number, span in spans.items() if span[0] < end and span[1] > newest)

    def numbers(self) -> list[str]:
        """Of the lanes that can be chosen: those that are side by side."""
        return numbers_of(self.lanes_now)

    def seek(self, t: float) -> list[str]:
        """Go to a moment; the lines of what happens on the way, when that is forward."""
        if self._next and t < self._events[self._next - 1].t:
            self._restart()
        told: list[str] = []
        while self._next < len(self._events) and self._events[self._next].t <= t:
            event = self._events[self._next]
            self._next += 1
            self.lanes.fold(event)
            told += self._lines.lines(self.lanes_now, event.t)
        return told

    def picture(self, state: State, now: float, view: View) -> Drawing:
        """Lanes side by side, or the panels of the one that is opened; of a run that is alone, its panels above the
        table of all."""
        lanes = self.lanes_now
        if len(lanes.by_number) > 1:
            return lanes_screen(lanes, now, view, notice(lanes))
        (lane,) = lanes
        rows = [self._row_now(each, whole, now) for each, whole in zip(self.lanes, self.rows, strict=True)]
        return with_table(rows, lane.state, lane.now(now), replace(view, selected=""))

    @staticmethod
    def _row_now(lane: Lane, whole: Row, now: float) -> Row:
        return whole if lane.over else row_of_lane(lane, now)

    def summary(self, width: int = WIDTH) -> list[str]:
        """What came of it, in words, when it has come to its end."""
        return as_text(final(self.rows, width)).splitlines()


AnyPlayer = Player | ComparisonPlayer


def player_of(recording: Recording) -> AnyPlayer:
    """What plays it."""
    return ComparisonPlayer(recording) if len(recording.runs) > 1 else Player(recording)


def in_lanes(recording: Recording) -> list[Event]:
    """Its events, each with its lane; in a recording that is older than lanes, every run has one."""
    if any(event.lane for event in recording.events):
        return recording.events
    told: list[Event] = []
    for number, run in enumerate(recording.runs, 1):
        told += [replace(event, lane=number) for event in run]
        told.append(LaneEnded(t=run[-1].t, process="asyncdemo", lane=number))
    return told


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
