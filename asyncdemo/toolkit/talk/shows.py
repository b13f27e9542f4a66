"""What runs in a slide: a stage, or a recording of one. Each in a thread of its own, where its keys are heard and its
pictures drawn, so that turning a slide waits for nobody."""

import io
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from math import inf
from queue import SimpleQueue
from typing import Any

from rich.console import Console, ConsoleDimensions

from ..compare import CompareControls, Comparing, Comparison
from ..errors import AsyncdemoError
from ..launcher.options import RunOptions
from ..launcher.run import Interrupted, Run
from ..live import RunControls
from ..load.process import Sender
from ..panels import Drawing, render
from ..plain import PlainLines
from ..replay import TICK_S, Player, ReplayControls
from ..screen import FRAME_S, Controls, Screen
from ..state import State
from ..telemetry.events import Event, ProcessEnded
from ..telemetry.recording import read_recording
from ..watch import end_of, loaded

Size = tuple[int, int]
"""Columns and rows."""
FIRST_SIZE = (88, 22)
"""Until the slide says how much room there is."""


class SlideScreen(Screen):
    """A screen inside a slide: its last drawing is there to be shown, and nothing is written to the terminal."""

    def __init__(self, size: Size, changed: Callable[[], None], *arguments: Any) -> None:
        controls, now, state, pressed, picture = arguments
        console = Console(file=io.StringIO(), width=size[0], height=size[1])
        super().__init__(controls, now, state, console, pressed, picture=picture)
        self.drawing: Drawing | None = None
        self._changed = changed

    def __enter__(self) -> "SlideScreen":
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def set_size(self, size: Size) -> None:
        """Draw for another size from now on."""
        self._console.size = ConsoleDimensions(*size)
        self._drawn_at = -FRAME_S

    def draw_now(self) -> None:
        """As it is now, once more: it is over, or its size has changed."""
        self._drawn_at = -FRAME_S
        self.tick()

    def _show(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self._changed()


class Show:
    """Something that runs in a slide, once."""

    takes_keys = True
    foot = ""
    """Its keys, in short: what its last line says while it has nothing else to say."""

    def __init__(self) -> None:
        self.problem = ""
        """Why it could not begin or go on; empty when all is well."""
        self.changed: Callable[[], None] = lambda: None
        """Called, from its own thread, when it has something else to show, or has ended."""
        self.stopping = threading.Event()
        self.over = False
        """Whether it has begun and ended."""
        self._pressed: SimpleQueue[str] = SimpleQueue()
        self._screen: SlideScreen | None = None
        self._controls: Controls | None = None
        self._size = FIRST_SIZE
        self._earlier: list[Show] = []
        self._thread = threading.Thread(target=self._main, daemon=True, name=type(self).__name__)

    def begin(self, earlier: "list[Show]") -> None:
        """Begin as soon as the earlier ones have ended, whose port it may want."""
        self._earlier = earlier
        self._thread.start()

    def stop(self) -> None:
        """Ask for the end, and wait for nothing. Can be called twice."""
        self.stopping.set()

    def join(self, timeout_s: float) -> None:
        """Wait for the end."""
        self._thread.join(timeout_s)

    def press(self, key: str) -> None:
        """A key that is meant for it."""
        self._pressed.put(key)

    def set_size(self, size: Size) -> None:
        """How much room it has."""
        if size != self._size:
            self._size = size
            if self._screen is not None:
                self._screen.set_size(size)

    @property
    def drawing(self) -> Drawing | None:
        """What is to be seen of it; None before there is anything."""
        return self._screen.drawing if self._screen is not None else None

    def play(self) -> None:
        """From its start to its end, or until somebody asks for that. Raises AsyncdemoError."""
        raise NotImplementedError

    def _main(self) -> None:
        for show in self._earlier:
            show.join(10)
        self._earlier = []
        if not self.stopping.is_set():
            self._play()
        self.over = True
        self.changed()

    def _play(self) -> None:
        try:
            self.play()
        except Interrupted:
            pass  # as was asked
        except AsyncdemoError as error:
            self.problem = str(error)
        except Exception as error:  # the talk goes on, and the recording plays
            self.problem = f"{type(error).__name__}: {error}"

    def _open(self, controls: Controls, now: Any, state: Any, picture: Any = render) -> SlideScreen:
        """The screen on which it is drawn from now on."""
        controls.foot = self.foot
        self._controls = controls
        self._screen = SlideScreen(self._size, self.changed, controls, now, state, self._pressed, picture)
        self._screen.set_size(self._size)  # another one may have been said meanwhile
        return self._screen


@dataclass(frozen=True)
class RunAsked:
    """`asyncdemo run …`."""

    options: RunOptions
    rate: float | None = None
    """Of its load, in requests a second of the lesson."""


class StageShow(Show):
    """A real run of a stage: its processes, its load if it has one, its panels and keys."""

    foot = "Esc back  h hello  w W + - workers  < > rate  ? keys"

    def __init__(self, asked: RunAsked) -> None:
        super().__init__()
        self.asked = asked
        self.ends = False
        """Whether it is on its way out, or gone."""
        self._wanted = threading.Event()
        self._state = State()
        self._lines = PlainLines(self._state)
        self._run = Run(asked.options, self._tell, hears_signals=False, offstage=True)

    def warm_up(self) -> None:
        """Start its processes, to be there when it is to begin."""
        self._thread.start()

    def begin(self, earlier: list[Show]) -> None:
        self._wanted.set()
        if self._thread.ident is None:
            super().begin(earlier)

    def stop(self) -> None:
        super().stop()
        self._run.stop()

    def play(self) -> None:
        run = self._run
        with run, ExitStack() as until_the_end:
            try:
                controls = SlideControls(run, self._state)
                screen = self._open(controls, run.now, lambda: self._state)
                run.spawn()
                run.wait_until_up(lambda: screen.tick() if self._wanted.is_set() else None)
                run.wait_until_wanted(self._wanted.is_set)
                run.announce()
                controls.sender = until_the_end.enter_context(loaded(run, self.asked.rate))
                run.watch(end_of(run), partial(self._look, controls.sender, screen))
            finally:
                self.ends = True
                run.close()

    def _look(self, sender: Sender | None, screen: SlideScreen) -> None:
        """Draw. Raises StartError if the load has broken off: without it, the demo shows nothing."""
        if sender is not None:
            sender.check(self._state.load.ended_at < inf)
        screen.tick()

    def _tell(self, event: Event) -> None:
        self._lines.take(event)
        controls = self._controls
        by_hand = isinstance(controls, SlideControls) and controls.turned_redis
        if isinstance(event, ProcessEnded) and event.process == "redis" and not (by_hand or self.stopping.is_set()):
            self.problem = self.problem or "Redis ended in the middle of the run."
            self._run.stop()


class SlideControls(RunControls):
    """The keys of a run, that know whether Redis has been stopped by hand."""

    turned_redis = False

    def redis(self) -> str:
        asked = super().redis()
        if self.question is not None:
            self.question = self._turn_redis
        return asked

    def _turn_redis(self) -> str:
        self.turned_redis = True
        return self.run.crew.toggle_redis()


class CompareShow(Show):
    """Stages in turn under the same load, and the table of them. One that is stopped before a row is on, ends then."""

    foot = "Esc back  space hold  ? keys  q end"

    def __init__(self, asked: Comparing) -> None:
        super().__init__()
        self._comparison = Comparison(asked, lambda line: None, hears_signals=False)

    def stop(self) -> None:
        super().stop()
        self._comparison.stop()

    def play(self) -> None:
        comparison = self._comparison
        controls = CompareControls(quit=self.stop)
        screen = self._open(controls, comparison.now, lambda: comparison.state, comparison.picture)

        def tick() -> None:
            if self.stopping.is_set():  # a row that has only just begun has not been told
                comparison.stop()
            screen.tick()

        comparison.play(tick)
        screen.draw_now()


class RecordingShow(Show):
    """A recording, in the same panels, marked as one."""

    foot = "Esc back  space hold  left right 5 s  < > speed"

    def __init__(self, path: str, speed: float = 1.0) -> None:
        super().__init__()
        self._path, self._speed = path, speed

    def begin(self, earlier: list[Show]) -> None:
        super().begin([])  # it needs no port: nothing to wait for

    def play(self) -> None:
        recording = read_recording(self._path)
        player = Player(recording.events)
        controls = ReplayControls(recording.ready_s, recording.length_s, self._speed)
        screen = self._open(controls, lambda: controls.at, lambda: player.state)
        while not (controls.over or self.stopping.wait(TICK_S)):
            controls.step()
            player.seek(controls.at)
            screen.tick()
