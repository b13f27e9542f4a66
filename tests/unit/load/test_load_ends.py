"""How a load in front of a user comes to its end, and the exit code that goes with it."""

import os
import signal
import sys
from math import inf

import pytest

from asyncdemo.base.errors import StartError
from asyncdemo.events import events as e
from asyncdemo.features.hammer import Hammer, HammerOptions, exit_code, run_hammer
from asyncdemo.load.options import LoadOptions
from asyncdemo.load.process import LoadProcess
from asyncdemo.load.target import parse_target

ASKED = HammerOptions(LoadOptions(parse_target("http://localhost:1/")))
HUP, GONE, INT = 129, 141, 0


class Ending(LoadProcess):
    """Tells the end of its load some time after it began, or is gone, for the reason `why`."""

    def __init__(self, hammer: Hammer, why: str = "") -> None:
        super().__init__(ASKED.load, "nowhere")
        self.hammer, self.why, self.ticks_left = hammer, why, 5

    def stop(self) -> None:
        """There is no process to stop."""

    def broke_off(self, told: bool) -> str:
        return "" if told else self.why

    def tick(self) -> None:
        """As time goes by."""
        self.ticks_left -= 1
        if self.ticks_left == 0:
            self.hammer._inbox.put(e.LoadEnded(t=1.0, process="load.1", unfinished=3))


def played(*wishes: int, hears: str = "stop") -> Hammer:
    """A load that was asked to end so."""
    hammer = Hammer(ASKED, lambda line: None, hears_signals=False)
    sender = Ending(hammer)
    for wish in wishes:
        getattr(hammer, hears)(wish)
    hammer._wait(sender, sender.tick)
    return hammer


def test_only_a_user_who_asks_again_does_not_wait_for_the_last_figures() -> None:
    """A terminal that closes says so by signals and by its silence, and whoever was given up is counted."""
    for hammer in (played(HUP, HUP, hears="_on_signal"), played(HUP, GONE), played(GONE, GONE, GONE)):
        assert hammer.state.load.unfinished == 3
    assert played(HUP, GONE).exit_code == HUP
    assert played(INT, INT, hears="_on_signal").state.load.ended_at == inf


def test_a_signal_is_heard_while_the_load_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process is there already, and must not be left behind."""
    monkeypatch.setattr(LoadProcess, "start", lambda sender: signal.raise_signal(signal.SIGTERM))
    monkeypatch.setattr(LoadProcess, "stop", lambda sender: None)
    hammer = Hammer(ASKED, lambda line: None)
    monkeypatch.setattr(Hammer, "_wait", lambda hammer, sender, tick: hammer._take_in(sender, 0))
    hammer.send()
    assert hammer.exit_code == 128 + signal.SIGTERM


def test_a_load_that_breaks_off() -> None:
    """It is said, and nobody waits for it."""
    hammer = Hammer(ASKED, lambda line: None, hears_signals=False)
    sender = Ending(hammer, why="it ended without a word")
    with pytest.raises(StartError, match=r"The load broke off.\nit ended without a word"):
        hammer._wait(sender, lambda: None)


def test_a_reader_who_leaves_during_the_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code says so."""
    begun = {"url": "http://localhost:1/", "rate": 1.0, "rate_end": 1.0, "seconds": 1.0, "arrivals": "even"}

    def send(hammer: Hammer) -> None:
        hammer.state.fold(e.LoadStarted(t=0.0, process="load.1", visitors=0, timeout_s=1.0, speed=1.0, **begun))

    monkeypatch.setattr(Hammer, "send", send)
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        code, _, _ = run_hammer(ASKED, plain=True)
    assert code == GONE


@pytest.mark.parametrize(
    ("ended", "unfinished", "code"),
    [
        ({"refused": 5}, 0, 1),
        ({"refused": 5}, 1, 1),
        ({"timed out": 5}, 0, 1),
        ({}, 5, 0),
        ({"timed out": 5}, 1, 0),
        ({"refused": 5, "200": 1}, 0, 0),
    ],
)
def test_a_door_that_is_closed_is_one_whenever_the_load_is_ended(
    ended: dict[str, int], unfinished: int, code: int
) -> None:
    """Whoever was on the way when the user ended it would have been turned away too; a slow server is still one."""
    hammer = Hammer(ASKED, lambda line: None, hears_signals=False)
    load = hammer.state.load
    load.ended.update(ended)
    load.sent, load.unfinished = sum(ended.values()) + unfinished, unfinished
    assert exit_code(hammer, gone=False, failed=False) == code
