"""The speaker's own terminal: notes, what comes next, and the clock. It follows the presenter."""

import shlex
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit

from rich.console import Console
from rich.control import Control
from rich.style import Style

from ...base.addresses import is_loopback
from ...base.durations import minutes_text
from ...base.errors import OutputError, UsageError
from ...base.output import OUTPUT_GONE
from ...base.text import printable
from ...deck.deck_files import is_file
from ...deck.render import qr_rows
from ...running.signals import signals
from ...showing.console import console_for
from ...showing.panels import Drawing
from ...showing.panels.lines import Line, beside, box, length, plain, screen, too_small, wrapped_rows
from ...showing.panels.style import ALARM, DIM, NONE, REVERSE, STRONG
from ...showing.panels.view import fitting
from ...showing.screen import ENTER, LEAVE, write
from ...showing.terminal import held, in_terminal, keys, what_lacks
from ..clock import Clock
from .talk_progress import TalkProgress, presented

LOOK_S = 0.2
BAR = 30
"""Cells of a bar."""
NEXT = 7
"""Rows for what comes next at the least, where the notes leave as many."""
NEXT_TITLE = 3
"""Rows of its title alone, which it has in any case."""
LEAST = (30, 15)
"""Columns and rows below which there are no notes."""
AROUND = 5
"""Rows above and below the notes: where the talk is, and the keys."""
CODE = Style(color="#000000", bgcolor="#ffffff")
"""As it is printed on paper: a code in other colours is not read."""
WAITING = "No talk is being given. In another terminal: asyncdemo talk"
WAITING_FOR_ONE = "It is not being given. In another terminal: asyncdemo talk"
FOR_A_PHONE = " only on this machine; for a phone: asyncdemo talk --remote --host 0.0.0.0"
FOOT = ("q ends the notes, not the talk",)
FOOT_OF_CODE = "c code of the remote"
FOOT_OF_MORE = "up down the notes"


def show_notes(deck: Path | None = None) -> int:
    """Follow the talk that is being given, or the next one, until q: the exit code. With a deck, that one and no other.

    Raises UsageError without a terminal, or for a deck that is not there.
    """
    if not in_terminal():
        raise UsageError(f"--notes needs a terminal of its own, beside that of the talk: {what_lacks()}.")
    if deck is not None and not is_file(deck):
        raise UsageError(f"{deck}: there is no such deck. Without one, --notes follows whatever talk is being given.")
    notes = Notes(console_for(sys.stdout), deck)
    with signals(notes.stop), keys(notes.pressed.put):
        return notes.show()


@dataclass
class Scroll:
    """Which part is seen of notes that are longer than their room, which is known since they were drawn last."""

    top: int = 0
    """Rows that are above it."""
    most: int = 0
    """Where the last row is seen."""
    rows: int = 1

    def press(self, key: str) -> None:
        """Move; a key that does not, does nothing."""
        page = max(1, self.rows - 2)
        steps = {
            "up": -1,
            "down": 1,
            "pageup": -page,
            "pagedown": page,
            " ": page,
            "home": -self.most,
            "end": self.most,
        }
        self.top = min(self.most, max(0, self.top + steps.get(key, 0)))

    def window(self, lines: list[str], rows: int) -> list[str]:
        """So many rows of them; the first and the last say how many more there are."""
        self.rows, self.most = rows, max(0, len(lines) - rows)
        self.top = min(self.most, self.top)
        shown = lines[self.top : self.top + rows]
        if self.top:
            shown[0] = f"▲ {self.top + 1} more"
        if self.top < self.most:
            shown[-1] = f"▼ {self.most - self.top + 1} more"
        return shown


class Notes:
    """The notes, until somebody ends them."""

    def __init__(self, console: Console, deck: Path | None = None) -> None:
        self.pressed: SimpleQueue[str] = SimpleQueue()
        self._console, self._deck, self._exit_code = console, deck, 0
        self._over = threading.Event()
        self._code: bool | None = None
        """Whether the remote's code is to be seen; None: until the talk begins."""
        self._scroll, self._scrolled = Scroll(), ("", 0)
        """And the slide that it is of."""

    def stop(self, exit_code: int) -> None:
        """Ask for the end."""
        self._exit_code = exit_code
        self._over.set()

    def show(self) -> int:
        """Draw until the end; a terminal that has gone is one."""
        try:
            with held(lambda: write(ENTER), lambda: write(LEAVE)) as here:
                while not self._over.wait(LOOK_S):
                    if here():
                        self._draw()
        except (OSError, OutputError):
            return OUTPUT_GONE
        return self._exit_code

    def _draw(self) -> None:
        progress, size = presented(self._deck), self._console.size
        slide = (progress.deck, progress.slide) if progress is not None else ("", 0)
        if slide != self._scrolled:
            self._scroll, self._scrolled = Scroll(), slide
        try:
            while True:
                self._press(self.pressed.get_nowait(), progress)
        except Empty:
            pass
        shows_code = self._shows_code(progress)
        drawing = notes_page(
            progress, time.time(), size.width, size.height, shows_code, waiting(self._deck), self._scroll
        )
        self._console.control(Control.home())
        self._console.print(drawing, end="", crop=False, no_wrap=True)

    def _press(self, key: str, progress: TalkProgress | None) -> None:
        if key in ("q", "Q"):
            self.stop(0)
        elif key == "c":
            self._code = not self._shows_code(progress)
        else:
            self._scroll.press(key)

    def _shows_code(self, progress: TalkProgress | None) -> bool:
        return progress is not None and progress.began is None if self._code is None else self._code


def waiting(deck: Path | None) -> str:
    """What is said while nobody gives the talk that is to be followed."""
    return WAITING if deck is None else f"{WAITING_FOR_ONE} {printable(shlex.quote(str(deck)))}"


def notes_page(
    progress: TalkProgress | None,
    now: float,
    width: int,
    height: int,
    code: bool = False,
    nobody: str = WAITING,
    scroll: Scroll | None = None,
) -> Drawing:
    """The notes as they are at a moment, in seconds since 1970; `nobody` is said while nobody gives the talk."""
    scroll = scroll or Scroll()
    if width < LEAST[0] or height < LEAST[1]:
        return too_small(width, height, "the notes need", LEAST)
    if progress is None:
        lines = [plain(nobody, STRONG)]
    else:
        lines = [*head(progress, now, width), *body(progress, width, height - AROUND, code, scroll)]
    keys = [FOOT_OF_MORE] * (scroll.most > 0) + [FOOT_OF_CODE] * bool(progress is not None and progress.address)
    return screen(lines, plain(fitting([*keys, *FOOT], width), DIM), width, height)


def head(progress: TalkProgress, now: float, width: int) -> list[Line]:
    """Where the talk is, and two bars, one under the other: slides and time."""
    elapsed = now - progress.began if progress.began is not None else 0.0
    here = now - progress.slide_began if progress.slide_began is not None else 0.0
    where = f"{progress.slide + 1}/{progress.slides}"
    steps = f"step {progress.step + 1} of {progress.steps}" if progress.steps > 1 else ""
    demo = f"demo {progress.demo}" if progress.demo else ""
    signs = [sign for sign in (steps, demo) if sign]
    first: Line = [(f" {where} ", REVERSE), (f" {progress.title}", STRONG), (f"   {'   '.join(signs)}", DIM)]
    bar_width = max(10, min(BAR, width - 50))
    slides = progress_bar("slides", progress.slide / max(1, progress.slides - 1), where, bar_width)
    share = elapsed / progress.budget_s if progress.budget_s else 0.0
    times = progress_bar("time", share, Clock(elapsed, progress.budget_s).text, bar_width)
    said, style = pace(progress, elapsed, here)
    return [first, slides, [*times, (f"   {said}", style)], plain(this_slide(progress, here), DIM)]


def progress_bar(name: str, share: float, words: str, width: int) -> Line:
    """`slides  ██████░░░░░░  5/25`."""
    full = round(width * min(1.0, max(0.0, share)))
    return [(f" {name:<8}", DIM), ("█" * full, NONE), ("░" * (width - full), DIM), (f"  {words}", STRONG)]


def pace(progress: TalkProgress, elapsed: float, here: float) -> tuple[str, Style]:
    """How far the talk is behind or ahead of its times, in words; nothing before it begins."""
    if progress.began is None:
        return "the clock has not begun", DIM
    if not progress.budget_s:
        return "", NONE
    behind = elapsed - (progress.before_s + min(here, progress.slide_s))
    if behind >= 1:
        return f"{minutes_text(behind)} behind", ALARM
    return (f"{minutes_text(-behind)} ahead", STRONG) if behind <= -1 else ("on time", DIM)


def this_slide(progress: TalkProgress, here: float) -> str:
    """` slide   0:12 of 0:45`."""
    return f" slide   {Clock(here, progress.slide_s).text}" if progress.began is not None else ""


def body(progress: TalkProgress, width: int, height: int, code: bool, scroll: Scroll) -> list[Line]:
    """The notes, and below them what comes next; the remote's code at the right while it is wanted."""
    if not (code and progress.address):
        return texts(progress, width, height, scroll)
    address = plain(f" remote  {progress.address}", DIM)
    if of_this_machine(progress.address):
        return [*texts(progress, width, height - 2, scroll), address, plain(FOR_A_PHONE, DIM)]
    drawn = qr_lines(progress.address)
    beside_it, needed = length(drawn[0]), len(drawn) + 1
    if needed <= height and width - beside_it >= LEAST[0]:
        blank: list[Line] = [[(" " * beside_it, NONE)]] * (height - needed)
        return [*beside(texts(progress, width - beside_it, height - 1, scroll), [*drawn, *blank]), address]
    if needed <= height and beside_it <= width:
        scroll.most = 0
        return [*drawn, address]
    room = plain(f" its code needs a window of {beside_it}x{needed + AROUND}", DIM)
    return [*texts(progress, width, height - 2, scroll), address, room]


def of_this_machine(address: str) -> bool:
    """Whether no phone can open it."""
    return is_loopback(urlsplit(address).hostname or "")


def texts(progress: TalkProgress, width: int, height: int, scroll: Scroll) -> list[Line]:
    """The notes of this slide and of the next, in exactly so many lines: those of this one have their room first."""
    notes, coming = (wrapped_rows(words, width - 4) for words in (progress.notes or "(none)", progress.next_notes))
    below = max(NEXT_TITLE, min(max(NEXT, NEXT_TITLE + len(coming)), height - len(notes) - 2))
    coming = wrapped_rows(progress.next_notes, width - 4, below - NEXT_TITLE)
    after = plain(progress.next_title or "(the end)", STRONG)
    return [
        *box(plain("notes", STRONG), [*map(plain, scroll.window(notes, height - below - 2))], width, height - below),
        *box(plain("next", STRONG), [after, *map(plain, coming)], width, below),
    ]


def qr_lines(address: str) -> list[Line]:
    """An address as a code for a phone's camera, two rows of it to a line."""
    return [plain(row, CODE) for row in qr_rows(address)]
