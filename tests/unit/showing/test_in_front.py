"""A program of the user's in front: who hears of a signal, and when."""

import signal
import subprocess
from typing import Any

import pytest

from asyncdemo.showing.in_front import in_front

NO_KEY = [signal.SIGTERM, signal.SIGHUP]


@pytest.mark.parametrize("number", NO_KEY)
def test_what_asks_for_the_end_is_passed_on(number: signal.Signals) -> None:
    """However soon it comes: this program sends it before it does anything else."""
    told: list[int] = []
    assert in_front(f"kill -{number} $PPID; exec sleep 1000", told.append) == -number
    assert told == [number]


@pytest.mark.parametrize("number", NO_KEY)
def test_nor_is_it_lost_before_the_program_is_known(number: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes as soon as there is a process, and nobody has its number yet."""

    class Begun(subprocess.Popen[bytes]):
        def __init__(self, *command: Any, **how: Any) -> None:
            super().__init__(*command, **how)
            signal.raise_signal(number)

    monkeypatch.setattr(subprocess, "Popen", Begun)
    told: list[int] = []
    assert in_front("exec sleep 1000", told.append) == -number
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
