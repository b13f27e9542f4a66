"""The demo of the slide that is on screen: ready, live, recorded or over, and how one becomes another."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ...base.errors import AsyncdemoError
from ...base.text import in_one_line, printable
from ...deck.deck import Demo
from ...features.compare_options import CompareOptions
from ...features.hammer import HammerOptions
from ...showing.panels import Drawing
from ...showing.panels.lines import Line
from .hammer_show import HammerShow
from .program_show import ProgramShow
from .show import Show, Size
from .show_pool import ShowPool
from .shows import CompareShow, RecordingShow, WatchOptions


@dataclass(frozen=True)
class ReplayOptions:
    """`asyncdemo replay …`."""

    path: str
    speed: float = 1.0


@dataclass(frozen=True)
class ProgramOptions:
    """Something that is not ours, and is allowed to run in this folder."""

    demo: Demo
    folder: Path


DemoOptions = WatchOptions | ReplayOptions | CompareOptions | HammerOptions | ProgramOptions
Understand = Callable[[Demo], DemoOptions]
"""What a demo's command asks for. Raises AsyncdemoError for what cannot be had in a slide, saying why."""


OVER = "it is over: r runs it again"


class Phase(Enum):
    """What a demo does; in words, as the audience and the notes read them."""

    READY = "ready"
    LIVE = "live"
    RECORDED = "recorded"
    OVER = "over"


class SlideDemo:
    """A demo, while its slide is on screen."""

    def __init__(self, demo: Demo, understand: Understand, show_pool: ShowPool) -> None:
        self.demo, self.phase, self.message = demo, Phase.READY, ""
        self._understand, self._backstage = understand, show_pool
        self.tried = False
        """Whether it has been asked to run since its slide is on screen."""
        self._show: Show | None = None
        """Also when it is over: what stays of it follows the window."""
        self._size: Size | None = None
        self._last: Drawing | None = None
        """Of the show before."""

    @property
    def playing(self) -> bool:
        """Whether it has something going on."""
        return self.phase in (Phase.LIVE, Phase.RECORDED)

    @property
    def takes_keys(self) -> bool:
        """Whether that hears any keys."""
        return self.playing and self._show is not None and self._show.takes_keys

    @property
    def drawing(self) -> Drawing | None:
        """Its panels; None before there are any."""
        return (self._show.drawing if self._show is not None else None) or self._last

    @property
    def is_program(self) -> bool:
        """Whether it is none of our commands."""
        return self.demo.command[0] != "asyncdemo"

    @property
    def printed(self) -> list[Line]:
        """What its program has printed, if it is one."""
        return self._show.printed if isinstance(self._show, ProgramShow) else []

    def run(self) -> None:
        """Run it now, unless it does."""
        self.tried = True
        if self.phase is Phase.LIVE:
            self.message = "it runs"
            return
        try:
            options = self._understand(self.demo)
        except AsyncdemoError as error:
            self._give_up(str(error))
            return
        if isinstance(options, WatchOptions):
            self._begin(self._backstage.stage(options), Phase.LIVE)
        elif isinstance(options, CompareOptions):
            self._begin(CompareShow(options), Phase.LIVE)
        elif isinstance(options, HammerOptions):
            self._begin(HammerShow(options), Phase.LIVE)
        elif isinstance(options, ProgramOptions):
            self._begin(ProgramShow(options.demo, options.folder), Phase.LIVE)
        else:
            self._begin(RecordingShow(options.path, options.speed), Phase.RECORDED)

    def fall_back(self) -> None:
        """Play its recording instead, from the beginning."""
        if self.demo.fallback is None:
            self.message = "there is no recording to fall back on"
        else:
            self._begin(RecordingShow(str(self.demo.fallback)), Phase.RECORDED)

    def leave(self) -> None:
        """Its slide has gone: end it, in the background."""
        if self._show is not None:
            self._show.stop()
        self._show, self._last, self.phase, self.tried = None, None, Phase.READY, False

    @property
    def lesson_key(self) -> str:
        """The one key of the lesson and what it does, while it runs and would do something; else empty."""
        return self._show.lesson_key if self.phase is Phase.LIVE and self._show is not None else ""

    def press(self, key: str) -> None:
        """A key that is meant for it."""
        if self._show is not None:
            self._show.press(key)

    def set_size(self, size: Size) -> None:
        """How much room its panels have."""
        self._size = size
        if self._show is not None:
            self._show.set_size(size)

    def look(self) -> None:
        """Notice what has become of it; what failed is replaced by its recording."""
        show = self._show
        if show is None or not show.over or not self.playing:
            return
        live, self.phase = self.phase is Phase.LIVE, Phase.OVER
        if show.problem:
            self._give_up(show.problem, again=live)
        else:
            self.message = OVER

    def _give_up(self, problem: str, again: bool = True) -> None:
        """It cannot be shown live, and a recording that is broken not either."""
        problem = printable(in_one_line(problem))
        if again and self.demo.fallback is not None:
            self.fall_back()
            self.message = f"since: {problem}"  # beside the word that it is recorded
        else:
            self.message = problem

    def _begin(self, show: Show, phase: Phase) -> None:
        if self._show is not None:
            self._last = self._show.drawing  # until the next has something to show
            self._show.stop()
        self._show, self.phase, self.message = show, phase, ""
        if self._size is not None:
            show.set_size(self._size)
        self._backstage.begin(show)
