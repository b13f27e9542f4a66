"""Runs the stages in turn under the same load and puts them side by side."""

import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from math import inf
from queue import SimpleQueue
from typing import BinaryIO, TextIO

from ..base.durations import number_text
from ..base.output import OUTPUT_GONE, Output
from ..base.terminal import terminal_size
from ..events.events import Event, LoadEnded, LoadTold, Stopping
from ..events.recording import open_record, record
from ..known.state import State
from ..load.visitor import VISITORS
from ..measuring.experiment import Attempt, Experiment
from ..measuring.rows import Row, empty_row, row_so_far
from ..measuring.setups import SETUPS, Setup
from ..report.picture import picture
from ..report.table import as_text, final, with_table
from ..running.options import RunOptions
from ..running.signals import signals
from ..running.starting import Interrupted
from ..showing.console import console_for
from ..showing.load_lines import now_and_then
from ..showing.panels import KEYS_OF_A_COMPARISON, Drawing, Keys, View
from ..showing.screen import Controls, Screen
from ..showing.terminal import in_terminal, keys

TWO_CLOCKS = "x{}: while it runs, seconds are those on the wall; in the table at the end they are the lesson's"
LEAST_WIDTH, MOST_WIDTH = 40, 160
"""Of the report, in cells."""


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
            self.experiment(setup).load("http://127.0.0.1:8000/")

    def experiment(self, setup: Setup) -> Experiment:
        """Of one row, on any free port; the load is the same for all."""
        workers, reserved = setup.workers, setup.reserved
        options = RunOptions(setup.stage, workers, reserved_web=reserved, port=0, speed=self.speed)
        return Experiment(options, self.rate, self.duration, names=VISITORS)


@dataclass
class CompareControls(Controls):
    """The keys of a comparison."""

    quit: Callable[[], None] = lambda: None
    foot: str = field(default="space pause  ? keys  q end with the rows so far", kw_only=True)
    keys: Keys = field(default=KEYS_OF_A_COMPARISON, kw_only=True)

    def do(self, key: str) -> None:
        if key in ("q", "Q"):
            self.say("ending")
            self.quit()


class Comparison:
    """All rows, one after the other."""

    def __init__(self, options: CompareOptions, line: Callable[[str], None], *, hears_signals: bool = True) -> None:
        self.options, self._hears_signals = options, hears_signals
        self.rows: list[Row] = []
        self._line = line
        self._attempt: Attempt | None = None
        """The row that runs, or that ran last."""
        self._playing = False
        """Whether it is not among `rows` yet."""
        self._record: BinaryIO | None = None
        self._recorded_s = 0.0
        self._stopped: int | None = None
        """The exit code of whoever has ended it."""

    def play(self, tick: Callable[[], None] = lambda: None) -> int:
        """Until the last row is done, or somebody ends it: the exit code. Raises StartError, naming what failed."""
        recording = open_record(self.options.record) if self.options.record is not None else nullcontext()
        # A run hears signals itself; between two of them they must not be lost.
        with recording as self._record, signals(self.stop) if self._hears_signals else nullcontext():
            if self.options.speed != 1:
                self._line(TWO_CLOCKS.format(number_text(self.options.speed)))
            for number, setup in enumerate(self.options.setups, 1):
                self._line(f"{number}/{len(self.options.setups)} {setup.label}: {setup.stage.title}")
                code = self._play(self.options.experiment(setup), tick)
                if code is not None or self._stopped is not None:
                    return self._stopped or code or 0
        return 0

    @property
    def state(self) -> State:
        """All that is known of the row that runs."""
        return self._attempt.state if self._attempt is not None else State()

    def now(self) -> float:
        """Seconds since the row's run began."""
        return self._attempt.now() if self._attempt is not None else 0.0

    def stop(self, exit_code: int = 0) -> None:
        """End the row that runs, and with it all. From any thread."""
        self._stopped = exit_code
        if self._attempt is not None:
            self._attempt.stop(exit_code)

    def rows_now(self) -> list[Row]:
        """Those that are done, the one that runs, and those to come."""
        done, experiments = len(self.rows), [self.options.experiment(setup) for setup in self.options.setups]
        labels = [(experiment.setup.label, experiment.command) for experiment in experiments]
        running = [row_so_far(*labels[done], self.state, self.now())] if self._playing else []
        return [*self.rows, *running, *(empty_row(*label) for label in labels[done + len(running) :])]

    def picture(self, state: State, now: float, view: View) -> Drawing:
        """The panels of the row that runs, above the table so far."""
        return with_table(self.rows_now(), state, now, view)

    def _play(self, experiment: Experiment, tick: Callable[[], None]) -> int | None:
        attempt = self._attempt = Attempt(experiment, self._tell, hears_signals=self._hears_signals)
        if self._stopped is not None:  # while there was none to be told
            attempt.stop(self._stopped)
        self._playing = True
        try:
            return attempt.play(tick)
        finally:
            outcome = attempt.outcome
            self.rows.append(outcome.row)
            self._playing = False
            self._keep(outcome.events)

    def _tell(self, event: Event) -> None:
        for line in now_and_then(event, self.state.load):
            self._line(line)

    def _keep(self, events: Sequence[Event]) -> None:
        """Add a run to the recording, until it was told to stop, and its load's last words, after those before it."""
        stopped = min((event.t for event in events if isinstance(event, Stopping)), default=inf)
        file, begin_s = self._record, self._recorded_s
        if file is None:
            return
        try:
            for event in events:
                if event.t <= stopped or isinstance(event, LoadTold | LoadEnded):
                    record(file, replace(event, t=begin_s + event.t))
                    self._recorded_s = max(self._recorded_s, begin_s + event.t)
        except OSError as error:
            self._record = None
            self._line(f"the recording ends here: {error.strerror}")


def run_compare(
    options: CompareOptions, plain: bool, write: Callable[[Sequence[Row]], None], on_stderr: bool = False
) -> int:
    """Play all rows in front of the user, print them side by side and `write` them: the exit code.

    Whatever ends it, a stage that does not start too: the rows so far are there.
    """
    stream = sys.stderr if on_stderr else sys.stdout
    live = in_terminal() and not plain and not on_stderr
    output = Output(lambda: comparison.stop(OUTPUT_GONE), stream)
    comparison = Comparison(options, (lambda line: None) if live else output.line)
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
    with keys(lambda key: comparison.stop() if key in ("q", "Q") else None):
        return comparison.play()


def play_live(comparison: Comparison) -> int:
    """The panels of the row that runs, above the table so far."""
    pressed: SimpleQueue[str] = SimpleQueue()
    screen = Screen(
        CompareControls(quit=comparison.stop),
        comparison.now,
        lambda: comparison.state,
        console_for(sys.stdout),
        pressed,
        lambda: comparison.stop(OUTPUT_GONE),
        picture=comparison.picture,
    )
    with keys(pressed.put), screen:
        return comparison.play(screen.tick)


def print_report(rows: Sequence[Row], stream: TextIO, output: Output) -> None:
    """The table with its lessons, and the picture."""
    console = console_for(stream)
    width = min(max(terminal_size(stream)[0], LEAST_WIDTH), MOST_WIDTH)
    for drawing in (final(rows, width), picture(rows, min(width, 120))):
        if console.is_terminal:
            with console.capture() as captured:
                console.print(drawing, crop=False, no_wrap=True)
                console.line()
            output.line(captured.get())
        else:
            output.line(as_text(drawing))
