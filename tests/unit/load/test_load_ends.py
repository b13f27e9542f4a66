"""How a load in front of a user comes to its end, and the exit code that goes with it."""

import os
import signal
import sys
from collections.abc import Callable
from math import inf
from typing import Any

import pytest

from asyncdemo.base.errors import StartError
from asyncdemo.events import events as e
from asyncdemo.events.sending import Address, Emitter
from asyncdemo.features.hammer import Hammer, HammerOptions, exit_code, run_hammer
from asyncdemo.load.options import LoadOptions
from asyncdemo.load.process import LoadProcess
from asyncdemo.load.target import parse_target

ASKED = HammerOptions(LoadOptions(parse_target("http://localhost:1/")))
HUP, GONE = 129, 141


class Ending(LoadProcess):
    """Tells its end some time after it was told to stop, if there is no `why`; else it is gone for that reason."""

    why = ""
    begin: Callable[[], None] = staticmethod(lambda: None)
    """Called when it begins."""

    def __init__(self, options: LoadOptions, address: Address) -> None:
        super().__init__(options, address)
        self.emitter, self.looks_left, self.stopped = Emitter(address, "load.1"), 5, False

    def start(self) -> None:
        """There is no process to start."""
        self.begin()

    def stop(self) -> None:
        self.stopped = True

    def broke_off(self, told: bool) -> str:
        """As time goes by."""
        self.looks_left -= self.stopped
        if self.looks_left == 0:
            self.emitter.emit(e.LoadEnded, unfinished=3)
        return "" if told else self.why

    def close(self) -> None:
        super().close()
        self.emitter.close()


def ending(**values: Any) -> type[Ending]:
    """One of its kind."""
    return type("Made", (Ending,), values)


def played(*wishes: int) -> Hammer:
    """A load that was asked to end so."""
    hammer = Hammer(ASKED, lambda line: None, hears_signals=False, load=Ending)
    for wish in wishes:
        hammer.stop(wish)
    hammer.send()
    return hammer


def signalled(*numbers: int) -> Hammer:
    """A load in whose beginning these signals come."""
    begin = staticmethod(lambda: [signal.raise_signal(number) for number in numbers])
    hammer = Hammer(ASKED, lambda line: None, load=ending(begin=begin))
    hammer.send()
    return hammer


def test_only_a_user_who_asks_again_does_not_wait_for_the_last_figures() -> None:
    """A terminal that closes says so by signals and by its silence, and whoever was given up is counted."""
    for hammer in (signalled(signal.SIGHUP, signal.SIGHUP), played(HUP, GONE), played(GONE, GONE, GONE)):
        assert hammer.state.load.unfinished == 3
    assert played(HUP, GONE).exit_code == HUP
    for hurried in (signalled(signal.SIGINT, signal.SIGINT), signalled(signal.SIGHUP, signal.SIGTERM)):
        assert hurried.state.load.ended_at == inf


def test_a_signal_is_heard_while_the_load_begins() -> None:
    """Its process is there already, and must not be left behind."""
    before = signal.getsignal(signal.SIGTERM)
    hammer = signalled(signal.SIGTERM)
    assert hammer.exit_code == 128 + signal.SIGTERM
    assert hammer.state.load.unfinished == 3, "it was told to stop, and waited for"
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_load_that_breaks_off() -> None:
    """It is said, and nobody waits for it."""
    hammer = Hammer(ASKED, lambda line: None, hears_signals=False, load=ending(why="it ended without a word"))
    with pytest.raises(StartError, match=r"The load broke off: it ended without a word"):
        hammer.send()


def test_a_reader_who_leaves_during_the_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code says so."""
    reader, writer = os.pipe()
    begun = {"url": "http://localhost:1/", "rate": 1.0, "rate_end": 1.0, "seconds": 1.0, "arrivals": "even"}

    class Unread(Ending):
        """Its reader leaves when everything has been said but the summary."""

        def start(self) -> None:
            self.emitter.emit(e.LoadStarted, visitors=0, timeout_s=1.0, speed=1.0, **begun)
            self.stopped = True

        def broke_off(self, told: bool) -> str:
            if told:
                self.said = os.read(reader, 4096)
                os.close(reader)
            return super().broke_off(told)

    with os.fdopen(writer, "w") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        code, state, _ = run_hammer(ASKED, plain=True, load=Unread)
    assert code == GONE
    assert state.load.started is not None


@pytest.mark.parametrize(
    ("ended", "unfinished", "code"),
    [
        ({"refused": 5}, 0, 1),
        ({"refused": 5}, 1, 1),
        ({"timed out": 5}, 0, 1),
        ({}, 5, 0),
        ({"timed out": 5}, 1, 0),
        ({"refused": 5, "200": 1}, 0, 0),
        ({"500": 5}, 0, 1),
        ({"500": 5, "timed out": 1}, 2, 1),
        ({"500": 5, "302": 1}, 0, 0),
        ({"no HTTP": 5}, 1, 1),
        ({}, 0, 0),
    ],
)
def test_a_door_that_is_closed_is_one_whenever_the_load_is_ended(
    ended: dict[str, int], unfinished: int, code: int
) -> None:
    """Whoever was on the way when the user ended it would have been turned away too; a slow server is still one.

    An answer of 400 or more is none: a load in which nobody got the page is no success.
    """
    hammer = Hammer(ASKED, lambda line: None, hears_signals=False)
    load = hammer.state.load
    load.ended.update(ended)
    load.sent, load.unfinished = sum(ended.values()) + unfinished, unfinished
    assert exit_code(hammer, gone=False, failed=False) == code
