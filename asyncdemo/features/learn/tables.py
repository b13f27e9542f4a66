"""The database of a copy: each check begins with an empty one, whatever an earlier one has left in its queue."""

import subprocess
from pathlib import Path

from ...base.errors import StartError
from ...base.files import cannot
from ...running.own.project import OwnProject

LIMIT_S = 60.0
"""A migration that takes longer has something else in the way."""
DATABASE = "db.sqlite3*"
"""What a checkout's own `.gitignore` says nobody wrote."""


def make_tables(project: OwnProject) -> None:
    """Throw its SQLite file away, and have its own migrations make the tables, so that workers need not wait for them.

    What is wrong with the project is not told here: it is started next, and says so itself. Raises StartError for a file
    that cannot be removed.
    """
    remove(project.folder)
    if project.manage is None:
        return
    command = [project.python, str(project.manage), "migrate", "--verbosity", "0"]
    try:
        subprocess.run(
            command, cwd=project.folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StartError(f"{project.folder}: its tables could not be made: {error}.") from None


def remove(folder: Path) -> None:
    """Its database, with what SQLite keeps beside it."""
    try:
        for file in folder.glob(DATABASE):
            file.unlink(missing_ok=True)
    except OSError as error:
        raise cannot(str(folder), "learn", error, "folder") from None
