"""Rounds -> medians and ratios as a Markdown table."""

import datetime
import os
import platform
import shlex
from dataclasses import dataclass
from pathlib import Path
from statistics import median

NOTES = """\
CPU: user and system time of all processes of a side, Redis included, until its last notification is done. The sides
take turns; a ratio is taken within a round. Each hello sends a notification, delivered with delay 0. "direct" is the
same view inside daphne, with the same number of processes; "stock" the path over receive and send of channels_redis.

"bare daphne" is a yardstick: a sync view that does nothing, without a notification. It took 1.23 ms (another client, 32
connections, best of 3) when the aim of 1.2 ms a hello was written down; read that way, the aim is a ratio of about 1.
These figures are for us: the path is no fast way to serve a page.
"""
RESULTS = Path(__file__).with_name("RESULTS.md")


@dataclass(frozen=True)
class Row:
    """What one side did in one round."""

    side: str
    cpu_ms: float
    """CPU per hello, over all processes."""
    per_second: float
    p50_ms: float
    """Under that load."""
    idle_p50_ms: float
    """One request at a time, with a pause between them."""


@dataclass(frozen=True)
class Comparison:
    """Two sides, by name."""

    side: str
    against: str


Round = dict[str, Row]


def table(rounds: list[Round], comparisons: list[Comparison]) -> str:
    """Medians per side, and the ratios of each comparison."""
    lines = ["| side | CPU ms a hello | hellos/s | p50 ms | idle p50 ms |", "|---|---|---|---|---|"]
    for name in sorted(rounds[0]):
        rows = [each[name] for each in rounds]
        cpu, rate = median(row.cpu_ms for row in rows), median(row.per_second for row in rows)
        p50, idle = median(row.p50_ms for row in rows), median(row.idle_p50_ms for row in rows)
        lines.append(f"| {name} | {cpu:.2f} | {rate:.0f} | {p50:.1f} | {idle:.2f} |")
    lines += ["", "| CPU a hello, ratio within a round | median | all rounds |", "|---|---|---|"]
    for pair in comparisons:
        if pair.side in rounds[0] and pair.against in rounds[0]:
            ratios = [each[pair.side].cpu_ms / each[pair.against].cpu_ms for each in rounds]
            each_ratio = " ".join(f"{ratio:.2f}" for ratio in ratios)
            lines.append(f"| {pair.side} / {pair.against} | {median(ratios):.2f} | {each_ratio} |")
    return "\n".join(lines)


def write_results(text: str, arguments: list[str]) -> None:
    """Replace RESULTS.md."""
    day = datetime.datetime.now(datetime.UTC).date()
    load = f"load {os.getloadavg()[0]:.1f} at its end"
    machine = f"{os.cpu_count()} cores, noisy, {load}; Python {platform.python_version()}"
    command = shlex.join(["python", "-m", "benchmarks.path", *arguments])
    RESULTS.write_text(f"# What the path costs\n\nLast run: {day}, {machine}\n\n    {command}\n\n{text}\n\n{NOTES}")
