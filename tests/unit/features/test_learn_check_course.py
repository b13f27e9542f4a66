"""What `learn --check-course` says of a lesson that is not true, as far as nothing has to be run for it."""

from dataclasses import replace
from pathlib import Path

import pytest

from asyncdemo.course.lesson import Course, Question
from asyncdemo.course.reading import read_lesson
from asyncdemo.features.learn.check_course import sums, trials_of, wrong_answers, wrong_words
from tests.unit.course.lessons import FRONT, SLIDES, lesson, seen, written


def question_of(folder: Path, front: str = FRONT, slides: dict[str, str] = SLIDES) -> Question:
    question = read_lesson(written(folder, front, slides)).question
    assert question is not None
    return question


def test_what_is_right_by_the_run_is_judged_right(tmp_path: Path) -> None:
    assert list(wrong_answers(question_of(tmp_path), (seen(),))) == []


def test_a_typical_answer_whose_range_holds_another_is_told(tmp_path: Path) -> None:
    """It would be told the misconception of the other."""
    more = "    - {said: 0.01, from: 0, to: 0.5}\n    - {said: 0.02, from: 0, to: 0.5}"
    front = FRONT.replace("    - {said: 0.01, from: 0, to: 0.5}", more)
    question = question_of(tmp_path, front, SLIDES | {"Said 0.02": "The same."})
    assert list(wrong_answers(question, (seen(),))) == ["0.02 is not told what it comes from"]


def test_a_typical_answer_that_is_right_is_told(tmp_path: Path) -> None:
    choices = "  choices: [{says: fast, when: page p50 < 100}, {says: slow, when: page p50 >= 100}]"
    front = FRONT.replace("  unit: s\n  right: wait of visitor 5", choices).replace(
        "{said: 0.01, from: 0, to: 0.5}", "{said: fast}"
    )
    slides = {("Said fast" if title == "Said 0.01" else title): text for title, text in SLIDES.items()}
    told = list(wrong_answers(question_of(tmp_path, front, slides), (seen(),)))
    assert told == ["fast is a typical wrong answer, and is right: fast"]


def test_a_question_that_nothing_answers_is_told(tmp_path: Path) -> None:
    question = question_of(tmp_path)
    none = replace(question, right="", choices=(), answers=())
    assert list(wrong_answers(none, (seen(),))) == ["none of its choices is what was measured"]


@pytest.mark.parametrize(
    ("slides", "told"),
    [
        (SLIDES | {"Explanation": "It was {{wait of the fifth}}."}, "no figure"),
        (SLIDES | {"Explanation": "\n\n".join("line" for _ in range(12))}, "a screen has room for 18"),
        ({title: text for title, text in SLIDES.items() if title != "Explanation"}, "nothing says what is true"),
        ({title: text for title, text in SLIDES.items() if title != "Hint"}, "0 hints"),
    ],
)
def test_words_that_are_missing_or_too_many_are_told(tmp_path: Path, slides: dict[str, str], told: str) -> None:
    problems = list(wrong_words(read_lesson(written(tmp_path, slides=slides))))
    assert any(told in problem for problem in problems)


def test_minutes_are_added_up(tmp_path: Path) -> None:
    one = lesson(tmp_path)
    course = Course((one, replace(one, number=6, minutes=5, fast=True)))
    assert sums(course) == "2 lessons, 12 minutes; 1 of them in 5 minutes for who knows queues"
    assert sums(Course((one,))) == "1 lesson, 7 minutes"
    assert (
        sums(Course((one, replace(one, number=6, optional=True)))) == "1 lesson, 7 minutes; 1 more where there is time"
    )
    assert trials_of(one) == 3
