"""What the path costs: CPU per hello, all processes and Redis included, against the same view served directly.

    python -m benchmarks.path [--smoke] [--rounds 7] [--requests 2000] [--connections 8]

Every hello sends a notification, delivered with delay 0. Each side has the same number of processes as the one it is
compared with. The sides take turns; a ratio is taken within a round, and the median of the rounds is given.
"""

import argparse
import asyncio
import signal
import sys
from dataclasses import dataclass

from .client import Load, ask
from .report import Comparison, Row, table, write_results
from .side import Side

DIRECT = "benchmarks.direct"
STOCK = "benchmarks.stock"
COMPARISONS = [
    Comparison("bonus", "direct with Redis"),
    Comparison("bonus", "stock"),
    Comparison("step3", "direct in memory"),
    Comparison("bonus", "bare daphne"),
]
IDLE_PAUSE_S = 0.02
NOTES = """\
CPU: user and system time of all processes of a side, Redis included, until its last notification is done. The sides
take turns; a ratio is taken within a round. Each hello sends a notification, delivered with delay 0. "direct" is the
same view inside daphne, with the same number of processes; "stock" the path over receive and send of channels_redis.

"bare daphne" is a yardstick: a sync view that does nothing, without a notification. It took 1.23 ms (another client, 32
connections, best of 3) when the aim of 1.2 ms a hello was written down; read that way, the aim is a ratio of about 1.
These figures are for us: the path is no fast way to serve a page.
"""


@dataclass(frozen=True)
class Plan:
    """How much of everything."""

    rounds: int
    requests: int
    """Of one side in one round."""
    warm_up: int
    idle_requests: int
    connections: int


def sides() -> list[Side]:
    """Those that have workers have three."""
    return [
        Side("bonus", "bonus", workers=3),
        Side("direct with Redis", "bonus", f"{DIRECT}.settings", f"{DIRECT}.asgi:application", workers=3),
        Side("stock", "bonus", f"{STOCK}.settings", workers=3),
        Side("step3", "step3"),
        Side("direct in memory", "step3", f"{DIRECT}.settings"),
        Side("bare daphne", "step1", "", "benchmarks.bare:application", workers=0),
    ]


async def measure(side: Side, plan: Plan) -> Row:
    """One turn of one side. The CPU counts until its last notification is done."""
    before = await side.quiet()
    load = await ask(side.port, plan.requests, plan.connections)
    cpu_s = await side.quiet() - before
    idle = await ask(side.port, plan.idle_requests, 1, IDLE_PAUSE_S)
    check(side, load, plan.requests)
    check(side, idle, plan.idle_requests)
    return Row(side.name, 1000 * cpu_s / plan.requests, plan.requests / load.seconds, load.p50_ms, idle.p50_ms)


def check(side: Side, load: Load, requests: int) -> None:
    """Raises RuntimeError unless every answer was a 200."""
    if load.statuses != {200: requests}:
        raise RuntimeError(f"{side.name}: {dict(load.statuses)} instead of {requests} times 200")


async def play(everybody: list[Side], plan: Plan) -> list[dict[str, Row]]:
    """All rounds; every other one in reverse order, so that no side always follows the same one."""
    for side in everybody:
        await side.answers()
        await ask(side.port, plan.warm_up, plan.connections)
    rounds: list[dict[str, Row]] = []
    for number in range(plan.rounds):
        order = everybody if number % 2 == 0 else everybody[::-1]
        rounds.append({side.name: await measure(side, plan) for side in order})
        costs = ", ".join(f"{row.side} {row.cpu_ms:.2f}" for row in rounds[-1].values())
        print(f"round {number + 1} of {plan.rounds}, CPU ms a hello: {costs}", flush=True)
    return rounds


def main() -> None:
    """Start all sides, let them take turns, print the table, and stop them however it ends."""
    options = parse()
    plan = Plan(options.rounds, options.requests, options.requests // 2, 50, options.connections)
    if options.smoke:
        plan = Plan(1, 48, 16, 5, 4)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that `finally` runs; the guards see to the rest
    everybody = [side for side in sides() if not options.only or side.name in options.only]
    try:
        for side in everybody:
            side.start()
        rounds = asyncio.run(play(everybody, plan))
    finally:
        for side in everybody:
            side.stop()
    text = table(rounds, COMPARISONS)
    print(text)
    if options.write:
        write_results("path", f"{text}\n\n{NOTES}", sys.argv[1:])


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="a few requests a side: does everything still run?")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=2000, help="per side and round")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--only", action="append", help="only this side, may be repeated")
    parser.add_argument("--write", action="store_true", help="replace RESULTS.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
