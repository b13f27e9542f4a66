"""The presenter: one slide at a time, its demo in it, and the keys."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from rich.console import RenderableType
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.events import Key, Resize
from textual.screen import Screen
from textual.widgets import Static

from ...deck.deck import Deck, Picture
from ...deck.deck_theme import footer_of
from ...deck.place import Place, budget
from ...deck.prose import Palette
from ...deck.reader import AS_IT_IS, ReadOptions, read_deck
from ...deck.render import Look, picture_name
from ...running.signals import END
from ...showing.panels import Drawing
from ...showing.terminal import foreground, stop_all, stop_here
from ..clock import Clock
from ..demos.slide_demo import Understand
from ..followers.remote import RemoteOptions
from ..followers.talk_progress import TalkProgressFile, left_by_crash
from .deck_watch import DeckWatch
from .foot import cover, foot, footer_line, hint, problem_bar
from .keyboard import Keyboard, key_of
from .layout import MARGIN, Layout, grows, laid_out, margin, output_room, split, starting
from .outputs import Outputs
from .speaker import Speaker
from .themes import room_of
from .widgets import Lines, Page, TalkScreen

LOOK_S = 0.5
"""How often the clock and the deck's file are looked at, and a demo that has nothing to show."""


@dataclass(frozen=True)
class TalkOptions:
    """What a presenter is asked for."""

    deck: Deck
    understand: Understand
    theme: str = ""
    """Of the room, `dark` or `bright`; empty for the deck's own, and dark where it has none."""
    remote: RemoteOptions | None = None
    picture: Callable[[Picture, int], RenderableType] = picture_name
    """How the terminal shows one."""
    reading: ReadOptions = AS_IT_IS
    """How the deck is read, when its file has changed."""


class Presenter(App[None], inherit_bindings=False):
    """Shows what a Speaker does."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [Binding("ctrl+c", "speak('ctrl+c')", priority=True, show=False)]
    CSS = f"""
    TalkScreen {{ layout: vertical; overflow: hidden; scrollbar-size: 0 0; }}
    #bar {{ display: none; }}
    Page {{ height: 1fr; padding: 1 {MARGIN} 0 {MARGIN}; scrollbar-size: 0 0; }}
    #text {{ height: auto; }}
    #panels {{ display: none; }}
    #over {{ display: none; height: 1fr; }}
    #footer {{ display: none; }}
    """

    def __init__(self, options: TalkOptions, *, clock: Callable[[], float] = time.time) -> None:
        no_color = bool(os.environ.get("NO_COLOR"))  # as `base.terminal` has left it
        super().__init__(driver_class=Keyboard, ansi_color=True if no_color else None)
        self._room = room_of(options.deck.theme, options.theme)
        self.register_theme(self._room.theme)
        self.ansi_theme_dark = self.ansi_theme_light = self._room.colours
        self.theme = self._room.theme.name
        notify = None if no_color else self._room.notify
        self._outputs = Outputs()
        palette = Palette(self._room.ground, options.deck.theme)
        self._slide_look = Look(palette=palette, picture=options.picture, output=self._outputs.drawn)
        self._text, self._page = Static(id="text"), Page()
        drawings = ("bar", "panels", "over", "footer", "foot")
        self._bar, self._panels, self._over, self._footer, self._foot = (Lines(name, notify) for name in drawings)
        self._watched = DeckWatch(options.deck, read=partial(read_deck, options=options.reading))
        self._shown: Layout | None = None
        self._drawing: Drawing | None = None
        """The picture of the demo that is on the screen."""
        self._panels_size = (0, 0)
        """With the demo's own foot."""
        self._demo_says = "", False
        """Its keys; or what one of them has done, or asks, which is loud."""
        self._scrolled, self._follows_end = Place(-1), False
        """The place whose text is shown, and whether what it has brought is to be in sight, until somebody scrolls."""
        self._told: tuple[object, ...] = ()
        """What was true when the progress was written."""
        self._unwritten = ""
        """Why it could not be, as was said last."""
        self._seen: tuple[object, ...] = ()
        """What was true when it was put on the screen."""
        self.progress_file = TalkProgressFile(options.deck.path)
        self._settled = False
        """Whether everything has been drawn in its place since."""
        self._clock_shown = ""
        self.speaker = Speaker(options.deck, options.understand, scroll=self._scroll, clock=clock)
        self.progress = self.speaker.progress
        """As it was told last; for other threads, to which the deck may be between two editions."""

    def get_default_screen(self) -> Screen[None]:
        return TalkScreen()

    def compose(self) -> ComposeResult:
        yield self._bar
        with self._page:
            yield self._text
        yield self._panels
        yield self._over
        yield self._footer
        yield self._foot

    def on_mount(self) -> None:
        """Begin, where a crash left off if there was one; a signal ends the talk as `q` does."""
        loop = asyncio.get_running_loop()
        for number in END:
            loop.add_signal_handler(number, self._on_signal, number)
        loop.add_signal_handler(signal.SIGTSTP, self._let_go, stop_here)
        loop.add_signal_handler(signal.SIGCONT, self.refresh)  # to Textual, whoever goes on must have stopped by Ctrl-Z
        self.speaker.show_pool.changed = self._wake
        self._come_back()
        self.set_interval(LOOK_S, self._look)
        self.watch(self._page, "virtual_size", self._reveal, init=False)
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
            speaker.message = "back where the last presenter was; Home twice begins anew"

    def _on_signal(self, number: signal.Signals) -> None:
        self.exit(return_code=0 if number == signal.SIGINT else 128 + number)

    def _let_go(self, stop: Callable[[], bool]) -> None:
        """Give the terminal to the shell, and take it again when that gives it back."""
        with self.suspend():
            stopped = stop()
            while not foreground() and stop_here():  # `bg`
                pass
        if not stopped:
            self.speaker.message = "no shell is here to go back to"
        self._shown, self._seen = None, ()
        self._show()

    # Keys

    def on_key(self, event: Key) -> None:
        event.stop()
        key = key_of(event)
        if key == "ctrl+z":
            self._let_go(stop_all)
        elif key == "ctrl+backslash":
            self._on_signal(signal.SIGQUIT)
        elif key:
            self.action_speak(key)

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
        self._follows_end = False
        self._page.scroll_relative(y=rows, animate=False, immediate=True)
        self.call_after_refresh(self._show_foot)

    def on_resize(self, event: Resize) -> None:
        self._shown, self._seen = None, ()
        self._show()

    # What time brings

    def _look(self) -> None:
        speaker = self.speaker
        speaker.look()
        deck, problem = self._watched.look()
        if deck is not None:
            speaker.take(deck)
            self._shown, self._seen, self._follows_end = None, (), False
        speaker.problem = problem
        self._tell()
        self._show()

    def _wake(self) -> None:
        """A show has something to show, or has ended. From its thread."""
        with suppress(RuntimeError):  # the talk is over
            self.call_later(self._look)

    def _tell(self) -> None:
        """Write down where the talk stands, when that has changed."""
        speaker = self.speaker
        phase = speaker.demo.phase if speaker.demo is not None else None
        where = (speaker.deck, speaker.place, speaker.began, speaker.slide_began, phase, speaker.lesson_key)
        if where != self._told or self.progress_file.gone:
            self._told = where
            self.progress = speaker.progress
            problem = self.progress_file.write(self.progress)
            if problem != self._unwritten and not speaker.message:  # once: the audience reads it too
                self._unwritten = speaker.message = problem

    # What is seen

    def _to_be_seen(self) -> tuple[object, ...]:
        """All that the screen tells, but for the panels and the clock. The same objects are soon compared."""
        speaker, demo = self.speaker, self.speaker.shown_demo
        return (
            *(self.size, speaker.slide, speaker.place, speaker.over, speaker.chosen, speaker.problem, speaker.message),
            *(speaker.prompt.shown if speaker.prompt is not None else "", speaker.demo_has_keys),
            *((demo, demo.phase, demo.takes_keys, demo.drawing is None) if demo is not None else ()),
        )

    @property
    def _clock(self) -> str:
        """How long the talk has taken."""
        began = self.speaker.began
        return Clock(self.speaker.clock() - began if began is not None else 0.0, budget(self.speaker.deck)).text

    def _show(self) -> None:
        """Put on the screen what has changed; most times that this is asked for, nothing has."""
        speaker, (width, height) = self.speaker, self.size
        seen = self._to_be_seen()
        if not width:
            return  # not there yet
        if seen == self._seen:
            self._follow()
            return
        self._seen, self._settled = seen, False
        self.call_after_refresh(self._settle)
        over = cover(speaker.over, speaker.deck, speaker.chosen, width, height)
        self._foot.display = over is None
        self._over.display = over is not None
        self._bar.display = bool(speaker.problem) and over is None
        if over is not None:
            self._page.display = self._panels.display = self._footer.display = False
            self._over.show(over)
            return
        lines = problem_bar(speaker.problem, width)
        self._bar.styles.height = len(lines)
        self._bar.show(Drawing(lines))
        footer = footer_line(footer_of(speaker.deck, speaker.place.slide), width, self._slide_look.palette)
        self._footer.display = bool(footer)
        self._footer.show(Drawing(footer))
        self._show_slide(width, height - len(lines) - len(footer))
        self._show_foot()

    def _settle(self) -> None:
        """Everything is in its place."""
        self._settled = True
        self._reveal()
        self._show_foot()

    def _follow(self) -> None:
        """Show what changes by itself: the panels, what a program prints, and the clock."""
        self._show_panels()
        self._show_output()
        if self._clock != self._clock_shown:
            self._show_foot()

    def _show_slide(self, width: int, height: int) -> None:
        """The text, and below it the panels of a demo that has any."""
        speaker, demo = self.speaker, self.speaker.shown_demo
        in_place = demo is not None and speaker.slide.has_output(demo.demo.name, speaker.place.step) and demo.is_program
        has_panels = demo is not None and (demo.playing or demo.drawing is not None) and not in_place
        opens = speaker.place.slide == 0
        command = demo.demo.text if demo is not None else ""
        look = self._slide_look
        layout = laid_out(speaker.slide, speaker.place.step, width, height, has_panels, opens, look, command)
        self._panels.display = has_panels
        self._page.display = layout.text is not None
        if demo is not None and has_panels:
            self._panels_size = (width, layout.panels + 1)
            demo.set_size(self._panels_size)
            self._panels.styles.height = layout.panels
            self._drawing = None
            self._show_panels()
        if demo is not None and in_place:
            room = output_room(speaker.slide, speaker.place.step, width, height, look, demo.demo.name)
            demo.set_size(room)
            self._show_output()
        if layout is not self._shown:
            self._shown = layout
            self._page.styles.padding = (layout.above, side := margin(width), 0, side)
            self._text.update(layout.text or "")
        if speaker.place.slide != self._scrolled.slide:
            self._page.scroll_home(animate=False)
        if speaker.place != self._scrolled:
            self._scrolled, self._follows_end = speaker.place, True
            self.call_after_refresh(self._reveal)  # and when the text has its size, if that comes later

    def _reveal(self) -> None:
        """What a step has brought is to be seen: the end of what is shown, where it is below the screen."""
        speaker = self.speaker
        if not (self._follows_end and speaker.place.step and grows(speaker.slide, speaker.place.step)):
            return
        if self._page.rows_below > 0:
            self._page.scroll_end(animate=False)
            self.call_after_refresh(self._show_foot)

    def _show_panels(self) -> None:
        """The panels of the demo, if it has drawn another picture."""
        demo, before = self.speaker.shown_demo, self._drawing
        drawing = demo.drawing if demo is not None else None
        if demo is None or not self._panels.display or (drawing is not None and drawing is before):
            return
        self._drawing = drawing
        drawing, says = split(drawing or starting(demo.demo.text, *self._panels_size))
        self._panels.show(drawing, at_once=self._settled)
        if says != self._demo_says:
            self._demo_says = says
            self._show_foot()

    def _show_output(self) -> None:
        """What a program has printed, on the slide that has a place for it."""
        demo = self.speaker.shown_demo
        if demo is not None and self._outputs.take(demo) and self._shown is not None:
            self._text.update(self._shown.text or "")

    def _show_foot(self) -> None:
        """Where we are, who has the keys, what is to be said, and the clock."""
        speaker, demo = self.speaker, self.speaker.shown_demo
        where = f"{speaker.place.slide + 1}/{len(speaker.deck.slides)}"
        if speaker.slide.steps > 1:
            where += f" {'●' * (speaker.place.step + 1)}{'○' * (speaker.slide.steps - speaker.place.step - 1)}"
        marks = [demo.phase.value] if demo is not None and demo.playing else []
        marks += ["KEYS: DEMO"] if speaker.demo_has_keys else []
        said = speaker.prompt.shown if speaker.prompt is not None else speaker.message
        said, loud = self._demo_says if speaker.demo_has_keys and not said else (said, bool(said))
        self._clock_shown = self._clock
        line = foot(
            where,
            marks,
            said or hint(demo, self._page.rows_below, speaker.next_demo is not None, speaker.demo_has_keys),
            self._clock_shown,
            self.size.width,
            loud=loud,
        )
        self._foot.show(Drawing([line]), at_once=self._settled)
