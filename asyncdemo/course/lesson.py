"""What a lesson is: a question that is answered before anything runs, and mostly something to change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..deck.deck import Slide
from ..events.stage import StageEntry
from ..measuring.experiment import Experiment
from .conditions import Condition

OPTIONAL = "where there is time"
"""How a lesson is called that may be left out."""


@dataclass(frozen=True)
class Answer:
    """An answer that people typically give and that is wrong, or may be: what it comes from."""

    said: str
    """An example of it, as it is typed: `0.01`; of a choice, its words."""
    low: float
    """Numbers from here …"""
    high: float
    """… to below here are this answer; without a meaning in a choice."""
    slide: Slide
    """What thinking it comes from. Shown where it was said, and is wrong."""


@dataclass(frozen=True)
class Choice:
    """One of the answers that can be chosen, by its place: a, b, c."""

    words: str
    when: Condition
    """Of what was measured: then it is right. The first of a question whose condition holds."""


@dataclass(frozen=True)
class Question:
    """What is to be predicted, and what is run to see."""

    experiments: tuple[Experiment, ...]
    """Side by side, if there are several; where it asks about the `beginning`, its load alone."""
    slide: Slide
    """The question."""
    unit: str = ""
    """Of a number that is typed: `s`, `a second`; empty for a count."""
    right: str = ""
    """Of a number: the figure that it is to be near. It comes from the run."""
    within: float = 2.0
    """Of a number: right is what is not further from it than by this factor."""
    choices: tuple[Choice, ...] = ()
    """What can be chosen, where no number is typed."""
    answers: tuple[Answer, ...] = ()
    beginning: "Exercise | None" = None
    """Of which exercise, where it asks what a copy does that nobody has changed; None: it asks about stages."""


@dataclass(frozen=True)
class WrongCopy:
    """Something that people typically change, and that does not do it."""

    name: str
    files: Mapping[str, bytes]
    """What differs from what the exercise begins with; an empty file is one that is not there."""


@dataclass(frozen=True)
class Exercise:
    """Something to change in a copy, until what visitors and notifications see of it is right."""

    stage: StageEntry
    """The copy begins as a checkout of it, …"""
    start: Mapping[str, bytes]
    """… with these files in place of its own: path in the copy -> what is in it. An empty one is not there."""
    solution: Mapping[str, bytes]
    """What differs from that where it is solved. An empty one is not there."""
    opens: str
    """The file that is looked at first, by its path in the copy."""
    slide: Slide
    """What is to be done."""
    done: Slide
    """What was learned by it."""
    experiment: Experiment
    """The load that it is judged by; `copies.experiment_of` sends it to the copy."""
    conditions: tuple[Condition, ...]
    """What has to be true of the run, in the order in which they are told."""
    wrong: tuple[WrongCopy, ...] = ()
    ports: Mapping[str, int] = field(default_factory=dict)
    """Variable -> the port that the `.env` of a copy says, for whoever starts it by hand: `REDIS_PORT`, 6408. A run of
    the course has free ones in their place."""


@dataclass(frozen=True)
class Lesson:
    """A folder of the course."""

    number: int
    """1, 2, … of the course."""
    name: str
    """`the-fifth-visitor`: that of its folder, without the number."""
    title: str
    minutes: int
    folder: Path
    question: Question | None = None
    explanation: Slide | None = None
    """What is true, whatever was said. `{{page p95}}` in it is that figure of the run."""
    exercise: Exercise | None = None
    hints: tuple[Slide, ...] = ()
    """In the order in which they unlock, one for each real try."""
    fast: bool = False
    """Whether it is of the fast track, for who knows queues."""
    optional: bool = False
    """Whether it is for where there is time: it does not count, and its minutes are none of the course's."""


@dataclass(frozen=True)
class Course:
    """All lessons, in their order."""

    lessons: tuple[Lesson, ...] = field(default=())

    @property
    def counting(self) -> tuple[Lesson, ...]:
        """All but those for where there is time."""
        return tuple(lesson for lesson in self.lessons if not lesson.optional)

    @property
    def minutes(self) -> int:
        """Of those that count."""
        return sum(lesson.minutes for lesson in self.counting)

    def place(self, lesson: Lesson) -> str:
        """`5 of 14`; of one that does not count, `15, where there is time`."""
        if lesson.optional:
            return f"{lesson.number}, {OPTIONAL}"
        return f"{self.counting.index(lesson) + 1} of {len(self.counting)}"

    def numbered(self, number: int) -> Lesson:
        """Raises KeyError where there is none."""
        for lesson in self.lessons:
            if lesson.number == number:
                return lesson
        raise KeyError(number)
