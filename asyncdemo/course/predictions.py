"""What was said before anything ran, and what came of it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from string import ascii_lowercase

from ..base.durations import parse_duration, seconds_text
from ..base.errors import UsageError
from .conditions import parse_figure
from .figures import Seen
from .lesson import Answer, Question

NUMBER = re.compile(r"(\d+(?:[.,]\d+)?|[.,]\d+)", re.ASCII)
UNIT_APART = re.compile(r"(\d)\s+([a-z])")
LEAST_S = 0.1
"""Of the lesson: what is shorter is at once, and nobody has to tell 0 from 0.01 s."""
SECONDS = "s"


@dataclass(frozen=True)
class Prediction:
    """What somebody has said."""

    text: str
    """As it is read again: `5.0 s`, or the words of a choice."""
    number: float = 0.0
    """In seconds of the lesson, or a count."""
    choice: int = -1
    """The place of what was chosen, from 0 on; -1 where a number was typed."""


@dataclass(frozen=True)
class Judgement:
    """What was said, against what was measured."""

    right: bool
    measured: str
    """In words."""
    answer: Answer | None = None
    """The answer that people typically give, where that was said and is wrong."""


def parse_prediction(question: Question, text: str) -> Prediction:
    """What was typed. Raises UsageError, which says what to type."""
    return choice_of(question, text) if question.choices else number_of(question, text)


def number_of(question: Question, text: str) -> Prediction:
    """`5`, `0.01 s`, `1m30s`, `24`."""
    typed = text.strip().lower().removesuffix("a second").strip()
    found = NUMBER.fullmatch(typed.removesuffix("%").strip())
    if found is not None:
        number = float(found[1].replace(",", "."))
    elif question.unit == SECONDS:
        number = duration_of(text, typed)
    else:
        raise UsageError(f"{text.strip()!r} is no number. Type one like {example_of(question)}.")
    return Prediction(said(question, number), number)


def duration_of(text: str, typed: str) -> float:
    """`500 ms`, `1m30s`."""
    number = NUMBER.fullmatch(typed.removesuffix("s").strip())
    if number is not None:
        return float(number[1].replace(",", "."))
    try:
        return parse_duration(UNIT_APART.sub(r"\1\2", typed))
    except UsageError:
        raise UsageError(f"{text.strip()!r} is no time. Type seconds, like 5 or 0.01.") from None


def said(question: Question, number: float) -> str:
    """A number with its unit; 0 as it was typed."""
    if question.unit == SECONDS and number:
        return seconds_text(number)
    return f"{number:g} {question.unit}".strip()


def example_of(question: Question) -> str:
    """What could be typed."""
    return "0.5" if question.unit else "12"


def choice_of(question: Question, text: str) -> Prediction:
    """`b`, `B)`, or the words themselves."""
    typed = text.strip().lower().rstrip(").")
    for place, choice in enumerate(question.choices):
        if typed in (ascii_lowercase[place], choice.words.lower().rstrip(".")):
            return Prediction(choice.words, choice=place)
    letters = ", ".join(ascii_lowercase[: len(question.choices)])
    raise UsageError(f"{text.strip()!r} is none of the answers. Type one of {letters}.")


def judge(question: Question, prediction: Prediction, seen: Sequence[Seen]) -> Judgement:
    """What came of it."""
    return judge_choice(question, prediction, seen) if question.choices else judge_number(question, prediction, seen)


def judge_number(question: Question, prediction: Prediction, seen: Sequence[Seen]) -> Judgement:
    """Whether a number is near enough to the one that was measured; not if it is a typical answer, and that is none."""
    figure = parse_figure(question.right)
    measured = figure.of(seen)
    given = next((answer for answer in question.answers if answer.low <= prediction.number < answer.high), None)
    mistaken = given is not None and not given.low <= measured < given.high
    right = is_near(prediction.number, measured, question) and not mistaken
    return Judgement(right, figure.in_words(seen), given if mistaken else None)


def is_near(number: float, measured: float, question: Question) -> bool:
    """Not further off than by the factor of the question; at once is at once."""
    if question.unit == SECONDS:
        number, measured = max(number, LEAST_S), max(measured, LEAST_S)
    if measured == inf or not measured or not number:
        return number == measured
    return max(number / measured, measured / number) <= question.within


def judge_choice(question: Question, prediction: Prediction, seen: Sequence[Seen]) -> Judgement:
    """Whether what was chosen is what was seen."""
    true = next((choice for choice in question.choices if choice.when.holds(seen)), None)
    chosen = question.choices[prediction.choice]
    measured = true.words if true is not None else "none of these"
    wrong = (answer for answer in question.answers if answer.said == chosen.words)
    return Judgement(chosen is true, measured, None if chosen is true else next(wrong, None))


def right_words(question: Question, seen: Sequence[Seen]) -> str | None:
    """What is to be said, by the run; None if it is none of the choices."""
    if question.right:
        return f"{parse_figure(question.right).of(seen):.3f}"
    return next((choice.words for choice in question.choices if choice.when.holds(seen)), None)


def is_as_taught(question: Question, seen: Sequence[Seen]) -> bool:
    """Whether something is right, and that is none of the answers that people typically give: else either the lesson
    is not true, or this machine was too busy."""
    typical = (parse_prediction(question, answer.said) for answer in question.answers)
    return right_words(question, seen) is not None and not any(judge(question, each, seen).right for each in typical)
