"""What the keys of a run do."""

import itertools
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from queue import SimpleQueue

from rich.console import Console

from ...base.output import OUTPUT_GONE
from ...base.text import counted
from ...events.stage import StageEntry, WorkerKind
from ...known.state import State
from ...load.process import LoadProcess
from ...load.visitor import NAMES, say_hello
from ...running.run import Run
from ...showing.screen import Controls, Screen
from ...stages.catalogue import with_reserved_workers

CONFIRM = "y yes, any other key no"


@dataclass
class RunControls(Controls):
    """The keys of a run. Each action returns what it has done, for the line at the foot."""

    run: Run
    state: State
    question: Callable[[], str] | None = None
    """What is done on y, when something has been asked that cannot be undone."""
    sender: LoadProcess | None = None
    """Of the load, if the run has one."""
    _names: "itertools.cycle[str]" = field(default_factory=lambda: itertools.cycle(NAMES))

    def press(self, key: str) -> None:
        if self.question is not None:
            question, self.question = self.question, None
            self.message = question() if key in "yY" else ""
        else:
            super().press(key)

    def do(self, key: str) -> None:
        if key in self.actions:
            self.message = self.actions[key]() or ""

    @property
    def stage(self) -> StageEntry:
        """What it is a run of."""
        return self.run.options.stage

    @property
    def actions(self) -> dict[str, Callable[[], str | None]]:
        """Key -> what it does."""
        return {
            "h": self.hello,
            "q": self.quit,
            "w": lambda: self.add(self.stage.reserved),
            "W": lambda: self.remove(self.stage.reserved),
            "+": lambda: self.add(self.stage.general),
            "-": lambda: self.remove(self.stage.general),
            "<": lambda: self.turn(-1),
            ">": lambda: self.turn(1),
            "up": lambda: self.select(-1),
            "down": lambda: self.select(1),
            "K": lambda: self.ask_about("kill", lambda name: self.signal(name, signal.SIGKILL, "killed")),
            "R": lambda: self.ask_about("restart", self.restart),
            "Z": self.freeze,
            "X": self.redis,
        }

    def hello(self) -> str:
        """A visitor, with a fresh name, once there is a page to ask for."""
        if self.state.ready_at == inf:
            return "not yet: the page is not there before the header says up"
        name = next(self._names)
        threading.Thread(target=say_hello, args=(self.run.url, name, self.stage.parameter), daemon=True).start()
        return f"hello, {name}"

    def quit(self) -> str | None:
        """End the run; ask first while something would be lost."""
        books = self.state.books
        unfinished = books.running + books.queued
        if not unfinished:
            self.run.stop()
            return None
        return self.ask(f"Quit? {counted(unfinished, 'notification')} would be lost.", self.stop)

    def stop(self) -> str:
        """End the run."""
        self.run.stop()
        return "stopping"

    def add(self, kind: str) -> str:
        """One more worker."""
        return self.unable() or self.run.crew.add_worker(kind)

    def remove(self, kind: str) -> str:
        """One worker less."""
        return self.unable() or self.run.crew.remove_worker(kind)

    def turn(self, step: int) -> str:
        """Lower or raise the rate of the load."""
        return self.sender.step(step) if self.sender is not None else "there is no load: start the run with --hammer 1"

    def unable(self) -> str:
        """Why this stage has no workers to add or remove; empty if it has."""
        stage = self.run.options.stage
        if stage.worker_kind is WorkerKind.PROCESSES:
            return ""
        return f"{stage.name} has {stage.worker_kind.value}: try asyncdemo run {with_reserved_workers()}"

    def select(self, step: int) -> None:
        """The worker above or below."""
        names = list(dict.fromkeys(row.process for row in self.state.workers.rows()))
        if names and self.run.options.stage.worker_kind is WorkerKind.PROCESSES:
            at = names.index(self.selected) + step if self.selected in names else 0
            self.selected = names[at % len(names)]

    def ask(self, text: str, do: Callable[[], str]) -> str:
        """Ask; `do` it on y."""
        self.question = do
        return f"{text}  {CONFIRM}"

    def ask_about(self, what: str, do: Callable[[str], str]) -> str:
        """Ask whether to do something to the selected worker."""
        if self.unable() or not self.selected:
            return self.unable() or "select a worker first, with the arrow keys"
        name = self.selected
        return self.ask(f"{what.capitalize()} {name}?", lambda: do(name))

    def signal(self, name: str, number: signal.Signals, done: str) -> str:
        """Send a signal."""
        return f"{name} {done}" if self.run.crew.send_signal(name, number) else f"{name} is not there"

    def restart(self, name: str) -> str:
        """Start a worker anew."""
        self.run.crew.restart_worker(name)
        return f"{name} starts again"

    def freeze(self) -> str:
        """Stop a worker in the middle of things, or let it go on."""
        frozen = self.selected in self.run.crew.frozen
        what, number = ("thaw", signal.SIGCONT) if frozen else ("freeze", signal.SIGSTOP)
        return self.ask_about(what, lambda name: self.signal(name, number, "goes on" if frozen else "is frozen"))

    def redis(self) -> str:
        """Stop Redis, or start it again."""
        return self.unable() or self.ask("Stop or restart Redis? What is queued is lost.", self.run.crew.toggle_redis)


def open_screen(controls: RunControls, pressed: "SimpleQueue[str]") -> Screen:
    """The screen of a run; the keys come through `pressed`."""
    run, state = controls.run, controls.state
    return Screen(controls, run.now, lambda: state, Console(), pressed, lambda: run.stop(OUTPUT_GONE))
