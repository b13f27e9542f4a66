"""The processes of a run: honcho starts and reads them, we watch over them.

honcho is a command, and its `Process` not documented. It runs a shell line in a session of its own, and puts messages
into a queue, whose `type`, `name` and `data` are read here: `start` with a pid, `line` with bytes, `stop` with a
returncode. Were they others, no process of a run would be seen to start.
"""

import signal
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from honcho.process import Process

from ..base.errors import StartError
from ..base.installation import environment_of_ours
from ..base.text import printable, without_passwords
from ..events.events import Event, Frozen, Printed, ProcessEnded, ProcessStarted
from ..known.tracebacks import Tracebacks
from . import guard
from .plan import Command
from .run_folder import RunFolder

START_LIMIT_S = 20.0
"""When nothing has died and nothing answers: a machine that is far too slow."""
LAST_LINES = 12
"""How many lines of a process are kept, to be shown if it dies."""
NOT_STARTED = 126
"""The exit code of a command that is there and cannot be run, as a shell has it (POSIX, 2.8.2)."""
LONGEST_LINE = 1000
"""Characters: the path of a file in a traceback, and the number of the line after it, are in it whole."""


class Processes:
    """Starts processes in groups of their own and turns what they do into events.

    `own` is the folder of the stage's code, if there is a stage. `base` is the environment of its processes, if that
    is another than a stage has.
    """

    def __init__(
        self,
        folder: RunFolder,
        env: dict[str, str],
        on_event: Callable[[Event], None],
        now: Callable[[], float],
        own: str = "",
        base: dict[str, str] | None = None,
    ):
        self.last_lines: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=LAST_LINES))
        """Process -> what it said last; of a traceback, the way through the stage's own code and the error."""
        self._own, self._tracebacks = own, Tracebacks()
        self.pids: dict[str, int] = {}
        """Running process -> its process id, which is its group's too."""
        self._folder = folder
        ours = environment_of_ours() | {"PYTHON": str(folder.python)}
        self._env = (ours if base is None else base) | env | {"ASYNCDEMO_RUN": str(folder.path)}
        self._on_event = on_event
        self._now = now
        self._threads: dict[str, threading.Thread] = {}
        """Process -> who starts it, reads it and waits for its end."""
        self._last: set[str] = set()
        """Those that are stopped only when the others are gone."""
        self._starting: set[str] = set()
        self._started = threading.Condition()

    @property
    def there(self) -> set[str]:
        """The processes that run, or are about to."""
        return set(self._starting) | set(self.pids)

    def start(self, command: Command, *, last_to_stop: bool = False) -> None:
        """Start one process, as soon as an earlier one of its name is over; nothing if it is about to start.

        With `last_to_stop` it is stopped only when the others are gone.
        """
        line = guard.register("servers" if last_to_stop else "groups") + command.line
        process = Process(line, name=command.name, env=self._env | command.env, cwd=str(command.folder))
        if command.name in self._starting:
            return
        earlier = self._threads.get(command.name)
        thread = threading.Thread(target=self._run, args=(process, earlier), daemon=True, name=command.name)
        self._last |= {command.name} if last_to_stop else set()
        self._starting.add(command.name)
        try:
            thread.start()
        except RuntimeError:  # there is no room for it
            self._is_starting_no_more(command.name)
            raise
        self._threads[command.name] = thread

    def wait_for_starts(self) -> None:
        """Return when every process that is about to start runs, or could not be started."""
        with self._started:
            self._started.wait_for(lambda: not self._starting)

    def _is_starting_no_more(self, name: str) -> None:
        with self._started:
            self._starting.discard(name)
            self._started.notify_all()

    def _run(self, process: Process, earlier: threading.Thread | None) -> None:
        if earlier is not None:
            earlier.join()
        try:
            process.run(Inbox(self._receive))
        except OSError as error:
            self._not_started(process.name, error)

    def _not_started(self, name: str, error: OSError) -> None:
        """It could not be forked, or its folder is gone: as one that has said so, and ended."""
        self._is_starting_no_more(name)
        t, line = self._now(), printable(f"not started: {error}")
        self.last_lines[name].append(line)
        self._on_event(Printed(t=t, process=name, line=line))
        self._on_event(ProcessEnded(t=t, process=name, code=NOT_STARTED))

    def serves_nothing(self, name: str) -> str:
        """With what the server in a process has died, though it is there; empty while nothing is known of that."""
        return self._tracebacks.serves_nothing.get(name, "")

    def kill_the_last(self, needless: set[str]) -> None:
        """Kill these, if no others are there but those that are stopped last."""
        if (self.there - self._last) <= needless:
            for name in needless:
                if (group := self.pids.get(name)) is not None:
                    guard.kill(group, signal.SIGKILL)

    def froze(self, name: str, frozen: bool) -> None:
        """Tell that one was stopped in the middle of things, or goes on."""
        self._on_event(Frozen(t=self._now(), process=name, frozen=frozen))

    def join(self, timeout_s: float) -> None:
        """Wait until all output has been read; so long for all of it together."""
        end = time.monotonic() + timeout_s
        for thread in self._threads.values():
            thread.join(max(0.0, end - time.monotonic()))

    def _receive(self, message: Any) -> None:
        """A message of honcho's: start, line or stop."""
        name, t = message.name, self._now()
        if message.type == "start":
            self.pids[name] = message.data["pid"]
            self._is_starting_no_more(name)
            self._on_event(ProcessStarted(t=t, process=name, pid=message.data["pid"]))
        elif message.type == "stop":
            guard.forget(self._folder.path, self.pids.pop(name))
            self._on_event(ProcessEnded(t=t, process=name, code=message.data["returncode"]))
        else:
            words = without_passwords(message.data.decode("utf-8", "replace").rstrip("\r\n"))
            line = printable(words, LONGEST_LINE)
            self.last_lines[name].extend(self._tracebacks.take(name, line, self._own) if self._own else [line])
            self._on_event(Printed(t=t, process=name, line=line))


class Inbox:
    """What honcho takes for a queue: whatever is put into it is handled at once."""

    def __init__(self, put: Callable[[Any], None]) -> None:
        self.put = put


class NotReady(StartError):
    """It took longer than it may."""


def wait_until(
    ready: Callable[[], bool],
    what: str,
    look: Callable[[], None],
    limit_s: float,
    excused: Callable[[], bool] = lambda: False,
) -> None:
    """Wait until `ready()`: `look` lasts a moment, and raises for what cannot become ready any more. While it is
    `excused`, it may take as long as it likes.

    Raises NotReady, naming what was not ready after so many seconds.
    """
    deadline = time.monotonic() + limit_s
    while not ready():
        look()
        if time.monotonic() > deadline and not excused():
            raise NotReady(f"{what} was not ready within {limit_s:g} s. Is the machine very busy? Try again.")
