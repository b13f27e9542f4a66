"""Stages that somebody has edited: `python edited_stage.py FOLDER GRACE …` is `asyncdemo …` with a stage that is there,
whose processes have so many seconds to go by themselves, and any time to begin."""

import shlex
import sys
from dataclasses import replace
from pathlib import Path

from asyncdemo.cli import main
from asyncdemo.events.stage import StageEntry
from asyncdemo.running import guard, starting
from asyncdemo.stages.catalogue import STAGES, procfile_of

NO_END_S = 600.0
"""A time that is over for nobody, however late a busy machine does what a test does meanwhile: who waits for its end
fails."""


def edited(entry: StageEntry, folder: Path) -> StageEntry:
    """The entry of a stage whose project is in a folder of somebody's."""
    here, there = f"cd {entry.folder} ", f"cd {shlex.quote(str(folder))} "
    procfile = folder / "Procfile"
    procfile.write_text(procfile_of(entry).replace(here, there))
    by_hand = entry.web_with_workers.replace(here, there)
    return replace(entry, folder=str(folder), procfile=str(procfile), web_with_workers=by_hand)


def run_edited(project: Path, *arguments: str, grace_s: float = guard.GRACE_S) -> list[str]:
    """`asyncdemo run` of a stage that is there."""
    return [
        sys.executable,
        __file__,
        str(project),
        str(grace_s),
        "run",
        project.name,
        "--port",
        "0",
        *arguments,
    ]


if __name__ == "__main__":
    project = Path(sys.argv.pop(1))
    guard.GRACE_S, starting.START_LIMIT_S = float(sys.argv.pop(1)), NO_END_S
    STAGES[project.name] = edited(STAGES[project.name], project)
    main()
