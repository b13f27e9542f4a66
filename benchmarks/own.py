"""What watching a project of the user's costs: its server with what `asyncdemo run DIR` attaches to it, against the
same server as by hand.

    python -m benchmarks.own [--smoke] [--write]

The project is `django-admin startproject` with a page of a template, on waitress's 4 threads, DEBUG off. CPU of the
server a hello (aim: under 5 % more), and hellos a second at saturation, where whoever listens works on the same cores.
The sides take turns, every other round in the other order; a ratio is taken within a round; medians of the rounds.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from asyncdemo.events.collector import Collector
from asyncdemo.events.events import Answered, Event
from asyncdemo.events.sending import TELEMETRY
from asyncdemo.running.own.project import ATTACH

from .client import ask
from .report import write_results
from .side import Command, Side

CONNECTIONS = 8
URLS = """
from django.shortcuts import render
from django.urls import path


def hello(request):
    return render(request, "hello.html", {"name": request.GET.get("name", "World")})


urlpatterns = [path("", hello)]
"""
PAGE = "<!DOCTYPE html><html lang=en><title>Hello</title><h1>Hello, {{ name }}!</h1></html>\n"
SETTINGS = '\nDEBUG, ALLOWED_HOSTS = False, ["*"]\nTEMPLATES[0]["DIRS"] = [BASE_DIR / "templates"]\n'


def start_project(folder: Path) -> None:
    """The project that both sides serve."""
    subprocess.run([sys.executable, "-m", "django", "startproject", "mysite", str(folder)], check=True)
    (folder / "mysite" / "urls.py").write_text(URLS)
    with (folder / "mysite" / "settings.py").open("a") as settings:
        settings.write(SETTINGS)
    (folder / "templates").mkdir()
    (folder / "templates" / "hello.html").write_text(PAGE)


@dataclass
class OwnSide(Side):
    """The project, served as by hand, or watched by whoever is told of in a file."""

    folder: Path = Path()
    telemetry: str = ""

    @property
    def cwd(self) -> Path:
        return self.folder

    def _commands(self, folder: Path) -> list[Command]:
        listen = f"--listen=127.0.0.1:{self.port}"
        return [[sys.executable, "-m", "waitress", "--threads=4", listen, "mysite.wsgi:application"]]

    def _environment(self, folder: Path) -> dict[str, str]:
        if not self.telemetry:
            return dict(os.environ)
        return os.environ | {"PYTHONPATH": str(ATTACH), TELEMETRY: self.telemetry, "HONCHO_PROCESS_NAME": "web.1"}


@dataclass(frozen=True)
class Turn:
    """What a side has done in a round."""

    cpu_s: float
    seconds: float


async def turn(side: OwnSide, hellos: int) -> Turn:
    """So many hellos. Raises RuntimeError for an answer that is none."""
    before = side.cpu_s()
    load = await ask(side.port, hellos, CONNECTIONS)
    if load.statuses != {200: hellos}:
        raise RuntimeError(f"{side.name}: {dict(load.statuses)} instead of {hellos} times 200")
    return Turn(side.cpu_s() - before, load.seconds)


async def play(by_hand: OwnSide, watched: OwnSide, rounds: int, hellos: int) -> list[tuple[Turn, Turn]]:
    """(by hand, watched) of all rounds, after a warm-up."""
    for side in (by_hand, watched):
        await side.answers()
        await turn(side, hellos)
    seen = []
    for number in range(rounds):
        order = (by_hand, watched)[:: 1 if number % 2 else -1]
        turns = {side.name: await turn(side, hellos) for side in order}
        seen.append((turns[by_hand.name], turns[watched.name]))
    return seen


def told(seen: list[tuple[Turn, Turn]], hellos: int) -> str:
    """The medians, and every ratio."""
    cpu = [watched.cpu_s / hand.cpu_s for hand, watched in seen]
    rate = [hand.seconds / watched.seconds for hand, watched in seen]
    each_ms = [1000 * median(turn.cpu_s for turn in turns) / hellos for turns in zip(*seen, strict=True)]
    return "\n".join(
        [
            f"{len(seen)} rounds of {hellos} hellos a side, {CONNECTIONS} connections:",
            "",
            f"- CPU ms a hello: by hand {each_ms[0]:.3f}, watched {each_ms[1]:.3f}",
            f"- CPU a hello, watched / by hand {median(cpu):.3f}: {' '.join(f'{ratio:.2f}' for ratio in cpu)}",
            f"- hellos/s at saturation, watched / by hand {median(rate):.2f}",
        ]
    )


def main() -> None:
    rounds, hellos = (1, 40) if "--smoke" in sys.argv else (15, 2000)
    heard = 0

    def hear(event: Event) -> None:
        nonlocal heard
        heard += isinstance(event, Answered)

    collector = Collector(hear)
    with tempfile.TemporaryDirectory(prefix="asyncdemo-bench-") as name:
        folder, telemetry = Path(name) / "project", Path(name) / "telemetry"
        folder.mkdir()
        start_project(folder)
        telemetry.write_text(str(collector.address))
        by_hand = OwnSide("by hand", "", folder=folder)
        watched = OwnSide("watched", "", folder=folder, telemetry=str(telemetry))
        try:
            for side in (by_hand, watched):
                side.start()
            seen = asyncio.run(play(by_hand, watched, rounds, hellos))
        finally:
            for side in (by_hand, watched):
                side.stop()
            collector.close()
    if heard < rounds * hellos:
        raise RuntimeError(f"{heard} of {rounds * hellos} hellos were told: it was not watched")
    text = told(seen, hellos)
    print(text)
    if "--write" in sys.argv:
        write_results("own", text, sys.argv[1:])


if __name__ == "__main__":
    main()
