"""Whether a run that goes on for long takes more and more memory.

    python -m benchmarks.soak [--minutes 60] [--smoke] [--write]

Resident memory of the command with its panels, of the load's process, and of all others of the run together, at 30
hellos a second and a notification each. The time is cut into twelve parts: a row for each, the median of a look every
second. What has to be loaded and filled is there after the first two: the command's last part against its third is to
be 1.05 or below.
"""

import argparse
import shlex
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from tests.processes import line_of

from .report import write_results
from .terminal import Terminal

RUN = "asyncdemo run bonus --workers 3 --delays 0.02 --hammer 30 --port 0"
"""The workers deliver 150 notifications a second at the most, so that nothing piles up."""
ROWS = 33
PARTS = 12
FULL = 2
"""After so many parts, what has to be loaded and filled is there."""
LOOK_S = 1.0
SMOKE_S = 12.0
MIB = 2**20


@dataclass(frozen=True)
class Look:
    """Resident memory at one moment, in MiB."""

    command: float
    load: float
    stage: float
    """All the others of the run."""


def look(command: psutil.Process) -> Look:
    """At all processes of a run."""
    others = []
    for child in command.children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it is over by now
            others.append((line_of(child), rss(child)))
    load = sum(size for line, size in others if "asyncdemo.load.worker" in line)
    return Look(rss(command), load, sum(size for _, size in others) - load)


def rss(process: psutil.Process) -> float:
    """Of one process, in MiB."""
    return float(process.memory_info().rss) / MIB


def soaked(seconds: float) -> list[Look]:
    """A row for each part of a run of that length."""
    with tempfile.TemporaryDirectory() as state, Terminal(shlex.split(RUN)[1:], ROWS, Path(state)) as terminal:
        terminal.shows("up 0:0")
        command, began = psutil.Process(terminal.pid), time.monotonic()
        return [part_of(command, began + number * seconds / PARTS) for number in range(1, PARTS + 1)]


def part_of(command: psutil.Process, until: float) -> Look:
    """The medians of the looks until then."""
    looks = [look(command)]
    while time.monotonic() < until:
        time.sleep(LOOK_S)
        looks.append(look(command))
    return Look(*(median(getattr(each, side) for each in looks) for side in ("command", "load", "stage")))


def told(parts: list[Look], minutes: float) -> str:
    """The table, and whether it is flat."""
    lines = [
        f"Resident memory in MiB, of `{RUN}`:",
        "",
        "| until minute | command | its load | its stage |",
        "|---|---|---|---|",
    ]
    for number, part in enumerate(parts, 1):
        lines.append(f"| {number * minutes / PARTS:.3g} | {part.command:.1f} | {part.load:.1f} | {part.stage:.1f} |")
    ratio = parts[-1].command / parts[FULL].command
    return "\n".join([*lines, "", f"the command, last part / third part: {ratio:.3f}, aim 1.05 or below"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    minutes = SMOKE_S / 60 if asked.smoke else asked.minutes
    text = told(soaked(60 * minutes), minutes)
    print(text)
    if asked.write:
        write_results("soak", text, sys.argv[1:])


if __name__ == "__main__":
    main()
