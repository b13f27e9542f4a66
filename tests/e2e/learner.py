"""Somebody who goes through the course on a screen: what they read there, and what they do."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path

from asyncdemo.course import copies
from asyncdemo.course.conditions import parse_figure
from asyncdemo.course.lesson import Lesson
from asyncdemo.course.texts import filled_with
from asyncdemo.deck.deck import Slide
from asyncdemo.features.learn.prose import plain_text
from tests.e2e.command import ASYNCDEMO, UNSET, asyncdemo
from tests.e2e.screen import OnScreen
from tests.shipped_course import COURSE, exercise_of, question_of
from tests.waiting import DEADLINE_S, until

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
