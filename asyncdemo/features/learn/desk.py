"""A lesson on the desk: what is asked, what was said, what has run, and what a check has come to.

It neither draws nor reads keys: a screen and lines do the same with it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from ...base.errors import AsyncdemoError, StartError, UsageError
from ...course import copies
from ...course.figures import Seen
from ...course.lesson import Exercise, Lesson, Question
from ...course.predictions import Judgement, Prediction, judge, parse_prediction
from ...course.progress import Done
from ...course.texts import figures_of, filled
from ...course.verdicts import Verdict
from ...deck.deck import Slide
from ...measuring.experiment import Attempt
from ...running.starting import Interrupted
from ...stages.files import Files
from .session import Session
from .trials import Trial, play_check, play_question
from .watching import Saves


class Phase(Enum):
    """What is on the desk."""

    QUESTION = "question"
    RUNNING = "running"
    ANSWERED = "answered"
    EXERCISE = "exercise"
    CHECKING = "checking"
    CHECKED = "checked"


AT_WORK = (Phase.RUNNING, Phase.CHECKING)
"""While something runs."""
HANDS_ON = (Phase.EXERCISE, Phase.CHECKED)
"""While there is a copy to change."""
NO_MORE = "There is no other hint."
LOCKED = "The next hint comes with a try: change something, and check it."
NO_SOLUTION_YET = "The solution comes after a try: change something, and check it."
OF_A_QUESTION = (Phase.QUESTION, Phase.RUNNING, Phase.ANSWERED)
"""While it is about what was asked."""
LAST = "That was the last lesson. asyncdemo learn list shows which are done and which are open."
FIRST = "This is the first lesson."


@dataclass(frozen=True)
class Ran:
    """What a question's run has shown."""

    seen: tuple[Seen, ...]
    trial: Trial | None


@dataclass
class Desk:
    """The open lesson of a session, and all that has come of it since it was opened."""

    session: Session
    phase: Phase = Phase.QUESTION
    prediction: Prediction | None = None
    ran: dict[str, Ran] = field(default_factory=dict)
    """What the runs of questions have shown since the course was opened, by the lessons' names."""
    verdict: Verdict | None = None
    note: str = ""
    """What has to be told: what cannot be read, or has failed."""
    holds_solution: bool = False
    """Whether the copy is the solution, which was looked at, or taken."""
    attempt: type[Attempt] = Attempt
    """What plays each run."""
    on_busy: Callable[[str], None] = field(default=lambda words: None, repr=False)
    """Told why something is played once more."""
    _asked: Trial | None = field(default=None, repr=False)
    """What runs for the question, or has run last."""
    _checked: Trial | None = field(default=None, repr=False)
    """The check that runs, or has run last."""
    _stopped: int | None = field(default=None, repr=False)
    """The exit code of who has asked for the end of what runs, if anybody has."""
    _saves: Saves | None = field(default=None, repr=False)
    _tried: Files | None = field(default=None, repr=False)
    """What was in the copy at the last check."""

    @property
    def lesson(self) -> Lesson:
        """The one that is open."""
        return self.session.lesson

    @property
    def question(self) -> Question:
        """What it asks. Raises UsageError where it asks nothing."""
        if self.lesson.question is None:
            raise UsageError(f"Lesson {self.lesson.number} asks nothing before something is changed.")
        return self.lesson.question

    @property
    def exercise(self) -> Exercise:
        """What is to be changed. Raises UsageError where nothing is."""
        if self.lesson.exercise is None:
            raise UsageError(f"In lesson {self.lesson.number} there is nothing to change.")
        return self.lesson.exercise

    @property
    def done(self) -> Done:
        """What was done of it."""
        return self.session.done

    def open(self) -> None:
        """Lay out the lesson as far as somebody is in it. Raises StartError, UsageError for a copy that cannot be
        made."""
        self.prediction = self.verdict = self._checked = self._saves = self._tried = None
        self.note, self._asked = "", self.ran[self.lesson.name].trial if self.lesson.name in self.ran else None
        if self.lesson.question is not None and not self.done.said:
            self.phase = Phase.QUESTION
        elif self.lesson.exercise is not None:
            self.lay_out_copy()
        else:
            self.phase = Phase.ANSWERED

    def lay_out_copy(self) -> None:
        """Something is to be changed now; or goes on to be, where the question was read again."""
        self.phase = Phase.EXERCISE if self.verdict is None else Phase.CHECKED
        if self._saves is None:
            self._saves = Saves(self.session.begin(self.exercise))
        self._look_for_solution()

    def _look_for_solution(self) -> None:
        exercise, folder = self.exercise, self.session.folder
        try:
            self.holds_solution = self.done.solved and not copies.differing(copies.solved(exercise, folder), folder)
        except AsyncdemoError:  # what cannot be read is told by its check
            self.holds_solution = False

    # The question

    @property
    def seen(self) -> tuple[Seen, ...]:
        """What the runs of the question have shown since the course was opened."""
        return self.ran[self.lesson.name].seen if self.lesson.name in self.ran else ()

    def read_question_again(self) -> None:
        """What was asked, said and measured, and why; the copy stays as it is. Raises UsageError where nothing was."""
        if self.question and not self.done.measured:
            raise UsageError("The question of this lesson has not been answered.")
        self.phase, self.note = Phase.ANSWERED, ""

    @property
    def has_copy_out(self) -> bool:
        """Whether what was to be changed has been begun since the lesson was opened."""
        return self._saves is not None

    def say(self, text: str) -> None:
        """What somebody predicts. Raises UsageError, which says what to type."""
        self.prediction = parse_prediction(self.question, text)

    def run(self, on_tick: Callable[[], None]) -> None:
        """Run what was asked about, and judge what was said. Raises Interrupted, having kept all that was there."""
        question, before = self.question, self.phase
        said = self.prediction or parse_prediction(question, self.done.said)
        self.phase, self.note, self._stopped = Phase.RUNNING, "", None
        try:
            seen = play_question(question, on_tick, on_trial=self._begins, on_busy=self._is_busy, attempt=self.attempt)
        except Interrupted:
            self.phase = before
            raise
        except StartError as error:
            self.phase, self.note = before, str(error)
            return
        self.prediction, self.ran[self.lesson.name] = said, Ran(seen, self._asked)
        self.phase, self.note = Phase.ANSWERED, ""  # that it was played once more is over
        self._keep_answer(said, judge(question, said, seen))

    def _keep_answer(self, said: Prediction, judgement: Judgement) -> None:
        thinking = judgement.answer.said if judgement.answer is not None else ""
        figures = figures_of(self._told(thinking), self.seen)

        def answered(done: Done) -> None:
            done.said, done.right, done.measured = said.text, judgement.right, judgement.measured
            done.thinking, done.figures = thinking, figures
            done.passed = done.passed or self.lesson.exercise is None

        self.session.change(answered)

    @property
    def told(self) -> list[Slide]:
        """Of what was said, where it is wrong; then of what is true. They come when something has run."""
        return [*self._told(self.done.thinking)] if self.done.measured else []

    def _told(self, thinking: str) -> Iterator[Slide]:
        yield from (answer.slide for answer in self.question.answers if thinking and answer.said == thinking)
        if self.lesson.explanation is not None:
            yield self.lesson.explanation

    # The exercise

    def check(self, on_tick: Callable[[], None]) -> None:
        """Check the copy. Raises Interrupted, having kept all that was there."""
        exercise, before = self.exercise, self.phase
        self._count_try()
        self._forget_saves()
        self.phase, self.note, self._stopped = Phase.CHECKING, "", None
        try:
            verdict = play_check(
                exercise,
                self.session.folder,
                on_tick,
                on_trial=self._begins,
                on_busy=self._is_busy,
                attempt=self.attempt,
            )
        except Interrupted:
            self.phase = before
            raise
        except AsyncdemoError as error:
            self.phase, self.note = before, str(error)
            return
        self.verdict, self.phase, self.note = verdict, Phase.CHECKED, ""
        self._look_for_solution()
        if verdict.passed:
            self.session.change(passed)

    @property
    def learned(self) -> Slide | None:
        """What was learned, when a check has been passed just now."""
        if self.verdict is None or not self.verdict.passed or self._checked is None or not self._checked.seen:
            return None
        return filled(self.exercise.done, self._checked.seen)

    def _forget_saves(self) -> None:
        if self._saves is not None:
            self._saves.forget()

    def _count_try(self) -> None:
        """A real one: the copy is another than at the last check, and than it began."""
        exercise, folder = self.exercise, self.session.folder
        try:
            there = copies.as_texts(copies.text_files(folder))
            began = copies.as_texts(copies.beginning(exercise, folder))
        except AsyncdemoError:  # it cannot be read: what is checked next says so
            return
        real, self._tried = there not in (began, self._tried), there
        if real and there:
            self.session.change(tried)

    def saved(self) -> bool:
        """Whether somebody has saved something in the copy since this was asked last, or it was checked."""
        return self.phase not in AT_WORK and self._saves is not None and self._saves.came()

    def hint(self) -> Slide:
        """Give the next hint. Raises UsageError where there is none, or none yet."""
        hints, done = self.lesson.hints, self.done
        if done.hints >= len(hints):
            raise UsageError(NO_MORE)
        if done.hints >= done.tries and not done.passed:
            raise UsageError(LOCKED)
        self.session.change(hinted)
        return self.hints[-1]

    @property
    def hints(self) -> tuple[Slide, ...]:
        """Those that have been given."""
        return self.lesson.hints[: self.done.hints]

    def solution(self) -> tuple[Files, Files]:
        """(the copy, and what it is where it is solved). Raises UsageError before the first try."""
        exercise, done = self.exercise, self.done
        if not done.tries and not done.passed:
            raise UsageError(NO_SOLUTION_YET)
        self.session.change(looked)
        solved = copies.as_texts(copies.solved(exercise, self.session.folder))
        return copies.as_texts(copies.text_files(self.session.folder)), solved

    def changes(self) -> tuple[Files, Files]:
        """(what the copy began as, and what it is)."""
        exercise, folder = self.exercise, self.session.folder
        return copies.as_texts(copies.beginning(exercise, folder)), copies.as_texts(copies.text_files(folder))

    def overwritten(self) -> list[str]:
        """The files of the copy that a reset would write anew, or take away."""
        exercise, folder = self.exercise, self.session.folder
        return copies.differing(copies.beginning(exercise, folder), folder)

    def reset(self) -> str:
        """Make the copy as it began: what was done."""
        exercise = self.exercise
        copies.reset(exercise, self.session.folder)
        self._forget_saves()
        self.phase, self.verdict, self.note, self._tried = Phase.EXERCISE, None, "", None
        self.holds_solution = False
        return "the copy is as it began"

    # From one lesson to the next

    @property
    def is_over(self) -> bool:
        """Whether all of the open lesson has been done."""
        return self.done.passed

    def next(self) -> None:
        """What comes then: the exercise of this lesson, or the next lesson. Raises StartError, UsageError."""
        if self.phase is Phase.ANSWERED and self.lesson.exercise is not None:
            self.lay_out_copy()
            self.note = ""
        else:
            self._go(1, LAST)

    def back(self) -> None:
        """The lesson before. Raises StartError, UsageError."""
        self._go(-1, FIRST)

    def _go(self, step: int, nothing_there: str) -> None:
        lesson = self.session.beside(step)
        if lesson is None:
            self.note = nothing_there
            return
        self.session.go(lesson.number)
        self.open()

    # What runs

    @property
    def trial(self) -> Trial | None:
        """What runs, or has run last: of the question while that is read, else of the copy, if it was checked."""
        return self._asked if self.phase in OF_A_QUESTION else self._checked or self._asked

    def stop(self, exit_code: int = 0) -> None:
        """End what runs, and what is about to."""
        if self.phase not in AT_WORK:
            return
        self._stopped = exit_code
        if self.trial is not None:
            self.trial.stop(exit_code)

    def _begins(self, trial: Trial) -> None:
        if self.phase is Phase.CHECKING:
            self._checked = trial
        else:
            self._asked = trial
        if self._stopped is not None:
            trial.stop(self._stopped)

    def _is_busy(self, words: str) -> None:
        self.note = f"{words} Once more."
        self.on_busy(self.note)


def passed(done: Done) -> None:
    """A check was passed."""
    done.passed = True


def tried(done: Done) -> None:
    """Something was changed, and checked."""
    done.tries += 1


def hinted(done: Done) -> None:
    """One more was given."""
    done.hints += 1


def looked(done: Done) -> None:
    """The solution was seen before it was found."""
    done.solved = done.solved or not done.passed
