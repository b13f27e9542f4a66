"""What a password mail waits for in today's stages, and what a hello costs them.

    python -m benchmarks.today [--smoke] [--rounds 3] [--write]

The lesson: a visitor a second for a minute, x10; each sends `notify` (5, 5, 5, 30 s) and `password_mail` (0.5 s). In
seconds of the lesson, from sent to done; those that are not done at the end of the minute count with their wait so far.
The ranges are those of the rounds, in which the setups take turns.

CPU: user and system time of all processes of a stage, Redis included, for HELLOS visitors one after the other, until
the last of what they sent is done; the outside service takes no time for a notification. A hello of today sends two
tasks, one of the bonus a single message. The ratio is one within a round; the stages are watched, as in a run.
"""

import argparse
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from math import inf
from statistics import median

import psutil

from asyncdemo.events import events as e
from asyncdemo.events.stage import StageEntry
from asyncdemo.measuring.experiment import Experiment, play
from asyncdemo.measuring.setups import setup_with
from asyncdemo.running.options import RunOptions
from asyncdemo.running.run import Run
from asyncdemo.stages.catalogue import STAGES

from .report import write_results
from .side import cpu_s_of

SPEED = 10.0
MAIL, NOTIFY = "password_mail", "notify"
HELLOS = 200
SETUPS = (
    ("today", 0, ("one-queue",)),
    ("today", 0, ("one-queue", "priority")),
    ("today", 0, ()),
    ("today", 1, ()),
    ("today_celery", 0, ()),
    ("today_celery", 1, ()),
    ("today_celery", 1, ("defaults",)),
)
"""(stage, how many of three workers are reserved, choices)."""


@dataclass(frozen=True)
class Waits:
    """What came of one setup in one round."""

    mails: list[float]
    """Seconds of the lesson that each waited until it was done, or so far; from the shortest."""
    done: dict[str, int]
    """How many are, by kind."""
    lost: int

    def percentile(self, percent: float) -> float:
        """Of the mails' waits."""
        return self.mails[min(len(self.mails) - 1, int(len(self.mails) * percent / 100))]


def waits(events: Sequence[e.Event]) -> Waits:
    """From what was told of a run."""
    stopped = min((event.t for event in events if isinstance(event, e.Stopping)), default=inf)
    events = [event for event in events if event.t <= stopped]
    end = max(event.t for event in events)
    sent = {event.id: event for event in events if isinstance(event, e.Sent)}
    over = {event.id: event for event in events if isinstance(event, e.Done) and event.task}
    mails = sorted(
        SPEED * ((over[id_].t if id_ in over else end) - one.t) for id_, one in sent.items() if one.task == MAIL
    )
    done = {kind: sum(one.task == kind and not one.failed for one in over.values()) for kind in (MAIL, NOTIFY)}
    return Waits(mails, done, sum(one.failed for one in over.values()))


def lesson(stage: StageEntry, reserved: int, choices: tuple[str, ...], seconds: float) -> Waits:
    """One setup, watched until its load is over."""
    options = RunOptions(stage, 3, reserved, choices, port=0, speed=SPEED)
    outcome = play(Experiment(options, duration=seconds, lasts=seconds, names=("Ada",)))
    return waits(outcome.events)


def cpu_ms_a_hello(name: str, hellos: int) -> float:
    """Of all processes of a stage, until all is done."""
    done: list[str] = []
    options = RunOptions(STAGES[name], 3, port=0, speed=SPEED, delays=(0.0,))

    def listen(event: e.Event) -> None:
        if isinstance(event, e.Done) and event.channel in options.stage.background:
            done.append(event.id)

    with Run(options, listen, hears_signals=False) as starting:
        run = starting.until_up()

        def visit(count: int) -> None:
            """Each sends one of every kind of work."""
            wanted = len(done) + count * max(1, len(options.stage.tasks))
            for _ in range(count):
                with urllib.request.urlopen(run.url) as page:
                    page.read()
            run.watch(lambda: len(done) >= wanted)

        visit(10)
        before = cpu_s()
        visit(hellos)
        return 1000 * (cpu_s() - before) / hellos


def cpu_s() -> float:
    """That all of this process's children have used."""
    return cpu_s_of(psutil.Process().children(recursive=True))


def range_text(rounds: Sequence[Waits], figure: Callable[[Waits], float]) -> str:
    """`18 to 20`, or `19`."""
    bounds = min(map(figure, rounds)), max(map(figure, rounds))
    low, high = (f"{bound:.0f}" if bound >= 10 or bound == int(bound) else f"{bound:.1f}" for bound in bounds)
    return low if low == high else f"{low} to {high}"


def table(found: dict[str, list[Waits]]) -> str:
    """What each setup's mails waited for."""
    lines = ["| | mail p50 s | mail p95 s | mails done | notify done | failed |", "|---|---|---|---|---|---|"]
    for label, rounds in found.items():
        figures = (
            range_text(rounds, lambda one: one.percentile(50)),
            range_text(rounds, lambda one: one.percentile(95)),
            *(range_text(rounds, lambda one, kind=kind: one.done[kind]) for kind in (MAIL, NOTIFY)),
            range_text(rounds, lambda one: one.lost),
        )
        lines.append(f"| {label} | {' | '.join(figures)} |")
    return "\n".join(lines)


def costs(rounds: list[dict[str, float]]) -> str:
    """CPU a hello, and its ratio to the bonus's."""
    lines = ["| stage | CPU ms a hello | against the bonus |", "|---|---|---|"]
    for name in rounds[0]:
        ratios = [each[name] / each["bonus"] for each in rounds]
        each_ratio = f"{min(ratios):.2f} to {max(ratios):.2f}"
        lines.append(f"| {name} | {median(each[name] for each in rounds):.1f} | {each_ratio} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="one short round of two setups: does it run?")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    setups = [one for one in SETUPS if not STAGES[one[0]].extra or find_spec(STAGES[one[0]].extra)]
    if asked.smoke:
        setups = [("today", 0, ()), ("today", 1, ())]
    stages = list(dict.fromkeys(["bonus", *(name for name, _, _ in setups)]))
    found: dict[str, list[Waits]] = {}
    cpu: list[dict[str, float]] = []
    for number in range(1 if asked.smoke else asked.rounds):
        for name, reserved, choices in setups:
            label = setup_with(STAGES[name], 3, reserved, choices).label
            found.setdefault(label, []).append(lesson(STAGES[name], reserved, choices, 15 if asked.smoke else 60))
        cpu.append({name: cpu_ms_a_hello(name, 20 if asked.smoke else HELLOS) for name in stages})
        print(f"round {number + 1}, {time.strftime('%H:%M:%S')}", flush=True)
    text = f"{table(found)}\n\n{costs(cpu)}"
    print(text)
    if asked.write:
        write_results("today", text, sys.argv[1:])


if __name__ == "__main__":
    main()
