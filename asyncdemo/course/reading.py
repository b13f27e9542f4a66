"""Lessons, read from their folders. What is wrong with one is told with its file and line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

import yaml

from ..base.errors import UsageError
from ..base.typed import typed
from ..deck.deck import DeckError, Slide
from ..deck.reader import parse_deck, text_of
from ..deck.reading.front_matter import FRONT_MATTER
from ..events.stage import StageEntry
from ..measuring.experiment import Experiment
from ..running.options import DELAYS, RunOptions
from ..stages.catalogue import stage_named
from ..stages.files import written_in
from .conditions import parse_condition, parse_figure
from .lesson import Answer, Choice, Course, Exercise, Lesson, Question, WrongCopy
from .visits import CALLED

LESSONS = Path(__file__).parent / "lessons"
"""Those that come with it."""
FILE = "lesson.md"
VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
TITLES = QUESTION, EXPLANATION, EXERCISE, HINT, DONE = "Question", "Explanation", "Exercise", "Hint", "Done"
SAID = "Said "
"""The titles of its slides."""


class CourseError(DeckError):
    """A lesson cannot be read: its file, the line, or 0 for the whole of it, and what is wrong there."""


@dataclass(frozen=True)
class SaidStage:
    """A run of a question, as it is written."""

    stage: str
    workers: int | None = None
    reserved: int = 0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class SaidChoice:
    """An answer to choose, as it is written."""

    says: str
    when: str


@dataclass(frozen=True)
class SaidAnswer:
    """A typical answer, as it is written; `from` is no name for a field."""

    said: str | int | float
    low: float = 0.0
    high: float = inf


@dataclass(frozen=True, kw_only=True)
class SaidLoad:
    """What comes, as it is written."""

    visitors: int = 10
    rate: float = 1.0
    delays: tuple[float, ...] = DELAYS
    speed: float = 10.0
    arrivals: str = "even"
    seed: int = 1
    lasts: float | None = None
    kill_at: float | None = None

    def experiment(self, options: RunOptions) -> Experiment:
        """It, sent to what is run with these options."""
        return Experiment(
            options,
            rate=self.rate,
            duration=self.visitors / self.rate,
            arrivals=self.arrivals,
            seed=self.seed,
            names=CALLED,
            lasts=self.lasts,
            kill_at=self.kill_at,
        )


@dataclass(frozen=True, kw_only=True)
class SaidQuestion(SaidLoad):
    """A question, as it is written."""

    runs: tuple[SaidStage, ...] = ()
    """None: what is run is what the exercise begins with."""
    unit: str = ""
    right: str = ""
    within: float = 2.0
    choices: tuple[SaidChoice, ...] = ()
    answers: tuple[SaidAnswer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SaidExercise(SaidLoad):
    """An exercise, as it is written."""

    copy: str
    opens: str
    passes: tuple[str, ...]
    ports: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SaidLesson:
    """The front matter of a lesson."""

    title: str
    minutes: int
    fast: bool = False
    optional: bool = False
    question: SaidQuestion | None = None
    exercise: SaidExercise | None = None
    options: dict[str, bool] = field(default_factory=dict)
    """Of presenterm's, for the slides."""


def read_course(folder: Path = LESSONS) -> Course:
    """All lessons of a folder, by the numbers in their names: `05-the-fifth-visitor`. Raises CourseError."""
    folders = sorted(each for each in folder.iterdir() if (each / FILE).is_file())
    lessons = tuple(map(read_lesson, folders))
    numbers = [lesson.number for lesson in lessons]
    twice = next((number for number in numbers if numbers.count(number) > 1), None)
    if twice is not None or not lessons:
        raise CourseError(folder, 0, f"has two lessons {twice}" if lessons else "has no lesson in it")
    return Course(lessons)


def read_lesson(folder: Path) -> Lesson:
    """The lesson in a folder. Raises CourseError."""
    number, _, name = folder.name.partition("-")
    if not number.isdecimal() or not name:
        raise CourseError(folder, 0, "is to be named like 05-the-fifth-visitor")
    return LessonReader(folder).lesson(int(number), name)


class LessonReader:
    """Reads one lesson."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / FILE
        text = text_of(self.path)
        front = FRONT_MATTER.match(text)
        if front is None:
            raise self.wrong("begins with front matter: title, minutes, question, exercise", 1)
        self.said = self._facts(front[1] or "")
        below = text[front.end() :]
        if not below.strip():
            raise self.wrong(f"has no slide. Titles are {', '.join(TITLES)}, and {SAID}… for each answer")
        deck = parse_deck("\n" * front[0].count("\n") + below, self.path)
        problem = next(iter(deck.wrong), None)
        if problem is not None:
            raise self.wrong(problem.words, problem.line)
        self.slides = deck.slides

    def wrong(self, words: str, line: int = 0) -> CourseError:
        """What is to be mended."""
        return CourseError(self.path, line, words)

    def _facts(self, text: str) -> SaidLesson:
        try:
            values = yaml.safe_load(text)
            return typed(with_bounds(values), SaidLesson)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", "") or error
            raise self.wrong(f"the front matter is no YAML: {problem}", mark.line + 2 if mark else 0) from None
        except RecursionError:
            raise self.wrong("the front matter has too many brackets", 1) from None
        except ValueError as error:
            raise self.wrong(f"its front matter: {error}", 1) from None

    def lesson(self, number: int, name: str) -> Lesson:
        """All of it."""
        said = self.said
        if said.question is None and said.exercise is None:
            raise self.wrong("has neither a question nor an exercise", 1)
        try:
            exercise = self._exercise(said.exercise) if said.exercise is not None else None
            question = self._question(said.question, exercise) if said.question is not None else None
        except UsageError as error:
            raise self.wrong(f"its front matter: {error}", 1) from None
        self._check_titles()
        return Lesson(
            number=number,
            name=name,
            title=said.title,
            minutes=said.minutes,
            folder=self.folder,
            question=question,
            explanation=next(self._titled(EXPLANATION), None),
            exercise=exercise,
            hints=tuple(self._titled(HINT)),
            fast=said.fast,
            optional=said.optional,
        )

    def _check_titles(self) -> None:
        """Every slide is shown at some time."""
        answers = self.said.question.answers if self.said.question is not None else ()
        known = {*TITLES, *(f"{SAID}{answer.said}" for answer in answers)}
        strange = next((slide for slide in self.slides if slide.title not in known), None)
        if strange is not None:
            raise self.wrong(
                f"a slide {strange.title!r}: nothing shows it. Titles are {', '.join(sorted(known))}", strange.line
            )

    def _titled(self, title: str) -> Iterator[Slide]:
        return (slide for slide in self.slides if slide.title == title)

    def _slide(self, title: str) -> Slide:
        found = next(self._titled(title), None)
        if found is None:
            raise self.wrong(f"has no slide with the title {title!r}")
        return found

    def _question(self, said: SaidQuestion, exercise: Exercise | None) -> Question:
        if bool(said.right) == bool(said.choices):
            raise UsageError("a question has either `right`, a figure, or `choices`")
        if said.right:
            parse_figure(said.right)
        if not said.runs and exercise is None:
            raise UsageError("a question has `runs`, or an exercise whose beginning it asks about")
        began = exercise.stage.name if exercise is not None else ""
        runs = said.runs or (SaidStage(began),)
        return Question(
            experiments=tuple(said.experiment(options_of(run, said)) for run in runs),
            beginning=exercise if not said.runs else None,
            slide=self._slide(QUESTION),
            unit=said.unit,
            right=said.right,
            within=said.within,
            choices=tuple(Choice(each.says, parse_condition(each.when)) for each in said.choices),
            answers=tuple(self._answer(each) for each in said.answers),
        )

    def _answer(self, said: SaidAnswer) -> Answer:
        return Answer(str(said.said), said.low, said.high, self._slide(f"{SAID}{said.said}"))

    def _exercise(self, said: SaidExercise) -> Exercise:
        stage = stage_named(said.copy)
        wrong = self.folder / "wrong"
        copies = sorted(each for each in wrong.iterdir() if each.is_dir()) if wrong.is_dir() else []
        options = RunOptions(stage, port=0, speed=said.speed, delays=said.delays)
        return Exercise(
            stage=stage,
            start=files_in(self.folder / "start"),
            solution=files_in(self.folder / "solution"),
            opens=said.opens,
            slide=self._slide(EXERCISE),
            done=self._slide(DONE),
            experiment=said.experiment(options),
            conditions=tuple(map(parse_condition, said.passes)),
            wrong=tuple(WrongCopy(each.name, files_in(each)) for each in copies),
            ports=checked_ports(said.ports),
        )


def options_of(run: SaidStage, load: SaidLoad) -> RunOptions:
    """How a stage of a question is started. Raises UsageError for one that is not there."""
    stage: StageEntry = stage_named(run.stage)
    return RunOptions(
        stage,
        run.workers,
        reserved_web=run.reserved,
        choices=run.choices,
        port=0,
        speed=load.speed,
        delays=load.delays,
    )


def checked_ports(ports: Mapping[str, int]) -> Mapping[str, int]:
    """Variables that each run of a copy has a port of its own in. Raises UsageError for what a `.env` cannot say."""
    for name, port in ports.items():
        if not VARIABLE.fullmatch(name) or name == "PORT":
            raise UsageError(f"ports: {name!r} is to be a variable of the copy's own, like REDIS_PORT")
        if not 0 < port < 65536:
            raise UsageError(f"ports: {name}: {port} is to be a port, from 1 to 65535")
    return ports


def files_in(folder: Path) -> Mapping[str, bytes]:
    """Path in a copy -> what is in it."""
    if not folder.is_dir():
        return {}
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in written_in(folder)}


def with_bounds(values: object) -> object:
    """As written, with `low` and `high` for `from` and `to` of answers; what is unknown is told."""
    check_names(values, SaidLesson, "")
    if isinstance(values, dict) and isinstance(values.get("question"), dict):
        for answer in answers_in(values["question"]):
            answer |= {"low": answer.pop("from", 0.0), "high": answer.pop("to", inf)}
    return values


def answers_in(question: dict[str, object]) -> Sequence[dict[str, object]]:
    """Those that are written as they should be."""
    answers = question.get("answers", ())
    return [answer for answer in answers if isinstance(answer, dict)] if isinstance(answers, list) else []


def check_names(values: object, kind: type[SaidLesson], where: str) -> None:
    """Raises ValueError for a key that says nothing."""
    known = {
        "": set(SaidLesson.__dataclass_fields__),
        "question": set(SaidQuestion.__dataclass_fields__),
        "exercise": set(SaidExercise.__dataclass_fields__),
    }
    if not isinstance(values, dict):
        raise ValueError("is to be keys and values")
    for name in ("", "question", "exercise"):
        part = values if not name else values.get(name)
        strange = sorted(set(part) - known[name]) if isinstance(part, dict) else []
        if strange:
            raise ValueError(
                f"{f'{name}: ' if name else ''}{strange[0]} says nothing. Known: {', '.join(sorted(known[name]))}"
            )
