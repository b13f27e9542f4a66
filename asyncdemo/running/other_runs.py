"""The runs of this machine's other terminals, as each has written it down in its folder."""

import json
import os
import tempfile
from pathlib import Path

from ..events.events import RunStarted
from ..events.wire import safe
from .run_folder import NAME, RUNS_HERE


def running() -> list[RunStarted]:
    """What runs here and can be opened, the newest first. Somebody else's run, or one that is gone, is left out."""
    found = []
    for file in Path(tempfile.gettempdir()).glob(f"{NAME}*/{RUNS_HERE}"):
        try:
            status = file.lstat()
            if status.st_uid != os.getuid():
                continue
            facts = safe(json.loads(file.read_text(encoding="utf-8")))
            os.kill(facts.pop("pid"), 0)
            found.append((status.st_mtime, RunStarted(t=0.0, process="asyncdemo", **facts)))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            continue  # it goes while we look, it is not ours, or another version's
    return [run for _, run in sorted(found, key=lambda pair: pair[0], reverse=True)]
