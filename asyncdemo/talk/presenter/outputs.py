"""What the programs of a deck have printed, where a slide has a place for it."""

from rich.console import RenderableType
from rich.text import Text

from ...showing.panels.lines import Line
from ..demos.slide_demo import SlideDemo


class Outputs:
    """By the names of their demos: as they were seen last, also when their slide is gone."""

    def __init__(self) -> None:
        self._lines: dict[str, list[Line]] = {}

    def take(self, demo: SlideDemo) -> bool:
        """Look at what a demo has printed by now; whether that is something else than before."""
        name, lines = demo.demo.name, demo.printed
        if not name or lines == self._lines.get(name, []):
            return False
        self._lines[name] = lines
        return True

    def drawn(self, name: str) -> RenderableType:
        """Its rows; an empty one before there are any."""
        return Text("\n").join(Text.assemble(*line) for line in self._lines.get(name, []))
