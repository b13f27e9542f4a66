"""The line at the foot of a slide, and the pages that cover one: keys, overview, a screen too small. Pure."""

from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from ..durations import minutes_text
from ..panels import Drawing, help_screen
from ..panels.lines import Line, Part, box, fit, left, length, plain, right
from ..panels.style import DIM, NONE, REVERSE, STRONG
from ..text import counted, printable
from .deck import Deck
from .demo import Phase, SlideDemo
from .render import inline

LEAST = (60, 15)
"""Columns and rows below which a slide is no slide."""
ANY_CONSOLE = Console(color_system=None)
"""Rich asks for one to wrap a text, and does not look at it."""
KEYS_OF_A_TALK = (
    ("right space", "on, step by step; also PageDown, Enter, n"),
    ("left", "back; also PageUp, backspace, p"),
    ("r Enter", "run the demo of this slide"),
    ("Tab  Esc", "give the keys to the demo, take them back"),
    ("f", "its recording instead"),
    ("g 12 Enter", "go to slide 12; End: the last"),
    ("Home", "the first; there, the clock begins anew"),
    ("/ word", "search; / and Enter: the next one"),
    ("o  b", "overview; a blank screen, until any key"),
    ("up down", "scroll a slide longer than the screen"),
    ("?", "this page; any key closes it"),
    ("q", "quit; asks while a demo runs. Ctrl-C too"),
)

HINTS = {
    Phase.READY: "Enter runs the demo",
    Phase.LIVE: "Tab gives it the keys  f its recording",
    Phase.RECORDED: "r runs it live",
    Phase.OVER: "r runs it again  f its recording",
}


@dataclass(frozen=True)
class Clock:
    """How long a talk has taken, of how long it is meant to. Seconds."""

    elapsed_s: float
    budget_s: float = 0.0

    @property
    def text(self) -> str:
        """`6:10 of 22:00`, `23:10 of 22:00, 1:10 over`."""
        if not self.budget_s:
            return minutes_text(self.elapsed_s)
        over = self.elapsed_s - self.budget_s
        late = f", {minutes_text(over)} over" if over >= 1 else ""
        return f"{minutes_text(self.elapsed_s)} of {minutes_text(self.budget_s)}{late}"


def foot(where: str, marks: list[str], words: str, clock: str, width: int, *, loud: bool) -> Line:
    """` 5/25   live   KEYS: DEMO  words                6:10 of 22:00`.

    Loud words are a question or an answer: where there is no room for all, the clock goes before them.
    """
    signs: Line = [part for mark in [where, *marks] for part in ((f" {mark} ", REVERSE), (" ", NONE))]
    if loud and length(signs) + cell_len(words) + len(clock) + 2 > width:
        clock = ""
    end: Line = [(f" {clock} ", DIM)] if clock else []
    room = max(0, width - length(signs) - length(end))
    return fit([*signs, left(words, room, STRONG if loud else DIM), *end], width)


def hint(demo: SlideDemo | None, below: int) -> str:
    """What is worth doing here, with so many rows of the slide below the screen."""
    if demo is not None:
        return HINTS[demo.phase] if demo.takes_keys or not demo.playing else "right goes on, and ends it"
    return f"▼ {counted(below, 'more row')}: down" if below > 0 else "? keys"


def cover(over: str, deck: Deck, chosen: int, width: int, height: int) -> Drawing | None:
    """What lies over the slide, by the word for it; None for nothing."""
    if width < LEAST[0] or height < LEAST[1]:
        return too_small(width, height)
    if over == "help":
        return help_screen(KEYS_OF_A_TALK, width, height)
    if over == "overview":
        return overview(deck, chosen, width, height)
    return blank(width, height) if over == "blank" else None


def overview(deck: Deck, chosen: int, width: int, height: int) -> Drawing:
    """All slides, a line each, with their times; the chosen one is marked and in sight."""
    rows = height - 3
    first = min(max(0, chosen - rows // 2), max(0, len(deck.slides) - rows))
    lines: list[Line] = []
    for number, slide in enumerate(deck.slides[first : first + rows], first):
        style = REVERSE if number == chosen else NONE
        mark: Part = ("▸ " if number == chosen else "  ", STRONG)
        time = minutes_text(slide.time_s) if slide.time_s else ""
        demo = "demo" if slide.demo else ""
        title = left(inline(slide.title) or "(no title)", width - 24, style)
        lines.append([mark, right(str(number + 1), 3, DIM), ("  ", NONE), title, right(demo, 6), right(time, 7, DIM)])
    shown = box(plain(inline(deck.title) or "slides", STRONG), lines, width, height - 1)
    return Drawing([*shown, fit(plain(" up down choose  Enter goes there  o closes", DIM), width)], (width, height))


def bar(problem: str, width: int) -> list[Line]:
    """What is wrong with the deck, above a slide that is still as it was; no line for nothing."""
    words = f"! {printable(problem)}  (shown as it was before)" if problem else ""
    return [fit([(f" {line} ", REVERSE)], width) for line in wrapped(words, width - 2, 3) if line]


def wrapped(text: str, width: int, rows: int) -> list[str]:
    """Words in lines of at most `width` cells; where there are more than `rows`, the last one says how many more."""
    lines = [line.plain for line in Text(text).wrap(ANY_CONSOLE, width)]
    more = len(lines) - rows + 1
    return [*lines[: rows - 1], f"▼ {more} more"] if more > 1 else lines


def too_small(width: int, height: int, needs: str = "a slide needs", least: tuple[int, int] = LEAST) -> Drawing:
    """What is said instead of something that nobody could read."""
    words = f"{width}x{height}: {needs} {least[0]}x{least[1]}"
    return Drawing([fit(plain(words, STRONG), width), *[fit([], width)] * (height - 1)], (width, height))


def blank(width: int, height: int) -> Drawing:
    """Nothing: the room looks at the speaker."""
    return Drawing([fit([], width)] * height, (width, height))
