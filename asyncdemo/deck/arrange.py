"""Where on a slide something stands: above and below each other, or side by side in columns. Pure.

The screen and the page share it. A Mark says what becomes of what comes below it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from .deck import Block, Mark

Told = TypeVar("Told")
"""What goes with a block: its bright lines, or the step that it appears at."""
LEFT, CENTER, RIGHT = ALIGNMENTS = ("left", "center", "right")


@dataclass
class Item(Generic[Told]):
    """A block in its place."""

    block: Block
    """No Mark but `new_lines`, which is as many empty rows."""
    told: Told
    alignment: str = LEFT


@dataclass
class Column(Generic[Told]):
    """What stands below each other."""

    share: int = 1
    items: list[Item[Told]] = field(default_factory=list)


@dataclass
class Area(Generic[Told]):
    """Columns side by side; one is all that a slide mostly has."""

    columns: list[Column[Told]]
    in_middle: bool = False
    """Whether it, and what is below, stands in the middle of the screen."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it."""
        return not any(column.items for column in self.columns)


class Arrangement(Generic[Told]):
    """Areas, while blocks come in."""

    _here: Column[Told]

    def __init__(self) -> None:
        self.areas: list[Area[Told]] = []
        self._alignment = LEFT
        self._begin([Column()])

    def put(self, block: Block, told: Told) -> None:
        """A block where it belongs, or what is said of those below it."""
        if not isinstance(block, Mark) or block.name == "new_lines":
            self._here.items.append(Item(block, told, self._alignment))
        elif block.name == "column_layout" and isinstance(block.value, tuple):
            self._begin([Column(share) for share in block.value])
        elif block.name == "column" and isinstance(block.value, int):
            self._here = self.areas[-1].columns[block.value]
        elif block.name == "alignment":
            self._alignment = str(block.value)
        else:
            self._begin([Column()], in_middle=block.name == "jump_to_middle")

    def _begin(self, columns: list[Column[Told]], in_middle: bool = False) -> None:
        self.areas.append(Area(columns, in_middle))
        self._here = columns[0]


def arranged(blocks: Iterable[tuple[Block, Told]]) -> list[Area[Told]]:
    """The areas of a slide from above to below, without those that have nothing in them."""
    arrangement: Arrangement[Told] = Arrangement()
    for block, told in blocks:
        arrangement.put(block, told)
    return [area for area in arrangement.areas if not area.empty]
