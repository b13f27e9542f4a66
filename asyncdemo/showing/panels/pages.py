"""The panel of the pages of a project of the user's: which of them hold the workers, and for how long."""

import textwrap

from rich.style import Style

from ...base.durations import seconds_text
from ...known.routes import Page
from ...known.state import State
from ..lines.own_lines import page_text, slow_words
from .lines import Line, below, box, left, plain, right
from .style import ALARM, DIM, NONE, NOTIFY, STRONG, TITLE

COUNT, SHARE, HELD = 6, 6, 8
"""Cells of how often a page was asked for, of its share of the workers' time, and of how long it holds one."""

PAGES, LEAST_PAGES = 9, 3
"""Height of the pages, where there is room for that; so many of them are always there."""


def pages_panel(state: State, width: int, height: int) -> list[Line]:
    """A page a line, those first that hold workers longest; what of it fits."""
    routes, total = state.routes, state.routes.busy_s
    room = width - 4 - COUNT - HELD - (SHARE if width >= 40 else 0)
    head = [left("page", room, DIM), *figures("times", "share", "holds", width, DIM)]
    lines: list[Line] = [head]
    for page in routes.by_share[: height - 3]:
        gap = int(len(str(page.count)) >= COUNT)
        name = left(shortened(page, room - gap), room, NONE)
        share = f"{page.busy_s / total:.0%}" if total else "-"
        style = ALARM if page is routes.slowest else STRONG
        lines.append([name, *figures(str(page.count), share, seconds_text(page.held_s), width, style)])
    if not routes.pages:
        lines.append(plain("nobody has come", DIM))
    return box([("pages", TITLE), (": who holds workers", NONE)], lines, width, height, NOTIFY)


def figures(count: str, share: str, held: str, width: int, style: Style) -> Line:
    """The figures of a line; a narrow panel has no share."""
    shares = [right(share, SHARE, style)] if width >= 40 else []
    return [right(count, COUNT, style), *shares, right(held, HELD, style)]


def shortened(page: Page, room: int) -> str:
    """A route, its end in sight: that tells it from others; the method where it is not GET."""
    text = page_text(page).removeprefix("GET ")
    return text if len(text) <= room else f"…{text[len(text) - room + 1 :]}"


def slow_panel(state: State, width: int, height: int) -> list[Line]:
    """What is slow, and how many a second the workers carry of it, below the pages."""
    lines = textwrap.wrap(slow_words(state), width - 4, max_lines=height - 2, placeholder=" …")
    return box([("what is slow", TITLE)], [plain(line) for line in lines], width, height)


def pages_above_slow(state: State, width: int, height: int) -> list[Line]:
    """Both: the pages have what the words leave them, and no fewer rows than there are pages of up to three."""
    words = len(textwrap.wrap(slow_words(state), width - 4))
    least = 3 + min(LEAST_PAGES, len(state.routes.pages))
    most = max(least, min(PAGES, height - words - 1))
    return below(pages_panel(state, width, most), slow_panel(state, width, height - most + 1))
