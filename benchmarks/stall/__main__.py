"""What load tools say of a server that froze for two seconds, and what its visitors went through.

    python -m benchmarks.stall [--smoke] [--write]

A server answers in 2 ms and stands still once, for 2 of 10 seconds. Visitors who come 200 times a second, whatever the
server does, wait for as long as truth.py computes. Each tool is told to do that as far as its manual says how: hey has
a rate, of which it sends nothing while its workers wait; wrk and ab have none. Who waits for an answer before asking
again does not see what the others would have waited: coordinated omission (Gil Tene, "How NOT to Measure Latency").
wrk adds what it takes to have missed, from its mean pace (stats_correct, in its main), but leaves out who waited beyond
its timeout. Aim: hammer within 2 % of the truth.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from statistics import median

from ..report import write_results
from ..side import ROOT
from .tools import TOOLS, VISITORS, Figures, run
from .truth import Stall

SMALL = Stall(seconds=2, after_s=0.8, freeze_s=0.4)
"""Of a smoke run: a fifth of all, in the same proportion."""
PERCENTS = (90, 99)
HEAD = """\
A server answers in {answer_ms:g} ms and freezes once, for {freeze_s:g} s; {rate} visitors a second for {seconds} s.
What they wait, and what load tools say of it, each used as its manual says; medians of {rounds} rounds:

"""
TAIL = """

- hammer is off by {off:+.1f} %, aim 2 % or below, in a single round by {worst:+.1f} %; its histogram rounds up 1.6 %
- who waits for an answer before asking again sends nothing while the server stands still: {visitors} waits among
  thousands. A rate does not mend it, as what was not sent is not counted (hey): coordinated omission
- wrk leaves out who waited for longer than its timeout, 2 s; of others it adds what it takes to have missed, from its
  mean pace"""


def check_programs() -> None:
    """Ends with the name of what is missing."""
    for name, tool in TOOLS.items():
        if tool.package and shutil.which(name) is None:
            sys.exit(f"{name} is missing. Install it: apt-get install --no-install-recommends {tool.package}")


@contextmanager
def server(stall: Stall) -> Iterator[str]:
    """Fresh, with its freeze before it: its URL."""
    command = [sys.executable, "-m", "benchmarks.stall.server", json.dumps(asdict(stall))]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/"
        process.communicate()


def measured(stall: Stall, rounds: int) -> dict[str, list[Figures]]:
    """Tool -> what it said, round by round; they take turns."""
    found: dict[str, list[Figures]] = {name: [] for name in TOOLS}
    for number in range(rounds):
        for name in list(TOOLS)[:: 1 if number % 2 else -1]:
            with server(stall) as url:
                found[name].append(run(TOOLS[name], stall, url))
    return found


def table(stall: Stall, found: dict[str, list[Figures]]) -> str:
    """The truth, and medians of what each tool said."""
    truth = [stall.percentile(percent) for percent in PERCENTS]
    lines = ["| | requests | p90 | p99 | of the truth |", "|---|---|---|---|---|"]
    lines.append(f"| the truth, computed | {stall.rate * stall.seconds} | {words(truth[0])} | {words(truth[1])} | |")
    for name, rounds in found.items():
        said = [median(each.p90 for each in rounds), median(each.p99 for each in rounds)]
        shares = ", ".join(f"{100 * value / true:.3g} %" for value, true in zip(said, truth, strict=True))
        count = round(median(each.count for each in rounds))
        command = f"`{' '.join(TOOLS[name].command(stall))} URL` ({TOOLS[name].version()})"
        lines.append(f"| {command} | {count} | {words(said[0])} | {words(said[1])} | {shares} |")
    return "\n".join(lines)


def errors(stall: Stall, rounds: list[Figures]) -> dict[str, float]:
    """By how many percent these are off at the most: their medians, and a single one."""
    off = [
        [100 * (getattr(each, f"p{percent}") / stall.percentile(percent) - 1) for each in rounds]
        for percent in PERCENTS
    ]
    return {
        "off": max((median(each) for each in off), key=abs),
        "worst": max((each for some in off for each in some), key=abs),
    }


def words(seconds: float) -> str:
    return f"{seconds:.3f} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


def main() -> None:
    check_programs()
    stall, rounds = (SMALL, 1) if "--smoke" in sys.argv else (Stall(), 5)
    found = measured(stall, rounds)
    text = HEAD.format(**asdict(stall) | {"answer_ms": 1000 * stall.answer_s, "rounds": rounds})
    text += table(stall, found) + TAIL.format(**errors(stall, found["hammer"]), visitors=VISITORS)
    print(text)
    if "--write" in sys.argv:
        write_results("stall", text, sys.argv[1:])


if __name__ == "__main__":
    main()
