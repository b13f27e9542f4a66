"""The runs of this machine's other terminals, as each has written it down in its folder."""

import os
import tempfile
from pathlib import Path

from ..base.files import read_own
from ..events.events import RunStarted
from ..events.wire import decode
from .run_folder import NAME, RUNS_HERE


def running() -> list[RunStarted]:
    """What runs here and can be opened, the newest first. Somebody else's run, or one that is gone, is left out."""
    found = []
    for file in Path(tempfile.gettempdir()).glob(f"{NAME}*/{RUNS_HERE}"):
        try:
            said, written = read_own(file)
            pid, line = said.split(b"\n", 1)
            os.kill(int(pid), 0)
            run = decode(line)
            if not isinstance(run, RunStarted):
                continue
            found.append((written, run))
        except (OSError, ValueError, OverflowError):
            continue  # it goes while we look, it is not ours, or another version's
    return [run for _, run in sorted(found, key=lambda pair: pair[0], reverse=True)]
