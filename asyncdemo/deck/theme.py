"""The colours of a deck: what its theme says, as far as it can be read. Pure, but that it reads a theme's file.

Contrast is that of WCAG 2.1 (1.4.3): at least 4.5 to 1 between letters and what is behind them.
"""

import re
from collections.abc import Iterator, Mapping
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
    code: Colour | None = None
    """Of code within a text."""
    headings: tuple[Colour | None, ...] = (None,) * 6
    """By their levels."""
    prefixes: tuple[str, ...] = ("",) * 6
    """What stands before headings, by their levels."""
    code_theme: str = ""
    """The colours of code, by presenterm's name of them; empty for the room's."""
    colours: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Its palette."""
    classes: Mapping[str, tuple[str, str]] = field(default_factory=dict, hash=False)
    """Foreground and background of each, empty for none."""
    footer: Footer = Footer()
    unseen: tuple[str, ...] = ()
    """What else it says, and is not obeyed: `code.theme_name`."""

    def colour(self, said: str) -> Colour | None:
        """What a deck calls a colour: a name, `#f00`, or one of the palette's; None for what is none."""
        kind, _, name = said.partition(":")
        if kind in ("palette", "p") and name:
            said = self.colours.get(name, "")
        return colour(said)


NO_THEME = DeckTheme()
"""All is as in the room."""
NAMED = {
    "dark": "040312 e6e6e6 ee9322 04de20 3085c3 a8df8e f78ca2 d2d2d2 d2d2d2 d2d2d2",
    "light": "f8f9fa 212529 f77f00 f07167 1d3557 457b9d 4a4e69 4a4e69 4a4e69 4a4e69",
    "catppuccin-latte": "eff1f5 4c4f69 df8e1d 40a02b 179299 8839ef 1e66f5 d20f39 40a02b fe640b",
    "catppuccin-frappe": "303446 c6d0f5 e5c890 a6d189 81c8be ca9ee6 8caaee e78284 a6d189 ef9f76",
    "catppuccin-macchiato": "24273a cad3f5 eed49f a6da95 8bd5ca c6a0f6 8aadf4 ed8796 a6da95 f5a97f",
    "catppuccin-mocha": "1e1e2e cdd6f4 f9e2af a6e3a1 94e2d5 cba6f7 89b4fa f38ba8 a6e3a1 fab387",
    "gruvbox-dark": "282828 ebdbb2 fabd2f b8bb26 8ec07c d3869b 83a598 fb4934 b8bb26 fe8019",
    "tokyonight-day": "e1e2e7 3760bf 8c6c3e 587539 587539 f52a65 2e7de9 9854f1 9854f1 9854f1",
    "tokyonight-moon": "222436 c8d3f5 ffc777 c3e88d c3e88d ff757f 82aaff c099ff c099ff c099ff",
    "tokyonight-night": "1a1b26 c0caf5 e0af68 9ece6a 9ece6a f7768e 7aa2f7 bb9af7 bb9af7 bb9af7",
    "tokyonight-storm": "24283b c0caf5 e0af68 9ece6a 9ece6a f7768e 7aa2f7 bb9af7 bb9af7 bb9af7",
}
"""Of the themes that come with presenterm: background, foreground, titles, code within a text, headings by level."""
PREFIXES = ("██", "▓▓▓", "▒▒▒▒", "░░░░░", "░░░░░░", "░░░░░░░")
"""Of the headings of all those themes."""
CODE_THEMES = dict.fromkeys(("light", "catppuccin-latte", "tokyonight-day", "terminal-light"), "GitHub")
"""Those that do not have the colours of `DARK_CODE`."""
DARK_CODE = "base16-eighties.dark"
NOT_NAMED = ("code.background", "block_quote", "alert", "intro_slide", "alignment")
"""What else those themes say, by presenterm's words for it."""
SHOWN = re.compile(
    r"extends|palette|(default|slide_title|headings\.h[1-6]|inline_code)\.colors\.foreground|default\.colors\.background"
    r"|headings\.h[1-6]\.prefix|code\.theme_name|footer\.(style|left|center|right)"
)
"""What of a theme is obeyed."""
PROGRESS = "progress_bar"
LEVELS = tuple(f"h{level}" for level in range(1, 7))
OF_THE_TERMINAL = ("terminal-dark", "terminal-light")
"""Those that have the terminal's own colours: ours are the room's."""


def named(name: str) -> DeckTheme | None:
    """A theme by its name; None for one that is not known."""
    code_theme = CODE_THEMES.get(name, DARK_CODE)
    if name in OF_THE_TERMINAL:
        not_seen = ("headings.colors", "inline_code", *NOT_NAMED)
        return DeckTheme(prefixes=PREFIXES, code_theme=code_theme, unseen=not_seen)
    if name not in NAMED:
        return None
    background, foreground, title, code, *headings = (colour(each) for each in NAMED[name].split())
    return DeckTheme(background, foreground, title, code, tuple(headings), PREFIXES, code_theme, unseen=NOT_NAMED)


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
    headings = part(said, "headings")
    return replace(
        new,
        background=said_colour(new, part(said, "default"), "background") or base.background,
        foreground=said_colour(new, part(said, "default")) or base.foreground,
        title=said_colour(new, part(said, "slide_title")) or base.title,
        code=said_colour(new, part(said, "inline_code")) or base.code,
        headings=tuple(
            said_colour(new, part(headings, level)) or before
            for level, before in zip(LEVELS, base.headings, strict=True)
        ),
        prefixes=tuple(
            str(part(headings, level).get("prefix", before))
            for level, before in zip(LEVELS, base.prefixes, strict=True)
        ),
        code_theme=word(part(said, "code"), "theme_name") or base.code_theme,
        unseen=tuple(dict.fromkeys((*base.unseen, *unseen(said)))),
    )


def said_colour(theme: DeckTheme, said: Mapping[str, Any], which: str = "foreground") -> Colour | None:
    """A colour of an element; None for what says none."""
    return theme.colour(word(part(said, "colors"), which))


def unseen(said: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """What is said and not obeyed, by its names with dots between them."""
    for name, below in said.items():
        here = f"{path}.{name}" if path else str(name)
        if SHOWN.fullmatch(here):
            continue
        if isinstance(below, Mapping):
            yield from unseen(below, here)
        else:
            yield here


def footer(base: Footer, said: Mapping[str, Any]) -> Footer:
    """What a theme says of the foot, which has no bar of progress: our own foot has the number of the slide."""
    if not said:
        return base
    if word(said, "style") != "template":
        return Footer()
    return Footer(*(footer_words(said.get(place)) for place in ("left", "center", "right")))


def footer_words(said: object) -> str:
    """Words, or the name of a picture's file."""
    return f"[picture: {word(said, 'image')}]" if isinstance(said, Mapping) else str(said or "")


def footer_problem(said: Mapping[str, Any]) -> str:
    """What of a foot is seen otherwise; empty for nothing."""
    pictures = [word(below, "image") for below in said.values() if isinstance(below, Mapping) and word(below, "image")]
    if pictures:
        return f"the picture {pictures[0]} stands in the footer: its name is shown"
    return "the footer is a bar of progress: the slide's number is shown" if word(said, "style") == PROGRESS else ""


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
    mixed = (mix(wanted, end, step / STEPS) for step in range(STEPS))
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
