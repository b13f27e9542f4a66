"""What the keys of a run do."""

import itertools
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue

from rich.console import Console

from ...base.output import OUTPUT_GONE
from ...base.text import counted
from ...events.stage import StageEntry, WorkerKind
from ...known.state import State
from ...load.process import LoadProcess
from ...load.visitor import NAMES, say_hello
from ...running.live_run import LiveRun
from ...running.run import Run
from ...running.worker_control import WorkerControl
from ...showing.screen import Controls, Screen
from ...stages.catalogue import with_reserved_workers

CONFIRM = "y yes, any other key no"
NOT_YET = "not yet: {} not there before the header says up"


@dataclass
class RunControls(Controls):
    """The keys of a run. Each action returns what it has done, for the line at the foot."""

    run: Run
    state: State
    live: LiveRun | None = None
    """The run, once it is up: most keys have nothing to turn before."""
    question: Callable[[], str] | None = None
    """What is done on y, when something has been asked that cannot be undone."""
    load_process: LoadProcess | None = None
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
            "K": lambda: self.turn_workers(self.kill),
            "R": lambda: self.turn_workers(self.restart),
            "Z": lambda: self.turn_workers(self.freeze),
            "X": lambda: self.turn_workers(self.redis),
        }

    def hello(self) -> str:
        """A visitor, with a fresh name, once there is a page to ask for."""
        if self.live is None:
            return NOT_YET.format("the page is")
        name = next(self._names)
        threading.Thread(target=say_hello, args=(self.live.url, name, self.stage.parameter), daemon=True).start()
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
        return self.turn_workers(lambda workers: workers.add_worker(kind))

    def remove(self, kind: str) -> str:
        """One worker less."""
        return self.turn_workers(lambda workers: workers.remove_worker(kind))

    def turn(self, step: int) -> str:
        """Lower or raise the rate of the load."""
        if self.live is None:
            return NOT_YET.format("a load is")
        return (
            self.load_process.step(step)
            if self.load_process is not None
            else "there is no load: start the run with --hammer 1"
        )

    def turn_workers(self, turn: Callable[[WorkerControl], str]) -> str:
        """What `turn` has done or asked, or why there are no workers to do it to, for ever or until the run is up."""
        stage = self.stage
        if stage.worker_kind is not WorkerKind.PROCESSES:
            return f"{stage.name} has {stage.worker_kind.value}: try asyncdemo run {with_reserved_workers()}"
        return turn(self.live.workers) if self.live is not None else NOT_YET.format("the workers are")

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
        name = self.selected
        if not name:
            return "select a worker first, with the arrow keys"
        return self.ask(f"{what.capitalize()} {name}?", lambda: do(name))

    def kill(self, workers: WorkerControl) -> str:
        """End a worker in the middle of things."""
        return self.ask_about("kill", lambda name: signalled(workers, name, signal.SIGKILL, "killed"))

    def restart(self, workers: WorkerControl) -> str:
        """Start a worker anew."""
        return self.ask_about("restart", workers.restart_worker)

    def freeze(self, workers: WorkerControl) -> str:
        """Stop a worker in the middle of things, or let it go on."""
        if self.selected in workers.frozen:
            return self.ask_about("thaw", lambda name: signalled(workers, name, signal.SIGCONT, "goes on"))
        return self.ask_about("freeze", lambda name: signalled(workers, name, signal.SIGSTOP, "is frozen"))

    def redis(self, workers: WorkerControl) -> str:
        """Stop Redis, or start it again."""
        return self.ask("Stop or restart Redis? What is queued is lost.", workers.toggle_redis)


def signalled(workers: WorkerControl, name: str, number: signal.Signals, done: str) -> str:
    """What a signal to a worker has done."""
    return f"{name} {done}" if workers.send_signal(name, number) else f"{name} is not there"


def open_screen(controls: RunControls, now: Callable[[], float], pressed: "SimpleQueue[str]") -> Screen:
    """The screen of a run; the keys come through `pressed`."""
    run, state = controls.run, controls.state
    return Screen(controls, now, lambda: state, Console(), pressed, lambda: run.stop(OUTPUT_GONE))
