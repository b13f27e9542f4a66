"""What was said, against what was measured."""

from dataclasses import replace
from pathlib import Path

import pytest

from asyncdemo.base.errors import UsageError
from asyncdemo.course.lesson import Question
from asyncdemo.course.predictions import judge, parse_prediction
from asyncdemo.course.reading import read_lesson

from .lessons import FRONT, SLIDES, lesson, seen, written

CHOICES = FRONT.replace("  unit: s\n  right: wait of visitor 5\n", "").replace(
    "  answers:\n    - {said: 0.01, from: 0, to: 0.5}\n",
    "  choices:\n"
    "    - {says: Faster, when: wait of visitor 5 < 0.5}\n"
    "    - {says: It waits., when: wait of visitor 5 > 0.5}\n"
    "  answers: [{said: Faster}]\n",
)


@pytest.fixture
def seconds(tmp_path: Path) -> Question:
    question = lesson(tmp_path).question
    assert question is not None
    return question


@pytest.fixture
def choices(tmp_path: Path) -> Question:
    slides = {title.replace("0.01", "Faster"): text for title, text in SLIDES.items()}
    question = read_lesson(written(tmp_path, CHOICES, slides)).question
    assert question is not None
    return question


@pytest.mark.parametrize(
    ("typed", "number", "text"),
    [
        ("5", 5.0, "5.0 s"),
        (" 0.01 s ", 0.01, "0.010 s"),
        ("0,5", 0.5, "0.50 s"),
        (".5", 0.5, "0.50 s"),
        ("500 ms", 0.5, "0.50 s"),
        ("1m30s", 90.0, "90.0 s"),
        ("5S", 5.0, "5.0 s"),
        ("0", 0.0, "0 s"),
    ],
)
def test_seconds_as_people_type_them(seconds: Question, typed: str, number: float, text: str) -> None:
    prediction = parse_prediction(seconds, typed)
    assert (prediction.number, prediction.text) == (pytest.approx(number), text)


@pytest.mark.parametrize("typed", ["", "soon", "-1", "5 x", "1e3", "٣", "5 5"])
def test_what_is_no_time_is_told(seconds: Question, typed: str) -> None:
    with pytest.raises(UsageError, match="Type seconds"):
        parse_prediction(seconds, typed)


@pytest.mark.parametrize(
    ("typed", "right", "answer"),
    [
        ("1.1", True, None),
        ("0.56", True, None),
        ("2.1", True, None),
        ("2.3", False, None),
        ("0.01", False, "0.01"),
        ("0", False, "0.01"),
        ("0.5", False, None),
    ],
)
def test_near_is_right_and_a_typical_answer_is_known(
    seconds: Question, typed: str, right: bool, answer: str | None
) -> None:
    judgement = judge(seconds, parse_prediction(seconds, typed), [seen()])
    said = judgement.answer.said if judgement.answer is not None else None
    assert (judgement.right, judgement.measured, said) == (right, "1.1 s", answer)


@pytest.mark.parametrize(("typed", "place"), [("a", 0), ("B", 1), (" b) ", 1), ("it waits", 1), ("Faster", 0)])
def test_a_choice_by_its_letter_or_its_words(choices: Question, typed: str, place: int) -> None:
    assert parse_prediction(choices, typed).choice == place


@pytest.mark.parametrize("typed", ["", "c", "1", "wait", "ab"])
def test_what_cannot_be_chosen_is_told(choices: Question, typed: str) -> None:
    with pytest.raises(UsageError, match="Type one of a, b"):
        parse_prediction(choices, typed)


def test_what_is_true_of_the_run_is_the_right_choice(choices: Question) -> None:
    right = judge(choices, parse_prediction(choices, "b"), [seen()])
    assert (right.right, right.measured, right.answer) == (True, "It waits.", None)
    wrong = judge(choices, parse_prediction(choices, "a"), [seen()])
    assert (wrong.right, wrong.measured) == (False, "It waits.")
    assert wrong.answer is not None
    assert wrong.answer.said == "Faster"


def test_a_typical_answer_is_wrong_however_near_it_is(seconds: Question) -> None:
    """Twice as long may be right by its factor, and come from another thought."""
    (answer,) = seconds.answers
    twice = replace(seconds, answers=(replace(answer, low=1.5, high=3.0),))
    judgement = judge(twice, parse_prediction(twice, "2"), [seen()])
    assert (judgement.right, judgement.answer) == (False, twice.answers[0])


def test_a_typical_answer_that_is_true_of_this_run_is_right(seconds: Question) -> None:
    (answer,) = seconds.answers
    true = replace(seconds, answers=(replace(answer, low=1.0, high=1.5),))
    judgement = judge(true, parse_prediction(true, "1.1"), [seen()])
    assert (judgement.right, judgement.answer) == (True, None)


def test_at_once_is_at_once(seconds: Question) -> None:
    """Nobody has to tell 0.001 from 0.05 s of the lesson."""
    at_once = replace(seconds, right="wait of visitor 1")
    assert judge(at_once, parse_prediction(at_once, "0"), [seen()]).right
    assert not judge(at_once, parse_prediction(at_once, "1"), [seen()]).right


def test_who_gets_no_page_is_met_by_no_number(seconds: Question) -> None:
    nobody = replace(seconds, right="wait of visitor 6")
    judgement = judge(nobody, parse_prediction(nobody, "1000"), [seen()])
    assert (judgement.right, judgement.measured) == (False, "no page")


@pytest.mark.parametrize(
    ("typed", "right"), [("1.9", False), ("2", True), ("4", True), ("8", True), ("8.1", False), ("0", False)]
)
def test_a_count_is_near_up_to_its_factor(seconds: Question, typed: str, right: bool) -> None:
    """Four were delivered: half of them and twice as many are near; nothing is near to nothing alone."""
    count = replace(seconds, right="delivered", unit="", answers=(), within=2.0)
    assert judge(count, parse_prediction(count, typed), [seen()]).right is right
    none = replace(count, right="lost")
    assert judge(none, parse_prediction(none, typed), [seen()]).right is (typed == "0")


@pytest.mark.parametrize(("low", "high", "known"), [(2.0, 3.0, True), (1.5, 2.0, False), (1.5, 2.1, True)])
def test_a_typical_answer_is_from_and_below(seconds: Question, low: float, high: float, known: bool) -> None:
    """As its lesson says it."""
    (answer,) = seconds.answers
    question = replace(seconds, answers=(replace(answer, low=low, high=high),))
    assert (judge(question, parse_prediction(question, "2"), [seen()]).answer is not None) is known


@pytest.mark.parametrize(
    ("unit", "typed", "number", "text"),
    [
        ("", "24", 24.0, "24"),
        ("", "0,5 a second", 0.5, "0.5"),
        ("a second", "0,5 A second", 0.5, "0.5 a second"),
        ("%", " 5 % ", 5.0, "5 %"),
    ],
)
def test_what_is_no_time_is_read_with_its_unit(
    seconds: Question, unit: str, typed: str, number: float, text: str
) -> None:
    prediction = parse_prediction(replace(seconds, unit=unit), typed)
    assert (prediction.number, prediction.text, prediction.choice) == (number, text, -1)


@pytest.mark.parametrize(("unit", "example"), [("", "12"), ("a second", "0.5"), ("%", "0.5")])
def test_what_is_no_number_is_told_with_one_like_it(seconds: Question, unit: str, example: str) -> None:
    with pytest.raises(UsageError) as told:
        parse_prediction(replace(seconds, unit=unit), " many ")
    assert str(told.value) == f"'many' is no number. Type one like {example}."
