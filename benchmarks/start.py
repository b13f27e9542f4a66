"""How soon everything is there: a short command, and the first page of a run, beside what is the least for it.

    python -m benchmarks.start [--smoke] [--rounds 15] [--write]

A short command beside importing the two libraries that draw its help: until it has ended. A run in a terminal, panels
and all, beside the same project served by hand: from the start of the process to the first page that is answered 200.
For step1 that is `manage.py runserver --noreload`; for bonus, whose page needs daphne, Redis and a worker, it is daphne
with Django in it, and a Redis that is there already. The package is compiled, as it is where it is installed. The sides
take turns; a ratio is taken within a round, and the median of the rounds is given.
"""

import argparse
import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from asyncdemo.running.redis import accepts, embedded_program

from .report import write_results
from .side import ROOT, START_LIMIT_S, free_port
from .terminal import Terminal, compile_as_installed

POLL_S = 0.005
ROWS = 33
LIBRARIES = ("-c", "import typer, rich.console")
HELP = ("--help",), ("hammer", "--help")
SHORT = ("stages",), ("--version",), *HELP, ("show", "step1"), ("diff", "step1", "step2")
DIRECT = ("-m", "daphne", "--port", "{port}", "benchmarks.direct.asgi:application")
BY_HAND = {
    "step1": ("manage.py", "runserver", "--noreload", "{port}"),
    "bonus": DIRECT,
}
"""Stage -> what serves its project without the tool."""
RUNS = {"step1": ("run", "step1"), "bonus": ("run", "bonus", "--workers", "3")}
AIMS = {"asyncdemo stages": 1.3, "asyncdemo run step1": 1.6, "asyncdemo run bonus --workers 3": 1.8}


@dataclass(frozen=True)
class Pair:
    """What is measured, and beside what; each gives seconds."""

    name: str
    ours: Callable[[], float]
    against: str
    theirs: Callable[[], float]

    def measure(self, ours_first: bool) -> tuple[float, float]:
        """(ours, theirs), one after the other."""
        if ours_first:
            return self.ours(), self.theirs()
        theirs = self.theirs()
        return self.ours(), theirs


def until_it_ends(*arguments: str) -> float:
    """Seconds that a Python program takes."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def until_a_page(port: int) -> None:
    """Return as soon as the page that greets is answered 200. Raises TimeoutError."""
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        visitor = http.client.HTTPConnection("127.0.0.1", port, timeout=START_LIMIT_S)
        try:
            visitor.request("GET", "/?name=Ada")
            if visitor.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            visitor.close()
        time.sleep(POLL_S)
    raise TimeoutError(f"no page on port {port} within {START_LIMIT_S:g} s")


def by_hand(stage: str, environment: dict[str, str]) -> float:
    """Seconds until the project of a stage answers that is served without the tool."""
    port = free_port()
    command = [sys.executable, *(word.format(port=port) for word in BY_HAND[stage])]
    env, cwd = os.environ | environment, ROOT / "asyncdemo" / "stages" / stage
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            until_a_page(port)
            return time.perf_counter() - began
        finally:
            server.terminate()


def under_the_tool(stage: str, state: Path) -> float:
    """Seconds until the page of a run answers."""
    port = free_port()
    began = time.perf_counter()
    with Terminal([*RUNS[stage], "--delays", "0", "--port", str(port)], ROWS, state):
        until_a_page(port)
        return time.perf_counter() - began


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis that is there: its URL."""
    socket = folder / "redis.sock"
    command = [str(embedded_program()), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            while not accepts(socket):
                time.sleep(POLL_S)
            yield f"unix://{socket}"
        finally:
            server.terminate()


def pairs(folder: Path, redis_url: str) -> list[Pair]:
    """All that is measured."""
    environment = {
        "ASYNCDEMO_DELAYS": "0",
        "DATABASE": str(folder / "db.sqlite3"),
        "DJANGO_SETTINGS_MODULE": "hello.settings",
        "PYTHONPATH": str(ROOT),
        "REDIS_URL": redis_url,
    }
    direct = environment | {"DJANGO_SETTINGS_MODULE": "benchmarks.direct.settings"}
    shorts = [
        Pair(
            f"asyncdemo {' '.join(words)}",
            lambda words=words: until_it_ends("-m", "asyncdemo", *words),  # type: ignore[misc]
            f"python -c '{LIBRARIES[1]}'",
            lambda: until_it_ends(*LIBRARIES),
        )
        for words in SHORT
    ]
    return [
        *shorts,
        Pair(
            "asyncdemo run step1",
            lambda: under_the_tool("step1", folder),
            "manage.py runserver --noreload",
            lambda: by_hand("step1", environment),
        ),
        Pair(
            "asyncdemo run bonus --workers 3",
            lambda: under_the_tool("bonus", folder),
            "daphne alone, Redis there",
            lambda: by_hand("bonus", direct),
        ),
    ]


def row(pair: Pair, rounds: list[tuple[float, float]]) -> str:
    """Medians, and the median of the ratios within a round."""
    ours, theirs = (median(each) for each in zip(*rounds, strict=True))
    ratios = sorted(one / other for one, other in rounds)
    aim = f"{AIMS[pair.name]:g}" if pair.name in AIMS else ""
    spread = f"{ratios[len(ratios) // 4]:.2f} to {ratios[-1 - len(ratios) // 4]:.2f}"
    cells = (
        f"`{pair.name}`",
        f"{ours:.2f}",
        f"`{pair.against}`",
        f"{theirs:.2f}",
        f"{median(ratios):.2f}",
        spread,
        aim,
    )
    return f"| {' | '.join(cells)} |"


def arguments() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", default="", help="Rows whose name holds this.")
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    typed = arguments()
    rounds = 1 if typed.smoke else typed.rounds
    compile_as_installed()
    with tempfile.TemporaryDirectory(prefix="asyncdemo-bench-") as name, redis(Path(name)) as url:
        measured = [pair for pair in pairs(Path(name), url) if typed.only in pair.name]
        found = [[pair.measure(bool(number % 2)) for pair in measured] for number in range(rounds)]
    head = ["| | s | beside | s | ratio | half of the rounds | aim |", "|---|---|---|---|---|---|---|"]
    rows = [row(pair, list(seen)) for pair, seen in zip(measured, zip(*found, strict=True), strict=True)]
    text = "\n".join([f"Medians of {rounds} rounds, ratios within a round:", "", *head, *rows])
    print(text)
    if typed.write:
        write_results("start", text, sys.argv[1:])


if __name__ == "__main__":
    main()
