"""Colours for a dark and for a bright room, or a deck's own. All text reads at 4.5:1 or better on its ground."""

from dataclasses import dataclass

from rich.terminal_theme import TerminalTheme
from textual.theme import Theme

from ...deck.theme import Colour, DeckTheme, is_dark, readable

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
ROOMS = {"dark": DARK, "bright": BRIGHT}


@dataclass(frozen=True)
class Room:
    """The colours of a talk's screen."""

    theme: Theme
    colours: TerminalTheme
    """Instead of the terminal's own."""
    notify: Colour
    ground: Colour


def room_of(deck: DeckTheme, wanted: str = "") -> Room:
    """The room that is wanted; or the one of the deck's theme, whose colours are made such that they can be read."""
    kind = wanted or ("bright" if deck.background is not None and not is_dark(deck.background) else "dark")
    base = ROOMS[kind]
    if wanted or deck.background is None:
        return Room(theme(NAMES[kind], base, dark=kind == "dark"), base, NOTIFY[kind], three(base.background_color))
    ground, own = deck.background, deck.foreground or three(base.foreground_color)
    colours = [readable(three(base.ansi_colors[number]), ground) for number in range(8)]
    made = TerminalTheme(ground, readable(own, ground), [ground, *colours[1:]])
    return Room(theme("deck", made, dark=kind == "dark"), made, readable(NOTIFY[kind], ground), ground)


def three(colour: tuple[int, ...]) -> Colour:
    """Red, green and blue of Rich's."""
    red, green, blue = colour
    return red, green, blue
