"""Colours for a dark and for a bright room. Every colour of text reads at 4.5:1 or better on its background."""

from rich.terminal_theme import TerminalTheme
from textual.theme import Theme

NAMES = {"dark": "dark-room", "bright": "bright-room"}


def theme(name: str, colours: TerminalTheme, *, dark: bool) -> Theme:
    """Textual's theme, of nothing but a foreground and a background."""
    back, front = colours.background_color.hex, colours.foreground_color.hex
    return Theme(name, primary=front, foreground=front, background=back, surface=back, panel=back, dark=dark)


DARK = TerminalTheme(
    (16, 18, 24),
    (236, 238, 242),
    [
        (16, 18, 24),
        (255, 110, 103),
        (106, 208, 110),
        (240, 200, 90),
        (130, 170, 255),
        (240, 140, 230),
        (95, 210, 220),
        (236, 238, 242),
    ],
)
BRIGHT = TerminalTheme(
    (255, 255, 255),
    (20, 22, 28),
    [
        (20, 22, 28),
        (185, 10, 10),
        (0, 115, 20),
        (135, 95, 0),
        (20, 70, 200),
        (150, 20, 140),
        (0, 105, 125),
        (90, 95, 105),
    ],
)
NOTIFY = {"dark": (255, 160, 50), "bright": (180, 80, 0)}
"""Instead of the panels' own orange, which is made for a dark terminal."""
THEMES = (theme(NAMES["dark"], DARK, dark=True), theme(NAMES["bright"], BRIGHT, dark=False))
