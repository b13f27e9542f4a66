"""The presenter: one slide at a time, its demo in it, and the keys."""

import asyncio
import os
import signal
import time
from dataclasses import dataclass

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.events import Key, Resize
from textual.screen import Screen
from textual.widgets import Static

from ..panels import Drawing, help_screen
from .deck import Deck
from .demo import Phase, SlideDemo, Understand
from .foot import KEYS_OF_A_TALK, LEAST, Clock, bar, blank, foot, overview, too_small
from .layout import MARGIN, Layout, laid_out, split, starting
from .place import Place, budget
from .remote import Remote, Wanted
from .rooms import BRIGHT, DARK, NAMES, NOTIFY, THEMES
from .speaker import Speaker
from .standing import Standing, left_by_crash, remove_standing, write_standing
from .watched import Watched
from .widgets import Lines, Page

LOOK_S = 0.1
"""How often the demo, the clock and the deck's file are looked at."""
GOODBYE_S = 6.0
"""How long the end waits for a demo. The guard of its run is not in a hurry: it outlives us."""
HINTS = {
    Phase.READY: "Enter runs the demo",
    Phase.LIVE: "Tab gives it the keys  f its recording",
    Phase.RECORDED: "r runs it live",
    Phase.OVER: "r runs it again  f its recording",
}


@dataclass(frozen=True)
class Presenting:
    """What a presenter is asked for."""

    deck: Deck
    understand: Understand
    theme: str = "dark"
    remote: Wanted | None = None


class Stage(Screen[None], inherit_bindings=False):
    """Textual's screen, without keys of its own."""


class Presenter(App[None], inherit_bindings=False):
    """Shows what a Speaker does."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [Binding("ctrl+c", "speak('ctrl+c')", priority=True, show=False)]
    CSS = f"""
    Stage {{ layout: vertical; overflow: hidden; scrollbar-size: 0 0; }}
    #bar {{ display: none; }}
    Page {{ height: 1fr; padding: 1 {MARGIN} 0 {MARGIN}; scrollbar-size: 0 0; }}
    #text {{ height: auto; }}
    #panels {{ display: none; }}
    #over {{ display: none; height: 1fr; }}
    """

    def __init__(self, asked: Presenting) -> None:
        no_color = "NO_COLOR" in os.environ
        super().__init__(ansi_color=True if no_color else None)
        for theme in THEMES:
            self.register_theme(theme)
        self.ansi_theme_dark, self.ansi_theme_light = DARK, BRIGHT
        self.theme = NAMES[asked.theme]
        notify = None if no_color else NOTIFY[asked.theme]
        self._text, self._page = Static(id="text"), Page()
        drawings = ("bar", "panels", "over", "foot")
        self._bar, self._panels, self._over, self._foot = (Lines(name, notify) for name in drawings)
        self._watched = Watched(asked.deck)
        self._shown: Layout | None = None
        self._demo_says = ""
        """Its keys, or what one of them has done, or asks."""
        self._scrolled = -1
        """The slide whose text has been scrolled."""
        self._told: Standing | None = None
        self.speaker = Speaker(asked.deck, asked.understand, scroll=self._scroll)

    def get_default_screen(self) -> Screen[None]:
        return Stage()

    def compose(self) -> ComposeResult:
        yield self._bar
        with self._page:
            yield self._text
        yield self._panels
        yield self._over
        yield self._foot

    def on_mount(self) -> None:
        """Begin, where a crash left off if there was one; a signal ends the talk as `q` does."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._on_signal, number)
        self._come_back()
        self.set_interval(LOOK_S, self._look)
        self._show()

    def _come_back(self) -> None:
        """Go to where a crash left off."""
        left, speaker = left_by_crash(self.speaker.deck.path), self.speaker
        if left is None:
            return
        last = len(speaker.deck.slides) - 1
        slide = min(left.slide, last)
        speaker.go(Place(slide, min(left.step, speaker.deck.slides[slide].steps - 1)))
        speaker.began = left.began
        if speaker.place != Place():
            speaker.message = "back where the last presenter was; Home is the first slide"

    def _on_signal(self, number: signal.Signals) -> None:
        self.exit(return_code=0 if number == signal.SIGINT else 128 + number)

    # Keys

    def on_key(self, event: Key) -> None:
        event.stop()
        is_text = event.character is not None and event.character.isprintable()
        key = str(event.character) if is_text else event.key
        self.action_speak("enter" if key == "ctrl+j" else key)  # Enter is that to a terminal that is not yet ours

    def action_speak(self, key: str) -> None:
        """A key of the keyboard."""
        self.speaker.press(key)
        if self.speaker.ended:
            self.exit()
        else:
            self._look()

    def press_from_afar(self, button: str) -> None:
        """A button of the remote. From any thread but ours; returns when it is done."""

        def press() -> None:
            self.speaker.press_from_afar(button)
            self._look()

        self.call_from_thread(press)

    def _scroll(self, rows: int) -> None:
        self._page.scroll_relative(y=rows, animate=False, immediate=True)
        self.call_after_refresh(self._show_foot)

    def on_resize(self, event: Resize) -> None:
        self._shown = None
        self._show()

    # What time brings

    def _look(self) -> None:
        speaker = self.speaker
        speaker.look()
        deck, problem = self._watched.look()
        if deck is not None:
            speaker.take(deck)
            self._shown = None
        speaker.problem = problem
        self._tell()
        self._show()

    def _tell(self) -> None:
        """Write down where the talk stands, when that has changed."""
        standing = self.speaker.standing
        if standing != self._told:
            self._told = standing
            problem = write_standing(standing)
            if problem:
                self.speaker.message = problem

    # What is seen

    def _show(self) -> None:
        """Put on the screen what has changed."""
        speaker, (width, height) = self.speaker, self.size
        if not width:
            return  # not there yet
        over = self._what_lies_over(width, height)
        self._foot.display = over is None
        self._over.display = over is not None
        self._bar.display = bool(speaker.problem) and over is None
        if over is not None:
            self._page.display = self._panels.display = False
            self._over.show(over)
            return
        lines = bar(speaker.problem, width)
        self._bar.styles.height = len(lines)
        self._bar.show(Drawing(lines))
        self._show_slide(width, height - len(lines))
        self._show_foot()

    def _what_lies_over(self, width: int, height: int) -> Drawing | None:
        if width < LEAST[0] or height < LEAST[1]:
            return too_small(width, height)
        if self.speaker.over == "help":
            return help_screen(KEYS_OF_A_TALK, width, height)
        if self.speaker.over == "overview":
            return overview(self.speaker.deck, self.speaker.chosen, width, height)
        return blank(width, height) if self.speaker.over == "blank" else None

    def _show_slide(self, width: int, height: int) -> None:
        """The text, and below it the panels of a demo that has any."""
        speaker, demo = self.speaker, self.speaker.shown_demo
        has_panels = demo is not None and (demo.playing or demo.drawing is not None)
        layout = laid_out(speaker.slide, speaker.place.step, width, height, has_panels)
        self._panels.display = has_panels
        self._page.display = layout.text is not None
        if demo is not None and has_panels:
            demo.set_size((width, layout.panels + 1))
            self._panels.styles.height = layout.panels
            drawing, self._demo_says = split(demo.drawing or starting(demo.demo.text, width, layout.panels + 1))
            self._panels.show(drawing)
        if layout is not self._shown:
            self._shown = layout
            self._page.styles.padding = (layout.above, MARGIN, 0, MARGIN)
            self._text.update(layout.text or "")
            self.call_after_refresh(self._show_foot)
        if speaker.place.slide != self._scrolled:
            self._scrolled = speaker.place.slide
            self._page.scroll_home(animate=False)

    def _show_foot(self) -> None:
        """Where we are, who has the keys, what is to be said, and the clock."""
        speaker, demo = self.speaker, self.speaker.shown_demo
        where = f"{speaker.place.slide + 1}/{len(speaker.deck.slides)}"
        if speaker.slide.steps > 1:
            where += f" {'●' * (speaker.place.step + 1)}{'○' * (speaker.slide.steps - speaker.place.step - 1)}"
        marks = [demo.phase.value] if demo is not None and demo.playing else []
        marks += ["KEYS: DEMO"] if speaker.demo_has_keys else []
        said = speaker.prompt.shown if speaker.prompt is not None else speaker.message
        if speaker.demo_has_keys and not said:
            said = self._demo_says
        elapsed = time.time() - speaker.began if speaker.began is not None else 0.0
        clock = Clock(elapsed, budget(speaker.deck)).text
        line = foot(where, marks, said or self._hint(demo), clock, self.size.width, loud=bool(said))
        self._foot.show(Drawing([line]))

    def _hint(self, demo: SlideDemo | None) -> str:
        """What is worth doing here."""
        if demo is not None:
            return HINTS[demo.phase] if demo.takes_keys or not demo.playing else "right goes on, and ends it"
        below = self._page.rows_below
        return f"▼ {below} more rows: down" if below > 0 else "? keys"


def present(asked: Presenting) -> int:
    """Give a talk: the exit code. However it ends, its demos end with it."""
    presenter = Presenter(asked)
    speaker, remote = presenter.speaker, None
    if asked.remote is not None:
        remote = Remote(asked.remote, presenter.press_from_afar, lambda: presenter._told or speaker.standing)
        speaker.address = remote.address
    try:
        presenter.run(mouse=False)
    finally:
        if remote is not None:
            remote.close()
        speaker.backstage.end(GOODBYE_S)
    remove_standing(speaker.deck.path)
    return presenter.return_code or 0
