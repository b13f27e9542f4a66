"""`asyncdemo talk --new DIR`: a small deck to begin with."""

import shlex
import shutil
from pathlib import Path

from ..base.errors import StartError, UsageError
from ..base.installation import PACKAGE
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
    deck = folder / "deck.md"
    files = {
        deck: START,
        folder / RECORDING: FOLDER / RECORDING,
        folder / QUOTED: PACKAGE / "stages" / "step1" / "hello" / QUOTED,
    }
    try:
        for path in files:
            if path.exists():
                raise UsageError(f"{path} is there already, and stays as it is. Name another folder.")
        (folder / RECORDING).parent.mkdir(parents=True, exist_ok=True)
        for path, source in files.items():
            shutil.copyfile(source, path)
    except OSError as error:
        raise StartError(f"--new {str(folder)!r} cannot be written: {error.strerror}.") from None
    print(f"{deck}: three slides to begin with. Present them: asyncdemo talk {shlex.quote(str(deck))}")
    return 0
