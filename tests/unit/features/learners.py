"""Somebody at a desk, whose runs are told and not started: the tests' own lesson, and a run of step3."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from asyncdemo.base.errors import StartError
from asyncdemo.base.histogram import bucket
from asyncdemo.course.lesson import Course
from asyncdemo.course.progress import Progress
from asyncdemo.course.reading import read_course
from asyncdemo.events import events as e
from asyncdemo.features.learn.desk import Desk
from asyncdemo.features.learn.session import Session
from asyncdemo.known.tracebacks import BEGIN
from asyncdemo.measuring.experiment import Attempt
from asyncdemo.running.starting import Interrupted
from tests.loads import load_of
from tests.unit.course.lessons import FRONT, SLIDES, events, written

LAST = """
title: the last
minutes: 5
question:
  runs: [{stage: step3}]
  choices:
    - {says: fast, when: page p50 < 1}
    - {says: slow, when: page p50 >= 1}
  answers: [{said: slow}]
"""
TRACEBACK = (
    BEGIN,
    '  File "/usr/lib/python3.11/site-packages/django/core/handlers.py", line 42, in inner',
    "    response = get_response(request)",
    '  File "hello/views.py", line 8, in hello_view',
    "    1 / 0",
    "ZeroDivisionError: division by zero",
)


class Told(Attempt):
    """Hears what happened in a run of step3, and starts nothing."""

    late: ClassVar[list[float]] = []
    """For each run to come, how many seconds too late the machine lets its visitors leave; none left: none."""
    problem: ClassVar[str] = ""
    slow_s: ClassVar[float] = 0.002
    """What a page takes, on the wall, as its load sees it; …"""
    last_s: ClassVar[float] = 0.11
    """… and what the last one takes."""
    printed: ClassVar[tuple[str, ...]] = ()
    interrupted: ClassVar[bool] = False
    played: ClassVar[list[str]] = []

    def play(self, on_tick: Callable[[], None] = lambda: None) -> int | None:
        self.played.append(self.lane.label)
        if self.interrupted:
            raise Interrupted(0)
        run, *told = [event for event in events() if not isinstance(event, e.LoadStarted)]
        self._listen(run)
        for line in self.printed:
            self._listen(e.Printed(t=0.1, process="web.1", line=line))
        if self.problem:
            raise StartError(self.problem)
        late_s = self.late.pop(0) if self.late else 0.0
        visitors = [(number / 10, self.slow_s, "200") for number in range(4)] + [(0.4, self.last_s, "200")]
        for event in [*load_of(visitors, 0.5, 1.0, speed=10.0), *told[:-1]]:
            self._listen(event)
        if late_s:
            late = [(bucket(late_s), 20)]
            self._listen(e.LoadTold(t=1.9, process="load.1", number=9, scheduled=0, sent=0, lag=late))
        self._listen(told[-1])
        return None


def course_in(folder: Path) -> Course:
    """Two lessons: one with a question of a number and something to change, one with a choice."""
    solution = written(folder, FRONT, {**SLIDES, "Hint": "Look into the view."}) / "solution" / "hello"
    solution.mkdir(parents=True)
    (solution / "views.py").write_text("# solved\n")
    slides = {"Question": "Fast?", "Said slow": "Not so.", "Explanation": "{{page p50}}."}
    written(folder, LAST, slides, name="06-the-last")
    return read_course(folder)


def desk_in(folder: Path, **values: object) -> Desk:
    """Somebody at the first lesson, whose runs are as these values of `Told` say."""
    attempt = type("Told", (Told,), {"played": [], "late": [], **values})
    session = Session(course_in(folder / "course"), folder / "learn.json", folder / "copies", Progress(at=5))
    desk = Desk(session, attempt=attempt)
    desk.open()
    return desk


def nothing() -> None:
    """Nobody looks."""


def at_the_copy(folder: Path, **values: object) -> Desk:
    """The question is answered."""
    desk = desk_in(folder, **values)
    desk.say("0.01")
    desk.run(nothing)
    desk.next()
    return desk
