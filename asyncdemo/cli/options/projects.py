"""A project of the user's, typed in the place of a stage."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ...base.errors import UsageError
from ...stages.catalogue import STAGES, did_you_mean
from .shared_options import where_from

if TYPE_CHECKING:
    from ...running.own.project import OwnProject

HERE = Path()
"""Where a command is typed."""


def project_from(context: typer.Context, beside: Path = HERE) -> "OwnProject | None":
    """The project that was typed in the place of a stage; None for a stage, whose name wins. Its folder is sought
    `beside` a deck, if it was that. Raises UsageError."""
    typed = context.params
    words = str(typed["stage"])
    if not names_folder(words, beside):
        for name in ("python", "path"):
            if typed[name] is not None:
                raise UsageError(f"--{name} is of a project of yours: asyncdemo run ./mysite --{name} {typed[name]}")
        if typed.get("yes") and words.lower() in STAGES:
            raise UsageError(f"--yes is of a project of yours, and {words} is a stage: leave it out.")
        if words.lower() not in STAGES:
            raise UsageError(f"There is no stage and no folder {words!r}. {what_is_there(words)}")
        return None
    from ...running.own.project import find_project

    asked = where_from(context, "port") not in ("DEFAULT", "")
    return find_project(words, typed["python"], typed["host"], typed["port"] if asked else None, beside)


def what_is_there(words: str) -> str:
    """What could be typed in place of a stage that there is not."""
    stage, colon, workers = words.partition(":")
    if colon and stage.lower() in STAGES:
        many = f" --workers {workers}" if workers.isdecimal() else ""
        return f"A setup of compare is typed so; here: asyncdemo run {stage}{many}"
    stages = f"The stages are: {', '.join(STAGES)}.{did_you_mean(words)}"
    return f"{stages} A project of yours is typed as its folder: ./mysite"


def names_folder(words: str, beside: Path = HERE) -> bool:
    """Whether this is a folder, and not the name of a stage, which wins; or is meant to be one."""
    if words.lower() in STAGES or not words.strip():
        return False
    if words.startswith(("/", "./", "../", "~")) or words in (".", ".."):
        return True
    try:
        return (beside / words).is_dir()
    except (OSError, ValueError):  # no folder can be called so
        return False


def page_of(path: str | None) -> str:
    """The page that is visited. Raises UsageError for what is no path."""
    if path is not None and not path.startswith("/"):
        raise UsageError(f"--path {path!r}: a path begins with a slash. Type it like --path /slow/.")
    return path or "/"
