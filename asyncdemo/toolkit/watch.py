"""Runs a stage in front of the user."""

import sys

from .durations import number_text
from .launcher.options import RunOptions
from .launcher.run import Run
from .plain import PlainLines, summary
from .state import State
from .telemetry.events import Event, Ready
from .terminal import Output, keys

OUTPUT_GONE = 141
"""The exit code of a program whose reader is gone: 128 + SIGPIPE."""


def run_stage(options: RunOptions) -> int:
    """Start the stage, tell what happens in it until it is stopped, and sum up. Returns the exit code."""
    state = State()
    lines = PlainLines(state)

    def tell(event: Event) -> None:
        for line in lines.lines(event):
            output.line(line)
        if isinstance(event, Ready):
            output.line(f"{'':10}  {'stop':<11} {how_to_stop(options)}")
        state.fold(event)

    run = Run(options, tell)
    output = Output(on_gone=lambda: run.stop(OUTPUT_GONE))
    with run, keys(lambda key: run.stop() if key in "qQ" else None):
        run.start()
        began = run.now()
        try:
            return run.watch(None if options.for_s is None else began + options.for_s / options.speed)
        finally:
            ended = run.now()
            run.close()
            output.line(f"{options.stage.name}, {ended - began:.1f} s")
            for line in summary(state):
                output.line(line)


def how_to_stop(options: RunOptions) -> str:
    """What ends this run."""
    keyboard = "q or Ctrl-C" if sys.stdin.isatty() and sys.stdout.isatty() else "Ctrl-C"
    by_itself = (
        "" if options.for_s is None else f"; it ends by itself in {number_text(options.for_s / options.speed)} s"
    )
    return f"{keyboard}{by_itself}"
