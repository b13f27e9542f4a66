"""Setups under the same load, side by side or one after the other: what is known, said and drawn of them."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from math import inf
from typing import BinaryIO

from ..base.errors import StartError
from ..events.events import Event, Printed
from ..events.recording import open_record, record
from ..known.lanes import Lane
from ..measuring.experiment import Attempt
from ..measuring.race import AT_ONCE, Race
from ..measuring.rows import Row, row_of_lane
from ..report.picture import picture
from ..report.remarks import notice
from ..report.table import compact, with_table
from ..running.signals import signals
from ..showing.lines.race_lines import ComparisonLines
from ..showing.lines.run_lines import PlainLines
from ..showing.panels import Drawing, View, lanes_screen
from ..showing.panels.lines import Line, screen
from ..showing.panels.view import footer
from .compare_options import CompareOptions


class Comparison:
    """All setups. `line` is told what happens, in words; `attempt` makes what plays each of them."""

    def __init__(
        self,
        options: CompareOptions,
        line: Callable[[str], None],
        *,
        hears_signals: bool = True,
        attempt: type[Attempt] = Attempt,
    ) -> None:
        self.options, self._line, self._hears_signals = options, line, hears_signals
        experiments = [options.experiment(setup) for setup in options.setups]
        self.race = Race(experiments, self._tell, at_once=1 if options.in_turn else AT_ONCE, attempt=attempt)
        self.side_by_side = len(self.race.lanes_now.by_number) > 1
        for lane in self.race.lanes:
            lane.take = PlainLines(lane.state).take  # which keeps its log as well
        titles = {number: setup.stage.title for number, setup in enumerate(options.setups, 1)}
        self._lines = ComparisonLines(titles, options.speed)
        self._record: BinaryIO | None = None
        self._over = False

    def play(self, tick: Callable[[], None] = lambda: None) -> int:
        """Until the last row is done, or somebody ends it: the exit code.

        Raises StartError, naming what failed, if that is true of every setup.
        """

        def look() -> None:
            with self.race.lock:
                for line in self._lines.lines(self.race.lanes_now, self.race.now()):
                    self._line(line)
            tick()

        recording = open_record(self.options.record) if self.options.record is not None else nullcontext()
        with recording as self._record, signals(self.stop) if self._hears_signals else nullcontext():
            self.race.play(look)
            self._over = True
            look()
        failed = [lane.problem for lane in self.race.lanes if lane.problem]
        if failed and len(failed) == len(self.race.outcomes):
            raise StartError("\n".join(dict.fromkeys(failed)))
        return self.race.exit_code or (1 if failed else 0)

    def stop(self, exit_code: int = 0) -> None:
        """End all that runs. From any thread."""
        self.race.stop(exit_code)

    @property
    def has_begun(self) -> bool:
        """Whether a load has, of any of them."""
        return any(lane.begun_at < inf for lane in self.race.lanes)

    @property
    def rows(self) -> list[Row]:
        """Those that are over, as far as there is anything to say of them."""
        outcomes, lanes = self.race.outcomes, self.race.lanes
        said = [number for number in sorted(outcomes) if outcomes[number].row.visitors or lanes[number].problem]
        return [self.race.row(number) for number in said]

    def rows_now(self) -> list[Row]:
        """Those that are over, those that run, and those to come."""
        return [self._row_now(lane) for lane in self.race.lanes]

    def picture(self, view: View) -> Drawing:
        """Lanes side by side; the panels of the selected one, if that is opened; of setups in turn, those of the one
        that runs, above the table so far. When all is over, the rows."""
        with self.race.lock:
            if self._over and self.rows:
                return self.report(view)
            now, lanes = self.race.now(), self.race.lanes_now
            if len(lanes.by_number) == 1:
                (lane,) = lanes
                return with_table(self.rows_now(), lane.state, lane.now(now), replace(view, selected=""))
            return lanes_screen(lanes, now, view, notice(lanes))

    def report(self, view: View) -> Drawing:
        """All rows on one screen, and how long visitors waited where there is room for it."""
        table: list[Line] = [*compact(self.rows, view.width).lines, []]
        strips = picture(self.rows, view.width).lines
        room = view.height - 1 - len(table)
        return screen([*table, *(strips if len(strips) <= room else [])], footer(view), view.width, view.height)

    def _row_now(self, lane: Lane) -> Row:
        if lane.number in self.race.outcomes:
            return self.race.outcomes[lane.number].row
        return row_of_lane(lane, self.race.now())

    def _tell(self, event: Event) -> None:
        """What happens in a lane: all of it is recorded but for what was printed."""
        if self._record is None or isinstance(event, Printed):
            return
        try:
            record(self._record, event)
        except OSError as error:
            self._record = None
            self._line(f"the recording ends here: {error.strerror}")
