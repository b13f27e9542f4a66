"""`asyncdemo checkout`: a stage as a project of the user's own; and what he has changed in it."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from ..base.errors import UsageError
from ..base.files import cannot, save_all
from ..base.output import say
from ..events.stage import StageEntry
from ..showing.source_output import Source
from ..stages.checkout.project import project_files
from ..stages.files import read_folder

OF_ANY_PROJECT = {"manage.py", "Procfile", "README.md", "requirements.txt"}
"""Files that tell nothing of where a project comes from."""


def check_out(stage: StageEntry, folder: Path) -> int:
    """Write the project into a folder, which is made. Returns the exit code.

    Raises UsageError for a folder that has something in it, StartError for one that cannot be written.
    """
    if any(there_in(folder)):
        raise UsageError(f"{folder} has something in it already, and stays as it is. Name another folder.")
    files = project_files(stage, name_of(folder))
    save_all(folder, "checkout", {name: text.encode("utf-8", "surrogateescape") for name, text in files.items()})
    place = shlex.quote(str(folder))
    say(f"{folder}: {stage.name}, yours to change; README.md says how it runs without asyncdemo")
    say(f"what you have changed: asyncdemo diff {stage.name} {place}")
    return 0


def name_of(folder: Path) -> str:
    """How its README calls it, from the folder above: the same, however it was typed."""
    return folder.resolve().name


def there_in(folder: Path) -> Iterator[Path]:
    """What is in a folder; nothing, if it is not there. Raises StartError."""
    try:
        yield from folder.iterdir()
    except FileNotFoundError:
        return
    except OSError as error:
        raise cannot(str(folder), "checkout", error, "folder in one") from None


def changed_in(stage: StageEntry, folder: Path) -> tuple[Source, Source]:
    """The project as `checkout` makes it, and as it is. Raises AsyncdemoError where it cannot be read, or never was
    one."""
    made = {name: text for name, text in project_files(stage, name_of(folder)).items() if not name.startswith(".")}
    there = read_folder(folder)
    if not there.keys() & (made.keys() - OF_ANY_PROJECT):
        place = shlex.quote(str(folder))
        raise UsageError(
            f"{place} has none of the files of a checkout: there is nothing to compare. One is made by: "
            f"asyncdemo checkout {stage.name} mine"
        )
    return Source(stage.name, made), Source(str(folder), there)
