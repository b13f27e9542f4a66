"""What a project lacks that could not start, and what to type for it."""

import re
import shlex
from collections.abc import Iterable

from .project import OURS, OwnProject, folders_in

MODULE = re.compile(r"\bNo module named '?([A-Za-z_]\w*)(?!\w|\.\w)")
"""Of a package that is not there Python names the package alone, of one that has no such part the part as well."""
PROGRAM = re.compile(r"^\S*\bsh: (?:(?:line )?\d+: )?(?:exec: )?([\w.-]+): (?:command )?not found")
REQUIREMENTS = "requirements.txt"


def what_is_missing(project: OwnProject, said: Iterable[str]) -> str:
    """By what a process said last: the package or program that its Python does not have, and what to type.

    Empty where nothing is missing, or what is missing is the project's own.
    """
    text = list(said)
    modules = [found[1] for line in text if (found := MODULE.search(line)) and not is_its_own(project, found[1])]
    programs = [found[1] for line in text if (found := PROGRAM.match(line))]
    if not modules and not programs:
        return ""
    name = (modules or programs)[-1]
    python = shlex.quote(project.python)
    listed = project.folder / REQUIREMENTS
    known = listed.is_file() and (modules or name in listed.read_text("utf-8", "replace"))
    install = f"{python} -m pip install -r {shlex.quote(str(listed))}" if known else "install it there"
    lacks = f"Its Python, {project.python} ({project.python_from}), has no {name}: {install}"
    if project.python_from == OURS:
        return f"{lacks}."
    return f"{lacks}; or, if another has it: asyncdemo run {shlex.quote(project.typed)} --python ITS_VENV."


def is_its_own(project: OwnProject, module: str) -> bool:
    """Whether a module of that name stands in the project, and something else of it was not found."""
    places = [project.folder, *folders_in(project.folder), *([project.manage.parent] if project.manage else [])]
    return any((place / module).is_dir() or (place / f"{module}.py").exists() for place in places)
