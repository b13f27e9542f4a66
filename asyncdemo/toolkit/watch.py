"""Runs a stage in front of the user."""

import sys
from collections.abc import Callable
from math import inf

from rich.console import Console

from .durations import number_text
from .launcher.options import RunOptions
from .launcher.run import Run
from .live import RunControls
from .plain import PlainLines, as_line, summary
from .screen import Screen
from .state import State
from .telemetry.events import Event, Ready
from .terminal import Output, keys

OUTPUT_GONE = 141
"""The exit code of a program whose reader is gone: 128 + SIGPIPE."""


def run_stage(options: RunOptions, plain: bool) -> int:
    """Start the stage, show what happens in it until it is stopped, and sum up. Returns the exit code."""
    console = Console()
    live = console.is_terminal and sys.stdin.isatty() and not plain and not console.is_dumb_terminal
    state = State()
    lines = PlainLines(state)

    def tell(event: Event) -> None:
        for who, what in lines.tell(event):
            state.log.add(event.t, who, what)
            if not live:
                output.line(as_line(event.t, who, what))
        if isinstance(event, Ready) and not live:
            output.line(f"{'':10}  {'stop':<11} {how_to_stop(options)}")
        state.fold(event)

    run = Run(options, tell)
    output = Output(on_gone=lambda: run.stop(OUTPUT_GONE))
    with run:
        return watch_live(run, state, console) if live else watch_plain(run, state, output)


def watch_plain(run: Run, state: State, output: Output) -> int:
    """A line for everything that happens, and the summary."""
    with keys(lambda key: run.stop() if key in "qQ" else None):
        run.start()
        try:
            return run.watch(end_of(run))
        finally:
            run.close()
            sum_up(run, state, output.line)


def watch_live(run: Run, state: State, console: Console) -> int:
    """The panels, and the summary when they are gone."""
    controls = RunControls(run, state)
    screen = Screen(controls, run.now, lambda: state, console)
    with keys(screen.pressed.put):
        try:
            with screen:
                run.start(screen.tick)
                return run.watch(end_of(run), screen.tick)
        finally:
            run.close()
            sum_up(run, state, print)


def end_of(run: Run) -> float | None:
    """When the run ends by itself."""
    return None if run.options.for_s is None else run.now() + run.options.for_s / run.options.speed


def sum_up(run: Run, state: State, line: Callable[[str], None]) -> None:
    """The summary, if there was anything to sum up."""
    if state.ready_at < inf:
        line(f"{run.options.stage.name}, {run.now() - state.ready_at:.1f} s")
        for text in summary(state):
            line(text)


def how_to_stop(options: RunOptions) -> str:
    """What ends this run."""
    keyboard = "q or Ctrl-C" if sys.stdin.isatty() and sys.stdout.isatty() else "Ctrl-C"
    by_itself = (
        "" if options.for_s is None else f"; it ends by itself in {number_text(options.for_s / options.speed)} s"
    )
    return f"{keyboard}{by_itself}"
