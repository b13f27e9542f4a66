"""`make pictures`: records real runs and draws frames of them, for the README and the slides."""

import sys
from dataclasses import replace
from pathlib import Path

from asyncdemo.features.replay import write_frame
from asyncdemo.load.visitor import NAMES
from asyncdemo.measuring.experiment import Experiment, play
from asyncdemo.running.options import RunOptions
from asyncdemo.stages.catalogue import STAGES

VISITORS = 40
SPEED = 2.0
SIZES = ((88, 24), (110, 33))
DIFFERENT = 10
"""Names of visitors; then the first comes again."""

SCENES = {
    "step3": RunOptions(STAGES["step3"], port=0, speed=SPEED),
    "bonus": RunOptions(STAGES["bonus"], port=0, speed=SPEED, reserved_web=1),
}


def record_scene(options: RunOptions) -> None:
    """A visitor a second of the lesson for forty seconds of it."""
    play(Experiment(options, duration=VISITORS, lasts=VISITORS, names=NAMES[:DIFFERENT]))


def main() -> None:
    """Record each scene into the folder, and draw it in each size."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, options in SCENES.items():
        recording = folder / f"{name}.jsonl"
        record_scene(replace(options, record=str(recording)))
        for width, height in SIZES:
            picture = folder / f"{name}-{width}x{height}.svg"
            write_frame(str(recording), str(picture), VISITORS / SPEED - 0.5, width, height)


if __name__ == "__main__":
    main()
