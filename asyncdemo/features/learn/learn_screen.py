"""A course on a screen of its own: keys are read, what they ask for is done, and the lesson is drawn."""

import sys
import time
from queue import SimpleQueue

from ...base.output import OUTPUT_GONE
from ...known.state import State
from ...running.signals import signals
from ...running.starting import Interrupted
from ...showing.console import console_for
from ...showing.screen import Screen
from ...showing.terminal import keys
from .desk import Desk, Phase
from .editor import edit
from .learn_keys import controls_of

TICK_S = 0.05
"""While nothing runs: how long a key may have to wait."""
LOOK_S = 0.5
"""From one look at the files of a copy to the next."""


class LearnScreen:
    """The screen of a desk, until somebody leaves it."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.controls = desk, controls_of(desk)
        self._ended: int | None = None
        """The exit code, if a signal has asked for the end."""
        self._looked_at = 0.0

    def play(self) -> int:
        """From the lesson that is open on: the exit code. Raises StartError where nothing can be kept."""
        with signals(self.stop):
            while not self._is_over:
                self._on_screen()
                if self.controls.wanted == "edit":
                    self._edit()
        return self._ended or 0

    def stop(self, exit_code: int = 0) -> None:
        """Ask for the end. From a signal, too."""
        self._ended = exit_code if self._ended is None else self._ended
        self.desk.stop(exit_code)

    @property
    def _is_over(self) -> bool:
        return self._ended is not None or self.controls.wanted == "leave"

    def _on_screen(self) -> None:
        """Until the terminal is wanted for something else, or all is over."""
        pressed: SimpleQueue[str] = SimpleQueue()
        screen = Screen(
            self.controls,
            time.monotonic,
            State,
            console_for(sys.stdout),
            pressed,
            lambda: self.stop(OUTPUT_GONE),
            picture=lambda state, now, view: self.controls.picture(view),
        )
        with keys(pressed.put), screen:
            while not self._is_over and self.controls.wanted != "edit":
                screen.tick()
                self._do_wanted(screen)
                time.sleep(TICK_S)

    def _do_wanted(self, screen: Screen) -> None:
        """Run, or check, if a key or a file that was saved asks for it."""
        if not self.controls.wanted and self._saved():
            self.controls.wanted = "check"
        wanted = self.controls.wanted
        if wanted not in ("run", "check"):
            return
        self.controls.wanted = ""
        try:
            (self.desk.run if wanted == "run" else self.desk.check)(screen.tick)
        except Interrupted:
            self.controls.say("stopped")
        self.controls.question = None
        self.controls.typed = self.controls.typed if self.desk.phase is Phase.QUESTION else ""
        self.controls.put_away()

    def _saved(self) -> bool:
        """Whether something was saved in the copy that is on the desk."""
        now = time.monotonic()
        if now - self._looked_at < LOOK_S:
            return False
        self._looked_at = now
        return self.desk.saved()

    def _edit(self) -> None:
        """Outside of the screen: it is on again when the editor has ended."""
        self.controls.wanted = ""
        exercise = self.desk.lesson.exercise
        if exercise is not None:
            self.desk.note = edit(self.desk.session.folder / exercise.opens, self.stop)
