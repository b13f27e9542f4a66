"""A small talk of the tests' own, given in a terminal."""

import shutil
import signal
from pathlib import Path

import psutil

from asyncdemo.toolkit.talk.shipped import FOLDER
from tests.e2e.command import ASYNCDEMO
from tests.e2e.screen import OnScreen
from tests.waiting import until

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


def kill(screen: OnScreen, words: str) -> None:
    """SIGKILL for the process of the demo whose command line has these words."""
    victim = until(lambda: next((each for each in screen.processes() if words in line_of(each)), None), words)
    victim.send_signal(signal.SIGKILL)


def line_of(process: psutil.Process) -> str:
    """Its command line; empty when it has gone."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""
