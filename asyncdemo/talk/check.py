"""`asyncdemo talk --check`: proves a deck before somebody stands in front of an audience with it."""

import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from rich.cells import cell_len

from ..base.durations import minutes_text
from ..base.errors import AsyncdemoError
from ..base.output import say
from ..base.text import counted, printable
from ..deck.arrange import arranged
from ..deck.deck import Code, Deck, DeckError, Demo, Part, Picture, Problem, Slide, code_of
from ..deck.deck_files import find_file
from ..deck.picture_files import picture_problem
from ..deck.reader import AS_IT_IS, ReadOptions, read_deck
from ..deck.render import code_room, column_widths, room, slide_lines, without_tabs
from ..events.recording import read_recording
from ..features.compare_options import CompareOptions
from .demos.slide_demo import ReplayOptions, Understand
from .try_demo import try_demo, try_program

KINDS = TO_MEND, NOT_AS_WRITTEN, NOT_PROVED = "to mend", "not as written", "not proved"
"""Of findings. Only the first is a reason to fail."""
SIZE = (88, 24)
"""Columns and rows of a screen that nobody has named."""
WIDE = 4000
"""Columns on which all of a slide is seen."""


@dataclass(frozen=True)
class DeckFinding:
    """Something that is wrong, or is not shown as it is written, or could not be proved."""

    path: Path
    line: int
    """Of the deck, counted from 1."""
    problem: str
    kind: str = TO_MEND

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.problem}"


def check_deck(
    path: Path,
    size: tuple[int, int],
    understand: Understand,
    with_demos: bool = True,
    *,
    as_given: Understand | None = None,
    options: ReadOptions = AS_IT_IS,
) -> int:
    """Print a line for everything that is wrong with a deck, on a screen of so many columns and rows.

    And for what of it is shown otherwise than it is written, or runs only where somebody allows it, which is no reason
    to fail: `as_given` says what nobody has. With its demos started and stopped, which takes some seconds each, or
    without. Returns the exit code.
    """
    try:
        deck = read_deck(path, options)
    except DeckError as error:
        say(str(error))
        return 1
    counts = Counter[str]()
    for finding in findings(deck, size, understand, with_demos, as_given):
        say(str(finding))
        counts[finding.kind] += 1
    say(f"{path}: {summary(deck)}: {counts_text(counts) or 'all is well'}")
    return 1 if counts[TO_MEND] else 0


def in_short(deck: Deck, understand: Understand) -> str:
    """`2 to mend: asyncdemo talk deck.md --check tells them`, with no demo run; empty for nothing."""
    counts = Counter(finding.kind for finding in findings(deck, SIZE, understand, with_demos=False))
    them = "it" if counts.total() == 1 else "them"
    how = f"asyncdemo talk {shlex.quote(printable(str(deck.path)))} --check tells {them}"
    return f"{counts_text(counts)}: {how}" if counts else ""


def counts_text(counts: Counter[str]) -> str:
    """`2 to mend, 1 not as written`; empty for nothing."""
    return ", ".join(f"{counts[kind]} {kind}" for kind in KINDS if counts[kind])


def summary(deck: Deck) -> str:
    """`27 slides, 22:00 of 22:00, 7 demos`."""
    budget = f" of {minutes_text(deck.budget_s)}" if deck.budget_s is not None else ""
    demos = len(demos_of(deck))
    return f"{counted(len(deck.slides), 'slide')}, {minutes_text(deck.time_s)}{budget}, {counted(demos, 'demo')}"


def findings(
    deck: Deck, size: tuple[int, int], understand: Understand, with_demos: bool, as_given: Understand | None = None
) -> Iterator[DeckFinding]:
    """What is quick to see first, by line; the demos last."""
    as_given = as_given or understand
    told = [*notices(deck), *pictures(deck), *commands(deck, understand, as_given), *recordings(deck, understand)]
    quick = [*links(deck), *times(deck), *sizes(deck, size), *lost(deck, size), *told]
    yield from sorted(quick, key=lambda finding: finding.line)
    for demo in demos_of(deck) if with_demos else ():
        problem = demo_problem(demo, deck.path.parent, understand, as_given)
        if problem:
            yield DeckFinding(deck.path, demo.line, f"{demo.text}: {problem}")


def demo_problem(demo: Demo, folder: Path, understand: Understand, as_given: Understand) -> str:
    """What is wrong with a demo that has run once; what cannot, has been told, and a replay been read."""
    if demo.is_replay or command_problem(demo, understand):
        return ""
    if demo.command[0] == "asyncdemo":
        return try_demo(demo, folder)
    return "" if command_problem(demo, as_given) else try_program(demo, folder)


def demos_of(deck: Deck) -> list[Demo]:
    """All of them, in order."""
    return [demo for slide in deck.slides for demo in slide.demos]


def notices(deck: Deck) -> Iterator[DeckFinding]:
    """What was found when it was read."""
    for notice in deck.notices:
        yield DeckFinding(deck.path, notice.line, notice.words, TO_MEND if notice.wrong else NOT_AS_WRITTEN)


def pictures(deck: Deck) -> Iterator[DeckFinding]:
    """Those of which not all is seen, or nothing."""
    for picture in (block for slide in deck.slides for block in slide.blocks if isinstance(block, Picture)):
        problem, wrong = picture_problem(picture.path)
        if problem:
            told = f"the picture {picture.path.name} {problem}"
            yield DeckFinding(deck.path, picture.line, told, TO_MEND if wrong else NOT_AS_WRITTEN)


def lost(deck: Deck, size: tuple[int, int]) -> Iterator[DeckFinding]:
    """Letters that there is no room for, however they are wrapped."""
    columns, _ = room(*size)
    for slide in deck.slides:
        missing = letters(slide, WIDE) - letters(slide, columns)
        if missing:
            count = counted(missing.total(), "letter")
            told = f"{count} of the slide cannot be seen on {size[0]} columns: is a table too wide?"
            yield DeckFinding(deck.path, slide.line, told)


def letters(slide: Slide, columns: int) -> Counter[str]:
    """What can be read on a slide on so many columns, each letter and digit with how often."""
    return Counter(
        letter for line in slide_lines(slide, slide.steps - 1, columns) for letter in line if letter.isalnum()
    )


def links(deck: Deck) -> Iterator[DeckFinding]:
    """Addresses are looked at, not fetched; files must be there."""
    for target, line in deck.links:
        problem = link_problem(deck.path, target)
        if problem:
            yield DeckFinding(deck.path, line, f"the link {target}: {problem}")


def link_problem(path: Path, target: str) -> str:
    """Why a link leads nowhere; empty if it does not."""
    try:
        parts = urlsplit(target)
        host = parts.hostname
    except ValueError as error:
        return f"no address: {error}"
    if parts.scheme in ("http", "https"):
        return "" if host else "no host in it"
    if parts.scheme == "mailto":
        return "" if "@" in parts.path else "no address in it"
    if parts.scheme:
        return f"{parts.scheme}: is no http, https or mailto"
    if not parts.path:
        return "slides have no headings to lead to"
    return "" if find_file(path, unquote(parts.path)) is not None else "there is no such file beside the deck"


def times(deck: Deck) -> Iterator[DeckFinding]:
    """Where there is a budget, every slide has its share, and together they keep to it."""
    if deck.budget_s is None:
        return
    for slide in deck.slides:
        if slide.time_s is None:
            yield DeckFinding(deck.path, slide.line, "the slide has no time. Add one, like: <!-- // time: 1m -->")
    if deck.time_s > deck.budget_s:
        over = minutes_text(deck.time_s - deck.budget_s)
        told = (
            f"the slides take {minutes_text(deck.time_s)}, the budget is {minutes_text(deck.budget_s)}: {over} too much"
        )
        yield DeckFinding(deck.path, 1, told)


def sizes(deck: Deck, size: tuple[int, int]) -> Iterator[DeckFinding]:
    """Nobody scrolls in front of an audience. What is wrong is told by itself, and takes no room when it is mended."""
    columns, rows = room(*size)
    for slide in map(without_problems, deck.slides):
        needed = max(len(slide_lines(slide, step, columns)) for step in range(slide.steps))
        if needed > rows:
            told = f"the slide takes {counted(needed, 'line')}, {size[0]}x{size[1]} has room for {rows}"
            yield DeckFinding(deck.path, slide.line, told)
        yield from wide_lines(deck, slide, columns)


def without_problems(slide: Slide) -> Slide:
    """As it would be without the lines that say what is wrong with it."""
    parts = (tuple(block for block in part.blocks if not isinstance(block, Problem)) for part in slide.parts)
    return replace(slide, parts=tuple(map(Part, parts)))


def wide_lines(deck: Deck, slide: Slide, columns: int) -> Iterator[DeckFinding]:
    """Code that is wrapped reads badly."""
    for code, width in code_columns(slide, columns):
        widest = max(map(cell_len, without_tabs(code).split("\n")))
        if widest > code_room(code, width):
            told = f"a line of code takes {widest} columns, there is room for {code_room(code, width)}"
            yield DeckFinding(deck.path, code.line, told)


def code_columns(slide: Slide, columns: int) -> Iterator[tuple[Code, int]]:
    """All code of a slide, with how wide the place is where it stands."""
    for area in arranged(slide.at(slide.steps - 1)):
        widths = column_widths([column.share for column in area.columns], columns)
        for column, width in zip(area.columns, widths, strict=True):
            yield from ((code, width) for item in column.items if (code := code_of(item.block)) is not None)


def commands(deck: Deck, understand: Understand, as_given: Understand) -> Iterator[DeckFinding]:
    """Commands and options that are there; and what of them waits for somebody who allows it."""
    for demo in demos_of(deck):
        problem = command_problem(demo, understand)
        refused = command_problem(demo, as_given)
        if problem or refused:
            kind = TO_MEND if problem else NOT_PROVED
            yield DeckFinding(deck.path, demo.line, f"{demo.text}: {problem or refused}", kind)


def command_problem(demo: Demo, understand: Understand) -> str:
    """Why a demo would not begin on stage, as the presenter would say it; empty if it would."""
    try:
        understand(demo)
    except AsyncdemoError as error:
        return str(error)
    return ""


def recordings(deck: Deck, understand: Understand) -> Iterator[DeckFinding]:
    """Each demo of ours has one, or is one, and it is whole."""
    for demo in demos_of(deck):
        problem = replay_problem(demo, understand) if demo.is_replay else recording_problem(demo, understand)
        if problem:
            yield DeckFinding(deck.path, demo.line, problem)


def recording_problem(demo: Demo, understand: Understand) -> str:
    """What is wrong with a demo's fallback; a command that is wrong has been told."""
    if demo.fallback is None:
        how = "record a run with --record FILE, and write <!-- // fallback: FILE --> above it"
        return f"the demo has no fallback: {how}" if demo.command[0] == "asyncdemo" else ""
    asked = None if command_problem(demo, understand) else understand(demo)
    return file_problem(demo.fallback, len(asked.setups) if isinstance(asked, CompareOptions) else 1)


def replay_problem(demo: Demo, understand: Understand) -> str:
    """What is wrong with the recording that a demo plays; a command that is wrong has been told."""
    asked = None if command_problem(demo, understand) else understand(demo)
    return file_problem(Path(asked.path)) if isinstance(asked, ReplayOptions) else ""


def file_problem(path: Path, runs: int = 1) -> str:
    """What is wrong with a recording that should hold at least so many runs."""
    try:
        recording = read_recording(str(path))
    except AsyncdemoError as error:
        return str(error)
    if len(recording.runs) < runs:
        return (
            f"{path.name} holds {len(recording.runs)} of {runs} runs: record them with asyncdemo compare --record FILE"
        )
    return f"{path.name}: {recording.problem}" if recording.problem else ""
