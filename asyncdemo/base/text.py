"""Text from outside, made safe for a terminal and without passwords; nouns with their number; what was said last."""

import os
import re
import textwrap
import unicodedata
from collections.abc import Iterable

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
HARMLESS = {*"\n\t\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}\N{SOFT HYPHEN}", *map(chr, range(0xE0020, 0xE0080))}
"""On a slide: lines, what joins a family of emoji or a Persian word, where a word may be parted, a region of a flag."""


def printable(text: str, length: int = 200) -> str:
    """At most `length` characters, each of which takes a place and does nothing else.

    Escapes, control characters, joiners, bidi marks and line ends become a replacement character.
    """
    if len(text) <= length and text.isprintable():
        return text
    shown = "".join(character if is_seen(character) else REPLACEMENT for character in text[: length + 1])
    return shown if len(shown) <= length else shown[: length - 1] + "…"


def is_seen(character: str) -> bool:
    """Whether it takes a place, be it as a blank, of whatever width."""
    return character.isprintable() or unicodedata.category(character) == "Zs"


def shown(text: str) -> str:
    """A text of many lines as it may stand on a slide: with all that writing needs, icons of fonts, new emoji."""
    return text if text.isascii() and text.isprintable() else "".join(map(shown_character, text))


def shown_character(character: str) -> str:
    """Itself, or a replacement for one that does something."""
    return character if is_seen(character) or character in HARMLESS or is_new(character) else REPLACEMENT


def is_new(character: str) -> bool:
    """Whether it has no meaning in our edition of Unicode: a font's own, or one that came later."""
    kind, number = unicodedata.category(character), ord(character)
    is_none = number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF
    return kind == "Co" or (kind == "Cn" and not is_none)


def is_text(typed: str) -> bool:
    """Whether it can be encoded: bytes that no encoding explains come as halves of characters."""
    try:
        typed.encode()
    except UnicodeEncodeError:
        return False
    return True


def as_utf8(typed: str) -> str:
    """What was typed in UTF-8, in whatever locale: in that of C each byte of `ë` came as one that is no text."""
    try:
        return os.fsencode(typed).decode()
    except UnicodeError:
        return typed


def counted(count: int, noun: str) -> str:
    """`1 check`, `2 checks`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def wait(count: int) -> str:
    """What so many do: `waits`, `wait`."""
    return "waits" if count == 1 else "wait"


def was(count: int) -> str:
    """What so many have been: `was`, `were`."""
    return "was" if count == 1 else "were"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `11th`."""
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


VALUE = re.compile(r" *\S.*? {2,}(?=\S)")
"""Of a line of a summary, what stands before its value: `  hellos         `."""
LEAST_VALUE = 20
"""Cells without which a value is not wrapped: words of one or two letters a line are no help."""


def wrapped(line: str, width: int) -> list[str]:
    """A line of a summary, `  hellos         8 x 200`, in lines of `width`, parted at blanks."""
    named = VALUE.match(line) if line.startswith(" ") else None
    indent = named.end() if named is not None else 0
    if len(line) <= width or width - indent < LEAST_VALUE:
        return [line]
    value = textwrap.wrap(line[indent:], width - indent, break_long_words=False, break_on_hyphens=False)
    return [line[:indent] + value[0], *(" " * indent + more for more in value[1:])]


LAST_LINES = " Its last lines:"


def with_last_lines(problem: str, lines: Iterable[str]) -> str:
    """What has happened to a process, and what it said last, if it said anything."""
    said = [f"  {line}" for line in lines if line]
    return "\n".join([f"{problem}{LAST_LINES}", *said]) if said else problem


def why_unread(error: OSError | UnicodeDecodeError) -> str:
    """Why a text could not be read, in words: the system's, without its numbers."""
    return "it is no text in UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror or str(error)


def in_one_line(problem: str) -> str:
    """What has happened; of what a process said last, the very last."""
    head, *lines = problem.splitlines() or [""]
    if not head.endswith(LAST_LINES):
        return head
    return f"{head.removesuffix(LAST_LINES).removesuffix('.')}: {lines[-1].strip()}"


URL_OF_STORE = re.compile(r"\b(?:redis(?:s|\+socket)?|unix|postgres(?:ql)?)://\S*", re.IGNORECASE)
HOST_AND_PORT = re.compile(r"(\[[0-9a-f:.%]*\]?|[^:\[\]]*)(:\d*)?", re.IGNORECASE)
FOR_ALL = {"db", "client_name", "host", "hostaddr", "port", "dbname"}
"""What in the query of such a URL everybody may read."""
SECRET = "***"  # noqa: S105  # what stands in the place of one


def without_passwords(text: str) -> str:
    """A text in which no URL of a Redis or a PostgreSQL tells a password: `redis://:secret@host` becomes `redis://:***@host`."""
    return URL_OF_STORE.sub(lambda found: without_password(found[0]), text)


def without_password(url: str) -> str:
    """A URL without what somebody could log in with, and without all else where that may stand anywhere in it."""
    scheme, slashes, rest = url.partition("://")
    if not slashes:
        return SECRET if "@" in url else url
    before, asks, query = rest.partition("?")
    place, slash, path = before.partition("/")
    user, at, host = place.rpartition("@")
    options = [option.partition("=") for option in query.split("&")] if asks else []
    strange = "#" in rest or "@" in user or ("@" in path and scheme.lower() != "unix")
    misplaced = [name for name, _, value in options if "@" in value and name not in ("username", "password")]
    named = all(name.isidentifier() for name, _, _ in options)
    if strange or misplaced or not named or not HOST_AND_PORT.fullmatch(host):
        return f"{scheme}://{SECRET}"
    name, colon, _ = user.partition(":")
    who = f"{name}:{SECRET}@" if colon else f"{SECRET}@" if at else ""
    shown = "&".join(f"{name}={value if name in FOR_ALL else SECRET}" for name, _, value in options)
    return f"{scheme}://{who}{host}{slash}{path}{asks}{shown}"
