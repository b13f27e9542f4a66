"""A deck: slides made of prose, code, pictures and demos, that appear step by step. Pure."""

import shlex
from dataclasses import dataclass, field
from pathlib import Path

from ..base.errors import AsyncdemoError
from ..base.text import without_passwords

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
class Prose:
    """Markdown as it was written: paragraphs, lists, tables, quotations, headings below the title."""

    text: str
    line: int
    """Of the deck's file, counted from 1."""


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
    """The program that is given it."""

    @property
    def text(self) -> str:
        """As somebody would type it, on one line."""
        lines = (line.strip() for line in self.script.replace("\\\n", "").split("\n"))
        shown = (line for line in lines if line and not line.startswith(("#", HIDDEN)))
        return without_passwords("; ".join(shown) or shlex.join(self.command))


Block = Prose | Code | Picture | Demo


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

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All of them."""
        return tuple(block for part in self.parts for block in part.blocks)

    @property
    def demo(self) -> Demo | None:
        """Its demo; a slide has one at the most."""
        return next((block for block in self.blocks if isinstance(block, Demo)), None)

    @property
    def steps(self) -> int:
        """How often one goes forward until the next slide: at least 1."""
        return sum(steps_of(part) for part in self.parts) or 1

    def at(self, step: int) -> list[tuple[Block, frozenset[int] | None]]:
        """What is seen at a step: each block, and of code the lines that are bright, None for all."""
        seen: list[tuple[Block, frozenset[int] | None]] = []
        for part in self.parts:
            if step < 0:
                break
            for block in part.blocks:
                seen.append((block, bright(block, step)))
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

    @property
    def time_s(self) -> float:
        """The sum of the times of its slides."""
        return sum(slide.time_s or 0.0 for slide in self.slides)


def whole(script: str) -> str:
    """With the lines that are not shown."""
    return "\n".join(line.removeprefix(HIDDEN) for line in script.split("\n"))


def steps_of(part: Part) -> int:
    """The most steps of any code in it: they go together."""
    return max([len(block.steps) for block in part.blocks if isinstance(block, Code)], default=1)


def bright(block: Block, step: int) -> frozenset[int] | None:
    """The lines of a block that are bright at a step of its part; the last step's from then on."""
    return block.steps[min(step, len(block.steps) - 1)] if isinstance(block, Code) else None
