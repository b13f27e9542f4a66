"""The terminal's screen: draws the panels four times a second, between the keys that are pressed."""

import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from rich.console import Console
from rich.control import Control

from ..base.errors import OutputError
from ..known.state import State
from .panels import KEYS_OF_A_RUN, Drawing, View, help_screen, render, with_foot
from .terminal import held

FRAME_S = 0.25
ENTER = f"{Control.alt_screen(True)}{Control.show_cursor(False)}"
LEAVE = f"{Control.show_cursor(True)}{Control.alt_screen(False)}"


@dataclass(kw_only=True)
class Controls:
    """What the keys have set. Whoever has keys of his own says what they do in `do`."""

    selected: str = ""
    """Process of the selected worker."""
    paused: bool = False
    helping: bool = False
    message: str = ""
    """What the last key has done, or a question."""
    mark: str = ""
    """A word at the head of the screen."""
    holds_picture: bool = True
    """Whether a pause holds the picture; where it holds time itself, the picture may go on."""
    foot: str = "h hello  w W reserved worker  + - general  space pause  ? keys  q quit"
    keys: tuple[tuple[str, str], ...] = KEYS_OF_A_RUN

    def press(self, key: str) -> None:
        """Do what a key says, whatever it means here; one that says nothing does nothing."""
        if self.helping:
            self.helping = False
        elif key == "?":
            self.helping = True
        elif key == " ":
            self.paused, self.message = not self.paused, ""
        else:
            self.do(key)

    def do(self, key: str) -> None:
        """What any other key says."""
        raise NotImplementedError


class Screen:
    """Draws on the terminal's alternate screen; `tick` must be called often."""

    def __init__(
        self,
        controls: Controls,
        now: Callable[[], float],
        state: Callable[[], State],
        console: Console,
        pressed: "SimpleQueue[str]",
        on_gone: Callable[[], None] = lambda: None,
        picture: Callable[[State, float, View], Drawing] = render,
    ) -> None:
        self._render = picture
        self._pressed, self._on_gone, self._gone = pressed, on_gone, False
        self._controls, self._now, self._state, self._console = controls, now, state, console
        self._drawn_at = -FRAME_S
        self._here: Callable[[], bool] = lambda: True
        """Whether the terminal is."""
        self._until_the_end = ExitStack()
        self._held: Drawing | None = None
        """The picture that a pause holds."""

    def __enter__(self) -> "Screen":
        self._here = self._until_the_end.enter_context(held(self._enter, self._leave))
        return self

    def __exit__(self, *exception: object) -> None:
        self._until_the_end.close()

    # Both come in the middle of anything, where what Rich is at would take them in: so, not through Rich.

    def _enter(self) -> None:
        self._drawn_at = -FRAME_S
        self._or_gone(lambda: write(ENTER))

    def _leave(self) -> None:
        self._or_gone(lambda: write(LEAVE))

    def _or_gone(self, write: Callable[[], None]) -> None:
        """Write to the terminal; when its window has been closed, say so once, and be silent from then on."""
        if self._gone:
            return
        try:
            write()
        except (OSError, OutputError):
            self._gone = True
            self._on_gone()

    def tick(self) -> None:
        """Do what was pressed, and draw if it is time to."""
        pressed = False
        try:
            while True:
                self._controls.press(self._pressed.get_nowait())
                pressed = True
        except Empty:
            pass
        now = time.monotonic()
        if (pressed or now - self._drawn_at >= FRAME_S) and self._here():
            self._drawn_at = now
            self._or_gone(self._draw)

    def _draw(self) -> None:
        controls, size = self._controls, self._console.size
        if controls.helping:
            self._show(help_screen(controls.keys, size.width, size.height))
            return
        view = View(
            size.width,
            size.height,
            colour=not self._console.no_color,
            paused=controls.paused,
            selected=controls.selected,
            message=controls.message,
            mark=controls.mark,
            keys=controls.foot,
        )
        self._show(self._picture(view))

    def _show(self, drawing: Drawing) -> None:
        """Write a drawing over the last one; not through Rich's Live, which would measure it all again."""
        self._console.control(Control.home())
        self._console.print(drawing, end="", crop=False, no_wrap=True)

    def _picture(self, view: View) -> Drawing:
        """The screen of now; while it is held, that of when it began to be, under the foot of now."""
        hold = view.paused and self._controls.holds_picture
        if hold and self._held is not None and self._held.size == (view.width, view.height):
            return with_foot(self._held, view)
        picture = self._render(self._state(), self._now(), view)
        self._held = picture if hold else None
        return picture


def write(text: str) -> None:
    """To the terminal, at once."""
    os.write(sys.stdout.fileno(), text.encode())
