"""`asyncdemo learn --check-course`: a course that is true, and one that is not, each run for real."""

import subprocess
from pathlib import Path

from tests.e2e.command import clean_environment
from tests.e2e.lessons import CHANGE, LEARN, write_course
from tests.waiting import DEADLINE_S


def learn(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command, until it ends by itself."""
    command = [*LEARN, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=2 * DEADLINE_S, env=clean_environment())


def test_a_course_is_proved_and_what_is_not_true_is_told(tmp_path: Path) -> None:
    """Its solution is no solution, what is called wrong is right, and a typical answer is what was measured."""
    course = write_course(tmp_path / "course")
    told = learn("--check-course", "--course", str(course))
    assert told.returncode == 0, told.stdout
    assert " 1  two visitors " in told.stdout
    assert "true: question, start, solution, 0 wrong" in told.stdout
    assert told.stdout.splitlines()[-1] == "2 lessons, 5 minutes; all of it is true"

    lesson = course / "02-no-call"
    right = lesson / "solution" / "hello" / "views.py"
    wrong = lesson / "wrong" / "as-it-should-be" / "hello" / "views.py"
    wrong.parent.mkdir(parents=True)
    right.rename(wrong)
    (lesson / "lesson.md").write_text(CHANGE.replace("said: step1", "said: step3").replace("Said step1", "Said step3"))
    told = learn("--check-course", "--course", str(course))
    assert told.returncode == 1
    assert "3 problems!" in told.stdout
    for problem in (
        "step3 is a typical wrong answer, and is right: step3",
        "its solution does not pass: ",
        "wrong/as-it-should-be passes: 2 of 2 answered",
    ):
        assert f"    ! {problem}" in told.stdout
    assert told.stdout.splitlines()[-1] == "2 lessons, 5 minutes; 1 lesson not true"


def test_a_lesson_that_cannot_be_read_is_told_with_its_line(tmp_path: Path) -> None:
    course = write_course(tmp_path / "course")
    (course / "02-no-call" / "lesson.md").write_text(CHANGE.replace("stage: step3", "stage: step9"))
    told = learn("--check-course", "--course", str(course))
    assert told.returncode == 1
    assert "02-no-call/lesson.md" in told.stderr
    assert "step9" in told.stderr
    assert "Traceback" not in told.stderr
