"""A stage that is no more than a web server, so that whole runs fit into unit tests: a page, and a Procfile."""

import sys
from pathlib import Path

from asyncdemo.events.stage import StageEntry, WorkerKind

MIGRATE = "import os, pathlib\npathlib.Path('migrated').write_text(os.environ['DATABASE'])\n"
WEB = f"web: exec {sys.executable} -I -m http.server --bind $HOST --directory {{folder}} $PORT\n"


def small_stage(folder: Path) -> StageEntry:
    """One in this folder. Its `manage.py` writes down that it was called."""
    (folder / "index.html").write_text("Hello!")
    (folder / "manage.py").write_text(MIGRATE)
    (folder / "Procfile").write_text(WEB.format(folder=folder))
    return StageEntry(
        name="own",
        title="",
        folder=str(folder),
        procfile=str(folder / "Procfile"),
        worker_kind=WorkerKind.THREADS,
        probes=("calls",),
    )
