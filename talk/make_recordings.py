"""`make recordings`: real runs of the talk's demos, for the slides on which a demo cannot run, and for its web page."""

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from asyncdemo.base.files import place
from asyncdemo.base.output import say
from asyncdemo.events.events import ENDLESS_S
from asyncdemo.events.wire import decode
from asyncdemo.features.compare_options import CompareOptions
from asyncdemo.features.comparison import Comparison
from asyncdemo.load.visitor import VISITORS
from asyncdemo.measuring.experiment import Experiment, play
from asyncdemo.measuring.setups import SETUPS
from asyncdemo.running.options import RunOptions
from asyncdemo.stages.catalogue import STAGES

SPEED = 10.0
UNHURRIED = 5.0
"""For the demo in whose middle somebody presses a key."""
SLOW = 2.0
"""For the demo whose first visitors are to be counted."""
RATE = 1.0
"""Requests a second of the lesson."""


def options(stage: str, workers: int | None = None, reserved_web: int = 0, speed: float = SPEED) -> RunOptions:
    """As the deck's commands say."""
    return RunOptions(STAGES[stage], workers, reserved_web, port=0, speed=speed)


def demo(run: RunOptions, lasts: float, reserve_at: float | None = None) -> Experiment:
    """A demo for so many seconds of the lesson, in which its load does not end; and when the speaker presses `w`."""
    return Experiment(run, RATE, ENDLESS_S * run.speed, names=VISITORS, lasts=lasts, reserve_at=reserve_at)


SCENES = {
    "step1": demo(options("step1"), 120),
    "step1-threads": demo(options("step1", workers=4), 140),
    "step2": demo(options("step2"), 140),
    "step3": demo(options("step3", speed=SLOW), 48),
    "bonus": demo(options("bonus", workers=3, speed=UNHURRIED), 120, reserve_at=40),
    "reserved": demo(options("bonus", workers=3, reserved_web=1), 180),
    "today": demo(options("today", workers=3, speed=UNHURRIED), 120, reserve_at=40),
}


def record_comparison(path: Path) -> None:
    """As the deck's command says: both rows of the bonus."""
    setups = tuple(setup for setup in SETUPS if setup.stage.name == "bonus")
    Comparison(CompareOptions(setups, record=str(path)), lambda _: None).play()


def record_scene(scene: Experiment, path: Path) -> None:
    """Run it under its load, and write what happened until the end of the scene."""
    outcome = play(replace(scene, options=replace(scene.options, record=str(path))))
    cut(path, outcome.row.end)


def cut(path: Path, end_s: float) -> None:
    """Leave out what came later: how a run is stopped, and who was in its hands then, is no part of the story."""
    head, *lines = path.read_bytes().splitlines(keepends=True)
    place(path, b"".join([head, *(line for line in lines if decode(line).t < end_s)])).close()


def main() -> None:
    """Record all scenes, or those that are named, into the folder."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    takes = {name: partial(record_scene, scene) for name, scene in SCENES.items()} | {"compare": record_comparison}
    for name in sys.argv[2:] or takes:
        path = folder / f"{name}.jsonl"
        takes[name](path)
        say(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
