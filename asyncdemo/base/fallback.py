"""What stands for a character that an output cannot show: an ASCII one that looks like it, and `?` where none does."""

import codecs
import unicodedata
from collections.abc import Callable

LINES, CELLS = "asyncdemo.lines", "asyncdemo.cells"
"""Error handlers of an encoding (PEP 293): for words, and for a picture, whose columns stay where they are."""
NONE = "?"
WORDS = {
    "…": "...",
    "·": "-",
    "•": "*",
    "→": "->",
    "←": "<-",
    "↔": "<->",
    "÷": "/",
    "±": "+-",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "≈": "~",
    "µ": "u",
    "°": "deg",
    "«": "<<",
    "»": ">>",
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{SINGLE LOW-9 QUOTATION MARK}": ",",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{DOUBLE LOW-9 QUOTATION MARK}": '"',
    "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
}
PICTURES = {
    **dict.fromkeys("─━┄┅┈┉╌╍╴╶╸╺", "-"),
    **dict.fromkeys("═", "="),
    **dict.fromkeys("│┃║▏▎▍▌▋▊▉╎╏┆┇", "|"),
    **dict.fromkeys("┊┋", ":"),
    **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬┡┩╇", "+"),
    **dict(zip("▁▂▃▄▅▆▇█▀", '_.:-=+*#"', strict=True)),
    "\N{BRAILLE PATTERN BLANK}": " ",
    **dict(zip("░▒▓", ".:%", strict=True)),
    **dict(zip("↑↓▸▶►◂◀◄▲△▼▽●○◉■□✓✗✖☆⚠❢", "^v>>><<<^^vv*oo#ovxx*!!", strict=True)),
}
"""One cell for one."""
SHOWN = WORDS | PICTURES
IN_A_CELL = {"…": ".", "→": ">", "←": "<", "↔": "-", "°": "o", "±": "+", "≤": "<", "≥": ">", "≠": "#"}
"""What is longer in words."""


def in_words(character: str) -> str:
    """What stands for it in a line: `...` for `…`."""
    return SHOWN.get(character, NONE)


def in_cells(character: str) -> str:
    """What stands for it in a picture, as wide as it is: nothing for what takes no place."""
    wide = 2 if unicodedata.east_asian_width(character) in "WF" else 1 if not unicodedata.combining(character) else 0
    return IN_A_CELL.get(character) or SHOWN.get(character, NONE * wide)[: max(wide, 1)]


def handler(shown: Callable[[str], str]) -> Callable[[UnicodeError], tuple[str, int]]:
    """An error handler that puts this for each character."""

    def replace(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        return "".join(map(shown, error.object[error.start : error.end])), error.end

    return replace


def register() -> None:
    """Make both known to whoever encodes in this process."""
    codecs.register_error(LINES, handler(in_words))
    codecs.register_error(CELLS, handler(in_cells))
