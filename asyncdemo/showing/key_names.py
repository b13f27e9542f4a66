"""The names of keys, by what terminals send for them. Pure; the parser that finds a sequence is in `keyboard`."""

import re
import sys

MODIFIERS = ("shift", "alt", "ctrl", "super", "hyper", "meta")
"""By their bits. Those of locks, which follow, say nothing."""
RELEASED = "3"
CONTROLS = {
    "\x00": "ctrl+@", "\b": "backspace", "\t": "tab", "\n": "enter", "\r": "enter", "\x1b": "escape",
    "\x1c": "ctrl+backslash", "\x1d": "ctrl+]", "\x1e": "ctrl+^", "\x1f": "ctrl+_", "\x7f": "backspace",
}  # fmt: skip
LETTERS = {
    "A": "up", "B": "down", "C": "right", "D": "left", "E": "begin", "F": "end", "H": "home",
    "P": "f1", "Q": "f2", "S": "f4",
}  # fmt: skip
"""Final of a sequence -> key. `R` is F3 only where no cursor could be meant."""
KEYPAD = {"M": "enter", "X": "=", "I": "tab", " ": " "} | {
    chr(0x6A + i): key for i, key in enumerate("*+,-./0123456789")
}
"""What follows Esc and O in application mode (VT100: DECKPAM)."""
NUMBERS = {
    1: "home", 2: "insert", 3: "delete", 4: "end", 5: "pageup", 6: "pagedown", 7: "home", 8: "end",
    **{number: f"f{i}" for i, number in enumerate((11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29), 1)},
}  # fmt: skip
"""First parameter of a sequence that ends in `~` -> key."""
MODIFY_OTHER_KEYS = 27
UNICODE = {
    8: "backspace", 9: "tab", 10: "enter", 13: "enter", 27: "escape", 92: "backslash", 127: "backspace",
    **{57399 + i: key for i, key in enumerate("0123456789./*-+")},
    **{57414 + i: key for i, key in enumerate(("enter", "=", ","))},
    **{57417 + i: key for i, key in enumerate(("left", "right", "up", "down", "pageup", "pagedown", "home", "end"))},
    57425: "insert", 57426: "delete", 57427: "begin",
}  # fmt: skip
"""Code of kitty's protocol -> key, where it is not the character itself."""
CODES = re.compile(r"[\d:;]*")


def control_key(character: str) -> str:
    """A character that came by itself; empty for one that no key sends."""
    if character in CONTROLS:
        return CONTROLS[character]
    if character < " ":
        return f"ctrl+{chr(ord(character) + 0x60)}"
    return character if character.isprintable() and character != "\ufffd" else ""


def csi_key(parameters: str, final: str) -> str:
    """The key of a control sequence; empty for what is none."""
    if not CODES.fullmatch(parameters):
        return ""  # a mouse, an answer
    first, second, third = [*parameters.split(";"), "", "", ""][:3]
    modifiers, _, event = second.partition(":")
    if event == RELEASED:
        return ""
    if final == "u":
        return unicode_key(first, modifiers, third)
    if final == "~" and number(first) == MODIFY_OTHER_KEYS:
        return unicode_key(third, modifiers, "")
    if final == "~":
        return with_modifiers(NUMBERS.get(number(first), ""), modifiers)
    if final == "Z":
        return "shift+tab"
    return with_modifiers(LETTERS.get(final, "") if first in ("", "1") else "", modifiers)


def ss3_key(modifiers: str, final: str) -> str:
    """The key of Esc, O and a character."""
    name = "f3" if final == "R" else LETTERS.get(final) or KEYPAD.get(final, "")
    return with_modifiers(name, modifiers)


def unicode_key(codes: str, modifiers: str, text: str) -> str:
    """The key of a code, with Shift's own in it, and of the text that it types, where that is told.

    As kitty's protocol has it: `code[:shifted[:base]]`, and codes of characters with colons between them.
    """
    code, _, others = codes.partition(":")
    typed = "".join(character(number(each)) for each in text.split(":") if each)
    if typed.isprintable() and typed:
        return typed
    name = UNICODE.get(number(code)) or character(number(code))
    shifted = character(number(others.partition(":")[0])) or name.upper()
    if held(modifiers) == ["shift"] and len(name) == 1:
        return shifted
    return "\\" if name == "backslash" and not held(modifiers) else with_modifiers(name, modifiers)


def with_modifiers(name: str, modifiers: str) -> str:
    """`left` -> `ctrl+left`, as Textual orders them."""
    return "+".join([*sorted(held(modifiers)), name]) if name else ""


def held(modifiers: str) -> list[str]:
    """The keys that are held beside another, by a number that is one more than their bits."""
    bits = max(0, number(modifiers) - 1)
    return [name for place, name in enumerate(MODIFIERS) if bits & 1 << place]


def character(code: int) -> str:
    """What a code stands for, if it can be typed. Keys that are held beside others, and those of a music player, have
    private ones."""
    typed = chr(min(code, sys.maxunicode))
    return typed if typed.isprintable() else ""


def number(text: str) -> int:
    """Of a parameter; 0 for none."""
    return int(text) if text.isdecimal() else 0
