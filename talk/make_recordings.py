"""`make recordings`: real runs of the talk's demos, for the slides on which a demo cannot run, and for its web page."""

import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from asyncdemo.base.files import place
from asyncdemo.base.output import say
from asyncdemo.events.wire import decode
from asyncdemo.features.compare import CompareOptions, Comparison
from asyncdemo.features.run.run_stage import loaded
from asyncdemo.measuring.setups import SETUPS
from asyncdemo.running.options import RunOptions
from asyncdemo.running.run import Run
from asyncdemo.stages.catalogue import STAGES

SPEED = 10.0
UNHURRIED = 5.0
"""For the demo in whose middle somebody presses a key."""
RATE = 1.0
"""Requests a second of the lesson."""


@dataclass(frozen=True)
class Scene:
    """A demo, and what the speaker does in it."""

    options: RunOptions
    seconds: float
    """How long it is watched, on the wall."""
    reserve_at: float | None = None
    """When the speaker presses `w`, in seconds after the page can be opened."""


def options(stage: str, workers: int | None = None, reserved_web: int = 0, speed: float = SPEED) -> RunOptions:
    """As the deck's commands say."""
    return RunOptions(STAGES[stage], workers, reserved_web, port=0, speed=speed)


SCENES = {
    "step1": Scene(options("step1"), 12),
    "step1-threads": Scene(options("step1", workers=4), 14),
    "step2": Scene(options("step2"), 14),
    "step3": Scene(options("step3"), 16),
    "bonus": Scene(options("bonus", workers=3, speed=UNHURRIED), 24, reserve_at=8),
    "reserved": Scene(options("bonus", workers=3, reserved_web=1), 18),
}


def record_comparison(path: Path) -> None:
    """As the deck's command says: both rows of the bonus."""
    setups = tuple(setup for setup in SETUPS if setup.stage == "bonus")
    Comparison(CompareOptions(setups, speed=20.0, record=str(path)), lambda _: None).play()


def record_scene(scene: Scene, path: Path) -> None:
    """Run it under its load, and write what happened until the end of the scene."""
    reserve_at = scene.reserve_at

    def act() -> None:
        nonlocal reserve_at
        if reserve_at is not None and run.now() >= began + reserve_at:
            run.crew.add_worker("webworker")
            reserve_at = None

    with Run(replace(scene.options, record=str(path)), lambda _: None) as run:
        run.start()
        began = run.now()
        with loaded(run, RATE):
            run.watch(began + scene.seconds, act)
    cut(path, began + scene.seconds)


def cut(path: Path, end_s: float) -> None:
    """Leave out what came later: how a run is stopped, and who was in its hands then, is no part of the story."""
    head, *lines = path.read_bytes().splitlines(keepends=True)
    place(path, b"".join([head, *(line for line in lines if decode(line).t <= end_s)])).close()


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
