"""Sends a load in front of the user: panels in a terminal, plain lines elsewhere, a summary at the end."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from queue import Empty, SimpleQueue

from rich.console import Console

from .errors import StartError
from .launcher.found import running
from .load.criteria import FAILED, Criterion
from .load.options import LoadOptions
from .load.process import Sender
from .load.target import Target, parse_target
from .panels import KEYS_OF_A_LOAD, render_load
from .plain_load import opening, so_far, summary_of_load, warnings
from .screen import Controls, Screen
from .state import State
from .telemetry.collect import Collector
from .telemetry.events import Event, LoadStarted, LoadTold, RunStarted
from .terminal import OUTPUT_GONE, Output, in_terminal, keys, signals

TICK_S = 0.02
LINE_EVERY = 4
"""Windows to a plain line: one a second."""
NOBODY_ANSWERED = 1


@dataclass(frozen=True)
class Hammering:
    """What `hammer` was asked for."""

    load: LoadOptions
    stage: RunStarted | None = None
    """The run of this machine that it goes to, if it is one."""
    fail_if: tuple[Criterion, ...] = ()


def stage_at(target: Target | None) -> RunStarted | None:
    """The run of this machine that a target is the page of; the newest for no target; None if it is none."""
    for run in running():
        if target is None or is_page_of(run, target):
            return run
    return None


def is_page_of(run: RunStarted, target: Target) -> bool:
    """Whether a target is on the host and port of a run."""
    page = parse_target(run.url)
    same = {page.host, target.host} <= {"localhost", "127.0.0.1", "::1"} or page.host == target.host
    return page.port == target.port and same


@dataclass
class LoadControls(Controls):
    """The keys of a load."""

    sender: Sender
    stop: Callable[[], None]
    foot: str = field(default="< > rate  space pause  ? keys  q end", kw_only=True)
    keys: tuple[tuple[str, str], ...] = field(default=KEYS_OF_A_LOAD, kw_only=True)

    def do(self, key: str) -> None:
        if key in "qQ":
            self.message = "ending"
            self.stop()
        elif key in ("<", ">"):
            self.message = self.sender.step(-1 if key == "<" else 1)


class Hammer:
    """One load, from its start to its summary."""

    def __init__(self, asked: Hammering, live: bool, line: Callable[[str], None]) -> None:
        self.asked, self._live, self._line = asked, live, line
        self.state = State()
        self.exit_code = 0
        self._inbox: SimpleQueue[Event | int] = SimpleQueue()
        self._stops = 0
        self._problem = ""
        if asked.stage is not None:
            self.state.fold(asked.stage)

    def send(self) -> None:
        """Send it all. Raises StartError if it cannot begin, or breaks."""
        collector = Collector(self._inbox.put)
        self.now = collector.now
        try:
            with Sender(self.asked.load, collector.address) as sender, signals(self.stop):
                self._sender = sender
                if self._live:
                    self._show()
                else:
                    with keys(lambda key: self.stop() if key in "qQ" else None):
                        self._wait(lambda: None)
        finally:
            collector.close()

    def stop(self, exit_code: int = 0) -> None:
        """Ask for the end. From any thread."""
        self._inbox.put(exit_code)

    def _show(self) -> None:
        pressed: SimpleQueue[str] = SimpleQueue()
        controls = LoadControls(self._sender, self.stop)
        screen = Screen(
            controls,
            self.now,
            lambda: self.state,
            Console(),
            pressed,
            lambda: self.stop(OUTPUT_GONE),
            picture=render_load,
        )
        with keys(pressed.put), screen:
            self._wait(screen.tick)

    def _wait(self, on_tick: Callable[[], None]) -> None:
        """Take in what is told until the load is over."""
        while self.state.load.ended_at == inf and self._stops < 2:
            gone = self._sender.ended
            self._take_in(TICK_S)
            if gone and self.state.load.ended_at == inf:
                self._take_in(1.0)  # what it said last may still be on its way
                if self.state.load.ended_at == inf:
                    raise StartError(f"The load broke off.\n{self._sender.failure}")
            on_tick()

    def _take_in(self, timeout_s: float) -> None:
        try:
            item = self._inbox.get(timeout=timeout_s)
            while True:
                if isinstance(item, int):
                    self._stops += 1
                    self.exit_code = self.exit_code or item
                    self._sender.stop()
                else:
                    self._receive(item)
                item = self._inbox.get_nowait()
        except Empty:
            pass

    def _receive(self, event: Event) -> None:
        load = self.state.load
        self.state.fold(event)
        if self._live:
            return
        if isinstance(event, LoadStarted):
            for line in opening(self.state):
                self._line(line)
        if load.problem and load.problem != self._problem:
            self._problem = load.problem
            self._line(f"{event.t:8.2f} s  problem  {warnings(load)[0]}")
        if isinstance(event, LoadTold) and event.number % LINE_EVERY == 0:
            self._line(f"{event.t:8.2f} s  {so_far(load)}")


def run_hammer(asked: Hammering, plain: bool, on_stderr: bool = False) -> tuple[int, State, float]:
    """Send the load, show it, sum it up: (exit code, what was seen, when it ended).

    Raises StartError if it cannot begin."""
    live = in_terminal() and not plain and not on_stderr
    output = Output(lambda: hammer.stop(OUTPUT_GONE), sys.stderr if on_stderr else sys.stdout)
    hammer = Hammer(asked, live, output.line)
    hammer.send()
    for line in summary_of_load(hammer.state.load):
        output.line(line)
    failed = [failure for one in asked.fail_if if (failure := one.failure(hammer.state.load, asked.load.speed))]
    for failure in failed:
        output.line(f"  failed      {failure}")
    return exit_code(hammer, bool(failed)), hammer.state, hammer.now()


def exit_code(hammer: Hammer, failed: bool) -> int:
    """Of a load: how it was ended, then whether it showed what it must not, then whether anybody was there."""
    load = hammer.state.load
    nobody = load.sent > 0 and not any(end.isdecimal() for end in load.ended) and not load.unfinished
    return hammer.exit_code or (FAILED if failed else NOBODY_ANSWERED if nobody else 0)
