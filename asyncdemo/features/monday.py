"""`asyncdemo monday`: what to do in a project of yours, on a page: as it is written in a pipe, drawn in a terminal."""

import re
import sys

from ..base.installation import PACKAGE, ROOT, is_checkout
from ..base.terminal import is_terminal, type_of_terminal
from ..deck.prose import IN_A_TERMINAL, PlainMarkdown
from ..showing.console import console_for
from ..showing.pager import show

FILLING = re.compile(r" +((?:\x1b\[[\d;]*m)*)$", re.MULTILINE)
"""Blanks at the end of a line, before what ends its colours (ECMA-48, SGR)."""
WIDEST = 100
"""Columns: longer lines are not read."""


def show_monday(no_pager: bool) -> int:
    """Print the page: the exit code. Raises OutputError."""
    page = (ROOT if is_checkout() else PACKAGE) / "MONDAY.md"
    text = page.read_text("utf-8")
    return show(drawn(text) if is_terminal(sys.stdout) and type_of_terminal().draws else text, not no_pager)


def drawn(text: str) -> str:
    """Markdown as the terminal shows it: headings, lists and code, without their marks."""
    console = console_for(sys.stdout)
    with console.capture() as captured:
        console.print(PlainMarkdown(text, theme=IN_A_TERMINAL), width=min(WIDEST, console.width))
    return FILLING.sub(r"\1", captured.get())
