"""The database of a copy: each check begins with an empty one, whatever an earlier one has left in its queue."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from ...base.errors import StartError
from ...base.files import cannot
from ...measuring.experiment import Experiment

LIMIT_S = 60.0
"""A migration that takes longer has something else in the way."""
TICK_S = 0.05
WORKER = "db_worker"
"""What ends where its tables are not there."""
DATABASE = "db.sqlite3*"
"""What a checkout's own `.gitignore` says nobody wrote."""


def make_tables(experiment: Experiment, on_tick: Callable[[], None] = lambda: None) -> None:
    """Throw the SQLite file of a copy away, and have its own migrations make the tables, so that its workers need not
    wait for them. A stage has a database of its run. `on_tick` is called often.

    What is wrong with the project is not told here: it is started next, and says so itself. Raises StartError for a
    file that cannot be removed.
    """
    project = experiment.options.project
    if project is None or project.manage is None or WORKER not in project.processes:
        return
    remove(project.folder)
    command = [project.python, str(project.manage), "migrate", "--verbosity", "0"]
    nothing = subprocess.DEVNULL
    try:
        with subprocess.Popen(
            command, cwd=project.folder, start_new_session=True, stdin=nothing, stdout=nothing, stderr=nothing
        ) as migrate:
            wait_for(migrate, on_tick)
    except OSError as error:
        raise StartError(f"{project.folder}: its tables could not be made: {error}.") from None


def wait_for(process: "subprocess.Popen[bytes]", on_tick: Callable[[], None]) -> None:
    """Until it has ended, or its time is over, which ends it."""
    deadline = time.monotonic() + LIMIT_S
    try:
        while process.poll() is None and time.monotonic() < deadline:
            on_tick()
            time.sleep(TICK_S)
    finally:
        process.kill()


def remove(folder: Path) -> None:
    """Its database, with what SQLite keeps beside it."""
    try:
        for file in folder.glob(DATABASE):
            file.unlink(missing_ok=True)
    except OSError as error:
        raise cannot(str(folder), "learn", error, "folder") from None
