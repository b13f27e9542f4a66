"""Text from outside, made safe for a terminal."""

import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
"""Within a family of emoji, within a Persian word."""


def printable(text: str, length: int = 200) -> str:
    """At most `length` characters, each of which takes a place and does nothing else.

    Escapes, control characters, bidi marks and line ends become a replacement character.
    """
    if len(text) <= length and text.isprintable():
        return text
    shown = "".join(character if character.isprintable() else REPLACEMENT for character in text[: length + 1])
    return shown if len(shown) <= length else shown[: length - 1] + "…"


def shown(text: str) -> str:
    """A text of many lines as it may stand on a slide: lines, tabs, blanks of any width and joiners stay."""
    return text if text.isascii() and text.isprintable() else "".join(map(shown_character, text))


def shown_character(character: str) -> str:
    """Itself, or a replacement for one that does something."""
    stays = character.isprintable() or character in "\n\t" or character in JOINERS
    return character if stays or unicodedata.category(character) == "Zs" else REPLACEMENT
