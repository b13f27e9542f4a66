"""The load tools, each used as its manual says, and what each says of its 90th and 99th percentile."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from .truth import Stall

VISITORS = 10
"""Connections of a tool that wants to know how many; hammer takes one more whenever all are busy."""
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


@dataclass(frozen=True)
class Figures:
    """What a tool says, in seconds."""

    count: int
    """Requests answered."""
    p90: float
    p99: float


@dataclass(frozen=True)
class Tool:
    """A program: what its command line is, and how to read what it says."""

    package: str
    """What apt calls it; empty for ours."""
    command: Callable[[Stall], list[str]]
    """Without the URL."""
    read: Callable[[str], Figures]
    version: Callable[[], str]

    def program(self, stall: Stall) -> str:
        return self.command(stall)[0]


def run(tool: Tool, stall: Stall, url: str) -> Figures:
    """Raises RuntimeError when it says something else."""
    command = [*tool.command(stall), url]
    if command[0] == "asyncdemo":
        command[:1] = [sys.executable, "-m", "asyncdemo"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ends with {done.returncode}:\n{done.stdout}{done.stderr}")
    return tool.read(done.stdout)


def hammer_figures(output: str) -> Figures:
    (row,) = json.loads(output)["rows"]
    return Figures(row["requests"]["answered"], row["latency"]["p90_s"], row["latency"]["p99_s"])


def wrk_figures(output: str) -> Figures:
    waits = [float(found(rf"{percent}%\s+([\d.]+)(us|ms|s)", output)[1]) for percent in (90, 99)]
    units = [UNITS[found(rf"{percent}%\s+([\d.]+)(us|ms|s)", output)[2]] for percent in (90, 99)]
    return Figures(int(found(r"(\d+) requests in", output)[1]), waits[0] * units[0], waits[1] * units[1])


def hey_figures(output: str) -> Figures:
    p90, p99 = (float(found(rf"{percent}%+ in ([\d.]+) secs", output)[1]) for percent in (90, 99))
    return Figures(int(found(r"\[200\]\s+(\d+) responses", output)[1]), p90, p99)


def ab_figures(output: str) -> Figures:
    p90, p99 = (int(found(rf"{percent}%\s+(\d+)", output)[1]) / 1000 for percent in (90, 99))
    return Figures(int(found(r"Complete requests:\s+(\d+)", output)[1]), p90, p99)


def found(pattern: str, output: str) -> re.Match[str]:
    match = re.search(pattern, output)
    if match is None:
        raise RuntimeError(f"there is no {pattern!r} in:\n{output}")
    return match


def first_line(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True).stdout.partition("\n")[0]


def packaged(package: str) -> str:
    """The version that the system's packages have, for a program that does not say."""
    return first_line("dpkg-query", "-W", "-f", "${Version}", package) if shutil.which("dpkg-query") else "?"


TOOLS = {
    "hammer": Tool(
        "",
        lambda stall: [
            *("asyncdemo", "hammer", "--rate", str(stall.rate), "--duration", f"{stall.seconds}s", "--json", "-")
        ],
        hammer_figures,
        lambda: first_line(sys.executable, "-m", "asyncdemo", "--version").split()[-1],
    ),
    "wrk": Tool(
        "wrk",
        lambda stall: ["wrk", "-t2", f"-c{VISITORS}", f"-d{stall.seconds}s", "--latency"],
        wrk_figures,
        lambda: first_line("wrk", "-v").split()[1],
    ),
    "hey": Tool(
        "hey",
        lambda stall: ["hey", "-z", f"{stall.seconds}s", "-c", str(VISITORS), "-q", str(stall.rate // VISITORS)],
        hey_figures,
        lambda: packaged("hey"),
    ),
    "ab": Tool(
        "apache2-utils",
        lambda stall: ["ab", "-t", str(stall.seconds), "-c", str(VISITORS)],
        ab_figures,
        lambda: first_line("ab", "-V").split("Version ")[-1].split()[0],
    ),
}
