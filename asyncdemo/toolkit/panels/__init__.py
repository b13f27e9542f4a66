"""What a run looks like: (state, now, view) -> a Rich renderable. Pure.

Designed at 88x24, a projector at a readable size, first; then for larger screens; at 60x15 what matters most is left.
"""

from .help import KEYS_OF_A_REPLAY, KEYS_OF_A_RUN, help_screen
from .lines import Drawing
from .screen import View, render, with_foot

__all__ = ["KEYS_OF_A_REPLAY", "KEYS_OF_A_RUN", "Drawing", "View", "help_screen", "render", "with_foot"]
