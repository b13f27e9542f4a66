"""A small talk of the tests' own, given in a terminal."""

import contextlib
import shutil
import signal
from pathlib import Path

import psutil

from asyncdemo.running.run_folder import NAME, RUNS_HERE
from asyncdemo.talk.shipped_talk import FOLDER
from tests.e2e.command import ASYNCDEMO, Command
from tests.e2e.screen import OnScreen
from tests.processes import line_of
from tests.waiting import until

ONE_SLIDE = "One\n===\n\n- a\n"
"""A deck whose page is made in no time."""
DECK = """\
---
title: A small talk
options:
  end_slide_shorthand: true
---

The slow view
===

<!-- // time: 1m -->
<!-- speaker_note: Ask who has waited today. -->

Every visitor waits.

<!-- pause -->

And nobody else is served.

---

The code
===

<!-- // time: 2m -->
<!-- speaker_note: The second line is the slow one. -->

```python {1|2|all}
def hello(request):
    notify("Hello")
    return render(request)
```

---

Gumming up
===

Four slots.

<!-- // fallback: recording.jsonl -->
```bash +exec
asyncdemo run step3 --port 0 --delays 3600
```

---

With Redis
===

<!-- // fallback: recording.jsonl -->
```bash +exec
asyncdemo run bonus --workers 1 --port 0 --delays 3600
```

---

Something else
===

```bash +exec
rm -rf nothing
```

---

The end
===

Thank you.
"""
RIGHT, LEFT, ESC, TAB, ENTER = "\x1b[C", "\x1b[D", "\x1b", "\t", "\r"
LIVE, RECORDED = "  live  ", "  recorded  "
"""As the foot says them."""
TITLES = ("A small talk", "The slow view", "The code", "Gumming up", "With Redis", "Something else", "The end")


def write_deck(folder: Path, text: str = DECK) -> Path:
    """The deck and its recording, in a folder."""
    shutil.copyfile(FOLDER / "recordings" / "step3.jsonl", folder / "recording.jsonl")
    deck = folder / "deck.md"
    deck.write_text(text)
    return deck


def talk(folder: Path, *arguments: str, columns: int = 88, rows: int = 24, **env: str) -> OnScreen:
    """`asyncdemo talk …` in a terminal, with a folder of its own for what it remembers."""
    state = {"XDG_STATE_HOME": str(folder / "state")}
    return OnScreen(str(ASYNCDEMO), "talk", *arguments, columns=columns, rows=rows, **state | env)


def goes_to(screen: OnScreen, number: int) -> None:
    """`g`, the number, Enter."""
    screen.shows(f"/{len(TITLES)} ")
    screen.presses(f"g{number}{ENTER}", f" {number}/{len(TITLES)} ", TITLES[number - 1])


def takes_keys_back(screen: OnScreen) -> None:
    """Esc; what is pressed at once after it would be another key to a terminal, and is not."""
    screen.presses(ESC)
    screen.hides("KEYS: DEMO")


def live_runs(screen: OnScreen) -> list[Path]:
    """The folders of the demos that are live: other terminals are told of these alone. One, or none."""
    return [file.parent for file in screen.tmp.glob(f"{NAME}*/{RUNS_HERE}")]


def process_with(screen: Command, words: str) -> psutil.Process:
    """A process of it whose command line has these words, as soon as there is one."""
    return until(lambda: next((each for each in screen.processes() if words in line_of(each)), None), words)


def kill(screen: OnScreen, words: str, variable: str = "") -> None:
    """SIGKILL for the process of the live demo whose command line has these words, and whose environment this name."""
    until(
        lambda: any(killed(screen, words, variable, folder) for folder in live_runs(screen)), f"a live demo's {words}"
    )


def killed(screen: OnScreen, words: str, variable: str, folder: Path) -> bool:
    """Whether the run in this folder had such a process, until now."""
    for process in screen.processes():
        with contextlib.suppress(psutil.NoSuchProcess):
            line, around = line_of(process), process.environ()
            # Redis writes its title over its environment, and its socket into its title.
            if words in line and variable in ["", *around] and str(folder) in "\n".join([line, *around.values()]):
                process.send_signal(signal.SIGKILL)
                return True
    return False
