"""Durations and delays as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncdemo.base.durations import (
    check_speed,
    minutes_text,
    number_text,
    parse_delays,
    parse_duration,
    parse_rate,
    parse_size,
    rate_number,
    seconds_text,
    slow_from_s,
    span_text,
)
from asyncdemo.base.errors import UsageError

TYPED = {
    "90": 90,
    "60s": 60,
    " 60s ": 60,
    "1.5s": 1.5,
    "0.25": 0.25,
    "250ms": 0.25,
    "1s": 1,
    "2m": 120,
    "1m30s": 90,
    "1m30": 90,
    "1m250ms": 60.25,
    "1h30m": 5400,
    "1h30m5s": 5405,
    "2h": 7200,
    "1.5m": 90,
    "0.5h": 1800,
}
NO_DURATIONS = [
    "abc",
    "",
    " ",
    "1h30x",
    "-1s",
    "-1",
    "s",
    "1d",
    "1 m",
    "30s1m",
    "1,5s",
    "1e3",
    "٣s",
    "inf",
    "nan",
]
NO_TIME = ["0", "0s", "0ms", "0h0m0s", "0.0"]


@pytest.mark.parametrize(("text", "seconds"), TYPED.items())
def test_a_duration_is_read_as_it_is_meant(text: str, seconds: float) -> None:
    """Hours, minutes, seconds and milliseconds, alone and together."""
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", NO_DURATIONS)
def test_what_is_no_duration_is_said_with_its_flag_and_an_example(text: str) -> None:
    """The message quotes what was typed, names the flag and shows what to type."""
    with pytest.raises(UsageError) as caught:
        parse_duration(text, "--for")
    assert str(caught.value) == f"--for {text!r} is not a duration. Type it like 60s, 90, 1m30s or 250ms."


@pytest.mark.parametrize("text", NO_TIME)
def test_no_time_at_all_is_no_duration(text: str) -> None:
    """A run that ends when it begins shows nothing."""
    with pytest.raises(UsageError, match=rf"--for '{text}' is no time at all. Type a duration above 0, like 60s."):
        parse_duration(text)


@pytest.mark.parametrize("text", ["9" * 400 + "h", "9" * 5000 + "m", "9" * 5000])
def test_a_duration_without_end_is_none(text: str) -> None:
    """However long the number: it is said in short, and not calculated with."""
    with pytest.raises(UsageError, match=f"--for '{text[:40]}…' is not a duration"):
        parse_duration(text)


@given(st.integers(0, 99), st.integers(0, 59), st.integers(1, 59))
def test_a_duration_adds_up(hours: int, minutes: int, seconds: int) -> None:
    """Whatever its parts, the whole is their sum."""
    assert parse_duration(f"{hours}h{minutes}m{seconds}s") == hours * 3600 + minutes * 60 + seconds


@pytest.mark.parametrize(
    ("text", "delays"),
    [
        ("5,5,5,30", (5, 5, 5, 30)),
        ("0", (0,)),
        ("0.5, 2", (0.5, 2)),
        ("3600", (3600,)),
    ],
)
def test_delays_are_a_list_of_seconds(text: str, delays: tuple[float, ...]) -> None:
    """One or more, whole or not, with or without blanks."""
    assert parse_delays(text) == delays


@pytest.mark.parametrize("text", ["", "a,b", "5,", ",5", "5;5", "-1", "5,-1", "3601", "inf", "nan", "5s"])
def test_what_are_no_delays_is_said_with_the_flag_and_an_example(text: str) -> None:
    """Nothing that the outside service could not sleep for."""
    with pytest.raises(UsageError) as caught:
        parse_delays(text)
    expected = f"--delays {text!r} is not a list of seconds between 0 and 3600. Type it like 5,5,5,30."
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *(
            (0, "0.000 s"),
            (0.000004, "0.004 ms"),
            (0.000052, "0.05 ms"),
            (0.00024, "0.2 ms"),
            (0.00094, "0.9 ms"),
            (0.00096, "0.001 s"),
        ),
        *((0.0034, "0.003 s"), (0.25, "0.25 s"), (5, "5.0 s"), (99.9, "99.9 s"), (120, "120 s")),
    ],
)
def test_a_duration_is_shown_with_the_digits_that_matter(seconds: float, text: str) -> None:
    """Milliseconds where it is short, and then no 0 that is none; whole seconds where it is long."""
    assert seconds_text(seconds) == text


def test_a_number_is_shown_without_empty_digits() -> None:
    """`5`, not `5.0`."""
    assert [number_text(5.0), number_text(0.25)] == ["5", "0.25"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(60.0, "60 s"), (4.74, "4.7 s"), (99.94, "99.9 s"), (99.96, "100 s"), (101.6, "102 s"), (188.343, "188 s")],
)
def test_a_span_has_room_in_a_column_with_its_unit(seconds: float, text: str) -> None:
    """Of six places."""
    assert span_text(seconds) == text
    assert len(text) <= 6


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.9, "0:59"), (65, "1:05"), (3600, "60:00")])
def test_a_time_of_a_talk_is_shown_as_a_clock_shows_it(seconds: float, text: str) -> None:
    """A minute is not told before it is over."""
    assert minutes_text(seconds) == text


def test_what_is_far_too_long_is_cut_where_it_is_told() -> None:
    """Forty characters are told whole."""
    for count, told in ((40, "'" + "x" * 40 + "'"), (41, "'" + "x" * 40 + "…'")):
        with pytest.raises(UsageError) as caught:
            parse_duration("x" * count, "--for")
        assert str(caught.value).startswith(f"--for {told} is not a duration.")


@pytest.mark.parametrize(
    ("speed", "lesson_s", "wall_s"),
    [(1.0, None, 1.0), (2.0, None, 0.5), (10.0, None, 0.1), (60.0, None, 0.1), (1.0, 5.0, 5.0), (5.0, 5.0, 1.0)],
)
def test_from_where_on_a_wait_is_slow(speed: float, lesson_s: float | None, wall_s: float) -> None:
    """A second of the lesson, unless it is said otherwise; nothing that takes a tenth of one on the wall is felt."""
    assert slow_from_s(speed, **({} if lesson_s is None else {"lesson_s": lesson_s})) == wall_s


@pytest.mark.parametrize("speed", [0.5, 1.0, 60.0])
def test_a_speed_at_which_the_lesson_goes(speed: float) -> None:
    check_speed(speed)


@pytest.mark.parametrize("speed", [0.0, -1.0, 60.5, float("nan"), float("inf")])
def test_a_speed_at_which_no_lesson_goes(speed: float) -> None:
    with pytest.raises(UsageError, match=r"type a number above 0 and up to 60, like 10\.$"):
        check_speed(speed)


@pytest.mark.parametrize(("text", "size"), [("88x24", (88, 24)), ("40x10", (40, 10)), ("999x999", (999, 999))])
def test_a_size(text: str, size: tuple[int, int]) -> None:
    """Columns, then rows."""
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["39x10", "40x9", "1000x24", "88x1000", "88", "88X24", "x", "", "88x24 "])
def test_what_is_no_size(text: str) -> None:
    """Or one in which no panel has room."""
    with pytest.raises(UsageError) as caught:
        parse_size(text)
    assert str(caught.value) == f"--size {text!r} is not a size from 40x10 on. Type it like 88x24."


def test_a_rate_of_none() -> None:
    """It is a number, and no rate to begin with."""
    assert [rate_number(text) for text in ("0", " 2/s ", "x", "9" * 400)] == [0.0, 2.0, None, None]
    assert parse_rate("0.5/s") == 0.5
    with pytest.raises(UsageError, match=r"^--ramp '0' is no rate\."):
        parse_rate("0", "--ramp")
