"""A slide while it is read."""

from dataclasses import dataclass, field
from pathlib import Path

from .deck import Block, Part, Slide


@dataclass
class Draft:
    """What has been read of a slide."""

    line: int
    title: str = ""
    parts: list[list[Block]] = field(default_factory=lambda: [[]])
    notes: list[str] = field(default_factory=list)
    time_s: float | None = None
    fallback: Path | None = None
    fallback_line: int = 0
    skipped: bool = False
    incremental: bool = False
    """Whether the items of lists appear one by one."""

    @property
    def shows(self) -> bool:
        """Whether there is anything to see on it."""
        return bool(self.title or any(self.parts))

    @property
    def empty(self) -> bool:
        """Whether nothing has been said in it."""
        return self.skipped or not (self.shows or self.notes)

    def slide(self) -> Slide:
        """The slide, when all of it has been read."""
        parts = tuple(Part(tuple(blocks)) for blocks in self.parts if blocks)
        return Slide(self.title, parts, self.line, "\n".join(self.notes), self.time_s)
