"""What a run looks like: (state, now, view) -> a Rich renderable. Pure.

Designed at 88x24, a projector at a readable size, first; then for larger screens; at 60x15 what matters most is left.
"""

from .help import KEYS_OF_A_REPLAY, KEYS_OF_A_RUN, help_screen
from .screen import View, render

__all__ = ["KEYS_OF_A_REPLAY", "KEYS_OF_A_RUN", "View", "help_screen", "render"]
