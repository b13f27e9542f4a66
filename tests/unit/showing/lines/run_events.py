"""Events of a run, in short."""

from typing import Any

from asyncdemo.events import events as e
from asyncdemo.stages.catalogue import STAGES


def at(t: float, kind: type[e.Event], process: str = "web.1", **values: Any) -> e.Event:
    """An event, in short."""
    return kind(t=t, process=process, **values)


def run_started(stage: str = "step3", **values: Any) -> e.Event:
    facts = {"general": 4, "reserved": 0, "speed": 1.0, "delays": [5.0, 0.5], "url": "http://127.0.0.1:8000/"}
    return at(0, e.RunStarted, "asyncdemo", stage=STAGES[stage], **(facts | values))
