"""A program of the user's in front: who hears of a signal, and when."""

import signal

import pytest

from asyncdemo.showing.in_front import in_front

NO_KEY = [signal.SIGTERM, signal.SIGHUP]


@pytest.mark.parametrize("number", NO_KEY)
def test_what_asks_for_the_end_is_passed_on(number: signal.Signals) -> None:
    """However soon it comes: this program sends it before it does anything else."""
    told: list[int] = []
    assert in_front(f"kill -{number} $PPID; exec sleep 1000", told.append) == -number
    assert told == [number]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT])
def test_a_key_is_the_programs(number: signal.Signals) -> None:
    """It has it from the terminal, and decides itself."""
    told: list[int] = []
    assert in_front(f"kill -{number} $PPID; cat", told.append, text=b"read to the end\n") == 0
    assert told == [number]


def test_a_text_is_read_from_standard_input() -> None:
    """With the environment that is given."""
    assert in_front('test "$(cat)" = "$WANTED"', print, text=b"all of it", environment={"WANTED": "all of it"}) == 0
