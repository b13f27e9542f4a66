"""`make demo`: the talk in a minute. Each stage runs for real, gets the same eight visitors, and ends."""

import sys
import threading
from dataclasses import dataclass

from .durations import seconds_text
from .errors import AsyncdemoError
from .launcher.options import RunOptions
from .launcher.run import Run
from .plain import PlainLines, workers_text
from .stages import STAGES
from .state import State
from .telemetry import events as e
from .visitor import say_hello

NAMES = ("Ada", "Grace", "Alan", "Barbara", "Linus", "Margaret", "Guido", "Edsger")
SPEED = 10.0
EVERY_S = 1.0
"""From one visitor to the next, in seconds of the lesson."""
SHOWN = (e.Answered, e.CallDelivered, e.Done)


@dataclass(frozen=True)
class Act:
    """One stage, and what to look for."""

    options: RunOptions
    see: str


ACTS = [
    Act(RunOptions(STAGES["step1"], port=0, speed=SPEED), "every visitor waits for the outside service."),
    Act(RunOptions(STAGES["step2"], port=0, speed=SPEED), "the same waits, and now for one of 4 workers too."),
    Act(RunOptions(STAGES["step3"], port=0, speed=SPEED), "four fast answers, then it gums up."),
    Act(RunOptions(STAGES["bonus"], port=0, speed=SPEED), "workers of their own help little: these gum up too."),
    Act(
        RunOptions(STAGES["bonus"], port=0, speed=SPEED, reserved_web=1),
        "one worker that never takes notify: the page stays fast, whatever waits behind it.",
    ),
]


def play(act: Act) -> State:
    """Run one act to its end and return what was seen."""
    state = State()
    lines = PlainLines(state)

    def tell(event: e.Event) -> None:
        for line in lines.lines(event):
            if isinstance(event, SHOWN):
                print(line, flush=True)
        if isinstance(event, e.RunStarted):
            print(f"\n{event.stage}: {STAGES[event.stage].title}\n  workers: {workers_text(event)}", flush=True)
            print(f"  to see:  {act.see}", flush=True)
        state.fold(event)

    with Run(act.options, tell) as run:
        run.start()
        threading.Thread(target=visit, args=(run,), daemon=True, name="visitors").start()
        run.watch(None)
    return state


def visit(run: Run) -> None:
    """Eight visitors, one a second; when the last one has an answer, the act is over."""
    visitors = [threading.Thread(target=say_hello, args=(run.url, name), daemon=True) for name in NAMES]
    pause = threading.Event()
    for visitor in visitors:
        visitor.start()
        pause.wait(EVERY_S / run.options.speed)
    for visitor in visitors:
        visitor.join()
    run.stop()


def main() -> int:
    """Play all acts and put them side by side."""
    print(f"Everything runs {SPEED:g} times as fast, a visitor comes every {EVERY_S / SPEED:g} s.")
    rows = []
    for act in ACTS:
        state = play(act)
        reserved = f", {act.options.reserved_web} reserved for web" if act.options.reserved_web else ""
        figures = (state.latency.percentile(50), state.latency.max_s, state.statuses["200"])
        rows.append((act.options.stage.name + reserved, *figures))
    print(f"\n{'':<28}{'answered':>9}{'half within':>13}{'slowest':>10}")
    for name, half_s, slowest_s, answered in rows:
        print(f"{name:<28}{answered:>9}{seconds_text(half_s):>13}{seconds_text(slowest_s):>10}")
    print("\nNow in slow motion, with a browser:  .venv/bin/asyncdemo run step3")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AsyncdemoError as error:
        print(f"asyncdemo: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
