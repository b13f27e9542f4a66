"""What the keys of a run do."""

import itertools
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue

from ...base.errors import CannotTurnError
from ...base.output import OUTPUT_GONE
from ...base.text import counted
from ...events.stage import StageEntry
from ...known.state import State
from ...load.process import LoadProcess
from ...load.visitor import NAMES, say_hello
from ...running.live_run import LiveRun
from ...running.run import Run
from ...showing.console import console_for
from ...showing.lines.run_words import died_text, dies_with
from ...showing.panels import FOOT_OF_A_PROJECT, FOOT_OF_A_RUN, KEYS_OF_A_PROJECT, KEYS_OF_A_RUN, Keys
from ...showing.screen import QUIT, YES, Controls, Question, Screen
from ...stages.catalogue import with_reserved_workers

RAISED_S = 60.0
"""How long it is told what the stage's own code has raised, when that is not raised any more: a panel's window."""
NO_LOAD = "there is no load: start the run with --hammer 1"
NOT_YET = "not yet: {} not there before the header says up"
PAGE, LOAD, WORKER, MORE, RESERVED, REDIS = "page", "load", "worker process", "worker", "reserved worker", "Redis"
"""What a key may turn."""
TURNS = {
    **dict.fromkeys(("h",), PAGE),
    **dict.fromkeys(("<", ">"), LOAD),
    **dict.fromkeys(("up", "down", "K", "R", "Z"), WORKER),
    **dict.fromkeys(("+", "-"), MORE),
    **dict.fromkeys(("w", "W"), RESERVED),
    **dict.fromkeys(("X",), REDIS),
}
"""Key -> what it turns."""
NOT_OF_A_PROJECT = {
    WORKER: "there is no process here but the one that serves the page",
    MORE: "how many workers there are is for its Procfile, or its server's options, to say",
    RESERVED: "which worker takes what is for its Procfile, or its settings, to say",
    REDIS: "whatever Redis it uses is not the run's own, and is left alone",
}
"""Why a key has nothing to turn in a project of the user's."""


@dataclass
class RunControls(Controls):
    """The keys of a run. Each action returns what it has done, for the line at the foot; nothing if it asks first."""

    run: Run
    state: State
    live: LiveRun | None = None
    """The run, once it is up: most keys have nothing to turn before."""
    load_process: LoadProcess | None = None
    """Of the load, if the run has one."""
    _names: "itertools.cycle[str]" = field(default_factory=lambda: itertools.cycle(NAMES))
    _stopping: bool = field(default=False, init=False)
    _raised: int = field(default=0, init=False)
    """How often the stage's own code had raised something when it was looked at last."""
    _told: str = field(default="", init=False)
    """What is told of it, or was told last."""
    _raised_at: float = field(default=0.0, init=False)
    """When it was raised last, on the controls' clock."""
    _died: str = field(default="", init=False)
    """What was told of a server that serves nothing."""
    _refused: tuple[str, str] = field(default=("", ""), init=False)
    """The key that could do nothing when it was pressed, and why."""

    def look(self) -> None:
        """Tell of what the stage's own code has raised, if it is news, or what has come of a hello of ours."""
        before, self._died = self._died, died_text(self.state) if self.state.serves_nothing else ""
        if self._died != before:
            self._tell_death(before)
            return
        tracebacks = self.state.tracebacks
        raised, self._raised = self._raised, tracebacks.counts.total()
        if self._raised > raised:
            self._raised_at = self.clock()
            if tracebacks.last != self._told:
                self._told = tracebacks.last
                self.complain(self._told)
        elif self._told and self.clock() - self._raised_at > RAISED_S:
            if self.message == self._told:
                self.say("")
            self._told = ""

    def _tell_death(self, before: str) -> None:
        """That the server has died, of whatever it has raised, or is there again."""
        self._told, self._raised = self.state.tracebacks.last, self.state.tracebacks.counts.total()
        if self._died:
            self.complain(self._died)
        elif self.message == before:
            self.say("it is mended")

    def press(self, key: str) -> None:
        if not self._stopping:  # whatever is typed then was not meant for the run
            super().press(key)

    def do(self, key: str) -> None:
        if key not in self.actions:
            return
        if obstacle := self.obstacle(key):
            self._refused = key, obstacle
            raise CannotTurnError(obstacle)
        self.say(self.actions[key]() or "")

    @property
    def said(self) -> tuple[str, bool]:
        key, why = self._refused
        if why and self.message == why != self.obstacle(key):  # it is not so any more
            self.say("")
        return super().said

    @property
    def stage(self) -> StageEntry:
        """What it is a run of, as it was asked for."""
        return self.run.options.stage.with_choices(self.run.options.choices)

    @property
    def keys_in_short(self) -> str:
        foot = FOOT_OF_A_PROJECT if self.stage.own else FOOT_OF_A_RUN
        return "  ".join(words for key, words in foot if self.works(key))

    @property
    def keys_explained(self) -> Keys:
        every = KEYS_OF_A_PROJECT if self.stage.own else KEYS_OF_A_RUN
        return tuple((keys, words) for keys, words in every if self.works(keys.split()[0]))

    def works(self, key: str) -> bool:
        """Whether it does something here and now."""
        return not self.obstacle(key)

    def obstacle(self, key: str) -> str:
        """Why a key can do nothing, for ever or until the run is up; empty if it can."""
        what = TURNS.get(key)
        if what is None:
            return ""
        if missing := self.missing(what):
            return f"{key}: {missing}"
        if self.live is None:
            return NOT_YET.format({PAGE: "the page is", LOAD: "a load is"}.get(what, "the workers are"))
        return ""

    def missing(self, what: str) -> str:
        """Why this run will never have something that keys turn; empty if it has it."""
        stage = self.stage
        if what == LOAD:
            over = "the load is over" if self.state.load.over_for_visitors else ""
            return over if self.load_process is not None or self.live is None else NO_LOAD
        if stage.own and what != PAGE:
            return "" if what == WORKER and self.run.options.others else NOT_OF_A_PROJECT[what]
        if what == REDIS and stage.broker and not self.run.options.needs_own_redis:
            return "this Redis is not the run's own, and is left alone"
        workers = {WORKER: stage.general, MORE: stage.general, RESERVED: stage.reserved}
        if {PAGE: stage.page, REDIS: stage.broker, **workers}[what]:
            return ""
        what = WORKER if what == MORE else what
        return f"there is no {what} here; try asyncdemo run {with_reserved_workers().name}"

    @property
    def actions(self) -> dict[str, Callable[[], str | None]]:
        """Key -> what it does."""
        return {
            "h": self.hello,
            "q": self.quit,
            "Q": self.quit,
            "w": lambda: self.add(self.stage.reserved),
            "W": lambda: self.remove(self.stage.reserved),
            "+": lambda: self.add(self.stage.general),
            "-": lambda: self.remove(self.stage.general),
            "<": lambda: self.turn(-1),
            ">": lambda: self.turn(1),
            "up": lambda: self.select(-1),
            "down": lambda: self.select(1),
            "K": self.kill,
            "R": self.restart,
            "Z": self.freeze,
            "X": self.redis,
        }

    @property
    def up(self) -> LiveRun:
        """What the keys turn. Raises CannotTurnError before it is there."""
        if self.live is None:
            raise CannotTurnError(NOT_YET.format("the run is"))
        return self.live

    def hello(self) -> str:
        """A visitor, with a fresh name."""
        name, self._told = next(self._names), ""
        threading.Thread(target=say_hello, args=(self.up.url, name, self.stage.parameter), daemon=True).start()
        return f"hello, {name}" if self.stage.parameter else f"a visitor comes to {self.stage.page}"

    def quit(self) -> str | None:
        """End the run; ask first while something would be lost, or left undone."""
        if not self.unfinished:
            return self.stop()
        self.ask(lambda: f"Quit? {self.would_be_lost}", self.stop, QUIT)
        return None

    @property
    def would_be_lost(self) -> str:
        """What nobody will do any more; in a database of the user's too, since a run's tables go with it."""
        if not self.unfinished:
            return "Nothing is left to be done."
        if self.stage.own:
            return f"Not done yet: {counted(self.unfinished, 'task')}."
        what, becomes = ("task", "would not be done") if self.stage.tasks else ("notification", "would be lost")
        lost = f"{counted(self.unfinished, what)} {becomes}"
        return f"{lost}: its tables in your database go with it." if self.run.options.database_url else f"{lost}."

    @property
    def unfinished(self) -> int:
        """Notifications that would be lost if it ended now."""
        books = self.state.books
        given_out_again = books.held if self.stage.held_s is not None else 0
        return books.running + books.queued + given_out_again

    def stop(self) -> str:
        """End the run."""
        self._stopping = True
        self.run.stop()
        return "stopping"

    def add(self, kind: str) -> str:
        """One more worker."""
        return self.up.workers.add_worker(kind)

    def remove(self, kind: str) -> str:
        """One worker less."""
        return self.up.workers.remove_worker(kind)

    def turn(self, step: int) -> str:
        """Lower or raise the rate of the load."""
        if self.load_process is None:
            raise CannotTurnError(NO_LOAD)
        return self.load_process.step(step)

    def select(self, step: int) -> str:
        """The worker above or below; one of a project of the user's may have done nothing yet, and have no row."""
        rows = list(dict.fromkeys(row.process for row in self.state.workers.rows()))
        names = self.run.options.others if self.stage.own else rows
        if names:
            at = names.index(self.selected) + step if self.selected in names else 0
            self.selected = names[at % len(names)]
        return f"{self.selected} is selected" if self.selected and self.selected not in rows else ""

    def ask(self, words: Callable[[], str], do: Callable[[], str], yes: tuple[str, ...] = YES) -> None:
        """Ask; `do` it on a key that means `yes`."""
        self.question = Question(words, do, yes)

    def ask_about(self, what: str, do: Callable[[str], str], kills: bool = False, living: bool = True) -> None:
        """Ask whether to do something to the selected worker; if that `kills` it, say what becomes of its work.

        Raises CannotTurnError where none is selected, or one that is not there, for what only a `living` one can bear.
        """
        name = self.selected
        if not name:
            raise CannotTurnError(f"{what} which? Select a worker first, with the arrow keys")
        if living and not self.up.workers.is_there(name):
            raise CannotTurnError(f"{name} is not there: R starts it again")
        self.ask(lambda: f"{what} {name}?{self.dies_with(name) if kills else ''}", lambda: do(name))

    def dies_with(self, name: str) -> str:
        """What becomes of the work of a worker, were it killed now; and on what that would leave its marks."""
        elsewhere = self.up.elsewhere if self.stage.own else []
        works_with = f" It works with its {' and its '.join(elsewhere)}." if elsewhere else ""
        return f"{dies_with(self.state, name)}{works_with}"

    def kill(self) -> None:
        """End a worker in the middle of things."""
        self.ask_about("Kill", lambda name: self.signal(name, signal.SIGKILL, "killed"), kills=True)

    def restart(self) -> None:
        """Start a worker anew."""
        self.ask_about("Restart", self.up.workers.restart_worker, kills=True, living=False)

    def freeze(self) -> None:
        """Stop a worker in the middle of things, or let it go on."""
        if self.selected in self.up.workers.frozen:
            self.ask_about("Thaw", lambda name: self.signal(name, signal.SIGCONT, "goes on"))
        else:
            self.ask_about("Freeze", lambda name: self.signal(name, signal.SIGSTOP, "is frozen"))

    def signal(self, name: str, number: signal.Signals, done: str) -> str:
        """What a signal to a worker has done."""
        if not self.up.workers.send_signal(name, number):
            raise CannotTurnError(f"{name} is not there")
        return f"{name} {done}"

    def redis(self) -> None:
        """Stop Redis, or start it again, whichever it is that can be done."""
        if self.up.workers.redis_runs:
            self.ask(lambda: "Stop Redis? What is queued is lost.", self.stop_redis)
        else:
            self.ask(lambda: "Start Redis again? Its channels are empty then.", self.up.workers.restart_redis)

    def stop_redis(self) -> str:
        """Stop it in the middle of things."""
        return self.up.workers.stop_redis()


def open_screen(controls: RunControls, now: Callable[[], float], pressed: "SimpleQueue[str]") -> Screen:
    """The screen of a run; the keys come through `pressed`."""
    run, state = controls.run, controls.state
    return Screen(controls, now, lambda: state, console_for(sys.stdout), pressed, lambda: run.stop(OUTPUT_GONE))
