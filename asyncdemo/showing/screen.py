"""The terminal's screen: draws the panels four times a second, between the keys that are pressed.

Of a picture, the rows are written that are others than before; all of them after a key, and every few seconds: another
program may have written over them.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import inf
from queue import Empty, SimpleQueue

from rich.console import Console, ConsoleOptions
from rich.control import Control
from rich.segment import Segment

from ..base.errors import CannotTurnError, OutputError, no_room_text
from ..base.output import as_picture
from ..base.unread import writing
from ..known.state import State
from .panels import Drawing, Keys, View, help_screen, render, with_foot
from .terminal import held

FRAME_S = 0.25
WHOLE_S = 5.0
"""From one picture that is written as a whole to the next."""
NEWS_S = 4.0
"""How long it is told what a key has done."""
PASTE_IS_NO_KEY, PASTE_IS_KEYS = "\x1b[?2004h", "\x1b[?2004l"
"""xterm's bracketed paste: a text that is pasted comes between two marks."""
ENTER = f"{Control.alt_screen(True)}{Control.show_cursor(False)}{PASTE_IS_NO_KEY}"
LEAVE = f"{PASTE_IS_KEYS}{Control.show_cursor(True)}{Control.alt_screen(False)}"


NO_KEY = ""
"""Pressed where whoever had the keys has them no more: it closes what any key closes, and does nothing else."""
YES = ("y",)
QUIT = ("y", "q")
"""The keys that mean yes: who asks to quit twice, means it."""


def yes_or_no(yes: tuple[str, ...]) -> str:
    """The end of a question."""
    return f"{' or '.join(yes)} yes, others no"


@dataclass(frozen=True)
class Question:
    """What is asked before something is done that cannot be undone."""

    words: Callable[[], str]
    """At this moment: what it is about may change while it is asked."""
    do: Callable[[], str]
    """Returns what it has done."""
    yes: tuple[str, ...] = YES
    """The keys that mean yes; any other means no."""

    def __str__(self) -> str:
        return f"{self.words()}  {yes_or_no(self.yes)}"


@dataclass(kw_only=True)
class Controls:
    """What the keys have set. Whoever has keys of his own says what they do in `do`."""

    selected: str = ""
    """Process of the selected worker, or number of the selected lane."""
    opened: bool = False
    """Whether the selected lane is seen by itself, with all its panels."""
    paused: bool = False
    helping: bool = False
    message: str = ""
    """What the last key has done, or why it could not."""
    loud: bool = False
    """Whether that is a problem."""
    stays: bool = False
    """Whether it stays until the next key; what a key has done, or could not, goes by itself."""
    question: Question | None = None
    """What is asked, in the place of any message."""
    mark: str = ""
    """A word at the head of the screen."""
    holds_picture: bool = True
    """Whether a pause holds the picture; where it holds time itself, the picture may go on."""
    foot: str = ""
    """The keys, in short, two blanks between them; help and the end are the last."""
    keys: Keys = ()
    clock: Callable[[], float] = time.monotonic
    """In seconds, from whenever."""
    _said_at: float = field(default=0.0, init=False)

    def press(self, key: str) -> None:
        """Do what a key says, whatever it means here; one that says nothing does nothing."""
        question, self.question = self.question, None
        self.say("")
        try:
            if question is not None:
                self.answer(question, key)
            elif self.helping:
                self.helping = False
            elif key == "?":
                self.helping = True
            elif key == " ":
                self.paused = not self.paused
            else:
                self.do(key)
        except CannotTurnError as error:
            self.refuse(str(error))
        except (OSError, RuntimeError) as error:
            if not (why := no_room_text(error)):
                raise
            self.refuse(why)

    def answer(self, question: Question, key: str) -> None:
        """Do what was asked, or not."""
        if key.lower() in question.yes:
            self.say(question.do())

    def do(self, key: str) -> None:
        """What any other key says. Raises CannotTurnError, which is told, for what cannot be done."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        """Tell what was done, for a while."""
        self.message, self.loud, self.stays, self._said_at = text, False, False, self.clock()

    def refuse(self, text: str) -> None:
        """Tell why a key has done nothing, for a while: it was so when it was pressed."""
        self.say(text)
        self.loud = True

    def complain(self, text: str) -> None:
        """Tell of a problem, until a key is pressed."""
        self.message, self.loud, self.stays = text, True, True

    @property
    def said(self) -> tuple[str, bool]:
        """What is to be told now, and whether it is loud."""
        if self.question is not None:
            return str(self.question), True
        over = not self.stays and self.clock() - self._said_at > NEWS_S
        return ("", False) if over else (self.message, self.loud)

    @property
    def keys_in_short(self) -> str:
        """What the foot says of the keys that do something now."""
        return self.foot

    @property
    def keys_explained(self) -> Keys:
        """What the page of the keys says of them."""
        return self.keys


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
        self._drawn_at = self._whole_at = -inf
        self._drawn: Drawing | None = None
        """What is on the screen."""
        self._here: Callable[[], bool] = lambda: True
        """Whether the terminal is."""
        self._until_the_end = ExitStack()
        self._held: Drawing | None = None
        """The picture that a pause holds."""

    def __enter__(self) -> "Screen":
        self._until_the_end.enter_context(as_picture())
        self._here = self._until_the_end.enter_context(held(self._enter, self._leave))
        return self

    def __exit__(self, *exception: object) -> None:
        self._until_the_end.close()

    # Both come in the middle of anything, where what Rich is at would take them in: so, not through Rich.

    def _enter(self) -> None:
        self._drawn_at = self._whole_at = -inf
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
            if pressed or now - self._whole_at >= WHOLE_S:
                self._whole_at, self._drawn = now, None
            self._or_gone(self._draw)

    def _draw(self) -> None:
        controls, size = self._controls, self._console.size
        if controls.helping:
            self._show(help_screen(controls.keys_explained, size.width, size.height))
            return
        message, loud = controls.said
        view = View(
            size.width,
            size.height,
            colour=not self._console.no_color,
            paused=controls.paused,
            selected=controls.selected,
            opened=controls.opened,
            message=message,
            loud=loud,
            mark=controls.mark,
            keys=controls.keys_in_short,
        )
        self._show(self._picture(view))

    def _show(self, drawing: Drawing) -> None:
        """Write a drawing over the last one; not through Rich's Live, which would measure it all again."""
        changed = drawing if self._drawn is None else Changed(drawing, self._drawn)
        self._drawn = drawing
        self._console.control(Control.home())
        self._console.print(changed, end="", crop=False, no_wrap=True)

    def _picture(self, view: View) -> Drawing:
        """The screen of now; while it is held, that of when it began to be, under the foot of now."""
        hold = view.paused and self._controls.holds_picture
        if hold and self._held is not None and self._held.size == (view.width, view.height):
            return with_foot(self._held, view)
        picture = self._render(self._state(), self._now(), view)
        self._held = picture if hold else None
        return picture


@dataclass(frozen=True)
class Changed:
    """The rows of a drawing that are others than those of the one before; all of them where they are more or fewer."""

    drawing: Drawing
    before: Drawing

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment | Drawing]:
        if len(self.drawing.lines) != len(self.before.lines):
            yield self.drawing
            return
        for row, (line, old) in enumerate(zip(self.drawing.lines, self.before.lines, strict=True)):
            if line != old:
                yield Control.move_to(0, row).segment
                yield from (Segment(text, style) for text, style in line)


def write(text: str) -> None:
    """To the terminal, at once, all of it: a signal in the middle of it ends a write with a part."""
    rest = text.encode()
    with writing(sys.stdout):
        while rest:
            rest = rest[os.write(sys.stdout.fileno(), rest) :]
