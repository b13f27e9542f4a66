"""What a run looks like: (state, now, view) -> a Rich renderable. Pure.

Designed at 88x24, a projector at a readable size, first; then for larger screens; at 60x15 what matters most is left.
"""

from .help import (
    FOOT_OF_A_PROJECT,
    FOOT_OF_A_RUN,
    KEYS_OF_A_COMPARISON,
    KEYS_OF_A_LOAD,
    KEYS_OF_A_PROJECT,
    KEYS_OF_A_REPLAY,
    KEYS_OF_A_RUN,
    KEYS_OF_LANES,
    Keys,
    help_screen,
)
from .lines import Drawing
from .load_screen import render_load
from .race import lane_panels, lanes_screen, race
from .run_screen import render, with_foot
from .view import View

__all__ = [
    "FOOT_OF_A_PROJECT",
    "FOOT_OF_A_RUN",
    "KEYS_OF_A_COMPARISON",
    "KEYS_OF_A_LOAD",
    "KEYS_OF_A_PROJECT",
    "KEYS_OF_A_REPLAY",
    "KEYS_OF_A_RUN",
    "KEYS_OF_LANES",
    "Drawing",
    "Keys",
    "View",
    "help_screen",
    "lane_panels",
    "lanes_screen",
    "race",
    "render",
    "render_load",
    "with_foot",
]
