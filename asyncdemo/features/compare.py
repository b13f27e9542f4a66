"""Runs the stages in turn under the same load and puts them side by side."""

import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from math import inf
from queue import SimpleQueue
from typing import BinaryIO, TextIO

from rich.console import Console

from ..base.output import OUTPUT_GONE, Output
from ..events.events import Event, Printed, Stopping
from ..events.recording import open_record, record
from ..known.state import State
from ..load.options import LoadOptions
from ..load.process import LoadProcess
from ..load.target import parse_target
from ..measuring.rows import Row, empty_row, row_of, row_so_far
from ..measuring.setups import SETUPS, Setup
from ..report.picture import picture
from ..report.table import as_text, final, with_table
from ..running.options import RunOptions
from ..running.run import Interrupted, Run
from ..running.signals import signals
from ..showing.load_lines import now_and_then
from ..showing.panels import KEYS_OF_A_COMPARISON, Drawing, View
from ..showing.screen import Controls, Screen
from ..showing.terminal import in_terminal, keys
from ..stages.catalogue import STAGES

OVER = -1
"""How a run is stopped whose load has come to its end."""
LEAST_WIDTH, MOST_WIDTH = 40, 160
"""Of the report, in cells."""
LAST_S = 65.0
"""How long what is queued is waited for when the load is over, in seconds of the lesson: by then it has expired."""


@dataclass(frozen=True)
class CompareOptions:
    """What is compared: rate and duration are of the lesson."""

    setups: tuple[Setup, ...] = SETUPS
    rate: float = 1.0
    duration: float = 60.0
    speed: float = 10.0
    record: str | None = None
    """A file for all its runs, one after the other."""

    def check(self) -> None:
        """Raises UsageError for what cannot be run or sent, before anything is."""
        for setup in self.setups:
            self.run_options(setup)
        self.load_options("http://127.0.0.1:8000/")

    def run_options(self, setup: Setup) -> RunOptions:
        """Of one row, on any free port."""
        workers, reserved = setup.workers, setup.reserved
        return RunOptions(STAGES[setup.stage], workers, reserved_web=reserved, port=0, speed=self.speed)

    def load_options(self, url: str) -> LoadOptions:
        """The same for all rows."""
        return LoadOptions(parse_target(url), rate=self.rate, duration=self.duration, speed=self.speed)


@dataclass
class CompareControls(Controls):
    """The keys of a comparison."""

    quit: Callable[[], None] = lambda: None
    foot: str = field(default="space pause  ? keys  q end with the rows so far", kw_only=True)
    keys: tuple[tuple[str, str], ...] = field(default=KEYS_OF_A_COMPARISON, kw_only=True)

    def do(self, key: str) -> None:
        if key in "qQ":
            self.message = "ending"
            self.quit()


class Comparison:
    """All rows, one after the other."""

    def __init__(self, asked: CompareOptions, line: Callable[[str], None], *, hears_signals: bool = True) -> None:
        self.asked, self._hears_signals = asked, hears_signals
        self.rows: list[Row] = []
        self.state = State()
        self._line = line
        self._run: Run | None = None
        self._record: BinaryIO | None = None
        self._recorded_s = 0.0
        self._playing = False
        """Whether there is a row that is not among `rows` yet."""
        self._stopped: int | None = None
        """The exit code of whoever has ended it."""

    def play(self, tick: Callable[[], None] = lambda: None) -> int:
        """Until the last row is done, or somebody ends it: the exit code. Raises StartError, naming what failed."""
        recording = open_record(self.asked.record) if self.asked.record is not None else nullcontext()
        # A run hears signals itself; between two of them they must not be lost.
        with recording as self._record, signals(self.stop) if self._hears_signals else nullcontext():
            for number, setup in enumerate(self.asked.setups, 1):
                self._line(f"{number}/{len(self.asked.setups)} {setup.label}: {STAGES[setup.stage].title}")
                code = self._play(setup, tick)
                if code != OVER or self._stopped is not None:
                    return self._stopped or max(code, 0)
        return 0

    def now(self) -> float:
        """Seconds since the row's run began."""
        return self._run.now() if self._run is not None else 0.0

    def stop(self, exit_code: int = 0) -> None:
        """End the row that runs, and with it all."""
        self._stopped = exit_code
        if self._run is not None:
            self._run.stop(exit_code)

    def rows_now(self) -> list[Row]:
        """Those that are done, the one that runs, and those to come."""
        done, setups = len(self.rows), self.asked.setups
        labels = [(setup.label, self._command(setup)) for setup in setups]
        running = [row_so_far(*labels[done], self.state, self.now())] if self._playing else []
        return [*self.rows, *running, *(empty_row(*label) for label in labels[done + len(running) :])]

    def picture(self, state: State, now: float, view: View) -> Drawing:
        """The panels of the row that runs, above the table so far."""
        return with_table(self.rows_now(), state, now, view)

    def _command(self, setup: Setup) -> str:
        return setup.command(self.asked.rate, self.asked.speed)

    def _play(self, setup: Setup, tick: Callable[[], None]) -> int:
        self.state, self._playing = State(), True
        events: list[Event] = []

        def listen(event: Event) -> None:
            self.state.fold(event)
            for line in now_and_then(event, self.state.load):
                self._line(line)
            if not isinstance(event, Printed):
                events.append(event)

        with Run(self.asked.run_options(setup), listen, hears_signals=self._hears_signals) as run:
            self._run = run
            try:
                run.start(tick)
                with LoadProcess(self.asked.load_options(run.url), run.telemetry) as sender:
                    return run.watch(None, lambda: self._look_after(run, sender, tick))
            finally:
                run.close()
                self.rows.append(row_of(setup.label, self._command(setup), events))
                self._playing = False
                self._keep(events)

    def _keep(self, events: Sequence[Event]) -> None:
        """Add a run to the recording, until it was told to stop, after those before it."""
        stopped = min((event.t for event in events if isinstance(event, Stopping)), default=inf)
        file, begin_s = self._record, self._recorded_s
        if file is None:
            return
        try:
            for event in events:
                if event.t <= stopped:
                    record(file, replace(event, t=begin_s + event.t))
                    self._recorded_s = max(self._recorded_s, begin_s + event.t)
        except OSError as error:
            self._record = None
            self._line(f"the recording ends here: {error.strerror}")

    def _look_after(self, run: Run, sender: LoadProcess, tick: Callable[[], None]) -> None:
        """Draw; end the row when the load is over and its notifications too. Raises StartError if the load breaks."""
        tick()
        ended_at = self.state.load.ended_at
        sender.check(ended_at < inf)
        # What is queued then waits for a worker, or in vain: to be seen, and not for ever.
        if run.now() > ended_at and (not self.state.books.queued or run.now() > ended_at + LAST_S / self.asked.speed):
            run.stop(OVER)


def run_compare(
    asked: CompareOptions, plain: bool, write: Callable[[Sequence[Row]], None], on_stderr: bool = False
) -> int:
    """Play all rows in front of the user, print them side by side and `write` them: the exit code.

    Whatever ends it, a stage that does not start too: the rows so far are there.
    """
    stream = sys.stderr if on_stderr else sys.stdout
    live = in_terminal() and not plain and not on_stderr
    output = Output(lambda: comparison.stop(OUTPUT_GONE), stream)
    comparison = Comparison(asked, (lambda line: None) if live else output.line)
    try:
        code = play_live(comparison) if live else play_plain(comparison)
    except Interrupted as interrupted:  # while a stage was starting
        code = interrupted.exit_code
    finally:
        rows = [row for row in comparison.rows if row.visitors]
        if rows:
            print_report(rows, stream, output)
            write(rows)
    return code or (OUTPUT_GONE if output.gone else 0)


def play_plain(comparison: Comparison) -> int:
    """A line a second."""
    with keys(lambda key: comparison.stop() if key in "qQ" else None):
        return comparison.play()


def play_live(comparison: Comparison) -> int:
    """The panels of the row that runs, above the table so far."""
    pressed: SimpleQueue[str] = SimpleQueue()
    screen = Screen(
        CompareControls(quit=comparison.stop),
        comparison.now,
        lambda: comparison.state,
        Console(),
        pressed,
        lambda: comparison.stop(OUTPUT_GONE),
        picture=comparison.picture,
    )
    with keys(pressed.put), screen:
        return comparison.play(screen.tick)


def print_report(rows: Sequence[Row], stream: TextIO, output: Output) -> None:
    """The table with its lessons, and the picture."""
    console = Console(file=stream, highlight=False)
    width = min(max(shutil.get_terminal_size().columns, LEAST_WIDTH), MOST_WIDTH)
    for drawing in (final(rows, width), picture(rows, min(width, 120))):
        if console.is_terminal:
            with console.capture() as captured:
                console.print(drawing, crop=False, no_wrap=True)
                console.line()
            output.line(captured.get())
        else:
            output.line(as_text(drawing))
