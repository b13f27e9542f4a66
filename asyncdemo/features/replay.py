"""Shows a recording in the panels of a run, without any server."""

import sys
import time
from dataclasses import dataclass, field
from functools import partial
from math import inf
from queue import SimpleQueue

from ..base.durations import number_text, seconds_text
from ..base.errors import UsageError
from ..base.files import check_writable, save
from ..base.output import OUTPUT_GONE, Output, remark
from ..events.recording import Recording, read_recording
from ..report.screens.screen_svg import screen_svg
from ..report.table import width_for
from ..running.signals import signals
from ..showing.console import console_for
from ..showing.lane_controls import LaneControls
from ..showing.panels import KEYS_OF_A_REPLAY, KEYS_OF_LANES, Drawing, Keys, View
from ..showing.screen import Screen
from ..showing.terminal import in_terminal, keys
from .players import AnyPlayer, player_of

STEP_S = 5.0
SPEEDS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
TICK_S = 0.02
LONGEST_STEP_S = 1.0
"""Of a replay's time: what was longer was no step of it, but a Ctrl-Z or a laptop that was closed."""


@dataclass
class ReplayControls(LaneControls):
    """The keys of a replay, and the moment it is at; of one of a race, those of its lanes too."""

    begin_s: float
    """When the page could be opened: what came before is waiting."""
    end_s: float
    speed: float = 1.0
    at: float = 0.0
    over: bool = False
    exit_code: int = 0
    mark: str = field(default="recorded", kw_only=True)
    holds_picture: bool = field(default=False, kw_only=True)
    foot: str = field(default="space pause  left right 5 s  < > slower faster  0 begin  ? keys  q quit", kw_only=True)
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
        else:
            super().do(key)

    @property
    def keys_in_short(self) -> str:
        first, gap, others = self.foot.partition("  ")
        return f"{first}{gap}{self.lanes_in_short}{others}"

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


def controls_for(player: AnyPlayer, speed: float) -> ReplayControls:
    """The keys of what plays a recording, so many times as fast."""
    recording = player.recording
    keys = (*KEYS_OF_LANES, *KEYS_OF_A_REPLAY) if recording.side_by_side else KEYS_OF_A_REPLAY
    return ReplayControls(recording.ready_s, recording.end_s, speed, numbers=player.numbers, keys=keys)


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
    output, player = Output(lambda: None), player_of(recording)
    lines = player.seek(inf)
    for line in [] if live else lines:
        output.line(line)
    for line in player.summary(width_for(sys.stdout)):
        (output.line if player.compares else output.summary)(line)
    tell_problem(recording, path)
    return code or (OUTPUT_GONE if output.gone else 0)


def tell_problem(recording: Recording, path: str) -> None:
    """Say what is wrong with the file, if anything is."""
    if recording.problem:
        remark(f"asyncdemo: {path} is shown as far as it goes: {recording.problem}.")


def play(recording: Recording, speed: float) -> int:
    """Play on the terminal's alternate screen until q, or until a signal comes: the exit code."""
    player = player_of(recording)
    controls = controls_for(player, speed)
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
    check_writable(out, "--svg")
    recording = read_recording(path)
    player = player_of(recording)
    if at_s is not None and recording.ready_s + at_s > recording.end_s:
        ends = seconds_text(recording.end_s - recording.ready_s)
        remark(f"asyncdemo: --at {number_text(at_s)}s is past the end, {ends}: the last frame is written.")
    drawing = frame_of(player, at_s, width, height)
    save(out, "--svg", screen_svg(drawing, title_of(player)))
    tell_problem(recording, path)
    return 0


def frame_of(player: AnyPlayer, at_s: float | None, width: int, height: int) -> Drawing:
    """The panels of a moment, in seconds after the page could be opened; None: at its end."""
    recording = player.recording
    at = recording.end_s if at_s is None else min(recording.end_s, recording.ready_s + at_s)
    player.seek(at)
    return player.picture(player.state, at, View(width, height, mark="recorded"))


def title_of(player: AnyPlayer) -> str:
    """The command that it is a recording of."""
    if player.compares:
        return "asyncdemo compare"
    run = player.state.run
    return f"asyncdemo run {run.stage.name}" if run else "asyncdemo"
