"""The copies that a learner changes: made, reset, solved, and compared with what they began as.

A copy is a checkout of a stage with files of the lesson in place of its own. Nothing is overwritten that was not named.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ..base.addresses import LOOPBACK
from ..base.errors import StartError
from ..base.files import cannot, place, save_all
from ..measuring.experiment import Experiment
from ..running.own.project import OURS, find_project
from ..stages.checkout.project import project_files
from ..stages.files import Files, in_reading_order, read_folder
from .lesson import Exercise, Lesson

Contents = Mapping[str, bytes]
"""Path in a copy -> what is in it."""
DOT_ENV = ".env"
"""What honcho, and `asyncdemo run DIR`, have variables from."""


def folder_of(lesson: Lesson, copies: Path) -> Path:
    """Where the copy of a lesson is."""
    return copies / f"{lesson.number:02}-{lesson.name}"


def make_room(copies: Path) -> None:
    """The folder that copies go into, which is told from none only if it is there. Raises StartError."""
    try:
        copies.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot(str(copies), "--copies", error, "folder") from None


def beginning(exercise: Exercise, folder: Path) -> Contents:
    """What a copy begins as."""
    made = {**project_files(exercise.stage, folder.name), **dot_env(exercise)}
    return over({name: text.encode("utf-8", "surrogateescape") for name, text in made.items()}, exercise.start)


def dot_env(exercise: Exercise) -> Files:
    """What tells its processes their ports, where somebody starts them by hand."""
    lines = [f"{name}={port}\n" for name, port in exercise.ports.items()]
    return {DOT_ENV: "".join(lines)} if lines else {}


def solved(exercise: Exercise, folder: Path) -> Contents:
    """What it is where it is solved."""
    return over(beginning(exercise, folder), exercise.solution)


def over(files: Contents, others: Contents) -> Contents:
    """Files with others in their place; an empty one of those takes its file away."""
    return {name: data for name, data in {**files, **others}.items() if data or name not in others}


def begin(exercise: Exercise, folder: Path) -> None:
    """Make the copy, if it is not there. Raises StartError for a folder that cannot be written, UsageError for a file
    that is there where one belongs."""
    if not folder.exists():
        write_new(folder, beginning(exercise, folder))


def write_new(folder: Path, files: Contents) -> None:
    """A folder that is not there, with its files: all, or nothing."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
    except OSError as error:
        raise cannot(str(folder), "learn", error, "folder") from None
    save_all(folder, "learn", files)


def differing(files: Contents, folder: Path) -> list[str]:
    """The files that would be written anew, or taken away: whatever somebody has made of them is lost then."""
    there = text_files(folder)
    return sorted(name for name in {*files, *there} if there.get(name) != files.get(name))


def reset(exercise: Exercise, folder: Path) -> None:
    """Make it as it began. Raises StartError."""
    put(beginning(exercise, folder), folder)


def solve(exercise: Exercise, folder: Path) -> None:
    """Put the solution in its place. Raises StartError."""
    put(solved(exercise, folder), folder)


def put(files: Contents, folder: Path) -> None:
    """Have a folder hold these files, and of those that somebody has written no others. Raises StartError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in differing(files, folder):
            file = folder / name
            if name in files:
                file.parent.mkdir(parents=True, exist_ok=True)
                place(file, files[name]).close()
            else:
                file.unlink(missing_ok=True)
    except OSError as error:
        raise cannot(str(folder), "learn", error, "folder") from None


def text_files(folder: Path) -> Contents:
    """What somebody wrote, or `checkout` did. Raises StartError where it cannot be read."""
    if not folder.is_dir():
        return {}
    hidden = {path.name: path.read_bytes() for path in folder_files(folder)}
    return {name: text.encode("utf-8", "surrogateescape") for name, text in read_folder(folder).items()} | hidden


def folder_files(folder: Path) -> Iterator[Path]:
    """The hidden files that a copy has."""
    return (path for path in [folder / ".gitignore", folder / DOT_ENV] if path.is_file())


def as_texts(files: Contents) -> Files:
    """To be read, or compared, in the order in which they are read; without what nobody reads."""
    texts = {name: data.decode("utf-8", "surrogateescape") for name, data in files.items() if not name.startswith(".")}
    return in_reading_order(texts)


def experiment_of(exercise: Exercise, folder: Path, speed: float | None = None) -> Experiment:
    """What checks a copy. Raises UsageError where there is no project in the folder any more, StartError where there is
    no folder."""
    if not folder.is_dir():
        raise StartError(f"{folder} is not there. Begin it again: asyncdemo learn reset")
    return on_copy(exercise, exercise.experiment, folder, speed)


COPY = "the copy"
"""What a copy is called in messages: its folder has the name of a lesson."""


def on_copy(exercise: Exercise, experiment: Experiment, folder: Path, speed: float | None = None) -> Experiment:
    """This load, on a copy: its own processes, with the Python that this is, on ports of their own. Each of them has to
    stay. Raises UsageError where there is no project."""
    options, stage = experiment.options, exercise.stage
    project = find_project(str(folder), sys.executable, LOOPBACK, None)
    project = replace(project, python_from=OURS, ports=tuple(exercise.ports))
    entry = replace(project.entry(stage.page), name=COPY, parameter=stage.parameter, greeting=stage.greeting)
    own = replace(options, stage=entry, project=project, speed=options.speed if speed is None else speed)
    return replace(experiment, options=own, whole=True)
