"""Signals that ask for the end while something goes on."""

import os
import signal
from collections.abc import Callable, Iterator

import pytest

from asyncdemo.running.signals import heard, signals

ASKS = {signal.SIGINT: 0, signal.SIGTERM: 143, signal.SIGHUP: 129}


@pytest.fixture
def handled() -> Iterator[Callable[[signal.Signals, signal.Handlers], None]]:
    """Sets how a signal is handled, until the end of the test."""
    before = {number: signal.getsignal(number) for number in ASKS}
    yield signal.signal
    for number, handler in before.items():
        signal.signal(number, handler)


def test_each_asks_for_the_end_and_is_as_before_afterwards() -> None:
    """With its exit code; Ctrl-C is no error."""
    before = {number: signal.getsignal(number) for number in ASKS}
    asked: list[int] = []
    with signals(asked.append):
        for number in ASKS:
            os.kill(os.getpid(), number)
    assert asked == [0, 143, 129]
    assert {number: signal.getsignal(number) for number in ASKS} == before


def test_as_before_after_an_error_too() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyError), signals(print):
        raise KeyError
    assert signal.getsignal(signal.SIGTERM) is before


def test_what_was_ignored_is_ignored_but_for_ctrl_c(handled: Callable[..., None]) -> None:
    """`nohup` means it; a script's `&` takes Ctrl-C from everybody."""
    for number in ASKS:
        handled(number, signal.SIG_IGN)
    asked: list[int] = []
    with signals(asked.append):
        for number in ASKS:
            os.kill(os.getpid(), number)
    assert asked == [0]
    assert {signal.getsignal(number) for number in ASKS} == {signal.SIG_IGN}


def test_only_those_that_were_asked_for() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with heard(lambda number, frame: None, signal.SIGHUP):
        assert signal.getsignal(signal.SIGTERM) is before
