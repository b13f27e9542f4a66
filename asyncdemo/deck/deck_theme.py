"""The theme that a deck names: one that comes with presenterm, a file beside it, or words of its own."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from ..base.text import counted
from .code_colours import KNOWN
from .deck import Deck, DeckError
from .deck_files import file_beside, find_file
from .reading.front_matter import read_yaml
from .theme import NAMED, DeckTheme, Footer, footer_problem, named, part, themed

NAME = re.compile(r"\{\{\w*\}\}|\{(\w+)\}")
DEEPEST = 8
"""How many themes may stand on one another."""
MOST_NAMES = 6
"""Of what is not obeyed."""


def theme_of(facts: dict[str, Any], deck: Path) -> tuple[DeckTheme, list[str]]:
    """The theme of a front matter; what of it is not obeyed."""
    said = facts.get("theme")
    if not isinstance(said, dict):
        like = f"theme {said!r} is to be like `theme:` with `name: dark` below it: the room's colours are shown"
        return DeckTheme(), [like] if said else []
    theme, problem = DeckTheme(), ""
    if said.get("path"):
        theme, problem = of_file(str(said["path"]), deck)
    elif said.get("name"):
        theme, problem = of_name(str(said["name"]), deck)
    override = part(said, "override")
    theme, of_code = with_known_code(themed(theme, override))
    told = (problem, footer_problem(part(override, "footer")), of_code, not_obeyed(theme))
    return theme, [each for each in told if each]


def with_known_code(theme: DeckTheme) -> tuple[DeckTheme, str]:
    """The theme, and what is to be told of the colours of code that it asks for."""
    if not theme.code_theme or theme.code_theme in KNOWN:
        return theme, ""
    known = ", ".join(sorted(KNOWN))
    told = f"the colours of code {theme.code_theme!r} are not known: the room's are shown. Known are {known}"
    return replace(theme, code_theme=""), told


def not_obeyed(theme: DeckTheme) -> str:
    """What of a theme is not seen; empty for nothing."""
    names = list(theme.unseen)
    more = f" and {counted(len(names) - MOST_NAMES, 'other')}" if len(names) > MOST_NAMES else ""
    are = "is" if len(names) == 1 else "are"
    return f"of the theme, {', '.join(names[:MOST_NAMES])}{more} {are} as in the room" if names else ""


def of_name(name: str, deck: Path) -> tuple[DeckTheme, str]:
    """One of presenterm's, or a file of that name in a folder `themes` beside the deck."""
    known = named(name)
    if known is not None:
        return known, ""
    if find_file(deck, f"themes/{name}.yaml") is not None:
        return of_file(f"themes/{name}.yaml", deck)
    unknown = f"the theme {name!r} is not known: the room's colours are shown. Known are {', '.join(NAMED)}"
    return DeckTheme(), unknown


def of_file(name: str, deck: Path, depth: int = 0) -> tuple[DeckTheme, str]:
    """A theme's file, and those that it extends."""
    try:
        said = read_yaml(file_beside(deck, name, 1).read_text(encoding="utf-8-sig"))
    except DeckError as error:
        return DeckTheme(), f"theme: {error.problem}: the room's colours are shown"
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        return (
            DeckTheme(),
            f"the theme {name} cannot be read: {' '.join(str(error).split())}: the room's colours are shown",
        )
    below = said.get("extends") if isinstance(said, dict) else None
    base = (
        (named(str(below)) or of_file(f"{below}.yaml", deck, depth + 1)[0])
        if below and depth < DEEPEST
        else DeckTheme()
    )
    said = said if isinstance(said, dict) else {}
    return themed(base, said), footer_problem(part(said, "footer"))


def footer_of(deck: Deck, number: int) -> Footer:
    """What stands at the foot of a slide, counted from 0: with what the deck says of itself."""
    theme = deck.theme.footer
    if not theme or not deck.slides[number].has_footer:
        return Footer()
    known = {
        **dict(deck.facts),
        "title": deck.title,
        "current_slide": str(number + 1),
        "total_slides": str(len(deck.slides)),
    }
    return Footer(*(filled(words, known) for words in (theme.left, theme.center, theme.right)))


def filled(words: str, known: dict[str, str]) -> str:
    """`{current_slide} of {total_slides}` -> `3 of 27`; `{{x}}` -> `{x}`. What is not known stays as it is written."""
    return NAME.sub(lambda found: found[0][1:-1] if found[0].startswith("{{") else known.get(found[1], found[0]), words)
