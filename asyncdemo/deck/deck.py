"""A deck: slides made of prose, code, pictures and demos, that appear step by step. Pure."""

import re
import shlex
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..base.errors import AsyncdemoError
from ..base.text import without_passwords
from .theme import NO_THEME, DeckTheme

CELL, BLANK = re.compile(r"\\\||[^|\s]"), "\N{BRAILLE PATTERN BLANK}"
"""What of a row of a table is not seen before its time; and what stands there meanwhile, and Markdown leaves there."""
HIDDEN = "/// "
"""Before a line of a script that runs and is not shown, as in presenterm."""


class DeckError(AsyncdemoError):
    """A deck cannot be read: the file, the line, or 0 for the whole of it, and what is wrong there."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        self.line, self.problem = line, problem
        super().__init__(self.in_short(str(path)))

    def in_short(self, name: str) -> str:
        """All of it, with another name of the file."""
        return f"{name}:{self.line}: {self.problem}" if self.line else f"{name} {self.problem}"


@dataclass(frozen=True)
class Notice:
    """What whoever proves a deck is told of a line of it."""

    line: int
    """Of the deck's file, counted from 1."""
    words: str
    wrong: bool = True
    """Whether it is to be mended; else it is shown otherwise than it is written, and how."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with the deck, where it is wrong: whoever sees the slide reads it there."""

    words: str
    line: int


@dataclass(frozen=True)
class Mark:
    """A command that says where stands what comes below it: in columns, in the middle, at the right."""

    name: str
    """As the command is called."""
    value: int | str | tuple[int, ...] = ""
    """The column, counted from 0; the shares of columns; how many empty rows; how it is aligned."""
    line: int = 0


@dataclass(frozen=True)
class Prose:
    """Markdown as it was written: paragraphs, lists, tables, quotations, headings below the title."""

    text: str
    line: int
    grows: int = 0
    """How many rows of it, that is a table then, come one by one; 0: it is there at once."""

    def at(self, step: int) -> "Prose":
        """At a step of its part: rows that are still to come are blank, and take their room."""
        lines = self.text.split("\n")
        shown = len(lines) - self.grows + 1 + step
        return replace(self, text="\n".join([*lines[:shown], *(CELL.sub(BLANK, line) for line in lines[shown:])]))


@dataclass(frozen=True)
class Code:
    """A piece of code, of which each step shows some lines brightly."""

    text: str
    """Without a newline at its end."""
    language: str
    line: int
    steps: tuple[frozenset[int] | None, ...] = (None,)
    """Lines of `text`, counted from 1, for each step; None: all of them."""
    first_number: int | None = None
    """The number of the first line, where lines are numbered."""
    source: str = ""
    """The file that it is quoted from, as the deck names it; empty for code that stands in the deck."""


@dataclass(frozen=True)
class Picture:
    """An image, in a file beside the deck."""

    path: Path
    words: str
    """What it shows, for whoever cannot see it."""
    line: int
    width: int = 0
    """Percent of the room that it is to take; 0: as large as it is."""


@dataclass(frozen=True)
class Demo:
    """A command that runs inside the slide when the speaker asks for it."""

    command: tuple[str, ...]
    """`("asyncdemo", "run", "step3", "--speed", "10")`."""
    line: int
    fallback: Path | None = None
    """A recording that plays where the demo does not."""
    script: str = ""
    """What a shell is given, where it is not a command of asyncdemo; lines that begin with `/// ` are not shown."""
    shell: str = "sh"
    """The program that is given it; or the language that it is written in."""
    code: Code | None = None
    """What is seen of it, where that is more than a line."""
    begins: bool = False
    """Whether it begins by itself when it is seen."""
    name: str = ""
    """What the deck calls it where it says what becomes of its output: `+id:NAME`."""

    @property
    def is_replay(self) -> bool:
        """Whether it is a recording itself, that is whole or not: there is nothing to start."""
        return self.command[:2] == ("asyncdemo", "replay")

    @property
    def text(self) -> str:
        """As somebody would type it, on one line; of a program in another language, its name."""
        if self.code is not None and self.command == (self.shell,):
            return self.command[0]
        lines = (line.strip() for line in self.script.replace("\\\n", "").split("\n"))
        shown = [line for line in lines if line and not line.startswith(("#", HIDDEN))]
        if not all(map(is_whole, shown)):
            shown = [f"{shown[0]} …"]
        return without_passwords("; ".join(shown) or shlex.join(self.command))


@dataclass(frozen=True)
class Link:
    """An address for whoever wants to look at the talk again: in words, and as a code for the camera of a phone."""

    address: str


@dataclass(frozen=True)
class Output:
    """Where what a program prints is to be seen."""

    name: str
    """Of its demo."""
    line: int


Block = Prose | Code | Picture | Demo | Output | Problem | Mark | Link


@dataclass(frozen=True)
class Part:
    """What a pause ends: blocks that appear together."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Slide:
    """One slide. Its steps are counted from 0: parts appear one by one, code goes through its lines."""

    title: str
    parts: tuple[Part, ...]
    line: int
    notes: str = ""
    """What the speaker wants to remember."""
    time_s: float | None = None
    """How long it is meant to take."""
    centred: bool = False
    """Whether all of it stands in the middle of the screen."""
    has_footer: bool = True

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All of them."""
        return tuple(block for part in self.parts for block in part.blocks)

    @property
    def demos(self) -> tuple[Demo, ...]:
        """All of them, in the order in which they run."""
        return tuple(block for block in self.blocks if isinstance(block, Demo))

    def has_output(self, name: str, step: int) -> bool:
        """Whether the output of the demo of that name has its place on it, at a step."""
        return any(isinstance(block, Output) and block.name == name for block, _ in self.at(step))

    @property
    def demo(self) -> Demo | None:
        """The first of its demos."""
        return next(iter(self.demos), None)

    @property
    def steps(self) -> int:
        """How often one goes forward until the next slide: at least 1."""
        return sum(steps_of(part) for part in self.parts) or 1

    def with_block(self, block: Block) -> "Slide":
        """With another block below all others."""
        last = Part((*(self.parts[-1].blocks if self.parts else ()), block))
        return replace(self, parts=(*self.parts[:-1], last))

    def at(self, step: int) -> list[tuple[Block, frozenset[int] | None]]:
        """What is seen at a step: each block, and of code the lines that are bright, None for all."""
        seen: list[tuple[Block, frozenset[int] | None]] = []
        for part in self.parts:
            if step < 0:
                break
            for block in part.blocks:
                seen.append((block.at(step) if isinstance(block, Prose) else block, bright(block, step)))
            step -= steps_of(part)
        return seen


@dataclass(frozen=True)
class Deck:
    """A whole talk."""

    path: Path
    slides: tuple[Slide, ...]
    title: str = ""
    author: str = ""
    links: tuple[tuple[str, int], ...] = field(default=())
    """Targets of links, with their lines: to be checked."""
    budget_s: float | None = None
    """How long the whole talk may take."""
    notices: tuple[Notice, ...] = field(default=())
    """What is wrong with it, and what of it is shown otherwise than it is written."""
    theme: DeckTheme = NO_THEME
    facts: tuple[tuple[str, str], ...] = ()
    """What its front matter says beside the title: for footers."""

    @property
    def wrong(self) -> tuple[Notice, ...]:
        """What is to be mended."""
        return tuple(notice for notice in self.notices if notice.wrong)

    @property
    def time_s(self) -> float:
        """The sum of the times of its slides."""
        return sum(slide.time_s or 0.0 for slide in self.slides)


def is_whole(line: str) -> bool:
    """Whether a line of a script ends what it begins, as far as quotation marks say."""
    try:
        shlex.split(line, comments=True)
    except ValueError:
        return False
    return True


def whole(script: str, hidden: str = HIDDEN) -> str:
    """With the lines that are not shown."""
    return "\n".join(line.removeprefix(hidden) for line in script.split("\n"))


def steps_of(part: Part) -> int:
    """The most steps of any code in it: they go together."""
    steps = [len(code.steps) for code in map(code_of, part.blocks) if code is not None]
    return max([1, *steps, *(block.grows for block in part.blocks if isinstance(block, Prose))])


def bright(block: Block, step: int) -> frozenset[int] | None:
    """The lines of a block that are bright at a step of its part; the last step's from then on."""
    code = code_of(block)
    return code.steps[min(step, len(code.steps) - 1)] if code is not None else None


def code_of(block: Block) -> Code | None:
    """The code that is seen of a block, which may be a demo."""
    return block if isinstance(block, Code) else block.code if isinstance(block, Demo) else None
