"""Rounds -> medians and ratios as a Markdown table."""

import datetime
import os
import platform
import shlex
from dataclasses import dataclass
from pathlib import Path
from statistics import median

HEAD = """\
# What things cost

The last result of each benchmark. These figures are for us: machines are noisy, so compare what stands in one run.
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


def write_results(name: str, text: str, arguments: list[str]) -> None:
    """Replace the section of one benchmark in RESULTS.md, and leave the others."""
    day = datetime.datetime.now(datetime.UTC).date()
    load = f"load {os.getloadavg()[0]:.1f} at its end"
    machine = f"{os.cpu_count()} cores, noisy, {load}; Python {platform.python_version()}"
    command = shlex.join(["python", "-m", f"benchmarks.{name}", *arguments])
    head, *sections = RESULTS.read_text().split("\n## ") if RESULTS.exists() else [HEAD]
    others = {section.partition("\n")[0]: section for section in sections}
    others[name] = f"{name}\n\nLast run: {day}, {machine}\n\n    {command}\n\n{text}\n"
    RESULTS.write_text("\n## ".join([head, *(others[key] for key in sorted(others))]))
