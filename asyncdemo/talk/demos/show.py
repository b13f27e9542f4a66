"""Something that runs in a slide. In a thread of its own, where its keys are heard and its pictures drawn, so that
turning a slide waits for nobody."""

import io
import threading
from collections.abc import Callable
from copy import deepcopy
from queue import SimpleQueue

from rich.console import Console, ConsoleDimensions

from ...base.errors import NO_ROOM, AsyncdemoError, no_room_text
from ...known.state import State
from ...running.starting import Interrupted
from ...showing.panels import Drawing, View, render
from ...showing.screen import FRAME_S, Controls, Screen

Size = tuple[int, int]
"""Columns and rows."""
FIRST_SIZE = (88, 24)
"""Until the slide says how much room there is."""
Picture = Callable[[State, float, View], Drawing]


class SlideScreen(Screen):
    """A screen inside a slide: its last drawing is there to be shown, and nothing is written to the terminal."""

    def __init__(
        self,
        size: Size,
        changed: Callable[[], None],
        controls: Controls,
        now: Callable[[], float],
        state: Callable[[], State],
        pressed: "SimpleQueue[str]",
        picture: Picture,
    ) -> None:
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

    def end(self) -> None:
        """It is over: how things are now is what it shows from now on, in whatever size."""
        now, state = self._now(), deepcopy(self._state())
        self._now, self._state = lambda: now, lambda: state
        self._controls.helping = self._controls.paused = False
        if self.drawing is not None:
            self._draw()

    def fit(self, size: Size) -> None:
        """Draw one that is over, which nobody else does any more, if it has another size."""
        if self.drawing is not None and self.drawing.size != size:
            self._draw()

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
        self._start()

    def stop(self) -> None:
        """Ask for the end, and wait for nothing. Can be called twice."""
        self.stopping.set()

    def join(self, timeout_s: float) -> None:
        """Wait for the end."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def press(self, key: str) -> None:
        """A key that is meant for it."""
        self._pressed.put(key)

    @property
    def lesson_key(self) -> str:
        """The one key of the lesson and what it does, as a button says it: `w: a worker for web only`; else empty."""
        return ""

    def set_size(self, size: Size) -> None:
        """How much room it has."""
        if size != self._size:
            self._size = size
            if self._screen is not None:
                self._screen.set_size(size)
        if self.over and self._screen is not None:
            self._screen.fit(size)

    @property
    def drawing(self) -> Drawing | None:
        """What is to be seen of it; None before there is anything."""
        return self._screen.drawing if self._screen is not None else None

    def play(self) -> None:
        """From its start to its end, or until somebody asks for that. Raises AsyncdemoError."""
        raise NotImplementedError

    def _start(self) -> None:
        try:
            self._thread.start()
        except RuntimeError:
            self.problem, self.over = NO_ROOM, True
            self.changed()

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
            self.problem = no_room_text(error) or f"{type(error).__name__}: {error}"

    def _open(
        self, controls: Controls, now: Callable[[], float], state: Callable[[], State], picture: Picture = render
    ) -> SlideScreen:
        """The screen on which it is drawn from now on."""
        controls.foot = self.foot
        self._controls = controls
        self._screen = SlideScreen(self._size, self.changed, controls, now, state, self._pressed, picture)
        self._screen.set_size(self._size)  # another one may have been said meanwhile
        return self._screen
