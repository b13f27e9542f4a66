"""The course itself on a real screen, all of it: as somebody goes through it who has a laptop and no teacher."""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from asyncdemo.course import copies
from tests.e2e.command import ASYNCDEMO
from tests.e2e.learner import (
    COURSE,
    ENTER,
    ESCAPE,
    MANY,
    RIGHT,
    Learner,
    answer_of,
    answers,
    asks,
    begins_wrong,
    checks,
    flat,
    goes_on,
    goes_through_question,
    goes_to_copy,
    is_solved,
    solves,
    text_of,
    words_of,
)
from tests.e2e.screen import OnScreen
from tests.waiting import until

pytestmark = pytest.mark.long


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder whose name is as short as that of a home is."""
    folder = Path(tempfile.mkdtemp(prefix="adl-"))
    yield folder
    shutil.rmtree(folder)


def test_the_whole_course_from_the_first_question_to_the_last_check(home: Path) -> None:
    """Every question, every run, every copy; given up in the middle of a run and of a copy, and gone on with; a lesson
    for whoever comes late."""
    learner, lesson = Learner(home), COURSE.numbered
    with learner.screen() as screen:
        for number in (1, 2):
            goes_through_question(learner, screen, lesson(number))
            goes_on(screen, lesson(number))
        asks(screen, lesson(3))
        screen.presses(answer_of(lesson(3)) + ENTER, "q stop this run")
        screen.presses("q", "Stop this run?")
        screen.presses("y", f"your answer: {answer_of(lesson(3))}█")
        screen.presses(ESCAPE, "your answer: █")
    with learner.screen() as screen:  # where he was
        goes_through_question(learner, screen, lesson(3))
        goes_on(screen, lesson(3))
        goes_through_question(learner, screen, lesson(4))
        goes_to_copy(screen, lesson(4))
        checks(screen, "c", "Not yet.")
        screen.presses("h", "The next hint comes with a try")
        begins_wrong(learner, screen, lesson(4))
        screen.presses("h", "hint 1")
        text = text_of(screen)
        assert words_of(lesson(4).hints[0], {}) in text
        assert "hints: 1 of" in text
        solves(learner, screen, lesson(4))
        goes_on(screen, lesson(4))
        goes_through_question(learner, screen, lesson(5))
        goes_on(screen, lesson(5))
        for number in (6, 7):
            goes_through_question(learner, screen, lesson(number))
            goes_to_copy(screen, lesson(number))
            solves(learner, screen, lesson(number))
            goes_on(screen, lesson(number))
        goes_through_question(learner, screen, lesson(8))
        goes_to_copy(screen, lesson(8))
        begins_wrong(learner, screen, lesson(8))
    with learner.screen() as screen:
        screen.shows(COURSE.place(COURSE.numbered(8)), "h hint")
        assert "tries: 1" in text_of(screen)
        solves(learner, screen, lesson(8))
        goes_on(screen, lesson(8))
        goes_through_question(learner, screen, lesson(9))
        goes_on(screen, lesson(9))
        goes_through_question(learner, screen, lesson(10))
    with learner.screen("goto", "10", "--solved") as screen:
        screen.shows(COURSE.place(COURSE.numbered(10)), "h hint")
        assert "The solution is in it." in text_of(screen)
        is_solved(checks(screen, "c", "It does."), lesson(10))
        for each in COURSE.lessons[10:]:
            goes_on(screen, lesson(each.number - 1))
            if each.question is not None:
                goes_through_question(learner, screen, each)
            if each.exercise is not None:
                goes_to_copy(screen, each)
                if each is COURSE.counting[-1]:
                    checks(screen, "c", "Not yet.")
                solves(learner, screen, each)
        screen.presses("n", "That was the last lesson.", f"{COURSE.minutes} min of {COURSE.minutes} done")
    is_all_done(learner)


def is_all_done(learner: Learner) -> None:
    """As the commands tell it."""
    status = json.loads(learner.says("status", "--json"))
    assert status["minutes"] == status["of_minutes"] == COURSE.minutes
    assert [each["passed"] for each in status["lessons"]] == [True] * MANY
    assert [each["right"] for each in status["lessons"] if each["said"]] == [
        each.number in RIGHT for each in COURSE.lessons if each.question is not None
    ]
    listed = learner.says("list").splitlines()
    assert [line.split()[-1 - len(lesson.title.split())] for line, lesson in zip(listed, COURSE.lessons, strict=False)]
    for line, lesson in zip(listed, COURSE.lessons, strict=False):
        assert re.search(rf" {lesson.number} +{lesson.minutes} min  done +{re.escape(lesson.title)}", line), line
    assert listed[MANY].startswith(f"{COURSE.minutes} min of {COURSE.minutes} are done.")


# What may come between

FOURTH = COURSE.numbered(4)
CTRL_C = "\x03"
WAITS = "#!/bin/sh\necho it waits\nexec sleep 600\n"


def opens(learner: Learner) -> OnScreen:
    """The course where it was left, on a screen that is not left by `q`."""
    return OnScreen(str(ASYNCDEMO), "learn", "--copies", str(learner.copies), columns=80, rows=24, **learner.env)


def leaves(screen: OnScreen) -> None:
    """By Ctrl-C: nothing runs, and the place is kept."""
    screen.presses(CTRL_C, f"kept: lesson 4, {FOURTH.title}; go on with: asyncdemo learn")
    assert screen.ends() == 0


def test_ctrl_c_in_every_state_of_a_lesson_keeps_the_place(home: Path) -> None:
    """At a question, in its run, at what came of it, at a copy, in its check, at what was found; the editor has it for
    itself."""
    learner = Learner(home)
    learner.says("goto", "4")
    with opens(learner) as screen:
        screen.shows("your answer:")
        leaves(screen)
    with opens(learner) as screen:
        screen.shows("your answer:")
        screen.presses(answer_of(FOURTH) + ENTER, "q stop this run", "workers")
        leaves(screen)
    with opens(learner) as screen:
        screen.shows("your answer:")
        answers(screen, FOURTH)
        leaves(screen)
    with opens(learner) as screen:
        screen.shows("your copy:", "tries: 0   hints: 0")
        leaves(screen)
    with opens(learner) as screen:
        screen.shows("your copy:")
        screen.presses("c", "checking your copy")
        leaves(screen)
    with opens(learner) as screen:
        screen.shows("your copy:", "tries: 0   hints: 0")
        checks(screen, "c", "Not yet.")
        leaves(screen)
    Path(learner.env["EDITOR"]).write_text(WAITS)
    with opens(learner) as screen:
        screen.shows("your copy:", "tries: 0   hints: 0")
        screen.presses("e", "it waits")
        screen.presses(CTRL_C)
        screen.hides("it waits")
        leaves(screen)


SPOILED = {
    "a syntax error": ({"hello/views.py": b"def hello_view(request)\n"}, "SyntaxError"),
    "a deleted file": ({"hello/consumers.py": b""}, "ModuleNotFoundError: No module named 'hello.consumers'"),
    "a port of its own": ({"Procfile": b"web: python manage.py runserver 8000\n"}, "does not say $PORT"),
    "beyond recognition": (
        {"manage.py": b"", "Procfile": b"", "hello/views.py": b"lorem", "hello/settings.py": b"ipsum"},
        "neither a manage.py nor a Procfile",
    ),
}
"""What may become of a copy: what is in its files then, none for one that is gone, and what is said of it."""


def test_whatever_becomes_of_a_copy_is_told_and_made_good(home: Path) -> None:
    """Each is told in words, by file and line where there is one; the copy begins anew, and is solved in the end."""
    learner = Learner(home)
    learner.says("goto", "4")
    folder = copies.folder_of(FOURTH, learner.copies)
    with learner.screen() as screen:
        screen.shows("your answer:")
        answers(screen, FOURTH)
        goes_to_copy(screen, FOURTH)
        for files, words in SPOILED.values():
            for name, data in files.items():
                (folder / name).write_bytes(data) if data else (folder / name).unlink()
            screen.shows("Not yet.")
            until(lambda words=words: words in flat(screen.shown), lambda: screen.shown)  # type: ignore[misc]
            screen.presses("r", "Lose what you have changed")
            screen.presses("y", "the copy is as it began")
        solves(learner, screen, FOURTH)
    learner.env["EDITOR"] = "no-such-editor"
    with learner.screen() as screen:
        screen.shows("your copy:")
        screen.presses("e", "There is no editor 'no-such-editor' here")
