"""`asyncdemo talk --new DIR`: a small deck to begin with."""

import shutil
from pathlib import Path

from ..errors import StartError, UsageError
from .shipped import FOLDER

START = Path(__file__).with_name("start.md")
"""Three slides that explain themselves."""
RECORDING = "recordings/step3.jsonl"
"""The fallback of their demo."""


def new_deck(folder: Path) -> int:
    """Write a deck into a folder, which is made. Returns the exit code.

    Raises UsageError for a folder that has a deck, StartError for one that cannot be written.
    """
    deck, recording = folder / "deck.md", folder / RECORDING
    for path in (deck, recording):
        if path.exists():
            raise UsageError(f"{path} is there already, and stays as it is. Name another folder.")
    try:
        recording.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(FOLDER / RECORDING, recording)
        shutil.copyfile(START, deck)
    except OSError as error:
        raise StartError(f"--new {str(folder)!r} cannot be written: {error.strerror}.") from None
    print(f"{deck}: three slides to begin with. Present them: asyncdemo talk {deck}")
    return 0
