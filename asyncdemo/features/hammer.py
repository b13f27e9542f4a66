"""Sends a load in front of the user: panels in a terminal, plain lines elsewhere, a summary at the end."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from math import inf
from queue import SimpleQueue

from ..base.addresses import LOCAL, visited
from ..base.errors import CannotTurnError, StartError, UsageError
from ..base.output import OUTPUT_GONE, Output
from ..events.collector import Collector
from ..events.events import CrewChanged, Event, LoadStarted, LoadTurned, RunStarted
from ..events.inbox import Inbox, Stop
from ..events.stage import NO_STAGE
from ..known.load import Load
from ..known.state import State
from ..load.options import LoadOptions
from ..load.outcome import NO_WORD, REFUSED, UNREACHABLE
from ..load.process import LoadProcess
from ..load.target import Target, parse_target, target_with_name, target_with_path
from ..load.visitor import VISITORS
from ..measuring.criteria import FAILED, Criterion, blind_spot
from ..running.other_runs import running
from ..running.signals import signals
from ..showing.console import console_for
from ..showing.lines.load_lines import (
    crew_now,
    crews_text,
    now_and_then,
    opening,
    summary_of_load,
    turned_now,
    warnings,
)
from ..showing.panels import KEYS_OF_A_LOAD, Keys, render_load
from ..showing.screen import Controls, Screen
from ..showing.terminal import in_terminal, keys
from .other_protocols import LOOK_S, SUSPICIOUS, PortLook

TICK_S = 0.02
WORKERS_EVERY_S = 1.0
"""So often it is looked whether the stage that is loaded has got or lost workers."""
NO_PAGE = 1
"""The exit code of a load in which nobody got what was asked for."""
NOTHING_RUNS = """\
Nothing of asyncdemo runs here, and no URL is given.
In another terminal: asyncdemo run step3
Or say where to send: asyncdemo hammer http://localhost:8000/"""


SEVERAL_RUN = "Several stages run here. Type which one is meant:"


@dataclass(frozen=True)
class HammerOptions:
    """What `hammer` was asked for."""

    load: LoadOptions
    """Before it is `aimed`, at no speed of a stage's, and, if it `seeks`, at a target that stands for any."""
    seeks: bool = False
    """Whether it goes to the newest run of this machine, whatever that is when it begins."""
    path: str | None = None
    """The page to ask for, in place of the target's."""
    name: str | None = None
    """Whom a stage is to greet; None: each visitor of the newest run has a name of its own."""
    fail_if: tuple[Criterion, ...] = ()
    stage: RunStarted | None = None
    """The run of this machine that it goes to, if it is one."""

    def aimed(self) -> "HammerOptions":
        """At what runs now: its target, the stage that this is, and its speed. Raises UsageError if nothing does."""
        stage = stage_at(None if self.seeks else self.load.target)
        if self.seeks and stage is None:
            raise UsageError(NOTHING_RUNS)
        target = parse_target(stage.url) if self.seeks and stage is not None else self.load.target
        if self.path is not None:
            target = target_with_path(target, self.path)
        if self.name is not None:
            target = target_with_name(target, self.name, (stage.stage if stage is not None else NO_STAGE).parameter)
        load = replace(self.load, target=target, speed=1.0 if stage is None else stage.speed)
        if self.seeks and stage is not None and self.path is None and self.name is None:
            names = () if stage.stage.own else VISITORS
            load = replace(load, names=names, parameter=stage.stage.parameter)
        return replace(self, load=load, stage=stage)


def check_what_is_elsewhere(options: HammerOptions) -> None:
    """Raises UsageError for a project of the user's that works with a database or broker on another machine."""
    run = options.stage
    if run is not None and run.elsewhere:
        raise UsageError(
            f"{run.stage.name} works with what is not on this machine, its {' and its '.join(run.elsewhere)}: nothing "
            "was sent to it. If it may be loaded, add --yes."
        )


def stage_at(target: Target | None) -> RunStarted | None:
    """The run of this machine that a target is the page of; the newest for no target; None if it is none."""
    for run in running():
        if target is None or is_page_of(run, target):
            return run
    return None


def check_one() -> None:
    """Raises UsageError where a load without a URL may be meant for any of several runs of this machine."""
    runs = running()
    if len(runs) > 1:
        choices = [f"  asyncdemo hammer {run.url}  ({run.stage.name})" for run in runs]
        raise UsageError("\n".join([SEVERAL_RUN, *choices]))


def is_page_of(run: RunStarted, target: Target) -> bool:
    """Whether a target is on the host and port of a run."""
    page = parse_target(run.url)
    hosts = {page.host, visited(target.host)}
    return page.port == target.port and (len(hosts) == 1 or hosts <= LOCAL)


@dataclass
class LoadControls(Controls):
    """The keys of a load."""

    step: Callable[[int], str]
    stop: Callable[[], None]
    closed: bool = False
    """Whether it is a closed loop, whose rate nobody turns."""
    foot: str = field(default="< > rate  space pause  ? keys  q end", kw_only=True)
    keys: Keys = field(default=KEYS_OF_A_LOAD, kw_only=True)

    def do(self, key: str) -> None:
        if key in ("q", "Q"):
            self.say("ending")
            self.stop()
        elif key in ("<", ">"):
            if self.closed:
                raise CannotTurnError(f"{key}: in a closed loop the answers set the rate")
            self.say(self.step(-1 if key == "<" else 1))

    @property
    def keys_in_short(self) -> str:
        return self.foot.replace("< > rate  ", "") if self.closed else self.foot

    @property
    def keys_explained(self) -> Keys:
        return self.keys[1:] if self.closed else self.keys


class Hammer:
    """One load, from its start to its end.

    With `hears_signals`, a signal to this process asks for the end. Only the main thread may do that.
    `load` makes what sends.
    """

    def __init__(
        self,
        options: HammerOptions,
        line: Callable[[str], None],
        *,
        hears_signals: bool = True,
        load: type[LoadProcess] = LoadProcess,
    ) -> None:
        self.options, self._line, self._hears_signals, self._load = options, line, hears_signals, load
        self.state = State()
        self._port = PortLook(options.load.target)
        self._collector: Collector | None = None
        self._load_process: LoadProcess | None = None
        self._inbox = Inbox(self._receive)
        self._inbox.on_urgent = self._hurry
        self._stopped = self._hurried = False
        self._problem = ""
        self._looked_at = 0.0
        if options.stage is not None:
            self.state.fold(options.stage)

    def send(self, tick: Callable[[], None] = lambda: None) -> None:
        """Send it all. Raises StartError if it cannot begin, or breaks, or does not go to a web server."""
        self._collector = Collector(self._inbox.put)
        hearing = signals(self._on_signal) if self._hears_signals else nullcontext()
        try:
            with hearing, self._load(self.options.load, self._collector.address) as self._load_process:
                self._wait(self._load_process, tick)
        finally:
            self._collector.close()

    @property
    def exit_code(self) -> int:
        """Of whoever has ended it first; 0 if nobody has."""
        return self._inbox.stop.exit_code if self._inbox.stop is not None else 0

    def now(self) -> float:
        """Seconds since it began."""
        return self._collector.now() if self._collector is not None else 0.0

    def step(self, step: int) -> str:
        """One step down or up with the rate; what was done, in words. Raises CannotTurnError when all have come."""
        if self.state.load.over_for_visitors:
            raise CannotTurnError("all have come: there is no rate to turn any more")
        return self._load_process.step(step) if self._load_process is not None else "it has not begun"

    def stop(self, exit_code: int = 0, *, urgent: bool = False) -> None:
        """Ask for the end. From any thread. Who has asked before and is `urgent` does not wait for the last figures."""
        self._inbox.put(Stop(exit_code, urgent))

    def _hurry(self) -> None:
        """Wait for nothing any more."""
        self._hurried = True

    def _on_signal(self, exit_code: int) -> None:
        """A terminal that closes may say so more than once, and in more than one way."""
        self.stop(exit_code, urgent=exit_code != 128 + signal.SIGHUP)

    def _wait(self, load_process: LoadProcess, tick: Callable[[], None]) -> None:
        """Take in what is told until the load is over."""
        while self.state.load.ended_at == inf and not self._hurried:
            self._inbox.take(TICK_S)
            if self._inbox.stop is not None and not self._stopped:
                self._stopped = True
                load_process.stop()
            self._look_at_workers()
            load_process.check(self.state.load.ended_at < inf)
            self._look_who_is_there()
            tick()
        self._look_who_is_there(0.0 if self._stopped else LOOK_S)

    def _look_who_is_there(self, wait_s: float = 0.0) -> None:
        """Raises StartError where something else than a web server answers, if that is known within so many seconds."""
        ended = self.state.load.ended.keys()
        if self.options.stage is None and ended and ended <= SUSPICIOUS and (found := self._port.found(wait_s)):
            raise StartError(found)

    def _look_at_workers(self) -> None:
        """Take in how many workers the stage has now, which its own terminal may have changed."""
        now, known = self.now(), self.state.run_now
        if known is None or now - self._looked_at < WORKERS_EVERY_S:
            return
        self._looked_at = now
        found = next((run for run in running() if run.url == known.url), None)
        if found is not None and (found.general, found.reserved) != (known.general, known.reserved):
            crew = {"general": found.general, "reserved": found.reserved}
            changed = CrewChanged(t=now, process="asyncdemo", **crew)
            self.state.fold(changed)
            self._line(f"{now:8.2f} s  workers  {crew_now(changed)}")

    def _receive(self, event: Event) -> None:
        load = self.state.load
        self.state.fold(event)
        if isinstance(event, LoadStarted):
            for line in opening(self.state):
                self._line(line)
        if load.problem and load.problem != self._problem:
            self._problem = load.problem
            self._line(f"{event.t:8.2f} s  problem  {warnings(load)[0]}")
        if isinstance(event, LoadTurned):
            self._line(f"{event.t:8.2f} s  rate     {turned_now(load)}")
        for line in now_and_then(event, load):
            self._line(line)


def run_hammer(
    options: HammerOptions, plain: bool, on_stderr: bool = False, *, load: type[LoadProcess] = LoadProcess
) -> tuple[int, State, float]:
    """Send the load, show it, sum it up: (exit code, what was seen, when it ended).

    Raises StartError if it cannot begin, or does not go to a web server.
    """
    live = in_terminal() and not plain and not on_stderr
    output = Output(lambda: hammer.stop(OUTPUT_GONE), sys.stderr if on_stderr else sys.stdout)
    hammer = Hammer(options, (lambda line: None) if live else output.line, load=load)
    if live:
        show(hammer)
    else:
        with keys(lambda key: hammer.stop(urgent=True) if key in ("q", "Q") else None):
            hammer.send()
    for line in summary(hammer.state):
        output.summary(line)
    load_seen = hammer.state.load
    failed = [failure for one in options.fail_if if (failure := one.failure(load_seen, options.load.speed))]
    for failure in failed:
        output.summary(f"  failed      {failure}")
    if not failed and (unseen := blind_spot(options.fail_if, load_seen)):
        output.summary(f"  note        {unseen}")
    return exit_code(hammer, output.gone, bool(failed)), hammer.state, hammer.now()


def summary(state: State) -> Iterator[str]:
    """How it went, and whether the stage had other workers meanwhile."""
    started = state.load.started
    began = started.t if started is not None else 0.0
    ramp = started is not None and started.rate != started.rate_end
    yield from summary_of_load(state.load, "--ramp" if ramp else "--rate")
    if crews := crews_text(state.run, state.crews_since(began)):
        yield f"  workers     {crews}"


def show(hammer: Hammer) -> None:
    """Send a load, in the panels."""
    pressed: SimpleQueue[str] = SimpleQueue()
    screen = Screen(
        LoadControls(hammer.step, lambda: hammer.stop(urgent=True), bool(hammer.options.load.closed)),
        hammer.now,
        lambda: hammer.state,
        console_for(sys.stdout),
        pressed,
        lambda: hammer.stop(OUTPUT_GONE),
        picture=render_load,
    )
    with keys(pressed.put), screen:
        hammer.send(screen.tick)


def exit_code(hammer: Hammer, gone: bool, failed: bool) -> int:
    """Of a load: how it was ended, whether its reader is gone, whether it showed what it must not, who was there."""
    nobody = nobody_got_the_page(hammer.state.load)
    return hammer.exit_code or (OUTPUT_GONE if gone else FAILED if failed else NO_PAGE if nobody else 0)


def nobody_got_the_page(load: Load) -> bool:
    """Whether nobody did who should have by now. Of those on their way at the end, nobody knows: where all others had
    only waited, they may have been the first."""
    if load.answered or not load.errors:
        return False
    return not load.unfinished or bool(load.ended.keys() - NO_WORD)


def nobody_is_there(load: Load) -> bool:
    """Whether all who came so far have stood before a closed door."""
    return bool(load.ended) and load.ended.keys() <= {REFUSED, UNREACHABLE}
