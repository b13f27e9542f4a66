"""The line at the foot of a slide, and the pages that cover one: keys, overview, a screen too small. Pure."""

from rich.cells import cell_len

from ...base.durations import minutes_text
from ...base.text import counted, printable
from ...deck.deck import Deck
from ...deck.prose import Palette, line_words
from ...deck.render import inline
from ...deck.theme import Footer
from ...showing.panels import Drawing, help_screen
from ...showing.panels.lines import Line, Part, box, fit, left, length, plain, right, too_small, wrapped_rows
from ...showing.panels.style import DIM, NONE, REVERSE, STRONG
from ...showing.panels.view import fitting
from ..demos.slide_demo import Phase, SlideDemo

LEAST = (60, 15)
"""Columns and rows below which a slide is no slide."""
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
    Phase.LIVE: "Tab gives it the keys",
    Phase.RECORDED: "r runs it live",
    Phase.OVER: "r runs it again",
}


def foot(where: str, marks: list[str], words: str, clock: str, width: int, *, loud: bool) -> Line:
    """` 5/25   live   KEYS: DEMO  words                6:10 of 22:00`.

    Loud words are a question or an answer: where there is no room for all, the clock goes before them. Others are keys,
    two blanks between them: there, some of them go, and the first stays.
    """
    signs: Line = [part for mark in [where, *marks] for part in ((f" {mark} ", REVERSE), (" ", NONE))]
    if loud and length(signs) + cell_len(words) + len(clock) + 2 > width:
        clock = ""
    end: Line = [(f" {clock} ", DIM)] if clock else []
    room = max(0, width - length(signs) - length(end))
    if not loud:
        first, gap, others = words.partition("  ")
        some = f"{first}{gap}{fitting(others.split('  '), room - cell_len(first + gap))}"
        words = some if cell_len(some) <= room else first
    return fit([*signs, left(words, room, STRONG if loud else DIM), *end], width)


def hint(demo: SlideDemo | None, below: int, has_next: bool = False, has_keys: bool = False) -> str:
    """What is worth doing here, with so many rows of the slide below the screen, another demo to come on it, and a
    demo that has the keys and says nothing of them."""
    if has_keys:
        return "Esc takes them back"
    if demo is not None and demo.phase is Phase.OVER and has_next:
        return "Enter runs the next demo  r this one again"
    if demo is not None:
        return hint_of_demo(demo) if demo.takes_keys or not demo.playing else "right goes on, and ends it"
    return f"▼ {counted(below, 'more row')}: down" if below > 0 else "? keys"


def hint_of_demo(demo: SlideDemo) -> str:
    """The keys that do something with it now."""
    if demo.demo.is_replay and demo.playing:
        return "Tab gives it the keys"
    has_recording = demo.demo.fallback is not None and demo.phase in (Phase.LIVE, Phase.OVER)
    return HINTS[demo.phase] + "  f its recording" * has_recording


def cover(over: str, deck: Deck, chosen: int, width: int, height: int) -> Drawing | None:
    """What lies over the slide, by the word for it; None for nothing."""
    if width < LEAST[0] or height < LEAST[1]:
        return too_small(width, height, "a slide needs", LEAST)
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
    seen = f": {first + 1} to {first + len(lines)} of {len(deck.slides)}" if len(lines) < len(deck.slides) else ""
    head = left(inline(deck.title) or "slides", max(1, width - 8 - len(seen)), STRONG)
    shown = box([(head[0].rstrip(), STRONG), (seen, DIM)], lines, width, height - 1)
    return Drawing([*shown, fit(plain(" up down choose  Enter goes there  o closes", DIM), width)], (width, height))


def problem_bar(problem: str, width: int) -> list[Line]:
    """What is wrong with the deck, above a slide that is still as it was; no line for nothing."""
    words = f"! {printable(problem)}  (shown as it was before)" if problem else ""
    return [fit([(f" {line} ", REVERSE)], width) for line in wrapped_rows(words, width - 2, 3) if line]


def footer_line(footer: Footer, width: int, palette: Palette) -> list[Line]:
    """What the deck's theme has at the foot of each slide; no line where it has nothing."""
    if not footer:
        return []
    told = [line_words(words, palette).plain for words in (footer.left, footer.center, footer.right)]
    side = (width - cell_len(told[1]) - 4) // 2
    line: Line = [("  ", NONE), left(told[0], max(0, side), NONE), (told[1], NONE), right(told[2], max(0, side), NONE)]
    return [fit(line, width)]


def blank(width: int, height: int) -> Drawing:
    """Nothing: the room looks at the speaker."""
    return Drawing([fit([], width)] * height, (width, height))
