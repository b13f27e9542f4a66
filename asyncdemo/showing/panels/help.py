"""All keys, the same everywhere, in words for what runs. Of a run, those are shown that do something in it."""

from .lines import LEAST, Drawing, Line, box, fit, left, plain
from .style import NONE, STRONG

Keys = tuple[tuple[str, str], ...]

FOOT_OF_A_RUN: Keys = (
    ("h", "h hello"),
    ("w", "w W reserved worker"),
    ("+", "+ - general"),
    ("<", "< > rate"),
    ("space", "space pause"),
    ("?", "? keys"),
    ("q", "q quit"),
)
"""A key, and what the foot says of it and its like."""
KEYS_OF_A_RUN: Keys = (
    ("h", "one hello, with a fresh name"),
    ("w  W", "add, remove a reserved worker"),
    ("+  -", "add, remove a general worker"),
    ("space", "pause the picture, not the run"),
    ("up down", "select a worker"),
    ("K", "kill the selected one, and see what follows"),
    ("R", "restart it"),
    ("Z", "freeze it, or let it go on"),
    ("<  >", "lower, raise the rate of the load"),
    ("X", "stop Redis, or start it again"),
    ("?", "this page; any key closes it"),
    ("q", "quit; Ctrl-C too, a second one at once"),
)

FOOT_OF_A_PROJECT: Keys = (("h", "h visitor"), *FOOT_OF_A_RUN[1:4], ("K", "K kill"), *FOOT_OF_A_RUN[4:])
KEYS_OF_A_PROJECT: Keys = (
    ("h", "one visitor, to the page that --path names"),
    ("space", "pause the picture, not the run"),
    ("up down", "select a process that does not serve the page"),
    *KEYS_OF_A_RUN[5:],
)
"""Of one of the user's, who knows its processes."""

KEYS_OF_A_REPLAY: Keys = (
    ("space", "pause, go on"),
    ("left right", "5 seconds back, forward"),
    ("<  >", "slower, faster"),
    ("0", "from the beginning"),
    ("?", "this page; any key closes it"),
    ("q", "quit"),
)

KEYS_OF_A_LOAD: Keys = (
    ("<  >", "lower, raise the rate"),
    ("space", "pause the picture, not the load"),
    ("?", "this page; any key closes it"),
    ("q", "end with the summary; Ctrl-C too, a second one at once"),
)

KEYS_OF_LANES: Keys = (
    ("up down", "choose a lane"),
    ("enter", "its panels; back to all lanes"),
)

KEYS_OF_A_COMPARISON: Keys = (
    *KEYS_OF_LANES,
    ("space", "pause the picture, not the runs"),
    ("?", "this page; any key closes it"),
    ("q", "end all of it with what was measured; Ctrl-C too"),
)


def help_screen(keys: Keys, width: int, height: int) -> Drawing:
    """The key table."""
    lines: list[Line] = [[left(key, 12, STRONG), (what, NONE)] for key, what in keys]
    shown = box(plain("keys", STRONG), lines, max(LEAST, width), max(2, min(height, len(keys) + 2)))
    whole = [*shown, *([[]] * height)][:height]
    return Drawing([fit(line, width) for line in whole], (width, height))
