"""Runs a stage in front of the user.

What shows it is imported while the stage starts, which takes longer.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from math import inf
from queue import SimpleQueue
from typing import TYPE_CHECKING

from ...base.durations import number_text
from ...base.errors import UsageError
from ...base.files import name_written
from ...base.output import OUTPUT_GONE, Output
from ...events.events import ENDLESS_S, Event, Ready
from ...running.live_run import LiveRun
from ...running.options import RunOptions
from ...running.run import Run
from ...running.signals import signals
from ...showing.terminal import has_keys, in_terminal, keys

if TYPE_CHECKING:
    from ...known.state import State
    from ...load.process import LoadProcess
    from ...showing.lines.run_lines import PlainLines
    from .run_keys import RunControls


MENDING_S = 120.0
"""How long somebody who only reads lines may take to mend a project that cannot come up, unless it ends sooner."""


class Told:
    """What has been told of a run: made with its first event."""

    @cached_property
    def state(self) -> "State":
        """What is known by now."""
        from ...known.state import State

        return State()

    @cached_property
    def lines(self) -> "PlainLines":
        """What folds an event into the state, and into lines."""
        from ...showing.lines.run_lines import PlainLines

        return PlainLines(self.state)


def run_stage(options: RunOptions, plain: bool, rate: float | None = None) -> int:
    """Start the stage, show what happens in it until it is stopped, and sum up. Returns the exit code.

    With a `rate`, in requests a second of the lesson, a load is sent to it from when it is ready.
    """
    load = Load(rate)
    live = in_terminal() and not plain
    told = Told()

    def tell(event: Event) -> None:
        lines = told.lines.take(event)
        if live:
            return
        for line in lines:
            output.line(line)
        if isinstance(event, Ready):
            output.line(f"{'':10}  {'stop':<11} {how_to_stop(options)}")

    run = Run(options, tell)
    output = Output(on_gone=lambda: run.stop(OUTPUT_GONE))
    with signals(run.stop):  # the run hears them itself; they must not break the summary either
        return watch_live(run, told, output, load) if live else watch_plain(run, told, output, load)


@dataclass(frozen=True)
class Load:
    """What is sent to a run from when it is ready; nothing without a rate, in requests a second of the lesson."""

    rate: float | None

    def obstacle(self, run: LiveRun) -> str:
        """Why somebody has to say yes before it begins; empty if nobody has."""
        if self.rate is None or run.options.confirmed or not run.elsewhere:
            return ""
        name = run.options.stage.name
        return f"{name} works with what is not on this machine, its {' and its '.join(run.elsewhere)}"

    @contextmanager
    def begun(self, run: LiveRun) -> "Iterator[LoadProcess | None]":
        """While this is open, a run has its load, if there is to be one. It ends with the run, whatever ends that."""
        if self.rate is None:
            yield None
            return
        from ...load.options import LoadOptions
        from ...load.process import LoadProcess
        from ...load.target import parse_target
        from ...load.visitor import VISITORS

        options = run.options
        load = LoadOptions(
            target=parse_target(run.server_url),
            rate=self.rate,
            duration=ENDLESS_S * options.speed,
            speed=options.speed,
            names=() if options.project is not None else VISITORS,
            parameter=options.stage.parameter,
            known_as=parse_target(run.url).where,
        )
        with LoadProcess(load, run.telemetry) as load_process:
            run.before_close(load_process.end)
            yield load_process

    def ask_and_begin(self, controls: "RunControls", run: LiveRun, until_the_end: ExitStack) -> None:
        """Let it begin, at once or when somebody says yes. It ends with `until_the_end`."""

        def begin() -> str:
            controls.load_process = until_the_end.enter_context(self.begun(run))
            return "the load begins"

        if why := self.obstacle(run):
            controls.ask(lambda: f"{why}. Load it?", begin)
        else:
            begin()


def watch_plain(run: Run, told: Told, output: Output, load: Load) -> int:
    """A line for everything that happens, and the summary."""
    with (
        keys(lambda key: run.stop() if key in ("q", "Q") else None),
        summed_up(run, told, output.summary),
        ExitStack() as until_the_end,
        run as starting,
    ):
        from ...showing.lines.run_lines import as_line

        live = starting.until_up(patience_s=min(MENDING_S, run.options.ends_after_s))
        if why := load.obstacle(live):
            raise UsageError(f"{why}: nothing was sent to it. If it may be loaded, add --yes.")
        load_process = until_the_end.enter_context(load.begun(live))

        def say(what: str) -> None:
            told.state.log.add(live.now(), "load", what)
            output.line(as_line(live.now(), "load", what))

        return live.watch(end_of(live), watching(lambda: load_process, told.state, say)) or 0


def watch_live(run: Run, told: Told, output: Output, load: Load) -> int:
    """The panels, and the summary when they are gone."""
    pressed: SimpleQueue[str] = SimpleQueue()

    def press(key: str) -> None:
        pressed.put(key)
        run.wake()

    with keys(press), summed_up(run, told, output.summary), ExitStack() as until_the_end, run as starting:
        from .run_keys import RunControls, open_screen

        state = told.state
        controls = RunControls(run, state)
        with open_screen(controls, starting.now, pressed) as screen:

            def tick() -> None:
                controls.look()
                screen.tick()

            controls.live = live = starting.until_up(tick, patience_s=run.options.ends_after_s)
            load.ask_and_begin(controls, live, until_the_end)

            def say(what: str) -> None:
                state.log.add(live.now(), "load", what)
                controls.complain(what)

            return live.watch(end_of(live), watching(lambda: controls.load_process, state, say, tick)) or 0


def watching(
    load_process: "Callable[[], LoadProcess | None]",
    state: "State",
    say: Callable[[str], None],
    tick: Callable[[], None] = lambda: None,
) -> Callable[[], None]:
    """`tick`, with a look at the load: that it broke off is said once."""
    said = False

    def look() -> None:
        nonlocal said
        there = load_process()
        why = there.broke_off(state.load.ended_at < inf) if there is not None else ""
        if why and not said:
            said = True
            say(f"the load broke off: {why.splitlines()[-1]}")
        tick()

    return look


def end_of(run: LiveRun) -> Callable[[], bool]:
    """Says whether the run has come to its end by itself, which it does so long after now."""
    end_s = run.now() + run.options.ends_after_s
    return lambda: run.now() >= end_s


@contextmanager
def summed_up(run: Run, told: Told, line: Callable[[str], None]) -> Iterator[None]:
    """The summary of a run that has ended, however it did, without the stopping, if there is anything to sum up."""
    try:
        yield
    finally:
        from ...showing.lines.load_lines import summary_of_load
        from ...showing.lines.run_summary import summary

        state = told.state
        if state.ready_at < inf:
            line(f"{run.options.stage.name}, {run.ended_at - state.ready_at:.1f} s")
            for text in [*summary(state), *summary_of_load(state.load, "--hammer")]:
                line(text)
            if run.options.record is not None:
                name_written(run.options.record, "--record")


def how_to_stop(options: RunOptions) -> str:
    """What ends this run."""
    keyboard = "q or Ctrl-C" if has_keys() else "Ctrl-C"
    by_itself = "" if options.for_s is None else f"; it ends by itself in {number_text(options.ends_after_s)} s"
    return f"{keyboard}{by_itself}"
