"""What can run in a slide: a stage, a comparison, or a recording."""

import threading
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from math import inf

from ...events.events import Event, ProcessEnded, Stopping
from ...events.recording import read_recording
from ...features.compare import controls_of
from ...features.compare_options import CompareOptions
from ...features.comparison import Comparison
from ...features.players import player_of
from ...features.replay import TICK_S, controls_for
from ...features.run.run_keys import RunControls
from ...features.run.run_stage import Load, end_of
from ...known.state import State
from ...running.options import RunOptions
from ...running.run import Run
from ...showing.lines.run_lines import PlainLines
from ...showing.panels import Drawing, View
from .show import Show, SlideScreen

LESSON_KEY = "w"
"""A worker reserved for what is quick: the point of the talk in one key."""


@dataclass(frozen=True)
class WatchOptions:
    """`asyncdemo run …`."""

    options: RunOptions
    rate: float | None = None
    """Of its load, in requests a second of the lesson."""

    @property
    def is_ours(self) -> bool:
        """Whether it is a stage, which listens where it is told to."""
        return self.options.project is None

    @property
    def is_harmless(self) -> bool:
        """Whether it may be started before anybody asks for it."""
        return self.is_ours and self.options.record is None


class StageShow(Show):
    """A real run of a stage: its processes, its load if it has one, its panels and keys."""

    def __init__(self, options: WatchOptions) -> None:
        super().__init__()
        self.options = options
        self.ends = False
        """Whether it is on its way out, or gone."""
        self._wanted = threading.Event()
        self._state = State()
        self._lines = PlainLines(self._state)
        self._run = Run(options.options, self._tell, hears_signals=False, offstage=options.is_ours)

    def warm_up(self) -> None:
        """Start its processes, to be there when it is to begin."""
        self._start()

    def begin(self, earlier: list[Show]) -> None:
        self._wanted.set()
        if self._thread.ident is None:
            super().begin(earlier)

    def stop(self) -> None:
        super().stop()
        self._run.stop()

    def play(self) -> None:
        with ExitStack() as until_the_end, self._run as starting:
            controls = SlideControls(self._run, self._state)
            screen = self._open(controls, starting.now, lambda: self._state)
            wanted = self._wanted.is_set
            try:
                live = controls.live = starting.until_up(lambda: screen.tick() if wanted() else None, wanted=wanted)
                Load(self.options.rate).ask_and_begin(controls, live, until_the_end)
                live.watch(end_of(live), partial(self._look, controls, screen))
            finally:
                screen.end()

    @property
    def lesson_key(self) -> str:
        controls = self._controls
        if not isinstance(controls, SlideControls) or self.ends or self.stopping.is_set():
            return ""
        return controls.lesson_key

    def _look(self, controls: RunControls, screen: SlideScreen) -> None:
        """Draw. Raises StartError if the load has broken off: without it, the demo shows nothing."""
        if controls.load_process is not None:
            controls.load_process.check(self._state.load.ended_at < inf)
        controls.look()
        screen.tick()

    def _tell(self, event: Event) -> None:
        self._lines.take(event)
        self.ends = self.ends or isinstance(event, Stopping)
        controls = self._controls
        by_hand = isinstance(controls, SlideControls) and controls.turned_redis
        meant = by_hand or self.ends or self.stopping.is_set()
        if isinstance(event, ProcessEnded) and event.process == self._run.options.stage.broker and not meant:
            self.problem = self.problem or "Redis ended in the middle of the run."
            self._run.stop()


class SlideControls(RunControls):
    """The keys of a run, that know whether Redis has been stopped by hand."""

    turned_redis = False

    def stop_redis(self) -> str:
        self.turned_redis = True
        return super().stop_redis()

    @property
    def lesson_key(self) -> str:
        """`w: a worker for web only`; empty where it would do nothing."""
        return f"{LESSON_KEY}: a worker for {self.stage.reserved_for} only" if self.works(LESSON_KEY) else ""

    @property
    def keys_in_short(self) -> str:
        workers = "w W + - workers" if self.works("w") else "+ - workers" if self.works("+") else ""
        visitor = "h visitor" if self.stage.own else "h hello"
        shown = (workers, self.works("h") and visitor, self.works("<") and "< > rate")
        return "  ".join(["Esc back", *(words for words in shown if words), "? keys"])


class CompareShow(Show):
    """Setups under the same load, and at the end the table of them. One that is stopped before a row is on, ends
    then."""

    foot = "Esc back  "

    def __init__(self, options: CompareOptions) -> None:
        super().__init__()
        self._comparison = Comparison(options, lambda line: None, hears_signals=False)

    def stop(self) -> None:
        super().stop()
        self._comparison.stop()

    def play(self) -> None:
        comparison = self._comparison

        def picture(state: State, now: float, view: View) -> Drawing:
            return comparison.picture(view)

        screen = self._open(controls_of(comparison), comparison.race.now, State, picture)
        comparison.play(lambda: self._look(screen))
        screen.end()

    def _look(self, screen: SlideScreen) -> None:
        """Draw. Where a lane has failed, the demo has: there is a recording that shows them all."""
        self.problem = self.problem or next(filter(None, (lane.problem for lane in self._comparison.race.lanes)), "")
        if self.problem and not self.stopping.is_set():
            self.stop()
        screen.tick()


class RecordingShow(Show):
    """A recording, in the same panels, marked as one."""

    foot = "Esc back  space pause  left right 5 s  < > speed  ? keys"

    def __init__(self, path: str, speed: float = 1.0) -> None:
        super().__init__()
        self._path, self._speed = path, speed

    def begin(self, earlier: list[Show]) -> None:
        super().begin([])  # it needs no port: nothing to wait for

    def play(self) -> None:
        recording = read_recording(self._path)
        player = player_of(recording)
        controls = controls_for(player, self._speed)
        screen = self._open(controls, lambda: controls.at, lambda: player.state, player.picture)
        while not (controls.over or self.stopping.wait(TICK_S)):
            controls.step()
            player.seek(controls.at)
            screen.tick()
        screen.end()
