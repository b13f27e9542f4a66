"""`asyncdemo learn --check-course`: every lesson proved, by running it as a learner would, and as one who is wrong."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ...base.errors import AsyncdemoError, UsageError
from ...base.output import say
from ...base.text import counted
from ...course.copies import begin, beginning, over, put, solve
from ...course.figures import Seen
from ...course.lesson import OPTIONAL, Course, Exercise, Lesson, Question
from ...course.predictions import judge, parse_prediction, right_words
from ...course.reading import LESSONS, read_course
from ...course.texts import figures_in, filled
from ...deck.deck import Slide
from ...running.signals import signals
from ...running.starting import Interrupted
from .prose import plain_text
from .trials import TRIES, Trial, play_check, play_question

ROWS = 18
"""Of a slide at the most, so that it fits a terminal of 80x24."""
COLUMNS = 76
HINTS = (2, 4)
"""So many belong to an exercise."""


@dataclass(frozen=True)
class Proof:
    """What came of a lesson."""

    lesson: Lesson
    problems: tuple[str, ...]
    """In words; none: all of it is true."""
    tried: tuple[str, ...]
    """What was run."""
    seconds: float

    @property
    def line(self) -> str:
        """` 5  the fifth visitor  5 min  true: question; 5 s`."""
        state = f"{counted(len(self.problems), 'problem')}!" if self.problems else "true"
        lesson = f"{self.lesson.number:2}  {self.lesson.title:32}{self.lesson.minutes:3} min"
        return f"{lesson}  {state}: {', '.join(self.tried)}; {self.seconds:.0f} s"


def check(folder: Path | None = None, jobs: int | None = None, output: Callable[[str], None] = say) -> int:
    """All lessons of a folder, or those that come with asyncdemo. Raises CourseError for one that cannot be read."""
    return check_course(read_course(folder or LESSONS), jobs or side_by_side(), output)


def check_course(course: Course, jobs: int, output: Callable[[str], None]) -> int:
    """So many lessons side by side, those first that take longest; a line for each. 1 where anything is wrong, or the
    exit code of whoever stopped it."""
    prover = Prover()
    longest = sorted(course.lessons, key=lambda lesson: -trials_of(lesson))
    with signals(prover.stop), ThreadPoolExecutor(jobs) as pool:
        proofs = [pool.submit(prover.prove, lesson) for lesson in longest]
        told = {proof.result().lesson.number: proof.result() for proof in proofs if prover.exit_code is None}
    if prover.exit_code is not None:
        output("Stopped: nothing is proved.")
        return prover.exit_code
    for _, proof in sorted(told.items()):
        output(proof.line)
        for problem in proof.problems:
            output(f"    ! {problem}")
    wrong = sum(bool(proof.problems) for proof in told.values())
    output(sums(course) + (f"; {counted(wrong, 'lesson')} not true" if wrong else "; all of it is true"))
    return 1 if wrong else 0


def side_by_side() -> int:
    """So many wait more than they work: three on two cores."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


def trials_of(lesson: Lesson) -> int:
    """How often something is run for it."""
    return bool(lesson.question) + (2 + len(lesson.exercise.wrong) if lesson.exercise is not None else 0)


def sums(course: Course) -> str:
    """`14 lessons, 90 minutes; 5 of them in 27 minutes for who knows queues; 1 more where there is time`."""
    fast = [lesson.minutes for lesson in course.lessons if lesson.fast]
    more = len(course.lessons) - len(course.counting)
    told = f"{counted(len(course.counting), 'lesson')}, {course.minutes} minutes"
    told += f"; {len(fast)} of them in {sum(fast)} minutes for who knows queues" if fast else ""
    return told + (f"; {more} more {OPTIONAL}" if more else "")


class Prover:
    """Proves lessons, from several threads; can be stopped from another."""

    def __init__(self) -> None:
        self.exit_code: int | None = None
        """Of whoever stopped it."""
        self._trials: set[Trial] = set()
        self._lock = threading.Lock()

    def stop(self, exit_code: int = 0) -> None:
        """End all that runs. From any thread, and from a signal."""
        self.exit_code = exit_code or 130
        for trial in list(self._trials):
            trial.stop(self.exit_code)

    def prove(self, lesson: Lesson) -> Proof:
        """All of a lesson."""
        began, tried = time.monotonic(), list[str]()
        problems = list(wrong_words(lesson))
        try:
            problems += self._question(lesson, tried)
            problems += self._exercise(lesson, tried)
        except Interrupted:
            problems.append("stopped")
        except AsyncdemoError as error:
            problems.append(str(error))
        seconds = time.monotonic() - began
        return Proof(lesson, tuple(problems), tuple(tried), seconds)

    def _begins(self, trial: Trial) -> None:
        self._trials.add(trial)
        if self.exit_code is not None:
            trial.stop(self.exit_code)

    def _question(self, lesson: Lesson, tried: list[str]) -> Iterator[str]:
        if lesson.question is None:
            return
        seen = play_question(lesson.question, on_trial=self._begins)
        tried.append("question")
        yield from wrong_answers(lesson.question, seen)
        if lesson.explanation is not None:
            filled(lesson.explanation, seen)

    def _exercise(self, lesson: Lesson, tried: list[str]) -> Iterator[str]:
        exercise = lesson.exercise
        if exercise is None:
            return
        with TemporaryDirectory(prefix="asyncdemo-course-") as made:
            folder = Path(made) / lesson.name
            begin(exercise, folder)
            yield from self._fails(exercise, folder, "its start")
            solve(exercise, folder)
            verdict = play_check(exercise, folder, on_trial=self._begins, doubts=TRIES)
            if not verdict.passed:
                yield f"its solution does not pass: {'; '.join(verdict.words)}"
            for wrong in exercise.wrong:
                put(over(beginning(exercise, folder), wrong.files), folder)
                yield from self._fails(exercise, folder, f"wrong/{wrong.name}")
        tried.append(f"start, solution, {len(exercise.wrong)} wrong")

    def _fails(self, exercise: Exercise, folder: Path, name: str) -> Iterator[str]:
        verdict = play_check(exercise, folder, on_trial=self._begins, doubts=0)
        if verdict.passed:
            yield f"{name} passes: {'; '.join(verdict.words)}"


def wrong_answers(question: Question, seen: tuple[Seen, ...]) -> Iterator[str]:
    """Of the right answer, and of those that people typically give."""
    right = right_words(question, seen)
    if right is None:
        yield "none of its choices is what was measured"
    elif not judge(question, parse_prediction(question, right), seen).right:
        yield f"{right} is what was measured, and is not judged right"
    for answer in question.answers:
        judgement = judge(question, parse_prediction(question, answer.said), seen)
        if judgement.right:
            yield f"{answer.said} is a typical wrong answer, and is right: {judgement.measured}"
        elif judgement.answer is not answer:
            yield f"{answer.said} is not told what it comes from"


def wrong_words(lesson: Lesson) -> Iterator[str]:
    """Of what can be seen without running it."""
    if lesson.exercise is not None and not HINTS[0] <= len(lesson.hints) <= HINTS[1]:
        yield f"{counted(len(lesson.hints), 'hint')}: {HINTS[0]} to {HINTS[1]} belong to an exercise"
    if lesson.question is not None and lesson.explanation is None:
        yield "nothing says what is true: it has no slide 'Explanation'"
    for slide in slides_of(lesson):
        yield from wrong_slide(slide)


def wrong_slide(slide: Slide) -> Iterator[str]:
    """A figure that there is not, and more than a screen."""
    try:
        figures_in(slide)
    except UsageError as error:
        yield f"line {slide.line}: {error}"
    rows = len(plain_text(slide, COLUMNS).splitlines())
    if rows > ROWS:
        yield f"line {slide.line}: {rows} rows of {COLUMNS} columns; a screen has room for {ROWS}"


def slides_of(lesson: Lesson) -> Iterator[Slide]:
    """All of them."""
    question, exercise = lesson.question, lesson.exercise
    if question is not None:
        yield from (question.slide, *(answer.slide for answer in question.answers))
    yield from filter(None, (lesson.explanation, *lesson.hints))
    if exercise is not None:
        yield from (exercise.slide, exercise.done)
