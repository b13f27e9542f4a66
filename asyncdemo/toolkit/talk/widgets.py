"""What a slide is made of on the screen: its text, and drawings, which are lines that need no layout."""

from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.containers import VerticalScroll
from textual.strip import Strip
from textual.widget import Widget

from ..panels import Drawing
from ..panels.style import NOTIFY as ORANGE


class Lines(Widget):
    """A drawing, line for line: panels, the foot, or what lies over the slide."""

    DEFAULT_CSS = "Lines { height: 1; }"

    def __init__(self, name: str, notify: tuple[int, int, int] | None) -> None:
        super().__init__(id=name)
        self._drawing = Drawing([])
        self._notify = Color.from_rgb(*notify) if notify is not None else None

    def show(self, drawing: Drawing) -> None:
        """Show another drawing."""
        if drawing is not self._drawing and drawing.lines != self._drawing.lines:
            self._drawing = drawing
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One of its lines."""
        lines = self._drawing.lines
        parts = lines[y] if y < len(lines) else []
        segments = [Segment(text, recoloured(style, self._notify)) for text, style in parts]
        return Strip(segments).adjust_cell_length(self.size.width).apply_style(self.rich_style)


@lru_cache(256)
def recoloured(style: Style, notify: Color | None) -> Style:
    """A style of the panels, with the orange of the room."""
    return style + Style(color=notify) if notify is not None and style.color == ORANGE.color else style


class Page(VerticalScroll, can_focus=False):
    """The slide's text, that may be longer than the screen."""

    @property
    def rows_below(self) -> int:
        """How much of it is below the screen."""
        return int(self.max_scroll_y - self.scroll_target_y)
