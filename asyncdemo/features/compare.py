"""Runs a comparison in front of the user: on a screen of its own, or as lines; and what it comes to."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TextIO

from ..base.output import OUTPUT_GONE, Output
from ..known.lanes import numbers_of
from ..known.state import State
from ..measuring.rows import Row
from ..report.picture import picture
from ..report.table import as_text, final, width_for
from ..running.starting import Interrupted
from ..showing.console import console_for
from ..showing.lane_controls import LaneControls
from ..showing.panels import KEYS_OF_A_COMPARISON, Keys
from ..showing.screen import Screen
from ..showing.terminal import in_terminal, keys
from .compare_options import CompareOptions
from .comparison import Comparison


@dataclass
class CompareControls(LaneControls):
    """The keys of a comparison: which lane is looked at, and the end."""

    comparison: Comparison = field(kw_only=True)
    keys: Keys = field(default=KEYS_OF_A_COMPARISON, kw_only=True)

    def do(self, key: str) -> None:
        if key in ("up", "down", "enter", "escape"):
            self.paused = False  # what it asks for is to be seen
        if key in ("q", "Q"):
            self.say("ending")
            self.comparison.stop()
        else:
            super().do(key)

    @property
    def keys_in_short(self) -> str:
        return f"{self.foot}{self.lanes_in_short}space pause  ? keys  q end here"


def controls_of(comparison: Comparison) -> CompareControls:
    """The keys of this comparison."""
    return CompareControls(comparison=comparison, numbers=lambda: numbers_of(comparison.race.lanes_now))


def run_compare(
    options: CompareOptions, plain: bool, write: Callable[[Sequence[Row]], None], on_stderr: bool = False
) -> int:
    """Play all rows in front of the user, print them side by side and `write` them: the exit code.

    Whatever ends it, a stage that does not start too: the rows so far are there. Raises Interrupted where it is ended
    before there can be any.
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
        rows = comparison.rows
        if any(row.visitors for row in rows):
            print_report(rows, stream, output)
            write(rows)
    code = code or (OUTPUT_GONE if output.gone else 0)
    if not rows and not comparison.has_begun:
        raise Interrupted(code)
    return code


NEXT = "What to do in a project of yours, by what you see: asyncdemo monday"
"""The last line."""


def play_plain(comparison: Comparison) -> int:
    """Lines now and then."""
    with keys(lambda key: comparison.stop() if key in ("q", "Q") else None):
        return comparison.play()


def play_live(comparison: Comparison) -> int:
    """A screen of its own."""
    pressed: SimpleQueue[str] = SimpleQueue()
    screen = Screen(
        controls_of(comparison),
        comparison.race.now,
        State,
        console_for(sys.stdout),
        pressed,
        lambda: comparison.stop(OUTPUT_GONE),
        picture=lambda state, now, view: comparison.picture(view),
    )
    with keys(pressed.put), screen:
        return comparison.play(screen.tick)


def print_report(rows: Sequence[Row], stream: TextIO, output: Output) -> None:
    """The table with its lessons, and the picture."""
    console = console_for(stream)
    width = width_for(stream)
    for drawing in (final(rows, width), picture(rows, min(width, 120))):
        if console.is_terminal:
            with console.capture() as captured:
                console.print(drawing, crop=False, no_wrap=True)
                console.line()
            output.line(captured.get())
        else:
            output.line(as_text(drawing))
    output.line(NEXT)
