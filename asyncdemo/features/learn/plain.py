"""A course as text and questions, for a screen reader and for a pipe: lines are printed, and lines are read."""

import sys
from collections.abc import Callable

from ...base.errors import AsyncdemoError
from ...base.output import OUTPUT_GONE, Output
from ...course.copies import as_texts
from ...course.verdicts import Verdict
from ...deck.deck import Slide
from ...running.signals import signals
from ...running.starting import Interrupted
from ...stages.diffs import compare, diff_text
from ...stages.files import Files
from .desk import AT_WORK, HANDS_ON, Desk, Phase
from .editor import edit
from .pages import (
    FAILED,
    PASSED,
    RIGHT,
    SOLUTION_THERE,
    WRONG,
    choices,
    explanations,
    run_words,
    tries_text,
    visitor_of,
)
from .prose import plain_text
from .sheets import SAME
from .visitors import chosen, more_words, visitor_words

WIDTH = 80
"""Columns of a text."""
QUESTION_WORDS = "Type your answer, or q to stop here."
ANSWERED_WORDS = "n next, r run it again, d the code, b back, q stop here"
TURN_WORDS = f"e edit, {ANSWERED_WORDS}"
COPY_WORDS = (
    "c check, h hint, e edit, s solution, d changes, u the question again, r reset, n next, b back, q stop here"
)


class PlainLesson:
    """The desk of somebody who hears it, until he leaves, or nothing more is to be read."""

    def __init__(self, desk: Desk, read: Callable[[], str]) -> None:
        self.desk, self._read = desk, read
        self._output = Output(lambda: self._stop(OUTPUT_GONE))
        self._told = ""
        self._over = False
        desk.on_busy = self._line

    def play(self) -> int:
        """From the lesson that is open on: the exit code."""
        try:
            with signals(self._stop):
                self._tell()
                while not self._over:
                    self._ask()
        except Interrupted as interrupted:
            return interrupted.exit_code
        return OUTPUT_GONE if self._output.gone else 0

    def check(self) -> int:
        """The copy alone, once: 0 where it does what it should, else 1; or the exit code of whoever stopped it."""
        try:
            with signals(self._stop):
                self.desk.lay_out_copy()
                self._check()
                self._tell_note()
        except Interrupted as interrupted:
            return interrupted.exit_code
        verdict = self.desk.verdict
        failed = int(verdict is None or not verdict.passed)
        return OUTPUT_GONE if self._output.gone else failed

    def _stop(self, exit_code: int) -> None:
        """A signal: what runs is stopped; where a line is waited for, nobody waits any more."""
        if self.desk.phase in AT_WORK:
            self.desk.stop(exit_code)
        else:
            raise Interrupted(exit_code)

    def _line(self, text: str = "") -> None:
        self._output.line(text)

    def _slide(self, slide: Slide) -> None:
        self._line(plain_text(slide, WIDTH))
        self._line()

    # What is on the desk, in words

    def _tell(self) -> None:
        """The lesson as it lies there."""
        lesson, course = self.desk.lesson, self.desk.session.course
        self._line(f"Lesson {course.place(lesson)}: {lesson.title}")
        self._line(f"{self.desk.session.minutes} min of {course.minutes} are done.")
        self._line()
        {Phase.QUESTION: self._tell_question, Phase.ANSWERED: self._tell_again}.get(
            self.desk.phase, self._tell_exercise
        )()

    def _tell_question(self) -> None:
        question = self.desk.question
        self._slide(question.slide)
        for choice in choices(question):
            self._line(choice)

    def _tell_again(self) -> None:
        if self.desk.lesson.question is not None:
            self._tell_question()
        self._tell_answer()

    def _tell_answer(self) -> None:
        desk, done = self.desk, self.desk.done
        self._line(f"You said {done.said}. Measured: {done.measured}. {sentence(RIGHT if done.right else WRONG)}")
        for run, seen in enumerate(desk.seen, 1):
            self._line(run_words(desk.question, seen))
            waits = seen.waits(desk.question.right)
            visits = chosen(waits, visitor_of(desk.question, run))
            for visit in visits:
                self._line(f"  {visitor_words(visit)}")
            if more := more_words(waits, visits):
                self._line(f"  {more}")
        self._line()
        for slide in explanations(desk):
            self._slide(slide)

    def _tell_exercise(self) -> None:
        desk, exercise = self.desk, self.desk.exercise
        self._slide(exercise.slide)
        self._line(f"Your copy: {desk.session.folder}")
        if desk.holds_solution:
            self._line(SOLUTION_THERE)
        self._line(f"Begin with: {exercise.opens}")
        self._line(sentence(tries_text(desk)))
        for number, hint in enumerate(desk.hints, 1):
            self._line(f"Hint {number}:")
            self._slide(hint)

    def _tell_verdict(self, verdict: Verdict) -> None:
        self._line(PASSED if verdict.passed else FAILED)
        for words in verdict.words:
            self._line(words)
        if self.desk.learned is not None:
            self._line()
            self._slide(self.desk.learned)

    # What is typed

    def _ask(self) -> None:
        """A line, and what it asks for. The end of all lines is the end."""
        self._tell_note()
        self._line(self._words)
        line = self._read()
        if not line or line.strip().lower() in ("q", "quit"):
            self._over = True
            return
        try:
            self._answer(line.strip()) if self.desk.phase is Phase.QUESTION else self._do(line.strip().lower())
        except AsyncdemoError as error:
            if isinstance(error, Interrupted):
                raise
            self._line(str(error))

    @property
    def _words(self) -> str:
        if self.desk.phase is Phase.QUESTION:
            return QUESTION_WORDS
        if self.desk.phase is Phase.ANSWERED:
            return ANSWERED_WORDS if self.desk.lesson.exercise is None else TURN_WORDS
        return COPY_WORDS

    def _tell_note(self) -> None:
        note, self.desk.note = self.desk.note, ""
        if note:
            self._line(note)

    def _answer(self, text: str) -> None:
        if text:
            self.desk.say(text)
            self._run()

    def _do(self, typed: str) -> None:
        """What a letter asks for; another one is told what there is."""
        moves = {"n": self.desk.next, "b": self.desk.back}
        if self.desk.phase in HANDS_ON:
            moves["u"] = self.desk.read_question_again
        done = self._of_a_copy if self.desk.phase in HANDS_ON else self._of_an_answer
        if typed in moves:
            self._move(moves[typed])
        elif typed in done:
            done[typed]()
        elif typed:
            self._line(f"There is no {typed!r} here.")

    @property
    def _of_an_answer(self) -> dict[str, Callable[[], None]]:
        begins = {"e": self._begin} if self.desk.lesson.exercise is not None else {}
        return {"r": self._run, "d": self._code, **begins}

    def _begin(self) -> None:
        self._move(self.desk.next)
        self._edit()

    @property
    def _of_a_copy(self) -> dict[str, Callable[[], None]]:
        looks = {"h": self._hint, "s": self._solution, "d": self._changes}
        return {"c": self._check, "e": self._edit, "r": self._reset, **looks}

    def _move(self, move: Callable[[], None]) -> None:
        before = (self.desk.lesson, self.desk.phase)
        move()
        if (self.desk.lesson, self.desk.phase) != before:
            self._line()
            self._tell()

    def _run(self) -> None:
        self.desk.run(self._tell_progress)
        if self.desk.phase is Phase.ANSWERED and not self.desk.note:
            self._tell_answer()

    def _check(self) -> None:
        self.desk.check(self._tell_progress)
        if self.desk.verdict is not None and not self.desk.note:
            self._tell_verdict(self.desk.verdict)

    def _tell_progress(self) -> None:
        """What runs, once for each thing that it does."""
        trial = self.desk.trial
        words = "; ".join(f"{lane.label}: {lane.phase.value}" for lane in trial.lanes) if trial is not None else ""
        if words != self._told:
            self._told = words
            self._line(words)

    def _hint(self) -> None:
        self._slide(self.desk.hint())

    def _edit(self) -> None:
        exercise = self.desk.exercise
        file = self.desk.session.folder / exercise.opens
        if not sys.stdin.isatty():
            self._line(f"An editor needs a terminal. Change it with what you have: {file}")
            return
        self.desk.note = edit(file, self._stop)
        if self.desk.saved() or self.desk.saved():  # it looks twice: something that is still written is not done
            self._check()

    def _code(self) -> None:
        question = self.desk.lesson.question
        if question is not None and question.beginning is not None:
            for name, text in as_texts(question.beginning.start).items():
                self._line(f"==> {name} <==\n{text}")
            return
        experiments = question.experiments if question is not None else ()
        for name in dict.fromkeys(experiment.options.stage.name for experiment in experiments):
            self._line(f"asyncdemo show {name}")

    def _solution(self) -> None:
        there, solved = self.desk.solution()
        self._line("A solution: what it changes.")
        self._difference(self.desk.changes()[0], solved)
        self._line("From your copy to it:")
        self._difference(there, solved)

    def _changes(self) -> None:
        self._difference(*self.desk.changes())

    def _difference(self, before: Files, after: Files) -> None:
        self._line(diff_text(compare(before, after)).rstrip("\n") or SAME)

    def _reset(self) -> None:
        lost = self.desk.overwritten()
        if not lost:
            self._line(f"{self.desk.session.folder} is as it began.")
            return
        self._line(f"Lose what you have changed in {', '.join(lost)}? y yes, others no")
        if self._read().strip().lower() in ("y", "yes"):
            self._line(sentence(self.desk.reset()))


def sentence(words: str) -> str:
    """With a capital and a full stop."""
    return f"{words[:1].upper()}{words[1:]}."


def from_stdin() -> str:
    """The next line, with its end; empty where there is none any more."""
    return sys.stdin.buffer.readline().decode("utf-8", "replace") if sys.stdin is not None else ""
