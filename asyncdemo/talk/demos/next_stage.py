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

    def next_run(self, deck: Deck, number: int) -> WatchOptions | None:
        """The stage that is run next from slide `number` on, counted from 0; but none that writes a file."""
        for slide in deck.slides[number:]:
            options = self._options_of(slide.demo) if slide.demo is not None else None
            if isinstance(options, WatchOptions) and options.options.record is None:
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
