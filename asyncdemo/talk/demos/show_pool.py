"""What goes on behind the slides: the show that is seen, those on their way out, and the one that comes next."""

import time
from collections.abc import Callable

from .show import Show
from .shows import StageShow, WatchOptions


class ShowPool:
    """All shows that have begun and not ended. One at a time is seen; one more is kept warm for the next slide."""

    def __init__(self) -> None:
        self._shows: list[Show] = []
        self._next: WatchOptions | None = None
        self._warm: StageShow | None = None
        """The show of `next`, or what has become of it."""
        self.changed: Callable[[], None] = lambda: None
        """To be called, from any thread, when a show has something else to show, or has ended."""

    def keep_warm(self, options: WatchOptions | None) -> None:
        """Start what will be wanted next, unless that is done; stop what no longer is."""
        if options == self._next:
            return
        if self._warm is not None:
            self._warm.stop()
        self._next, self._warm = options, None
        if options is not None:
            self._warm = StageShow(options)
            self._keep(self._warm)
            self._warm.warm_up()

    def stage(self, options: WatchOptions) -> StageShow:
        """The show of a stage: the warm one if it is that and lives, else one that has still to start."""
        warm = self._warm
        if warm is not None and self._next == options:
            self._next = self._warm = None
            if not (warm.ends or warm.over):
                return warm
        return StageShow(options)

    def begin(self, show: Show) -> None:
        """Begin one, when those before it are gone. They must have been asked to go."""
        earlier = [each for each in self._shows if each.stopping.is_set() and not each.over]
        if show not in self._shows:
            self._keep(show)
        show.begin(earlier)

    def _keep(self, show: Show) -> None:
        show.changed = self.changed
        self._shows = [each for each in self._shows if not each.over]
        self._shows.append(show)

    @property
    def busy(self) -> bool:
        """Whether any is there."""
        return any(not show.over for show in self._shows)

    def end(self, timeout_s: float) -> None:
        """Ask all to end, and wait for them, together so many seconds."""
        deadline = time.monotonic() + timeout_s
        for show in self._shows:
            show.stop()
        for show in self._shows:
            show.join(max(0.0, deadline - time.monotonic()))
