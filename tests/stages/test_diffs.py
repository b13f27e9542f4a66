"""The lesson is in the differences: from stage to stage they stay as small as they were in 2016."""

import difflib
from pathlib import Path

import pytest

import asyncdemo

PACKAGE = Path(asyncdemo.__file__).parent
TEXT = {".py", ".html"}
MOST_LINES = 50
"""New in today, against step1."""


def texts(stage: str) -> dict[Path, list[str]]:
    """The files that a reader reads, by their path in the stage: lines without the blank ones."""
    folder = PACKAGE / "stages" / stage
    return {
        path.relative_to(folder): [line for line in path.read_text().splitlines() if line.strip()]
        for path in sorted(folder.rglob("*"))
        if path.suffix in TEXT
    }


def changed_lines(before: str, after: str) -> list[str]:
    """Lines that the step adds or removes, `+` or `-` in front."""
    old, new = texts(before), texts(after)
    changes: list[str] = []
    for path in sorted(old.keys() | new.keys()):
        diff = list(difflib.unified_diff(old.get(path, []), new.get(path, []), lineterm="", n=0))[2:]
        changes += [line for line in diff if line[0] in "+-"]
    return changes


@pytest.mark.parametrize(
    ("before", "after", "lines_in_2016"), [("step1", "step2", 12), ("step2", "step3", 28), ("step3", "bonus", 15)]
)
def test_a_step_is_as_small_as_in_2016(before: str, after: str, lines_in_2016: int) -> None:
    """Added and removed lines, blank ones not counted, near the 12, 28 and 15 of the original."""
    changes = changed_lines(before, after)
    assert 0.4 * lines_in_2016 <= len(changes) <= 1.6 * lines_in_2016, "\n".join(changes)


def test_the_view_of_step2_is_that_of_step1() -> None:
    """Channels alone changes nothing: the point of step2. And from step3 to bonus only the settings change."""
    assert texts("step1")[Path("hello/views.py")] == texts("step2")[Path("hello/views.py")]
    step3, bonus = texts("step3"), texts("bonus")
    assert [str(path) for path in step3.keys() | bonus.keys() if step3.get(path) != bonus.get(path)] == [
        "hello/settings.py"
    ]


def test_the_outside_service_is_the_same_everywhere() -> None:
    """So are the page and the URLs: what differs between two stages is never how slow the outside is."""
    for name in ("hello/outside.py", "hello/templates/hello.html", "hello/urls.py", "manage.py"):
        assert len({tuple(texts(stage)[Path(name)]) for stage in ("step1", "step2", "step3", "bonus")}) == 1, name


def test_from_step1_it_is_few_lines() -> None:
    """Settings, the tasks, a mail call, and a view that enqueues: at most fifty lines are new."""
    added = [line for line in changed_lines("step1", "today") if line[0] == "+"]
    assert len(added) <= MOST_LINES, "\n".join(added)
    assert sum("transaction.on_commit(partial(" in line for line in added) == 2
