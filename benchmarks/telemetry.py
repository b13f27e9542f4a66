"""What watching costs: bonus under `asyncdemo run` with its panels, against the same Procfile under plain honcho.

    python -m benchmarks.telemetry [--smoke] [--write]

At 10 hellos a second: the CPU of the command itself, panels included (aim: 2 % of a core), and what the stage's
processes need more for telling what happens (aim: under 3 %). At saturation: the ratio of hellos a second (aim: over
0.9); and the same against processes whose output nobody reads. The sides take turns; medians of the rounds.
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

from tests.processes import line_of

from .client import ask
from .report import write_results
from .side import ROOT, Side

SIZE = (33, 110)
CONNECTIONS = 8
PAUSE_S = 0.1
"""Between an answer and the next hello of one visitor: ten a second."""


@dataclass
class UnderHoncho(Side):
    """bonus as its Procfile has it, without the tool."""

    def _commands(self, folder: Path) -> list[list[str]]:
        valkey = super()._commands(folder)[0]
        honcho = [sys.executable, "-m", "honcho", "-f", "Procfile.bonus", "start", "-p", str(self.port)]
        return [valkey, [*honcho, "-c", f"worker={self.workers}", "web", "worker"]]

    @property
    def cwd(self) -> Path:
        """Where the Procfile is."""
        return ROOT

    def processes(self) -> list[psutil.Process]:
        """Those of the stage, without honcho."""
        return [process for process in super().processes() if "honcho" not in line_of(process).split()]


@dataclass
class DeckWatch(Side):
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
        return [child for child in children if "guard.py" not in line_of(child)]

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
    against_honcho: float
    """Hellos a second at saturation, watched / under honcho."""
    against_nobody: float
    """The same against processes whose output goes nowhere."""


async def calm(side: Side, watched: DeckWatch, hellos: int) -> tuple[float, float]:
    """(the stage's processes, the command) at 10 hellos a second."""
    before, own = side.cpu_s(), watched.command_s()
    load = await ask(side.port, hellos, 1, PAUSE_S)
    return 100 * (side.cpu_s() - before) / load.seconds, 100 * (watched.command_s() - own) / load.seconds


async def saturated(side: Side, hellos: int) -> float:
    """Hellos a second."""
    load = await ask(side.port, hellos, CONNECTIONS)
    if load.statuses != {200: hellos}:
        raise RuntimeError(f"{side.name}: {dict(load.statuses)} instead of {hellos} times 200")
    await side.quiet()
    return hellos / load.seconds


async def measure(sides: list[Side], watched: DeckWatch, few: int, many: int, number: int) -> Round:
    """One round: calm, then at saturation; each side in turn, every other round in the other order."""
    order = [*sides, watched][:: 1 if number % 2 else -1]
    shares = {side.name: await calm(side, watched, few) for side in order}
    rates = {side.name: await saturated(side, many) for side in order}
    told, command = shares[watched.name]
    under_honcho, nobody = (rates[watched.name] / rates[side.name] for side in sides)
    return Round(command, told - shares[sides[0].name][0], under_honcho, nobody)


async def play(sides: list[Side], watched: DeckWatch, rounds: int, few: int, many: int) -> list[Round]:
    """All rounds, after a warm-up."""
    for side in [*sides, watched]:
        await side.answers()
        await ask(side.port, many // 2, CONNECTIONS)
        await side.quiet()
    return [await measure(sides, watched, few, many, number) for number in range(rounds)]


def main() -> None:
    rounds, few, many = (1, 10, 48) if "--smoke" in sys.argv else (5, 100, 1500)
    watched = DeckWatch("watched", "bonus", workers=3)
    sides = [UnderHoncho("under honcho", "bonus", workers=3), Side("nobody reads", "bonus", workers=3)]
    try:
        for side in [*sides, watched]:
            side.start()
        seen = asyncio.run(play(sides, watched, rounds, few, many))
    finally:
        for side in [*sides, watched]:
            side.stop()
    text = "\n".join(
        [
            f"medians of {rounds} rounds, bonus with 3 workers and a notification each, delay 0:",
            "",
            f"- at 10 hellos/s: the command with its panels {median(r.command for r in seen):.1f} % of a core",
            f"- at 10 hellos/s: telling it, in all processes {median(r.telling for r in seen):.1f} % of a core",
            f"- at saturation: hellos/s watched / under plain honcho {median(r.against_honcho for r in seen):.2f}, "
            f"/ with output that nobody reads {median(r.against_nobody for r in seen):.2f}",
        ]
    )
    print(text)
    if "--write" in sys.argv:
        write_results("telemetry", text, sys.argv[1:])


if __name__ == "__main__":
    main()
