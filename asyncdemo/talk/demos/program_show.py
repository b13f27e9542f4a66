"""A program that is not asyncdemo, in a slide: the last lines that it says. Only after `--allow-exec`."""

import os
import shlex
import time
from collections import deque
from pathlib import Path
from queue import Empty, SimpleQueue

from ...base.errors import StartError
from ...base.installation import environment_of_ours
from ...deck.deck import Demo, whole
from ...events.events import Event, Printed, ProcessEnded
from ...running.plan import Command
from ...running.processes import Processes
from ...running.run_folder import RunFolder
from ...showing.panels import Drawing
from ...showing.panels.lines import Line, box, plain
from ...showing.panels.style import STRONG
from .show import Show

NAME = "demo"
TICK_S = 0.05
LINES = 200


class ProgramShow(Show):
    """Runs a script in the deck's folder, in a group of processes that a guard ends with us, however we end."""

    takes_keys = False

    def __init__(self, demo: Demo, folder: Path) -> None:
        super().__init__()
        self._demo, self._folder = demo, folder
        self._lines: deque[str] = deque(maxlen=LINES)
        self._said = "runs"
        self._unseen = False
        """Whether there are lines that nobody has been told of."""

    @property
    def drawing(self) -> Drawing:
        width, height = self._size
        lines: list[Line] = [plain(line) for line in list(self._lines)[-(height - 3) :]]
        title: Line = [*plain(self._demo.text, STRONG), *plain(f": {self._said}")]
        return Drawing([*box(title, lines, width, height - 1), plain("")], self._size)

    def play(self) -> None:
        inbox: SimpleQueue[Event] = SimpleQueue()
        folder = RunFolder.create()
        theirs = os.environ | environment_of_ours()  # it is the speaker's own program
        processes = Processes(folder, theirs, inbox.put, time.monotonic)
        try:
            processes.start(Command(NAME, command_line(self._demo), {}, self._folder))
            code = self._listen(inbox)
        finally:
            folder.close()
            processes.join(1.0)
        if code:
            raise StartError(f"{self._demo.command[0]} ended with code {code}")
        self._said = "has ended" if code == 0 else "was ended"

    def _listen(self, inbox: "SimpleQueue[Event]") -> int | None:
        """Take in its lines until it ends: its exit code, or None when it is to be ended."""
        while not self.stopping.is_set():
            try:
                event = inbox.get(timeout=TICK_S)
            except Empty:
                if self._unseen:
                    self._unseen = False
                    self.changed()
                continue
            if isinstance(event, Printed):
                self._lines.append(event.line)
                self._unseen = True
            elif isinstance(event, ProcessEnded):
                return event.code
        return None


def command_line(demo: Demo) -> str:
    """What runs a script, in the shell that it is written for. The keys are the speaker's: it reads nothing."""
    return f"{shlex.join(['exec', demo.shell, '-c', whole(demo.script)])} </dev/null"
