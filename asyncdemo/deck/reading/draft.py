"""A slide while it is read."""

from dataclasses import dataclass, field
from pathlib import Path

from ..deck import Block, Mark, Part, Slide


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

    tables_grow: bool = False
    """Whether the rows of tables do."""
    centred: bool = False
    has_footer: bool = True

    @property
    def here(self) -> list[Block]:
        """What has been read of its last part."""
        return self.parts[-1]

    @property
    def shows(self) -> bool:
        """Whether there is anything to see on it."""
        return bool(self.title or any(not isinstance(block, Mark) for blocks in self.parts for block in blocks))

    @property
    def empty(self) -> bool:
        """Whether nothing has been said in it."""
        return self.skipped or not (self.shows or self.notes)

    def slide(self) -> Slide:
        """The slide, when all of it has been read."""
        notes = "\n".join(self.notes)
        return Slide(self.title, self._parts(), self.line, notes, self.time_s, self.centred, self.has_footer)

    def _parts(self) -> tuple[Part, ...]:
        """What appears together; where nothing is to be seen, it is no step. With the first appears the title."""
        parts: list[Part] = []
        marks: list[Block] = []
        for number, blocks in enumerate(self.parts):
            marks += blocks
            if (self.title and number == 0) or any(not isinstance(block, Mark) for block in blocks):
                parts.append(Part(tuple(marks)))
                marks = []
        return tuple(parts)
