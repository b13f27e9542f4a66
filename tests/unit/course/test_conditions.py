"""What a lesson asks of a run."""

import pytest

from asyncdemo.base.errors import UsageError
from asyncdemo.course.conditions import parse_condition, parse_figure

from .lessons import seen


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("wait of visitor 5 > 1", True),
        ("wait of visitor 4 > 1", False),
        ("delivered >= 4", True),
        ("delivered > 4", False),
        ("delivered <= 4", True),
        ("delivered < 4", False),
        ("delivered = 4", True),
        ("delivered = 5", False),
        ("wait of visitor 5 < 600 times wait of visitor 1", True),
        ("wait of visitor 5 < 40 times wait of visitor 1", False),
        ("delivered of run 2 = delivered of run 1", True),
    ],
)
def test_it_holds_or_not(text: str, holds: bool) -> None:
    assert parse_condition(text).holds([seen(), seen()]) is holds


def test_a_part_of_all_visitors() -> None:
    """The load tells how many came: none, as far as these events go, so that any count is enough."""
    condition = parse_condition("delivered >= 100%")
    assert condition.percent
    assert condition.bound([seen()]) == seen().row.visitors


@pytest.mark.parametrize(
    "text",
    [
        "", "page p95", "page p95 <", "page p95 < fast", "pages < 1", "page p95 < 1.2.3", "wait of visitor < 1",
        "delivered 4 > 1", "delivered >= 100% of delivered",
    ],
)  # fmt: skip
def test_what_is_none_is_told(text: str) -> None:
    with pytest.raises(UsageError, match=r"condition|figure|number"):
        parse_condition(text)


def test_a_figure_says_itself_in_words() -> None:
    assert parse_figure("wait of visitor 5").in_words([seen()]) == "1.1 s"
    assert parse_figure("capacity of run 2").in_words([seen(), seen()]) == "0.8 a second"
    assert parse_figure("delivered").in_words([seen()]) == "4"


@pytest.mark.parametrize(
    ("text", "why"), [("wait of visitor", "say of which, by its number."), ("capacity 3", "it has no number.")]
)
def test_a_number_too_many_or_too_few_is_told(text: str, why: str) -> None:
    with pytest.raises(UsageError) as told:
        parse_figure(text)
    assert str(told.value) == f"{text!r}: {why}"
