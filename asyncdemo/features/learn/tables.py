"""The database of a copy: each check begins with an empty one, whatever an earlier one has left in its queue."""

import subprocess
from pathlib import Path

from ...base.errors import StartError
from ...base.files import cannot
from ...measuring.experiment import Experiment

LIMIT_S = 60.0
"""A migration that takes longer has something else in the way."""
WORKER = "db_worker"
"""What ends where its tables are not there."""
DATABASE = "db.sqlite3*"
"""What a checkout's own `.gitignore` says nobody wrote."""


def make_tables(experiment: Experiment) -> None:
    """Throw the SQLite file of a copy away, and have its own migrations make the tables, so that its workers need not
    wait for them. A stage has a database of its run.

    What is wrong with the project is not told here: it is started next, and says so itself. Raises StartError for a
    file that cannot be removed.
    """
    project = experiment.options.project
    if project is None or project.manage is None or WORKER not in project.processes:
        return
    remove(project.folder)
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
