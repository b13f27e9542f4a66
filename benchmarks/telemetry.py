"""What watching costs: bonus under `asyncdemo run` with its panels, against the same processes started by hand.

    python -m benchmarks.telemetry [--smoke] [--write]

At 10 hellos a second: the CPU of the command itself, panels included (aim: under 5 % of a core), and what the stage's
processes need more for telling what happens (aim: under 3 %). At saturation: the ratio of hellos a second (aim: over
0.9). The sides take turns; medians of the rounds.
"""

import asyncio
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import threading
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from .client import ask
from .report import write_results
from .side import ROOT, Side

SIZE = (33, 110)
CONNECTIONS = 8
PAUSE_S = 0.1
"""Between an answer and the next hello of one visitor: ten a second."""


@dataclass
class Watched(Side):
    """bonus under the command, in a terminal with panels."""

    _command: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
        arguments = ["-m", "asyncdemo", "run", "bonus", "--workers", "3", "--delays", "0", "--port", str(self.port)]
        env = os.environ | {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
        ends = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
        self._command = subprocess.Popen([sys.executable, *arguments], env=env, **ends)
        self._stderr = Path(os.devnull)
        threading.Thread(target=drain, args=(ours,), daemon=True).start()

    def stop(self) -> None:
        if self._command is not None:
            self._command.terminate()
            self._command.wait()

    def processes(self) -> list[psutil.Process]:
        """Those of the stage, without the command and its guard."""
        assert self._command is not None
        children = psutil.Process(self._command.pid).children(recursive=True)
        return [child for child in children if "guard.py" not in " ".join(child.cmdline())]

    def command_s(self) -> float:
        """CPU seconds of the command itself."""
        assert self._command is not None
        times = psutil.Process(self._command.pid).cpu_times()
        return times.user + times.system


def drain(terminal: int) -> None:
    """Read what the panels draw, as a terminal would."""
    while os.read(terminal, 65536):
        pass


@dataclass(frozen=True)
class Round:
    """What one round has measured; shares of a core in %."""

    command: float
    telling: float
    throughput: float
    """Hellos a second, watched / by hand."""


async def measure(by_hand: Side, watched: Watched, calm: int, full: int, number: int) -> Round:
    """One round: calm, then at saturation; each side in turn, every other round the other one first."""
    shares: dict[str, float] = {}
    command = 0.0
    for side in (by_hand, watched) if number % 2 else (watched, by_hand):
        before, own = side.cpu_s(), watched.command_s()
        load = await ask(side.port, calm, 1, PAUSE_S)
        shares[side.name] = 100 * (side.cpu_s() - before) / load.seconds
        if side is watched:
            command = 100 * (watched.command_s() - own) / load.seconds
    rates = {}
    for side in (by_hand, watched) if number % 2 else (watched, by_hand):
        load = await ask(side.port, full, CONNECTIONS)
        if load.statuses != {200: full}:
            raise RuntimeError(f"{side.name}: {dict(load.statuses)} instead of {full} times 200")
        await side.quiet()
        rates[side.name] = full / load.seconds
    return Round(command, shares[watched.name] - shares[by_hand.name], rates[watched.name] / rates[by_hand.name])


async def play(by_hand: Side, watched: Watched, rounds: int, calm: int, full: int) -> list[Round]:
    """All rounds, after a warm-up."""
    for side in (by_hand, watched):
        await side.answers()
        await ask(side.port, full // 2, CONNECTIONS)
        await side.quiet()
    return [await measure(by_hand, watched, calm, full, number) for number in range(rounds)]


def main() -> None:
    rounds, calm, full = (1, 10, 48) if "--smoke" in sys.argv else (5, 100, 1500)
    by_hand, watched = Side("by hand", "bonus", workers=3), Watched("watched", "bonus", workers=3)
    try:
        by_hand.start()
        watched.start()
        seen = asyncio.run(play(by_hand, watched, rounds, calm, full))
    finally:
        by_hand.stop()
        watched.stop()
    text = "\n".join(
        [
            f"medians of {rounds} rounds, bonus with 3 workers and a notification each, delay 0:",
            "",
            f"- at 10 hellos/s: the command with its panels {median(r.command for r in seen):.1f} % of a core",
            f"- at 10 hellos/s: telling it, in all processes {median(r.telling for r in seen):.1f} % of a core",
            f"- at saturation: hellos/s watched / by hand {median(r.throughput for r in seen):.2f}",
        ]
    )
    print(text)
    if "--write" in sys.argv:
        write_results("telemetry", text, sys.argv[1:])


if __name__ == "__main__":
    main()
