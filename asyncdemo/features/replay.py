"""Shows a recording in the panels of a run, without any server."""

import io
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from math import inf
from queue import SimpleQueue

from rich.console import Console

from ..base.durations import number_text
from ..base.errors import UsageError
from ..base.files import check_writable, save
from ..base.output import OUTPUT_GONE, Output, remark
from ..events.events import Event, LoadStarted, RunStarted
from ..events.recording import Recording, read_recording
from ..known.state import State
from ..measuring.rows import Row, empty_row, row_of, row_so_far
from ..measuring.setups import setup_of
from ..report.table import as_text, final, with_table
from ..running.signals import signals
from ..showing.console import console_for
from ..showing.load_lines import summary_of_load
from ..showing.panels import KEYS_OF_A_REPLAY, Drawing, Keys, View, render
from ..showing.run_lines import PlainLines, summary
from ..showing.screen import Controls, Screen
from ..showing.terminal import in_terminal, keys

STEP_S = 5.0
SPEEDS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
TICK_S = 0.02
LONGEST_STEP_S = 1.0
"""Of a replay's time: what was longer was no step of it, but a Ctrl-Z or a laptop that was closed."""
WIDTH = 88
"""Of a table in words."""
REMOTE_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""What Rich puts into a picture to fetch a font from the network; a picture stands on its own."""


class Player:
    """A recording at a moment of it. `seek` goes anywhere; the state is always that of the run of the moment."""

    def __init__(self, recording: Recording) -> None:
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


def recorded_row(events: Sequence[Event]) -> Row:
    """The row of a recorded run."""
    run = next(event for event in events if isinstance(event, RunStarted))
    rate = next((event.most / event.speed for event in events if isinstance(event, LoadStarted)), 0.0)
    setup = setup_of(run)
    return row_of(setup.label, setup.command(rate, run.speed), events)


@dataclass
class ReplayControls(Controls):
    """The keys of a replay, and the moment it is at."""

    begin_s: float
    """When the page could be opened: what came before is waiting."""
    end_s: float
    speed: float = 1.0
    at: float = 0.0
    over: bool = False
    exit_code: int = 0
    mark: str = field(default="recorded", kw_only=True)
    holds_picture: bool = field(default=False, kw_only=True)
    foot: str = field(default="space hold  left right 5 s  < > slower faster  0 begin  ? keys  q quit", kw_only=True)
    keys: Keys = field(default=KEYS_OF_A_REPLAY, kw_only=True)

    def __post_init__(self) -> None:
        self._stepped = self.clock()

    def do(self, key: str) -> None:
        if key in ("q", "Q"):
            self.over = True
        elif key in ("left", "right", "0"):
            step = {"left": -STEP_S, "right": STEP_S, "0": -self.at}[key]
            self.at = min(self.end_s, max(self.begin_s, self.at + step))
        elif key in ("<", ">"):
            self._change_speed(-1 if key == "<" else 1)

    def end(self, exit_code: int) -> None:
        """Ask for the end. The first exit code stays: a window that closes says so twice."""
        self.over, self.exit_code = True, self.exit_code or exit_code

    def _change_speed(self, step: int) -> None:
        nearest = min(range(len(SPEEDS)), key=lambda index: abs(SPEEDS[index] - self.speed))
        self.speed = SPEEDS[min(len(SPEEDS) - 1, max(0, nearest + step))]
        self.say(f"{number_text(self.speed)} times the recorded speed")

    def step(self) -> None:
        """Let time go on by as much as has passed since the last step."""
        now = self.clock()
        if not (self.paused or self.helping):
            passed = min(now - self._stepped, LONGEST_STEP_S)
            self.at = min(self.end_s, max(self.begin_s, self.at) + passed * self.speed)
        self._stepped = now


def check_speed(speed: float) -> None:
    """Raises UsageError for one that nobody could look at."""
    if not 0 < speed <= 1000:
        raise UsageError(f"--speed {speed:g}: type a number above 0 and up to 1000, like 2.")


def show_replay(path: str, speed: float, plain: bool) -> int:
    """Play a recording: panels in a terminal, plain lines elsewhere. Returns the exit code."""
    check_speed(speed)
    recording = read_recording(path)
    live = in_terminal() and not plain
    code = play(recording, speed) if live else 0
    output, player = Output(lambda: None), Player(recording)
    lines = player.seek(recording.length_s)
    for line in [] if live else lines:
        output.line(line)
    for line in player.summary():
        (output.line if player.compares else output.summary)(line)
    if recording.problem:
        remark(f"asyncdemo: {path} is shown as far as it goes: {recording.problem}.")
    return code or (OUTPUT_GONE if output.gone else 0)


def play(recording: Recording, speed: float) -> int:
    """Play on the terminal's alternate screen until q, or until a signal comes: the exit code."""
    player = Player(recording)
    controls = ReplayControls(recording.ready_s, recording.length_s, speed)
    if recording.problem:
        controls.complain(f"as far as it goes: {recording.problem}")
    pressed: SimpleQueue[str] = SimpleQueue()
    gone = partial(controls.end, OUTPUT_GONE)
    screen = Screen(
        controls,
        lambda: controls.at,
        lambda: player.state,
        console_for(sys.stdout),
        pressed,
        gone,
        picture=player.picture,
    )
    with signals(controls.end), keys(pressed.put), screen:
        while not controls.over:
            controls.step()
            player.seek(controls.at)
            screen.tick()
            time.sleep(TICK_S)
    return controls.exit_code


def write_frame(path: str, out: str, at_s: float | None, width: int, height: int) -> int:
    """Write one frame of a recording as SVG, at so many seconds after the page could be opened, as the header counts.

    None, or a moment after its end: the last frame. Returns the exit code. Raises StartError, OutputError.
    """
    recording = read_recording(path)
    check_writable(out, "--svg")
    player = Player(recording)
    at = recording.length_s if at_s is None else min(recording.length_s, recording.ready_s + at_s)
    player.seek(at)
    console = Console(record=True, width=width, height=height, file=io.StringIO(), force_terminal=True)
    console.print(player.picture(player.state, at, View(width, height, mark="recorded")))
    run = player.state.run
    title = "asyncdemo compare" if player.compares else f"asyncdemo run {run.stage.name}" if run else "asyncdemo"
    save(out, "--svg", REMOTE_FONT.sub("", console.export_svg(title=title)))
    return 0
