"""Text from outside, made safe for a terminal."""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: str, length: int = 200) -> str:
    """At most `length` characters, each of which takes a place and does nothing else.

    Escapes, control characters, bidi marks and line ends become a replacement character.
    """
    if len(text) <= length and text.isprintable():
        return text
    shown = "".join(character if character.isprintable() else REPLACEMENT for character in text[: length + 1])
    return shown if len(shown) <= length else shown[: length - 1] + "…"
