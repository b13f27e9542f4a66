"""What panels cost in a slide: a demo in the presenter, against the same command by itself in a terminal.

    python -m benchmarks.slide [--smoke] [--write]

CPU of the process that draws, without its children: the stage and the process of the load are the same on both sides.
The presenter's terminal is 110x33. The other has as many rows as the slide leaves to its panels, so that both draw
the same picture. What the panels cost in a slide is what a talk takes with them, less what a talk takes that has no
demo: its clock, its keys and the watch over its files. Aim: a ratio of 1 or below. The whole of a talk with a demo
stands beside it. The sides take turns; medians of the rounds.
"""

import shlex
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from asyncdemo.deck.reader import parse_deck
from asyncdemo.talk.presenter.layout import laid_out

from .report import write_results
from .terminal import COLUMNS, Terminal

ROWS = 33
DEMO = "asyncdemo run bonus --workers 3 --delays 1 --speed 10 --hammer 1 --port 0"
"""Ten hellos a second, and ten notifications of 0.1 s: no picture is like the one before, and nothing piles up."""
DECK = f"""\
Panels
===

```bash +exec
{DEMO}
```
"""
NO_DEMO = """\
Words
===

And nothing else.
"""


@dataclass(frozen=True)
class Long:
    """How long each side has, in seconds."""

    settle_s: float
    """From the first picture of a run until its load is on."""
    measure_s: float


@dataclass(frozen=True)
class Round:
    """Shares of a core in %."""

    slide: float
    alone: float
    without: float
    """A talk that has no demo."""

    @property
    def panels(self) -> float:
        """What the panels add to a talk."""
        return self.slide - self.without


def rows_of_panels() -> int:
    """How many rows a show in the slide has, its foot included."""
    slide = parse_deck(DECK, Path("deck.md")).slides[0]
    return laid_out(slide, 0, COLUMNS, ROWS, True).panels + 1


def alone(folder: Path, long: Long) -> float:
    """The command by itself."""
    with Terminal(shlex.split(DEMO)[1:], rows_of_panels(), folder) as terminal:
        terminal.shows("up 0:0")
        time.sleep(long.settle_s)
        return terminal.share_of_core(long.measure_s)


def in_slide(folder: Path, long: Long) -> float:
    """The talk with its demo."""
    with Terminal(["talk", str(folder / "deck.md")], ROWS, folder) as terminal:
        terminal.shows("Enter runs the demo")
        terminal.types("\r")
        terminal.shows("up 0:0")
        time.sleep(long.settle_s)
        return terminal.share_of_core(long.measure_s)


def without_demo(folder: Path, long: Long) -> float:
    """A talk of words."""
    with Terminal(["talk", str(folder / "words.md")], ROWS, folder) as terminal:
        terminal.shows("And nothing else")
        time.sleep(long.settle_s)
        return terminal.share_of_core(long.measure_s / 2)


def measure(folder: Path, long: Long, number: int) -> Round:
    """One round; every other in the other order."""
    first = alone(folder, long) if number % 2 else None
    slide, without = in_slide(folder, long), without_demo(folder, long)
    return Round(slide, first if first is not None else alone(folder, long), without)


def main() -> None:
    """Measure and print."""
    rounds, long = (1, Long(0.2, 0.5)) if "--smoke" in sys.argv else (9, Long(2.0, 8.0))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "deck.md").write_text(DECK)
        (folder / "words.md").write_text(NO_DEMO)
        seen = [measure(folder, long, number) for number in range(rounds)]
    slide, by_itself, panels = (median(getattr(each, side) for each in seen) for side in ("slide", "alone", "panels"))
    ratios = " ".join(f"{each.panels / each.alone:.2f}" for each in seen)
    text = "\n".join(
        [
            f"CPU of the command itself, in % of a core; medians of {rounds} rounds of {long.measure_s:g} s:",
            "",
            f"- `{DEMO}` in {COLUMNS}x{rows_of_panels()}: {by_itself:.2f}",
            f"- the talk in {COLUMNS}x{ROWS} with it in a slide: {slide:.2f}, {slide / by_itself:.2f} times as much",
            f"- a talk without a demo: {median(each.without for each in seen):.2f}",
            f"- panels in a slide / by themselves {panels / by_itself:.2f}, aim 1 or below; in each round {ratios}",
        ]
    )
    print(text)
    if "--write" in sys.argv:
        write_results("slide", text, sys.argv[1:])


if __name__ == "__main__":
    main()
