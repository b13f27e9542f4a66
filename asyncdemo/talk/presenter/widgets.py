"""What a slide is made of on the screen: its text, and drawings, which are lines that need no layout."""

from itertools import zip_longest

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.containers import VerticalScroll
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from ...showing.panels import Drawing
from ...showing.panels.style import NONE
from ...showing.panels.style import NOTIFY as ORANGE
from .rows import Rows, write_rows


class TalkScreen(Screen[None], inherit_bindings=False):
    """Textual's screen, without keys of its own."""


class Lines(Widget):
    """A drawing, line for line: panels, the foot, or what lies over the slide.

    Only lines that have changed are made, and written: half a picture of the panels is as it was in the one before.
    They have no border and no padding, so that they need not go through Textual's styles.
    """

    DEFAULT_CSS = "Lines { height: 1; }"

    def __init__(self, name: str, notify: tuple[int, int, int] | None) -> None:
        super().__init__(id=name)
        self._drawing = Drawing([])
        self._notify = Color.from_rgb(*notify) if notify is not None else None
        self._strips: dict[int, Strip] = {}
        """The lines that have been made, by their place."""
        self._styles: dict[Style, Style] = {}
        """A style of a drawing -> what is written for it here."""

    def show(self, drawing: Drawing, *, at_once: bool = False) -> None:
        """Show another drawing. `at_once`, in its place, past Textual's compositor, which would ask everybody."""
        before, self._drawing = self._drawing.lines, drawing
        changed = [y for y, (old, new) in enumerate(zip_longest(before, drawing.lines)) if old != new]
        if not changed:
            return
        for y in changed:
            self._strips.pop(y, None)
        place = self.region if at_once and self.display else None
        if place:
            strips = {place.y + y: self._strip(y) for y in changed if y < place.height}
            write_rows(self.screen, Rows(place.x, strips))
        else:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def notify_style_update(self) -> None:
        """Other colours: all lines are made anew."""
        super().notify_style_update()
        self._strips.clear()
        self._styles.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Its lines, as far as they are in sight."""
        strips = [self._strip(y) for y in crop.line_range]
        whole = crop.column_span == (0, self.size.width)
        return strips if whole else [strip.crop(*crop.column_span) for strip in strips]

    def _strip(self, y: int) -> Strip:
        """One of its lines, as wide as it is."""
        width, made = self.size.width, self._strips.get(y)
        if made is None or made.cell_length != width:
            lines = self._drawing.lines
            parts = lines[y] if y < len(lines) else []
            strip = Strip([Segment(text, self._here(style)) for text, style in parts])
            made = self._strips[y] = strip.adjust_cell_length(width, self._here(NONE))
        return made

    def _here(self, style: Style) -> Style:
        """A style of a drawing, in the colours of the room."""
        known = self._styles.get(style)
        if known is None:
            strip = Strip([Segment(" ", self.rich_style + recoloured(style, self._notify))])
            for each in self.get_line_filters():
                strip = strip.apply_filter(each, self.background_colors[1])
            known = self._styles[style] = next(iter(strip)).style or NONE
        return known


def recoloured(style: Style, notify: Color | None) -> Style:
    """A style of the panels, with the orange of the room."""
    return style + Style(color=notify) if notify is not None and style.color == ORANGE.color else style


class Page(VerticalScroll, can_focus=False):
    """The slide's text, that may be longer than the screen."""

    @property
    def rows_below(self) -> int:
        """How much of it is below the screen."""
        return int(self.max_scroll_y - self.scroll_y)
