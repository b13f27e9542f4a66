"""The course itself on a real screen, all of it: as somebody goes through it who has a laptop and no teacher."""

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path

import pytest

from asyncdemo.course import copies
from asyncdemo.course.conditions import parse_figure
from asyncdemo.course.lesson import Exercise, Lesson, Question
from asyncdemo.course.reading import LESSONS, read_course
from asyncdemo.course.texts import filled_with
from asyncdemo.deck.deck import Slide
from asyncdemo.features.learn.prose import plain_text
from tests.e2e.command import ASYNCDEMO, UNSET, asyncdemo
from tests.e2e.screen import OnScreen
from tests.waiting import DEADLINE_S, until

pytestmark = pytest.mark.long

COURSE = read_course(LESSONS)
MANY = len(COURSE.lessons)
RIGHT = {2: "16", 6: "0.36", 10: "c", 13: "c"}
"""Where the learner is right, with this. Elsewhere he says what people typically say first."""
BUSY = "That was so 3 times"
"""A machine that has no time for a lesson says so: then it is begun again, as the screen has one do."""
PATIENCE = 5
STILL = 8
"""So many looks at a screen that are alike: it has been drawn."""
ENTER, HOME, ESCAPE = "\r", "\x1b[H", "\x1b"
ROW = re.compile(r" [▌ ] \S.{9} *[\d.]+ s  [▏▎▍▌▋▊▉█ ]*(?P<waited>[\d.]+ m?s|a \d+|waits on|left)(  .+)?")
"""A visitor, with what he waited."""
HEAD = re.compile(r" +visitor +came  waited.*")


class Learner:
    """Somebody with a home of their own, and an editor that writes what they have in mind."""

    def __init__(self, home: Path) -> None:
        self.copies, self.mind = home / "copies", home / "mind"
        self.env = {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "VISUAL": UNSET}
        self.env["EDITOR"] = str(self._editor(home / "editor"))

    def _editor(self, script: Path) -> Path:
        script.write_text(
            f"#!{sys.executable}\n"
            "import pathlib, shutil, sys\n"
            "opened = pathlib.Path(sys.argv[1])\n"
            f"copy = next(folder for folder in opened.parents if folder.parent == pathlib.Path({str(self.copies)!r}))\n"
            f"shutil.copytree({str(self.mind)!r}, copy, dirs_exist_ok=True)\n"
        )
        script.chmod(0o755)
        return script

    @contextmanager
    def screen(self, *arguments: str) -> Iterator[OnScreen]:
        """The course on a screen, until it is left."""
        command = [str(ASYNCDEMO), "learn", *arguments, "--copies", str(self.copies)]
        with OnScreen(*command, columns=80, rows=24, **self.env) as screen:
            yield screen
            screen.presses("q", "kept: lesson", "go on with: asyncdemo learn")
            assert screen.ends() == 0

    def has_in_mind(self, lesson: Lesson, files: "dict[str, bytes]") -> None:
        """What the editor writes next, of a copy."""
        exercise = exercise_of(lesson)
        for name, data in copies.over(copies.beginning(exercise, copies.folder_of(lesson, self.copies)), files).items():
            (self.mind / name).parent.mkdir(parents=True, exist_ok=True)
            (self.mind / name).write_bytes(data)

    def says(self, *arguments: str) -> str:
        """What one of the commands prints."""
        told = asyncdemo("learn", *arguments, **self.env)
        assert told.returncode == 0, told.stderr
        return told.stdout

    def done(self, lesson: Lesson) -> "dict[str, object]":
        """What was done of a lesson, as it is kept."""
        return json.loads(self.says("status", "--json"))["lessons"][lesson.number - 1]  # type: ignore[no-any-return]


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder whose name is as short as that of a home is."""
    folder = Path(tempfile.mkdtemp(prefix="adl-"))
    yield folder
    shutil.rmtree(folder)


def question_of(lesson: Lesson) -> Question:
    assert lesson.question is not None
    return lesson.question


def exercise_of(lesson: Lesson) -> Exercise:
    assert lesson.exercise is not None
    return lesson.exercise


# What is read on a screen


def flat(text: str) -> str:
    """Text, wherever its lines are broken."""
    return " ".join(text.split())


def words_of(slide: Slide, figures: "dict[str, str]") -> str:
    """What is to be read of a slide."""
    return flat(plain_text(filled_with(slide, figures), 76))


def drawn(screen: OnScreen) -> str:
    """The screen, when no more is on its way to it."""
    seen: list[str] = []

    def is_still() -> bool:
        seen.append(screen.shown)
        return len(seen) >= STILL and len(set(seen[-STILL:])) == 1

    until(is_still, "a screen that is still")
    return seen[-1]


def first_line(shown: str) -> int:
    """Which line of a text is the first that is seen."""
    above = re.search(r"▲ (\d+) lines? above: up", shown)
    return int(above[1]) if above else 0


def rows(shown: str) -> Iterator[tuple[int, str]]:
    """What is seen of a text: a line's number, and the line."""
    for number, line in enumerate(shown.split("\n")[2:-1], first_line(shown)):
        if "more lines: space, or down" not in line:
            yield number, line


def read(screen: OnScreen) -> list[str]:
    """All of a page, from its beginning, by the space bar; it is at its beginning again then."""
    lines: dict[int, str] = {}
    screen.presses(HOME)
    until(lambda: first_line(screen.shown) == 0, "the beginning")
    while lines.update(rows(shown := drawn(screen))) or "more lines: space, or down" in shown:
        screen.presses(" ")
        until(lambda top=shown: first_line(screen.shown) > first_line(top), "what is below")  # type: ignore[misc]
    screen.presses(HOME)
    until(lambda: first_line(screen.shown) == 0, "the beginning")
    assert list(lines) == list(range(len(lines)))
    return list(lines.values())


def text_of(screen: OnScreen) -> str:
    """All of a page, wherever its lines are broken."""
    return flat("\n".join(read(screen)))


def visitors(page: list[str]) -> list[list[str]]:
    """How long each visitor waited, of each run."""
    runs: list[list[str]] = []
    for line in page:
        if HEAD.fullmatch(line):
            runs.append([])
        elif runs and (row := ROW.fullmatch(line)):
            runs[-1].append(row["waited"])
    return runs


def is_page(waited: str) -> bool:
    """Whether who waited for so long has got what he waited for."""
    return waited.endswith("s") and waited != "waits on"


def in_s(waited: str) -> float:
    """`0.2 ms`, `1.1 s`."""
    number, unit = waited.split()
    return float(number) * (0.001 if unit == "ms" else 1)


def half(waits: list[str]) -> str:
    """What half of them have not waited longer than."""
    got = sorted(filter(is_page, waits), key=in_s)
    return got[ceil(len(waits) / 2) - 1]


SHOWN_BY_VISITORS = {
    "visitors": lambda waits: f"{len(waits)}",
    "answered": lambda waits: f"{sum(map(is_page, waits))}",
    "errors": lambda waits: f"{sum(waited.startswith('a ') for waited in waits)}",
    "mails": lambda waits: f"{sum(map(is_page, waits))}",
    "mail p50": half,
}
"""A figure -> how it is found in the lines of its visitors."""
SHOWN_BY_PANELS = {
    "answered": r"│ (\d+) answered",
    "errors": r"│ \d+ answered, (\d+) errors",
    "sent": r"sent +(\d+)",
    "delivered": r"delivered +(\d+)",
    "expired": r"(\d+) expired",
    "held": r"held +(\d+)",
}
"""A figure -> where it stands in the panels of a run."""


# What a learner does


def answers(screen: OnScreen, lesson: Lesson) -> None:
    """Say what he expects, and see it run until it is over; on a machine that was too busy, begin again."""
    screen.presses(answer_of(lesson) + ENTER, "q stop this run")
    for _ in range(PATIENCE):
        until(
            lambda: "q stop this run" not in screen.shown, lambda: f"the end of a run:\n{screen.shown}", 3 * DEADLINE_S
        )
        if BUSY not in flat(drawn(screen)):
            break
        screen.presses(ENTER, "q stop this run")
    screen.shows("you said", "n next")


def answer_of(lesson: Lesson) -> str:
    """What is typed."""
    question = question_of(lesson)
    if lesson.number in RIGHT:
        return RIGHT[lesson.number]
    said = question.answers[0].said
    return next((chr(ord("a") + place) for place, choice in enumerate(question.choices) if choice.words == said), said)


def goes_through_question(learner: Learner, screen: OnScreen, lesson: Lesson) -> None:
    """Answer it, and read all that is said of it, what it comes from if it was wrong; and nothing that is not so."""
    question = question_of(lesson)
    asks(screen, lesson)
    answers(screen, lesson)
    done, page = learner.done(lesson), read(screen)
    text, figures = flat("\n".join(page)), done["figures"]
    assert isinstance(figures, dict)
    assert f"you said {done['said']}" in text
    assert f"measured {done['measured']}" in text
    is_right = lesson.number in RIGHT
    assert done["right"] is is_right, screen.shown
    assert ("that is not it" in text) is not is_right
    told = [answer.slide for answer in question.answers if answer.said == done["thinking"]]
    assert len(told) == (0 if is_right else 1)
    assert lesson.explanation is not None
    for slide in (question.slide, *told, lesson.explanation):
        assert words_of(slide, figures) in text
    assert "{{" not in text
    figures_are_seen(
        screen, lesson, page, figures | {question.right: str(done["measured"])} if question.right else figures
    )


def asks(screen: OnScreen, lesson: Lesson) -> None:
    """Read the question, and what can be said."""
    screen.shows(COURSE.place(lesson), lesson.title, "your answer:")
    text = text_of(screen)
    assert words_of(question_of(lesson).slide, {}) in text
    assert all(f"{'abcdef'[place]} {choice.words}" in text for place, choice in enumerate(question_of(lesson).choices))


def figures_are_seen(screen: OnScreen, lesson: Lesson, page: list[str], figures: "dict[str, str]") -> None:
    """What a text says of a run is what its visitors, and its panels, show."""
    if any("v shows all" in line for line in page):
        screen.presses("v")
        screen.hides("v shows all")
        page = read(screen)
        screen.presses("v")
    runs = visitors(page)
    panels = drawn(screen) if screen.presses("p", "p back to the lesson") else ""
    screen.presses("p", "you said")
    for name, words in figures.items():
        figure = parse_figure(name)
        waits = runs[figure.run - 1]
        if figure.name == "wait of visitor":
            assert waits[figure.argument - 1] == words, name
        elif figure.name in SHOWN_BY_VISITORS:
            assert SHOWN_BY_VISITORS[figure.name](waits) == words, name
        if figure.name in SHOWN_BY_PANELS and len(runs) == 1:
            found = re.search(SHOWN_BY_PANELS[figure.name], panels)
            assert (found[1] if found else "0") == words, f"{name}\n{panels}"


def checks(screen: OnScreen, key: str, word: str) -> str:
    """Check the copy by a key, `e` or `c`: all that is told of it, which says `word` first."""
    for _ in range(PATIENCE):
        screen.presses(key, "checking your copy")
        until(lambda: "q stop here" in screen.shown, lambda: f"the end of a check:\n{screen.shown}", 3 * DEADLINE_S)
        if BUSY not in flat(drawn(screen)):
            break
        key = "c"
    text = text_of(screen)
    assert text.startswith(word), text
    agrees_with_its_panels(screen, text)
    return text


def agrees_with_its_panels(screen: OnScreen, text: str) -> None:
    """A verdict, and what the panels show of the same run: it is what its visitors have got, where all have got it."""
    told = re.search(r"(\d+) of \1 answered", text)
    if told is not None:
        panels = drawn(screen) if screen.presses("p", "p back to the lesson") else ""
        found = re.search(r"│ (\d+) answered", panels)
        assert found is not None, panels
        assert found[1] == told[1], panels
        screen.presses("p", "e edit" if "Not yet." in text else "n next")


def goes_to_copy(screen: OnScreen, lesson: Lesson) -> None:
    """From what was answered to what is to be changed."""
    if lesson.question is not None:
        screen.presses("n")
    screen.shows(COURSE.place(lesson), "h hint")
    text = text_of(screen)
    assert words_of(exercise_of(lesson).slide, {}) in text
    assert "tries: 0" in text
    assert f"/{copies.folder_of(lesson, Path())}" in text.replace(" ", "")


def begins_wrong(learner: Learner, screen: OnScreen, lesson: Lesson) -> None:
    """Save something that people typically write, which is no solution."""
    learner.has_in_mind(lesson, dict(exercise_of(lesson).wrong[0].files))
    text = checks(screen, "e", "Not yet.")
    assert "tries: 1" in text
    assert "one waits: h" in text


def solves(learner: Learner, screen: OnScreen, lesson: Lesson) -> None:
    """Save what solves it, and read what was learned."""
    learner.has_in_mind(lesson, dict(exercise_of(lesson).solution))
    is_solved(checks(screen, "e", "It does."), lesson)


def is_solved(text: str, lesson: Lesson) -> None:
    """What was learned is told, with figures in place of their names."""
    told = re.split(r"\{\{.+?\}\}", plain_text(exercise_of(lesson).done, 10000))
    assert re.search("[^{}]+".join(re.escape(flat(part)) for part in told).replace(r"\ ", " "), text), text
    assert "{{" not in text


def goes_on(screen: OnScreen, lesson: Lesson) -> None:
    """To the next lesson, by a key: nothing goes on by itself."""
    screen.shows(COURSE.place(lesson), "n next")
    screen.presses("n", COURSE.place(COURSE.numbered(lesson.number + 1)))


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
