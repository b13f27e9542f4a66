"""What a race of six lanes takes.

    python -m benchmarks.race [--smoke] [--rounds 3] [--write]

`asyncdemo compare` in a terminal of 110x33: the CPU of the command itself, drawing included, from its start to its end,
in % of a core (aim: 8 % at the most; the stages and the loads are other processes). And how long it takes until it has
ended, which is `make demo` after set-up (aim: 45 s at the most), beside all six one after the other. Medians of the
rounds; the two take turns.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from ..report import write_results
from ..terminal import Terminal, compile_as_installed

ROWS = 33
POLL_S = 0.25
LIMIT_S = 600.0
SHORT = ("--duration", "5s", "step3", "bonus")
"""For a smoke run."""


@dataclass(frozen=True)
class Race:
    """One, from its first process to its end."""

    seconds: float
    share: float
    """CPU of the command, in % of a core."""


def play(arguments: tuple[str, ...]) -> Race:
    """Watch it to its end."""
    with tempfile.TemporaryDirectory() as state, Terminal(["compare", *arguments], ROWS, Path(state)) as terminal:
        command, began, used_s = psutil.Process(terminal.pid), time.monotonic(), 0.0
        while time.monotonic() - began < LIMIT_S and command.status() != psutil.STATUS_ZOMBIE:
            times = command.cpu_times()
            used_s = max(used_s, times.user + times.system)
            time.sleep(POLL_S)
        seconds = time.monotonic() - began
    return Race(seconds, 100 * used_s / seconds)


def table(races: list[Race], in_turn: list[Race]) -> str:
    """Both, in words."""
    lines = [
        f"- `asyncdemo compare`: {median(race.seconds for race in races):.1f} s from its start to its end",
        f"- the command itself, drawing included: {median(race.share for race in races):.1f} % of a core",
    ]
    if in_turn:
        lines.append(f"- `asyncdemo compare --in-turn`: {median(race.seconds for race in in_turn):.1f} s")
    return "\n".join([f"Medians of {len(races)} rounds:", "", *lines])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="one short race: does it run?")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    compile_as_installed()
    races, in_turn = [], []
    for _ in range(1 if asked.smoke else asked.rounds):
        races.append(play(SHORT if asked.smoke else ()))
        in_turn += [] if asked.smoke else [play(("--in-turn",))]
    found = table(races, in_turn)
    print(found)
    if asked.write:
        write_results("race", found, sys.argv[1:])


if __name__ == "__main__":
    main()
