"""What a deck wants next: the stage that can be started before somebody asks for it."""

from ...base.errors import AsyncdemoError
from ...deck.deck import Deck, Demo
from .shows import WatchOptions
from .slide_demo import DemoOptions, Understand


class NextStage:
    """Looks ahead in a deck. Each demo is understood once: it is looked for twice a second."""

    def __init__(self, understand: Understand) -> None:
        self._understand = understand
        self._read: dict[Demo, DemoOptions | None] = {}

    def next_run(self, deck: Deck, number: int, turn: int = 0) -> WatchOptions | None:
        """The stage that is run next from slide `number` on, and its demo `turn`, both counted from 0.

        But none that writes a file, and no project of the user's: what that works with is touched when somebody asks.
        """
        here, *others = (slide.demos for slide in deck.slides[number:])
        for demo in (*here[turn:], *(demo for demos in others for demo in demos)):
            options = self._options_of(demo)
            if isinstance(options, WatchOptions) and options.is_harmless:
                return options
        return None

    def _options_of(self, demo: Demo) -> DemoOptions | None:
        """What a demo asks for; None if it cannot be had."""
        if demo not in self._read:
            try:
                self._read[demo] = self._understand(demo)
            except AsyncdemoError:
                self._read[demo] = None
        return self._read[demo]
