"""What sending costs, and how evenly it is done: our load client beside wrk and hey, against nginx.

    python -m benchmarks.load [--smoke] [--write]

In a closed loop of 16 and of 64 connections: CPU of the client per request, start-up included, and its ratio to the
others' (aim: below hey, near wrk). The sides take turns; medians of the rounds. In an open loop of 1000/s, while this
process draws panels: how much the sends of each 100 ms differ (coefficient of variation, aim: under 3 %), and by how
much a request leaves late (p99, aim: under 3 ms). With visitors who come by chance, 100/s: by how much the promptest
quarter of them leaves late, those that find this machine idle, and its ratio to what an event loop's own timers are
late by (aim: under 0.5; those are on a grid of milliseconds).
"""

import asyncio
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from random import Random
from statistics import mean, median, pstdev, quantiles

from rich.console import Console

from asyncdemo.events import events as e
from asyncdemo.events.collector import Collector
from asyncdemo.known.load import Load
from asyncdemo.known.state import State
from asyncdemo.load.options import LoadOptions
from asyncdemo.load.process import LoadProcess
from asyncdemo.load.target import parse_target
from asyncdemo.showing.panels import View, render

from .report import write_results
from .side import ROOT, free_port

PACKAGES = {"nginx": "nginx-light", "wrk": "wrk", "hey": "hey"}
"""Program -> what apt calls it."""
NGINX = """\
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/errors;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder};
  keepalive_requests 1000000000;
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 "ok"; }} }}
}}
"""
CONNECTIONS = (16, 64)
RATE = 1000.0
PROMPT_RATE = 100.0
"""So few that most of them find this machine idle."""
BIN_S = 0.1
FRAME_S = 0.25
SIZE = (110, 33)
HELLOS = 600
START_LIMIT_S = 10.0


def check_programs() -> None:
    """Ends with the name of what is missing."""
    for program, package in PACKAGES.items():
        if shutil.which(program) is None:
            sys.exit(f"{program} is missing. Install it: apt-get install --no-install-recommends {package}")


@contextmanager
def nginx() -> Iterator[str]:
    """A constant page: its URL."""
    with tempfile.TemporaryDirectory(prefix="asyncdemo-bench-") as name:
        folder, port = Path(name), free_port()
        config = folder / "nginx.conf"
        config.write_text(NGINX.format(folder=folder, port=port))
        process = subprocess.Popen(["nginx", "-p", name, "-c", str(config), "-e", str(folder / "errors")])
        try:
            yield listening(f"http://127.0.0.1:{port}/", folder / "pid")
        finally:
            process.terminate()
            process.wait()


def listening(url: str, pid: Path) -> str:
    """The URL, when the server is ready: it has written its process id."""
    deadline = time.monotonic() + START_LIMIT_S
    while not pid.exists():
        if time.monotonic() > deadline:
            raise RuntimeError("nginx does not start")
        time.sleep(0.05)
    return url


def ours(url: str, connections: int, seconds: int) -> int:
    """Requests answered."""
    return answered(run(LoadOptions(parse_target(url), closed=connections, duration=seconds), lambda: None))


def wrk(url: str, connections: int, seconds: int) -> int:
    """Requests answered."""
    return int(said(r"(\d+) requests in", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", url))


def hey(url: str, connections: int, seconds: int) -> int:
    """Requests answered."""
    return int(said(r"\[200\]\s+(\d+) responses", "hey", "-c", str(connections), "-z", f"{seconds}s", url))


SIDES: dict[str, Callable[[str, int, int], int]] = {"ours": ours, "wrk": wrk, "hey": hey}


def said(pattern: str, *command: str) -> str:
    """What a program says."""
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    match = re.search(pattern, output)
    if match is None:
        raise RuntimeError(f"{command[0]} says something else:\n{output}")
    return match[1]


def run(options: LoadOptions, draw: Callable[[], None]) -> Load:
    """A whole load; this process draws meanwhile."""
    load = Load()
    collector = Collector(load.fold)
    with LoadProcess(options, collector.address) as load_process:
        while load_process.wait(FRAME_S) is None:
            draw()
        while load.ended_at == inf:
            load_process.check(told=False)
            time.sleep(0.01)
    collector.close()
    return load


def busy_state() -> State:
    """Something to draw: ten hellos a second for a minute."""
    state = State()
    for number in range(HELLOS):
        at = {"t": number / 10, "process": "web.1", "id": str(number)}
        state.fold(e.Arrived(**at, method="GET", path="/", name="Ada"))
        state.fold(e.Answered(**at, status=200, total_s=number % 7 / 10, name="Ada"))
    return state


def answered(load: Load) -> int:
    """Raises RuntimeError if anything else happened."""
    if set(load.ended) != {"200"}:
        raise RuntimeError(f"{dict(load.ended)} instead of 200s: {load.problem}")
    return load.ended["200"]


def children_s() -> float:
    """CPU seconds of all processes that we have started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def costs(url: str, rounds: int, seconds: int) -> dict[int, list[dict[str, float]]]:
    """Microseconds of CPU a request: connections -> rounds -> side."""
    found: dict[int, list[dict[str, float]]] = {}
    for connections in CONNECTIONS:
        found[connections] = []
        for number in range(rounds):
            sides = list(SIDES)[:: 1 if number % 2 else -1]
            cost = {}
            for side in sides:
                before = children_s()
                count = SIDES[side](url, connections, seconds)
                cost[side] = 1e6 * (children_s() - before) / count
            found[connections].append(cost)
    return found


def evenness(seconds: int) -> tuple[float, float]:
    """(coefficient of variation of the sends per 100 ms in %, p99 of their lag in ms), panels drawn meanwhile."""
    command = [sys.executable, "-m", "benchmarks.arrivals"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        with Path(os.devnull).open("w") as nowhere:
            console = Console(file=nowhere, force_terminal=True, width=SIZE[0], height=SIZE[1])
            options = LoadOptions(parse_target(f"http://127.0.0.1:{port}/"), rate=RATE, duration=seconds)
            state = busy_state()
            load = run(options, lambda: console.print(render(state, HELLOS / 10, View(*SIZE))))
        moments = json.loads(server.communicate()[0])
    answered(load)
    bins = Counter(int((moment - moments[0]) // BIN_S) for moment in moments)
    counts = [bins[number] for number in range(1, int(seconds / BIN_S) - 1)]
    return 100 * pstdev(counts) / mean(counts), 1000 * load.lag.percentile(99)


def prompt_ms(url: str, seconds: int) -> float:
    """What the promptest quarter of the sends of independent visitors is late by at the most, in ms."""
    load = run(LoadOptions(parse_target(url), rate=PROMPT_RATE, duration=seconds, arrivals="poisson"), lambda: None)
    answered(load)
    return 1000 * load.lag.percentile(25)


async def timers_ms(seconds: int) -> float:
    """The same of timers of asyncio's event loop."""
    loop, chance, late = asyncio.get_running_loop(), Random(1), []
    due = begin = loop.time()
    while due < begin + seconds:
        due += chance.expovariate(PROMPT_RATE)
        await asyncio.sleep(due - loop.time())
        late.append(loop.time() - due)
    return 1000 * quantiles(late)[0]


def promptness(url: str, seconds: int) -> tuple[float, float]:
    """(that of our sends, that of timers), one after the other."""
    return prompt_ms(url, seconds), asyncio.run(timers_ms(seconds))


def table(found: dict[int, list[dict[str, float]]]) -> str:
    """Medians, and ratios within a round."""
    lines = ["| connections | ours us | wrk us | hey us | ours / wrk | ours / hey |", "|---|---|---|---|---|---|"]
    for connections, rounds in found.items():
        cells = [f"{median(cost[side] for cost in rounds):.1f}" for side in SIDES]
        ratios = [f"{median(cost['ours'] / cost[other] for cost in rounds):.2f}" for other in ("wrk", "hey")]
        lines.append(f"| {connections} | {' | '.join([*cells, *ratios])} |")
    return "\n".join(lines)


def main() -> None:
    check_programs()
    rounds, seconds = (1, 1) if "--smoke" in sys.argv else (5, 5)
    with nginx() as url:
        costs_table = table(costs(url, rounds, seconds))
        prompt = [promptness(url, seconds) for _ in range(rounds)]
    even = [evenness(seconds) for _ in range(rounds)]
    text = "\n".join(
        [
            f"CPU of the client a request, start-up included; medians of {rounds} rounds of {seconds} s:",
            "",
            costs_table,
            "",
            f"- at {RATE:g}/s, panels drawn meanwhile: sends per 100 ms vary by {median(e[0] for e in even):.1f} %",
            f"- and a request leaves late by {median(e[1] for e in even):.1f} ms (p99)",
            f"- by chance, {PROMPT_RATE:g}/s: the promptest quarter leaves late by at most"
            f" {median(p[0] for p in prompt):.2f} ms,"
            f" {median(ours / timers for ours, timers in prompt):.2f} of what timers are late by",
        ]
    )
    print(text)
    if "--write" in sys.argv:
        write_results("load", text, sys.argv[1:])


if __name__ == "__main__":
    main()
