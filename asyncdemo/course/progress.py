"""How far somebody is: one file in the user's data folder, which goes on where it was on another machine too."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from platformdirs import user_data_path

from ..base.errors import StartError
from ..base.files import cannot, place
from ..base.typed import read_json, typed

FILE = "learn.json"
VERSION = 1


@dataclass
class Done:
    """What was done of a lesson."""

    said: str = ""
    """The prediction, as it was typed; empty: none yet."""
    right: bool = False
    """Whether it was."""
    measured: str = ""
    """What it was measured against."""
    thinking: str = ""
    """The example of the typical wrong answer that it was; empty for none."""
    figures: dict[str, str] = field(default_factory=dict)
    """Those in the texts that followed, in words: with them they are read again, as they were."""
    tries: int = 0
    """Checks of a copy that had been changed since the one before."""
    hints: int = 0
    """How many have been read."""
    passed: bool = False
    """Whether a check was passed, or, where there is nothing to change, the question was answered."""
    solved: bool = False
    """Whether the solution was looked at, or taken, before that."""


@dataclass
class Progress:
    """All of it."""

    at: int = 1
    """The lesson that is opened next."""
    lessons: dict[str, Done] = field(default_factory=dict)
    """By the lessons' names: one that is put before others does not move what was done."""
    copies: str = ""
    """The folder of the copies, as it was on this machine; empty: none yet."""
    version: int = VERSION

    def of(self, name: str) -> Done:
        """What was done of a lesson, to be changed."""
        return self.lessons.setdefault(name, Done())


def progress_file() -> Path:
    """Where it is kept."""
    return user_data_path("asyncdemo") / FILE


def load(path: Path) -> tuple[Progress, str]:
    """What was kept, and what is to be told of it: a file that cannot be read is put aside, and one begins again.

    Raises StartError where it is there and cannot be opened.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Progress(), ""
    except UnicodeDecodeError:
        return put_aside(path, "it is no text")
    except OSError as error:
        raise StartError(f"{path} cannot be read: {error.strerror}. How far you are is kept there.") from None
    try:
        kept = read_json(text)
        if isinstance(kept, dict) and isinstance(kept.get("version"), int) and kept["version"] > VERSION:
            return put_aside(path, "a newer asyncdemo has written it")
        return typed(kept, Progress), ""
    except ValueError as error:
        return put_aside(path, str(error))


def put_aside(path: Path, why: str) -> tuple[Progress, str]:
    """Keep what cannot be read under another name."""
    aside = path.with_suffix(".broken.json")
    try:
        path.replace(aside)
    except OSError as error:
        raise StartError(f"{path} cannot be read ({why}), nor put aside: {error.strerror}.") from None
    return Progress(), f"{path} could not be read ({why}): it is {aside.name} now, and the course begins anew."


def keep(path: Path, progress: Progress) -> None:
    """Write it, whole or not at all. Raises StartError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        place(path, json.dumps(asdict(progress), indent=1).encode()).close()
    except OSError as error:
        raise cannot(str(path), "learn", error) from None
