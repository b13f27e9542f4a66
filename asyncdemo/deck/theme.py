"""The colours of a deck: what its theme says, as far as it can be read. Pure, but that it reads a theme's file.

Contrast is that of WCAG 2.1 (1.4.3): at least 4.5 to 1 between letters and what is behind them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Colour = tuple[int, int, int]
"""Red, green and blue, of 255."""
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
LEAST = 4.5
"""Of contrast."""
STEPS = 20
"""In how many a colour becomes white, or black, until it can be read."""


@dataclass(frozen=True)
class Footer:
    """What stands at the foot of each slide, beside what we say there: Markdown with `{author}` and the like."""

    left: str = ""
    center: str = ""
    right: str = ""

    def __bool__(self) -> bool:
        return bool(self.left or self.center or self.right)


@dataclass(frozen=True)
class DeckTheme:
    """What a theme says of colours; None for what it leaves to the room."""

    background: Colour | None = None
    foreground: Colour | None = None
    title: Colour | None = None
    colours: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Its palette."""
    classes: Mapping[str, tuple[str, str]] = field(default_factory=dict, hash=False)
    """Foreground and background of each, empty for none."""
    footer: Footer = Footer()

    def colour(self, said: str) -> Colour | None:
        """What a deck calls a colour: a name, `#f00`, or one of the palette's; None for what is none."""
        kind, _, name = said.partition(":")
        if kind in ("palette", "p") and name:
            said = self.colours.get(name, "")
        return colour(said)


NO_THEME = DeckTheme()
"""All is as in the room."""
NAMED = {
    "dark": ("040312", "e6e6e6", "ee9322"),
    "light": ("f8f9fa", "212529", "f77f00"),
    "catppuccin-latte": ("eff1f5", "4c4f69", "df8e1d"),
    "catppuccin-frappe": ("303446", "c6d0f5", "e5c890"),
    "catppuccin-macchiato": ("24273a", "cad3f5", "eed49f"),
    "catppuccin-mocha": ("1e1e2e", "cdd6f4", "f9e2af"),
    "gruvbox-dark": ("282828", "ebdbb2", "fabd2f"),
    "tokyonight-day": ("e1e2e7", "3760bf", "2e7de9"),
    "tokyonight-moon": ("222436", "c8d3f5", "82aaff"),
    "tokyonight-night": ("1a1b26", "c0caf5", "7aa2f7"),
    "tokyonight-storm": ("24283b", "c0caf5", "7aa2f7"),
}
"""Of the themes that come with presenterm: background, foreground, titles."""
OF_THE_TERMINAL = ("terminal-dark", "terminal-light")
"""Those that have the terminal's own colours: ours are the room's."""


def named(name: str) -> DeckTheme | None:
    """A theme by its name; None for one that is not known."""
    if name in OF_THE_TERMINAL:
        return DeckTheme()
    if name not in NAMED:
        return None
    background, foreground, title = (colour(each) for each in NAMED[name])
    return DeckTheme(background, foreground, title)


def themed(base: DeckTheme, said: Mapping[str, Any]) -> DeckTheme:
    """A theme with what a file, or `override`, says otherwise."""
    palette = part(said, "palette")
    colours = {**base.colours, **{str(name): str(value) for name, value in part(palette, "colors").items()}}
    classes = {
        name: (word(facts, "foreground"), word(facts, "background")) for name, facts in parts(palette, "classes")
    }
    new = replace(
        base, colours=colours, classes={**base.classes, **classes}, footer=footer(base.footer, part(said, "footer"))
    )
    ground, title = part(part(said, "default"), "colors"), part(part(said, "slide_title"), "colors")
    return replace(
        new,
        background=new.colour(word(ground, "background")) or base.background,
        foreground=new.colour(word(ground, "foreground")) or base.foreground,
        title=new.colour(word(title, "foreground")) or base.title,
    )


def footer(base: Footer, said: Mapping[str, Any]) -> Footer:
    """What a theme says of the foot; a bar of progress is what our own foot's number is."""
    if not said:
        return base
    if word(said, "style") != "template":
        return Footer()
    return Footer(*(footer_words(said.get(place)) for place in ("left", "center", "right")))


def footer_words(said: object) -> str:
    """Words, or the name of a picture's file."""
    return f"[picture: {word(said, 'image')}]" if isinstance(said, Mapping) else str(said or "")


def part(said: object, name: str) -> Mapping[str, Any]:
    """What is said below a name."""
    below = said.get(name) if isinstance(said, Mapping) else None
    return below if isinstance(below, Mapping) else {}


def parts(said: object, name: str) -> list[tuple[str, Mapping[str, Any]]]:
    """What is said below each name below a name."""
    return [(str(key), value) for key, value in part(said, name).items() if isinstance(value, Mapping)]


def word(said: Mapping[str, Any], name: str) -> str:
    """A word below a name; empty for none."""
    return str(said.get(name) or "")


def colour(said: str) -> Colour | None:
    """`red`, `dark_red`, `#f00`, `ff0000`; None for what is none."""
    from PIL import ImageColor

    name = said.strip().replace("_", "")
    for each in (name, f"#{name}"):
        try:
            red, green, blue, *_ = ImageColor.getrgb(each)
        except ValueError:
            continue
        return red, green, blue
    return None


def luminance(each: Colour) -> float:
    """How bright a colour is, of 1 (WCAG 2.1, relative luminance)."""
    parts = [part / 255 for part in each]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """From 1, the same, to 21, black on white."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(wanted: Colour, ground: Colour) -> Colour:
    """The colour that is wanted, as near to it as can be read on a ground."""
    end = max(WHITE, BLACK, key=lambda each: contrast(each, ground))
    mixed = (mix(wanted, end, step / STEPS) for step in range(STEPS + 1))
    return next((each for each in mixed if contrast(each, ground) >= LEAST), end)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """So much of the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def is_dark(each: Colour) -> bool:
    """Whether white reads better on it than black."""
    return contrast(each, WHITE) >= contrast(each, BLACK)


def hexadecimal(each: Colour) -> str:
    """`#ff0000`."""
    return "#{:02x}{:02x}{:02x}".format(*each)
