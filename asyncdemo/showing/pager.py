"""Text in a terminal: through the user's pager, as git has it, so that nothing scrolls away.

$PAGER is a command of a shell (POSIX.1-2017, man); `cat` and the empty one are none. `less` is the default, for what
does not fit the screen, and it leaves there what was read.
"""

import os
import shutil
import sys

from ..base.errors import OutputError
from ..base.output import write
from ..base.terminal import is_terminal, own_size, type_of_terminal
from .in_front import FROM_THE_KEYBOARD, NO_SUCH, in_front

DEFAULT = "less"
THEIR_OWN = {"LESS": "FRX", "LV": "-c"}
"""What git tells pagers that have not been told by the user."""


def show(text: str, paged: bool) -> int:
    """Put it out, `paged` where somebody looks at it: the exit code. Raises OutputError, too for a pager that fails."""
    command = pager(text) if paged and is_terminal(sys.stdout) else ""
    code = page(text, command) if command else NO_SUCH[0]
    if code in NO_SUCH:
        write(text)
        return 0
    if 0 < code < 128:
        raise OutputError(f"The pager {command!r} ended with exit code {code}. Try --no-pager, or another PAGER.")
    return max(code, 0)


def pager(text: str) -> str:
    """The command of the shell that pages it; empty for none."""
    if not type_of_terminal().draws:  # its pages cannot be turned
        return ""
    wanted = os.environ.get("PAGER")
    if wanted is None:
        return DEFAULT if shutil.which(DEFAULT) and not fits(text) else ""
    return "" if wanted.strip() == "cat" else wanted.strip()


def fits(text: str) -> bool:
    """Whether the terminal shows all of it at once, and the prompt; one that does not know its size shows all."""
    from rich.text import Text

    columns, rows = own_size(sys.stdout)
    lengths = (Text.from_ansi(line).cell_len for line in text.split("\n"))
    return not columns or sum(max(1, -(-length // columns)) for length in lengths) <= rows


def page(text: str, command: str) -> int:
    """Have it read by a pager, until that ends: its exit code; 0 if the user has interrupted it."""
    numbers: list[int] = []
    output = text.encode(sys.stdout.encoding, sys.stdout.errors or "replace")
    code = in_front(command, numbers.append, text=output, environment=THEIR_OWN | os.environ)
    ended = [128 + number for number in numbers if number not in FROM_THE_KEYBOARD]
    return ended[0] if ended else 0 if numbers else code
