"""Holds each call of the outside service until the test lets it go: order by events, not by the clock.

A call that runs is a file `<pid>-<number>.running` in the folder GATE. It ends when `<pid>-<number>.end`, or `open` for
all, is there.
"""

import itertools
import os
import time
from pathlib import Path
from types import SimpleNamespace

from django.apps import AppConfig

FOLDER = Path(os.environ["GATE"])
numbers = itertools.count()


def wait_at_the_gate(seconds: float) -> None:
    call = FOLDER / f"{os.getpid()}-{next(numbers)}"
    running = call.with_suffix(".running")
    running.touch()
    while not (call.with_suffix(".end").exists() or (FOLDER / "open").exists()):
        time.sleep(0.01)
    running.unlink()


class GateConfig(AppConfig):
    name = "gate"
    path = str(Path(__file__).parent)

    def ready(self) -> None:
        from hello import outside

        outside.time = SimpleNamespace(sleep=wait_at_the_gate)
