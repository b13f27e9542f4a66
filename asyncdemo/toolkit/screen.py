"""The terminal's screen: draws the panels four times a second, between the keys that are pressed."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from rich.console import Console
from rich.control import Control

from .panels import KEYS_OF_A_RUN, Drawing, View, help_screen, render, with_foot
from .state import State

FRAME_S = 0.25


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
        self._held: Drawing | None = None
        """The picture that a pause holds."""

    def __enter__(self) -> "Screen":
        self._console.set_alt_screen(True)
        self._console.show_cursor(False)
        return self

    def __exit__(self, *exception: object) -> None:
        self._or_gone(self._leave)

    def _leave(self) -> None:
        self._console.show_cursor(True)
        self._console.set_alt_screen(False)

    def _or_gone(self, write: Callable[[], None]) -> None:
        """Write to the terminal; when its window has been closed, say so once, and be silent from then on."""
        if self._gone:
            return
        try:
            write()
        except OSError:
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
        if pressed or now - self._drawn_at >= FRAME_S:
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
