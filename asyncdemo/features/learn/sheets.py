"""What is laid over a lesson to be read: the code of its stages, what was changed in a copy, and a solution."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.console import RenderableType
from rich.text import Text

from ...course.copies import as_texts
from ...course.lesson import Lesson
from ...showing.panels.lines import Line, plain
from ...showing.panels.style import DIM, STRONG
from ...showing.source_output import coloured, highlighted
from ...stages.diffs import compare
from ...stages.files import Files, stage_files
from .prose import code_lines

SAME = "There is no difference."


@dataclass(frozen=True)
class Sheet:
    """Something to read, with a name."""

    name: str
    lines: Callable[[int], list[Line]]
    """On so many columns."""
    key: str = "d"
    """What has laid it there, and puts it away."""


def code_of(lesson: Lesson) -> Sheet:
    """The source of the stages that the question runs."""
    if lesson.question is not None and lesson.question.beginning is not None:
        return sheet("the code that it asks about", [*source(as_texts(lesson.question.beginning.start))])
    experiments = lesson.question.experiments if lesson.question is not None else ()
    stages = {experiment.options.stage.name: experiment.options.stage for experiment in experiments}
    files = {f"{name}/{file}": text for name, stage in stages.items() for file, text in stage_files(stage).items()}
    pager = "; ".join(f"asyncdemo show {name}" for name in stages)
    return sheet(f"the code, as {pager} has it", [*source({name: text for name, text in files.items() if text})])


def changes_of(changes: tuple[Files, Files]) -> Sheet:
    """What was changed in a copy."""
    return sheet("what you have changed in the copy", [*difference(*changes)])


def solution_of(copy_and_solution: tuple[Files, Files], changes: tuple[Files, Files]) -> Sheet:
    """What a solution changes against what the copy began as, and what yours would have to change to be like it."""
    began, (there, solved) = changes[0], copy_and_solution
    return sheet(
        "a solution, and from yours to it",
        [
            Text("a solution: what it changes", "bold"),
            *difference(began, solved),
            Text("\nfrom your copy to it", "bold"),
            *difference(there, solved),
        ],
        "s",
    )


def source(files: Files) -> Iterator[RenderableType]:
    """Each file under its name; a line that is longer than the screen is wide goes on below."""
    for name, text in files.items():
        yield Text(f"==> {name} <==", "bold")
        code = highlighted(name, text)
        code.no_wrap = False
        yield code


def difference(before: Files, after: Files) -> Iterator[RenderableType]:
    """What one changes against another."""
    changes = compare(before, after)
    yield from (coloured(change) for change in changes)
    if not changes:
        yield Text(SAME)


def sheet(name: str, parts: list[RenderableType], key: str = "d") -> Sheet:
    """Parts below each other."""
    return Sheet(name, lambda width: [line for part in parts for line in code_lines(part, width)], key)


def head_of(sheet: Sheet) -> Line:
    """Its name, and how it is put away."""
    return [*plain(f" {sheet.name}", STRONG), (f"   {sheet.key} or Esc puts it away", DIM)]
