"""`asyncdemo talk --new DIR`: a small deck to begin with."""

import shlex
from pathlib import Path

from ..base.files import save_all
from ..base.installation import PACKAGE
from ..base.output import say
from .shipped_talk import FOLDER

START = Path(__file__).with_name("start.md")
"""Three slides that explain themselves."""
RECORDING = "recordings/step3.jsonl"
"""The fallback of their demo."""
QUOTED = "views.py"
"""The file that they quote."""


def new_deck(folder: Path) -> int:
    """Write a deck into a folder, which is made. Returns the exit code.

    Raises UsageError for a folder that has a deck, StartError for one that cannot be written.
    """
    sources = {
        "deck.md": START,
        RECORDING: FOLDER / RECORDING,
        QUOTED: PACKAGE / "stages" / "step1" / "hello" / QUOTED,
    }
    save_all(folder, "--new", {name: source.read_bytes() for name, source in sources.items()})
    deck = folder / "deck.md"
    say(f"{deck}: three slides to begin with. Present them: asyncdemo talk {shlex.quote(str(deck))}")
    return 0
