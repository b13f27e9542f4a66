"""What a deck wants next: the stage that can be started before somebody asks for it."""

from ...base.errors import AsyncdemoError
from ...deck.deck import Deck, Demo
from .shows import WatchOptions
from .slide_demo import Asked, Understand


class Ahead:
    """Looks ahead in a deck. Each demo is understood once: it is looked for twice a second."""

    def __init__(self, understand: Understand) -> None:
        self._understand = understand
        self._read: dict[Demo, Asked | None] = {}

    def next_run(self, deck: Deck, number: int) -> WatchOptions | None:
        """The stage that is run next from slide `number` on, counted from 0; but none that writes a file."""
        for slide in deck.slides[number:]:
            asked = self._asked(slide.demo) if slide.demo is not None else None
            if isinstance(asked, WatchOptions) and asked.options.record is None:
                return asked
        return None

    def _asked(self, demo: Demo) -> Asked | None:
        """What a demo asks for; None if it cannot be had."""
        if demo not in self._read:
            try:
                self._read[demo] = self._understand(demo)
            except AsyncdemoError:
                self._read[demo] = None
        return self._read[demo]
